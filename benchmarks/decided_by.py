"""The built-in model when its eye's conclusions decide, and when its words do.

    python -m benchmarks.decided_by [--data FOLDER] [--films 3]

Windows right of real clips, in windows of their own length and of two seconds where there are
frames enough, and of rendered films, with the processor time of it all. Where the words decide,
the model's folder is a copy without the layers that read facts.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from benchmarks.accuracy import described, longest
from benchmarks.labelled_clips import labelled_clips, over_videos
from napari_mousegpt.captioning.mousegpt_tiny import FOLDER
from napari_mousegpt.captioning.seen_facts.fact_reader import FILE
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.sample.random_script import random_script
from napari_mousegpt.sample.rendered import write_sample
from napari_mousegpt.workflows.import_recording import import_recording

SECONDS = (1.0, 2.0)
Said = tuple[str, bool]


def ways(scratch: Path) -> dict[str, Path]:
    """Folders of the model as it is, and without the layers that read facts."""
    bare = scratch / "words"
    shutil.copytree(FOLDER, bare, ignore=shutil.ignore_patterns(FILE))
    return {"what it sees": FOLDER, "its words": bare}


def of_clips(data: Path, scratch: Path, model: Path, *, two_s: bool) -> Iterator[Said]:
    """Yield the video and whether a window is named as its author did."""
    for clip in labelled_clips(data, scratch):
        if two_s and clip.fps is not None:
            continue  # those have few frames, and are one window anyway
        recording = import_recording(
            clip.path,
            folder=scratch / f"{clip.video}.mousegpt",
            camera_view=clip.camera_view,
            fps=clip.fps,
        )
        told = _told(recording, model, 2.0 if two_s else clip.window_s)
        for row in told.itertuples():
            yield clip.video, row.behaviour in clip.expected


def of_films(films: int, scratch: Path, model: Path, window_s: float) -> Iterator[Said]:
    """Yield the rendered film and whether a window's behaviour is that which fills most of it."""
    for seed in range(1, films + 1):
        folder = scratch / f"film-{seed}"
        files = write_sample(folder, seed=seed, script=random_script(60.0, seed=seed))
        recording = import_recording(
            files.video, poses=files.poses_csv, folder=scratch / f"film-{seed}.mousegpt"
        )
        for row in _told(recording, model, window_s).itertuples():
            yield f"film {seed}", longest(files.bouts, row.start, row.stop) == row.behaviour


def _told(recording: Recording, model: Path, window_s: float) -> pd.DataFrame:
    return described(
        recording,
        captioner="mousegpt-tiny",
        model=str(model),
        window_s=window_s,
        stride_s=window_s,
    )


def say(name: str, said: Iterator[Said]) -> None:
    """Print one line of figures, with the processor time of all of it."""
    started_s = time.process_time()
    table = pd.DataFrame(said, columns=["video", "right"])
    took_s = time.process_time() - started_s
    mean, low, high = over_videos(table.set_index("video")["right"])
    print(
        f"  {name}: {table['right'].mean():.1%} of {len(table)} windows, {mean:.1%} [{low:.1%}, "
        f"{high:.1%}] averaged over {table['video'].nunique()} videos ({took_s:.0f} s)",
        flush=True,
    )


def main() -> None:
    """Print all figures for both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder with labelled_clips/")
    parser.add_argument("--films", type=int, default=3, help="minutes of rendered films")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for decider, model in ways(Path(folder)).items():
            print(f"{decider} decides", flush=True)
            scratch = Path(folder) / f"recordings of {model.name}"
            scratch.mkdir()
            for window_s in SECONDS:
                films = of_films(options.films, scratch, model, window_s)
                say(f"rendered, windows of {window_s:g} s", films)
            if options.data:
                for name, two_s in (("real clips", False), ("real films, windows of 2 s", True)):
                    own = scratch / name
                    own.mkdir()
                    say(name, of_clips(options.data, own, model, two_s=two_s))


if __name__ == "__main__":
    main()
