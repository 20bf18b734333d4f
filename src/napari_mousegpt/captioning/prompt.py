"""The words that go to a vision-language model. Exact text is data: shown, stored, hashed."""

from __future__ import annotations

from dataclasses import dataclass

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.captioning.kinematic_words import kinematics_in_words


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is said before (``system``) and after (``question``) the frames of a clip.

    ``question`` may name ``{span_s}``, ``{n_frames}``, ``{camera_view}`` and ``{kinematics}``.
    """

    system: str
    question: str

    @property
    def text(self) -> str:
        """Both parts as stored with the run, before a clip's values are filled in."""
        return f"{self.system}\n\n{self.question}".strip()

    def question_for(self, clip: Clip, *, span_s: float | None = None) -> str:
        """Fill in one clip; ``span_s`` replaces the clip's own where a model knows only some."""
        return self.question.format(
            span_s=f"{clip.span_s if span_s is None else span_s:.2f}",
            n_frames=len(clip.frames),
            camera_view=clip.camera_view,
            kinematics=kinematics_in_words(clip.features),
        ).strip()


GENERAL = Prompt(
    system="""\
You are an ethologist who scores the behaviour of laboratory mice from video.
You see frames of one short window, cropped to one mouse, in order of time.
Describe only what can be seen. Left and right are the animal's own.
Answer with one JSON object and nothing else, with exactly these keys in this order:
"overall": one sentence: what the mouse does in this window, and how it moves.
"head": one sentence: position and movement of head, snout and ears.
"limb": one sentence: what the paws do.
"torso": one sentence: posture of the body: stretched, hunched, upright, bent to a side.
"keywords": a list of one to five short terms, the behaviour first, for instance "walking",
"rearing", "face grooming", "sniffing", "still".
Where a part cannot be seen, say so. Do not guess intentions or feelings.""",
    question="""\
These are {n_frames} frames over {span_s} s, {camera_view} view. {kinematics}
Describe the mouse.""",
)
"""For general models."""

TINY = Prompt(system="", question="Window of {span_s} s, {camera_view} view. Describe the mouse.")
"""What the built-in model was trained with, to the letter."""
