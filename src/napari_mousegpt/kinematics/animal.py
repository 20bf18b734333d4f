"""One animal's cleaned tracks, body and reference lengths. Knows no feature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.kinematics.body import Body, find_body, midline_length
from napari_mousegpt.kinematics.locomotion import magnitude, velocity
from napari_mousegpt.kinematics.tracks import (
    Tracks,
    clean_tracks,
    median_body_length,
    read_tracks,
)

_WALKING_BL_PER_S = 0.5
_ENOUGH_WALKING_S = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Animal:
    """What all features of one animal rest on.

    Attributes
    ----------
    body_length, midline
        Median length while walking, straight from snout to tail base and along the body, in the
        unit of the poses.
    walked
        False if it walked too little for that; the lengths are then medians of all frames.
    """

    tracks: Tracks
    body: Body
    body_length: float
    midline: float
    walked: bool


def find_animal(
    poses: xr.Dataset,
    individual: int,
    *,
    roles: Mapping[str, str],
    times_s: NDArray[np.float64],
    fps: float,
    camera_view: str | None,
    min_confidence: float,
) -> Animal | None:
    """Clean the poses of one individual; None if no body can be made out of them."""
    tracks = read_tracks(poses, individual, roles, min_confidence=min_confidence)
    rough_length = median_body_length(tracks) if tracks else float("nan")
    if not rough_length > 0:
        return None
    tracks = clean_tracks(tracks, body_length=rough_length, times_s=times_s, fps=fps)
    body = find_body(tracks, camera_view=camera_view)
    if body is None:
        return None
    speed = magnitude(velocity(body.centre, times_s, fps))
    walking = np.flatnonzero(speed > _WALKING_BL_PER_S * rough_length)
    walked = walking.size >= _ENOUGH_WALKING_S * fps
    length = median_body_length(tracks, walking if walked else None)
    midline = midline_length(body)
    return Animal(
        tracks=tracks,
        body=body,
        body_length=length if length > 0 else rough_length,
        midline=float(np.nanmedian(midline[walking] if walked else midline)),
        walked=walked,
    )


def share_lengths(animals: Sequence[Animal | None]) -> list[Animal | None]:
    """Give animals that did not walk the median lengths of those that did.

    An animal that sits in a corner all the time shows no length to compare its posture with; its
    cage mates are the best guess.
    """
    walked = [animal for animal in animals if animal is not None and animal.walked]
    if not walked:
        return list(animals)
    body_length = float(np.median([animal.body_length for animal in walked]))
    midline = float(np.median([animal.midline for animal in walked]))
    return [
        animal
        if animal is None or animal.walked
        else replace(animal, body_length=body_length, midline=midline)
        for animal in animals
    ]
