"""What of a recording a person should judge next, and why. Knows no window."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.review.review_queue import QueueWeights, review_queue
from napari_mousegpt.analysis.vectors.kinematic_vectors import kinematic_columns
from napari_mousegpt.datamodel.confidence_rule import unsure_in
from napari_mousegpt.datamodel.labels.set import LabelSet
from napari_mousegpt.datamodel.labels.verdicts import Said, judged
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.recording_folder import load_poses
from napari_mousegpt.workflows.evaluation_sides import SAID_BY_PEOPLE, Side, sides_of_recording
from napari_mousegpt.workflows.pose_contradictions import contradictions_of
from napari_mousegpt.workflows.window_kinematics import window_kinematics

Order = Literal["mixed", "unsure", "disagreement", "diverse"]
ORDERS: Mapping[Order, QueueWeights] = {
    "mixed": QueueWeights(),
    "unsure": QueueWeights(1, 0, 0),
    "disagreement": QueueWeights(0, 1, 0),
    "diverse": QueueWeights(0, 0, 1),
}
MACHINES = ("model", "rule")
"""Whose bouts are judged; clusters have numbers, or names that are given to the whole."""


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """In which order, for whom, and how much at most; ``individual`` None takes all animals."""

    order: Order = "mixed"
    annotator: str | None = None
    individual: str | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True, eq=False)
class Queue:
    """What to judge, in order, and sentences about what the order lacks."""

    items: tuple[Said, ...]
    total: int
    notes: tuple[str, ...]


def review(
    recording: Recording, labels: LabelSet, settings: ReviewSettings
) -> Generator[str, None, Queue]:
    """Make the queue, yielding what is under way; closing it stops.

    Parameters
    ----------
    recording
        With the bouts of now.
    labels
        What this person judged (see `datamodel.labels.verdicts.judgements_of`); it must not change
        meanwhile.

    Raises
    ------
    ValueError
        If nothing was said that could be judged, or the order needs what is not known.
    """
    yield "Looking at what was said …"
    rows = said_rows(recording)
    if settings.individual is not None:
        rows = rows[rows["individual"] == settings.individual].reset_index(drop=True)
    if rows.empty:
        raise ValueError(
            "Nothing that could be judged has been said of this recording yet: describe it first, "
            "with Plugins ▸ napari-mousegpt ▸ Caption."
        )
    weights, notes = ORDERS[settings.order], []
    if weights.uncertainty and rows["confidence"].isna().all():
        notes.append("nobody said how sure they are")
    features = None
    if weights.diversity and all(load_poses(recording, v) is not None for v in set(rows["video"])):
        yield f"Kinematics of {len(rows)} bouts and windows …"
        features = kinematic_columns(window_kinematics(recording, rows))
    elif weights.diversity:
        notes.append("without poses nothing tells what is unlike the rest")
    opinions, looked = _opinions(recording, labels)
    if weights.disagreement:
        yield "Checking what was said against the poses …"
        rows = rows.assign(contradicts=contradictions_of(recording, rows))
    if weights.disagreement and len(opinions) < 2 and rows["contradicts"].isna().all():
        notes.append(f"there is only one opinion, by {', '.join(opinions) or 'nobody'}")
    if notes and settings.order != "mixed":
        raise ValueError(f"This order is not possible: {notes[0]}. Choose another.")
    yield "Putting them in order …"
    done = judged(labels, _items(recording, rows), settings.annotator)
    ranked = review_queue(
        rows.assign(judged=done),
        opinions=opinions,
        looked=looked,
        features=features,
        weights=weights,
        length=settings.limit,
    )
    return Queue(_items(recording, ranked), len(rows), tuple(notes))


def said_rows(recording: Recording) -> pd.DataFrame:
    """Bouts of models, rules and clusters, and windows that are none: of runs that have no bouts,
    and those of which the captioner was unsure."""
    columns = ["video", "individual", "start", "stop", "run_id", "behaviour", "confidence"]
    bouts = recording.bouts
    bouts = bouts[bouts["source"].isin(MACHINES) & (bouts["kind"] == "state")]
    said = recording.descriptions
    said = said.assign(unsure=unsure_in(said))
    open_ = said["unsure"] | ~said["run_id"].isin(set(bouts["run_id"]))
    windows = said[said["valid"].astype(bool) & open_]
    known = {behaviour.name for behaviour in recording.ethogram}
    first = [_first(words) for words in windows["keywords"]]
    windows = windows.assign(
        behaviour=[word if word in known else "" for word in first], bout_id=None
    )
    parts = [
        bouts[[*columns, "bout_id"]].assign(overall="", unsure=False),
        windows[[*columns, "bout_id", "overall", "unsure"]],
    ]
    parts = [part.astype({"bout_id": object}) for part in parts if len(part)]
    if not parts:
        return pd.DataFrame(columns=[*columns, "bout_id", "overall", "unsure"])
    return pd.concat(parts, ignore_index=True)


def _items(recording: Recording, rows: pd.DataFrame) -> tuple[Said, ...]:
    tools = {run.run_id: run.tool for run in recording.runs}
    return tuple(
        Said(
            row["video"],
            row["individual"],
            int(row["start"]),
            int(row["stop"]),
            row["behaviour"],
            run_id=row["run_id"],
            bout_id=row["bout_id"],
            text=row["overall"] or "",
            who=tools.get(row["run_id"], "a model"),
            reason=row.get("reason", ""),
        )
        for row in rows.to_dict("records")
    )


def _opinions(
    recording: Recording, labels: LabelSet
) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """Who says what, and what they looked at.

    A person who says nothing of a window has an opinion on it only where it is written that they
    looked.
    """
    marked = labels.assessed_table()
    sides = [side for side in sides_of_recording(recording, marked).everyone if len(side.bouts)]
    looked = {}
    for side in sides:
        spans = _marked_by(side, marked) if side.by_people else side.assessed
        if spans is not None:
            looked[side.name] = spans
    return {side.name: side.bouts for side in sides}, looked


def _marked_by(side: Side, marked: pd.DataFrame) -> pd.DataFrame:
    people = side.bouts.loc[side.bouts["source"].isin(SAID_BY_PEOPLE), "annotator"].dropna()
    return marked[marked["annotator"].isin(set(people))]


def _first(words: object) -> str:
    return str(words[0]) if isinstance(words, list | tuple | np.ndarray) and len(words) else ""
