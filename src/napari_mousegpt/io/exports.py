"""Tables of a recording as files for other programs. Knows what to write, not how each looks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.datamodel.recording import Recording, VideoEntry
from napari_mousegpt.io.label_writers import (
    bento,
    boris_events,
    boris_project,
    csv_table,
    poser,
    simba_targets,
)
from napari_mousegpt.io.video import Video

EXPORTS = {
    "csv": ".csv",
    "spreadsheet": ".csv",
    "boris": ".boris",
    "boris-events": ".csv",
    "bento": ".annot",
    "poser": ".csv",
    "simba": ".csv",
}
"""Formats by name, and the ending of their files."""


@dataclass(frozen=True, slots=True)
class Exported:
    """The files written, and sentences on what the format could not hold."""

    files: tuple[Path, ...]
    left_out: tuple[str, ...] = ()


def export_recording(
    recording: Recording, to: str, path: Path, *, source: str | None = None
) -> Exported:
    """Write the bouts of a recording, and for csv also its descriptions.

    Parameters
    ----------
    to
        One of `EXPORTS`. ``csv`` is exact; ``spreadsheet`` is for looking at: cells that a
        spreadsheet would take for a formula are made harmless. Both write descriptions to
        ``<stem>_descriptions.csv`` beside ``path``, and add ``start_s`` and ``stop_s``.
    path
        Of the file; of a folder to name it after the recording.
    source
        Only bouts by ``person``, ``model``, ``rule``, ``cluster`` or ``import``.

    Raises
    ------
    ValueError
        If the format cannot hold these bouts at all.
    OSError
        If a file cannot be written.
    """
    path = path / f"{recording.name}{EXPORTS[to]}" if path.is_dir() else path
    bouts = recording.bouts
    if source is not None:
        bouts = bouts[bouts["source"] == source]
    entry = recording.videos[0]
    behaviours = [behaviour.name for behaviour in recording.ethogram]
    left_out: list[str] = []
    match to:
        case "csv" | "spreadsheet":
            return _write_tables(recording, bouts, path, spreadsheet_safe=to == "spreadsheet")
        case "boris" | "boris-events":
            writer = boris_project if to == "boris" else boris_events
            clock = _clock(entry)
            media = {video.id: str(video.path.resolve()) for video in recording.videos}
            facts = {"ethogram": recording.ethogram} if to == "boris" else {}
            left_out = writer.write(
                bouts, path, **clock, n_frames=entry.frames, media=media, **facts
            )
        case "bento":
            left_out = bento.write(
                bouts, path, fps=entry.fps, n_frames=entry.frames, behaviours=behaviours
            )
        case "poser":
            left_out = poser.write(bouts, path)
        case "simba":
            left_out = simba_targets.write(bouts, path, n_frames=entry.frames)
        case _:
            raise ValueError(f"expected a format among {', '.join(EXPORTS)}, found {to!r}")
    return Exported((path,), tuple(left_out))


def with_times_and_captioner(table: pd.DataFrame, recording: Recording) -> pd.DataFrame:
    """Add ``captioner``, ``start_s`` and ``stop_s``, the latter from the video's own time stamps
    where it is at hand; ``captioner`` tells apart what several runs say of the same time."""
    table = table.copy(deep=False)
    tools = {run.run_id: run.tool for run in recording.runs}
    table.insert(table.columns.get_loc("run_id") + 1, "captioner", table["run_id"].map(tools))
    start_s, stop_s = np.zeros(len(table)), np.zeros(len(table))
    for entry in recording.videos:
        edges_s = _edges_s(entry)
        mine = (table["video"] == entry.id).to_numpy()
        start_s[mine] = edges_s[np.clip(table.loc[mine, "start"], 0, entry.frames)]
        stop_s[mine] = edges_s[np.clip(table.loc[mine, "stop"], 0, entry.frames)]
    table.insert(4, "start_s", start_s.round(6))
    table.insert(5, "stop_s", stop_s.round(6))
    return table


def _write_tables(
    recording: Recording, bouts: pd.DataFrame, path: Path, *, spreadsheet_safe: bool
) -> Exported:
    descriptions = recording.descriptions.copy(deep=False)
    descriptions["keywords"] = ["; ".join(words) for words in descriptions["keywords"]]
    beside = path.with_name(f"{path.stem}_descriptions{path.suffix}")
    for table, target in ((bouts, path), (descriptions, beside)):
        timed = with_times_and_captioner(table, recording)
        csv_table.write(timed, target, spreadsheet_safe=spreadsheet_safe)
    return Exported((path, beside))


def _clock(entry: VideoEntry) -> dict[str, float | NDArray[np.float64]]:
    """Time stamps for a film of variable rate, else its rate."""
    times_s = _variable_times_s(entry)
    return {"fps": entry.fps} if times_s is None else {"times_s": times_s}


def _variable_times_s(entry: VideoEntry) -> NDArray[np.float64] | None:
    if not entry.path.is_file():
        return None
    with Video(entry.path) as video:
        same = video.index.variable_rate and len(video) == entry.frames
        # A rate that the user gave stands above the file's time stamps.
        return video.times_s if same and np.isclose(video.fps, entry.fps) else None


def _edges_s(entry: VideoEntry) -> NDArray[np.float64]:
    """Time at which each frame begins, and the end of the last; shape (frames + 1,)."""
    times_s = _variable_times_s(entry)
    if times_s is None:
        return np.arange(entry.frames + 1) / entry.fps
    return np.append(times_s, times_s[-1] + np.median(np.diff(times_s)))
