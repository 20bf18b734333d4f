"""Novelty: the strange is flagged, the looked-at is not flagged again, hits are moments."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from napari_mousegpt.analysis.novelty.novelty import (
    METHODS,
    hide_each_behaviour,
    mean_of,
    novelty,
    strange_moments,
)


def cloud_with_strangers(count: int = 200, strangers: int = 4) -> np.ndarray:
    generator = np.random.default_rng(0)
    vectors = generator.normal(0, 1, (count + strangers, 6)).astype(np.float32)
    vectors[count:, :2] += 12
    return vectors


@pytest.mark.parametrize("method", METHODS)
def test_strangers_come_first(method: str) -> None:
    vectors = cloud_with_strangers()
    reference = np.arange(204) < 200
    scores = novelty(vectors, reference=reference, method=method)
    assert set(np.argsort(-scores)[:4]) == {200, 201, 202, 203}
    assert ((scores >= 0) & (scores <= 1)).all()
    np.testing.assert_array_equal(scores, novelty(vectors, reference=reference, method=method))


@pytest.mark.parametrize("method", METHODS)
def test_what_was_looked_at_makes_its_like_known(method: str) -> None:
    vectors = cloud_with_strangers()
    reference = np.arange(204) < 200
    before = novelty(vectors, reference=reference, method=method)
    after = novelty(vectors, reference=reference, looked_at=[200], method=method)
    assert (after[201:] < before[201:]).all()


def test_missing_vectors_and_too_few_known_are_nan() -> None:
    vectors = cloud_with_strangers()
    vectors[0] = np.nan
    assert np.isnan(novelty(vectors)[0])
    assert np.isnan(novelty(vectors, reference=np.arange(204) < 4)).all()
    with pytest.raises(ValueError, match="expected a method among neighbours, forest"):
        novelty(vectors, method="svm")


def test_neighbouring_windows_are_one_moment() -> None:
    starts = np.arange(40) * 10
    windows = pd.DataFrame(
        {"video": "cam0", "individual": "individual_0", "start": starts, "stop": starts + 10}
    )
    scores = np.full(40, 0.1)
    scores[[5, 6, 7]] = 0.9, 0.99, 0.95
    scores[30] = 0.97
    moments = strange_moments(windows, scores, limit=2)
    assert moments[["start", "stop", "row"]].to_numpy().tolist() == [[50, 80, 6], [300, 310, 30]]
    assert moments["novelty"].tolist() == [0.99, 0.97]


def test_twenty_hits_are_twenty_moments() -> None:
    generator = np.random.default_rng(1)
    starts = np.arange(300) * 5
    windows = pd.DataFrame(
        {"video": "cam0", "individual": "individual_0", "start": starts, "stop": starts + 10}
    )
    moments = strange_moments(windows, generator.random(300), limit=20)
    spans = sorted(zip(moments["start"], moments["stop"], strict=True))
    assert len(spans) == 20
    assert all(stop < start for (_, stop), (start, _) in pairwise(spans))


def test_no_scores_no_moments() -> None:
    windows = pd.DataFrame({"video": ["a"], "individual": ["b"], "start": [0], "stop": [5]})
    assert strange_moments(windows, np.array([np.nan])).empty


def test_a_behaviour_unlike_the_others_is_found_when_hidden() -> None:
    generator = np.random.default_rng(0)
    names = np.repeat(["walking", "rearing", "rare"], (60, 60, 3))
    vectors = generator.normal(0, 0.5, (123, 5)).astype(np.float32)
    vectors[60:120, 0] += 10
    found = hide_each_behaviour(vectors, names.tolist())
    assert [one.behaviour for one in found] == ["rearing", "walking"]  # the rare has too few
    assert all(one.auroc > 0.95 for one in found)
    assert mean_of(found)["fpr_at_95_tpr"] < 0.1
    assert mean_of([]) == {}


def test_the_calibration_of_labels_without_meaning_is_chance() -> None:
    generator = np.random.default_rng(0)
    vectors = generator.normal(0, 1, (400, 5)).astype(np.float32)
    names = generator.choice(["a", "b"], 400).tolist()
    assert abs(mean_of(hide_each_behaviour(vectors, names))["auroc"] - 0.5) < 0.1
