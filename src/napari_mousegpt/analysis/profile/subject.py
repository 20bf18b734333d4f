"""What a profile is made of: one animal in one epoch of one film, and what is known of it.

Knows neither files nor whose bouts they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from napari_mousegpt.datamodel.spans import Spans, contains, intersect, n_frames, union

WHOLE = "whole"
"""Name of the epoch that is the whole recording."""

KEYS = ["recording", "video", "individual", "epoch"]
"""Columns that every profile table begins with."""


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """One animal in one epoch.

    Attributes
    ----------
    start, stop
        Frames of the epoch.
    known
        Frames of it about which the bouts speak: no bout there means that nothing was done.
    basis
        In words, why these frames are taken to be known.
    bouts
        Pieces of bouts within ``known``, by start, with columns ``start, stop, behaviour, kind``;
        ``begins`` is False for a piece whose bout began before the epoch or in unknown time, and
        ``cut`` True for a piece whose end was not seen.
    """

    recording: str
    video: str
    individual: str
    epoch: str
    fps: float
    start: int
    stop: int
    known: Spans
    basis: str
    bouts: pd.DataFrame

    @property
    def keys(self) -> dict[str, str]:
        """The values of `KEYS`."""
        return {name: getattr(self, name) for name in KEYS}

    @property
    def known_s(self) -> float:
        """Seconds of known time."""
        return n_frames(self.known) / self.fps

    @property
    def states(self) -> pd.DataFrame:
        """The pieces that last, without point events."""
        return self.bouts[self.bouts["kind"] == "state"]

    @property
    def behaviours(self) -> list[str]:
        """Behaviours of which there is a bout, by name."""
        return sorted(self.bouts["behaviour"].unique())


def make_subject(
    bouts: pd.DataFrame,
    *,
    known: Spans,
    fps: float,
    start: int,
    stop: int,
    basis: str = "the whole video",
    recording: str = "",
    video: str = "cam0",
    individual: str = "individual_0",
    epoch: str = WHOLE,
) -> Subject:
    """Cut bouts of one individual and one voice to the known part of an epoch.

    Bouts of the same behaviour that overlap or touch are one bout. Point events outside the known
    part are dropped.
    """
    inside = intersect(known, union([(start, stop)]))
    pieces = [
        _pieces(group, inside, str(behaviour), str(kind))
        for (behaviour, kind), group in bouts.groupby(["behaviour", "kind"], sort=True)
    ]
    columns = {"start": "int64", "stop": "int64", "behaviour": "object", "kind": "object"}
    empty = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})
    empty = empty.assign(begins=np.zeros(0, bool), cut=np.zeros(0, bool))
    table = pd.concat([piece for piece in pieces if len(piece)] or [empty], ignore_index=True)
    table = table.sort_values(["start", "stop", "behaviour"], ignore_index=True)
    return Subject(recording, video, individual, epoch, fps, start, stop, inside, basis, table)


def _pieces(group: pd.DataFrame, inside: Spans, behaviour: str, kind: str) -> pd.DataFrame:
    frames = group[["start", "stop"]].to_numpy(np.int64)
    whole = np.sort(frames, axis=0) if kind == "point" else union(frames)
    if kind == "point":
        kept = whole[contains(inside, whole[:, 0])]
    else:
        kept = intersect(whole, inside)
    return pd.DataFrame(
        {
            "start": kept[:, 0],
            "stop": kept[:, 1],
            "behaviour": behaviour,
            "kind": kind,
            "begins": np.isin(kept[:, 0], whole[:, 0]),
            "cut": ~np.isin(kept[:, 1], whole[:, 1]),
        }
    )
