"""Points in space from sleap-anipose, told apart from SLEAP's own analysis files."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from napari_mousegpt.io.pose_formats import sleap, sleap_anipose

TRACKS = np.arange(4 * 2 * 5 * 3, dtype=float).reshape(4, 2, 5, 3)
"""Shape (frames, animals, nodes, xyz)."""


def test_points_in_space(tmp_path: Path) -> None:
    path = tmp_path / "points3d.h5"
    with h5py.File(path, "w") as file:
        file["tracks"] = TRACKS
    assert sleap_anipose.matches(path)
    assert not sleap.matches(path)
    poses = sleap_anipose.read(path)
    np.testing.assert_array_equal(poses.position.values, TRACKS.transpose(0, 3, 2, 1))
    assert list(poses.individual.values) == ["individual_0", "individual_1"]
    assert len(poses.attrs["problems"]) == 2


@pytest.mark.parametrize("tracks", [TRACKS[..., :2], TRACKS[0], TRACKS[:0]])
def test_refused(tmp_path: Path, tracks: np.ndarray) -> None:
    path = tmp_path / "points3d.h5"
    with h5py.File(path, "w") as file:
        file["tracks"] = tracks
    with pytest.raises(ValueError, match="expected tracks of shape"):
        sleap_anipose.read(path)
