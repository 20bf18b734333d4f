"""Where an animal's paws are against its head, and how they move. Knows no behaviour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.kinematics.body import Body, Path, distance
from napari_mousegpt.kinematics.filters import rhythm_amplitude
from napari_mousegpt.kinematics.locomotion import magnitude, velocity
from napari_mousegpt.kinematics.tracks import Tracks

Column = NDArray[np.float32]

GROOMING_HZ = (3.0, 8.0)
SCRATCHING_HZ = (4.0, 20.0)
_RHYTHM_OVER_S = 0.5


def paw_features(
    body: Body, tracks: Tracks, *, body_length: float, times_s: NDArray[np.float64], fps: float
) -> dict[str, Column]:
    """Paws in each frame, in body lengths, by the names of `frame_features`; NaN untracked."""
    nothing = np.full(body.fore.shape[1], np.nan, np.float32)
    features = dict.fromkeys(
        (
            "forepaw_snout_distance_bl",
            "forepaw_speed_bl_per_s",
            "forepaw_rhythm_bl",
            "hindpaw_head_distance_bl",
            "hindpaw_reach_bl",
            "hindpaw_speed_bl_per_s",
            "hindpaw_rhythm_bl",
            "head_rhythm_bl",
        ),
        nothing,
    )
    forepaws, hindpaws = _pair(tracks, "forepaw"), _pair(tracks, "hindpaw")
    if forepaws:
        features["forepaw_speed_bl_per_s"] = (
            np.fmax.reduce([_speed(paw - body.centre, times_s, fps) for paw in forepaws])
            / body_length
        )
        features["forepaw_rhythm_bl"] = (
            np.fmin.reduce([_rhythm(paw - body.fore, GROOMING_HZ, fps) for paw in forepaws]) / body_length
        )
        if body.snout is not None:
            apart = [distance(paw, body.snout) for paw in forepaws]
            features["forepaw_snout_distance_bl"] = np.fmax.reduce(apart) / body_length
    if hindpaws:
        features |= _hindpaw_features(body, hindpaws, body_length, times_s, fps)
    if body.snout is not None and body.snout is not body.fore:
        features["head_rhythm_bl"] = _rhythm(body.snout - body.fore, GROOMING_HZ, fps) / body_length
    return features


def _hindpaw_features(
    body: Body, paws: list[Path], body_length: float, times_s: NDArray[np.float64], fps: float
) -> dict[str, Column]:
    head = body.fore if body.head is None else body.head
    apart = [distance(paw, head) / body_length for paw in paws]
    speeds = [_speed(paw - body.centre, times_s, fps) for paw in paws]
    rhythms = [_rhythm(paw - body.rear, SCRATCHING_HZ, fps) for paw in paws]
    nearer, farther = np.fmin.reduce(apart), np.fmax.reduce(apart)
    return {
        "hindpaw_head_distance_bl": nearer,
        "hindpaw_reach_bl": farther - nearer,
        "hindpaw_speed_bl_per_s": np.fmax.reduce(speeds) / body_length,
        "hindpaw_rhythm_bl": np.fmax.reduce(rhythms) / body_length,
    }


def _pair(tracks: Tracks, part: str) -> list[Path]:
    return [tracks[role] for role in (f"{part}_left", f"{part}_right") if role in tracks]


def _speed(path: Path, times_s: NDArray[np.float64], fps: float) -> Column:
    return magnitude(velocity(path, times_s, fps))


def _rhythm(path: Path, band_hz: tuple[float, float], fps: float) -> Column:
    """Amplitude in a band, both directions together, in pixels."""
    low, high = band_hz
    high = min(high, max(GROOMING_HZ[1], fps / 2.5))
    return magnitude(
        rhythm_amplitude(path, low_hz=low, high_hz=high, over_s=_RHYTHM_OVER_S, fps=fps)
    )
