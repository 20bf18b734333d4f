"""A captioner's confidence mended by what people labelled, and the bouts that follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from napari_mousegpt import extensions
from napari_mousegpt.analysis.calibration.calibration_fit import fit_confidence
from napari_mousegpt.analysis.calibration.calibration_measures import (
    brier_score,
    expected_calibration_error,
    risk_coverage,
)
from napari_mousegpt.datamodel.confidence_rule import (
    ConfidenceRule,
    unsure_in,
    with_confidence_rules,
    with_threshold,
)
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.run import Run
from napari_mousegpt.io.confidence_file import read_confidence_rules, write_confidence_rules
from napari_mousegpt.workflows.judged_windows import judged_windows
from napari_mousegpt.workflows.run_bouts import with_bouts_of_run


@dataclass(frozen=True, slots=True, eq=False)
class Calibrated:
    """What came of it.

    Attributes
    ----------
    recordings
        With confidences mended and bouts made anew.
    ways
        ``way, brier`` on recordings that were left out, the chosen one first.
    brier, expected_error
        Of the confidences as said.
    risk_coverage
        Of the mended confidences.
    """

    recordings: tuple[Recording, ...]
    rule: ConfidenceRule
    judged: int
    right: float
    ways: pd.DataFrame
    brier: float
    expected_error: float
    risk_coverage: pd.DataFrame
    unsure: int


def calibrate(recordings: Sequence[Recording], *, unsure_below: float | None = None) -> Calibrated:
    """Learn how sure the latest run with a confidence can be believed to be, and keep it.

    Parameters
    ----------
    recordings
        Described by the same captioner; each is a group that is left out in turn.
    unsure_below
        Windows below this, after mending, become unsure; the threshold kept before if None.

    Raises
    ------
    ValueError
        If no run has a confidence, the captioners differ, or too little is labelled.
    """
    runs = [latest_sure_run(recording) for recording in recordings]
    captioners = {(run.tool, run.model, run.revision, run.adapter) for run in runs}
    if len(captioners) > 1:
        raise ValueError(
            f"expected recordings described by one captioner, found {len(captioners)}: describe "
            "them with the same one, or mend each by itself"
        )
    run_ids = [run.run_id for run in runs]
    judged = [
        judged_windows(recording, run_id).assign(recording=place)
        for place, (recording, run_id) in enumerate(zip(recordings, run_ids, strict=True))
    ]
    table = pd.concat(judged, ignore_index=True)
    groups = table["individual"] if len(recordings) == 1 else table["recording"]
    rule, ways = fit_confidence(table["confidence"], table["right"], list(groups))
    changed = []
    for recording, run_id in zip(recordings, run_ids, strict=True):
        below = _below(recording, run_id, unsure_below)
        changed.append(read_anew(recording, run_id, replace(rule, unsure_below=below)))
    mended = rule.mended(table["confidence"])
    return Calibrated(
        recordings=tuple(changed),
        rule=rule,
        judged=len(table),
        right=float(np.mean(table["right"])),
        ways=ways,
        brier=brier_score(table["confidence"], table["right"]),
        expected_error=expected_calibration_error(table["confidence"], table["right"]),
        risk_coverage=risk_coverage(mended, table["right"]),
        unsure=sum(int(unsure_in(one.descriptions).sum()) for one in changed),
    )


def set_unsure_below(recording: Recording, run_id: str, unsure_below: float | None) -> Recording:
    """Make windows of a run below a confidence unsure, and its bouts anew; None: no longer."""
    rule = read_confidence_rules(recording.folder).get(run_id)
    return read_anew(recording, run_id, with_threshold(rule, unsure_below))


def read_anew(recording: Recording, run_id: str, rule: ConfidenceRule) -> Recording:
    """Keep a rule for a run, and bring descriptions and bouts in line with it."""
    rules = {**read_confidence_rules(recording.folder), run_id: rule}
    write_confidence_rules(recording.folder, rules)
    said = with_confidence_rules(recording.descriptions, rules)
    run = recording.run(run_id)
    kind = extensions.load("captioners", run.tool) if run is not None else None
    described = recording.replace(descriptions=said)
    return described if kind is None else with_bouts_of_run(described, run_id, kind)


def latest_sure_run(recording: Recording) -> Run:
    """The newest run that gave a confidence.

    Raises
    ------
    ValueError
        If none did.
    """
    rows = recording.descriptions
    sure = set(rows["run_id"][rows["confidence"].notna()])
    for run in reversed(recording.runs):
        if run.run_id in sure:
            return run
    raise ValueError(
        f"{recording.name}: no captioner said how sure it is. mousegpt-tiny does, and models asked "
        "with the ethogram: describe it with one of these."
    )


def _below(recording: Recording, run_id: str, wished: float | None) -> float | None:
    before = read_confidence_rules(recording.folder).get(run_id)
    return wished if wished is not None or before is None else before.unsure_below
