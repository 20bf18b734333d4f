"""The windows of a recording, described or plain, and their kinematics. Knows no vector."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from napari_mousegpt.analysis.vectors.posture_vectors import posture_columns
from napari_mousegpt.datamodel.recording import Recording, VideoEntry
from napari_mousegpt.datamodel.tables import SEEN
from napari_mousegpt.datamodel.timerange import TimeRange, cut_windows
from napari_mousegpt.io.recording_folder import load_poses
from napari_mousegpt.kinematics.frame_features import frame_features
from napari_mousegpt.kinematics.window_features import window_features

KEY = ["individual", "start", "stop"]


class NoPoses(ValueError):
    """A recording has no poses, and what was asked needs them."""


def described_windows(recording: Recording, described_by: str | None = None) -> pd.DataFrame:
    """Descriptions of one run: the last, or the last of a captioner, or the one of that id.

    Raises
    ------
    ValueError
        If there are none.
    """
    table = recording.descriptions
    described = set(table["run_id"])
    runs = [run for run in recording.runs if run.run_id in described]
    if described_by is not None:
        runs = [
            run for run in runs if run.tool == described_by or run.run_id.startswith(described_by)
        ]
    if not runs:
        who = "" if described_by is None else f" by {described_by}"
        has = ", ".join(sorted({run.tool for run in recording.runs if run.run_id in described}))
        raise ValueError(
            f"{recording.name} has no descriptions{who}"
            f"{f'; it has those of {has}' if has else ''}. "
            f"Make them with: mousegpt caption {recording.folder}"
        )
    rows = table[table["run_id"] == runs[-1].run_id]
    return rows.sort_values(["video", "individual", "start"]).reset_index(drop=True)


def plain_windows(recording: Recording, window_s: float) -> pd.DataFrame:
    """Windows of this length for every individual, where no description says which."""
    entry = recording.video()
    windows = cut_windows(entry.frames, window_s=window_s, stride_s=window_s, fps=entry.fps)
    return pd.DataFrame(
        [
            {"video": entry.id, "individual": name, "start": window.start, "stop": window.stop}
            for name in recording.individuals
            for window in windows
        ]
    )


def window_kinematics(recording: Recording, windows: pd.DataFrame) -> pd.DataFrame:
    """`window_features` of the animal of each row, rows in their order.

    Raises
    ------
    NoPoses
        If the recording has none.
    """

    def of_video(poses: xr.Dataset, entry: VideoEntry, ranges: Sequence[TimeRange]) -> pd.DataFrame:
        features = frame_features(
            poses,
            roles=recording.keypoint_roles,
            fps=entry.fps,
            pixel_size_mm=recording.pixel_size_mm,
            camera_view=entry.view,
        )
        return window_features(features, ranges)

    return _by_video(recording, windows, of_video)


def seen_kinematics(recording: Recording, described: pd.DataFrame) -> pd.DataFrame:
    """Those columns of `window_features` that descriptions tell without poses (`tables.SEEN`).

    NaN where a description does not; ``described`` are rows of descriptions.
    """
    speed, turn = (
        described[name].to_numpy(float) if name in described else np.full(len(described), np.nan)
        for name in SEEN
    )
    fps = described["video"].map({entry.id: entry.fps for entry in recording.videos})
    return pd.DataFrame(
        {
            "speed_mean_bl_per_s": speed,
            "net_turn_deg": turn,
            "left_turn_deg": np.maximum(turn, 0),
            "right_turn_deg": np.maximum(-turn, 0),
            "duration_s": ((described["stop"] - described["start"]) / fps).to_numpy(float),
        }
    )


def window_postures(recording: Recording, windows: pd.DataFrame) -> pd.DataFrame:
    """`posture_columns` of the animal of each row, rows in their order.

    Raises
    ------
    NoPoses
        If the recording has none.
    """

    def of_video(poses: xr.Dataset, entry: VideoEntry, ranges: Sequence[TimeRange]) -> pd.DataFrame:
        return posture_columns(
            poses,
            ranges,
            roles=recording.keypoint_roles,
            fps=entry.fps,
            camera_view=entry.view,
        )

    return _by_video(recording, windows, of_video).drop(columns=KEY)


def _by_video(
    recording: Recording,
    windows: pd.DataFrame,
    of_video: Callable[[xr.Dataset, VideoEntry, Sequence[TimeRange]], pd.DataFrame],
) -> pd.DataFrame:
    """What ``of_video`` says of the windows of each video, rows in the order of the windows."""
    tables = []
    for video, rows in windows.groupby("video", sort=False):
        entry, poses = recording.video(str(video)), load_poses(recording, str(video))
        if poses is None:
            raise NoPoses(_no_poses(recording))
        tables.append(_of_rows(rows, of_video(poses, entry, _ranges(rows))))
    return pd.concat(tables).loc[windows.index].reset_index(drop=True)


def _no_poses(recording: Recording) -> str:
    return (
        f"{recording.name} has no poses, and kinematics need them. Import the video with --pose, "
        "or leave kinematics out with --weights text=1"
    )


def _ranges(rows: pd.DataFrame) -> Sequence[TimeRange]:
    pairs = rows[["start", "stop"]].drop_duplicates().sort_values(["start", "stop"])
    return [TimeRange(int(a), int(b)) for a, b in pairs.to_numpy(np.int64)]


def _of_rows(rows: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    found = rows[KEY].merge(table, on=KEY, how="left")
    return found.set_index(rows.index)
