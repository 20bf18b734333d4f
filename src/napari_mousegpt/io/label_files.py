"""Label files of any format as bout tables. Knows no format: each is an installed reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt import extensions
from napari_mousegpt.io.label_formats.media_clocks import file_name

_GROUP = "label_formats"
_ANY_FPS = 1000.0


@dataclass(frozen=True, slots=True)
class LabelSummary:
    """What a label file is, without the need to know its video."""

    label_format: str
    n_bouts: int
    videos: tuple[str, ...]
    individuals: tuple[str, ...]
    behaviours: tuple[str, ...]
    """Those of the bouts, and those that the file only lists."""
    fps: float | None
    problems: tuple[str, ...]


def recognise(path: str | Path) -> list[str]:
    """Names of the formats that a file looks like: none, mostly one, never a guess between two.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    """
    path = _existing(path)
    readers = {name: extensions.load(_GROUP, name) for name in extensions.names(_GROUP)}
    suffix = path.suffix.lower()
    return [
        name
        for name, reader in readers.items()
        if suffix in reader.suffixes and reader.matches(path)
    ]


def read_bouts(
    path: str | Path,
    *,
    label_format: str | None = None,
    fps: float | None = None,
    times_s: NDArray[np.floating] | None = None,
    video: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Read a label file as a bout table, half-open in frames.

    Parameters
    ----------
    path
        Of the file.
    label_format
        Name of its format; recognised by looking inside if None.
    fps, times_s
        Frame rate and time stamps of the video, for files with times in seconds. Time stamps
        are used before a rate, a rate before that which the file gives.
    video
        Keep only the bouts of the video file of this name, whatever its folder and suffix.
    columns
        For plain tables: column of the file for each column of a bout.

    Returns
    -------
    pandas.DataFrame
        As `datamodel.bouts.make_bouts` makes them, with what was odd in ``attrs["problems"]``
        and the file's list of behaviours in ``attrs["ethogram"]``. Spans that somebody looked at
        are in ``attrs["assessed"]``, as dicts with ``video, individual, start, stop,
        annotator, behaviours``, where the format tells; none otherwise.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If no format matches, or several do, or the file is broken, or a frame rate is needed.
    """
    path = _existing(path)
    if label_format is None:
        label_format = "intervals" if columns else _only(path, recognise(path))
    reader = extensions.load(_GROUP, label_format)
    options: dict[str, Any] = {"columns": columns} if columns else {}
    bouts = reader.read(path, fps=fps, times_s=times_s, **options)
    return bouts if video is None else _of_video(path, bouts, video)


def summarise(path: str | Path, *, fps: float | None = None) -> LabelSummary:
    """Say what a label file holds; a file in seconds needs no frame rate for that.

    Raises
    ------
    FileNotFoundError, ValueError
        As `read_bouts`, but for a frame rate.
    """
    path = _existing(path)
    label_format = _only(path, recognise(path))
    reader = extensions.load(_GROUP, label_format)
    problems: list[str] = []
    try:
        bouts = reader.read(path, fps=fps)
    except ValueError as error:
        if fps is not None:
            raise
        bouts = reader.read(path, fps=_ANY_FPS)  # raises again unless the rate was what it lacked
        problems.append(str(error).removeprefix(f"{path.name}: "))
    listed = [entry["name"] for entry in bouts.attrs["ethogram"]]
    return LabelSummary(
        label_format,
        len(bouts),
        tuple(bouts["video"].unique()),
        tuple(bouts["individual"].unique()),
        tuple(dict.fromkeys([*listed, *bouts["behaviour"]])),
        bouts.attrs["fps"],
        (*problems, *bouts.attrs["problems"]),
    )


def _existing(path: str | Path) -> Path:
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path}: there is no such file")
    return path


def _only(path: Path, found: list[str]) -> str:
    if len(found) == 1:
        return found[0]
    if found:
        raise ValueError(f"{path.name} could be {' or '.join(found)}: say which (label_format=...)")
    known = ", ".join(extensions.names(_GROUP))
    raise ValueError(
        f"{path.name}: found no label format in it; known are {known}. For another table, name "
        "its columns (columns=...)."
    )


def _of_video(path: Path, bouts: pd.DataFrame, video: str) -> pd.DataFrame:
    wanted = _stem(video)
    kept = bouts[[_stem(name) in ("", wanted) for name in bouts["video"]]].reset_index(drop=True)
    kept.attrs["assessed"] = [
        one for one in bouts.attrs["assessed"] if _stem(one["video"]) in ("", wanted)
    ]
    if len(bouts) and not len(kept):
        raise ValueError(
            f"{path.name}: expected bouts of {file_name(video)}, found those of "
            f"{', '.join(map(repr, bouts['video'].unique()[:10]))}. Rename the video, or read "
            "them without naming one."
        )
    return kept


def _stem(name: str) -> str:
    return Path(file_name(name)).stem.lower()
