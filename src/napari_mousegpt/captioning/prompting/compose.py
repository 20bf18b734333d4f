"""Choices and what is known of a recording, put together to a prompt. Reads no file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from napari_mousegpt.captioning.prompt import GENERAL, Prompt
from napari_mousegpt.captioning.prompting import presets
from napari_mousegpt.captioning.prompting.choices import PromptChoices
from napari_mousegpt.captioning.prompting.example import Example
from napari_mousegpt.captioning.prompting.placeholders import fill, fill_some, names_in
from napari_mousegpt.captioning.prompting.prompt_file import check_prompt


@dataclass(frozen=True, slots=True)
class Known:
    """What a prompt says of a recording.

    Attributes
    ----------
    view
        From where the camera looks.
    animals
        How many there are.
    behaviours
        Names and meanings of the ethogram's states and points.
    parts
        What is drawn, such as ``orange snout``; empty if nothing is.
    joined
        Whether it is joined by lines.
    """

    view: str = "top"
    animals: int = 1
    behaviours: tuple[tuple[str, str], ...] = ()
    parts: tuple[str, ...] = ()
    joined: bool = False


def compose(choices: PromptChoices, known: Known, examples: Sequence[Example] = ()) -> Prompt:
    """Put a prompt together, what is the same for all clips first.

    ``examples`` may be more than are chosen: a window is never shown its own answer.

    Raises
    ------
    ValueError
        If a person's own words name an unknown placeholder, or the ethogram is empty.
    """
    if choices.is_default:
        return GENERAL
    listed = _listed(choices, known)
    values = {
        "answer_form": presets.answer_form(listed),
        "view": _view(choices, known),
        "animals": presets.of_animals(known.animals),
        "keypoints": presets.of_keypoints(known.parts, joined=known.joined, animals=known.animals),
        "language": presets.of_language(choices.language, listed=listed is not None),
    }
    system, question = _templates(choices, known)
    named = {*names_in(system), *names_in(question)}
    # What is chosen and has no place of its own stands at the end.
    chosen = ["keypoints", "language"] + ["answer_form"] * (choices.ethogram and choices.is_own)
    missing = [f"{{{name}}}" for name in chosen if name not in named and values[name]]
    system = fill("\n".join([system, *missing]), values).strip()
    prompt = Prompt(
        system,
        fill_some(question, values),
        examples=tuple(examples),
        examples_shown=choices.examples if examples else 0,
    )
    return prompt if listed is None else replace(prompt, labels=tuple(name for name, _ in listed))


def _templates(choices: PromptChoices, known: Known) -> tuple[str, str]:
    if choices.system is not None and choices.question is not None:
        check_prompt(choices.system, choices.question, "the prompt")
        return choices.system, choices.question
    shown, question = presets.SHOWN, presets.QUESTION
    if choices.preset == "general":
        question = GENERAL.question
    elif choices.preset == "views":
        shown, question = presets.SHOWN_BY_CAMERAS, presets.QUESTION_OF_VIEWS
    lines = [presets.ROLE, shown, "{animals}", "{view}", presets.ONLY_SEEN]
    lines += ["{answer_form}", "{language}", "{keypoints}", presets.LAST]
    if choices.preset == "general":
        lines.remove("{animals}")
    return "\n".join(lines), question


def _view(choices: PromptChoices, known: Known) -> str:
    preset = choices.preset
    if preset == "general" and not choices.is_own:
        return ""
    return presets.VIEWS[known.view if preset in ("auto", "general") else preset]


def _listed(choices: PromptChoices, known: Known) -> tuple[tuple[str, str], ...] | None:
    if not choices.ethogram:
        return None
    if not known.behaviours:
        raise ValueError(
            "the recording's ethogram is empty: add behaviours in the Label dock, or leave "
            "--ethogram out"
        )
    return known.behaviours
