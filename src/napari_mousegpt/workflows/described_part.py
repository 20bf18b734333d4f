"""What one recording's descriptions say and what is known of them, to be scored. Knows no score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from napari_mousegpt.analysis.wording.fact_reader import read_description, values_said
from napari_mousegpt.captioning.kinematic_rules import describe_window
from napari_mousegpt.datamodel.description import LEVELS
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.run import Run
from napari_mousegpt.io.recording_folder import load_poses
from napari_mousegpt.workflows.evaluation_sides import Side
from napari_mousegpt.workflows.fact_truth import (
    Known,
    as_said,
    truth_of_corrections,
    truth_of_labels,
    truth_of_poses,
)
from napari_mousegpt.workflows.pose_contradictions import PoseChecked, check_poses, pooled_checks
from napari_mousegpt.workflows.window_kinematics import described_windows, window_kinematics

Said = list[Mapping[str, frozenset[str]]]
LABELS, CORRECTED, POSES = "labels", "corrections", "poses"
RULES = "kinematic-rules"


@dataclass(frozen=True, slots=True, eq=False)
class DescribedPart:
    """Windows that one run described, and beside each what is said and known of it.

    Attributes
    ----------
    kinematics
        Features of each window, None without poses.
    said
        Facts by who states them, the run's tool first.
    truths
        What is known of each window, by where that comes from.
    n_recordings
        How many are together; ``run`` is that of the first.
    """

    run: Run
    windows: pd.DataFrame
    names: tuple[str, ...]
    kinematics: pd.DataFrame | None
    said: dict[str, Said]
    truths: dict[str, list[Known]]
    pose: PoseChecked | None
    n_recordings: int = 1


def describe_part(
    recording: Recording, described_by: str | None, reference: Side | None
) -> DescribedPart:
    """Gather what there is of one recording.

    Parameters
    ----------
    described_by
        A run's id, its beginning or its tool, the last run if None.
    reference
        Whose bouts are true, None if nobody's.

    Raises
    ------
    ValueError
        If there are no descriptions, or none of the run asked for.
    """
    windows = described_windows(recording, described_by)
    run = run_behind(recording, windows)
    names = tuple(behaviour.name for behaviour in recording.ethogram)
    posed = all(load_poses(recording, str(video)) is not None for video in set(windows["video"]))
    kinematics = window_kinematics(recording, windows) if posed else None
    said = {run.tool: facts_said(windows, names)}
    said |= _others(recording, windows, run, names)
    if kinematics is not None:
        said.setdefault(RULES, rule_facts(kinematics, names))
    truths = _truths(windows, kinematics, reference, names)
    pose = None if kinematics is None else check_poses(recording, windows, kinematics, names)
    return DescribedPart(run, windows, names, kinematics, said, truths, pose)


def pooled_part(parts: Mapping[str, DescribedPart]) -> DescribedPart:
    """The windows of several recordings together; their names stand before those of videos.

    Raises
    ------
    ValueError
        If different captioners described them.
    """
    every = list(parts.values())
    tools = {name: part.run.tool for name, part in parts.items()}
    if len(set(tools.values())) > 1:
        shown = ", ".join(f"{tool} in {name}" for name, tool in tools.items())
        raise ValueError(
            f"expected descriptions by one captioner, found {shown}. Choose one with --described-by"
        )
    tables = [
        part.windows.assign(video=name + "/" + part.windows["video"].astype(str))
        for name, part in parts.items()
    ]
    kinds = [
        kind for kind in (LABELS, CORRECTED, POSES) if any(kind in part.truths for part in every)
    ]
    nothing: Known = {}
    posed = all(part.kinematics is not None for part in every)
    return replace(
        every[0],
        windows=pd.concat(tables, ignore_index=True),
        names=tuple(dict.fromkeys(name for part in every for name in part.names)),
        kinematics=pd.concat([part.kinematics for part in every], ignore_index=True)
        if posed
        else None,
        said={
            who: [one for part in every for one in part.said[who]]
            for who in every[0].said
            if all(who in part.said for part in every)
        },
        truths={
            kind: [
                one
                for part in every
                for one in part.truths.get(kind, [nothing] * len(part.windows))
            ]
            for kind in kinds
        },
        pose=pooled_checks({name: part.pose for name, part in parts.items() if part.pose}),
        n_recordings=len(every),
    )


def run_behind(recording: Recording, windows: pd.DataFrame) -> Run:
    """The run that described these windows."""
    run = recording.run(str(windows["run_id"].iloc[0]))
    if run is None:
        raise ValueError(
            f"{recording.name} has descriptions of a run that recording.json does not know: "
            f"{windows['run_id'].iloc[0]}. Describe it again with mousegpt caption."
        )
    return run


def facts_said(windows: pd.DataFrame, names: Sequence[str] = ()) -> Said:
    """What each description states as the captioner gave it; nothing where it is not valid."""
    return [
        values_said(read_description(as_said(row), names=names)) if row["valid"] else {}
        for row in windows.to_dict("records")
    ]


def rule_facts(kinematics: pd.DataFrame, names: Sequence[str] = ()) -> Said:
    """What `kinematic-rules` would state of the same windows."""
    said: Said = []
    for row in kinematics.drop(columns=["individual", "start", "stop"]).to_dict("records"):
        try:
            text = describe_window(row)
        except ValueError:  # no pose
            said.append({})
            continue
        levels = {level: getattr(text, level) for level in LEVELS}
        said.append(values_said(read_description(levels | {"keywords": text.keywords})))
    return said


def _truths(
    windows: pd.DataFrame,
    kinematics: pd.DataFrame | None,
    reference: Side | None,
    names: Sequence[str],
) -> dict[str, list[Known]]:
    found = {CORRECTED: truth_of_corrections(windows, names)}
    if reference is not None:
        asked = [*reference.listed, *reference.bouts["behaviour"].unique()]
        found[LABELS] = truth_of_labels(
            windows, reference.bouts, asked=asked, assessed=reference.assessed
        )
    if kinematics is not None:
        found[POSES] = truth_of_poses(kinematics)
    order = (LABELS, CORRECTED, POSES)
    return {name: found[name] for name in order if name in found and any(found[name])}


def _others(
    recording: Recording, windows: pd.DataFrame, run: Run, names: Sequence[str]
) -> dict[str, Said]:
    """Other runs that described the same windows; the last of each name."""
    key = ["video", "individual", "start", "stop"]
    found: dict[str, Said] = {}
    for other in recording.runs:
        rows = recording.descriptions[recording.descriptions["run_id"] == other.run_id]
        if other.run_id == run.run_id or not len(rows):
            continue
        same = windows[key].merge(rows, on=key, how="left")
        if same["run_id"].notna().mean() < 0.9:
            continue
        same["valid"] = same["valid"].fillna(False).astype(bool)
        name = other.tool if other.tool != run.tool else f"{other.tool} {other.run_id[:8]}"
        found[name] = facts_said(same, names)
    return found
