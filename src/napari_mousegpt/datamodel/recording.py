"""A recording: one filmed period and everything said about it. Knows no files but their paths."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from napari_mousegpt.datamodel.ethogram import DEFAULT_ETHOGRAM, Behaviour
from napari_mousegpt.datamodel.run import Run

SINGLE_INDIVIDUAL = "individual_0"
"""The name of a single animal, everywhere."""


@dataclass(frozen=True, slots=True)
class VideoEntry:
    """One video of a recording, as it was when it was imported."""

    id: str
    path: Path
    frames: int
    fps: float
    width: int
    height: int
    sha256: str
    view: str = "top"
    offset_s: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """What a recording folder says, as a value; `replace` makes a changed one.

    Attributes
    ----------
    folder
        The ``NAME.mousegpt`` folder.
    individuals
        Names of the animals, those of the poses or the one of a video without.
    keypoint_roles
        Role, such as ``snout``, to keypoint name.
    skeleton
        Pairs of keypoints joined by a line.
    descriptions, bouts
        Interval tables (see `datamodel.tables` and `datamodel.bouts`).
    problems
        Sentences about what was odd when the recording was made or opened.
    sources
        The files that were imported, each with its hash and with what was chosen for it.
    """

    folder: Path
    videos: tuple[VideoEntry, ...]
    descriptions: pd.DataFrame
    bouts: pd.DataFrame
    individuals: tuple[str, ...] = (SINGLE_INDIVIDUAL,)
    pixel_size_mm: float | None = None
    skeleton: tuple[tuple[str, str], ...] = ()
    keypoint_roles: Mapping[str, str] = field(default_factory=dict)
    ethogram: tuple[Behaviour, ...] = DEFAULT_ETHOGRAM
    runs: tuple[Run, ...] = ()
    problems: tuple[str, ...] = ()
    sources: tuple[Mapping[str, Any], ...] = ()

    @property
    def name(self) -> str:
        """Name of the folder without its suffix."""
        return self.folder.name.removesuffix(".mousegpt")

    def video(self, video_id: str | None = None) -> VideoEntry:
        """Return a video by its id, the first if None.

        Raises
        ------
        ValueError
            If there is no video of that id.
        """
        if video_id is None:
            return self.videos[0]
        for entry in self.videos:
            if entry.id == video_id:
                return entry
        known = ", ".join(entry.id for entry in self.videos)
        raise ValueError(f"{self.name} has no video {video_id!r}; it has {known}")

    def run(self, run_id: str) -> Run | None:
        """Return a run by its id, or None."""
        return next((run for run in self.runs if run.run_id == run_id), None)

    def replace(self, **changes: Any) -> Recording:
        """Return a copy with some attributes changed."""
        return dataclasses.replace(self, **changes)
