"""Rows of the timeline for bouts that would become labels. Knows tables, no widget."""

from __future__ import annotations

import numpy as np
import pandas as pd

from napari_mousegpt.datamodel.ethogram import Ethogram, colour_of
from napari_mousegpt.widgets.timeline.tracks import Track

LABEL = "preview"


def proposed_tracks(bouts: pd.DataFrame, ethogram: Ethogram, video: str) -> list[Track]:
    """One row for each animal of a video that something is proposed for."""
    tracks = []
    for individual, rows in bouts[bouts["video"] == video].groupby("individual", sort=True):
        rows = rows.sort_values("start", kind="stable")
        stops = rows["stop"].to_numpy(np.int64)
        codes, names = pd.factorize(rows["behaviour"].to_numpy(object))
        colours = [int(colour_of(name, ethogram)[1:], 16) for name in names]
        tracks.append(
            Track(
                label=LABEL,
                individual=str(individual),
                kind="bouts",
                starts=rows["start"].to_numpy(np.int64),
                stops=stops,
                reach=np.maximum.accumulate(stops),
                names=tuple(names),
                codes=codes.astype(np.int64),
                colours=np.array([0xFF000000 | colour for colour in colours], np.uint32),
                rows=np.zeros(0, np.int64),
            )
        )
    return tracks
