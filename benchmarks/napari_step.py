"""What a step in time costs in napari: the image alone, with our layers, with the timeline too.

    xvfb-run -a -s "-screen 0 1600x1200x24" python benchmarks/napari_step.py

Prints, for a short and a long recording of 24 keypoints, how long ``set_current_step`` keeps the
window's thread busy (its processor time, so that other programs on the machine do not count), and
how long after the step the picture is drawn.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

KEYPOINTS, FPS = 24, 30.0
SHAPE = (480, 640)


class NoiseVideo:
    """A video of one picture, as long as you like, that costs nothing to decode."""

    dtype = np.dtype(np.uint8)
    ndim = 4
    fps = FPS
    path = Path("noise.mp4")

    def __init__(self, n_frames: int) -> None:
        self.shape = (n_frames, *SHAPE, 3)
        self.size = int(np.prod(self.shape, dtype=np.int64))
        self.times_s = np.arange(n_frames) / FPS
        self._picture = np.random.default_rng(0).integers(0, 255, (*SHAPE, 3), np.uint8)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key):
        first, *rest = key if isinstance(key, tuple) else (key,)
        picture = self._picture[None] if isinstance(first, slice) else self._picture
        return picture[(slice(None), *rest)] if isinstance(first, slice) else picture[tuple(rest)]

    def close(self) -> None:
        """Nothing is open."""


def wandering_mouse(n_frames: int):
    """Poses of one animal that wanders about, with some points missing."""
    from napari_mousegpt.datamodel.poses import make_poses
    from napari_mousegpt.datamodel.skeleton import MOUSEGPT_KEYPOINTS

    random = np.random.default_rng(1)
    position = np.empty((n_frames, 2, KEYPOINTS, 1), np.float32)
    path = np.cumsum(random.standard_normal((n_frames, 2)).astype(np.float32), axis=0) % 400
    position[:] = (40 + path)[:, :, None, None] + 30 * random.random((1, 2, KEYPOINTS, 1))
    position[random.integers(0, n_frames, n_frames // 10), :, 3] = np.nan
    return make_poses(position, keypoints=MOUSEGPT_KEYPOINTS, fps=FPS)


def described(video: NoiseVideo, poses):
    """A recording of it in which every two seconds are described and every second is a bout."""
    import pandas as pd

    from napari_mousegpt.datamodel.bouts import make_bouts
    from napari_mousegpt.datamodel.description import BEHAVIOURS
    from napari_mousegpt.datamodel.recording import Recording, VideoEntry
    from napari_mousegpt.datamodel.run import make_run
    from napari_mousegpt.datamodel.tables import DESCRIPTIONS, conform

    run = make_run(tool="mousegpt-tiny", version="0", video="cam0", video_sha256="")
    starts = np.arange(0, len(video) - 60, 60)
    words = [BEHAVIOURS[place % len(BEHAVIOURS)] for place in range(len(starts))]
    common = {"video": "cam0", "individual": "individual_0", "start": starts}
    said = pd.DataFrame({**common, "stop": starts + 60, "run_id": run.run_id})
    said = said.assign(overall="The animal walks.", head="", limb="", torso="", problem=None)
    said = said.assign(keywords=[[word] for word in words], confidence=np.nan, valid=True)
    bouts = pd.DataFrame({**common, "stop": starts + 30, "behaviour": words, "source": "person"})
    entry = VideoEntry("cam0", video.path, len(video), FPS, SHAPE[1], SHAPE[0], sha256="")
    return Recording(
        folder=Path("noise.mousegpt"),
        videos=(entry,),
        descriptions=conform(said, DESCRIPTIONS),
        bouts=make_bouts(bouts),
        runs=(run,),
    )


def measure(viewer, label: str, steps: int) -> float:
    """Print and return the median time that a step keeps the window busy, in milliseconds."""
    from qtpy.QtWidgets import QApplication

    random = np.random.default_rng(2)
    n_frames = int(viewer.dims.nsteps[0])
    busy_ms, drawn_ms = [], []
    for frame in random.integers(0, n_frames, steps + 10):
        start_s, busy_from_s = time.perf_counter(), time.thread_time()
        viewer.dims.set_current_step(0, int(frame))
        busy_ms.append(1e3 * (time.thread_time() - busy_from_s))
        QApplication.processEvents()
        drawn_ms.append(1e3 * (time.perf_counter() - start_s))
    busy_ms, drawn_ms = busy_ms[10:], drawn_ms[10:]
    median = float(np.median(busy_ms))
    print(
        f"  {label:32s} step {median:6.1f} ms  p95 {np.percentile(busy_ms, 95):6.1f} ms"
        f"   drawn after {np.median(drawn_ms):6.1f} ms",
        flush=True,
    )
    return median


def measure_length(n_frames: int, steps: int) -> None:
    """Measure one length of recording."""
    import napari
    from napari.layers import Layer

    from napari_mousegpt.layers.of_recording import pose_layers, words_layers
    from napari_mousegpt.layers.video import video_layer
    from napari_mousegpt.widgets.docks import open_dock
    from napari_mousegpt.widgets.viewer_state import state_of

    print(f"{n_frames:,} frames x {KEYPOINTS} keypoints", flush=True)
    video, poses = NoiseVideo(n_frames), wandering_mouse(n_frames)
    viewer = napari.Viewer()
    viewer.add_layer(Layer.create(*video_layer(video)))
    alone = measure(viewer, "image alone", steps)
    state_of(viewer)
    for layer in pose_layers(poses):
        viewer.add_layer(Layer.create(*layer))
    with_poses = measure(viewer, "+ keypoints, skeleton, trail", steps)
    recording = described(video, poses)
    for layer in words_layers(recording, poses, n_frames=n_frames):
        viewer.add_layer(Layer.create(*layer))
    with_words = measure(viewer, "+ words over the animal, bouts", steps)
    open_dock(viewer, "Timeline")
    with_timeline = measure(viewer, "+ timeline", steps)
    print(
        f"  more than the image alone: poses {with_poses - alone:.1f} ms, "
        f"all layers {with_words - alone:.1f} ms, with timeline {with_timeline - alone:.1f} ms"
    )
    viewer.close()


def main() -> None:
    """Measure a short and a long recording."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--steps", type=int, default=100)
    arguments = parser.parse_args()
    for n_frames in arguments.frames:
        measure_length(n_frames, arguments.steps)


if __name__ == "__main__":
    main()
