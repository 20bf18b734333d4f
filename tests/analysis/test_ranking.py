"""Average precision by frames and by bouts, against scikit-learn and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score

from napari_mousegpt.analysis.agreement.agreement import agreement
from napari_mousegpt.datamodel.bouts import make_bouts


def bouts(*rows: tuple[str, int, int, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["behaviour", "start", "stop", "confidence"])
    return make_bouts(table.assign(video="cam0", source="model"))


TRUTH = bouts(("rearing", 10, 20, np.nan), ("rearing", 40, 60, np.nan), ("still", 70, 90, np.nan))
FOUND = bouts(
    ("rearing", 10, 20, 0.9),
    ("rearing", 25, 35, 0.8),
    ("rearing", 45, 60, 0.7),
    ("rearing", 62, 66, 0.6),
    ("still", 60, 90, 0.5),
)


def measured() -> tuple[pd.DataFrame, pd.Series]:
    found = agreement(TRUTH, FOUND, fps=10, frames={"cam0": 100}, n_draws=0, n_shifts=0)
    overall = found.overall.set_index("measure")["value"]
    return found.behaviours.set_index("behaviour"), overall


def test_frames_equal_scikit_learn() -> None:
    each, overall = measured()
    for name in ("rearing", "still"):
        truth, scores = np.zeros(100), np.zeros(100)
        for row in TRUTH[TRUTH["behaviour"] == name].itertuples():
            truth[row.start : row.stop] = 1
        for row in FOUND[FOUND["behaviour"] == name].itertuples():
            scores[row.start : row.stop] = row.confidence
        expected = average_precision_score(truth, scores)
        assert each.loc[name, "average_precision"] == pytest.approx(expected)
    assert overall["map"] == pytest.approx(each["average_precision"].mean())


def test_bouts_by_hand() -> None:
    """Hit, miss, hit (15 of 20 frames), miss: precision 1 up to recall 1/2, then 2/3."""
    each, overall = measured()
    assert each.loc["rearing", "segment_average_precision"] == pytest.approx(0.5 + 0.5 * 2 / 3)
    assert each.loc["still", "segment_average_precision"] == 1  # 20 of 30 frames
    assert overall["segment_map_50"] == pytest.approx((1 + 0.5 + 1 / 3) / 2)


def test_without_confidences_there_is_none() -> None:
    found = agreement(TRUTH, TRUTH, fps=10, frames={"cam0": 100}, n_draws=0, n_shifts=0)
    assert "map" not in set(found.overall["measure"])
