"""Time and memory of reading 27 keypoints x 1,000,000 frames. Knows no reader's inside.

    python benchmarks/pose_reading.py [--frames 1000000]

Each file is made in a temporary folder and read in a process of its own. Memory is the peak
above that of the imports, as a multiple of the arrays that come out (float32, x, y, confidence).
"""

from __future__ import annotations

import argparse
import json
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

N_KEYPOINTS = 27
BLOCK_ROWS = 50_000
LIMITS_S = {
    "deeplabcut.h5": 5,
    "deeplabcut.csv": 30,
    "sleap.analysis.h5": 5,
    "sleap.slp": 5,
}


def blocks(n_frames: int):
    """Yield (first frame, rows x columns) with float32 noise, as networks give it."""
    rng = np.random.default_rng(0)
    for start in range(0, n_frames, BLOCK_ROWS):
        rows = min(BLOCK_ROWS, n_frames - start)
        table = rng.normal(300, 100, (rows, N_KEYPOINTS * 3))
        table[:, 2::3] = rng.random((rows, N_KEYPOINTS))
        yield start, table.astype(np.float32).astype(np.float64)


def columns() -> list[tuple[str, str, str]]:
    parts = [f"keypoint{k}" for k in range(N_KEYPOINTS)]
    return [("DLC", part, coord) for part in parts for coord in ("x", "y", "likelihood")]


def write_deeplabcut_csv(path: Path, n_frames: int) -> None:
    with path.open("w") as file:
        for level, name in enumerate(("scorer", "bodyparts", "coords")):
            file.write(",".join([name, *(column[level] for column in columns())]) + "\n")
        for start, table in blocks(n_frames):
            index = np.arange(start, start + len(table))
            pd.DataFrame(table, index=index).to_csv(file, header=False)


def write_deeplabcut_h5(path: Path, n_frames: int) -> None:
    """Write what pandas and PyTables write for ``format="table"``."""
    with h5py.File(path, "w") as file:
        group = file.create_group("df_with_missing")
        names = {1: {"names": ["scorer", "bodyparts", "coords"], "type": "MultiIndex"}}
        for name, value in {
            "pandas_type": np.bytes_("frame_table"),
            "table_type": np.bytes_("appendable_frame"),
            "info": np.bytes_(pickle.dumps(names, 0)),
            "non_index_axes": np.bytes_(pickle.dumps([(1, columns())], 0)),
        }.items():
            group.attrs[name] = value
        row = np.dtype([("index", "<i8"), ("values_block_0", "<f8", (N_KEYPOINTS * 3,))])
        table = group.create_dataset("table", (n_frames,), row, chunks=(630,))
        table.attrs["index_kind"] = np.bytes_("integer")
        table.attrs["values_block_0_kind"] = np.bytes_(pickle.dumps(columns(), 0))
        for start, values in blocks(n_frames):
            part = np.empty(len(values), row)
            part["index"] = np.arange(start, start + len(values))
            part["values_block_0"] = values
            table[start : start + len(values)] = part


def write_sleap_analysis(path: Path, n_frames: int) -> None:
    with h5py.File(path, "w") as file:
        file["node_names"] = [f"keypoint{k}".encode() for k in range(N_KEYPOINTS)]
        file["track_names"] = np.empty(0)
        shape = (1, 2, N_KEYPOINTS, n_frames)
        options = {"chunks": True, "compression": "gzip", "compression_opts": 1}
        tracks = file.create_dataset("tracks", shape, "f8", **options)
        scores = file.create_dataset("point_scores", (1, *shape[2:]), "f8", **options)
        for start, table in blocks(n_frames):
            part = slice(start, start + len(table))
            tracks[0, :, :, part] = table.T.reshape(N_KEYPOINTS, 3, -1)[:, :2].swapaxes(0, 1)
            scores[0, :, part] = table.T[2::3]


def write_sleap_project(path: Path, n_frames: int) -> None:
    """Write what SLEAP writes for predictions of one animal."""
    nodes = [{"name": f"keypoint{k}"} for k in range(N_KEYPOINTS)]
    skeleton = {"nodes": [{"id": k} for k in range(N_KEYPOINTS)]}
    point = np.dtype(
        [("x", "f8"), ("y", "f8"), ("visible", "?"), ("complete", "?"), ("score", "f8")]
    )
    frame = [("frame_id", "u8"), ("video", "u4"), ("frame_idx", "u8")]
    instance = [
        *(("instance_id", "i8"), ("instance_type", "u1"), ("frame_id", "u8"), ("skeleton", "u4")),
        *(("track", "i4"), ("from_predicted", "i8")),
        *(("point_id_start", "u8"), ("point_id_end", "u8")),
    ]
    number = np.arange(n_frames)
    with h5py.File(path, "w") as file:
        metadata = file.create_group("metadata")
        metadata.attrs["format_id"] = 1.2
        metadata.attrs["json"] = json.dumps({"nodes": nodes, "skeletons": [skeleton]})
        file["tracks_json"] = np.empty(0)
        frames, instances = np.zeros(n_frames, frame), np.zeros(n_frames, instance)
        frames["frame_id"] = frames["frame_idx"] = number
        instances["instance_id"] = instances["frame_id"] = number
        instances["instance_type"] = 1
        instances["track"] = instances["from_predicted"] = -1
        instances["point_id_start"] = number * N_KEYPOINTS
        instances["point_id_end"] = (number + 1) * N_KEYPOINTS
        file["frames"], file["instances"] = frames, instances
        file["points"] = np.empty(0, point)
        points = file.create_dataset("pred_points", (n_frames * N_KEYPOINTS,), point, chunks=True)
        for start, table in blocks(n_frames):
            part = np.ones(len(table) * N_KEYPOINTS, point)
            for name, column in (("x", 0), ("y", 1), ("score", 2)):
                part[name] = table[:, column::3].ravel()
            points[start * N_KEYPOINTS : (start + len(table)) * N_KEYPOINTS] = part


def read_once(path: Path) -> None:
    """Read one file and print wall and processor seconds, peak memory and size of the arrays."""
    from napari_mousegpt.io import pose_files

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start_s, start_cpu_s = time.perf_counter(), time.process_time()
    poses = pose_files.read_poses(path)
    seconds = time.perf_counter() - start_s, time.process_time() - start_cpu_s
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(*seconds, peak * 1024, poses["position"].nbytes + poses["confidence"].nbytes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=1_000_000)
    parser.add_argument("--read", type=Path, help="read this file and report, nothing else")
    arguments = parser.parse_args()
    if arguments.read:
        read_once(arguments.read)
        return
    writers = {
        "deeplabcut.h5": write_deeplabcut_h5,
        "deeplabcut.csv": write_deeplabcut_csv,
        "sleap.analysis.h5": write_sleap_analysis,
        "sleap.slp": write_sleap_project,
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, write in writers.items():
            path = Path(folder) / name
            write(path, arguments.frames)
            command = [sys.executable, __file__, "--read", str(path)]
            answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            seconds, cpu_s, peak, size = map(float, answer.split())
            print(
                f"{name:18} {path.stat().st_size / 1e6:7.0f} MB   "
                f"{seconds:5.2f} s, {cpu_s:5.2f} s of processor (limit {LIMITS_S[name]} s)   "
                f"{peak / size:4.2f} x the arrays (limit 2.5 x)"
            )
            path.unlink()


if __name__ == "__main__":
    main()
