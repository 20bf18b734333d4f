"""Rows that spans stand for: exact ones, and by overlap where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mousegpt.datamodel.matching_spans import IndividualSpan, matching_rows

STARTS, STOPS = np.array([0, 15, 30, 45, 0]), np.array([30, 45, 60, 75, 30])
WHO = np.array(["a", "a", "a", "a", "b"], object)


@pytest.mark.parametrize(
    ("spans", "rows"),
    [
        ([], []),
        ([("a", 15, 45)], [1]),
        ([("a", 0, 30), ("b", 0, 30)], [0, 4]),
        ([("a", 0, 50)], [0, 1, 2]),
        ([("a", 20, 22)], [0, 1]),
        ([("a", 0, 10), ("a", 10, 16)], [0]),
        ([("a", 15, 45), ("a", 60, 80)], [1, 3]),
        ([("c", 0, 30)], []),
    ],
    ids=["none", "exact", "two-animals", "bout", "within", "pieces", "mixed", "stranger"],
)
def test_rows_that_are_meant(spans: list[tuple[str, int, int]], rows: list[int]) -> None:
    found = matching_rows([IndividualSpan(*span) for span in spans], WHO, STARTS, STOPS)
    assert np.flatnonzero(found).tolist() == rows


def test_no_rows() -> None:
    nothing = np.zeros(0, np.int64)
    assert matching_rows([IndividualSpan("a", 0, 3)], WHO[:0], nothing, nothing).tolist() == []
