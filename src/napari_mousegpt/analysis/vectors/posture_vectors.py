"""Posture over time: keypoints in the animal's own frame, and how much they move at which rate.

Knows body parts by role; knows no behaviour. After the idea of MotionMapper (Berman et al. 2014):
spectra of postural modes, here by windowed Fourier power in bands rather than wavelets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.kinematics.animal import Animal, find_animal
from napari_mousegpt.kinematics.frame_features import MIN_CONFIDENCE
from napari_mousegpt.kinematics.tracks import ALONG_BODY
from napari_mousegpt.kinematics.windowed import Windowed, in_chunks

BANDS_HZ = ((0.5, 1.0), (1.0, 2.0), (2.0, 4.0), (4.0, 8.0), (8.0, 16.0))
ENOUGH_FRAMES = 0.5
POSTURE_REVISION = "1"


def posture_columns(
    poses: xr.Dataset,
    windows: Sequence[TimeRange],
    *,
    roles: Mapping[str, str],
    fps: float,
    camera_view: str | None = None,
) -> pd.DataFrame:
    """Mean posture of each animal in each window, and its movement by frequency.

    Keypoints are put into the animal's frame: centre of the trunk at 0, body axis along x, left
    positive, in body lengths; gaps up to 0.25 s are bridged (`kinematics.tracks`).

    Returns
    -------
    pandas.DataFrame
        One row per individual and window: ``individual, start, stop``, then ``<role>_x``,
        ``<role>_y`` (means) and ``<role>_<low>_<high>_hz`` (log of 1 + the amplitude in that band,
        in hundredths of a body length). A part tracked in less than half of a window's frames is
        NaN there; bands above half of the frame rate are left out.
    """
    starts = np.array([window.start for window in windows], np.int64)
    stops = np.array([window.stop for window in windows], np.int64)
    first = int(poses["time"].values[0]) if poses.sizes["time"] else 0
    times_s = np.arange(poses.sizes["time"]) / fps
    tables = []
    for place, individual in enumerate(poses["individual"].values):
        animal = find_animal(
            poses,
            place,
            roles=roles,
            times_s=times_s,
            fps=fps,
            camera_view=camera_view,
            min_confidence=MIN_CONFIDENCE,
        )
        table = pd.DataFrame({"individual": str(individual), "start": starts, "stop": stops})
        if animal is not None:
            columns = _summaries(own_frame(animal), starts - first, stops - first, fps)
            table = pd.concat([table, pd.DataFrame(columns)], axis=1)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def own_frame(animal: Animal) -> dict[str, NDArray[np.float32]]:
    """Parts in the animal's own frame, in body lengths: role to shape (2, time)."""
    axis = animal.body.axis()[:2]
    along = axis / np.maximum(np.hypot(axis[0], axis[1]), 1e-6)
    left = animal.body.left_sign * np.stack([-along[1], along[0]])
    parts = {}
    for role, track in animal.tracks.items():
        if role not in ALONG_BODY:
            continue  # the tail says little of what the rest does
        away = (track[:2] - animal.body.centre[:2]) / animal.body_length
        parts[role] = np.stack([(away * along).sum(0), (away * left).sum(0)]).astype(np.float32)
    return parts


def _summaries(
    parts: Mapping[str, NDArray[np.float32]],
    starts: NDArray[np.int64],
    stops: NDArray[np.int64],
    fps: float,
) -> dict[str, NDArray[np.float32]]:
    columns: dict[str, NDArray[np.float32]] = {}
    for role in sorted(parts):
        x, y = parts[role]
        for chosen in in_chunks(starts, stops):
            rows = Windowed(starts[chosen], stops[chosen], x.size)
            for name, values in _summarise(role, rows, x, y, fps).items():
                whole = columns.setdefault(name, np.full(starts.size, np.nan, np.float32))
                whole[chosen] = values
    return columns


def _summarise(
    role: str, rows: Windowed, x: NDArray, y: NDArray, fps: float
) -> dict[str, NDArray[np.float32]]:
    placed = [rows.take(x), rows.take(y)]  # (windows, frames)
    known = np.isfinite(placed[0])
    n_known = known.sum(axis=1)
    seen = n_known >= ENOUGH_FRAMES * rows.n_frames
    columns, power = {}, np.zeros(())
    for axis, values in zip("xy", placed, strict=True):
        mean = np.where(known, values, 0).sum(axis=1) / np.maximum(n_known, 1)
        columns[f"{role}_{axis}"] = np.where(seen, mean, np.nan).astype(np.float32)
        # What is missing, and what lies behind a shorter window, rests at the mean: no movement.
        moved = np.where(known, values - mean[:, None], 0)
        power = power + np.abs(np.fft.rfft(moved, axis=1)) ** 2
    hz = np.fft.rfftfreq(placed[0].shape[1], 1 / fps)
    scale = 2 / np.maximum(rows.n_frames, 1) ** 2
    for low, high in BANDS_HZ:
        if low >= fps / 2:
            break
        inside = (hz >= low) & (hz < high)
        amplitude = np.sqrt(power[:, inside].sum(axis=1) * scale)
        columns[f"{role}_{low:g}_{high:g}_hz"] = np.where(
            seen, np.log1p(100 * amplitude), np.nan
        ).astype(np.float32)
    return columns
