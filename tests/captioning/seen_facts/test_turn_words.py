"""Degrees to words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_mousegpt.captioning.seen_facts.turn_words import turn_shares
from napari_mousegpt.datamodel.facts import TURN_LIMITS_DEG, TURNS


@pytest.mark.parametrize(
    ("degrees", "word"),
    [
        (90, "sharp left"),
        (30, "slight left"),
        (0, "no turn"),
        (-30, "slight right"),
        (-90, "sharp right"),
    ],
)
def test_the_likeliest_word_is_that_of_the_degrees(degrees: float, word: str) -> None:
    assert TURNS[int(turn_shares(np.array([degrees])).argmax())] == word


def test_at_a_limit_both_words_are_as_likely() -> None:
    shares = turn_shares(np.array([TURN_LIMITS_DEG[1]]))[0]
    assert shares[0] == 0.5
    assert shares[1] == pytest.approx(0.5, abs=0.01)


@given(st.lists(st.floats(-720, 720), min_size=1, max_size=9))
def test_shares_sum_to_one_and_mirror(degrees: list[float]) -> None:
    shares = turn_shares(np.array(degrees))
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    np.testing.assert_allclose(turn_shares(-np.array(degrees)), shares[:, ::-1], atol=1e-12)
