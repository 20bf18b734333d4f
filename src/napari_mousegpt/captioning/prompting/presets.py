"""The words of the presets: who looks, what a view shows, what an answer has. Exact text is data:
whoever changes a letter here changes the runs that are asked with it."""

from __future__ import annotations

from collections.abc import Sequence

from napari_mousegpt.captioning.prompting.choices import ENGLISH

ROLE = "You are an ethologist who scores the behaviour of laboratory mice from video."
SHOWN = "You see frames of one short window, cropped to one mouse, in order of time."
SHOWN_BY_CAMERAS = (
    "You see frames of one short window, cropped to one mouse, in order of time, from several "
    "cameras that film the same moment. Each camera is named before its frames."
)
ONLY_SEEN = "Describe only what can be seen. Left and right are the animal's own."
LAST = "Where a part cannot be seen, say so. Do not guess intentions or feelings."

VIEWS = {
    "top": """\
The camera looks down from above: the back is seen, and the paws only where they reach beyond the
body. When the snout points up in the picture, the mouse's left is on the left. Height is not seen:
a rearing mouse looks short and round, its head nearer to the camera.""",
    "bottom": """\
The camera looks up through the floor: belly, paws and tail are seen. When the snout points up in
the picture, the mouse's left is on the right. A paw on the floor is sharp, a lifted one blurred;
a rearing mouse shows its hind paws and little else.""",
    "side": """\
The camera looks from the side: height and posture are seen, and which paws are on the floor. The
far side of the body is hidden, and a way to the camera or away from it shows as size only.""",
    "oblique": """\
The camera looks down at a slant: height and way over the floor are mixed. What is farther away
looks smaller and stands higher in the picture; an upright mouse rears, a higher one may only be
farther away.""",
    "views": """\
Describe the mouse once, from all cameras together: a part that one hides may be seen by another.
Where two cameras seem to disagree, believe the one that sees the part better.""",
}

_TERMS = '"walking",\n"rearing", "face grooming", "sniffing", "still".'
_LEVELS = """\
Answer with one JSON object and nothing else, with exactly these keys in this order:
"overall": one sentence: what the mouse does in this window, and how it moves.
"head": one sentence: position and movement of head, snout and ears.
"limb": one sentence: what the paws do.
"torso": one sentence: posture of the body: stretched, hunched, upright, bent to a side.
"""


def answer_form(behaviours: Sequence[tuple[str, str]] | None) -> str:
    """The keys of an answer; with behaviours and their meanings the first keyword is one of them.

    Without, the vocabulary is open.
    """
    if behaviours is None:
        return (
            f'{_LEVELS}"keywords": a list of one to five short terms, the behaviour first, for '
            f"instance {_TERMS}"
        )
    listed = "\n".join(
        f'- "{name}"' + (f": {' '.join(meaning.split())}" if meaning.strip() else "")
        for name, meaning in behaviours
    )
    return (
        f'{_LEVELS}"keywords": a list of one to five short terms. The first is the behaviour that '
        "fills most of\nthe window, written exactly as one of these:\n"
        f"{listed}\nThe other terms are free."
    )


def of_animals(count: int) -> str:
    """How many animals there are and which is meant; empty for one."""
    if count < 2:
        return ""
    return (
        f"There are {count} mice. Describe the one in the middle of the pictures; others may be in "
        "them too.\nOf the others say only what they and this one do with each other: approaching, "
        "following, touching,\nsniffing, leaving, or nothing."
    )


def of_language(language: str, *, listed: bool) -> str:
    """Which language the sentences are in; empty for English."""
    if language == ENGLISH:
        return ""
    words = (
        f"The first keyword stays as it is listed, the other terms are in {language}."
        if listed
        else f"The keywords are in {language} too."
    )
    return f"Write the sentences in {language}. The keys stay in English. {words}"


def of_keypoints(parts: Sequence[str], *, joined: bool, animals: int) -> str:
    """What drawn dots mean, such as ``orange snout``; empty if none are drawn."""
    if not parts:
        return ""
    lines = ", joined by thin lines" if joined else ""
    whose = "the mouse to describe" if animals > 1 else "the mouse"
    return (
        f"Small dots drawn on {whose}{lines} mark its parts: {', '.join(parts)}.\nA program put "
        "them there: where a dot and the animal disagree, believe the animal."
    )


QUESTION = """\
These are {n_frames} frames over {span_s} s, {camera_view} view. {kinematics}
{others}
Describe the mouse."""
QUESTION_OF_VIEWS = """\
These are {n_frames} frames of each camera over {span_s} s: {cameras}. {kinematics}
{others}
Describe the mouse."""
EXAMPLES = "Answers for other windows, which a person corrected or confirmed:"
