"""Example pictures of behaviours, cropped to the animal. Knows no page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.analysis.profile.profile_tables import Profile
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.films.video import Video
from napari_mousegpt.io.recording_folder import load_poses

SIDE_PX = 150
_ROOM = 1.6
"""Side of the picture against the extent of the animal's points."""


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """One picture: the middle of a bout."""

    behaviour: str
    where: str
    png: bytes


def example_stills(
    recordings: Sequence[Recording], profile: Profile, *, each: int = 3
) -> list[Still]:
    """Take the middles of the longest bouts of each behaviour, from different animals if possible.

    A recording whose video is not there, or cannot be decoded, gives none.
    """
    bouts = profile.bouts
    if not len(bouts):
        return []
    by_name = {recording.name: recording for recording in recordings}
    poses: dict[tuple[str, str], xr.Dataset | None] = {}
    stills = []
    for behaviour in profile.names:
        of_it = bouts[bouts["behaviour"] == behaviour].sort_values("duration_s", ascending=False)
        turn = of_it.groupby(["recording", "individual"], sort=False).cumcount()
        for row in (
            of_it.assign(turn=turn).sort_values("turn", kind="stable").head(each).itertuples()
        ):
            recording = by_name[str(row.recording)]
            key = (recording.name, str(row.video))
            if key not in poses:
                poses[key] = load_poses(recording, str(row.video))
            picture = _picture(recording, row, poses[key])
            if picture is not None:
                frame = (row.start + row.stop) // 2
                who = f"{row.recording} {row.individual}" if len(by_name) > 1 else row.individual
                stills.append(Still(behaviour, f"{who}, frame {frame}", _png(picture)))
    return stills


def _picture(recording: Recording, row: object, poses: xr.Dataset | None) -> NDArray | None:
    frame = int((row.start + row.stop) // 2)  # type: ignore[attr-defined]
    entry = recording.video(str(row.video))  # type: ignore[attr-defined]
    try:
        with Video(entry.path) as video:
            pixels = video[min(frame, len(video) - 1)]  # (y, x, 3) uint8
    except (OSError, ValueError):
        return None
    individual = str(row.individual)  # type: ignore[attr-defined]
    if poses is None or poses.sizes["space"] != 2 or individual not in poses["individual"].values:
        return pixels
    points = poses["position"].sel(individual=individual).isel(time=frame).values  # (2, keypoint)
    points = points[:, np.isfinite(points).all(axis=0)]
    return _cropped(pixels, points) if points.shape[1] > 1 else pixels


def _cropped(pixels: NDArray, points: NDArray) -> NDArray:
    middle = (points.min(axis=1) + points.max(axis=1)) / 2
    half = max(8, round(_ROOM * float(np.ptp(points, axis=1).max()) / 2))
    x, y = np.rint(middle).astype(int).tolist()
    padded = np.pad(pixels, ((half, half), (half, half), (0, 0)), mode="edge")
    y, x = np.clip(y, 0, pixels.shape[0]), np.clip(x, 0, pixels.shape[1])
    cropped: NDArray = padded[y : y + 2 * half, x : x + 2 * half]
    return cropped


def _png(pixels: NDArray) -> bytes:
    from PIL import Image

    content = BytesIO()
    picture = Image.fromarray(pixels)
    picture.thumbnail((2 * SIDE_PX, 2 * SIDE_PX))
    picture.save(content, format="PNG")
    return content.getvalue()
