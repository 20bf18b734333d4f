"""Confidences mended, marked unsure, and left alone where a person corrected."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from napari_mousegpt.datamodel.confidence_rule import (
    ConfidenceRule,
    rule_from,
    unsure_in,
    with_confidence_rules,
)

HALF = ConfidenceRule(said=(0.0, 1.0), right=(0.0, 0.5), unsure_below=0.3)


def said(**columns: list) -> pd.DataFrame:
    table = {"run_id": ["a", "a", "a", "b"], "confidence": [1.0, 0.5, np.nan, 0.1]}
    return pd.DataFrame(table | columns)


def test_mended_once_however_often_it_is_read() -> None:
    once = with_confidence_rules(said(), {"a": HALF})
    assert once["confidence"].tolist()[:2] == [0.5, 0.25]
    assert unsure_in(once).tolist() == [False, True, False, False]
    pd.testing.assert_frame_equal(with_confidence_rules(once, {"a": HALF}), once)
    back = with_confidence_rules(once, {})
    assert back["confidence"].tolist()[:2] == [1.0, 0.5]
    assert not unsure_in(back).any()


def test_answers_that_came_later_are_mended_too() -> None:
    once = with_confidence_rules(said(), {"a": HALF})
    joined = pd.concat([once, said()], ignore_index=True)  # without what the rule added
    assert with_confidence_rules(joined, {"a": HALF})["confidence"].tolist()[4:6] == [0.5, 0.25]


def test_what_a_person_corrected_is_sure() -> None:
    table = said(corrected_by=[None, "anna", None, None])
    assert not unsure_in(with_confidence_rules(table, {"a": HALF})).any()


def test_without_rules_nothing_changes() -> None:
    table = said()
    assert with_confidence_rules(table, {}) is table
    assert not unsure_in(table).any()


def test_round_trip() -> None:
    assert rule_from(HALF.to_json()) == HALF


@pytest.mark.parametrize(
    "values",
    [
        {"said": [0, 1], "right": [0]},
        {"said": [1, 0], "right": [0, 1]},
        {"said": [0, 2], "right": [0, 1]},
        {"unsure_below": 3},
        {"said": ["x"], "right": [0]},
    ],
)
def test_what_is_no_rule(values: dict) -> None:
    with pytest.raises(ValueError, match=r"rising knots|could not convert"):
        rule_from(values)
