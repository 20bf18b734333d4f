"""The same window seen otherwise: turned, mirrored, in other light. Knows no model.

Mirroring changes sides, so it is done only where every fact that has a side can be changed too.
"""

from __future__ import annotations

import random
import re
from dataclasses import replace

import numpy as np

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.datamodel.facts import Facts

TURNABLE = ("top", "bottom")
"""Views in which any direction may be up."""
OTHER_SIDE = {
    **{"left": "right", "right": "left", "cw": "ccw", "ccw": "cw"},
    **{"counterclockwise": "clockwise", "anticlockwise": "clockwise"},
    "clockwise": "counterclockwise",
}
# Words of their own, as in turn_left, LEFT turn, turnLeft and leftward, but not in upright.
_SIDE = re.compile(
    r"(?:(?<![a-z])|(?-i:(?<=[a-z])(?=[LR])))"
    r"(?:left|right|c?cw|(?:(?:counter|anti)[-_ ]?)?clockwise)(?!(?!wards?(?![a-z]))[a-z])",
    re.IGNORECASE,
)


def augmented(clip: Clip, facts: Facts | None, rng: random.Random) -> tuple[Clip, Facts | None]:
    """Show a clip in another light, and from above or below also turned or mirrored.

    Parameters
    ----------
    facts
        What is true of the clip; None where its words are a person's, which are not changed.
    """
    if clip.pixels is None:
        return clip, facts
    pixels = clip.pixels
    if clip.camera_view in TURNABLE:
        pixels = np.rot90(pixels, rng.randrange(4), axes=(1, 2))
    # The words of the kinematics have sides too, and stay as they are.
    if facts is not None and not clip.features and rng.random() < 0.5:
        pixels, facts = pixels[:, :, ::-1], mirrored(facts)
    light = pixels.astype(np.float32) * rng.uniform(0.8, 1.2) + rng.uniform(-20, 20)
    seen = np.clip(np.rint(light), 0, 255).astype(np.uint8)
    return replace(clip, pixels=np.ascontiguousarray(seen)), facts


def mirrored(facts: Facts) -> Facts:
    """The facts with left and right exchanged, also in a behaviour's name."""
    return facts.replace(
        behaviour=other_side(facts.behaviour),
        turn=other_side(facts.turn),
        head=other_side(facts.head),
    )


def other_side(text: str | None) -> str | None:
    """A name with left and right exchanged, in the spellings of ethograms; None stays None."""
    return None if text is None else _SIDE.sub(_swapped, text)


def _swapped(found: re.Match[str]) -> str:
    side = re.sub("[-_ ]", "", found[0].lower())
    other = OTHER_SIDE[side]
    if found[0].isupper():
        return other.upper()
    return other.capitalize() if found[0][0].isupper() else other
