"""Forecasts of what more labels bring: right where the law is known, silent where little is."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mousegpt.training.learning_curve import Point, forecast, nested_sizes

KNOWN = 2000


def by_law(windows: int, *, floor: float = 0.05, b: float = 0.5) -> float:
    return 1 - floor - 2.0 * windows**-b


def test_a_power_law_is_found_again() -> None:
    points = [Point(n, round(KNOWN * by_law(n)), KNOWN) for n in (25, 50, 100, 200)]
    ahead = forecast(points, [400])[0]
    assert ahead.expected == pytest.approx(by_law(400), abs=0.02)
    assert ahead.low <= by_law(400) <= ahead.high


def test_the_interval_holds_the_truth_mostly() -> None:
    rng = np.random.default_rng(0)
    held = 0
    for seed in range(40):
        points = [Point(n, int(rng.binomial(200, by_law(n))), 200) for n in (25, 50, 100, 200)]
        ahead = forecast(points, [400], seed=seed)[0]
        held += ahead.low <= rng.binomial(200, by_law(400)) / 200 <= ahead.high
    assert held >= 30


def test_more_labels_never_make_it_worse() -> None:
    points = [Point(25, 80, 100), Point(50, 70, 100), Point(100, 60, 100)]
    numbers = [one.expected for one in forecast(points, [150, 300])]
    assert numbers[0] == pytest.approx(numbers[1])


@pytest.mark.parametrize(
    ("points", "found"),
    [
        ([Point(50, 80, 100), Point(100, 90, 100)], "2 and 100"),
        ([Point(25, 8, 10), Point(50, 8, 10), Point(100, 9, 10)], "3 and 10"),
        ([], "0 and 0"),
    ],
)
def test_too_little_is_said(points: list[Point], found: str) -> None:
    with pytest.raises(ValueError, match=f"too little for a forecast.*found {found}[.]"):
        forecast(points, [200])


def test_nested_sizes_are_halves() -> None:
    assert nested_sizes(200) == [25, 50, 100, 200]
    assert nested_sizes(40) == [20, 40]
    assert nested_sizes(9) == []
