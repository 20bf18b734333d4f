"""An evaluation as tables: every number, or the few to look at first. Knows no printing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from napari_mousegpt.workflows.evaluate import Evaluation

ALL = "all"


def numbers_of(result: Evaluation) -> pd.DataFrame:
    """Every number in a row of its own: ``behaviour, measure, value`` and what belongs to it.

    Scores of descriptions have ``fact, truth, who`` as well; the risk-coverage curve has one row
    for each ``coverage``.
    """
    two, several = result.agreement, result.several
    parts = []
    if two is not None:
        parts.append(two.overall.drop(columns="meaning").assign(behaviour="all"))
        parts.append(two.behaviours.melt("behaviour", var_name="measure"))
    if several is not None:
        parts.append(several.coefficients.melt("behaviour", var_name="measure"))
        pairs = several.pairs.melt(["first", "second"], var_name="measure")
        parts.append(pairs.assign(behaviour="all"))
    if len(result.points):
        parts.append(result.points.melt("behaviour", var_name="measure"))
    parts += _of_descriptions(result)
    table = pd.concat(parts, ignore_index=True)
    return table[["behaviour", *(name for name in table if name != "behaviour")]]


def _of_descriptions(result: Evaluation) -> list[pd.DataFrame]:
    scored = result.descriptions
    parts = []
    if len(result.beside):
        parts.append(result.beside.melt("who", var_name="measure").assign(behaviour=ALL))
    if scored is None:
        return parts
    if len(scored.facts):
        facts = scored.facts.drop(columns="about").melt(
            ["fact", "truth", "who"], var_name="measure"
        )
        parts.append(facts.assign(behaviour=ALL))
    single = dict(scored.words)
    if scored.pose is not None:
        single |= {"pose_judged": scored.pose.judged, "pose_contradicted": scored.pose.flagged}
    if scored.calibration is not None:
        one = scored.calibration
        single |= {"brier": one.brier, "expected_calibration_error": one.expected_error}
        curve = one.risk_coverage[["coverage", "risk"]].rename(columns={"risk": "value"})
        parts.append(curve.assign(behaviour=ALL, measure="risk"))
    if single:
        table = pd.DataFrame({"measure": list(single), "value": list(single.values())})
        parts.append(table.assign(behaviour=ALL, who=scored.run.tool))
    return parts


def first_look(result: Evaluation) -> pd.DataFrame:
    """The numbers to look at first, one row for all behaviours and one for each.

    Returns
    -------
    pandas.DataFrame
        Index of behaviours. Of two annotators ``kappa, f1, segment_f1_50`` and
        ``start_error_median_s, stop_error_median_s`` (seconds by which the other is later; NaN for
        all); of several ``krippendorff_alpha, low, high, fleiss_kappa``.
    """
    two, several = result.agreement, result.several
    if two is not None:
        overall = two.overall.set_index("measure")["value"]
        every = {
            "kappa": overall["kappa"],
            "f1": overall["f1_macro"],
            "segment_f1_50": overall["segment_f1_50"],
            "start_error_median_s": np.nan,
            "stop_error_median_s": np.nan,
        }
        each = two.behaviours.set_index("behaviour")[list(every)]
        return pd.concat([pd.DataFrame([every], index=[ALL]), each])
    if several is not None:
        names = ["krippendorff_alpha", "low", "high", "fleiss_kappa"]
        return several.coefficients.set_index("behaviour")[names]
    return pd.DataFrame()


def shares_of_rows(confusion: pd.DataFrame) -> pd.DataFrame:
    """Share of each row of a confusion matrix; codes that neither said are left out.

    Rows without frames are NaN.
    """
    said = (confusion.sum(axis=0) + confusion.sum(axis=1)) > 0
    kept = confusion.loc[said, said]
    return kept.div(kept.sum(axis=1).replace(0, np.nan), axis=0)
