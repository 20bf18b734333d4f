"""How animals stand to each other: two boxes on known ways, and real mice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from napari_mousegpt.captioning.prompting.others_words import others_in_words
from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.datamodel.skeleton import guess_roles
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.pose_files import read_poses
from napari_mousegpt.kinematics.relations import OtherAnimals

KEYPOINTS = ("nose", "tailbase")
ROLES = {"snout": "nose", "tail_base": "tailbase"}
N = 60


def poses_of(*ways: tuple[np.ndarray, float]) -> xr.Dataset:
    """Animals 40 px long: centres, shape (time, 2), and heading in degrees, clockwise from +x."""
    position = np.empty((N, 2, 2, len(ways)), np.float32)
    for place, (centre, heading) in enumerate(ways):
        ahead = 20 * np.array([np.cos(np.radians(heading)), np.sin(np.radians(heading))])
        position[:, :, 0, place], position[:, :, 1, place] = centre + ahead, centre - ahead
    names = [f"mouse{place}" for place in range(len(ways))]
    sure = np.full((N, 2, len(ways)), 0.9, np.float32)
    return make_poses(position, sure, keypoints=KEYPOINTS, individuals=names, fps=30.0)


def at(x: float, y: float) -> np.ndarray:
    return np.tile([x, y], (N, 1)).astype(float)


def way(x: float, to_x: float, y: float = 0.0) -> np.ndarray:
    return np.stack([np.linspace(x, to_x, N), np.full(N, y)], axis=1)


@pytest.mark.parametrize(
    ("mine", "its", "expected"),
    [
        pytest.param((at(0, 0), 0), (at(0, -100), 0), "2.5 body lengths away", id="distance"),
        # Seen from above, y points down: above in the picture is to the left of what looks right.
        pytest.param((at(0, 0), 0), (at(0, -100), 0), "to the left", id="left"),
        pytest.param((at(0, 0), 180), (at(0, -100), 0), "to the right", id="right"),
        pytest.param((at(0, 0), 0), (at(-100, 0), 0), "behind", id="behind"),
        pytest.param(
            (way(0, 100), 0), (at(200, 0), 0), "This mouse comes nearer to it", id="approach"
        ),
        pytest.param(
            (at(0, 0), 0), (way(200, 80), 180), "It comes nearer to this mouse", id="approached"
        ),
        pytest.param(
            (way(0, -100), 180), (at(60, 0), 0), "This mouse goes away from it", id="leaves"
        ),
        pytest.param((way(0, 120), 0), (way(60, 180), 0), "This mouse follows it", id="follows"),
        pytest.param((way(60, 180), 0), (way(0, 120), 0), "It follows this mouse", id="followed"),
        pytest.param(
            (at(0, 0), 0), (at(43, 0), 0), "snout is at its rear all the time", id="sniffs"
        ),
        pytest.param((at(0, 0), 0), (at(43, 0), 0), "bodies touch or nearly", id="touches"),
    ],
)
def test_ways_that_are_known(mine, its, expected: str) -> None:  # type: ignore[no-untyped-def]
    others = OtherAnimals(poses_of(mine, its), roles=ROLES, fps=30.0)
    found = others.of("mouse0", TimeRange(0, N))
    assert [one.other for one in found] == ["mouse1"]
    assert expected in others_in_words(found)


def test_the_nearest_first_and_none_for_one_that_is_never_seen() -> None:
    poses = poses_of((at(0, 0), 0), (at(300, 0), 0), (at(100, 0), 0), (at(np.nan, 0), 0))
    found = OtherAnimals(poses, roles=ROLES, fps=30.0).of("mouse0", TimeRange(0, N))
    assert [one.other for one in found] == ["mouse2", "mouse1"]
    assert OtherAnimals(poses, roles=ROLES, fps=30.0).of("mouse3", TimeRange(0, N)) == ()


def test_real_mice_one_behind_the_other(shared_data: Path) -> None:
    """From frame 1500 on, a mouse walks along the wall with its snout at another's tail."""
    folder = shared_data / "videos_with_pose" / "three_mice_mabe"
    poses = read_poses(folder / "EGS8X2MN4SSUGFWAV976.h5", fps=30.0)
    roles = guess_roles([str(name) for name in poses["keypoint"].values])
    others = OtherAnimals(poses, roles=roles, fps=30.0, camera_view="top")
    behind, third = others_in_words(others.of("mouse3", TimeRange(1500, 1560))).split("\n")
    assert "mouse1" in behind
    assert "This mouse follows it." in behind
    assert "snout is at its rear" in behind
    assert "mouse2" in third
    assert "touch" not in third
