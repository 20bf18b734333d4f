"""What windows that follow the kinematics save, and whether the bouts stay as right.

Counts windows of real recordings, and of rendered films, whose truth is known: the share of frames
with the right behaviour, with even and with adaptive windows.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.sample.random_script import random_script
from napari_mousegpt.sample.rendered import write_sample
from napari_mousegpt.sample.script import Script
from napari_mousegpt.workflows.caption import CaptionSettings, caption, plan_captions
from napari_mousegpt.workflows.import_recording import import_recording

DATA = Path(os.environ.get("MOUSEGPT_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))
REAL = {
    "open field, 1 mouse": (
        "openfield_single/m3v1mp4.mp4",
        "openfield_single/m3v1mp4DLC_resnet50_openfieldAug20shuffle1_30000.h5",
    ),
    "home cage, 3 mice": (
        "three_mice_mabe/EGS8X2MN4SSUGFWAV976.mp4",
        "three_mice_mabe/EGS8X2MN4SSUGFWAV976.h5",
    ),
}


def main(captioner: str, seeds: int) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        for name, (video, poses) in REAL.items():
            folder = DATA / "videos_with_pose"
            if not (folder / video).exists():
                print(f"{name}: not here")
                continue
            recording = import_recording(
                folder / video, poses=folder / poses, folder=Path(scratch) / f"{name}.mousegpt"
            )
            both(name, recording, captioner, None)
        for seed in range(seeds):
            files = write_sample(Path(scratch) / str(seed), seed=seed, script=resting(seed))
            recording = import_recording(files.video, poses=files.poses_csv)
            both(f"rendered {seed}", recording, captioner, files.bouts)


def both(name: str, recording: Recording, captioner: str, truth: pd.DataFrame | None) -> None:
    """Print one line for each way to place windows."""
    bouts = {}
    for sampling in ("uniform", "adaptive"):
        started_s = time.perf_counter()
        plan = plan_captions(recording, CaptionSettings(captioner=captioner, sampling=sampling))
        planned_s = time.perf_counter() - started_s
        *_, last = caption(plan)
        recording = last.recording
        found = recording.bouts
        bouts[sampling] = frames_of(found[found["run_id"] == plan.run.run_id], recording)
        line = f"{name:22} {sampling:9} {plan.total:4} windows, planned in {planned_s:.2f} s"
        if sampling == "adaptive" and plan.sampled is not None:
            saved = 1 - plan.total / plan.sampled.uniform
            line += f", {saved:+.0%} saved, {plan.sampled.still_spans} still spans, "
            line += f"{plan.sampled.not_shown_s:.1f} s not shown"
            same = bouts["uniform"] == bouts["adaptive"]
            line += f"; same behaviour in {same.mean():.1%} of the frames"
        if truth is not None:
            true = frames_of(truth, recording)
            line += f"; right in {(bouts[sampling] == true)[true != ''].mean():.1%} of the frames"
        print(line, flush=True)


def resting(seed: int, rest_s: float = 10.0, lively_s: float = 40.0) -> Script:
    """A mouse that now and then stays still for seconds, as most do for most of a night."""
    script = random_script(lively_s, seed)
    bouts = [
        replace(bout, duration_s=bout.duration_s + rest_s) if bout.behaviour == "still" else bout
        for bout in script.bouts
    ]
    return Script(tuple(bouts), script.start_cm, script.heading_deg)


def frames_of(bouts: pd.DataFrame, recording: Recording) -> np.ndarray:
    """Behaviour by frame, of all individuals; empty where there is none."""
    frames = recording.videos[0].frames
    said = np.full((len(recording.individuals), frames), "", object)
    for bout in bouts.itertuples():
        who = recording.individuals.index(bout.individual)
        said[who, bout.start : bout.stop] = bout.behaviour
    return said.ravel()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--captioner", default="kinematic-rules")
    arguments.add_argument("--seeds", type=int, default=4)
    main(**vars(arguments.parse_args()))
