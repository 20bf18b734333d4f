"""BORIS: tabular events, aggregated events and projects. Knows which of the three a file is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.io.label_formats import boris_aggregated, boris_project, boris_tabular

_KINDS = (boris_tabular, boris_aggregated, boris_project)

suffixes = boris_tabular.suffixes | boris_aggregated.suffixes | boris_project.suffixes


def matches(path: Path) -> bool:
    """Whether the file is of one of the three kinds."""
    return any(path.suffix.lower() in kind.suffixes and kind.matches(path) for kind in _KINDS)


def read(
    path: Path,
    *,
    fps: float | None = None,
    times_s: NDArray[np.floating] | None = None,
) -> pd.DataFrame:
    """Read bouts; see the module of each kind.

    Raises
    ------
    ValueError
        If the file is of none of the three kinds, or its own reader refuses it.
    """
    for kind in _KINDS:
        if kind.matches(path):
            return kind.read(path, fps=fps, times_s=times_s)
    raise ValueError(
        f"{path.name}: expected BORIS tabular events, aggregated events or a project, found none "
        "of them. Export the events from BORIS again."
    )
