from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kstest

from napari_mousegpt.analysis.profile.profile_figures import mean_transitions
from napari_mousegpt.analysis.profile.subject import Subject, make_subject
from napari_mousegpt.analysis.profile.transitions import transitions
from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.spans import union


def in_order(behaviours: str, holes: tuple[int, ...] = (), pause: int = 0) -> Subject:
    """One letter, one bout of ten frames; time before the bouts in ``holes`` is unknown."""
    starts = 20 + np.arange(len(behaviours)) * (10 + pause)
    table = pd.DataFrame({"start": starts, "stop": starts + 10, "behaviour": list(behaviours)})
    end = int(starts[-1]) + 30
    edges = [0, *(int(starts[place]) - 2 for place in holes), end]
    known = [(edges[i] + (1 if i else 0), edges[i + 1]) for i in range(len(edges) - 1)]
    return make_subject(make_bouts(table), known=union(known), fps=30.0, start=0, stop=end)


def counts(table: pd.DataFrame) -> dict[str, int]:
    some = table[table["count"] > 0]
    return dict(zip(some["source"] + some["target"], some["count"].tolist(), strict=True))


@pytest.mark.parametrize(
    ("made", "with_self", "expected"),
    [
        (in_order("abab"), False, {"ab": 2, "ba": 1}),
        (in_order("aab", pause=3), True, {"aa": 1, "ab": 1}),
        (in_order("aab", pause=3), False, {"ab": 1}),
        (in_order("aab"), True, {"ab": 1}),  # bouts that touch are one
        (in_order("abab", holes=(2,), pause=5), False, {"ab": 2}),
        (in_order("a"), False, {}),
    ],
)
def test_counts(made: Subject, with_self: bool, expected: dict[str, int]) -> None:
    table = transitions(made, self_transitions=with_self, n_orders=9)
    assert counts(table) == expected


def test_probabilities_are_given_the_source() -> None:
    table = transitions(in_order("abacab"), n_orders=0).set_index(["source", "target"])
    assert table.loc[("a", "b"), "probability"] == pytest.approx(2 / 3)
    assert table.loc[("a", "c"), "probability"] == pytest.approx(1 / 3)
    assert "p" not in table


def test_the_null_keeps_the_number_of_transitions() -> None:
    table = transitions(in_order("abcabdabcabacd"))
    assert table["expected"].sum() == pytest.approx(table["count"].sum())


def test_the_null_without_self_transitions_is_that_of_all_orders() -> None:
    """All orders of a, a, b, b, c in which nothing follows itself, gone through by hand."""
    from itertools import pairwise, permutations

    orders = {order for order in permutations("aabbc") if all(x != y for x, y in pairwise(order))}
    expected = np.mean([sum(p == ("a", "b") for p in pairwise(order)) for order in orders])
    table = transitions(in_order("abcab"), n_orders=4000).set_index(["source", "target"])
    assert table.loc[("a", "b"), "expected"] == pytest.approx(expected, abs=0.04)


def test_a_planted_transition_is_found_and_chance_is_not() -> None:
    rng = np.random.default_rng(0)
    planted, chance = "", "a"
    while len(planted) < 150:
        planted += "ab" if rng.random() < 0.3 else rng.choice(list("cde"))
    while len(chance) < 150:
        chance += rng.choice([one for one in "abcde" if one != chance[-1]])
    found = transitions(in_order(planted)).set_index(["source", "target"])
    assert found.loc[("a", "b"), "q"] < 0.05
    assert found.loc[("a", "b"), "z"] > 4
    assert (transitions(in_order(chance))["q"] < 0.05).sum() <= 1


def test_p_is_even_under_the_null() -> None:
    rng = np.random.default_rng(1)
    smallest = []
    for seed in range(60):
        order = "a"
        while len(order) < 40:
            order += rng.choice([one for one in "abc" if one != order[-1]])
        table = transitions(in_order(order), n_orders=99, seed=seed)
        smallest.append(float(table.set_index(["source", "target"]).loc[("a", "b"), "p"]))
    assert kstest(smallest, "uniform", alternative="greater").pvalue > 0.01


def test_the_mean_over_animals() -> None:
    one, other = (transitions(in_order(order), n_orders=99) for order in ("abcabc", "abacab"))
    mean = mean_transitions(pd.concat([one, other])).set_index(["source", "target"])
    assert mean.loc[("a", "b"), "count"] == 4
    assert mean.loc[("a", "b"), "probability"] == pytest.approx((1 + 2 / 3) / 2)
