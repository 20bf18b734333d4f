"""Names for clusters from their words, and clusters that may be one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from napari_mousegpt.analysis.clusters.merging import propose_merges, transition_ratios
from napari_mousegpt.analysis.clusters.naming import (
    KeywordNamer,
    class_tfidf,
    gather_evidence,
    term_shares,
    window_terms,
)

TERMS = [("walking", "fast")] * 10 + [("walking", "slow")] * 10 + [("rearing", "slow")] * 5
LABELS = np.repeat([0, 1, 2], (10, 10, 5))


def points_of(labels: np.ndarray, places: list[float]) -> np.ndarray:
    generator = np.random.default_rng(0)
    base = np.array(places)[labels][:, None] * np.ones((1, 3))
    return (base + generator.normal(0, 1, base.shape)).astype(np.float32)


def named(terms: list, labels: np.ndarray, points: np.ndarray) -> list:
    evidence = gather_evidence(terms, labels, points)
    return KeywordNamer().propose(evidence, [frozenset(said) for said in terms], labels)


def test_names_say_what_sets_a_cluster_apart() -> None:
    proposals = named(TERMS, LABELS, points_of(LABELS, [0, 10, 40]))
    assert [one.name for one in proposals] == ["walking, fast", "walking, slow", "rearing, slow"]
    assert [one.confidence for one in proposals] == [1, 1, 1]
    first = proposals[0]
    assert set(first.examples) <= set(range(10))
    assert set(first.counter_examples) <= set(range(10, 20))  # the nearest other cluster


def test_no_two_clusters_have_one_name() -> None:
    terms = [("still",)] * 8
    proposals = named(terms, np.repeat([0, 1], 4), points_of(np.repeat([0, 1], 4), [0, 9]))
    assert [one.name for one in proposals] == ["still", "still, cluster 1"]
    assert proposals[0].confidence == pytest.approx(2 / 3)  # 4 of its 4, 4 of 8


def test_noise_and_windows_without_words_are_left_out() -> None:
    labels = np.array([0, 0, -1, -1])
    terms = [("rearing",), (), ("digging",), ()]
    proposals = named(terms, labels, np.zeros((4, 2), np.float32))
    assert [one.name for one in proposals] == ["rearing"]


def test_class_tfidf_prefers_the_rare_word() -> None:
    scores = class_tfidf(term_shares(TERMS, LABELS))
    assert scores.loc[0].idxmax() == "fast"
    assert scores.loc[2].idxmax() == "rearing"


def test_terms_come_from_the_sentence_where_there_are_no_keywords() -> None:
    table = pd.DataFrame(
        {
            "keywords": [["Walking", "fast"], [], []],
            "overall": ["It walks.", "It gallops past a zebra.", "It rears."],
            "valid": [True, True, False],
        }
    )
    assert window_terms(table) == [("walking", "fast"), ("run", "past", "zebra"), ()]


def interleaved(pattern: list[int]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "video": "cam0",
            "individual": "individual_0",
            "run_id": "run",
            "start": np.arange(len(pattern)) * 10,
            "stop": np.arange(len(pattern)) * 10 + 10,
            "cluster": pattern,
        }
    )


def test_clusters_that_flicker_follow_each_other_more_than_by_chance() -> None:
    ratios = transition_ratios(interleaved([0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3]))
    assert ratios[(0, 1)] > 1.5
    assert ratios[(1, 2)] < 1
    assert (0, 3) not in ratios


def test_merges_are_proposed_with_a_reason_and_not_again_once_rejected() -> None:
    pattern = [0, 1] * 6 + [2] * 6
    labels = np.array(pattern)
    terms = [("walking", "slow") if label < 2 else ("rearing", "fast") for label in pattern]
    points = points_of(labels, [0, 0.3, 20])
    (proposal,) = propose_merges(interleaved(pattern), terms, points)
    assert (proposal.one, proposal.other) == (0, 1)
    assert "100 % the same words" in proposal.reason
    assert proposal.transitions > 1
    rejected = frozenset({"merge 0 1"})
    assert propose_merges(interleaved(pattern), terms, points, rejected=rejected) == []
