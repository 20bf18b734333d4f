"""Frame numbers out of columns and image names."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mousegpt.io.pose_formats.frame_numbers import (
    from_column,
    from_image_names,
    from_numbers,
)


@pytest.mark.parametrize(
    ("numbers", "frames", "is_usable"),
    [
        ([0, 1, 2], None, True),
        ([3, 4, 9], [3, 4, 9], True),
        ([0.0, 2.0], [0, 2], True),
        ([0, 0.5], None, False),
        ([1, 0], None, False),
        ([0, 0], None, False),
        ([-1, 0], None, False),
        ([0, np.nan], None, False),
        ([0, 1e300], None, False),
        ([0, np.inf], None, False),
    ],
)
def test_from_numbers(numbers: list[float], frames: list[int] | None, is_usable: bool) -> None:
    found, problems = from_numbers(np.array(numbers))
    assert (None if found is None else found.tolist()) == frames
    assert len(problems) == (not is_usable)


def test_from_a_column_that_is_not_there() -> None:
    assert from_column(None) == (None, [])


@pytest.mark.parametrize(
    ("names", "frames", "problem"),
    [
        (["a/img0.png", "a/img1.png"], None, ""),
        (["a/img07.png", "a/img31.png"], [7, 31], ""),
        (["a\\img07.png", "a\\img31.png"], [7, 31], ""),
        (["v2_img07.png", "v2_img31.png"], [7, 31], ""),
        (["a/img1.png", "b/img2.png"], None, "2 folders"),
        (["a/nose.png", "a/img2.png"], None, "no frame numbers"),
        (["a/img9999999999999999.png"], None, "no frame numbers"),
        (["a/img2.png", "a/img1.png"], None, "do not increase"),
    ],
)
def test_from_image_names(names: list[str], frames: list[int] | None, problem: str) -> None:
    found, problems = from_image_names(names)
    assert (None if found is None else found.tolist()) == frames
    assert problem in "".join(problems)
    assert bool(problems) == bool(problem)
