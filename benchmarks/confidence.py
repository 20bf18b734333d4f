"""Whether the confidence of mousegpt-tiny means anything: rendered films and real named clips.

    python -m benchmarks.confidence [--data FOLDER] [--films 4]

For each: share right, area under the ROC curve with an interval over films or clips, Brier score
beside that of always saying the share right, calibration error, and what is wrong among the surest.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from benchmarks.accuracy import described, longest
from benchmarks.labelled_clips import labelled_clips
from napari_mousegpt.analysis.calibration.calibration_measures import (
    brier_score,
    expected_calibration_error,
    risk_coverage,
)
from napari_mousegpt.sample.random_script import random_script
from napari_mousegpt.sample.rendered import write_sample
from napari_mousegpt.workflows.import_recording import import_recording

Row = tuple[str, float, bool]


def rendered(folder: Path, films: int) -> Iterator[Row]:
    """Yield film, confidence and whether it is right, of rendered films."""
    for seed in range(1, films + 1):
        script = random_script(60.0, seed=seed)
        files = write_sample(folder / f"film-{seed}", seed=seed, script=script)
        recording = import_recording(files.video, poses=files.poses_csv)
        for row in described(recording, captioner="mousegpt-tiny").itertuples():
            truth = longest(files.bouts, row.start, row.stop)
            yield f"film {seed}", row.confidence, truth == row.behaviour


def real(data: Path, folder: Path) -> Iterator[Row]:
    """Yield clip, confidence and whether it is right, of the named clips."""
    for clip in labelled_clips(data, folder):
        recording = import_recording(
            clip.path,
            folder=folder / f"{clip.video}.mousegpt",
            camera_view=clip.camera_view,
            fps=clip.fps,
        )
        told = described(recording, window_s=clip.window_s, stride_s=clip.window_s)
        for row in told.itertuples():
            yield clip.video, row.confidence, row.behaviour in clip.expected


def say(name: str, rows: Iterable[Row]) -> None:
    """Print the figures of one set."""
    table = pd.DataFrame(rows, columns=["group", "confidence", "right"]).dropna()
    sure, right = table["confidence"].to_numpy(), table["right"].to_numpy(bool)
    places = list(table.groupby("group").indices.values())
    random, areas = np.random.default_rng(0), []
    for _ in range(2000):
        drawn = np.concatenate([places[i] for i in random.integers(0, len(places), len(places))])
        if 0 < right[drawn].mean() < 1:
            areas.append(roc_auc_score(right[drawn], sure[drawn]))
    low, high = np.quantile(areas, [0.025, 0.975])
    share = right.mean()
    print(
        f"\n{name}: {len(table)} windows of {len(places)}, {share:.0%} right; area under ROC "
        f"{roc_auc_score(right, sure):.2f} ({low:.2f} - {high:.2f}); Brier "
        f"{brier_score(sure, right):.3f} (share of all: {share * (1 - share):.3f}); calibration "
        f"error {expected_calibration_error(sure, right):.2f}"
    )
    curve = risk_coverage(sure, right)
    for coverage in (0.25, 0.5, 0.75, 1.0):
        row = curve[curve["coverage"] <= coverage + 1e-9].iloc[-1]
        print(f"  surest {row.coverage:.0%} (from {row.threshold:.3f}): {row.risk:.0%} wrong")


def main() -> None:
    """Print both sets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder with labelled_clips/")
    parser.add_argument("--films", type=int, default=4, help="minutes of rendered films")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        say("rendered films", rendered(Path(folder), options.films))
        if options.data:
            say("real clips", real(options.data, Path(folder)))


if __name__ == "__main__":
    main()
