"""Others measured against the same reference, frame by frame: rules, boosting, other runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.agreement.agreement import agreement
from napari_mousegpt.captioning.kinematic_rules import describe_window
from napari_mousegpt.datamodel.bouts import make_bouts, merge_windows
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.recording_folder import load_poses
from napari_mousegpt.workflows.behaviour_names import rename, same_but_for_spelling
from napari_mousegpt.workflows.evaluate_baselines import NO_BEHAVIOUR, out_of_fold
from napari_mousegpt.workflows.evaluate_descriptions import (
    BOOSTED,
    RULES,
    DescriptionEvaluation,
    units_of_windows,
)
from napari_mousegpt.workflows.evaluation_sides import Side, sides_of_recording
from napari_mousegpt.workflows.fact_truth import frames_in, label_values
from napari_mousegpt.workflows.window_kinematics import described_windows, window_kinematics

SHOWN = ("kappa", "f1_macro", "event_f1", "segment_f1_10", "segment_f1_25", "segment_f1_50")
OURS = "this one"


def evaluate_beside(
    recording: Recording,
    reference: Side,
    other: Side,
    scored: DescriptionEvaluation,
    behaviours: Sequence[str],
    tolerance_s: float,
) -> pd.DataFrame:
    """Measure whoever else can say something of the same windows against the same reference.

    Returns
    -------
    pandas.DataFrame
        ``who`` and `SHOWN`, the annotator compared first. Rules are applied to the poses on the
        fly, and boosting on kinematics is told by the rest of the animals, or of the blocks of one
        animal's time, what people said.
    """
    windows = described_windows(recording, scored.run.run_id)
    bouts = {other.name: other.bouts}
    for side in sides_of_recording(recording, None).everyone:
        if not side.by_people and side.name not in (other.name, reference.name):
            bouts[side.name] = side.bouts
    if all(load_poses(recording, str(video)) is not None for video in set(windows["video"])):
        kinematics = window_kinematics(recording, windows)
        if not any(RULES in name for name in bouts):
            bouts[RULES] = _joined(windows, _by_rule(kinematics))
        told = _boosted(windows, kinematics, reference, behaviours)
        if told is not None:
            bouts[BOOSTED] = _joined(windows, told)
    rows = []
    for who, said in bouts.items():
        measured = agreement(
            reference.bouts,
            _in_words_of(said, behaviours),
            behaviours=behaviours,
            names=(reference.name, who),
            fps=recording.videos[0].fps,
            tolerance_s=tolerance_s,
            frames={entry.id: entry.frames for entry in recording.videos},
            assessed=_assessed(reference, other, who),
            n_draws=0,
            n_shifts=0,
        )
        values = measured.overall.set_index("measure")["value"]
        rows.append({"who": who, **{name: values[name] for name in SHOWN}})
    return pd.DataFrame(rows, columns=["who", *SHOWN])


def _assessed(reference: Side, other: Side, who: str) -> dict[str, pd.DataFrame]:
    """Everybody is measured on the spans that the annotator compared described."""
    known = {reference.name: reference.assessed, who: other.assessed}
    return {name: spans for name, spans in known.items() if spans is not None}


def _by_rule(kinematics: pd.DataFrame) -> list[str]:
    said = []
    for row in kinematics.drop(columns=["individual", "start", "stop"]).to_dict("records"):
        try:
            said.append(describe_window(row).keywords[0])
        except ValueError:  # no pose
            said.append(NO_BEHAVIOUR)
    return said


def _boosted(
    windows: pd.DataFrame, kinematics: pd.DataFrame, reference: Side, behaviours: Sequence[str]
) -> list[str] | None:
    from napari_mousegpt.analysis.vectors.kinematic_vectors import kinematic_columns

    lengths = (windows["stop"] - windows["start"]).to_numpy(float)
    states = reference.bouts[reference.bouts["kind"] == "state"]
    shares = np.array(
        [frames_in(windows, states[states["behaviour"] == name]) / lengths for name in behaviours]
    )
    best = shares.argmax(axis=0)
    labels = np.where(shares.max(axis=0) >= 0.5, np.array(behaviours, object)[best], NO_BEHAVIOUR)
    features = kinematic_columns(kinematics).to_numpy(np.float64)
    usable = np.isfinite(features).any(axis=1)
    units = np.asarray(units_of_windows(windows)[0])
    told = out_of_fold(features[usable], labels[usable], units[usable])
    if told is None:
        return None
    said = np.full(len(windows), NO_BEHAVIOUR, object)
    said[usable] = told
    return [str(name) for name in said]


def _joined(windows: pd.DataFrame, said: Iterable[str]) -> pd.DataFrame:
    table = windows.assign(
        keywords=[[name] if name else [] for name in said], valid=True, confidence=np.nan
    )
    if not any(len(words) for words in table["keywords"]):
        return make_bouts(windows.iloc[:0][["start", "stop"]])
    return merge_windows(table, source="rule")


def _in_words_of(said: pd.DataFrame, behaviours: Sequence[str]) -> pd.DataFrame:
    """Bouts with the reference's name where it only spells or words the behaviour differently."""
    names = [str(name) for name in said["behaviour"].unique()]
    mapping = same_but_for_spelling(names, sorted(behaviours))
    meant = {name: label_values(name) for name in behaviours}
    for name in names:
        same = [own for own, values in meant.items() if name in values]
        if name not in behaviours and name not in mapping and len(same) == 1:
            mapping[name] = same[0]
    return rename(said, mapping)
