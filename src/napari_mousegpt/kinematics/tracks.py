"""Paths of an animal's body parts: mislocated points dropped, short gaps bridged.

Knows body parts by their role, not what the animal does.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.kinematics.filters import fill_gaps

Tracks = dict[str, NDArray[np.float32]]
"""Role to positions, shape (space, time), NaN where the part is not seen."""

ALONG_BODY = {
    "snout": 0.0,
    "head": 0.15,
    "ear_left": 0.2,
    "ear_right": 0.2,
    "neck": 0.3,
    "spine_front": 0.35,
    "shoulder_left": 0.35,
    "shoulder_right": 0.35,
    "forepaw_left": 0.25,
    "forepaw_right": 0.25,
    "centre": 0.55,
    "spine_hind": 0.75,
    "hindpaw_left": 0.8,
    "hindpaw_right": 0.8,
    "hips": 0.85,
    "hip_left": 0.85,
    "hip_right": 0.85,
    "tail_base": 1.0,
}
"""Where a part lies between snout (0) and tail base (1) on a mouse seen from above."""

LONGEST_GAP_S = 0.25
LONGEST_EXCURSION_S = 0.2
FASTEST_BL_PER_S = 15.0
_TAIL = {"tail_mid": 1.5, "tail_tip": 2.0}
_ROWS_AT_ONCE = 4096
_FRAMES_FOR_SIZE = 20_000


def read_tracks(
    poses: xr.Dataset, individual: int, roles: Mapping[str, str], *, min_confidence: float
) -> Tracks:
    """Take the parts that kinematics uses out of the poses of one individual.

    A point is missing if its confidence is below ``min_confidence`` (an unknown confidence
    passes) or if all its coordinates are 0, which several trackers write for "not seen".
    """
    names = list(poses["keypoint"].values)
    used = [role for role in roles if role in ALONG_BODY or role in _TAIL]
    columns = np.array([names.index(roles[role]) for role in used], int)
    position, confidence = poses["position"].values, poses["confidence"].values
    n_time, n_space = position.shape[:2]
    points = np.empty((len(used), n_space, n_time), np.float32)
    for start in range(0, n_time, _ROWS_AT_ONCE):  # few rows at once stay in the cache
        rows = slice(start, start + _ROWS_AT_ONCE)
        part = position[rows][:, :, columns, individual]  # (time, space, role)
        missing = confidence[rows][:, columns, individual] < min_confidence
        missing |= (part == 0).all(axis=1)
        part.transpose(0, 2, 1)[missing] = np.nan
        points[..., rows] = part.T
    return {
        role: track for role, track in zip(used, points, strict=True) if np.isfinite(track[0]).any()
    }


def clean_tracks(
    tracks: Tracks, *, body_length: float, times_s: NDArray[np.float64], fps: float
) -> Tracks:
    """Drop points that cannot belong to the animal and bridge short gaps.

    Dropped are points farther from the middle of the body than they can be, and excursions of up to
    `LONGEST_EXCURSION_S` that a point leaves and returns from faster than `FASTEST_BL_PER_S`.
    Gaps of up to `LONGEST_GAP_S` are bridged by straight lines.
    """
    middle_role, middle = middle_of_body(tracks)
    cleaned = {}
    for role, track in tracks.items():
        reach = abs((ALONG_BODY | _TAIL)[role] - ALONG_BODY[middle_role]) + 0.6
        offset = (track - middle)[:2]
        with np.errstate(invalid="ignore"):
            stray = np.einsum("st,st->t", offset, offset) > (reach * body_length) ** 2
        track = np.where(stray, np.nan, track)
        track = drop_excursions(track, body_length=body_length, times_s=times_s)
        cleaned[role] = fill_gaps(track, round(LONGEST_GAP_S * fps))
    return cleaned


def middle_of_body(tracks: Tracks) -> tuple[str, NDArray[np.float32]]:
    """Median of three parts in each frame, which one mislocated part cannot move far.

    Returns
    -------
    tuple
        Role of the middle one of the three, and positions of shape (space, time).
    """
    present = sorted((role for role in tracks if role in ALONG_BODY), key=ALONG_BODY.__getitem__)
    trunk = [role for role in present if "paw" not in role] or present
    middle = trunk[len(trunk) // 2]
    a, b, c = tracks[trunk[0]], tracks[middle], tracks[trunk[-1]]
    return middle, np.fmax(np.fmin(a, b), np.fmin(np.fmax(a, b), c))


def median_body_length(tracks: Tracks, frames: NDArray[np.integer] | None = None) -> float:
    """Median distance from snout to tail base in pixels, estimated from other parts without them.

    Parameters
    ----------
    frames
        Frames to look at; a sample of all if None.

    Returns
    -------
    float
        NaN if fewer than two parts of the body's length are seen together.
    """
    along = sorted((role for role in tracks if role in ALONG_BODY), key=ALONG_BODY.__getitem__)
    if frames is None:
        n_time = next(iter(tracks.values())).shape[1]
        frames = np.arange(0, n_time, max(1, n_time // _FRAMES_FOR_SIZE))
    pairs = [(a, b) for a in along for b in along if ALONG_BODY[b] - ALONG_BODY[a] > 0.15]
    pairs.sort(key=lambda pair: ALONG_BODY[pair[0]] - ALONG_BODY[pair[1]])
    for front, rear in pairs:
        apart = tracks[front][:2, frames] - tracks[rear][:2, frames]
        distance = np.hypot(apart[0], apart[1])
        if np.isfinite(distance).mean() > 0.2:
            share = ALONG_BODY[rear] - ALONG_BODY[front]
            return float(np.nanmedian(distance) / share)
    return float("nan")


def drop_excursions(
    track: NDArray[np.float32], *, body_length: float, times_s: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Make NaN the short stretches in which a point jumps away and comes back.

    Parameters
    ----------
    track
        Positions, shape (space, time).
    body_length
        In the unit of ``track``; a jump is farther than 0.15 of it and faster than
        `FASTEST_BL_PER_S`.
    times_s
        Times of all frames, shape (time,).
    """
    visible = np.isfinite(track[0])
    known, when_s = track.compress(visible, axis=1), times_s.compress(visible)
    step = np.diff(known)
    steps = np.sqrt(np.einsum("st,st->t", step, step))
    limit = np.maximum(0.15, FASTEST_BL_PER_S * np.diff(when_s)) * body_length
    jumps = np.flatnonzero(steps > limit)  # from known[jump] to known[jump + 1]
    if jumps.size < 2:
        return track
    away, back = jumps[:-1], jumps[1:]
    brief = when_s[back] - when_s[away + 1] < LONGEST_EXCURSION_S
    returned = np.sqrt(((known[:, back + 1] - known[:, away]) ** 2).sum(axis=0))
    outward = np.minimum(steps[away], steps[back])
    track, seen = track.copy(), np.flatnonzero(visible)
    for k in np.flatnonzero(brief & (returned < 0.5 * outward)):
        track[:, seen[away[k] + 1] : seen[back[k]] + 1] = np.nan
    return track
