"""Keypoints drawn on an animal's crops: small, in fixed colours. Knows no prompt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.captioning.crop import Square
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.kinematics.frame_features import MIN_CONFIDENCE

Colour = tuple[int, int, int]

COLOURS: Mapping[str, tuple[str, Colour]] = {
    "snout": ("orange", (230, 159, 0)),
    "ears": ("yellow", (240, 228, 66)),
    "trunk": ("blue", (86, 180, 233)),
    "forelimbs": ("green", (0, 158, 115)),
    "hindlimbs": ("pink", (204, 121, 167)),
    "tail": ("white", (255, 255, 255)),
}
"""Part to the name of its colour and the colour; told apart by colour-blind readers (Okabe-Ito)."""
LINE: Colour = (200, 200, 200)
DOT_SHARE = 1 / 56
"""Width of a dot against the side of the crop."""
RIM_PX = 0.5
"""Of black round a dot, which shows it on a bright animal."""
_PARTS = {
    "snout": "snout",
    "ear": "ears",
    "eye": "ears",
    "elbow": "forelimbs",
    "wrist": "forelimbs",
    "forepaw": "forelimbs",
    "knee": "hindlimbs",
    "ankle": "hindlimbs",
    "hindpaw": "hindlimbs",
    "tail_base": "tail",
    "tail_mid": "tail",
    "tail_tip": "tail",
}


@dataclass(frozen=True, slots=True, eq=False)
class KeypointDrawing:
    """Draws one animal's keypoints on its crops.

    Attributes
    ----------
    poses
        In pixels of the film; points below a confidence of 0.4, or at 0, 0, are left out.
    roles
        Role to keypoint name; a keypoint without a role is drawn as trunk.
    skeleton
        Pairs of keypoints to join; empty for dots alone.
    """

    poses: xr.Dataset
    roles: Mapping[str, str]
    skeleton: Sequence[tuple[str, str]] = ()

    def on(
        self,
        crops: NDArray[np.uint8],
        square: Square,
        frames: Sequence[int],
        individual: str,
    ) -> NDArray[np.uint8]:
        """Return the crops, shape (frames, side, side, 3), with dots on them."""
        points = self._points(square, frames, individual, crops.shape[1])
        return np.stack([self._drawn(crop, at) for crop, at in zip(crops, points, strict=True)])

    def _points(
        self, square: Square, frames: Sequence[int], individual: str, side: int
    ) -> NDArray[np.float64]:
        """Places in the crops, shape (frames, keypoints, 2), (0, 0) at their corner."""
        here = self.poses.sel(individual=individual).reindex(time=list(frames))
        places = here["position"].transpose("time", "keypoint", "space").values[..., :2]
        unsure = here["confidence"].transpose("time", "keypoint").values < MIN_CONFIDENCE
        corner = np.asarray(square.centre_xy) + 0.5 - square.side_px / 2
        points = (places.astype(np.float64) + 0.5 - corner) * (side / square.side_px)
        # A tracker that writes 0, 0 for what it did not find means nothing by it.
        points[unsure | (places == 0).all(axis=-1)] = np.nan
        return points

    def _drawn(self, crop: NDArray[np.uint8], points: NDArray[np.float64]) -> NDArray[np.uint8]:
        picture = crop.astype(np.float32)
        names = [str(name) for name in self.poses["keypoint"].values]
        at = {
            name: place
            for name, place in zip(names, points, strict=True)
            if np.isfinite(place).all()
        }
        radius = max(1.2, len(crop) * DOT_SHARE / 2)
        for one, other in self.skeleton:
            if one in at and other in at:
                _stroke(picture, at[one], at[other], max(0.5, len(crop) / 448), LINE)
        for name, place in at.items():
            _, colour = COLOURS[part_of(name, self.roles)]
            _stroke(picture, place, place, radius + RIM_PX, (0, 0, 0))
            _stroke(picture, place, place, radius, colour)
        return np.round(picture).astype(np.uint8)


def _stroke(
    picture: NDArray[np.float32],
    start: NDArray[np.float64],
    stop: NDArray[np.float64],
    radius: float,
    colour: Colour,
) -> None:
    """Paint in place what is nearer than ``radius`` to a line, with a soft edge of one pixel."""
    size = np.array(picture.shape[1::-1])
    low = np.clip(np.floor(np.minimum(start, stop) - radius - 1), 0, size).astype(int)
    high = np.clip(np.ceil(np.maximum(start, stop) + radius + 1), 0, size).astype(int)
    x = np.arange(low[0], high[0]) + 0.5 - start[0]
    y = (np.arange(low[1], high[1]) + 0.5 - start[1])[:, None]
    (to_x, to_y), squared = stop - start, float(((stop - start) ** 2).sum())
    along = np.clip((x * to_x + y * to_y) / squared, 0, 1) if squared else 0.0
    apart = np.hypot(x - along * to_x, y - along * to_y)
    cover = np.clip(radius + 0.5 - apart, 0, 1)[..., None].astype(np.float32)
    patch = picture[low[1] : high[1], low[0] : high[0]]
    patch += cover * (np.array(colour, np.float32) - patch)


def drawing_for(
    recording: Recording, drawn: str, poses: xr.Dataset | None
) -> KeypointDrawing | None:
    """What draws ``points`` or a ``skeleton``; None for ``none``, or without poses in pixels."""
    if drawn == "none" or poses is None or poses.sizes["space"] != 2:
        return None
    joined = recording.skeleton if drawn == "skeleton" else ()
    return KeypointDrawing(poses, recording.keypoint_roles, joined)


def part_of(keypoint: str, roles: Mapping[str, str]) -> str:
    """Which part of `COLOURS` a keypoint is drawn as."""
    role = next((role for role, name in roles.items() if name == keypoint), "")
    stem = role.removesuffix("_left").removesuffix("_right")
    return _PARTS.get(stem, "trunk")


def parts_in_words(keypoints: Sequence[str], roles: Mapping[str, str]) -> list[str]:
    """The parts that are drawn, each after its colour, such as ``orange snout``."""
    drawn = {part_of(name, roles) for name in keypoints}
    return [f"{colour} {part}" for part, (colour, _) in COLOURS.items() if part in drawn]
