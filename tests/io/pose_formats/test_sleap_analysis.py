"""SLEAP analysis files: whatever the order of the axes, the same poses."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pytest

from napari_mousegpt.io.pose_formats import sleap_analysis

N_FRAMES, N_NODES, N_TRACKS = 5, 3, 2
POSITION = np.arange(N_FRAMES * 2 * N_NODES * N_TRACKS, dtype=float).reshape(
    N_FRAMES, 2, N_NODES, N_TRACKS
)
SCORES = POSITION[:, 0] / 100
AXES = ("frame", "xy", "node", "track")
SLEAP_ORDER = ("track", "xy", "node", "frame")


def write_analysis(
    path: Path,
    order: tuple[str, ...] = SLEAP_ORDER,
    *,
    position: np.ndarray = POSITION,
    scores: np.ndarray | None = SCORES,
    tracks: list[str] | None = None,
    states_order: bool = False,
) -> Path:
    """Write poses given as (frame, xy, node, track), with the axes in another order."""
    names = ["a", "b"] if tracks is None else tracks
    with h5py.File(path, "w") as file:
        file["node_names"] = [b"nose", b"neck", b"tail"][: position.shape[2]]
        file["track_names"] = np.array([name.encode() for name in names]) if names else np.empty(0)
        data = file.create_dataset(
            "tracks", data=position.transpose([AXES.index(axis) for axis in order])
        )
        file["track_occupancy"] = np.ones((len(position), position.shape[3]), np.uint8)
        if states_order:
            data.attrs["dims"] = json.dumps(order)
        if scores is not None:
            kept = [axis for axis in order if axis != "xy"]
            axes = ("frame", "node", "track")
            file["point_scores"] = scores.transpose([axes.index(axis) for axis in kept])
    return path


@pytest.mark.parametrize("states_order", [True, False], ids=["stated", "inferred"])
@pytest.mark.parametrize(
    "order",
    [SLEAP_ORDER, ("frame", "track", "node", "xy"), ("frame", "node", "xy", "track")],
    ids=["sleap", "sleap-io standard", "not transposed"],
)
def test_axis_orders(tmp_path: Path, order: tuple[str, ...], states_order: bool) -> None:
    path = write_analysis(tmp_path / "a.analysis.h5", order, states_order=states_order)
    assert sleap_analysis.matches(path)
    poses = sleap_analysis.read(path, fps=25)
    np.testing.assert_array_equal(poses.position.values, POSITION)
    np.testing.assert_allclose(poses.confidence.values, SCORES, rtol=1e-6)
    assert list(poses.keypoint.values) == ["nose", "neck", "tail"]
    assert list(poses.individual.values) == ["a", "b"]
    assert poses.attrs["fps"] == 25


def test_an_unusual_order_that_is_stated(tmp_path: Path) -> None:
    order = ("node", "track", "frame", "xy")
    path = write_analysis(tmp_path / "a.h5", order, states_order=True)
    np.testing.assert_array_equal(sleap_analysis.read(path).position.values, POSITION)


def test_without_scores(tmp_path: Path) -> None:
    poses = sleap_analysis.read(write_analysis(tmp_path / "a.h5", scores=None))
    assert np.isnan(poses.confidence.values).all()


@pytest.mark.parametrize(
    ("tracks", "n_tracks", "individuals"),
    [
        ([], 1, ["individual_0"]),
        (["track_0"], 1, ["individual_0"]),
        ([], 2, ["individual_0", "individual_1"]),
        (["mia", "mia"], 2, ["mia", "mia (1)"]),
        (["mia", ""], 2, ["mia", "individual_1"]),
    ],
)
def test_individuals(
    tmp_path: Path, tracks: list[str], n_tracks: int, individuals: list[str]
) -> None:
    position = POSITION[..., :n_tracks]
    path = write_analysis(tmp_path / "a.h5", position=position, scores=None, tracks=tracks)
    assert list(sleap_analysis.read(path).individual.values) == individuals


def test_vanished_animals_are_missing(tmp_path: Path) -> None:
    position = POSITION.copy()
    position[2:, :, :, 1] = np.nan
    poses = sleap_analysis.read(write_analysis(tmp_path / "a.h5", position=position))
    missing = np.isnan(poses.position.values).all(axis=(1, 2))
    assert missing.tolist() == [[False, False]] * 2 + [[False, True]] * 3


@pytest.mark.parametrize(
    ("name", "value", "match"),
    [
        ("tracks", np.zeros((2, 3, 3, 5)), "expected tracks of 3 named nodes"),
        ("tracks", np.zeros((0, 2, 3, 5)), "expected tracks of 3 named nodes"),
        ("tracks", np.full((2, 2, 3, 5), b"x"), "expected numbers"),
        ("point_scores", np.zeros((2, 3, 4)), "expected a score for each point"),
        ("node_names", np.zeros(3), "expected text"),
    ],
    ids=["no x and y", "no track", "no numbers", "other scores", "nameless"],
)
def test_refused(tmp_path: Path, name: str, value: np.ndarray, match: str) -> None:
    path = write_analysis(tmp_path / "a.h5")
    with h5py.File(path, "a") as file:
        del file[name]
        file[name] = value
    with pytest.raises(ValueError, match=match):
        sleap_analysis.read(path)
