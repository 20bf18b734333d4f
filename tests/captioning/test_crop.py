"""The square crop: its geometry, and that no pixel is shifted."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mousegpt.captioning.crop import (
    OUTSIDE_GREY,
    Square,
    crop_square,
    whole_picture,
    window_square,
)

NAN = float("nan")


def ramp(height: int = 200, width: int = 240) -> np.ndarray:
    """Frame whose red is x and whose green is y."""
    y, x = np.mgrid[:height, :width]
    frame = np.stack([x, y, 0 * x], axis=-1).astype(np.uint8)
    frame.setflags(write=False)
    return frame


@pytest.mark.parametrize(
    ("centres", "square"),
    [
        pytest.param([[50, 60], [50, 60]], Square((50, 60), 180), id="still"),
        pytest.param([[0, 0], [20, 10]], Square((10, 5), 180), id="a little"),
        pytest.param([[0, 0], [100, 40], [30, 90]], Square((50, 45), 250), id="walks"),
        pytest.param([[NAN, NAN], [50, 60]], Square((50, 60), 180), id="seen once"),
        pytest.param([[NAN, NAN]], None, id="never seen"),
    ],
)
def test_window_square(centres: list[list[float]], square: Square | None) -> None:
    assert window_square(np.array(centres, float), 100.0) == square


@pytest.mark.parametrize("body_length", [NAN, 0.0])
def test_no_square_without_a_body_length(body_length: float) -> None:
    assert window_square(np.zeros((3, 2)), body_length) is None


def test_whole_picture() -> None:
    assert whole_picture((480, 640)) == Square((319.5, 239.5), 640)


@pytest.mark.parametrize(
    ("centre", "side", "size"),
    [
        pytest.param((100.5, 80.5), 64, 64, id="pixel for pixel"),
        pytest.param((100.25, 80.5), 64.3, 128, id="enlarged"),
        pytest.param((110.3, 90.6), 151.7, 32, id="reduced"),
    ],
)
def test_crop_is_not_shifted(centre: tuple[float, float], side: float, size: int) -> None:
    crop = crop_square(ramp(), centre, side, size).astype(float)
    expected = (np.arange(size) + 0.5) * side / size - side / 2
    inner = slice(2, -2)  # the triangle is cut at the border of the crop
    np.testing.assert_allclose(crop[5, inner, 0], (centre[0] + expected)[inner], atol=0.51)
    np.testing.assert_allclose(crop[inner, 5, 1], (centre[1] + expected)[inner], atol=0.51)
    assert abs((crop[5, inner, 0] - (centre[0] + expected)[inner]).mean()) < 0.1


def test_one_pixel_stays_in_place() -> None:
    frame = np.zeros((9, 9, 3), np.uint8)
    frame[4, 3] = 255
    crop = crop_square(frame, (3, 4), 9, 9)
    assert np.argwhere(crop[..., 0] > 0).tolist() == [[4, 4]]


def test_reducing_does_not_alias() -> None:
    stripes = np.zeros((128, 128, 3), np.uint8)
    stripes[:, ::2] = 255
    crop = crop_square(stripes, (63.5, 63.5), 128, 16)
    assert crop.min() > 115
    assert crop.max() < 140


@pytest.mark.parametrize(
    ("centre", "expected"),
    [
        pytest.param((0, 100), [0, 0, 0, 2, 4], id="left"),
        pytest.param((239, 100), [235, 237, 239, 239, 239], id="right"),
    ],
)
def test_edge_is_repeated(centre: tuple[float, float], expected: list[int]) -> None:
    assert crop_square(ramp(), centre, 10, 5)[2, :, 0].tolist() == expected


@pytest.mark.parametrize("centre", [(-100, 50), (50, 300), (400, -90)])
def test_outside_is_grey(centre: tuple[float, float]) -> None:
    assert (crop_square(ramp(), centre, 80, 8) == OUTSIDE_GREY).all()


@pytest.mark.parametrize(
    ("frame", "side", "message"),
    [
        pytest.param(np.zeros((5, 5), np.uint8), 3, r"\(y, x, 3\) uint8", id="grey"),
        pytest.param(np.zeros((5, 5, 3)), 3, "float64", id="float"),
        pytest.param(np.zeros((5, 5, 3), np.uint8), 0, "an area", id="no area"),
        pytest.param(np.zeros((5, 5, 3), np.uint8), NAN, "a place", id="no place"),
    ],
)
def test_what_cannot_be_cropped(frame: np.ndarray, side: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        crop_square(frame, (2, 2), side, 8)
