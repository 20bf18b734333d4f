"""Which frame each row of a pose file is. Knows no pose format."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

LARGEST_FRAME = 1 << 40
"""Beyond any recording: 35 years at 1000 frames a second."""


def from_numbers(numbers: NDArray) -> tuple[NDArray[np.int64] | None, list[str]]:
    """Take the numbers a file gives for its rows as frame numbers.

    Parameters
    ----------
    numbers
        One for each row.

    Returns
    -------
    frames
        None if row k is frame k, or if the numbers are not whole, not negative and increasing.
    problems
        A sentence if the numbers could not be used.
    """
    numbers = np.asarray(numbers, np.float64)
    usable = (
        np.isfinite(numbers).all()
        and ((numbers >= 0) & (numbers <= LARGEST_FRAME)).all()
        and (numbers == np.floor(numbers)).all()
        and (np.diff(numbers) > 0).all()
    )
    if not usable:
        return None, [
            "the frame numbers in the file are not whole and increasing: row k is taken as frame k"
        ]
    if np.array_equal(numbers, np.arange(len(numbers))):
        return None, []
    return numbers.astype(np.int64), []


def from_column(numbers: NDArray | None) -> tuple[NDArray[np.int64] | None, list[str]]:
    """Do as `from_numbers` for a column that a table may lack."""
    return from_numbers(numbers) if numbers is not None else (None, [])


def from_image_names(names: Sequence[str]) -> tuple[NDArray[np.int64] | None, list[str]]:
    """Take the last number in each image name (``labeled-data/video/img0012.png``) as its frame.

    Returns
    -------
    frames
        None if row k is frame k, or if the numbers are not unique and increasing.
    problems
        A sentence if the names could not be used.
    """
    paths = [PurePosixPath(name.replace("\\", "/")) for name in names]
    folders = {path.parent for path in paths}
    if len(folders) > 1:
        return None, [f"the images come from {len(folders)} folders: row k is taken as frame k"]
    numbers = [re.findall(r"\d+", path.stem) for path in paths]
    if not all(numbers) or any(len(found[-1]) > 12 for found in numbers if found):
        return None, ["the image names hold no frame numbers: row k is taken as frame k"]
    frames, problems = from_numbers(np.array([int(found[-1]) for found in numbers], np.float64))
    if problems:
        problems = ["the numbers in the image names do not increase: row k is taken as frame k"]
    return frames, problems
