"""Where an animal's paws are against its head, and how they beat. Knows no behaviour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.kinematics.body import Body, Column, Path, distance
from napari_mousegpt.kinematics.filters import beat_power
from napari_mousegpt.kinematics.locomotion import magnitude, velocity
from napari_mousegpt.kinematics.tracks import Tracks

BEAT_HZ = 3.0
"""Grooming, licking, digging and scratching beat faster than this, looking about does not."""
_BEAT_OVER_S = 0.5


def paw_features(
    body: Body, tracks: Tracks, *, body_length: float, times_s: NDArray[np.float64], fps: float
) -> dict[str, Column]:
    """Tracked paws and beats in each frame, by the names of `frame_features`."""
    features = {}
    jitter = _power(body.axis(), fps)
    centre = velocity(body.centre, times_s, fps)
    forepaws, hindpaws = _pair(tracks, "forepaw"), _pair(tracks, "hindpaw")
    if forepaws:
        speeds = [magnitude(velocity(paw, times_s, fps) - centre) for paw in forepaws]
        beats = [_beat(paw - body.fore, jitter, fps) for paw in forepaws]
        features["forepaw_speed_bl_per_s"] = np.fmax.reduce(speeds) / body_length
        features["forepaw_beat_bl"] = np.fmin.reduce(beats) / body_length
        if body.snout is not None:
            apart = [distance(paw, body.snout) for paw in forepaws]
            features["forepaw_snout_distance_bl"] = np.fmax.reduce(apart) / body_length
    if hindpaws:
        speeds = [magnitude(velocity(paw, times_s, fps) - centre) for paw in hindpaws]
        beats = [_beat(paw - body.rear, jitter, fps) for paw in hindpaws]
        features["hindpaw_speed_bl_per_s"] = np.fmax.reduce(speeds) / body_length
        features["hindpaw_beat_bl"] = np.fmax.reduce(beats) / body_length
        features |= _reach(body, hindpaws, body_length)
    if body.snout is not None and body.snout is not body.fore:
        features["head_beat_bl"] = _beat(body.snout - body.fore, jitter, fps) / body_length
    return features


def _reach(body: Body, hindpaws: Sequence[Path], body_length: float) -> dict[str, Column]:
    head = body.fore if body.head is None else body.head
    apart = [distance(paw, head) / body_length for paw in hindpaws]
    nearer, farther = np.fmin.reduce(apart), np.fmax.reduce(apart)
    return {"hindpaw_head_distance_bl": nearer, "hindpaw_reach_bl": farther - nearer}


def _pair(tracks: Tracks, part: str) -> list[Path]:
    return [tracks[role] for role in (f"{part}_left", f"{part}_right") if role in tracks]


def _power(path: Path, fps: float) -> Column:
    power = beat_power(path[:2], above_hz=BEAT_HZ, over_s=_BEAT_OVER_S, fps=fps)
    return power[0] + power[1]


def _beat(path: Path, jitter: Column, fps: float) -> Column:
    """Amplitude in pixels beyond that of the trunk, whose two ends only jitter that fast."""
    beyond = np.maximum(_power(path, fps) - np.nan_to_num(jitter), 0)
    return np.sqrt(beyond)
