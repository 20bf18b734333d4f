"""What a person chooses of a prompt, as plain values. Knows no recording and no words."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

Preset = Literal["general", "auto", "top", "side", "bottom", "oblique", "views"]
Drawn = Literal["none", "points", "skeleton"]
PRESETS: tuple[str, ...] = get_args(Preset)
DRAWN: tuple[str, ...] = get_args(Drawn)
ENGLISH = "English"
MOST_EXAMPLES = 32


@dataclass(frozen=True, slots=True)
class PromptChoices:
    """How a general model is asked; the defaults give the words of `captioning.prompt.GENERAL`.

    Attributes
    ----------
    preset
        Which words: ``general`` for any view; ``top``, ``side``, ``bottom``, ``oblique`` with what
        is seen from there; ``auto`` for those of the recording's view; ``views`` shows all
        cameras of the moment at once.
    language
        Of the answer's sentences.
    ethogram
        Whether the behaviour is one of the recording's, which are listed with their meanings.
    keypoints_drawn
        Whether the animal's keypoints are drawn on its pictures, and joined.
    examples
        How many windows that a person corrected or confirmed are shown with their answers.
    example_frames
        Whether these come with their pictures.
    examples_from
        Folders of the recordings they are taken from; the recording itself if empty.
    held_out
        Animals that no example may show, as ``individual`` or ``recording/individual``.
    system, question
        A person's own words, with placeholders; None for those of the preset.

    Raises
    ------
    ValueError
        If a value is none of those.
    """

    preset: str = "general"
    language: str = ENGLISH
    ethogram: bool = False
    keypoints_drawn: str = "none"
    examples: int = 0
    example_frames: bool = False
    examples_from: tuple[str, ...] = ()
    held_out: tuple[str, ...] = ()
    system: str | None = None
    question: str | None = None

    def __post_init__(self) -> None:
        for value, known, what in (
            (self.preset, PRESETS, "the preset"),
            (self.keypoints_drawn, DRAWN, "drawn keypoints"),
        ):
            if value not in known:
                raise ValueError(f"expected one of {', '.join(known)} for {what}, found {value!r}")
        if not 0 <= self.examples <= MOST_EXAMPLES:
            raise ValueError(f"expected 0 to {MOST_EXAMPLES} examples, found {self.examples}")
        if not self.language.strip() or len(self.language) > 40 or not self.language.isprintable():
            raise ValueError(
                f"expected the name of a language, such as German, found {self.language!r:.60}"
            )
        if (self.question is None) != (self.system is None):
            raise ValueError("a prompt of one's own has a system text and a question, or neither")

    @property
    def is_default(self) -> bool:
        """Whether nothing is chosen."""
        return self == PromptChoices()

    @property
    def is_own(self) -> bool:
        """Whether the words are a person's own."""
        return self.question is not None

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> PromptChoices:
        """Read what `dataclasses.asdict` and JSON made of it."""
        known = {one.name: values[one.name] for one in fields(cls) if one.name in values}
        for name in ("examples_from", "held_out"):
            known[name] = tuple(known.get(name) or ())
        return cls(**known)
