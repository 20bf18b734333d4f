"""How far a run's descriptions are true: facts, words, poses, confidence. Knows no printing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from napari_mousegpt.analysis.agreement.tallies import DrawBy
from napari_mousegpt.analysis.wording.fact_scores import ALL, score_facts
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.run import Run
from napari_mousegpt.workflows.described_part import (
    LABELS,
    POSES,
    DescribedPart,
    Said,
    describe_part,
)
from napari_mousegpt.workflows.evaluate_baselines import boosted_facts, guessed, shuffled
from napari_mousegpt.workflows.evaluate_calibration import Calibration, calibration_of
from napari_mousegpt.workflows.evaluation_sides import Side
from napari_mousegpt.workflows.fact_truth import Known, as_said
from napari_mousegpt.workflows.pose_contradictions import PoseChecked

MOST_BLOCKS, FEWEST_BLOCKS = 20, 5
BOOSTED = "boosting on kinematics"


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
    n_recordings
        How many were scored together; ``run`` is that of the first.
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
    n_recordings: int = 1


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
    return evaluate_part(describe_part(recording, settings.described_by, reference), settings)


def evaluate_part(
    part: DescribedPart, settings: DescriptionSettings, draw_by: DrawBy | None = None
) -> DescriptionEvaluation:
    """The same for what is gathered already, of one recording or of several together."""
    windows, run, kinematics, names = part.windows, part.run, part.kinematics, part.names
    units, unit = units_of_windows(windows, draw_by)
    parts = []
    for truth, known in part.truths.items():
        parts.append(_scored(part.said, known, units, settings).assign(truth=truth))
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
        pose=part.pose,
        words=_words(windows, settings),
        calibration=calibration_of(windows, part.truths.get(LABELS, []), names),
        notes=tuple(_notes(unit, len(set(units)), part)),
        n_recordings=part.n_recordings,
    )


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


def units_of_windows(windows: pd.DataFrame, draw_by: DrawBy | None = None) -> tuple[list[str], str]:
    """Videos, else animals, else blocks of time: what the windows can be drawn by."""
    if draw_by is not None:
        whose = zip(windows["video"], windows["individual"], strict=True)
        return [draw_by.name(str(video), str(who)) for video, who in whose], draw_by.unit
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


def _notes(unit: str, n_units: int, part: DescribedPart) -> list[str]:
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
    if POSES in part.truths:
        notes.append(
            "kinematic-rules are made of the same poses that are the truth of speed, turn, head "
            "and company: there they agree with the truth by how they are made, and are no rival"
        )
    if part.kinematics is None:
        notes.append("no poses: nothing is checked against kinematics")
    return notes
