"""How far a run's descriptions are true: facts, words, poses, confidence. Knows no printing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from napari_mousegpt.analysis.wording.fact_reader import read_description, values_said
from napari_mousegpt.analysis.wording.fact_scores import ALL, score_facts
from napari_mousegpt.captioning.kinematic_rules import describe_window
from napari_mousegpt.datamodel.description import LEVELS
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.run import Run
from napari_mousegpt.io.recording_folder import load_poses
from napari_mousegpt.workflows.evaluate_baselines import boosted_facts, guessed, shuffled
from napari_mousegpt.workflows.evaluate_calibration import Calibration, calibration_of
from napari_mousegpt.workflows.evaluation_sides import Side
from napari_mousegpt.workflows.fact_truth import (
    Known,
    as_said,
    truth_of_corrections,
    truth_of_labels,
    truth_of_poses,
)
from napari_mousegpt.workflows.pose_contradictions import PoseChecked, check_poses
from napari_mousegpt.workflows.window_kinematics import described_windows, window_kinematics

Said = list[Mapping[str, frozenset[str]]]
LABELS, CORRECTED, POSES = "labels", "corrections", "poses"
MOST_BLOCKS, FEWEST_BLOCKS = 20, 5
RULES, BOOSTED = "kinematic-rules", "boosting on kinematics"


@dataclass(frozen=True, slots=True)
class DescriptionSettings:
    """Which run, and what is scored besides facts.

    ``described_by`` is a run's id, its beginning or its tool, the last run if None; ``bert_model``
    a folder; ``unit`` what intervals draw again.
    """

    described_by: str | None = None
    bert_model: Path | None = None
    n_draws: int = 1000
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class DescriptionEvaluation:
    """How far one run's descriptions are true.

    Attributes
    ----------
    facts
        See `fact_scores.score_facts`, with ``truth`` (labels, corrections or poses) and ``who``:
        the run's tool first, then those beside whom it must be read.
    pose
        What poses refute, None without poses.
    words
        Likeness to corrected texts by name, empty where nobody corrected any.
    calibration
        See `evaluate_calibration.Calibration`, None without confidences or labels.
    """

    run: Run
    windows: int
    valid: int
    unit: str
    n_units: int
    facts: pd.DataFrame
    pose: PoseChecked | None
    words: dict[str, float]
    calibration: Calibration | None
    notes: tuple[str, ...] = field(default=())


def evaluate_descriptions(
    recording: Recording, settings: DescriptionSettings, reference: Side | None = None
) -> DescriptionEvaluation:
    """Score the descriptions of one run.

    Parameters
    ----------
    reference
        Whose bouts are true; without it only corrections and poses are.

    Raises
    ------
    ValueError
        If there are no descriptions, or none of the run asked for.
    """
    windows = described_windows(recording, settings.described_by)
    run = run_behind(recording, windows)
    names = [behaviour.name for behaviour in recording.ethogram]
    posed = all(load_poses(recording, str(video)) is not None for video in set(windows["video"]))
    kinematics = window_kinematics(recording, windows) if posed else None
    units, unit = units_of_windows(windows)
    said = {run.tool: facts_said(windows, names)}
    said |= _others(recording, windows, run, names)
    if kinematics is not None:
        said.setdefault(RULES, rule_facts(kinematics, names))
    truths = _truths(windows, kinematics, reference, names)
    parts = []
    for truth, known in truths.items():
        parts.append(_scored(said, known, units, settings).assign(truth=truth))
        if truth == LABELS and kinematics is not None:
            boosted = boosted_facts(kinematics, known, units)
            parts += [] if boosted is None else [_of_boosting(boosted, known).assign(truth=truth)]
    return DescriptionEvaluation(
        run=run,
        windows=len(windows),
        valid=int(windows["valid"].sum()),
        unit=unit,
        n_units=len(set(units)),
        facts=pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(),
        pose=None if kinematics is None else check_poses(recording, windows, kinematics, names),
        words=_words(windows, settings),
        calibration=calibration_of(windows, truths.get(LABELS, []), names),
        notes=tuple(_notes(unit, len(set(units)), truths, posed)),
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


def _scored(
    said: Mapping[str, Said],
    known: list[Known],
    units: Sequence[str],
    settings: DescriptionSettings,
) -> pd.DataFrame:
    first = next(iter(said))
    tables = [
        score_facts(own, known, units=units, n_draws=settings.n_draws, seed=settings.seed).assign(
            who=who
        )
        for who, own in said.items()
    ]
    facts = set(tables[0]["fact"]) - {ALL}
    tables.append(score_facts(guessed(known, facts), known).assign(who="commonest"))
    tables.append(shuffled(said[first], known, units, settings.seed).assign(who="shuffled"))
    return pd.concat(tables, ignore_index=True)


def _of_boosting(boosted: Said, known: list[Known]) -> pd.DataFrame:
    """Scores of the behaviour, which is all that boosting is told."""
    asked = [{name: one[name] for name in one if name == "behaviour"} for one in known]
    table = score_facts(boosted, asked)
    return table[table["fact"] != ALL].assign(who=BOOSTED)


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


def units_of_windows(windows: pd.DataFrame) -> tuple[list[str], str]:
    """Videos, else animals, else blocks of time: what the windows can be drawn by."""
    for column, name in (("video", "recording"), ("individual", "animal")):
        if windows[column].nunique() > 1:
            return windows[column].astype(str).tolist(), name
    n_blocks = min(MOST_BLOCKS, len(windows) // 4)
    if n_blocks < FEWEST_BLOCKS:
        return ["all"] * len(windows), "block"
    order = windows["start"].rank(method="first").to_numpy() - 1
    return (order * n_blocks // len(windows)).astype(int).astype(str).tolist(), "block"


def _words(windows: pd.DataFrame, settings: DescriptionSettings) -> dict[str, float]:
    from napari_mousegpt.analysis.wording.text_scores import bert_score, cider, rouge_l

    if "corrected_by" not in windows:
        return {}
    rows = windows[windows["corrected_by"].notna()].to_dict("records")
    pairs = [(str(as_said(row)["overall"] or ""), [str(row["overall"])]) for row in rows]
    pairs = [(said, known) for said, known in pairs if known[0].strip()]
    if not pairs:
        return {}
    said, references = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    scores: dict[str, float] = {"windows": float(len(pairs))}
    for name, score in (("rouge_l", rouge_l), ("cider", cider)):
        try:
            scores[name] = score(said, references)
        except ImportError:
            scores[name] = float("nan")
    if settings.bert_model is not None:
        scores["bert_score"] = bert_score(said, references, settings.bert_model)
    return scores


def _notes(unit: str, n_units: int, truths: Mapping[str, list[Known]], posed: bool) -> list[str]:
    notes = []
    if unit == "block" and n_units > 1:
        notes.append(
            f"one animal in one recording: intervals draw {n_units} blocks of its time and say "
            "nothing about other animals"
        )
    elif n_units == 1:
        notes.append("one animal and few windows: no interval can be given for facts")
    elif n_units < 6:
        notes.append(f"{n_units} {unit}s only: the intervals are rough, and mostly too narrow")
    if POSES in truths:
        notes.append(
            "kinematic-rules are made of the same poses that are the truth of speed, turn, head "
            "and company: there they agree with the truth by how they are made, and are no rival"
        )
    if not posed:
        notes.append("no poses: nothing is checked against kinematics")
    return notes
