"""Arrays become films that hold exactly their pixels."""

from __future__ import annotations

from pathlib import Path

import dask.array as da
import numpy as np
import pytest

from napari_mousegpt.io.films.open_film import open_film
from napari_mousegpt.workflows.film_of_array import film_of_array

RANDOM = np.random.default_rng(0)
GREY = RANDOM.integers(0, 256, (9, 31, 47), dtype=np.uint8)
COLOUR = RANDOM.integers(0, 256, (9, 31, 47, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    ("array", "limits", "expected"),
    [
        (GREY, None, GREY),
        (COLOUR, None, COLOUR),
        (da.from_array(COLOUR, chunks=(4, 31, 47, 3)), None, COLOUR),
        (np.concatenate([COLOUR, COLOUR[..., :1]], 3), None, COLOUR),
        (GREY, (10, 20), GREY),
        (GREY.astype(np.uint16) * 100 + 7, (7, 25507), GREY),
        (GREY.astype(np.uint16) * 257, None, GREY),
        ((GREY / 255).astype(np.float32), None, GREY),
        (GREY > 127, None, 255 * (GREY > 127)),
    ],
    ids=["grey", "colour", "dask", "rgba", "8 bits stay", "limits", "16 bits", "0 to 1", "mask"],
)
def test_pixels_come_back(tmp_path: Path, array, limits, expected: np.ndarray) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "new" / "film.mkv"
    steps = list(film_of_array(array, path, fps=12.5, limits=limits))
    assert steps[-1] == (9, 9)
    with open_film(path) as film:
        assert film.fps == pytest.approx(12.5)
        found = np.asarray(film)
    colour = expected if expected.ndim == 4 else expected[..., np.newaxis].repeat(3, axis=3)
    np.testing.assert_array_equal(found, colour)


def test_stopped_midway_leaves_nothing(tmp_path: Path) -> None:
    steps = film_of_array(GREY, tmp_path / "film.mkv", fps=30)
    next(steps)
    steps.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("shape", [(5, 6), (2, 3, 4, 5), (0, 4, 4), (2, 3, 4, 5, 3)], ids=str)
def test_what_is_no_film_is_refused(tmp_path: Path, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected an array of frames"):
        next(film_of_array(np.zeros(shape, np.uint8), tmp_path / "film.mkv", fps=30))
