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
from benchmarks.labelled_clips import labelled_clips, over_videos
from napari_mousegpt.datamodel.description import Description
from napari_mousegpt.datamodel.fact_phrases import facts_said
from napari_mousegpt.datamodel.facts import SPEED_LIMITS_BL_PER_S, SPEEDS, TURN_LIMITS_DEG, Facts
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.recording_folder import load_poses
from napari_mousegpt.workflows.import_recording import import_recording
from napari_mousegpt.workflows.window_kinematics import window_kinematics

TURNED_DEG, HARDLY_DEG = 20.0, 10.0
CORNER_PX = 1.0
APART_BL = 1.0
"""Nearer than this, animals cover each other in the crop, and people cannot tell them apart."""
DRAWS = 2_000


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
            if name.startswith("side"):
                rows[name]["opposite"] = table["opposite"].sum()
            if name == "speed":
                print(correlations(table).to_string())
    return pd.DataFrame(rows).T


def by_video(table: pd.DataFrame) -> dict[str, float]:
    """Windows right, mean over videos with its interval, and how many; columns right and video."""
    mean, low, high = over_videos(table.set_index("video")["right"])
    return {
        "windows right": 100 * table["right"].mean(),
        "mean over videos": 100 * mean,
        "from": 100 * low,
        "to": 100 * high,
        "windows": len(table),
        "videos": table["video"].nunique(),
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
    """Sides of turns and classes of speed, against what the poses of the same windows say.

    The table of speeds has the measured speed too, in body lengths a second.
    """
    told = pd.concat(
        [
            _with_kinematics(folder / name, model, scratch)
            for name in ("openfield_single", "three_mice_mabe")
        ],
        ignore_index=True,
    )
    said = [_facts(row) for row in told.itertuples()]
    side = np.where(told["net_turn_deg"] > 0, "left", "right")
    told["right_side"] = [one in (facts.turn or "") for one, facts in zip(side, said, strict=True)]
    told["opposite"] = [
        bool(facts.turn) and facts.turn != "no turn" and one not in facts.turn
        for one, facts in zip(side, said, strict=True)
    ]
    told["speed_said"] = [SPEEDS.index(facts.speed) if facts.speed else 0 for facts in said]
    turned = told["net_turn_deg"].abs() > TURNED_DEG
    turns = told[turned].assign(right=told["right_side"])
    # One animal has no neighbour, and its distance is NaN.
    apart = turns[~(turns["neighbour_distance_median_bl"] < APART_BL)]
    speeds = told[told["speed_mean_bl_per_s"].notna()]
    true = np.digitize(speeds["speed_mean_bl_per_s"], SPEED_LIMITS_BL_PER_S)
    speeds = speeds.assign(right=speeds["speed_said"] == true)
    tables = {
        **{f"side of turns, {name}": own for name, own in turns.groupby("video")},
        "side of turns, no other animal near": apart,
        "speed": speeds,
    }
    if "seen_turn_deg" in told:
        same = np.sign(told["seen_turn_deg"]) == np.sign(told["net_turn_deg"])
        by_degrees = told.assign(right=same, opposite=~same)[turned]
        for name, own in [("both films", by_degrees), *by_degrees.groupby("video")]:
            tables[f"side by degrees, {name}"] = own
        hardly = told[told["net_turn_deg"].abs() < HARDLY_DEG]
        straight = hardly["seen_turn_deg"].abs() < TURN_LIMITS_DEG[0]
        tables["hardly a turn, by degrees"] = hardly.assign(right=straight)
    return tables


def correlations(told: pd.DataFrame) -> pd.DataFrame:
    """How speed and turn, as numbers and the class of speed said, go with those of the poses.

    Pearson's r with 95 % of a bootstrap over windows: of two films no other interval can be had.
    """
    pairs = {
        "speed": ("seen_speed_bl_per_s", "speed_mean_bl_per_s"),
        "class of speed": ("speed_said", "speed_mean_bl_per_s"),
        "turn": ("seen_turn_deg", "net_turn_deg"),
    }
    films = {"both films": told, **dict(list(told.groupby("video")))}
    return pd.DataFrame(
        {
            what: {name: _correlation(own[said], own[true]) for name, own in films.items()}
            for what, (said, true) in pairs.items()
            if said in told
        }
    )


def _correlation(said: pd.Series, measured: pd.Series) -> str:
    pairs = np.stack([said, measured], 1)[said.notna().to_numpy()]
    rng = np.random.default_rng(0)
    drawn = [
        np.corrcoef(pairs[rng.integers(len(pairs), size=len(pairs))].T)[0, 1] for _ in range(DRAWS)
    ]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return f"{np.corrcoef(pairs.T)[0, 1]:.2f} [{low:.2f}, {high:.2f}] of {len(pairs)} windows"


def _with_kinematics(folder: Path, model: Path | None, scratch: Path) -> pd.DataFrame:
    film = max(folder.glob("*.mp4"), key=lambda path: path.stat().st_size)
    poses = sorted(folder.glob("*100000.h5")) or sorted(folder.glob("*.h5"))
    recording = import_recording(film, poses=poses[0], folder=scratch / f"{folder.name}.mousegpt")
    told = _described(recording, model, 1.0)
    told = told[told["valid"]].reset_index(drop=True)  # a window without a pose has no answer
    told = told[_tracked(recording, told)].reset_index(drop=True)
    numbers = window_kinematics(recording, told)
    names = ["net_turn_deg", "speed_mean_bl_per_s", "neighbour_distance_median_bl"]
    for name in names:
        told[name] = np.asarray(numbers[name]) if name in numbers else np.nan
    return told.assign(video=folder.name)


def _tracked(recording: Recording, told: pd.DataFrame) -> np.ndarray:
    """Whether in a window no point lies in the corner, where trackers put those they lost."""
    points = load_poses(recording, str(told["video"].iloc[0]))["position"]
    points = points.transpose("time", "individual", "keypoint", "space")
    lost = (np.abs(points.values) < CORNER_PX).all(axis=-1).any(axis=-1)
    whose = [str(name) for name in points["individual"].values]
    return np.array(
        [
            not lost[row.start : row.stop, whose.index(row.individual)].any()
            for row in told.itertuples()
        ]
    )


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
