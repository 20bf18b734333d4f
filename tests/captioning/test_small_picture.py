"""Small grey pictures: size, place and brightness."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mousegpt.captioning.small_picture import (
    edge_strength,
    same_brightness,
    shrink,
    shrink_factor,
)


@pytest.mark.parametrize(
    ("shape", "factor"),
    [((240, 320), 1), ((480, 640), 2), ((1024, 1280), 5), ((360, 1350, 3), 3), ((8, 9), 1)],
)
def test_shrink_factor(shape: tuple[int, ...], factor: int) -> None:
    assert shrink_factor(shape) == factor


def test_shrunk_pixels_are_means() -> None:
    frame = np.repeat(np.arange(24, dtype=np.uint8).reshape(4, 6)[..., None], 3, axis=-1)
    assert shrink(frame, 2).round().tolist() == [[4, 6, 8], [16, 18, 20]]


@pytest.mark.parametrize("factor", [0.7, 1.3])
def test_flicker_is_undone_despite_an_animal(factor: float) -> None:
    arena = np.random.default_rng(0).uniform(50, 200, (90, 120)).astype(np.float32)
    picture = arena.copy()
    picture[20:50, 30:70] = 10
    restored = same_brightness(picture * np.float32(factor), arena)
    np.testing.assert_allclose(restored, picture, rtol=0.05)


def test_darkness_is_left_alone() -> None:
    dark = np.full((30, 30), 3, np.float32)
    assert same_brightness(2 * dark, dark).max() == 6


def test_edge_strength_is_levels_per_pixel() -> None:
    ramp = np.tile(3 * np.arange(40, dtype=np.float32), (20, 1))
    np.testing.assert_allclose(edge_strength(ramp)[5:-5, 5:-5], 3, rtol=1e-3)
