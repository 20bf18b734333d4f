"""A model's folder on real films, through the package's own captioning: no clip is cut specially.

python -m training.real_clips FOLDER_OF_DATA [MODEL_FOLDER]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.accuracy import described
from benchmarks.labelled_clips import labelled_clips
from napari_mousegpt.datamodel.description import Description
from napari_mousegpt.datamodel.fact_phrases import facts_said
from napari_mousegpt.datamodel.facts import SPEEDS, Facts
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.workflows.import_recording import import_recording
from napari_mousegpt.workflows.window_kinematics import window_kinematics
from training.rendering.course import SPEED_LIMITS

TURNED_DEG = 20.0


def evaluate_real(data: Path, model: Path | None) -> pd.DataFrame:
    """Per cent right on ``labelled_clips`` and ``videos_with_pose`` of a folder of data.

    The interval is 95 % of a bootstrap over videos: windows of one video are no independent cases.
    """
    rows = {}
    with tempfile.TemporaryDirectory() as scratch:
        clips = labelled_windows(data, model, Path(scratch))
        rows["behaviour of labelled clips"] = by_video(clips)
        for name, table in pose_windows(data / "videos_with_pose", model, Path(scratch)).items():
            rows[name] = by_video(table)
    return pd.DataFrame(rows).T


def by_video(table: pd.DataFrame) -> dict[str, float]:
    """Windows right, mean over videos with its interval, and how many; columns right and video."""
    means = table.groupby("video")["right"].mean().to_numpy()
    rng = np.random.default_rng(0)
    drawn = means[rng.integers(len(means), size=(2000, len(means)))].mean(axis=1)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return {
        "windows right": 100 * table["right"].mean(),
        "mean over videos": 100 * means.mean(),
        "from": 100 * low,
        "to": 100 * high,
        "windows": len(table),
        "videos": len(means),
    }


def labelled_windows(data: Path, model: Path | None, scratch: Path) -> pd.DataFrame:
    """Whether each window of clips that show one behaviour is named as its author did."""
    rows = []
    for clip in labelled_clips(data, scratch):
        recording = import_recording(
            clip.path,
            folder=scratch / f"{clip.video}.mousegpt",
            camera_view=clip.camera_view,
            fps=clip.fps,
        )
        said = _described(recording, model, clip.window_s)["behaviour"]
        rows += [{"video": clip.video, "right": one in clip.expected} for one in said]
    return pd.DataFrame(rows)


def pose_windows(folder: Path, model: Path | None, scratch: Path) -> dict[str, pd.DataFrame]:
    """Sides of turns and classes of speed, against what the poses of the same windows say."""
    turns, speeds = [], []
    for name in ("openfield_single", "three_mice_mabe"):
        film = max((folder / name).glob("*.mp4"), key=lambda path: path.stat().st_size)
        poses = sorted((folder / name).glob("*100000.h5")) or sorted((folder / name).glob("*.h5"))
        recording = import_recording(film, poses=poses[0], folder=scratch / f"{name}.mousegpt")
        told = _described(recording, model, 1.0)
        told = told[told["valid"]]  # a window without a pose has no answer
        numbers = window_kinematics(recording, told)
        for row, turn_deg, speed in zip(
            told.itertuples(), numbers["net_turn_deg"], numbers["speed_mean_bl_per_s"], strict=True
        ):
            said = _facts(row)
            if abs(turn_deg) > TURNED_DEG:
                side = "left" if turn_deg > 0 else "right"
                turns.append({"video": name, "right": side in (said.turn or "")})
            if np.isfinite(speed):
                true = SPEEDS[int(np.digitize(speed, SPEED_LIMITS))]
                speeds.append({"video": name, "right": said.speed == true})
    return {"side of real turns": pd.DataFrame(turns), "speed": pd.DataFrame(speeds)}


def _facts(row: Any) -> Facts:
    """What a row of descriptions says."""
    return facts_said(Description(row.overall, row.head, row.limb, row.torso, tuple(row.keywords)))


def _described(recording: Recording, model: Path | None, window_s: float) -> pd.DataFrame:
    return described(
        recording,
        captioner="mousegpt-tiny",
        model=None if model is None else str(model),
        window_s=window_s,
        stride_s=window_s,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("model", type=Path, nargs="?")
    options = parser.parse_args()
    print(evaluate_real(options.data, options.model).round(1).to_string())
