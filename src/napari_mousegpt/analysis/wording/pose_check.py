"""Whether a description contradicts the kinematics of its window. Knows no pixels.

Only what poses can refute is judged, with limits far beyond what is expected of the truth: a
statement that is not flagged need not be right. What is supposed ("may be rearing") is never
flagged, nor is anything in a window that is poorly tracked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from napari_mousegpt.analysis.wording.fact_reader import Statement

Features = Mapping[str, float]

TRACKED = 0.8
"""Share of the window that must have a pose, and of that in which the part must be seen."""
RESTING_BL_PER_S = 0.2
RESTING_WAY_BL = 0.2
"""An animal whose fastest moment and whole way are below these has not gone anywhere."""
NOT_RUNNING_BL_PER_S = 0.8
"""A third of the speed from which mice trot; the fastest 5 % of frames must be below it."""
MOVING_BL_PER_S = 1.0
MOVING_WAY_BL = 1.0
"""Half of the frames faster than this, and this far in all: it was on its way."""
OTHER_WAY_DEG = 45.0
HARDLY_DEG = 15.0
"""The body turned this far the other way in all, and hardly at all the way that is said."""
STRAIGHT_ON_DEG = 90.0
NEVER_SHORT, NEVER_LONG = 1.0, 0.85
"""Length along the body against walking that it never went below, or above."""
UNDISTURBED_PITCH_DEG = 15.0
OTHER_SIDE_DEG, AHEAD_DEG, STEADY_DEG = 25.0, 50.0, 40.0
FAR_BL, TOUCHING_BL = 3.0, 0.75
PAWS_FAR_BL = 0.5
FROM_WALL_BL, AT_WALL_BL = 2.0, 0.4
FLAT_VIEWS = ("top", "bottom")
"""Views in which turns, sides and the length of the body can be judged in the picture."""

_GOING = ("walking", "running", "locomotion")
_ON_THE_SPOT = (
    "rearing", "grooming", "face grooming", "body grooming", "scratching", "digging",
    "stretch attend",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A statement, and the number in words that speaks against it."""

    statement: Statement
    measured: str


@dataclass(frozen=True, slots=True)
class PoseCheck:
    """Statements that poses could have refuted, and those that they did."""

    judged: tuple[Statement, ...]
    contradictions: tuple[Contradiction, ...]


def check_against_pose(
    statements: Iterable[Statement], features: Features, *, camera_view: str = "top"
) -> PoseCheck:
    """Compare what a description states with one row of `kinematics.window_features`.

    Parameters
    ----------
    camera_view
        Turns, sides and lengths are judged from above and below only, unless poses are in three
        dimensions.
    """
    judged, found = [], []
    stated = [one for one in statements if not (one.denied or one.supposed)]
    goes = any(one.fact == "behaviour" and one.value in _GOING for one in stated)
    if _value(features, "pose_share", 0.0) >= TRACKED:
        for one in stated:
            if goes and one.fact == "behaviour" and one.value in ("still", *_ON_THE_SPOT):
                continue  # one after the other: neither fills the window
            verdict = _verdict(one, features, camera_view in FLAT_VIEWS)
            if verdict is not None:
                judged.append(one)
                if verdict:
                    found.append(Contradiction(one, verdict))
    return PoseCheck(tuple(judged), tuple(found))


def _verdict(one: Statement, features: Features, flat: bool) -> str | None:
    """None if poses cannot tell, "" if they do not object, else what they say."""
    judge = _JUDGES.get((one.fact, one.value)) or _JUDGES.get((one.fact, ""))
    if judge is None or (judge in _OF_SHAPE and _touching(features)):
        return None
    try:
        return judge(one.value, features, flat)
    except KeyError:  # a number that is not known
        return None


def _goes(value: str, features: Features, flat: bool) -> str:
    fastest, way = _need(features, "speed_high_bl_per_s"), _need(features, "displacement_bl")
    if value == "running" and fastest < NOT_RUNNING_BL_PER_S:
        return f"its fastest is {fastest:.1f} body lengths/s"
    if fastest < RESTING_BL_PER_S and way < RESTING_WAY_BL:
        return f"it moves {way:.1f} body lengths, at {fastest:.1f}/s at most"
    return ""


def _stays(value: str, features: Features, flat: bool) -> str:
    usual, way = _need(features, "speed_median_bl_per_s"), _need(features, "displacement_bl")
    shape = _need(features, "shape_speed_mean_bl_per_s")
    if usual > MOVING_BL_PER_S and way > MOVING_WAY_BL and shape > RESTING_BL_PER_S:
        return f"it moves {way:.1f} body lengths, at {usual:.1f}/s"
    return ""


def _fast(value: str, features: Features, flat: bool) -> str:
    return _goes("running", features, flat)


def _turns(value: str, features: Features, flat: bool) -> str | None:
    if not flat:
        return None
    net = _need(features, "net_turn_deg")
    if value == "no turn":
        turned = abs(net) > STRAIGHT_ON_DEG
        return f"it turns {abs(net):.0f} degrees {_side(net)}" if turned else ""
    side = 1 if "left" in value else -1
    way = _need(features, "left_turn_deg" if side > 0 else "right_turn_deg")
    if side * net < -OTHER_WAY_DEG and way < HARDLY_DEG:
        return f"it turns {abs(net):.0f} degrees {_side(net)}"
    return ""


def _rears(value: str, features: Features, flat: bool) -> str | None:
    pitch = features.get("pitch_high_deg", math.nan)
    if not math.isnan(pitch):
        low = pitch < UNDISTURBED_PITCH_DEG
        return f"its body is raised by {pitch:.0f} degrees at most" if low else ""
    if not flat:
        return None
    shortest = _need(features, "elongation_low")
    if shortest >= NEVER_SHORT:
        return f"its body is never shorter than {shortest:.2f} of its length while walking"
    return _stays(value, features, flat)


def _shape(value: str, features: Features, flat: bool) -> str | None:
    if not flat:
        return None
    if value == "hunched":
        shortest = _need(features, "elongation_low")
        never = shortest >= NEVER_SHORT
        return f"its body is never shorter than {shortest:.2f} of its length" if never else ""
    longest = _need(features, "elongation_high")
    if longest <= NEVER_LONG:
        return f"its body is never longer than {longest:.2f} of its length"
    return ""


def _head(value: str, features: Features, flat: bool) -> str | None:
    if not flat or _value(features, "seen_head", 0.0) < TRACKED:
        return None
    angle, spread = _need(features, "head_angle_mean_deg"), _need(features, "head_angle_spread_deg")
    limit = AHEAD_DEG if value == "straight" else OTHER_SIDE_DEG
    against = abs(angle) if value == "straight" else angle * (-1 if value == "left" else 1)
    if against > limit and spread < STEADY_DEG:
        return f"its head is held {abs(angle):.0f} degrees {_side(angle)}"
    return ""


def _face(value: str, features: Features, flat: bool) -> str | None:
    moving = _stays(value, features, flat)
    if moving or _value(features, "seen_forepaws", 0.0) < TRACKED:
        return moving
    apart = _need(features, "forepaw_snout_distance_low_bl")
    if apart > PAWS_FAR_BL:
        return f"its forepaws stay {apart:.1f} body lengths from the snout"
    return ""


def _company(value: str, features: Features, flat: bool) -> str:
    if value == "close":
        nearest = _need(features, "neighbour_distance_low_bl")
        far = nearest > FAR_BL
        return f"the nearest animal is {nearest:.1f} body lengths away" if far else ""
    apart = _need(features, "neighbour_distance_median_bl")
    return f"another animal is {apart:.1f} body lengths away" if apart < TOUCHING_BL else ""


def _place(value: str, features: Features, flat: bool) -> str:
    nearest = _need(features, "wall_distance_low_bl")
    if value in ("wall", "corner") and nearest > FROM_WALL_BL:
        return f"the wall is {nearest:.1f} body lengths away"
    usual = _need(features, "wall_distance_median_bl")
    if value == "centre" and usual < AT_WALL_BL:
        return f"the wall is {usual:.1f} body lengths away"
    return ""


_Judge = Callable[[str, Features, bool], str | None]
_JUDGES: dict[tuple[str, str], _Judge] = {
    **{("behaviour", value): _goes for value in _GOING},
    **{("behaviour", value): _stays for value in ("still", *_ON_THE_SPOT)},
    ("behaviour", "turning left"): _turns,
    ("behaviour", "turning right"): _turns,
    ("behaviour", "rearing"): _rears,
    ("behaviour", "face grooming"): _face,
    ("speed", "not moving"): _stays,
    ("speed", "fast"): _fast,
    ("turn", ""): _turns,
    ("posture", "upright"): _rears,
    ("posture", "hunched"): _shape,
    ("posture", "stretched"): _shape,
    ("head", "left"): _head,
    ("head", "right"): _head,
    ("head", "straight"): _head,
    ("company", ""): _company,
    ("place", ""): _place,
}
_OF_SHAPE = (_turns, _rears, _shape, _head, _face)
"""Judged by the parts of one animal, which trackers swap where animals lie against each other."""


def _touching(features: Features) -> bool:
    return _value(features, "neighbour_distance_low_bl", math.inf) < TOUCHING_BL


def _value(features: Features, name: str, otherwise: float) -> float:
    value = features.get(name, math.nan)
    return otherwise if math.isnan(value) else value


def _need(features: Features, name: str) -> float:
    value = features.get(name, math.nan)
    if math.isnan(value):
        raise KeyError(name)
    return value


def _side(angle_deg: float) -> str:
    return "to the left" if angle_deg > 0 else "to the right"
