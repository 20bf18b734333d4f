"""Poses as the Parquet table of a recording folder, and back. Knows no other pose format."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import xarray as xr

from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.io.durable import replace_file

VALUES_LIMIT = 1 << 31
"""Coordinates of all points of one video: 8 GiB of them."""
UNSUSPICIOUS_ROWS, ROWS_PER_BYTE = 10_000_000, 50
_METADATA = b"mousegpt"


def write_pose_table(path: Path, poses: xr.Dataset, video: str) -> None:
    """Write poses as rows ``video, individual, keypoint, frame, x, y, z, confidence``.

    ``z`` only for three dimensions. Points that are missing have no row. Rows of other videos
    that the table has already are kept, those of ``video`` replaced.
    """
    position = poses["position"].transpose("individual", "keypoint", "time", "space").values
    confidence = poses["confidence"].transpose("individual", "keypoint", "time").values
    present = np.isfinite(position).all(axis=-1)  # (individual, keypoint, time)
    individual, keypoint, row = np.nonzero(present)
    names = {dim: [str(name) for name in poses[dim].values] for dim in ("individual", "keypoint")}
    columns = {
        "video": _names(np.zeros(len(row), np.int32), [video]),
        "individual": _names(individual, names["individual"]),
        "keypoint": _names(keypoint, names["keypoint"]),
        "frame": poses["time"].values.astype(np.int32)[row],
    }
    space = [str(name) for name in poses["space"].values]
    for axis, name in enumerate(space):
        columns[name] = position[..., axis][present]
    columns["confidence"] = confidence[present]
    facts = {
        **names,
        "space": space,
        "frames": int(poses.sizes["time"]),
        "fps": poses.attrs.get("fps"),
        "source_software": poses.attrs.get("source_software", ""),
        "source_file": str(poses.attrs.get("source_file", "")),
        "problems": list(poses.attrs.get("problems", ())),
    }
    table = pa.table(columns)
    others, facts_of = _of_other_videos(path, video)
    if others is not None:
        table = pa.concat_tables([others, table], promote_options="default").unify_dictionaries()
    # The facts stand at the top too, where earlier releases look for them.
    whole = {**facts, "videos": {**facts_of, video: facts}}
    table = table.replace_schema_metadata({_METADATA: json.dumps(whole).encode()})
    replace_file(path, lambda beside: pq.write_table(table, beside, compression="zstd"))


def read_pose_table(path: Path, video: str | None = None) -> xr.Dataset:
    """Read what `write_pose_table` wrote: the poses of ``video``, the first of them if None.

    A video of which the table has no poses gives a data set without keypoints.

    Raises
    ------
    ValueError
        If the table is damaged, or not one of a recording.
    OSError
        If it cannot be read.
    """
    try:
        return _read(path, video)
    except (pa.ArrowException, LookupError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(
            f"{path.parent.name}/{path.name}: expected the poses of a recording, found something "
            f"else or a damaged table ({error}). Import the poses again."
        ) from error


def _read(path: Path, video: str | None) -> xr.Dataset:
    _refuse_absurd_length(path)
    table = pq.read_table(path)
    facts_of = _facts_of_videos(table)
    if video is None:
        video = next(iter(facts_of), "")
    facts = facts_of.get(video, {})
    table = table.filter(pa.compute.equal(table["video"].cast(pa.string()), video))
    individuals = facts.get("individual") or table["individual"].unique().to_pylist()
    keypoints = facts.get("keypoint") or table["keypoint"].unique().to_pylist()
    frame = table["frame"].to_numpy()
    n_frames = int(facts.get("frames") or (frame.max() + 1 if len(frame) else 0))
    space = facts.get("space") or [name for name in "xyz" if name in table.column_names]
    sizes = (n_frames, len(space), len(keypoints), len(individuals))
    if min(sizes) < 0 or math.prod(sizes) > VALUES_LIMIT or set(space) - set("xyz"):
        raise ValueError(f"expected at most {VALUES_LIMIT} coordinates, found {sizes}")
    if len(frame) and not 0 <= frame.min() <= frame.max() < n_frames:
        raise ValueError(f"expected frames below {n_frames}, found {frame.min()} to {frame.max()}")
    position = np.full(sizes, np.nan, np.float32)
    confidence = np.full((sizes[0], *sizes[2:]), np.nan, np.float32)
    at_keypoint = _codes(table["keypoint"], keypoints)
    at_individual = _codes(table["individual"], individuals)
    for axis, name in enumerate(space):
        position[frame, axis, at_keypoint, at_individual] = table[name].to_numpy()
    confidence[frame, at_keypoint, at_individual] = table["confidence"].to_numpy()
    return make_poses(
        position,
        confidence,
        keypoints=keypoints,
        individuals=individuals,
        fps=facts.get("fps"),
        source_software=facts.get("source_software", ""),
        source_file=facts.get("source_file", ""),
        problems=facts.get("problems", ()),
    )


def _refuse_absurd_length(path: Path) -> None:
    """Refuse rows that cannot be there: repeated over and over, they take no room in the file."""
    n_rows, n_bytes = pq.read_metadata(path).num_rows, path.stat().st_size
    if n_rows > UNSUSPICIOUS_ROWS and n_rows > ROWS_PER_BYTE * n_bytes:
        raise ValueError(f"{n_rows} rows in {n_bytes} bytes are too many to be true")


def _of_other_videos(path: Path, video: str) -> tuple[pa.Table | None, dict[str, Any]]:
    """Rows and facts of all videos but this one; no table where there are none."""
    if not path.exists():
        return None, {}
    table = pq.read_table(path)
    others = table.filter(pa.compute.not_equal(table["video"].cast(pa.string()), video))
    facts_of = {name: of for name, of in _facts_of_videos(table).items() if name != video}
    return (others.replace_schema_metadata() if len(others) else None), facts_of


def _facts_of_videos(table: pa.Table) -> dict[str, Any]:
    whole = json.loads((table.schema.metadata or {}).get(_METADATA, b"{}"))
    if "videos" in whole:
        return dict(whole["videos"])
    # A table of an earlier release is of one video, which only its rows name.
    return dict.fromkeys(table["video"].cast(pa.string()).unique().to_pylist(), whole)


def _names(codes: np.ndarray, names: list[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(names))


def _codes(column: pa.ChunkedArray, names: list[str]) -> np.ndarray:
    plain = column.cast(pa.string())
    codes = pa.compute.index_in(plain, pa.array(names, pa.string()))
    if codes.null_count:
        raise ValueError(f"expected the names {', '.join(map(str, names))}, found others")
    return codes.to_numpy().astype(np.int64)
