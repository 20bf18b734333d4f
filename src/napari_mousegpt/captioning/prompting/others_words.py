"""Where the other animals are and what they do to this one, in plain words. Knows no behaviour."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from napari_mousegpt.kinematics.relations import Relation

MOST_TOLD = 3
FAR_BL = 5.0
"""Who stays farther away than this is not told to come or go."""
CHANGED_BL = 0.3
"""A distance that changes by less stays as it is."""
OFTEN = 0.1
_ROUND = (
    "ahead",
    "ahead to the left",
    "to the left",
    "behind to the left",
    "behind",
    "behind to the right",
    "to the right",
    "ahead to the right",
)


def others_in_words(others: Sequence[Relation], *, camera_view: str = "top") -> str:
    """Tell in a line each where the nearest animals are, for a model's prompt.

    Parameters
    ----------
    others
        As given by `kinematics.relations.OtherAnimals`, the nearest first.
    camera_view
        From the side, left and right of the animal are not told.

    Returns
    -------
    str
        Directions are those of the animal that is described. Empty without other animals.
    """
    told = [_line(one, side_view=camera_view == "side") for one in others[:MOST_TOLD]]
    if len(others) > MOST_TOLD:
        count = len(others) - MOST_TOLD
        told.append(f"{count} more, farther away.")
    return "\n".join(told)


def _line(one: Relation, *, side_view: bool) -> str:
    said = [_distance(one)]
    if one.median >= CHANGED_BL and (where := _where(one, side_view=side_view)):
        said[0] += f", {where}"
    said += [text for text in (_motion(one), *_contact(one)) if text]
    if one.together_share < 0.8:
        said.append(f"both are tracked in {100 * one.together_share:.0f} % of the frames")
    sentences = ". ".join(text[0].upper() + text[1:] for text in said)
    return f'Other mouse "{one.other}": {sentences[0].lower()}{sentences[1:]}.'


def _distance(one: Relation) -> str:
    first, last = one.first, one.last
    if math.isnan(first) or math.isnan(last) or abs(last - first) < CHANGED_BL:
        return f"{_lengths(one.median)} away from centre to centre"
    return f"first {first:.1f}, at the end {_lengths(last)} away from centre to centre"


def _where(one: Relation, *, side_view: bool) -> str:
    if math.isnan(one.bearing_deg) or one.bearing_steadiness < 0.6:
        return "" if math.isnan(one.bearing_deg) else "on changing sides"
    if side_view:
        return "ahead" if abs(one.bearing_deg) < 90 else "behind"
    return _ROUND[round(one.bearing_deg / 45) % 8]


def _motion(one: Relation) -> str:
    """Who comes nearer or goes away; following goes before both."""
    if min(one.first, one.last, one.median) > FAR_BL:
        return ""
    if _follows(one):
        return "this mouse follows it"
    if _is_followed(one):
        return "it follows this mouse"
    change = one.last - one.first
    if math.isnan(change) or abs(change) < CHANGED_BL:
        return ""
    nearer = change < 0
    mine, its = (way if nearer else -way for way in (one.nearing, one.other_nearing))
    if min(mine, its) > 0.35 * max(mine, its) > 0:
        return "both come nearer to each other" if nearer else "both go away from each other"
    if mine >= its:
        return "this mouse comes nearer to it" if nearer else "this mouse goes away from it"
    return "it comes nearer to this mouse" if nearer else "it goes away from this mouse"


def _follows(one: Relation) -> bool:
    """Both go the same way, the other ahead and seen from behind."""
    return (
        min(one.path, one.other_path) > 1.0
        and min(one.nearing, -one.other_nearing) > 0.6
        and one.median < 2.5
        and one.bearing_steadiness > 0.6
        and abs(one.bearing_deg) < 60
        and abs(one.seen_from_other_deg) > 120
    )


def _is_followed(one: Relation) -> bool:
    return (
        min(one.path, one.other_path) > 1.0
        and min(-one.nearing, one.other_nearing) > 0.6
        and one.median < 2.5
        and abs(one.bearing_deg) > 120
        and abs(one.seen_from_other_deg) < 60
    )


def _contact(one: Relation) -> list[str]:
    said = []
    if one.touching_share >= OFTEN:
        said.append(f"their bodies touch or nearly do {_often(one.touching_share)}")
    if mine := _reached(one.reaches):
        said.append(f"this mouse's snout is at {mine}")
    if its := _reached(one.reached_by):
        said.append(f"its snout is at this mouse's {its.removeprefix('its ')}")
    return said


def _reached(shares: Mapping[str, float]) -> str:
    name, share = max(shares.items(), key=lambda item: item[1], default=("", 0.0))
    return f"its {name} {_often(share)}" if share >= OFTEN else ""


def _often(share: float) -> str:
    return "all the time" if share >= 0.95 else f"in {100 * share:.0f} % of the frames"


def _lengths(value: float) -> str:
    return "1.0 body length" if f"{value:.1f}" == "1.0" else f"{value:.1f} body lengths"
