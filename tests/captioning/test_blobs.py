"""What stands out from an empty arena: place, size, and what is left out."""

from __future__ import annotations

import numpy as np
import pytest
from drawn_arena import BODY_LENGTH_PX, BODY_WIDTH_PX, NOWHERE, film

from napari_mousegpt.captioning.blobs import Arena, Blob, ellipse, find_blobs, without_tail
from napari_mousegpt.captioning.small_picture import shrink


def blobs_at(centre: tuple[float, float], **look: float) -> list[Blob]:
    arena = Arena.of(shrink(film([NOWHERE], **look)[0], 1), noise=2.0)
    picture = shrink(film([centre], headings=[0.5], seed=1, **look)[0], 1)
    return find_blobs(picture, arena)[0]


@pytest.mark.parametrize(
    "look",
    [
        pytest.param({"mouse": 40, "floor": 180}, id="dark on light"),
        pytest.param({"mouse": 150, "floor": 20}, id="light on dark"),
        pytest.param({"mouse": 100, "floor": 130}, id="grey on grey"),
    ],
)
def test_a_mouse_is_one_blob(look: dict[str, int]) -> None:
    (blob,) = blobs_at((130, 70), **look)
    assert np.hypot(blob.x - 130, blob.y - 70) < 0.05 * BODY_LENGTH_PX
    assert blob.length == pytest.approx(BODY_LENGTH_PX, rel=0.1)
    assert blob.width == pytest.approx(BODY_WIDTH_PX, rel=0.1)
    assert np.sign(blob.brighter) == np.sign(look["mouse"] - look["floor"])
    assert blob.whole > 0.9


def test_what_an_animal_left_behind_is_hardly_an_animal() -> None:
    with_mouse, without = film([(100, 100)], headings=[0.5]), film([NOWHERE], seed=1)
    arena = Arena.of(shrink(with_mouse[0], 1), noise=2.0)
    ((ghost,), _) = find_blobs(shrink(without[0], 1), arena)
    (mouse,) = blobs_at((100, 100))
    assert ghost.whole < 0.1
    assert ghost.weight < mouse.weight / 4


def test_noise_is_nothing() -> None:
    arena = Arena.of(shrink(film([NOWHERE])[0], 1), noise=2.0)
    assert find_blobs(shrink(film([NOWHERE], seed=1)[0], 1), arena) == ([], 0.0)


def test_a_cable_is_too_long() -> None:
    picture = film([NOWHERE], seed=1)[0].copy()
    picture[:150, 110:115] = 0
    arena = Arena.of(shrink(film([NOWHERE])[0], 1), noise=2.0)
    blobs, changed = find_blobs(shrink(picture, 1), arena)
    assert blobs == []
    assert changed > 0.01


def test_tail_is_left_out() -> None:
    y, x = np.mgrid[:80, :120]
    body = np.hypot((x - 40) / 30, (y - 40) / 18) <= 1
    tail = (abs(y - 40) <= 2) & (x > 60) & (x < 115)
    kept = without_tail(body | tail)
    assert not kept[:, 80:].any()
    assert kept.sum() == pytest.approx(body.sum(), rel=0.05)


@pytest.mark.parametrize(("length", "width"), [(40, 20), (31, 31), (60, 12)])
def test_ellipse(length: float, width: float) -> None:
    y, x = np.mgrid[:90, :90]
    mask = np.hypot((x - 44) / (length / 2), (y - 41) / (width / 2)) <= 1
    assert ellipse(mask) == pytest.approx((44, 41, length, width), rel=0.03)
