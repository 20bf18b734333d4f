"""Labels made by rule from what a model or other rules said. Knows no file and no window.

They are copies on a person's track, since the person chose the rule, but nobody looked at them one
by one: their comment says so, and no span is marked as looked at. What the person said before
stands: copies give way to her own bouts of the same behaviour or group, and stay away from spans in
which she looked for the behaviour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.datamodel.bout_rules import apply_bout_rules, rule_preview
from napari_mousegpt.datamodel.bouts import make_bouts, merge_windows
from napari_mousegpt.datamodel.ethogram import Ethogram
from napari_mousegpt.datamodel.labels.assessed import Assessed
from napari_mousegpt.datamodel.labels.behaviours import current_names
from napari_mousegpt.datamodel.labels.bout import EDITABLE_SOURCES, Bout, new_id
from napari_mousegpt.datamodel.labels.edit import Edit
from napari_mousegpt.datamodel.labels.set import LabelSet


@dataclass(frozen=True, slots=True)
class BoutRule:
    """Close gaps of up to ``gap_s``, then drop what is shorter than ``min_s``."""

    gap_s: float = 0.0
    min_s: float = 0.0

    def words(self, whose: str) -> str:
        """What the comment of a label made by it says."""
        return (
            f"by rule from {whose}: gaps up to {self.gap_s:g} s closed, below {self.min_s:g} s "
            "dropped; not looked at one by one"
        )


@dataclass(frozen=True, slots=True, eq=False)
class RuleSource:
    """What labels are made from, and what stands in their way; never changed, for any thread.

    Attributes
    ----------
    title
        Who said it.
    bouts
        Bout table, with ``bout_id`` where the bouts have one.
    own, looked
        What the person who labels said and looked at before.
    """

    title: str
    bouts: pd.DataFrame
    own: tuple[Bout, ...]
    looked: tuple[Assessed, ...]
    ethogram: Ethogram
    frames: Mapping[str, int]

    def after(self, rule: BoutRule, *, fps: float) -> RuleCopies:
        """What a rule makes of it."""
        made = apply_bout_rules(self.bouts, fps=fps, gap_s=rule.gap_s, min_s=rule.min_s)
        parts = [_fitting(self, group) for group in _of_each(made, self.ethogram)]
        pieces = np.concatenate([np.zeros((0, 3), np.int64), *parts])  # (pieces, row start stop)
        whole = (made["stop"] - made["start"]).to_numpy(np.int64)
        left = np.bincount(
            pieces[:, 0], weights=pieces[:, 2] - pieces[:, 1], minlength=len(whole)
        ).astype(np.int64)
        shortest = max(1, round(rule.min_s * fps))
        pieces = pieces[pieces[:, 2] - pieces[:, 1] >= shortest]
        table = made.iloc[pieces[:, 0]].assign(start=pieces[:, 1], stop=pieces[:, 2])
        table = table.sort_values(["individual", "start", "stop"], ignore_index=True)
        summary = rule_preview(self.bouts, table, fps=fps)
        return RuleCopies(table, summary, int((left < whole).sum()))


@dataclass(frozen=True, slots=True, eq=False)
class RuleCopies:
    """What a rule would label.

    Attributes
    ----------
    table
        Bout table.
    summary
        Counts and durations before and after (`bout_rules.rule_preview`).
    gave_way
        How many bouts were cut or left out because of other labels.
    """

    table: pd.DataFrame
    summary: pd.DataFrame
    gave_way: int


def rule_sources(
    bouts: pd.DataFrame,
    descriptions: pd.DataFrame,
    ethogram: Ethogram,
    tools: Mapping[str, str],
    *,
    video: str,
) -> dict[str, pd.DataFrame]:
    """Bout tables that labels can be made from, by who said them.

    The bouts of each model, rule and clustering, and the descriptions of each run joined into bouts
    as they read now, corrections among them. Behaviours that the ethogram does not list as a state
    are left out: from open text come labels only through the ethogram.

    Parameters
    ----------
    bouts, descriptions
        Everything said of the recording.
    tools
        What the runs were made with, by their ids.
    """
    found: dict[str, pd.DataFrame] = {}
    of_others = bouts[(bouts["video"] == video) & ~bouts["source"].isin(EDITABLE_SOURCES)]
    for (source, run_id), table in of_others.groupby(["source", "run_id"], dropna=False):
        _name(found, f"{tools.get(run_id, source)}: bouts", _listed(ethogram, table))
    said = descriptions[descriptions["video"] == video]
    for run_id, windows in said.groupby("run_id", sort=False):
        table = _listed(ethogram, merge_windows(windows))
        _name(found, f"{tools.get(str(run_id), run_id)}: descriptions", table)
    return found


def rule_source(
    labels: LabelSet, title: str, bouts: pd.DataFrame, annotator: str | None
) -> RuleSource:
    """Take what a rule needs to know of the labels of now."""
    whose = [key for key in labels.tracks if key.source == "person" and key.annotator == annotator]
    mine = (labels[str(bout_id)] for key in whose for bout_id in labels.track(key).ids)
    own = tuple(bout for bout in mine if bout.kind == "state")
    looked = tuple(span for span in labels.assessed if span.annotator == annotator)
    return RuleSource(title, bouts, own, looked, labels.ethogram, dict(labels.frames))


def copy_by_rule(copies: RuleCopies, rule: BoutRule, title: str, annotator: str | None) -> Edit:
    """Put what a rule made on a person's track, as one action."""
    words = rule.words(title)
    added = tuple(
        Bout(
            new_id(),
            row["video"],
            row["individual"],
            int(row["start"]),
            int(row["stop"]),
            row["behaviour"],
            target=row["target"],
            annotator=annotator,
            comment=f"{row['comment']}; {words}" if row["comment"] else words,
            origin=row.get("bout_id"),
        )
        for row in copies.table.to_dict("records")
    )
    return Edit(f"{len(added)} bouts by rule from {title}", added=added)


def _name(found: dict[str, pd.DataFrame], title: str, bouts: pd.DataFrame) -> None:
    if not len(bouts):
        return
    count = sum(name == title or name.startswith(f"{title} (") for name in found)
    found[f"{title} ({count + 1})" if count else title] = bouts


def _listed(ethogram: Ethogram, bouts: pd.DataFrame) -> pd.DataFrame:
    """Bouts of states that the ethogram lists, under their names of now."""
    names = current_names(ethogram)
    states = {one.name for one in ethogram if one.kind == "state"}
    named = bouts.assign(behaviour=[names.get(one, "") for one in bouts["behaviour"]])
    kept = named["behaviour"].isin(states) & (named["kind"] == "state")
    return make_bouts(named[kept].reset_index(drop=True))


def _of_each(made: pd.DataFrame, ethogram: Ethogram) -> Iterator[pd.DataFrame]:
    """Bouts of one animal that may exclude each other: of one group, or of one behaviour."""
    group_of = {one.name: one.group for one in ethogram}
    keys = [group_of.get(name, "") or f"\0{name}" for name in made["behaviour"]]
    rows = made.assign(_row=np.arange(len(made)), _key=keys)
    for _, part in rows.groupby(["video", "individual", "_key"], sort=False):
        yield part.sort_values("start", kind="stable")


def _fitting(source: RuleSource, part: pd.DataFrame) -> NDArray[np.int64]:
    """Row, start and stop of what is left of bouts; of two that exclude each other the later."""
    first = part.iloc[0]
    end = max(int(part["stop"].max()), 1)
    end = min(end, source.frames.get(first["video"], end))
    painted = np.zeros(end, np.int32)  # number of the bout that holds each frame, from 1
    for place, (start, stop) in enumerate(zip(part["start"], part["stop"], strict=True), 1):
        painted[start:stop] = place
    names = part["behaviour"].to_numpy(object)
    group_of = {one.name: one.group for one in source.ethogram}
    group = group_of.get(names[0], "")
    whose = (first["video"], first["individual"])
    for bout in source.own:
        same = bout.behaviour in names or (group and group_of.get(bout.behaviour) == group)
        if same and (bout.video, bout.individual) == whose:
            painted[bout.start : bout.stop] = 0
    for span in source.looked:
        if (span.video, span.individual) == whose:
            _leave(painted[span.start : span.stop], names, span.behaviours)
    return _runs(painted, part["_row"].to_numpy(np.int64))


def _leave(painted: NDArray[np.int32], names: NDArray[np.object_], left: Sequence[str]) -> None:
    """Take the bouts of some behaviours from a stretch of frames."""
    is_left = np.r_[False, np.isin(names.astype(str), left)]
    painted[is_left[painted]] = 0


def _runs(painted: NDArray[np.int32], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    edges = np.flatnonzero(np.diff(np.r_[0, painted, 0]))
    starts, stops = edges[:-1], edges[1:]
    codes = painted[starts] if len(starts) else np.zeros(0, np.int32)
    kept = codes > 0
    return np.column_stack([rows[codes[kept] - 1], starts[kept], stops[kept]]).astype(np.int64)
