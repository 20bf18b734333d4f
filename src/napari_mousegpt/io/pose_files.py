"""Pose files of any kind: finds the format by looking inside. Knows no format itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xarray as xr

from napari_mousegpt import extensions
from napari_mousegpt.io.doors.file_contents import describe

_GROUP = "pose_formats"


def recognise(path: str | Path) -> list[str]:
    """Name the pose formats that a file is in: none, one, or several where it is ambiguous.

    Never raises for what the file holds; a file that is missing or unreadable is in no format.
    """
    path = Path(path)
    if not path.is_file():
        return []
    return [name for name in extensions.names(_GROUP) if _is_in(name, path)]


def read_poses(
    path: str | Path,
    *,
    fps: float | None = None,
    pose_format: str | None = None,
    **options: Any,
) -> xr.Dataset:
    """Read a pose file of any known format.

    Parameters
    ----------
    path
        The file; its format is found by looking inside.
    fps
        Frame rate, if known; kept in ``attrs``.
    pose_format
        Name of the format, to choose where a file fits several.
    **options
        What only that format's reader understands, such as ``video`` for SLEAP projects.

    Returns
    -------
    xarray.Dataset
        As `napari_mousegpt.datamodel.poses.make_poses` builds it; ``attrs["pose_format"]`` is
        the name of the format.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    OSError
        If the file cannot be read or is damaged.
    ValueError
        If no format fits, or several do, or the file breaks the rules of its format.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path}: expected a pose file, there is no such file")
    if pose_format is None:
        pose_format = _only_format(path)
    poses: xr.Dataset = extensions.load(_GROUP, pose_format).read(path, fps=fps, **options)
    poses.attrs["pose_format"] = pose_format
    return poses


def _is_in(name: str, path: Path) -> bool:
    pose_format: Any = extensions.load(_GROUP, name)
    return path.suffix.lower() in pose_format.suffixes and bool(pose_format.matches(path))


def _only_format(path: Path) -> str:
    names = recognise(path)
    if len(names) == 1:
        return names[0]
    if names:
        raise ValueError(
            f"{path.name} fits the pose formats {' and '.join(names)}. "
            f"Choose one, for example pose_format={names[0]!r}."
        )
    raise ValueError(f"{path.name}: no pose format recognised; {describe(path)}")
