"""Which descriptions contradict the poses of their window, for reports and for review."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from napari_mousegpt.analysis.wording.fact_reader import read_description
from napari_mousegpt.analysis.wording.pose_check import Contradiction, check_against_pose
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.recording_folder import load_poses
from napari_mousegpt.workflows.fact_truth import as_said
from napari_mousegpt.workflows.window_kinematics import window_kinematics

KEY = ["video", "individual", "start", "stop", "run_id"]


@dataclass(frozen=True, slots=True, eq=False)
class PoseChecked:
    """What poses refute.

    Attributes
    ----------
    windows
        Interval table with ``judged`` (statements that poses could have refuted) and
        ``contradicts`` (why, in words; None where nothing is refuted).
    by_fact
        ``fact, value, judged, refuted``, most refuted first.
    """

    windows: pd.DataFrame
    by_fact: pd.DataFrame

    @property
    def judged(self) -> int:
        """Windows with a statement that poses could have refuted."""
        return int((self.windows["judged"] > 0).sum())

    @property
    def flagged(self) -> int:
        """Windows with one that they did."""
        return int(self.windows["contradicts"].notna().sum())

    @property
    def rate(self) -> float:
        """Flagged of judged; NaN if none could be judged."""
        return self.flagged / self.judged if self.judged else float("nan")


def check_poses(
    recording: Recording,
    windows: pd.DataFrame,
    kinematics: pd.DataFrame,
    names: Sequence[str] = (),
) -> PoseChecked:
    """Check the descriptions of windows against `window_kinematics` of the same rows."""
    judged, reasons = [], []
    judged_by: Counter[tuple[str, str]] = Counter()
    refuted_by: Counter[tuple[str, str]] = Counter()
    views = {entry.id: entry.view for entry in recording.videos}
    numbers = kinematics.drop(columns=["individual", "start", "stop"]).to_dict("records")
    for row, features in zip(windows.to_dict("records"), numbers, strict=True):
        said = read_description(as_said(row), names=names) if row["valid"] else []
        found = check_against_pose(said, features, camera_view=views[row["video"]])
        judged.append(len(found.judged))
        reasons.append(_in_words(found.contradictions))
        judged_by.update({(one.fact, one.value) for one in found.judged})
        refuted_by.update(
            {(one.statement.fact, one.statement.value) for one in found.contradictions}
        )
    table = windows[KEY].assign(judged=judged)
    table["contradicts"] = pd.Series(reasons, index=table.index, dtype="object")
    rows = [
        {"fact": fact, "value": value, "judged": count, "refuted": refuted_by[fact, value]}
        for (fact, value), count in judged_by.items()
    ]
    by_fact = pd.DataFrame(rows, columns=["fact", "value", "judged", "refuted"])
    return PoseChecked(table, _most_refuted_first(by_fact))


def pooled_checks(checks: Mapping[str, PoseChecked]) -> PoseChecked | None:
    """Those of several recordings together, named before each video; None without any."""
    if not checks:
        return None
    tables = [
        one.windows.assign(video=name + "/" + one.windows["video"].astype(str))
        for name, one in checks.items()
    ]
    counts = pd.concat([one.by_fact for one in checks.values()])
    by_fact = counts.groupby(["fact", "value"], as_index=False, sort=False).sum()
    return PoseChecked(pd.concat(tables, ignore_index=True), _most_refuted_first(by_fact))


def _most_refuted_first(by_fact: pd.DataFrame) -> pd.DataFrame:
    ordered = by_fact.sort_values(["refuted", "judged"], ascending=False)
    return ordered.reset_index(drop=True)


def contradictions_of(recording: Recording, rows: pd.DataFrame) -> pd.Series:
    """Why poses refute what models said in the windows that rows lie in; None where they do not.

    Parameters
    ----------
    rows
        Bouts or windows of models with ``run_id``; a window that lies half or more in a row speaks
        for it. Rules, which are made of the poses, are not checked.
    """
    reasons = pd.Series([None] * len(rows), index=rows.index, dtype="object")
    rules = {run.run_id for run in recording.runs if run.tool == "kinematic-rules"}
    said = recording.descriptions
    wanted = said["valid"].astype(bool) & said["run_id"].isin(set(rows["run_id"]) - rules)
    windows = said[wanted].reset_index(drop=True)
    if windows.empty or any(load_poses(recording, str(v)) is None for v in set(windows["video"])):
        return reasons
    names = [behaviour.name for behaviour in recording.ethogram]
    checked = check_poses(recording, windows, window_kinematics(recording, windows), names)
    flagged = checked.windows.dropna(subset="contradicts")
    for one in flagged.itertuples():
        middle = (one.start + one.stop) / 2
        same = (rows["run_id"] == one.run_id) & (rows["video"] == one.video)
        same &= (rows["individual"] == one.individual) & (rows["start"] <= middle)
        reasons[same & (middle < rows["stop"]) & reasons.isna()] = one.contradicts
    return reasons


def _in_words(found: Sequence[Contradiction]) -> str | None:
    """Each number once, with everything that it speaks against."""
    said: dict[str, list[str]] = {}
    for one in found:
        said.setdefault(one.measured, []).append(one.statement.words)
    parts = [
        f"says {', '.join(dict.fromkeys(words))}, but {measured}"
        for measured, words in said.items()
    ]
    return "; ".join(parts) or None
