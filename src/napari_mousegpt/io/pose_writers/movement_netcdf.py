"""Poses as netCDF in the layout of movement. Knows no netCDF library: scipy writes version 3."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.datamodel.poses import DIMS
from napari_mousegpt.io.durable import replace_file

LARGEST_BYTES = (1 << 32) - 4
"""Of one variable in version 3 of netCDF."""


def write(
    poses: xr.Dataset,
    path: Path,
    *,
    fps: float | None = None,
    times_s: NDArray[np.floating] | None = None,
) -> list[str]:
    """Write positions and confidences over ``time, space, keypoint, individual``.

    These are the names of movement 0.17; earlier releases call the last two ``keypoints`` and
    ``individuals``.

    Parameters
    ----------
    poses
        As `datamodel.poses.make_poses` builds them.
    path
        Of the ``.nc`` file.
    fps
        Frame rate; the axis of time is in seconds. In frames if neither is given.
    times_s
        Time of each frame of a film of variable rate, shape (n_frames,); the frame numbers are
        then written beside them, as the coordinate ``frame``.

    Returns
    -------
    list of str
        What was changed.

    Raises
    ------
    ValueError
        If an array is larger than the format allows.
    OSError
        If the file cannot be written.
    """
    if poses["position"].nbytes > LARGEST_BYTES:
        raise ValueError(
            f"{path.name}: expected poses of at most {LARGEST_BYTES} bytes, found "
            f"{poses['position'].nbytes}. Write one individual at a time, or to csv."
        )
    frames = poses["time"].values
    stored = xr.Dataset(
        {
            "position": poses["position"].transpose(*DIMS).astype(np.float32),
            "confidence": poses["confidence"].transpose("time", *DIMS[2:]).astype(np.float32),
        },
        attrs=_attributes(poses, fps if times_s is None else None, timed=times_s is not None),
    )
    if times_s is not None:
        stored = stored.assign_coords(
            time=np.asarray(times_s, np.float64)[frames], frame=("time", frames)
        )
    elif fps is not None:
        stored = stored.assign_coords(time=frames / float(fps))
    for variable in stored.variables.values():
        variable.encoding = {}
    replace_file(path, lambda beside: _write(stored, beside))
    if times_s is None:
        return []
    return ["the frame rate varies: time is in seconds of each frame, frame numbers are beside it"]


def _write(stored: xr.Dataset, path: Path) -> None:
    stored.to_netcdf(path, engine="scipy", format="NETCDF3_64BIT")


def _attributes(poses: xr.Dataset, fps: float | None, *, timed: bool) -> dict[str, str | float]:
    attributes: dict[str, str | float] = {
        "source_software": str(poses.attrs.get("source_software") or "napari-mousegpt"),
        "source_file": str(poses.attrs.get("source_file") or ""),
        "ds_type": "poses",
        "time_unit": "seconds" if timed or fps is not None else "frames",
    }
    return attributes | ({"fps": float(fps)} if fps is not None else {})
