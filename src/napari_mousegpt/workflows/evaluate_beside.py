"""Others measured against the same reference, frame by frame: rules, boosting, other runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.agreement.agreement import agreement
from napari_mousegpt.analysis.agreement.tallies import DrawBy
from napari_mousegpt.captioning.kinematic_rules import describe_window
from napari_mousegpt.datamodel.bouts import make_bouts, merge_windows
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.workflows.behaviour_names import rename, same_but_for_spelling
from napari_mousegpt.workflows.described_part import RULES, DescribedPart
from napari_mousegpt.workflows.evaluate_baselines import NO_BEHAVIOUR, out_of_fold
from napari_mousegpt.workflows.evaluate_descriptions import BOOSTED, units_of_windows
from napari_mousegpt.workflows.evaluation_sides import Side, sides_of_recording
from napari_mousegpt.workflows.fact_truth import frames_in, label_values

SHOWN = ("kappa", "f1_macro", "event_f1", "segment_f1_10", "segment_f1_25", "segment_f1_50")
OURS = "this one"


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """One recording, the reference in it, whoever is compared with it, and the windows described.

    ``before`` stands before the names of its videos, where several recordings are measured.
    """

    recording: Recording
    reference: Side
    other: Side
    part: DescribedPart
    before: str = ""

    def named(self, table: pd.DataFrame) -> pd.DataFrame:
        """A table with the name of the recording before those of videos."""
        return table.assign(video=self.before + table["video"].astype(str))


def evaluate_beside(
    every: Sequence[Beside],
    behaviours: Sequence[str],
    tolerance_s: float,
    draw_by: DrawBy | None = None,
) -> pd.DataFrame:
    """Measure whoever else can say something of the same windows against the same reference.

    Parameters
    ----------
    every
        One recording, or several that are measured as one, with the same names for the two sides.
    draw_by
        What boosting must not have seen of the others (see `tallies.DrawBy`).

    Returns
    -------
    pandas.DataFrame
        ``who`` and `SHOWN`, the annotator compared first. Rules are applied to the poses on the
        fly, and boosting on kinematics is told by the rest of the animals, or of the blocks of one
        animal's time, what people said.
    """
    reference, other = (_pooled(every, name) for name in ("reference", "other"))
    bouts = {other.name: other.bouts, **_others(every)}
    windows = pd.concat([one.named(one.part.windows) for one in every], ignore_index=True)
    posed = [one.part.kinematics for one in every if one.part.kinematics is not None]
    if len(posed) == len(every):
        kinematics = pd.concat(posed, ignore_index=True)
        if not any(RULES in name for name in bouts):
            bouts[RULES] = _joined(windows, _by_rule(kinematics))
        units = units_of_windows(windows, draw_by)[0]
        told = _boosted(windows, kinematics, reference, behaviours, units)
        if told is not None:
            bouts[BOOSTED] = _joined(windows, told)
    frames = {
        one.before + entry.id: entry.frames for one in every for entry in one.recording.videos
    }
    rows = []
    for who, said in bouts.items():
        measured = agreement(
            reference.bouts,
            _in_words_of(said, behaviours),
            behaviours=behaviours,
            names=(reference.name, who),
            fps=every[0].recording.videos[0].fps,
            tolerance_s=tolerance_s,
            frames=frames,
            assessed=_assessed(reference, other, who),
            n_draws=0,
            n_shifts=0,
        )
        values = measured.overall.set_index("measure")["value"]
        rows.append({"who": who, **{name: values[name] for name in SHOWN}})
    return pd.DataFrame(rows, columns=["who", *SHOWN])


def _pooled(every: Sequence[Beside], which: str) -> Side:
    sides = [getattr(one, which) for one in every]
    spans = [side.assessed for side in sides]
    known = [one.named(span) for one, span in zip(every, spans, strict=True) if span is not None]
    bouts = [one.named(side.bouts) for one, side in zip(every, sides, strict=True)]
    return sides[0].replace(
        bouts=pd.concat(bouts, ignore_index=True),
        assessed=pd.concat(known, ignore_index=True) if len(known) == len(every) else None,
    )


def _others(every: Sequence[Beside]) -> dict[str, pd.DataFrame]:
    """Bouts of models and rules that are in all of the recordings, the two compared left out."""
    found: dict[str, list[pd.DataFrame]] = {}
    for one in every:
        for side in sides_of_recording(one.recording, None).everyone:
            if not side.by_people and side.name not in (one.other.name, one.reference.name):
                found.setdefault(side.name, []).append(one.named(side.bouts))
    return {
        name: pd.concat(tables, ignore_index=True)
        for name, tables in found.items()
        if len(tables) == len(every)
    }


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
    windows: pd.DataFrame,
    kinematics: pd.DataFrame,
    reference: Side,
    behaviours: Sequence[str],
    units: Sequence[str],
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
    told = out_of_fold(features[usable], labels[usable], np.asarray(units)[usable])
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
