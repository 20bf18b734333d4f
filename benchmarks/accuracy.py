"""How often captioners name the right behaviour: rendered sample, other rendered films, real clips.

    python -m benchmarks.accuracy [--data FOLDER] [--films 3]

The rendered films have exact truth. The real clips (``labelled_clips`` of the data folder) show one
behaviour each, named by their authors, which is translated to ours (see `labelled_clips`); names
from unsupervised clusters are a loose truth.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import cohen_kappa_score, f1_score

from benchmarks.labelled_clips import LabelledClip, labelled_clips
from napari_mousegpt import read_bouts, read_poses
from napari_mousegpt.datamodel.description import BEHAVIOURS
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.skeleton import guess_roles
from napari_mousegpt.kinematics.frame_features import frame_features
from napari_mousegpt.sample.random_script import random_script
from napari_mousegpt.sample.rendered import write_sample
from napari_mousegpt.workflows.caption import CaptionSettings, caption, plan_captions
from napari_mousegpt.workflows.import_recording import import_recording

FREEZING_FPS = 50.0  # the files do not say


def described(recording: Recording, **settings: object) -> pd.DataFrame:
    """Caption a recording and return its valid descriptions with their behaviour."""
    plan = plan_captions(recording, CaptionSettings(**settings))  # type: ignore[arg-type]
    *_, last = caption(plan)
    table = last.recording.descriptions
    table = table[table["run_id"] == plan.run.run_id].copy()
    table["behaviour"] = [words[0] if words else "(none)" for words in table["keywords"]]
    return table


def longest(bouts: pd.DataFrame, start: int, stop: int) -> str:
    """Behaviour that fills most frames of a window."""
    frames: Counter[str] = Counter()
    for bout in bouts.itertuples():
        frames[bout.behaviour] += max(0, min(stop, bout.stop) - max(start, bout.start))
    return frames.most_common(1)[0][0]


def rendered(folder: Path, films: int) -> None:
    """Print confusion tables over rendered films."""
    for captioner in ("kinematic-rules", "mousegpt-tiny"):
        for name, seeds in (("the sample", [None]), (f"{films} other films", range(1, films + 1))):
            pairs = []
            for seed in seeds:
                script = None if seed is None else random_script(60.0, seed=seed)
                files = write_sample(folder / f"film-{seed}", seed=seed or 0, script=script)
                recording = import_recording(files.video, poses=files.poses_csv)
                pairs += [
                    (longest(files.bouts, row.start, row.stop), row.behaviour)
                    for row in described(recording, captioner=captioner).itertuples()
                ]
            table = pd.DataFrame(pairs, columns=["scripted", "said"])
            right = (table["scripted"] == table["said"]).mean()
            print(f"\n{captioner} on {name}: {right:.1%} of {len(table)} windows")
            print(pd.crosstab(table["scripted"], table["said"]).to_string())


def real_clips(data: Path, folder: Path) -> None:
    """Print how many of the labelled clips mousegpt-tiny names as their authors do."""
    rows = [
        (clip.source, clip.named, said, said in clip.expected, clip.video)
        for clip in labelled_clips(data, folder)
        for said in _said_of(clip, folder)
    ]
    table = pd.DataFrame(rows, columns=["source", "named", "said", "right", "video"])
    print(f"\nmousegpt-tiny on {table['video'].nunique()} real clips, {len(table)} windows")
    print(pd.crosstab(table["named"], table["said"]).to_string())
    by_video = table.groupby(["source", "video"])["right"].mean()
    print(f"windows right: {table['right'].mean():.1%}; mean over videos: {by_video.mean():.1%}")
    print(by_video.groupby("source").agg(["mean", "size"]).to_string())


def freezing(data: Path) -> None:
    """Print how often frames are called still where people scored freezing."""
    folder = data / "annotations" / "behaviordepot"
    poses = read_poses(folder / "demo1_tracking.csv")
    roles = guess_roles([str(name) for name in poses["keypoint"].values])
    scored = read_bouts(folder / "hB_demo1_manual_annotations.mat", fps=FREEZING_FPS)
    frozen = np.zeros(poses.sizes["time"], bool)
    for bout in scored.itertuples():
        frozen[bout.start : bout.stop] = True
    features = frame_features(poses, roles=roles, fps=FREEZING_FPS)
    still = features["behaviour"].values[:, 0] == BEHAVIOURS.index("still")
    names = {True: "still", False: "not still"}
    print(f"\nkinematic-rules on {len(frozen)} frames that people scored for freezing")
    print(
        pd.crosstab(
            np.where(frozen, "freezing", "not freezing"),
            [names[bool(value)] for value in still],
            rownames=["people"],
            colnames=["rules"],
        ).to_string()
    )
    print(f"kappa {cohen_kappa_score(frozen, still):.2f}, F1 {f1_score(frozen, still):.2f}")


def _said_of(clip: LabelledClip, folder: Path) -> Iterator[str]:
    recording = import_recording(
        clip.path,
        folder=folder / f"{clip.video}.mousegpt",
        camera_view=clip.camera_view,
        fps=clip.fps,
    )
    told = described(recording, window_s=clip.window_s, stride_s=clip.window_s)
    yield from told["behaviour"]


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder with labelled_clips/")
    parser.add_argument("--films", type=int, default=3, help="minutes of other rendered films")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rendered(Path(folder), options.films)
        if options.data:
            freezing(options.data)
            real_clips(options.data, Path(folder))


if __name__ == "__main__":
    main()
