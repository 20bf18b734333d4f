"""The queue: each reason alone, the mix, and what a person has looked at already."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from napari_mousegpt.analysis.review.review_queue import QueueWeights, review_queue
from napari_mousegpt.datamodel.bouts import make_bouts

ONLY_UNSURE = QueueWeights(1, 0, 0)
ONLY_DIFFER = QueueWeights(0, 1, 0)
ONLY_DIVERSE = QueueWeights(0, 0, 1)


def windows_of(n: int, **columns: object) -> pd.DataFrame:
    start = np.arange(n) * 10
    where = {"video": "cam0", "individual": "mouse", "start": start, "stop": start + 10}
    return pd.DataFrame(where | columns)


def bouts_of(*rows: tuple[str, int, int]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["behaviour", "start", "stop"])
    return make_bouts(table.assign(video="cam0", individual="mouse"))


def test_the_least_sure_comes_first_and_says_so() -> None:
    windows = windows_of(4, confidence=[0.9, 0.2, np.nan, 0.5])
    queue = review_queue(windows, weights=ONLY_UNSURE, length=3)
    assert queue["start"].tolist() == [10, 30, 0]
    assert queue["rank"].tolist() == [1, 2, 3]
    assert queue["reason"][0] == "unsure: confidence 0.20, lower than that of 100 % of the windows"


def test_disagreement_is_in_words() -> None:
    opinions = {
        "tiny": bouts_of(("walking", 0, 20), ("still", 20, 30)),
        "rules": bouts_of(("walking", 0, 12), ("rearing", 12, 30)),
    }
    queue = review_queue(windows_of(4), opinions=opinions, weights=ONLY_DIFFER)
    assert queue["start"].tolist() == [10, 20, 0, 30]
    assert queue["disagreement"].tolist() == [1.0, 1.0, 0.0, 0.0]
    assert queue["reason"][0] == "they disagree: tiny says walking, rules says rearing"
    assert queue["reason"][3] == "next in line: nothing stands out"


def test_diversity_takes_one_of_each_kind_before_a_second() -> None:
    rng = np.random.default_rng(0)
    kinds = np.repeat([0, 1, 2, 3], 10)
    features = pd.DataFrame(rng.normal(0, 0.02, (40, 4)) + 3 * np.eye(4)[kinds])
    queue = review_queue(windows_of(40), features=features, weights=ONLY_DIVERSE, length=4)
    assert sorted(kinds[queue["start"] // 10]) == [0, 1, 2, 3]


def test_what_was_assessed_is_skipped_and_counts_as_known() -> None:
    kinds = np.repeat([0.0, 5.0], 5)
    assessed = pd.DataFrame(
        {"video": "cam0", "individual": "mouse", "start": [0, 14], "stop": [10, 20]}
    )
    queue = review_queue(
        windows_of(10), features=pd.DataFrame({"x": kinds}), assessed=assessed,
        weights=ONLY_DIVERSE,
    )  # fmt: skip
    assert not {0, 10} & set(queue["start"])
    assert queue["start"][0] >= 50
    assert len(queue) == 8


def test_the_mix_is_deterministic_whatever_the_order_of_rows() -> None:
    rng = np.random.default_rng(1)
    windows = windows_of(60, confidence=rng.random(60))
    features = pd.DataFrame(rng.normal(size=(60, 5)))
    opinions = {"a": bouts_of(("x", 0, 300)), "b": bouts_of(("x", 0, 200), ("y", 200, 600))}
    first = review_queue(windows, opinions=opinions, features=features, length=20)
    order = rng.permutation(60)
    again = review_queue(
        windows.iloc[order], opinions=opinions, features=features.iloc[order], length=20
    )
    assert first["start"].tolist() == again["start"].tolist()
    assert first["reason"].tolist() == again["reason"].tolist()
    assert len(first["start"].unique()) == 20


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"features": pd.DataFrame({"x": [1.0]})}, "expected features of the same 3 windows"),
        ({"weights": QueueWeights(0, 0, 0)}, "one weight at least above zero"),
    ],
)
def test_what_does_not_fit_is_refused(options: dict, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        review_queue(windows_of(3), **options)


def test_no_windows_are_an_empty_queue() -> None:
    assert len(review_queue(windows_of(0))) == 0


def test_who_did_not_look_has_no_opinion_and_judged_windows_stay_out() -> None:
    rows = [{"video": "v", "individual": "a", "start": k, "stop": k + 10} for k in (0, 10, 20)]
    windows = pd.DataFrame(rows)
    bout = {"video": "v", "individual": "a", "kind": "state", "behaviour": "walking"}
    model = pd.DataFrame([bout | {"start": 0, "stop": 30}])
    person = pd.DataFrame([bout | {"start": 0, "stop": 10}])
    looked = pd.DataFrame([{"video": "v", "individual": "a", "start": 10, "stop": 20}])
    queue = review_queue(
        windows, opinions={"model": model, "person": person}, looked={"person": looked}
    )
    assert queue.set_index("start")["disagreement"].to_dict() == {10: 1, 0: 0, 20: 0}
    left = review_queue(windows.assign(judged=[False, True, False]))
    assert left["start"].tolist() == [0, 20]
