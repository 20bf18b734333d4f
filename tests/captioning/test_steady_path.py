"""Which blobs are taken for one animal on its way."""

from __future__ import annotations

import pytest

from napari_mousegpt.captioning.blobs import Blob
from napari_mousegpt.captioning.steady_path import steady_path


def blob(x: float, weight: float = 100.0) -> Blob:
    return Blob(x=x, y=0, length=10, width=5, area=40, whole=1, brighter=-50, weight=weight)


@pytest.mark.parametrize(
    ("frames", "path"),
    [
        pytest.param([], [], id="no frames"),
        pytest.param([[], []], [None, None], id="nothing there"),
        pytest.param([[blob(0)], [blob(5)], [blob(9)]], [0, 5, 9], id="walks"),
        pytest.param([[blob(0)], [blob(1, 3)], [blob(2)]], [0, None, 2], id="hidden in between"),
        pytest.param(
            [[blob(0), blob(90, 80)], [blob(91, 130), blob(2)], [blob(3), blob(90, 80)]],
            [0, 2, 3],
            id="keeps to one of two",
        ),
        pytest.param(
            [[blob(0, 20), blob(90)], [blob(91), blob(2, 20)]], [90, 91], id="takes the heavier"
        ),
        pytest.param([[blob(0)], [], [blob(80)], [blob(80)]], [0, None, 80, 80], id="comes back"),
    ],
)
def test_steady_path(frames: list[list[Blob]], path: list[float | None]) -> None:
    chosen = steady_path(frames, body_length=10, usual_weight=100)
    assert [None if blob is None else blob.x for blob in chosen] == path
