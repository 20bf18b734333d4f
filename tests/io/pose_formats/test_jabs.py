"""JABS pose files of each version: y before x, confidence 0 is missing, identities."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from napari_mousegpt.io.pose_formats import jabs


def write_pose(path: Path, points: np.ndarray, **others: Any) -> Path:
    """Write ``points`` (x before y) as JABS does, with confidence 1 unless given."""
    others.setdefault("confidence", np.ones(points.shape[:-1], np.float32))
    with h5py.File(path, "w") as file:
        group = file.create_group("poseest")
        group["points"] = points[..., ::-1].astype(np.uint16)
        for name, value in others.items():
            if name == "cm_per_pixel":
                group.attrs[name] = value
            else:
                group[name] = value
    return path


def mice(*noses: float, n_frames: int = 3) -> np.ndarray:
    """Mice that stand still, all twelve points of each at (nose, nose + 100)."""
    points = np.empty((n_frames, len(noses), 12, 2))
    points[..., 0] = np.array(noses)[:, None]
    points[..., 1] = points[..., 0] + 100
    return points


def noses(path: Path) -> list[list[float]]:
    return np.nan_to_num(jabs.read(path).position.values[:, 0, 0], nan=-1).tolist()


def test_version_2(tmp_path: Path) -> None:
    points = mice(7)[:, 0]
    points[1, 3] = (50, 60)
    confidence = np.ones((3, 12), np.float32)
    confidence[2, 5] = 0
    path = write_pose(tmp_path / "m_pose_est_v2.h5", points, confidence=confidence)
    assert jabs.matches(path)
    poses = jabs.read(path)
    assert list(poses.individual.values) == ["individual_0"]
    assert list(poses.keypoint.values) == list(jabs.KEYPOINTS)
    assert poses.position.values[1, :, 3, 0].tolist() == [50, 60]
    assert np.isnan(poses.position.values[2, :, 5, 0]).all()
    assert np.isnan(poses.confidence.values[2, 5, 0])


@pytest.mark.parametrize(
    ("tracks", "counts", "expected", "n_problems"),
    [
        ([[4, 9]] * 3, [2, 2, 2], [[1, 2]] * 3, 0),
        ([[4, 9], [9, 4], [4, 9]], [2, 2, 2], [[1, 2], [2, 1], [1, 2]], 0),
        ([[4, 9], [4, 0], [4, 7]], [2, 1, 2], [[1, 2], [1, -1], [1, 2]], 1),
        ([[4, 0], [9, 4], [9, 0]], [1, 2, 1], [[1, -1], [2, 1], [-1, 1]], 0),
        ([[4, 0], [0, 0], [9, 0]], [1, 0, 1], [[1], [-1], [1]], 1),
    ],
    ids=["two", "slots swapped", "one replaced", "one ends", "one after the other"],
)
def test_version_3_joins_tracks(
    tmp_path: Path,
    tracks: list[list[int]],
    counts: list[int],
    expected: list[list[float]],
    n_problems: int,
) -> None:
    path = write_pose(
        tmp_path / "m_pose_est_v3.h5",
        mice(1, 2),
        instance_track_id=np.array(tracks, np.uint32),
        instance_count=np.array(counts, np.uint8),
    )
    assert noses(path) == expected
    assert len(jabs.read(path).attrs["problems"]) == n_problems


def test_version_4_has_identities(tmp_path: Path) -> None:
    path = write_pose(
        tmp_path / "m_pose_est_v4.h5",
        mice(1, 2),
        instance_embed_id=np.array([[1, 2], [2, 1], [1, 99]], np.uint32),
        id_mask=np.array([[False, False], [False, False], [False, True]]),
        instance_track_id=np.zeros((3, 2), np.uint32),
        instance_count=np.full(3, 2, np.uint8),
        cm_per_pixel=0.05,
    )
    assert noses(path) == [[1, 2], [2, 1], [1, -1]]
    poses = jabs.read(path)
    assert list(poses.individual.values) == ["individual_0", "individual_1"]
    assert poses.attrs["pixel_size_mm"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("others", "match"),
    [
        ({"confidence": np.ones((3, 2, 11))}, "a confidence for each"),
        ({"instance_embed_id": np.ones((3, 1), np.uint32)}, "an identity for each"),
        ({"instance_track_id": np.ones((2, 2)), "instance_count": np.ones(3)}, "a track for each"),
        ({"instance_embed_id": np.full((3, 2), 2**32 - 1, np.uint32)}, "too much"),
        ({"instance_embed_id": np.zeros((3, 2), np.uint32)}, "0 individuals"),
    ],
    ids=["confidence", "identities", "tracks", "too many mice", "nobody"],
)
def test_refused(tmp_path: Path, others: dict[str, Any], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        jabs.read(write_pose(tmp_path / "m.h5", mice(1, 2), **others))
