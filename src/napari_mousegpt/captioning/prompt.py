"""The words that go to a vision-language model. Exact text is data: shown, stored, hashed."""

from __future__ import annotations

from dataclasses import dataclass

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.captioning.kinematic_words import kinematics_in_words
from napari_mousegpt.captioning.prompting.example import Example, first_apart
from napari_mousegpt.captioning.prompting.others_words import others_in_words
from napari_mousegpt.captioning.prompting.placeholders import fill, names_in
from napari_mousegpt.captioning.prompting.presets import (
    EXAMPLES,
    LAST,
    ONLY_SEEN,
    ROLE,
    SHOWN,
    answer_form,
)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is said before (``system``) and after (``question``) the frames of a clip.

    Attributes
    ----------
    system
        The same for every clip, so that a model can work it out once.
    question
        With the names of `prompting.placeholders.OF_CLIP` in braces.
    examples
        Windows with their answers, the best ones first: more than are shown, since a window is
        never shown its own answer.
    examples_shown
        How many of them a clip is shown.
    labels
        The behaviours that the first keyword is one of; None where the vocabulary is open.
    """

    system: str
    question: str
    examples: tuple[Example, ...] = ()
    examples_shown: int = 0
    labels: tuple[str, ...] | None = None

    @property
    def text(self) -> str:
        """Everything as stored with the run, before a clip's values are filled in."""
        parts = [self.system, self.question]
        if self.examples:
            told = [f"[{one.source}]\n{one.text}" for one in self.examples]
            parts.insert(1, "\n\n".join([f"{EXAMPLES} {self.examples_shown} of these", *told]))
        return "\n\n".join(parts).strip()

    @property
    def wants_others(self) -> bool:
        """Whether the question tells of the other animals."""
        return "others" in names_in(self.question)

    def question_for(self, clip: Clip, *, span_s: float | None = None) -> str:
        """Fill in one clip; ``span_s`` replaces the clip's own where a model knows only some."""
        several = [(clip.video, clip.camera_view)]
        several += [(one.video, one.camera_view) for one in clip.also_seen]
        values = {
            "span_s": f"{clip.span_s if span_s is None else span_s:.2f}",
            "n_frames": str(len(clip.frames)),
            "camera_view": clip.camera_view,
            "cameras": ", ".join(f"{camera} ({view} view)" for camera, view in several),
            "individual": clip.individual,
            "kinematics": kinematics_in_words(clip.features, neighbour=not self.wants_others),
            "others": others_in_words(clip.others, camera_view=clip.camera_view),
        }
        return fill(self.question, values).strip()

    def examples_for(self, clip: Clip) -> tuple[Example, ...]:
        """The examples that a clip is shown: the first that share no frame with its window."""
        window = clip.window
        return first_apart(
            self.examples, self.examples_shown, clip.video_sha256, window.start, window.stop
        )

    def system_for(self, clip: Clip) -> str:
        """The system text, with those examples that are words alone.

        The same for all clips but those of the windows that are examples themselves.
        """
        told = [one.text for one in self.examples_for(clip) if one.pixels is None]
        return "\n\n".join([self.system, *([EXAMPLES, *told] if told else ())]).strip()

    def words_for(self, clip: Clip, *, span_s: float | None = None) -> str:
        """Every word that goes with a clip, in order; where frames stand, a line says so."""
        shown = [one for one in self.examples_for(clip) if one.pixels is not None]
        pictured = [f"[frames of an example]\n{one.text}" for one in shown]
        question = self.question_for(clip, span_s=span_s)
        return "\n\n".join([self.system_for(clip), *pictured, question]).strip()


GENERAL = Prompt(
    system="\n".join([ROLE, SHOWN, ONLY_SEEN, answer_form(None), LAST]),
    question="""\
These are {n_frames} frames over {span_s} s, {camera_view} view. {kinematics}
Describe the mouse.""",
)
"""For general models."""

TINY = Prompt(system="", question="Window of {span_s} s, {camera_view} view. Describe the mouse.")
"""What the built-in model was trained with, to the letter."""
