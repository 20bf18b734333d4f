"""Which paw stands where and when: paws plant, and step only as the body moves on.

Knows no behaviour but how fast the body goes and turns.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.sample.arena import FPS
from napari_mousegpt.sample.path import HipPath

PAWS = ("ForepawL", "ForepawR", "HindpawL", "HindpawR")
PHASES = (0.55, 0.05, 0.0, 0.5)
"""Where in the cycle each paw lifts off: diagonal pairs, the hind paw a little first."""

TURNING_RADIUS_CM = 3.2
SLOWEST_CM_PER_S, FEWEST_STRIDES_PER_S = 0.8, 1.2
LONGEST_SWING_S = 0.2
SHORTEST_STEP_CM = 0.35
LONGEST_REACH_CM, STEP_FRAMES = 1.7, 4
"""A paw further from its home than this steps at once, whatever the gait says."""
SETTLE_S = (0.1, 0.15)
"""How long before and after moving the gait runs on, so that paws end up under the body."""


@dataclass(frozen=True, slots=True, eq=False)
class Footfalls:
    """Paw tips in cm, (frames, 4, 3) in the order of `PAWS`, and which are planted, (frames, 4)."""

    paws_cm: NDArray[np.float64]
    planted: NDArray[np.bool_]


def pace(path: HipPath) -> NDArray[np.float64]:
    """Speed of the paws under the body in cm/s, shape (frames,): going and turning together."""
    return np.hypot(path.speed_cm_per_s, TURNING_RADIUS_CM * path.left_turn_rad_per_s)


def gait_phase(path: HipPath) -> NDArray[np.float64]:
    """Strides made since the start, shape (frames,); stands still when the body does."""
    pace_cm_per_s = pace(path)
    stride_cm = 3.2 + 0.11 * pace_cm_per_s
    strides_per_s = np.maximum(pace_cm_per_s / stride_cm, FEWEST_STRIDES_PER_S)
    strides_per_s[pace_cm_per_s < SLOWEST_CM_PER_S] = 0.0
    before, after = (round(seconds * FPS) for seconds in SETTLE_S)
    padded = np.pad(strides_per_s, (after, before), mode="edge")
    window = np.lib.stride_tricks.sliding_window_view(padded, before + after + 1)
    return np.cumsum(window.max(axis=-1)) / FPS


def place_paws(
    homes_cm: NDArray[np.float64],
    phase: NDArray[np.float64],
    pace_cm_per_s: NDArray[np.float64],
    lifted: NDArray[np.bool_],
) -> Footfalls:
    """Let every paw swing to where its home will be in the middle of the next stance.

    Parameters
    ----------
    homes_cm
        Where each paw would rest under the body, shape (frames, 4, 2).
    phase, pace_cm_per_s
        Strides made and speed of the body, shape (frames,).
    lifted
        Paws kept off the floor by what the animal does, shape (frames, 4); such a time counts
        as one long swing.
    """
    n_frames = len(homes_cm)
    paws_cm = np.zeros((n_frames, len(PAWS), 3))
    planted = np.ones((n_frames, len(PAWS)), dtype=bool)
    duty = np.clip(0.7 - 0.008 * pace_cm_per_s, 0.42, 0.7)
    for paw, offset in enumerate(PHASES):
        swings = _swings(phase + offset, duty, lifted[:, paw])
        track, standing = _walk_paw(homes_cm[:, paw], swings, lift_cm=0.45 if paw < 2 else 0.55)
        paws_cm[:, paw], planted[:, paw] = track, standing & ~lifted[:, paw]
    return Footfalls(paws_cm, planted)


def _swings(
    phase: NDArray[np.float64], duty: NDArray[np.float64], lifted: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    """Frames ``[lift-off, touch-down)`` of one paw, in order and apart from each other."""
    longest = round(LONGEST_SWING_S * FPS)
    edges = np.flatnonzero(np.diff(lifted.astype(int), prepend=0, append=0)).reshape(-1, 2)
    swings = [(int(start), int(stop)) for start, stop in edges]
    for cycle in range(int(np.ceil(phase[0])), int(np.floor(phase[-1])) + 1):
        start = int(np.searchsorted(phase, cycle))
        share = 1 - duty[min(start, len(duty) - 1)]
        stop = int(np.searchsorted(phase, cycle + share))
        stop = min(max(stop, start + 2), start + longest, len(phase))
        if not lifted[max(start - 2, 0) : stop + 2].any():
            swings.append((start, stop))
    return sorted(swings)


def _walk_paw(
    home_cm: NDArray[np.float64], swings: list[tuple[int, int]], *, lift_cm: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    n_frames = len(home_cm)
    at, stop = home_cm[0], 0
    track = np.zeros((n_frames, 3))
    track[:, :2] = at
    planted = np.ones(n_frames, dtype=bool)
    to_come = deque(swings)
    while swing := _next_swing(home_cm, at, stop, to_come):
        start, stop = swing
        next_start = to_come[0][0] if to_come else n_frames
        middle = min((stop + next_start) // 2, stop + round(0.25 * FPS), n_frames - 1)
        target = home_cm[middle]
        if np.hypot(*(target - at)) < SHORTEST_STEP_CM:
            continue
        done = (np.arange(start, stop) - start + 0.5) / (stop - start)
        eased = done * done * (3 - 2 * done)
        track[start:stop, :2] = at + eased[:, None] * (target - at)
        track[start:stop, 2] = lift_cm * np.sin(np.pi * done)
        track[stop:, :2] = target
        planted[start:stop] = False
        at = target
    return track, planted


def _next_swing(
    home_cm: NDArray[np.float64],
    at: NDArray[np.float64],
    standing_since: int,
    to_come: deque[tuple[int, int]],
) -> tuple[int, int] | None:
    """Take the next swing of the gait, or an earlier one where the body has moved too far."""
    due, end = to_come[0] if to_come else (len(home_cm), len(home_cm))
    strain_cm = np.linalg.norm(home_cm[standing_since:due] - at, axis=-1)
    if (strain_cm > LONGEST_REACH_CM).any():
        start = standing_since + int(np.argmax(strain_cm > LONGEST_REACH_CM))
        if start + STEP_FRAMES < due:
            return start, start + STEP_FRAMES
        due = start
    if not to_come:
        return (due, end) if due < end else None
    to_come.popleft()
    return due, end
