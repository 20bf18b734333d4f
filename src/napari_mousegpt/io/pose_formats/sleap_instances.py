"""Which row and which individual each instance of a SLEAP project is. Knows no file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

PREDICTED = 1
"""``instance_type`` of what a model placed; a person's is 0."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The instances of one video that are read, and where they go."""

    instances: pd.DataFrame
    """With ``row`` and ``individual``, counted from 0."""
    tracks: list[int]
    """Numbers of the tracks that are the first individuals; the others have no track."""
    n_individuals: int
    problems: list[str]


def place_instances(instances: pd.DataFrame, row_of_frame: pd.Series) -> Placed:
    """Choose among the instances of a video and give each a row and an individual.

    What a person placed comes before a prediction for the same track; a prediction that was
    corrected by hand is left out. Animals without a track are told apart by their order only.

    Parameters
    ----------
    instances
        The project's table: ``instance_id, instance_type, frame_id, skeleton, track,
        from_predicted`` and what else the caller needs.
    row_of_frame
        Row of each ``frame_id`` of the video.

    Raises
    ------
    ValueError
        If no instance belongs to these frames.
    """
    row = instances["frame_id"].map(row_of_frame)
    chosen = instances[row.notna()].assign(row=row[row.notna()].astype(np.int64))
    if chosen.empty:
        raise ValueError("expected labelled or predicted animals, found none in this video")
    problems = []
    by_hand = chosen["instance_type"] != PREDICTED
    untracked = chosen[chosen["track"] < 0].groupby(["row", "instance_type"]).size()
    n_loose = int(untracked.max()) if len(untracked) else 0
    corrected = set(chosen.loc[by_hand, "from_predicted"])
    chosen = chosen[by_hand | ~chosen["instance_id"].isin(corrected)]
    chosen = chosen.sort_values(["row", "instance_type", "instance_id"], kind="stable")
    tracked = chosen[chosen["track"] >= 0].drop_duplicates(["row", "track"])
    tracks = sorted(tracked["track"].unique().tolist())
    tracked = tracked.assign(individual=np.searchsorted(tracks, tracked["track"]))
    loose = chosen[chosen["track"] < 0]
    loose = loose.assign(individual=loose.groupby("row").cumcount())
    loose = loose[loose["individual"] < n_loose]
    if n_loose and tracks:
        problems.append(f"{len(loose)} instances belong to no track: read as more individuals")
    elif n_loose > 1:
        problems.append("the animals have no tracks: they are told apart by their order only")
    loose = loose.assign(individual=loose["individual"] + len(tracks))
    return Placed(pd.concat([tracked, loose]), tracks, len(tracks) + n_loose, problems)
