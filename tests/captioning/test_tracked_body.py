"""Body centre and length from poses: what counts as body, and what is not believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
import xarray as xr

from napari_mousegpt.captioning.tracked_body import body_centres, body_length_px
from napari_mousegpt.datamodel.poses import make_poses

NAN = float("nan")
MOUSE = {"snout": (110, 20), "leftear": (90, 25), "tailbase": (10, 20), "tailtip": (-80, 20)}


def poses_of(
    points: Mapping[str, Sequence[float]],
    *,
    n_frames: int = 20,
    changed: Mapping[str, Mapping[int, Sequence[float]]] | None = None,
    unsure: Mapping[str, float] | None = None,
) -> xr.Dataset:
    """Poses that stay, but for ``changed`` points (name -> frame -> place) and confidences."""
    names = list(points)
    position = np.tile(np.array(list(points.values()), float).T, (n_frames, 1, 1))
    confidence = np.full((n_frames, len(names), 1), 0.9)
    for name, places in (changed or {}).items():
        for frame, place in places.items():
            position[frame, :, names.index(name)] = place
    for name, value in (unsure or {}).items():
        confidence[:, names.index(name)] = value
    return make_poses(position[..., None], confidence, keypoints=names)


@pytest.mark.parametrize(
    ("poses", "length"),
    [
        pytest.param(poses_of(MOUSE), 100, id="snout to tail base"),
        pytest.param(
            poses_of(MOUSE, changed={"snout": dict.fromkeys(range(8), (500, 0))}), 100, id="median"
        ),
        pytest.param(poses_of(MOUSE, unsure={"snout": 0.1}), np.hypot(80, 5), id="snout unsure"),
        pytest.param(
            poses_of({"a": (0, 0.5), "b": (30, 0.5), "c": (9, 9)}), 30, id="names unknown"
        ),
        pytest.param(poses_of({"snout": (5, 5), "tailtip": (90, 5)}), NAN, id="one point of trunk"),
    ],
)
def test_body_length(poses: xr.Dataset, length: float) -> None:
    assert body_length_px(poses, "individual_0") == pytest.approx(length, nan_ok=True)


@pytest.mark.parametrize(
    ("poses", "centre"),
    [
        pytest.param(poses_of(MOUSE), (50, 20), id="nearer to the tail base"),
        pytest.param(poses_of(MOUSE, unsure={"tailtip": NAN}), (50, 20), id="confidence not given"),
        pytest.param(poses_of(MOUSE, unsure={"tailbase": 0.2}), (100, 22.5), id="tail base unsure"),
        pytest.param(
            poses_of({"a": (1, 2), "b": (30, 5), "c": (9, 9)}), (9, 5), id="unknown names"
        ),
        pytest.param(
            poses_of(MOUSE, unsure=dict.fromkeys(MOUSE, 0.0)), (NAN, NAN), id="nothing seen"
        ),
    ],
)
def test_body_centre(poses: xr.Dataset, centre: tuple[float, float]) -> None:
    centres = body_centres(poses, "individual_0", range(5, 9))
    np.testing.assert_allclose(centres, [centre] * 4, atol=1e-4)


def test_a_tracker_that_jumps_does_not_move_the_body() -> None:
    poses = poses_of(MOUSE, changed={"snout": {7: (900, 900), 8: (900, 900)}})
    np.testing.assert_allclose(body_centres(poses, "individual_0", range(20)), [(50, 20)] * 20)


def test_a_point_in_the_corner_is_not_seen() -> None:
    poses = poses_of(MOUSE, changed={"tailbase": dict.fromkeys(range(20), (0, 0))})
    np.testing.assert_allclose(body_centres(poses, "individual_0", [3]), [(100, 22.5)])


def test_frames_without_a_pose_have_no_centre() -> None:
    centres = body_centres(poses_of(MOUSE), "individual_0", [18, 19, 20, 21])
    assert np.isfinite(centres[:, 0]).tolist() == [True, True, False, False]


def test_roles_given_by_a_person_win() -> None:
    poses = poses_of({"p1": (10, 0.5), "p2": (70, 0.5), "p3": (110, 0.5)})
    roles = {"snout": "p3", "tail_base": "p1"}
    assert body_length_px(poses, "individual_0", roles) == pytest.approx(100)
    np.testing.assert_allclose(body_centres(poses, "individual_0", [0], roles), [(50, 0.5)])
