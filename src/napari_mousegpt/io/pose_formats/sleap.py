"""SLEAP files of any kind: projects (.slp) and analysis files (.h5). Knows neither layout."""

from __future__ import annotations

from pathlib import Path

import xarray as xr

from napari_mousegpt.io.pose_formats import sleap_analysis, sleap_project

suffixes = sleap_analysis.suffixes | sleap_project.suffixes


def matches(path: Path) -> bool:
    """Look at the header only. Return False for anything unexpected."""
    return sleap_project.matches(path) or sleap_analysis.matches(path)


def read(path: Path, *, fps: float | None = None, video: int = 0) -> xr.Dataset:
    """Read poses; ``video`` chooses one of a project's videos, counted from 0.

    See `sleap_project.read` and `sleap_analysis.read`.
    """
    if sleap_project.matches(path):
        return sleap_project.read(path, fps=fps, video=video)
    return sleap_analysis.read(path, fps=fps)
