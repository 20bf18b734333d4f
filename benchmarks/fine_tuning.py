"""What a few labels of real clips teach the built-in model: each video is left out once.

    python -m benchmarks.fine_tuning --data FOLDER [--method head] [--folds 5]

The labelled clips are imported with their authors' behaviour as one bout (see `labelled_clips`),
split by video, taught with `train`, and the videos left out are captioned with what came of it.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.accuracy import described
from benchmarks.confidence import say
from benchmarks.labelled_clips import LabelledClip, labelled_clips, over_videos
from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.training.settings import TrainSettings
from napari_mousegpt.workflows.import_recording import import_recording
from napari_mousegpt.workflows.train import Trained, base_settings, train_recordings


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """A clip as a recording with one bout."""

    clip: LabelledClip
    recording: Recording


def imported(clip: LabelledClip, scratch: Path) -> Labelled:
    """Import a clip, labelled from its first frame to its last."""
    recording = import_recording(
        clip.path,
        folder=scratch / f"{clip.video}.mousegpt",
        camera_view=clip.camera_view,
        fps=clip.fps,
    )
    entry = next(iter(recording.videos))
    bout = {
        "video": entry.id,
        "individual": "individual_0",
        "start": 0,
        "stop": entry.frames,
        "behaviour": clip.expected[0],
        "source": "person",
        "annotator": "its author",
    }
    return Labelled(clip, recording.replace(bouts=make_bouts(pd.DataFrame([bout]))))


def folds_of(labelled: list[Labelled], folds: int, seed: int) -> np.ndarray:
    """Which fold each video is in: the videos of one behaviour are spread over the folds."""
    rng = np.random.default_rng(seed)
    order = sorted(
        range(len(labelled)), key=lambda place: (labelled[place].clip.expected[0], rng.random())
    )
    found = np.zeros(len(labelled), int)
    found[order] = np.arange(len(labelled)) % folds
    return found


def told(labelled: list[Labelled], adapter: Path | None) -> pd.DataFrame:
    """What captioning says of each window, and whether it is right."""
    rows = []
    for one in labelled:
        said = described(
            one.recording,
            captioner="mousegpt-tiny",
            adapter=None if adapter is None else str(adapter),
            window_s=one.clip.window_s,
            stride_s=one.clip.window_s,
        )
        rows += [
            {
                "video": f"{one.clip.source}/{one.clip.video}",
                "source": one.clip.source,
                "expected": one.clip.expected[0],
                "said": row.behaviour,
                "right": row.behaviour in one.clip.expected,
                "confidence": row.confidence,
            }
            for row in said.itertuples()
        ]
    return pd.DataFrame(rows)


def by_video(table: pd.DataFrame) -> str:
    """Share right of windows, and the mean over videos with its interval."""
    mean, low, high = over_videos(table.set_index("video")["right"])
    return (
        f"{table['right'].mean():.1%} of {len(table)} windows, {mean:.1%} [{low:.1%}, {high:.1%}] "
        f"averaged over {table['video'].nunique()} videos"
    )


def gain(before: pd.DataFrame, after: pd.DataFrame) -> str:
    """Difference of the means over videos, with its interval."""
    both = [table.groupby("video")["right"].mean() for table in (before, after)]
    mean, low, high = over_videos(both[1] - both[0])
    return f"{mean:+.1%} [{low:+.1%}, {high:+.1%}]"


def main() -> None:
    """Print accuracy before and after, and who is taken for whom."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with labelled_clips/")
    parser.add_argument("--method", choices=["head", "adapter", "full"], default="head")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        labelled = [imported(clip, scratch) for clip in labelled_clips(options.data, scratch)]
        before = told(labelled, None)
        print(f"before: {by_video(before)}", flush=True)
        fold = folds_of(labelled, options.folds, options.seed)
        parts = []
        for number in range(options.folds):
            learned = [
                one.recording for one, own in zip(labelled, fold, strict=True) if own != number
            ]
            left_out = [one for one, own in zip(labelled, fold, strict=True) if own == number]
            *_, trained = train_recordings(
                learned,
                base_settings("mousegpt-tiny", window_s=1.0, stride_s=1.0),
                scratch / f"fold-{number}",
                TrainSettings(method=options.method, seed=options.seed),
                held_out=0.05,
            )
            assert isinstance(trained, Trained)
            parts.append(told(left_out, trained.folder))
            print(f"fold {number + 1}: {by_video(parts[-1])}", flush=True)
        after = pd.concat(parts, ignore_index=True)
        print(f"after {options.method}: {by_video(after)}; gain {gain(before, after)}")
        for source, own in after.groupby("source"):
            print(f"  {source}: {by_video(own)}")
        for name, table in (("before", before), ("after", after)):
            say(name, table[["video", "confidence", "right"]].itertuples(index=False))
        print(pd.crosstab(after["expected"], after["said"]).to_string())


if __name__ == "__main__":
    main()
