"""Which axis of a stack is time, and which colour. Knows no pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

TIME_AXES = "TZQIRAHEVMP"
"""What may be time, the likeliest first: of a stack without T, ImageJ calls time Z."""


@dataclass(frozen=True, slots=True)
class StackAxes:
    """How to take frames out of an array.

    Attributes
    ----------
    axes
        One letter for each axis: ``T`` time, ``Y``, ``X``, ``S`` or ``C`` colour.
    time
        Place of the time axis; None for a single picture.
    problems
        Sentences about what is left out.
    """

    axes: str
    shape: tuple[int, ...]
    time: int | None
    problems: tuple[str, ...]

    @property
    def n_frames(self) -> int:
        """How many frames there are."""
        return 1 if self.time is None else self.shape[self.time]

    def where(self, item: int | slice) -> tuple[int | slice, ...]:
        """Index of a frame, or of several, in the array."""
        return tuple(
            item
            if place == self.time
            else slice(None)
            if axis in "YX" or (axis in "SC" and self.shape[place] >= 3)
            else 0
            for place, axis in enumerate(self.axes)
        )

    def picture(self, values: NDArray[Any]) -> NDArray[Any]:
        """Turn what lies at ``where(item)`` into ``(y, x)`` or ``(y, x, colour)``."""
        left = [
            axis
            for place, axis in enumerate(self.axes)
            if place != self.time and (axis in "YX" or (axis in "SC" and self.shape[place] >= 3))
        ]
        wanted = [left.index(axis) for axis in "YXSC" if axis in left]
        return np.transpose(values, wanted)


def stack_axes(shape: Sequence[int], axes: str, name: str) -> StackAxes:
    """Find time and colour among named axes.

    Raises
    ------
    ValueError
        If more than one axis might be time, or there is no picture.
    """
    shape = tuple(shape)
    if "Y" not in axes or "X" not in axes or len(axes) != len(shape):
        raise ValueError(f"{name}: expected a stack of pictures, found axes {axes} of {shape}")
    long = [axis for axis, size in zip(axes, shape, strict=True) if size > 1 and axis in TIME_AXES]
    if len(long) > 1:
        found = " and ".join(f"{axis} of {shape[axes.index(axis)]}" for axis in long)
        raise ValueError(
            f"{name}: expected one axis of time, found {found}. Save one plane over time."
        )
    problems = []
    for place, axis in enumerate(axes):
        if axis in "SC" and shape[place] == 2:
            problems.append("of two channels the first is shown")
        if axis in "SC" and shape[place] > 4:
            problems.append(f"of {shape[place]} channels the first three are shown, as colours")
    time = axes.index(long[0]) if long else None
    return StackAxes(axes, shape, time, tuple(problems))


def guess_axes(shape: Sequence[int]) -> str:
    """Name the axes of an array that does not name them itself."""
    match len(shape):
        case 2:
            return "YX"
        case 3:
            return "YXS" if shape[-1] in (3, 4) and shape[0] > 4 and shape[1] > 4 else "TYX"
        case 4:
            return "TYXS" if shape[-1] in (1, 3, 4) else "TCYX"
        case 5:
            return "TCZYX"
        case _:
            return "?" * len(shape)
