"""Poses as an xarray Dataset in the movement convention. Knows no file format."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray

DIMS = ("time", "space", "keypoint", "individual")


def make_poses(
    position: NDArray[np.floating],
    confidence: NDArray[np.floating] | None = None,
    *,
    keypoints: Sequence[str],
    individuals: Sequence[str] = ("individual_0",),
    frames: Sequence[int] | NDArray[np.integer] | None = None,
    fps: float | None = None,
    source_software: str = "",
    source_file: str = "",
    problems: Sequence[str] = (),
) -> xr.Dataset:
    """Build a pose data set.

    Parameters
    ----------
    position
        Shape (time, space, keypoint, individual), pixels, x then y (then z), origin top left.
        Infinite values become NaN; a point with one missing coordinate is missing.
    confidence
        Shape (time, keypoint, individual); NaN where the file gives none.
    keypoints, individuals
        Names along the last two axes.
    frames
        Frame number of each row, increasing; row k is frame k if None.
    fps, source_software, source_file
        Kept in ``attrs``; ``fps`` is None when the file does not say.
    problems
        Sentences about what was odd in the file, kept in ``attrs["problems"]``.

    Returns
    -------
    xarray.Dataset
        Variables ``position`` and ``confidence``, float32, dims as in `DIMS`.
    """
    with np.errstate(over="ignore"):  # what float32 cannot hold becomes infinite, then NaN
        position = np.array(position, dtype=np.float32)
    n_time, n_space, n_keypoints, n_individuals = position.shape
    missing = ~np.isfinite(position).all(axis=1, keepdims=True)
    position[np.broadcast_to(missing, position.shape)] = np.nan
    if confidence is None:
        confidence = np.full((n_time, n_keypoints, n_individuals), np.nan, np.float32)
    return xr.Dataset(
        {
            "position": (DIMS, position),
            "confidence": (("time", "keypoint", "individual"), np.asarray(confidence, np.float32)),
        },
        coords={
            "time": np.arange(n_time) if frames is None else np.asarray(frames, np.int64),
            "space": list("xyz"[:n_space]),
            "keypoint": [str(name) for name in keypoints],
            "individual": [str(name) for name in individuals],
        },
        attrs={
            "fps": fps,
            "time_unit": "frames",
            "source_software": source_software,
            "source_file": source_file,
            "problems": tuple(problems),
        },
    )


def fit_to_video(poses: xr.Dataset, n_frames: int) -> xr.Dataset:
    """Give poses exactly one row for each frame of a video.

    Surplus rows are dropped, missing ones are NaN; either is one more entry in
    ``attrs["problems"]``.

    Raises
    ------
    ValueError
        If fewer than half of the frames would have a pose.
    """
    frames = poses["time"].values
    problems = misfit(frames, n_frames)
    if len(frames) == n_frames and not problems and (np.diff(frames) == 1).all():
        return poses
    inside = np.flatnonzero((frames >= 0) & (frames < n_frames))
    fitted = poses.isel(time=inside).reindex(time=np.arange(n_frames))
    fitted.attrs["problems"] = (*poses.attrs.get("problems", ()), *problems)
    return fitted


def misfit(frames: NDArray[np.integer], n_frames: int) -> list[str]:
    """Say how the rows of poses and the frames of a video differ; nothing if they do not.

    Parameters
    ----------
    frames
        Frame number of each row.

    Raises
    ------
    ValueError
        If fewer than half of the frames would have a pose.
    """
    past, early = int((frames >= n_frames).sum()), int((frames < 0).sum())
    rows, inside = len(frames), len(frames) - past - early
    if inside < n_frames / 2:
        raise ValueError(
            f"expected a pose for each of the video's {n_frames} frames, found {rows} rows, "
            f"{inside} of them within the video: poses and video do not belong "
            "together. Check that both come from the same recording."
        )
    counts = {
        "rows past the end, ignored": past,
        "rows before the start, ignored": early,
        "frames without a pose": n_frames - inside,
    }
    beginning = f"poses have {rows} rows, the video {n_frames} frames"
    return [f"{beginning}: {what}: {count}" for what, count in counts.items() if count > 0]
