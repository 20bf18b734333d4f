"""Scores of facts, counted by hand."""

from __future__ import annotations

import pytest

from napari_mousegpt.analysis.wording.fact_scores import Truth, score_facts


def values(*names: str) -> frozenset[str]:
    return frozenset(names)


def row(table, fact: str = "behaviour"):
    return table.set_index("fact").loc[fact]


@pytest.mark.parametrize(
    ("said", "truth", "expected"),
    [
        # said, truth: precision, recall, hallucination, abstention
        ([values("rearing")], [Truth(values("rearing"))], (1, 1, 0, 0)),
        ([values("grooming")], [Truth(values("face grooming"))], (1, 1, 0, 0)),
        ([values("walking", "digging")], [Truth(values("walking"))], (0.5, 1, 1, 0)),
        ([values("walking")], [Truth(values("rearing"), values("walking"))], (1, 0, 0, 0)),
        ([values()], [Truth(values("rearing"))], (None, 0, 0, 1)),
        ([values("eating")], [Truth(values("still"), asked=values("still"))], (None, 0, 0, 0)),
        ([values("rearing")], [Truth(values(), asked=values("rearing"))], (0, None, 1, 0)),
        (
            [values("rearing"), values()],
            [Truth(values("rearing")), Truth(values("digging"))],
            (1, 0.5, 0, 0.5),
        ),
    ],
)
def test_counted_by_hand(said, truth, expected) -> None:
    table = score_facts(
        [{"behaviour": one} for one in said], [{"behaviour": one} for one in truth], n_draws=0
    )
    found = row(table)
    for name, value in zip(
        ("precision", "recall", "hallucination", "abstention"), expected, strict=True
    ):
        if value is None:
            assert found[name] != found[name]
        else:
            assert found[name] == pytest.approx(value), name


def test_an_unknown_fact_is_not_scored() -> None:
    table = score_facts(
        [{"turn": values("left turn")}, {}], [{}, {"behaviour": Truth(values("still"))}]
    )
    assert table["fact"].tolist() == ["behaviour", "all"]
    assert row(table)["windows"] == 1


def test_intervals_draw_units() -> None:
    truth = [{"behaviour": Truth(values("still"))}] * 6
    said = [{"behaviour": values("still")}] * 3 + [{"behaviour": values("running")}] * 3
    one = row(score_facts(said, truth, units=["a"] * 6))
    two = row(score_facts(said, truth, units=["a"] * 3 + ["b"] * 3))
    assert one["precision"] == two["precision"] == 0.5
    assert one["precision_low"] != one["precision_low"]
    assert (two["precision_low"], two["precision_high"]) == (0, 1)
