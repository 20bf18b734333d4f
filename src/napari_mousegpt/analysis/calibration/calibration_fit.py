"""Which share is right of those that say a confidence, learnt from judged windows.

Four ways, from stiff to free: as said; the share of all; a logistic curve (Platt 1999); a rising
staircase (isotonic regression, Zadrozny and Elkan 2002), which needs more windows. Chosen by the
Brier score on recordings that were left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from napari_mousegpt.analysis.calibration.calibration_measures import brier_score, known_pairs
from napari_mousegpt.datamodel.confidence_rule import ConfidenceRule

FEWEST_WINDOWS = 20
FEWEST_FOR_STEPS = 100
"""Below this a staircase mostly learns chance."""
FOLDS = 5
KNOTS = 41
_EDGE = 1e-6
_WORTH = 0.002
"""So much Brier score a freer way has to gain over a stiffer one."""

Numbers = NDArray[np.float64]
Curve = Callable[[Numbers], Numbers]
Way = Callable[[Numbers, Numbers], Curve]


def fit_confidence(
    confidence: ArrayLike, right: ArrayLike, groups: Sequence[object]
) -> tuple[ConfidenceRule, pd.DataFrame]:
    """Learn how to read a captioner's confidence.

    Parameters
    ----------
    confidence, right
        Shape (n,): what it said, NaN where nothing, and whether it was right.
    groups
        Recording or animal of each; those of one group are never both learnt from and tested on.
        With a single group its windows are cut into runs in the order given, which flatters.

    Returns
    -------
    tuple
        The rule, and ``way, brier`` of every way on what was left out, the chosen one first.

    Raises
    ------
    ValueError
        If fewer than twenty windows have both, or all are right or all wrong.
    """
    known = ~np.isnan(np.asarray(confidence, np.float64).ravel())
    of = np.asarray(pd.factorize(pd.Series(list(groups), dtype=object))[0])[known]
    said, truth = known_pairs(confidence, right)
    if len(said) < FEWEST_WINDOWS or len(set(truth)) < 2:
        raise ValueError(
            f"a confidence is mended by {FEWEST_WINDOWS} judged windows or more, right ones and "
            f"wrong ones; found {len(said)}, {int(truth.sum())} of them right. Label more."
        )
    folds = _folds(of)
    ways = {"as said": _as_said, "share of all": _share, "logistic": _logistic}
    if len(said) >= FEWEST_FOR_STEPS:
        ways["isotonic"] = _isotonic
    scores = {name: _left_out(way, said, truth, folds) for name, way in ways.items()}
    best = "as said"
    for name in ways:
        if scores[name] < scores[best] - _WORTH:
            best = name
    knots = _knots(said)
    right_at = np.clip(ways[best](said, truth)(knots), 0.0, 1.0)
    rule = ConfidenceRule(
        said=tuple(knots.tolist()),
        right=tuple(np.round(right_at, 6).tolist()),
        method=best,
        windows=len(said),
        groups=len(set(of.tolist())),
    )
    order = sorted(scores, key=lambda name: (name != best, scores[name]))
    return rule, pd.DataFrame({"way": order, "brier": [scores[name] for name in order]})


def _folds(of: NDArray[np.int64]) -> NDArray[np.int64]:
    groups = len(np.unique(of))
    if groups == 1:
        return np.arange(len(of)) * FOLDS // len(of)
    return np.asarray(of % min(groups, FOLDS), np.int64)


def _left_out(way: Way, said: Numbers, truth: Numbers, folds: NDArray[np.int64]) -> float:
    found = np.empty(len(said))
    for fold in np.unique(folds):
        out = folds == fold
        found[out] = way(said[~out], truth[~out])(said[out])
    return brier_score(np.clip(found, 0.0, 1.0), truth)


def _knots(said: Numbers) -> Numbers:
    """Places between which a straight line is close enough: 0, 1 and where confidences lie."""
    shares = np.quantile(said, np.linspace(0.0, 1.0, KNOTS))
    return np.unique(np.concatenate([[0.0, 1.0], shares]))


def _as_said(said: Numbers, truth: Numbers) -> Curve:
    return lambda values: values


def _share(said: Numbers, truth: Numbers) -> Curve:
    # Laplace: nothing is known for sure from few.
    share = (truth.sum() + 1) / (len(truth) + 2)
    return lambda values: np.full(len(values), share)


def _logistic(said: Numbers, truth: Numbers) -> Curve:
    """A curve that rises: where the surer are more often wrong, the share of all."""
    from sklearn.linear_model import LogisticRegression

    if len(set(truth)) < 2:
        return _share(said, truth)
    model = LogisticRegression().fit(_logits(said)[:, None], truth > 0)
    if model.coef_[0, 0] <= 0:
        return _share(said, truth)
    return lambda values: np.asarray(model.predict_proba(_logits(values)[:, None])[:, 1])


def _isotonic(said: Numbers, truth: Numbers) -> Curve:
    from sklearn.isotonic import IsotonicRegression

    model = IsotonicRegression(out_of_bounds="clip").fit(said, truth)
    return lambda values: np.asarray(model.predict(values))


def _logits(values: Numbers) -> Numbers:
    inside = np.clip(values, _EDGE, 1 - _EDGE)
    return np.asarray(np.log(inside / (1 - inside)))
