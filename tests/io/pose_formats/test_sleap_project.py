"""SLEAP projects: frames, tracks, corrections by hand, several videos and skeletons."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from napari_mousegpt.io.pose_formats import sleap, sleap_project

USER, PREDICTED = 0, 1
INSTANCE = [
    ("instance_id", "i8"),
    ("instance_type", "u1"),
    ("frame_id", "u8"),
    ("skeleton", "u4"),
    ("track", "i4"),
    ("from_predicted", "i8"),
    ("score", "f4"),
    ("point_id_start", "u8"),
    ("point_id_end", "u8"),
    ("tracking_score", "f4"),
]
FRAME = [
    ("frame_id", "u8"),
    ("video", "u4"),
    ("frame_idx", "u8"),
    ("instance_id_start", "u8"),
    ("instance_id_end", "u8"),
]
POINT = [("x", "f8"), ("y", "f8"), ("visible", "?"), ("complete", "?")]


def instance(
    frame: int,
    value: float,
    kind: int = PREDICTED,
    *,
    track: int = -1,
    of: int = -1,
    skeleton: int = 0,
) -> dict[str, Any]:
    """Describe an animal whose nose is at (value, value + 1) and tail at (value + 2, value + 3)."""
    return {
        "frame": frame,
        "value": value,
        "kind": kind,
        "track": track,
        "of": of,
        "skeleton": skeleton,
    }


def write_project(
    path: Path,
    frames: Sequence[tuple[int, int]],
    instances: Sequence[dict[str, Any]],
    tracks: Sequence[str] = (),
    *,
    format_id: float = 1.2,
    hidden: Sequence[int] = (),
) -> Path:
    """Write a project; ``frames`` are (video, frame number), ``hidden`` the tails not seen."""
    points: dict[int, list[tuple]] = {USER: [], PREDICTED: []}
    rows = []
    for k, item in enumerate(instances):
        mine = points[item["kind"]]
        start = len(mine)
        for n, shift in enumerate((0, 2)):
            point = (
                item["value"] + shift,
                item["value"] + shift + 1,
                not (n and k in hidden),
                True,
            )
            mine.append(point if item["kind"] == USER else (*point, 0.25 + n / 2))
        facts = (item[name] for name in ("kind", "frame", "skeleton", "track", "of"))
        rows.append((k, *facts, 0.9, start, start + 2, 0.0))
    metadata = {
        "skeletons": [{"nodes": [{"id": 1}, {"id": 0}]}, {"nodes": [{"id": 0}, {"id": 1}]}],
        "nodes": [{"name": "tail"}, {"name": "nose"}],
    }
    with h5py.File(path, "w") as file:
        group = file.create_group("metadata")
        group.attrs["format_id"] = format_id
        group.attrs["json"] = np.bytes_(json.dumps(metadata))
        file["tracks_json"] = (
            [json.dumps([0, name]).encode() for name in tracks] if tracks else np.empty(0)
        )
        file["frames"] = np.array(
            [(k, video, number, 0, 0) for k, (video, number) in enumerate(frames)], FRAME
        )
        file["instances"] = np.array(rows, INSTANCE)
        file["points"] = np.array(points[USER], POINT)
        file["pred_points"] = np.array(points[PREDICTED], [*POINT, ("score", "f8")])
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "labels.slp"


def test_one_predicted_animal(path: Path) -> None:
    write_project(path, [(0, 0), (0, 1)], [instance(0, 10), instance(1, 20)])
    assert sleap_project.matches(path)
    poses = sleap_project.read(path, fps=30)
    assert list(poses.keypoint.values) == ["nose", "tail"]
    assert list(poses.individual.values) == ["individual_0"]
    assert poses.position.values[..., 0].tolist() == [[[10, 12], [11, 13]], [[20, 22], [21, 23]]]
    assert poses.confidence.values[..., 0].tolist() == [[0.25, 0.75]] * 2
    assert poses.attrs["problems"] == ()


def test_rows_are_the_labelled_frames_in_order(path: Path) -> None:
    write_project(path, [(0, 40), (0, 7)], [instance(0, 1), instance(1, 2)])
    poses = sleap_project.read(path)
    assert poses.time.values.tolist() == [7, 40]
    assert poses.position.values[:, 0, 0, 0].tolist() == [2, 1]


def test_an_invisible_point_is_missing(path: Path) -> None:
    write_project(path, [(0, 0)], [instance(0, 10)], hidden=[0])
    assert np.isnan(sleap_project.read(path).position.values[0, :, 1, 0]).all()


@pytest.mark.parametrize(
    ("instances", "noses"),
    [
        ([instance(0, 1, track=0), instance(0, 2, USER, track=0)], [2]),
        ([instance(0, 1, track=1), instance(0, 2, track=0)], [2, 1]),
        ([instance(0, 1), instance(0, 2, USER, of=0)], [2]),
        ([instance(0, 1), instance(0, 2, USER)], [2]),
        ([instance(0, 1), instance(0, 2), instance(0, 3, USER, of=0)], [3, 2]),
        ([instance(0, 1), instance(0, 2)], [1, 2]),
        ([instance(0, 1, track=0), instance(0, 2)], [1, 2]),
    ],
    ids=[
        "by hand wins in its track",
        "order of the tracks",
        "a corrected prediction goes",
        "one animal by hand",
        "one of two corrected",
        "no tracks",
        "one without a track",
    ],
)
def test_which_instances_are_read(
    path: Path, instances: list[dict[str, Any]], noses: list[float]
) -> None:
    write_project(path, [(0, 0)], instances, ["mia", "max"])
    assert sleap_project.read(path).position.values[0, 0, 0].tolist() == noses


def test_names_of_tracks(path: Path) -> None:
    write_project(
        path, [(0, 0)], [instance(0, 1, track=0), instance(0, 2, track=2)], ["mia", "lost", "max"]
    )
    assert list(sleap_project.read(path).individual.values) == ["mia", "max"]


def test_several_videos(path: Path) -> None:
    frames = [(0, 5), (15, 6), (15, 7)]
    write_project(path, frames, [instance(0, 1), instance(1, 2), instance(2, 3)])
    first, second = (sleap.read(path, video=k) for k in (0, 1))
    assert first.time.values.tolist() == [5]
    assert second.time.values.tolist() == [6, 7]
    assert "2 videos" in first.attrs["problems"][0]
    with pytest.raises(ValueError, match="between 0 and 1, asked for 2"):
        sleap.read(path, video=2)


def test_other_skeletons_are_left_out(path: Path) -> None:
    instances = [instance(0, 1), instance(1, 2), instance(1, 3, skeleton=1)]
    write_project(path, [(0, 0), (0, 1)], instances)
    poses = sleap_project.read(path)
    assert poses.sizes["individual"] == 1
    assert poses.attrs["problems"] == ("1 instances of other skeletons are not read",)


def test_older_projects_count_from_the_corner_of_a_pixel(path: Path) -> None:
    write_project(path, [(0, 0)], [instance(0, 10)], format_id=1.0)
    assert sleap_project.read(path).position.values[0, :, 0, 0].tolist() == [9.5, 10.5]


def _no_frames(file: h5py.File) -> None:
    file["frames"][...] = np.array([(9, 0, 0, 0, 0)], FRAME)


def _points_beyond_the_end(file: h5py.File) -> None:
    rows = file["instances"][()]
    rows["point_id_end"] += 5
    file["instances"][...] = rows


def _another_layout(file: h5py.File) -> None:
    file["metadata"].attrs["format_id"] = 3.0


def _no_metadata(file: h5py.File) -> None:
    file["metadata"].attrs["json"] = "[" * 100_000


def _far_nodes(file: h5py.File) -> None:
    file["metadata"].attrs["json"] = json.dumps(
        {"skeletons": [{"nodes": [{"id": 9}]}], "nodes": []}
    )


def _columns(file: h5py.File) -> None:
    del file["instances"]
    file["instances"] = np.zeros(3)


@pytest.mark.parametrize(
    ("damage", "match"),
    [
        (_no_frames, "found none in this video"),
        (_points_beyond_the_end, "expected 2 pred_points for each instance"),
        (_another_layout, "layout 1 or 2, found 3"),
        (_no_metadata, "expected a skeleton"),
        (_far_nodes, "numbered nodes"),
        (_columns, "expected the columns"),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_damaged(path: Path, damage: Any, match: str) -> None:
    write_project(path, [(0, 0)], [instance(0, 10)])
    with h5py.File(path, "a") as file:
        damage(file)
    with pytest.raises(ValueError, match=match):
        sleap_project.read(path)


@pytest.mark.parametrize("view", ["back", "mid", "side", "top"])
def test_project_and_analysis_file_of_the_same_poses(shared_data: Path, view: str) -> None:
    stem = shared_data / f"videos_with_pose/multiview_single/minimal_{view}_proofread"
    project = sleap.read(stem.with_name(f"{stem.name}.slp"))
    assert project.equals(sleap.read(stem.with_name(f"{stem.name}.analysis.h5")))
