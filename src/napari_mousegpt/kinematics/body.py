"""An animal's axis, length and bend from whatever parts are tracked. Knows no time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.kinematics.tracks import Tracks

Column = NDArray[np.float32]
"""A number for each frame, shape (time,)."""
Path = NDArray[np.float32]
"""Positions, shape (space, time); all functions here look at the ground plane, x and y."""

_FORE = (
    ("neck",),
    ("spine_front",),
    ("shoulder_left", "shoulder_right"),
    ("ear_left", "ear_right"),
    ("head",),
    ("snout",),
)
_REAR = (
    ("tail_base",),
    ("hips",),
    ("hip_left", "hip_right"),
    ("spine_hind",),
    ("hindpaw_left", "hindpaw_right"),
    ("centre",),
)
_HEAD = (("ear_left", "ear_right"), ("head",), ("neck",), ("spine_front",))
_SIDES = ("ear", "shoulder", "hip", "hindpaw", "forepaw")


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """Points of the body, each of shape (space, time), NaN where not seen.

    Attributes
    ----------
    snout
        None if it is not tracked.
    head
        Between the ears or what comes nearest; None without a snout or a part behind it.
    fore, rear
        Ends of the trunk: neck and tail base, or what comes nearest.
    centre
        Centre of the trunk.
    mid
        The tracked point between fore and rear; None if there is none.
    left_sign
        -1 where a turn to the animal's left decreases atan2(y, x) (seen from above, y down), +1
        where it increases it (seen from below, or y up).
    """

    snout: Path | None
    head: Path | None
    fore: Path
    rear: Path
    centre: Path
    mid: Path | None
    left_sign: int

    def axis(self) -> Path:
        """From rear to fore."""
        return self.fore - self.rear


def find_body(tracks: Tracks, *, camera_view: str | None = None) -> Body | None:
    """Choose the best tracked parts; None with fewer than two along the body.

    Parameters
    ----------
    camera_view
        ``bottom`` mirrors left and right where no left and right parts are tracked; where they
        are, the parts decide.
    """
    fore_roles, rear_roles = _best_tracked(tracks, _FORE), _best_tracked(tracks, _REAR)
    if fore_roles is None or rear_roles is None:
        return None
    fore, rear = _mean(tracks, fore_roles), _mean(tracks, rear_roles)
    snout = tracks.get("snout")
    head_roles = _best_tracked(tracks, _HEAD) if snout is not None else None
    mid = tracks.get("centre") if rear_roles != ("centre",) else None
    if mid is not None and np.isfinite(mid[0]).mean() < 0.8 * np.isfinite(rear[0]).mean():
        mid = None
    return Body(
        snout=snout,
        head=None if head_roles is None else _mean(tracks, head_roles),
        fore=fore,
        rear=rear,
        centre=_between(fore, rear) if mid is None else mid,
        mid=mid,
        left_sign=_left_sign(tracks, fore - rear, camera_view),
    )


def angle_deg(start: Path, stop: Path) -> Column:
    """Signed angle from one direction to another, in (-180, 180], as atan2 counts."""
    cross = start[0] * stop[1] - start[1] * stop[0]
    dot = start[0] * stop[0] + start[1] * stop[1]
    return np.degrees(np.arctan2(cross, dot))


def distance(one: Path, other: Path) -> Column:
    """Distance on the ground, shape (time,)."""
    x, y = one[0] - other[0], one[1] - other[1]
    return np.sqrt(x * x + y * y)


def midline_length(body: Body) -> Column:
    """Length from snout to tail base through the trunk, which curling changes little."""
    line = [body.fore] if body.mid is None else [body.fore, body.mid]
    if body.snout is not None and body.snout is not body.fore:
        line.insert(0, body.snout)
    line.append(body.rear)
    steps = [distance(one, other) for one, other in pairwise(line)]
    return np.sum(steps, axis=0)


def _best_tracked(tracks: Tracks, choices: tuple[tuple[str, ...], ...]) -> tuple[str, ...] | None:
    """First choice that is seen at least 0.8 times as often as the one seen most."""
    seen = {
        roles: np.isfinite(_mean(tracks, roles)[0]).mean()
        for roles in choices
        if all(role in tracks for role in roles)
    }
    enough = 0.8 * max(seen.values(), default=0.0)
    return next((roles for roles, share in seen.items() if share >= enough and share > 0), None)


def _mean(tracks: Tracks, roles: tuple[str, ...]) -> Path:
    if len(roles) == 1:
        return tracks[roles[0]]
    return _between(tracks[roles[0]], tracks[roles[1]])


def _between(one: Path, other: Path) -> Path:
    return (one + other) * np.float32(0.5)


def _left_sign(tracks: Tracks, axis: Path, camera_view: str | None) -> int:
    """Side of the axis on which the parts called left lie, if nearly always the same."""
    votes = []
    for part in _SIDES:
        left, right = tracks.get(f"{part}_left"), tracks.get(f"{part}_right")
        if left is not None and right is not None:
            cross = axis[0] * (left - right)[1] - axis[1] * (left - right)[0]
            above, below = int((cross > 0).sum()), int((cross < 0).sum())
            votes.append((above - below) / max(1, above + below))
    evidence = sum(votes) / max(1, len(votes))
    if abs(evidence) > 0.5:
        return 1 if evidence > 0 else -1
    return 1 if camera_view == "bottom" else -1
