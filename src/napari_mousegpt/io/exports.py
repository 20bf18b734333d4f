"""A recording as files for other programs. Knows what to write, not how each looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.datamodel.labels.assessed import ASSESSED
from napari_mousegpt.datamodel.recording import Recording, VideoEntry
from napari_mousegpt.datamodel.tables import conform
from napari_mousegpt.io.export_formats import EXPORTS
from napari_mousegpt.io.films.open_film import open_film
from napari_mousegpt.io.label_formats.frame_clock import FrameClock, make_clock
from napari_mousegpt.io.label_writers import (
    bento,
    boris_events,
    boris_project,
    csv_table,
    poser,
    simba_targets,
)
from napari_mousegpt.io.nwb_writers import session as nwb_session
from napari_mousegpt.io.pose_writers import deeplabcut_csv, movement_netcdf
from napari_mousegpt.io.recording_folder import load_poses

ASSESSED_TABLE = "assessed.parquet"


@dataclass(frozen=True, slots=True)
class Exported:
    """The files written, and sentences on what the format could not hold."""

    files: tuple[Path, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Selection:
    """What is to be written; None for all.

    Attributes
    ----------
    source
        ``person``, ``model``, ``rule``, ``cluster`` or ``import``.
    run, annotator, individual, video
        Names as in the columns of the tables.
    """

    source: str | None = None
    run: str | None = None
    annotator: str | None = None
    individual: str | None = None
    video: str | None = None

    def rows(self, table: pd.DataFrame) -> pd.DataFrame:
        """Rows of an interval table that are chosen, by the columns that it has."""
        wanted = {
            "source": self.source,
            "run_id": self.run,
            "annotator": self.annotator,
            "individual": self.individual,
        }
        for name, value in wanted.items():
            if value is not None and name in table:
                table = table[table[name] == value]
        if self.video is not None:
            table = table[table["video"].isin([self.video, ""])]
        return table.reset_index(drop=True)


def export_recording(
    recording: Recording,
    to: str,
    path: Path,
    *,
    selection: Selection | None = None,
    session_start: datetime | None = None,
) -> Exported:
    """Write what is said of a recording, its poses, or both.

    Parameters
    ----------
    to
        One of `EXPORTS`. ``csv`` is exact; ``spreadsheet`` is for looking at: cells that a
        spreadsheet would take for a formula are made harmless. Both write descriptions to
        ``<stem>_descriptions.csv`` beside ``path``, and add ``start_s`` and ``stop_s``.
        ``movement`` and ``dlc`` write poses, ``nwb`` everything.
    path
        Of the file; of a folder to name it after the recording.
    selection
        Which bouts, descriptions and animals; all if None.
    session_start
        When the first video began, for NWB.

    Raises
    ------
    ValueError
        If the format cannot hold what is chosen, or nothing is.
    ImportError
        If the format needs packages that are not installed.
    OSError
        If a file cannot be written.
    """
    if to not in EXPORTS:
        raise ValueError(f"expected a format among {', '.join(EXPORTS)}, found {to!r}")
    path = path / f"{recording.name}{EXPORTS[to]}" if path.is_dir() else path
    chosen = selection or Selection()
    recording = _chosen_videos(recording, chosen)
    bouts = chosen.rows(recording.bouts)
    match to:
        case "csv" | "spreadsheet":
            said = chosen.rows(recording.descriptions)
            return _write_tables(recording, bouts, said, path, spreadsheet_safe=to != "csv")
        case "movement" | "dlc":
            return _write_poses(recording, to, path, chosen)
        case "nwb":
            return _write_session(recording, bouts, path, chosen, session_start)
        case _:
            lost = _write_labels(recording, bouts, to, path)
            none = ["no bout is what you chose: the file has none"] if bouts.empty else []
            return Exported((path,), (*none, *lost))


def _write_labels(recording: Recording, bouts: pd.DataFrame, to: str, path: Path) -> list[str]:
    """Write bouts alone, for formats that know one video or one rate."""
    entry = _only_rate(recording, bouts, to)
    behaviours = [behaviour.name for behaviour in recording.ethogram]
    match to:
        case "boris" | "boris-events":
            writer = boris_project if to == "boris" else boris_events
            facts = {"ethogram": recording.ethogram} if to == "boris" else {}
            media = {video.id: str(video.path.resolve()) for video in recording.videos}
            clock = _clock(entry)
            return writer.write(bouts, path, **clock, n_frames=entry.frames, media=media, **facts)
        case "bento":
            return bento.write(
                bouts, path, fps=entry.fps, n_frames=entry.frames, behaviours=behaviours
            )
        case "poser":
            return poser.write(bouts, path)
        case _:
            return simba_targets.write(bouts, path, n_frames=entry.frames)


def _only_rate(recording: Recording, bouts: pd.DataFrame, to: str) -> VideoEntry:
    """The video that the bouts are of, or the first of several that run alike."""
    named = [entry for entry in recording.videos if entry.id in set(bouts["video"])]
    entries = named or list(recording.videos)
    rates = {(entry.fps, entry.frames) for entry in entries}
    if len(rates) > 1:
        raise ValueError(
            f"{recording.name}: {to} takes one frame rate, found bouts of videos that differ in "
            f"it: {', '.join(entry.id for entry in entries)}. Write one at a time with --video."
        )
    return entries[0]


def _chosen_videos(recording: Recording, chosen: Selection) -> Recording:
    if chosen.individual is not None and chosen.individual not in recording.individuals:
        raise ValueError(
            f"{recording.name} has no individual {chosen.individual!r}; it has "
            f"{', '.join(recording.individuals)}"
        )
    if chosen.video is None:
        return recording
    return recording.replace(videos=(recording.video(chosen.video),))


def _chosen_poses(recording: Recording, chosen: Selection) -> dict[str, xr.Dataset]:
    poses = {}
    for entry in recording.videos:
        its = load_poses(recording, entry.id)
        if its is not None and chosen.individual is not None:
            its = its.sel(individual=its["individual"].values == chosen.individual)
        if its is not None and its.sizes["individual"]:
            poses[entry.id] = its
    return poses


def _write_poses(recording: Recording, to: str, path: Path, chosen: Selection) -> Exported:
    poses = _chosen_poses(recording, chosen)
    if not poses:
        raise ValueError(
            f"{recording.name}: expected poses to write, found none. Import them with: "
            "mousegpt import VIDEO --pose FILE"
        )
    files, notes = [], []
    for video_id, its in poses.items():
        alone = len(poses) == 1
        target = path if alone else path.with_name(f"{path.stem}_{video_id}{path.suffix}")
        if to == "dlc":
            notes += deeplabcut_csv.write(its, target)
        else:
            notes += movement_netcdf.write(its, target, **_clock(recording.video(video_id)))
        files.append(target)
    return Exported(tuple(files), tuple(dict.fromkeys(notes)))


def _write_session(
    recording: Recording,
    bouts: pd.DataFrame,
    path: Path,
    chosen: Selection,
    session_start: datetime | None,
) -> Exported:
    clocks: dict[str, FrameClock] = {
        entry.id: make_clock(path.name, **_clock(entry))[0] for entry in recording.videos
    }
    left_out = nwb_session.write(
        recording,
        path,
        bouts=bouts,
        descriptions=chosen.rows(recording.descriptions),
        poses=_chosen_poses(recording, chosen),
        clocks=clocks,
        assessed=_assessed(recording),
        session_start=session_start,
    )
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


def _assessed(recording: Recording) -> pd.DataFrame | None:
    path = recording.folder / ASSESSED_TABLE
    return conform(pd.read_parquet(path), ASSESSED) if path.is_file() else None


def _write_tables(
    recording: Recording,
    bouts: pd.DataFrame,
    descriptions: pd.DataFrame,
    path: Path,
    *,
    spreadsheet_safe: bool,
) -> Exported:
    descriptions = descriptions.copy(deep=False)
    descriptions["keywords"] = ["; ".join(words) for words in descriptions["keywords"]]
    beside = path.with_name(f"{path.stem}_descriptions{path.suffix}")
    for table, target in ((bouts, path), (descriptions, beside)):
        timed = with_times_and_captioner(table, recording)
        csv_table.write(timed, target, spreadsheet_safe=spreadsheet_safe)
    return Exported((path, beside))


def _clock(entry: VideoEntry) -> dict[str, Any]:
    """Time stamps for a film of variable rate, else its rate."""
    times_s = _variable_times_s(entry)
    return {"fps": entry.fps} if times_s is None else {"times_s": times_s}


def _variable_times_s(entry: VideoEntry) -> NDArray[np.float64] | None:
    if not entry.path.is_file():
        return None  # images have no time stamps of their own
    with open_film(entry.path) as video:
        same = video.variable_rate and len(video) == entry.frames
        # A rate that the user gave stands above the file's time stamps.
        return video.times_s if same and np.isclose(video.fps, entry.fps) else None


def _edges_s(entry: VideoEntry) -> NDArray[np.float64]:
    """Time at which each frame begins, and the end of the last; shape (frames + 1,)."""
    times_s = _variable_times_s(entry)
    if times_s is None:
        return np.arange(entry.frames + 1) / entry.fps
    return np.append(times_s, times_s[-1] + np.median(np.diff(times_s)))
