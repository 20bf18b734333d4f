"""Time the kinematics of a long recording: 24 keypoints, by default 1,000,000 frames.

Run ``python benchmarks/kinematics.py [FRAMES]``. The limits are 3 s on two cores for a million
frames, and 1 ms for a window.
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np
import xarray as xr

from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.datamodel.skeleton import MOUSEGPT_KEYPOINTS, guess_roles
from napari_mousegpt.datamodel.timerange import cut_windows
from napari_mousegpt.kinematics.frame_features import frame_features
from napari_mousegpt.kinematics.tracks import ALONG_BODY
from napari_mousegpt.kinematics.window_features import window_features

FPS = 60.0


def wandering_mouse(n_frames: int) -> xr.Dataset:
    """A body that wanders about, with jitter, gaps and doubtful points as trackers give them."""
    rng = np.random.default_rng(0)
    heading = np.cumsum(rng.normal(0, 0.05, n_frames))
    step = np.stack([np.cos(heading), np.sin(heading)], axis=1)
    centre = 500 + np.cumsum(2 * step, axis=0)
    roles = {name: role for role, name in guess_roles(MOUSEGPT_KEYPOINTS).items()}
    behind = np.array([ALONG_BODY.get(roles[name], 0.5) for name in MOUSEGPT_KEYPOINTS]) - 0.5
    position = centre[:, :, None] - 100 * step[:, :, None] * behind
    position += rng.normal(0, 0.7, position.shape)
    confidence = rng.uniform(0.29, 1, (n_frames, len(behind), 1))  # about 1 % below 0.3
    return make_poses(position[..., None], confidence, keypoints=MOUSEGPT_KEYPOINTS)


def main() -> None:
    """Print the seconds that each step takes."""
    n_frames = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    poses = wandering_mouse(n_frames)
    before_gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    start, start_cpu = time.perf_counter(), time.process_time()
    features = frame_features(poses, roles=guess_roles(MOUSEGPT_KEYPOINTS), fps=FPS)
    frames_s, frames_cpu_s = time.perf_counter() - start, time.process_time() - start_cpu
    windows = cut_windows(n_frames, window_s=2, stride_s=n_frames / 20_000 / FPS, fps=FPS)
    start = time.perf_counter()
    window_features(features, windows)
    windows_s = time.perf_counter() - start
    peak_gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"frame_features, 24 keypoints x {n_frames:,} frames: {frames_s:.2f} s "
        f"({frames_cpu_s:.2f} s of processor time)"
    )
    print(f"window_features, {len(windows):,} windows: {windows_s:.2f} s")
    print(f"memory: {before_gib:.2f} GiB with the poses, {peak_gib:.2f} GiB at most")


if __name__ == "__main__":
    main()
