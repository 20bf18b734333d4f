from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from napari_mousegpt.analysis.profile.profile import behaviour_profile, over_time, summary
from napari_mousegpt.analysis.profile.span_lookup import frames_in_bins, place_of
from napari_mousegpt.analysis.profile.subject import Subject, make_subject
from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.spans import union

NAN = float("nan")


def subject(
    rows: list[tuple[int, int, str]],
    known: tuple[tuple[int, int], ...] = ((0, 100),),
    within: tuple[int, int] = (0, 100),
    **columns: str,
) -> Subject:
    table = pd.DataFrame(rows, columns=["start", "stop", "behaviour"]).assign(**columns)
    return make_subject(
        make_bouts(table), known=union(known), fps=10.0, start=within[0], stop=within[1]
    )


def row(of: Subject, behaviour: str = "rearing") -> dict[str, float]:
    return behaviour_profile(of, [behaviour]).iloc[0].to_dict()


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        pytest.param(
            subject([(10, 20, "rearing"), (40, 60, "rearing"), (20, 40, "still")]),
            {
                "time_s": 3.0,
                "budget": 0.3,
                "n_bouts": 2,
                "bouts_per_min": 12.0,
                "duration_mean_s": 1.5,
                "duration_longest_s": 2.0,
                "latency_s": 1.0,
                "between_mean_s": 2.0,
                "n_cut": 0,
            },
            id="plain",
        ),
        pytest.param(
            subject([(10, 20, "rearing"), (20, 30, "rearing"), (25, 28, "rearing")]),
            {"n_bouts": 1, "duration_mean_s": 2.0, "budget": 0.2},
            id="touching and overlapping bouts are one",
        ),
        pytest.param(
            subject([(0, 30, "rearing"), (90, 100, "rearing")], within=(20, 95)),
            {"n_bouts": 1, "n_cut": 1, "time_s": 1.5, "budget": 0.2, "latency_s": 0.0},
            id="cut by the epoch: under way is no new bout",
        ),
        pytest.param(
            subject([(10, 50, "rearing")], known=((0, 20), (40, 60))),
            {"n_bouts": 1, "n_cut": 1, "time_s": 2.0, "known_s": 4.0, "budget": 0.5},
            id="unknown time counts for nothing",
        ),
        pytest.param(
            subject([(10, 20, "rearing"), (50, 60, "rearing")], known=((0, 30), (40, 70))),
            {"n_bouts": 2, "between_mean_s": NAN},
            id="no pause across unknown time",
        ),
        pytest.param(
            subject([(10, 20, "still")], known=((5, 65),)),
            {
                "budget": 0.0,
                "n_bouts": 0,
                "duration_mean_s": NAN,
                "latency_s": 6.0,
                "latency_censored": True,
            },
            id="never seen",
        ),
        pytest.param(
            subject([(10, 20, "rearing")], known=()),
            {"budget": NAN, "bouts_per_min": NAN, "latency_s": NAN, "known_s": 0.0},
            id="nothing known",
        ),
        pytest.param(
            subject([(10, 11, "rearing"), (30, 31, "rearing")], kind="point"),
            {"budget": NAN, "time_s": NAN, "n_bouts": 2, "latency_s": 1.0, "duration_mean_s": NAN},
            id="point events",
        ),
    ],
)
def test_behaviour_profile(made: Subject, expected: dict[str, float]) -> None:
    found = row(made)
    assert {name: found[name] for name in expected} == pytest.approx(expected, nan_ok=True)


def test_summary_states_overlap_and_what_is_unlabelled() -> None:
    made = subject([(0, 20, "rearing"), (10, 30, "still"), (15, 18, "walking")])
    found = summary(made)
    assert found["unlabelled_share"] == pytest.approx(0.7)
    assert found["overlap_share"] == pytest.approx(0.1)
    assert found["known_s"] == 10.0


@pytest.mark.parametrize(
    ("bins_s", "edges", "budget"),
    [
        pytest.param(5.0, [0, 5, 10], [0.4, 0.2], id="halves"),
        pytest.param(3.1, [0, 3.1, 6.2, 10], [10 / 31, 20 / 31, 0], id="a short tail is joined"),
        pytest.param(40.0, [0, 10], [0.3], id="one bin"),
    ],
)
def test_over_time(bins_s: float, edges: list[float], budget: list[float]) -> None:
    made = subject([(21, 31, "rearing"), (40, 60, "rearing")])
    table = over_time(made, bins_s=bins_s)
    assert table["bin_start_s"].tolist() == pytest.approx(edges[:-1])
    assert table["bin_stop_s"].tolist() == pytest.approx(edges[1:])
    whole = (table["budget"] * table["known_s"]).sum()
    assert whole == pytest.approx(3.0)
    if bins_s == 5.0:
        assert table["budget"].tolist() == pytest.approx([0.4, 0.2])


def test_bins_shorter_than_a_frame_are_refused() -> None:
    with pytest.raises(ValueError, match="at least a frame"):
        over_time(subject([(0, 5, "rearing")]), bins_s=0.01)


def test_lookups_agree_with_counting_frames() -> None:
    rng = np.random.default_rng(0)
    spans = union(rng.integers(0, 200, (12, 2)))
    mask = np.zeros(220, bool)
    for start, stop in spans:
        mask[start:stop] = True
    edges = np.unique(rng.integers(0, 220, 9))
    counted = [mask[a:b].sum() for a, b in pairwise(edges)]
    assert frames_in_bins(spans, edges).tolist() == counted
    assert ((place_of(spans, np.arange(220)) >= 0) == mask).all()
