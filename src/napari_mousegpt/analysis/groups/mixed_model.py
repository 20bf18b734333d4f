"""A mixed model beside the permutation test, where animals have several recordings."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd


def mixed_model(
    table: pd.DataFrame, measure: str, *, covariates: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Fit ``measure ~ group + covariates`` with a random intercept for each animal, by REML.

    Parameters
    ----------
    table
        One row for each recording, with ``animal``, ``group`` (the first category is the
        reference), ``block`` (cage or litter, whose variance is fitted beside the animals'; NaN if
        there is none), the measure and the covariates. Rows with a missing value are left out.

    Returns
    -------
    list of dict
        For each group but the reference: ``group``, ``estimate``, ``se``, ``low``, ``high`` (95 %,
        normal), ``p`` (Wald, too small with few animals), ``n_rows``, ``n_animals`` and
        ``problem``: why there is no estimate, or what the fit warned of.
    """
    from statsmodels.regression.mixed_linear_model import MixedLM

    rows = table.dropna(subset=[measure, *covariates])
    names = list(table["group"].cat.categories)
    facts = {"n_rows": len(rows), "n_animals": rows["animal"].nunique()}
    nothing = dict.fromkeys(("estimate", "se", "low", "high", "p"), np.nan)
    present = [name for name in names if (rows["group"] == name).any()]
    if present != names or rows[measure].nunique() < 2:
        return [{"group": n, **nothing, **facts, "problem": "nothing varies"} for n in names[1:]]
    scale = float(rows[measure].std())
    fixed = np.column_stack(
        [np.ones(len(rows))]
        + [(rows["group"] == name).to_numpy(float) for name in names[1:]]
        + [rows[name].to_numpy(float) - rows[name].mean() for name in covariates]
    )
    with_blocks = "block" in rows and rows["block"].notna().all()
    grouped: dict[str, Any] = {"groups": rows["animal"]}
    if with_blocks:
        inside = pd.get_dummies(rows["animal"]).to_numpy(float)
        grouped = {"groups": rows["block"], "exog_vc": _within(rows, inside)}
    with warnings.catch_warnings(record=True) as raised:
        warnings.simplefilter("always")
        try:
            fit = MixedLM(rows[measure].to_numpy(float) / scale, fixed, **grouped).fit(reml=True)
            intervals = np.asarray(fit.conf_int())
        except (np.linalg.LinAlgError, ValueError) as error:
            return [{"group": n, **nothing, **facts, "problem": str(error)} for n in names[1:]]
    problem = "; ".join(sorted({str(one.message).split(".")[0] for one in raised}))
    return [
        {
            "group": name,
            "estimate": float(fit.fe_params[place]) * scale,
            "se": float(fit.bse_fe[place]) * scale,
            "low": float(intervals[place, 0]) * scale,
            "high": float(intervals[place, 1]) * scale,
            "p": float(fit.pvalues[place]),
            **facts,
            "problem": problem,
        }
        for place, name in enumerate(names[1:], start=1)
    ]


def _within(rows: pd.DataFrame, inside: np.ndarray) -> Any:
    """Animals as a variance component nested in their block."""
    from statsmodels.regression.mixed_linear_model import VCSpec

    blocks = rows["block"].to_numpy()
    matrices, names = [], []
    for block in pd.unique(np.sort(blocks)):
        part = inside[blocks == block]
        used = part.any(axis=0)
        matrices.append(part[:, used])
        names.append([f"animal {place}" for place in np.flatnonzero(used)])
    return VCSpec(["animal"], [names], [matrices])
