"""Coefficients against published examples and the libraries that are trusted with them."""

from __future__ import annotations

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score, matthews_corrcoef
from statsmodels.stats.inter_rater import fleiss_kappa as statsmodels_fleiss

from napari_mousegpt.analysis.agreement.coefficients import (
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    matthews,
)

# Fleiss 1971, Psychological Bulletin 76:378, table 1: 30 patients, 6 psychiatrists, 5 diagnoses.
DIAGNOSES = """
00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""
# Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, section C: 4 observers, 12 units.
OBSERVERS = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]


def votes_of(observers: list[str], codes: str) -> np.ndarray:
    return np.array(
        [[column.count(code) for code in codes] for column in zip(*observers, strict=True)]
    )


@pytest.mark.parametrize(
    ("coefficient", "table", "expected"),
    [
        # Fleiss, Levin and Paik 2003, Statistical Methods for Rates and Proportions, table 18.1.
        (cohen_kappa, [[75, 1, 4], [5, 4, 1], [0, 0, 10]], 0.68),
        (cohen_kappa, [[20, 5], [10, 15]], 0.40),
        # Gwet 2002, Kappa Statistic is not Satisfactory for Assessing the Extent of Agreement.
        (cohen_kappa, [[118, 5], [2, 0]], -0.0234),
        (gwet_ac1, [[118, 5], [2, 0]], 0.9408),
        (cohen_kappa, [[10, 0], [0, 0]], np.nan),
        (matthews, [[0, 0], [0, 0]], np.nan),
    ],
)
def test_published_tables(coefficient, table, expected: float) -> None:
    decimals = 2 if expected == 0.68 else 4
    assert round(float(coefficient(table)), decimals) == pytest.approx(expected, nan_ok=True)


def test_fleiss_1971() -> None:
    votes = np.array([[int(vote) for vote in patient] for patient in DIAGNOSES.split()])
    assert votes.sum(axis=0).tolist() == [26, 26, 30, 55, 43]
    assert round(fleiss_kappa(votes), 3) == 0.430
    assert fleiss_kappa(votes) == pytest.approx(statsmodels_fleiss(votes))


def test_krippendorff_2011() -> None:
    assert round(krippendorff_alpha(votes_of(OBSERVERS, "12345")), 3) == 0.743


def test_fleiss_refuses_missing_votes() -> None:
    with pytest.raises(ValueError, match="Krippendorff's alpha"):
        fleiss_kappa([[2, 1], [1, 1]])


pairs = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=40)


@given(pairs)
def test_two_annotators_equal_scikit_learn(codes: list[tuple[int, int]]) -> None:
    first, second = map(list, zip(*codes, strict=True))
    table = np.zeros((4, 4))
    np.add.at(table, (first, second), 1)
    if len({*first, *second}) > 1:
        assert float(cohen_kappa(table)) == pytest.approx(cohen_kappa_score(first, second))
    if len(set(first)) > 1 and len(set(second)) > 1:
        assert float(matthews(table)) == pytest.approx(matthews_corrcoef(first, second))


@given(
    st.lists(
        st.tuples(st.lists(st.integers(0, 2), min_size=4, max_size=4), st.integers(1, 5)),
        min_size=2,
        max_size=12,
    ),
    st.integers(0, 3),
)
def test_weights_are_repeats_and_alpha_equals_krippendorff(units, silent: int) -> None:
    codes = np.array([row for row, _ in units], float).T  # (annotators, units)
    codes[silent, ::2] = np.nan
    times = np.array([weight for _, weight in units])
    votes = np.stack([(codes == code).sum(axis=0) for code in range(3)], axis=1)
    alpha = krippendorff_alpha(votes, times)
    assert alpha == pytest.approx(krippendorff_alpha(np.repeat(votes, times, axis=0)), nan_ok=True)
    if len(np.unique(codes[np.isfinite(codes)])) > 1:
        data = np.repeat(codes, times, axis=1)
        assert alpha == pytest.approx(krippendorff.alpha(data, level_of_measurement="nominal"))
