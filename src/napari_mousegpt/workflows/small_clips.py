"""Windows of a film as small moving pictures, cropped round the animal. Knows no screen.

Made to be looked at many at once: few pictures a second, small, and read in the film's order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.captioning.crop import Square, crop_square, whole_picture, window_square
from napari_mousegpt.captioning.tracked_body import body_centres, body_length_px
from napari_mousegpt.datamodel.poses import fit_to_video
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.films.film import Film
from napari_mousegpt.io.films.open_film import open_film
from napari_mousegpt.io.recording_folder import load_poses

PICTURES_PER_S = 15.0
LONGEST_S = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class SmallClip:
    """Pictures of one window, shape (pictures, side, side, 3), at `PICTURES_PER_S`.

    ``place`` is where the window stood among those asked for; without pictures, ``problem`` says
    why.
    """

    place: int
    pixels: NDArray[np.uint8] | None
    problem: str = ""


def small_clips(
    recording: Recording,
    windows: Sequence[tuple[str, TimeRange]],
    *,
    side_px: int,
    longest_s: float = LONGEST_S,
) -> Iterator[SmallClip]:
    """Read the pictures of windows, each with the individual that it follows.

    The first ``longest_s`` of each window are read. Without poses, or where the animal is not
    seen, the whole picture is shown.
    """
    entry = recording.video()
    film = open_film(entry.path, entry.fps)
    poses = load_poses(recording, entry.id)
    if poses is not None and poses.sizes["space"] == 2:
        poses = fit_to_video(poses, entry.frames)
    else:
        poses = None
    lengths: dict[str, float] = {}
    for place in sorted(range(len(windows)), key=lambda one: windows[one][1]):
        individual, window = windows[place]
        frames = frames_to_show(window, entry.fps, longest_s)
        square = _square(film, poses, recording, individual, frames, lengths)
        try:
            pictures = [
                crop_square(film[frame], square.centre_xy, square.side_px, side_px)
                for frame in frames
            ]
            yield SmallClip(place, np.stack(pictures))
        except (OSError, IndexError) as error:
            yield SmallClip(place, None, str(error))


def frames_to_show(window: TimeRange, fps: float, longest_s: float) -> list[int]:
    """Frames of a window at `PICTURES_PER_S`, from its start."""
    duration_s = min(len(window) / fps, longest_s)
    count = max(1, round(duration_s * PICTURES_PER_S))
    return [
        min(window.start + round(k * fps / PICTURES_PER_S), window.stop - 1) for k in range(count)
    ]


def _square(
    film: Film,
    poses: xr.Dataset | None,
    recording: Recording,
    individual: str,
    frames: Sequence[int],
    lengths: dict[str, float],
) -> Square:
    whole = whole_picture(film.shape[1:3])
    if poses is None or individual not in poses["individual"].values:
        return whole
    roles = recording.keypoint_roles
    if individual not in lengths:
        lengths[individual] = body_length_px(poses, individual, roles)
    shown = range(frames[0], frames[-1] + 1)
    return (
        window_square(body_centres(poses, individual, shown, roles), lengths[individual]) or whole
    )
