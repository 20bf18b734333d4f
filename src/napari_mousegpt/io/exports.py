"""Tables of a recording as files for other programs. Knows what to write, not how each looks."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.durable import replace_file
from napari_mousegpt.io.video import Video


def export_csv(recording: Recording, path: Path) -> list[Path]:
    """Write bouts to ``path`` and descriptions to ``<stem>_descriptions.csv`` beside it.

    Frames and keywords stay as they are, ``start_s`` and ``stop_s`` are added; keywords are
    joined by semicolons.

    Returns
    -------
    list of Path
        The files written.
    """
    beside = path.with_name(f"{path.stem}_descriptions{path.suffix}")
    descriptions = recording.descriptions.copy()
    descriptions["keywords"] = ["; ".join(words) for words in descriptions["keywords"]]
    for table, target in ((recording.bouts, path), (descriptions, beside)):
        timed = with_seconds(table, recording)
        replace_file(target, partial(timed.to_csv, index=False))
    return [path, beside]


def with_seconds(table: pd.DataFrame, recording: Recording) -> pd.DataFrame:
    """Add ``start_s`` and ``stop_s``, from the video's own time stamps where it is at hand."""
    table = table.copy(deep=False)
    start_s, stop_s = np.zeros(len(table)), np.zeros(len(table))
    for entry in recording.videos:
        edges_s = _edges_s(entry.path, entry.frames, entry.fps)
        mine = (table["video"] == entry.id).to_numpy()
        start_s[mine] = edges_s[np.clip(table.loc[mine, "start"], 0, entry.frames)]
        stop_s[mine] = edges_s[np.clip(table.loc[mine, "stop"], 0, entry.frames)]
    table.insert(4, "start_s", start_s.round(6))
    table.insert(5, "stop_s", stop_s.round(6))
    return table


def _edges_s(path: Path, frames: int, fps: float) -> np.ndarray:
    """Time at which each frame begins, and the end of the last; shape (frames + 1,)."""
    if path.is_file():
        with Video(path) as video:
            if video.index.variable_rate and len(video) == frames:
                last_s = video.times_s[-1] + np.median(np.diff(video.times_s))
                return np.append(video.times_s, last_s)
    return np.arange(frames + 1) / fps
