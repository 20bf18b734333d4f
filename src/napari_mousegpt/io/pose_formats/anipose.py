"""Points in space from Anipose (pose-3d csv). Knows no calibration."""

from __future__ import annotations

from pathlib import Path

import xarray as xr

from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.io.pose_formats import flat_csv, frame_numbers
from napari_mousegpt.io.pose_formats.keypoint_names import WORLD_PROBLEM

suffixes = frozenset({".csv"})

_ENDINGS = ("_x", "_y", "_z", "_error", "_ncams", "_score")
_FRAME_COLUMN = "fnum"


def matches(path: Path) -> bool:
    """Look at the header only. Return False for anything unexpected."""
    try:
        return bool(flat_csv.find_header(path, _ENDINGS).keypoints)
    except (OSError, ValueError):
        return False


def read(path: Path, *, fps: float | None = None) -> xr.Dataset:
    """Read poses; a missing point is NaN. The confidence is Anipose's score.

    Raises
    ------
    ValueError
        If the columns are not those of Anipose, or hold anything but numbers.
    OSError
        If it cannot be read.
    """
    path = Path(path)
    table = flat_csv.read_flat(
        path,
        endings=_ENDINGS,
        space=_ENDINGS[:3],
        confidence="_score",
        frame_columns=[_FRAME_COLUMN],
    )
    frames, problems = frame_numbers.from_column(table.frames)
    return make_poses(
        table.position[..., None],
        table.confidence[..., None],
        keypoints=table.keypoints,
        frames=frames,
        fps=fps,
        source_software="Anipose",
        source_file=str(path),
        problems=[*problems, WORLD_PROBLEM],
    )
