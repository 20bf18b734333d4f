"""A clock for each video that the labels of a file are of. Knows no label format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.io.label_formats.bout_rows import Row, shown
from napari_mousegpt.io.label_formats.frame_clock import FrameClock, make_clock


def file_name(path: str) -> str:
    """Name of a file without its folders, whatever system wrote the path."""
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]


def clocks_of(
    name: str,
    rows: Sequence[Row],
    own_fps: Mapping[str, float],
    *,
    fps: float | None,
    times_s: NDArray[np.floating] | None,
    own_times_s: Mapping[str, NDArray[np.floating]] | None = None,
) -> tuple[dict[str, FrameClock], list[str]]:
    """Make a clock for each ``video`` of the rows.

    Parameters
    ----------
    name
        Of the file, for messages.
    rows
        As for `bouts_in_seconds`.
    own_fps, own_times_s
        What the file says of each video, used if the caller knows nothing.
    fps, times_s
        What the caller says, of all videos.

    Returns
    -------
    clocks, problems
        A video of unknown frame rate has no clock, but a sentence.

    Raises
    ------
    ValueError
        If no video has a frame rate, or the caller's are none.
    """
    clocks: dict[str, FrameClock] = {}
    problems: list[str] = []
    failures: dict[str, ValueError] = {}
    videos = list(dict.fromkeys(row["video"] for row in rows))
    nothing_given = fps is None and times_s is None
    for video in videos:
        own_s = (own_times_s or {}).get(video) if nothing_given else None
        try:
            clocks[video], notes = make_clock(
                name,
                fps=fps,
                times_s=times_s if own_s is None else own_s,
                own_fps=own_fps.get(video),
            )
        except ValueError as error:
            failures[video] = error
        else:
            problems += [note for note in notes if note not in problems]
    if failures and not clocks:
        raise next(iter(failures.values()))
    if times_s is not None and len(videos) > 1:
        problems.append(
            f"the labels are of {len(videos)} videos ({shown(videos)}); the time stamps given "
            "were used for all of them"
        )
    if failures:
        count = sum(row["video"] in failures for row in rows)
        where = shown([video for video in failures if video]) or "observations without a video"
        problems.append(
            f"labels in {where}, which have no frame rate, left out: {count}. Give the frame rate "
            "(fps, --fps) to read them"
        )
    return clocks, problems
