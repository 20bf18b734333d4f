"""Options of ``mousegpt caption`` that say how a general model is asked. Knows no recording."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

if TYPE_CHECKING:
    from napari_mousegpt.captioning.prompting.choices import PromptChoices

PRESETS = ("general", "auto", "top", "side", "bottom", "oblique", "views")
DRAWN = ("none", "points", "skeleton")
Text = Optional[str]  # noqa: UP045  (typer reads the annotations)
Texts = Optional[list[str]]  # noqa: UP045
File = Optional[Path]  # noqa: UP045


def _preset(text: str | None) -> str | None:
    return _one_of(PRESETS, text)


def _drawn(text: str | None) -> str | None:
    return _one_of(DRAWN, text)


def _one_of(words: tuple[str, ...], text: str | None) -> str | None:
    if text is not None and text not in words:
        raise typer.BadParameter(f"expected one of {', '.join(words)}, found {text!r}")
    return text


PromptFile = Annotated[
    File, typer.Option("--prompt", help="TOML or text file with your own system text and question.")
]
PromptPreset = Annotated[
    Text,
    typer.Option(
        "--prompt-preset",
        callback=_preset,
        help="general (default); auto, or top, side, bottom, oblique; views: all cameras at once.",
    ),
]
Language = Annotated[
    str, typer.Option("--language", help="Of the answer's sentences, such as German.")
]
InEthogram = Annotated[
    bool,
    typer.Option(
        "--ethogram/--no-ethogram",
        help="Whether the behaviour is one of the recording's ethogram, which is told.",
    ),
]
KeypointsDrawn = Annotated[
    str,
    typer.Option(
        "--keypoints-drawn", callback=_drawn, help="On the pictures: none, points or skeleton."
    ),
]
Examples = Annotated[
    int,
    typer.Option("--examples", min=0, max=32, help="Windows you corrected, shown with answers."),
]
ExampleFrames = Annotated[
    bool, typer.Option("--example-frames", help="Show examples with their pictures.")
]
ExamplesFrom = Annotated[
    Texts,
    typer.Option("--examples-from", help="Recording to take examples from; may be repeated."),
]
HeldOut = Annotated[
    Texts,
    typer.Option(
        "--held-out", help="Animal no example may show: NAME or RECORDING/NAME; may be repeated."
    ),
]


def prompt_choices(
    *,
    prompt: Path | None,
    preset: str | None,
    language: str,
    ethogram: bool,
    keypoints_drawn: str,
    examples: int,
    example_frames: bool,
    examples_from: list[str] | None,
    held_out: list[str] | None,
) -> PromptChoices:
    """Bring the options together.

    Raises
    ------
    FileNotFoundError, ValueError
        If the prompt file is not there, or is none.
    typer.BadParameter
        If options do not go together.
    """
    from napari_mousegpt.captioning.prompting.choices import PromptChoices
    from napari_mousegpt.captioning.prompting.prompt_file import read_prompt_file

    about_examples = {
        "--example-frames": example_frames,
        "--examples-from": examples_from,
        "--held-out": held_out,
    }
    if not examples and (unused := [name for name, given in about_examples.items() if given]):
        raise typer.BadParameter(f"{unused[0]} needs --examples N", param_hint=unused[0])
    if prompt is not None and preset not in (None, "views"):
        raise typer.BadParameter(
            "a prompt of your own replaces the words of a preset: leave one of them out",
            param_hint="--prompt-preset",
        )
    system, question = (None, None) if prompt is None else read_prompt_file(prompt)
    return PromptChoices(
        preset=preset or "general",
        language=language,
        ethogram=ethogram,
        keypoints_drawn=keypoints_drawn,
        examples=examples,
        example_frames=example_frames,
        examples_from=tuple(str(Path(one).resolve()) for one in examples_from or ()),
        held_out=tuple(held_out or ()),
        system=system,
        question=question,
    )
