"""How often the first ten windows found are of the behaviour that was asked for.

Rendered films have exact truth; the real recording has freezing labels by people (``--data``: the
folder that holds ``annotations/behaviordepot``). Run: python benchmarks/more_like_this.py
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from napari_mousegpt import read_bouts, read_poses
from napari_mousegpt.analysis.review.similar_bouts import similar_bouts
from napari_mousegpt.analysis.vectors.kinematic_vectors import kinematic_columns
from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.datamodel.skeleton import guess_roles
from napari_mousegpt.datamodel.spans import frames_between, union
from napari_mousegpt.datamodel.timerange import cut_windows
from napari_mousegpt.kinematics.frame_features import frame_features
from napari_mousegpt.kinematics.window_features import window_features
from napari_mousegpt.sample.arena import FPS
from napari_mousegpt.sample.motion import move
from napari_mousegpt.sample.random_script import random_script
from napari_mousegpt.sample.script import bout_table
from napari_mousegpt.sample.skeleton import KEYPOINTS
from napari_mousegpt.sample.tracker import track

FILMS, FILM_S, REPEATS, FOUND = 12, 60, 12, 10
PURE = 0.9


def film(seed: int, window_s: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Windows of one rendered film with their true behaviour, and their kinematics."""
    script = random_script(FILM_S, seed)
    motion = move(script)
    positions, likelihoods = track(motion, seed=seed)
    poses = make_poses(
        positions.transpose(0, 2, 1)[..., None],
        likelihoods[..., None],
        keypoints=KEYPOINTS,
        individuals=("individual_0",),
        fps=FPS,
    )
    features = frame_features(poses, roles=guess_roles(list(KEYPOINTS)), fps=FPS)
    cut = cut_windows(motion.n_frames, window_s=window_s, stride_s=window_s, fps=FPS)
    table = window_features(features, cut)
    bouts = bout_table(script, video="cam0", individual="individual_0")
    frames = {
        str(name): frames_between(
            union(rows[["start", "stop"]].to_numpy()), table["start"], table["stop"]
        )
        for name, rows in bouts.groupby("behaviour")
    }
    counts = pd.DataFrame(frames)
    windows = table[["individual", "start", "stop"]].assign(
        video="cam0",
        recording=f"film{seed}",
        truth=counts.idxmax(axis=1),
        pure=counts.max(axis=1) / (table["stop"] - table["start"]),
    )
    return windows, table


def rendered(window_s: float, *, with_shares: bool) -> None:
    """Ask with one and with three bouts of each behaviour."""
    parts = [film(seed, window_s) for seed in range(1, FILMS + 1)]
    windows = pd.concat([one for one, _ in parts], ignore_index=True)
    columns = kinematic_columns(pd.concat([one for _, one in parts], ignore_index=True))
    if not with_shares:
        columns = columns.drop(columns=[name for name in columns if name.startswith("share_")])
    rows = []
    for behaviour, pure in windows[windows["pure"] >= PURE].groupby("truth"):
        right = {1: [], 3: []}
        for repeat in range(REPEATS):
            drawn = pure.sample(min(3, len(pure)), random_state=repeat)
            for number, kept in right.items():
                asked = drawn.head(number)
                found = similar_bouts(
                    windows, columns, asked, columns.loc[asked.index], length=FOUND
                )
                kept.append((found["truth"] == behaviour).mean())
        chance = (windows["truth"] == behaviour).mean()
        rows.append([behaviour, chance, *map(np.mean, right.values())])
    table = pd.DataFrame(rows, columns=["behaviour", "by chance", "one bout", "three bouts"])
    rules = "with" if with_shares else "without"
    print(f"\n{len(windows)} rendered windows of {window_s:g} s, {rules} shares by rule")
    print(table.round(2).to_string(index=False))
    print("mean", table.iloc[:, 1:].mean().round(2).to_dict())


def freezing(folder: Path) -> None:
    """Ask with each second of freezing of a real mouse."""
    poses = read_poses(folder / "demo1_tracking.csv", fps=50)
    roles = guess_roles([str(name) for name in poses["keypoint"].values])
    features = frame_features(poses, roles=roles, fps=50)
    table = window_features(features, cut_windows(6000, window_s=1, stride_s=1, fps=50))
    bouts = read_bouts(folder / "hB_demo1_manual_annotations.mat")
    spans = union(bouts[["start", "stop"]].to_numpy())
    share = frames_between(spans, table["start"], table["stop"]) / 50
    windows = table[["individual", "start", "stop"]].assign(video="demo1", freezes=share >= 0.5)
    columns = kinematic_columns(table)
    asked = windows.index[share >= PURE]
    right = [
        similar_bouts(windows, columns, windows.loc[[one]], columns.loc[[one]], length=FOUND)[
            "freezes"
        ].mean()
        for one in asked
    ]
    chance = windows["freezes"].mean()
    print(f"\n{len(windows)} windows of a real mouse, asked with {len(asked)} of freezing:")
    print(f"right {np.mean(right):.2f}, by chance {chance:.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of real recordings")
    data = parser.parse_args().data
    rendered(1.0, with_shares=True)
    rendered(2.0, with_shares=True)
    rendered(2.0, with_shares=False)
    if data is not None:
        freezing(data / "annotations" / "behaviordepot")
