"""What is said about each animal at a frame. Knows no layer and no window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.datamodel.confidence_rule import unsure_in
from napari_mousegpt.datamodel.recording import Recording

UNSURE = "unsure"
"""What is shown in place of a behaviour that the captioner was not sure enough of."""


@dataclass(frozen=True, slots=True, eq=False)
class SaidIndex:
    """The descriptions of one run, sorted so that one frame is found at once.

    Attributes
    ----------
    table
        Interval table of descriptions.
    run_id
        The run it shows; None if nothing has been described yet.
    by_individual
        Starts, stops and rows of the table, by start.
    behaviours, sentences
        First keyword and ``overall`` of every row of the table, "" where it is not valid, `UNSURE`
        in place of a keyword where the captioner was not sure enough.
    """

    table: pd.DataFrame
    run_id: str | None
    by_individual: Mapping[str, tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]]
    behaviours: NDArray[np.object_]
    sentences: NDArray[np.object_]

    def row_at(self, individual: str, frame: int) -> int | None:
        """Row of the table that describes this frame, the latest begun where several do."""
        if individual not in self.by_individual:
            return None
        starts, stops, rows = self.by_individual[individual]
        place = int(np.searchsorted(starts, frame, side="right")) - 1
        if place < 0 or stops[place] <= frame:
            return None
        return int(rows[place])

    def description(self, row: int) -> dict[str, Any]:
        """Return one row as a dictionary."""
        return {name: self.table[name].iat[row] for name in self.table.columns}


def said_in(
    recording: Recording, *, run_id: str | None = None, video: str | None = None
) -> SaidIndex:
    """Index one run's descriptions of one of the recording's videos, the first if None.

    ``run_id`` None, or one of another video, takes the newest run that has described anything.
    """
    table = recording.descriptions
    video = recording.video(video).id
    of_video = (table["video"] == video).to_numpy(bool)
    run = recording.run(run_id) if run_id is not None else None
    if run is not None and run.video != video:
        run_id = None
    run_ids = table["run_id"].to_numpy(object)
    if run_id is None:
        present = set(run_ids[of_video])
        newest_first = (run.run_id for run in reversed(recording.runs))
        run_id = next((one for one in newest_first if one in present), None)
    rows = np.flatnonzero(of_video & (run_ids == run_id))
    individuals = table["individual"].to_numpy(object)[rows]
    starts, stops = table["start"].to_numpy(np.int64), table["stop"].to_numpy(np.int64)
    by_individual = {}
    for individual in recording.individuals:
        mine = rows[individuals == individual]
        mine = mine[np.argsort(starts[mine], kind="stable")]
        by_individual[individual] = (starts[mine], stops[mine], mine)
    valid = table["valid"].to_numpy(bool)
    overall = table["overall"].to_numpy(object)
    sentences = [(text or "") if ok else "" for text, ok in zip(overall, valid, strict=True)]
    return SaidIndex(
        table,
        run_id,
        by_individual,
        behaviours_of(table),
        np.array(sentences, object),
    )


def behaviours_of(descriptions: pd.DataFrame) -> NDArray[np.object_]:
    """First keyword of every row; "" where it is not valid, `UNSURE` where it is unsure."""
    unsure = unsure_in(descriptions)
    keywords, valid = descriptions["keywords"], descriptions["valid"].to_numpy(bool)
    words = [behaviour_in(row) if ok else "" for row, ok in zip(keywords, valid, strict=True)]
    found = np.array(words, object)
    found[unsure & valid] = UNSURE
    return found


def keywords_of(value: Any) -> list[str]:
    """Keywords of a row as a list, whatever kind of sequence a file gave."""
    if isinstance(value, list | tuple | np.ndarray):
        return [str(word) for word in value]
    return []


def behaviour_in(keywords: Any) -> str:
    """First keyword, which is the behaviour; "" without one."""
    words = keywords_of(keywords)
    return words[0] if words else ""
