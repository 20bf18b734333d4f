"""Few labels move a layer as far as they tell, and no further."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_mousegpt.training.label_fit import (
    HOLDS,
    USUAL_HOLD,
    Examples,
    Fitted,
    _fit,
    _weights,
    chosen_hold,
    fit_labels,
)


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> None:
    import torch

    torch.set_num_threads(1)


def examples(
    hidden: Any, label: list[int], *, prior: Any = None, labels: int = 2, **of: list[int]
) -> Examples:
    """One look at each window, each a group and film of its own, if nothing else is said."""
    own = np.arange(len(label))
    before = np.zeros((len(label), labels)) if prior is None else prior
    ids = [np.array(of.get(name, own)) for name in ("window", "group", "film")]
    hidden, before = (np.asarray(values, np.float32) for values in (hidden, before))
    return Examples(hidden, before, np.array(label), *ids)


def told(found: Any, hidden: Any, prior: Any = 0.0) -> np.ndarray:
    """Shares of the labels, shape (rows, labels)."""
    logits = prior + np.asarray(hidden, np.float32) @ found.weight + found.bias
    return np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))


def test_what_tells_nothing_is_held_back_most() -> None:
    """Numbers that have nothing to do with the labels; the prior says how often each is."""
    random = np.random.default_rng(0)
    prior = np.tile(np.log([0.5, 0.3, 0.2]), (60, 1))
    label = [0] * 30 + [1] * 18 + [2] * 12
    hidden = random.normal(size=(60, 16)) / 4
    noise = examples(hidden, label, prior=prior, labels=3, group=(np.arange(60) % 6).tolist())
    found = fit_labels(noise)
    assert found.hold == HOLDS[0]
    loose = Fitted(*_fit(noise, HOLDS[-1]), HOLDS[-1])
    spread = [told(one, hidden, prior).std(axis=0).max() for one in (found, loose)]
    assert spread[0] < 0.5 * spread[1]


@pytest.mark.parametrize("prior", [[0.5, 0.5], [0.99, 0.01]], ids=["even", "sure"])
def test_without_anything_seen_the_prior_stays(prior: list[float]) -> None:
    """Rare labels count for more, so that as often as the prior says is not quite as it is."""
    often = [1, 1] if prior[0] == 0.5 else [99, 1]
    label = np.repeat([0, 1], often).tolist()
    before = np.tile(np.log(prior), (len(label), 1))
    given_ones = examples(np.zeros((len(label), 4)), label, prior=before, film=[0] * len(label))
    found = fit_labels(given_ones)
    assert np.abs(found.weight).max() == 0
    counted = [_weights(given_ones)[np.array(label) == one].sum() for one in (0, 1)]
    assert told(found, np.zeros((1, 4)), np.log(prior))[0] == pytest.approx(counted, abs=0.02)


@pytest.mark.parametrize("prior", [0.0, 1.5], ids=["undecided", "sure of the other"])
def test_four_windows_tell_two_labels_apart(prior: float) -> None:
    side = np.array([1.0, 1.2, -1.0, -0.9])
    hidden = np.stack([side, np.array([0.3, -0.2, 0.1, -0.3])], axis=1)
    before = np.stack([-prior * np.sign(side), prior * np.sign(side)], axis=1)
    found = fit_labels(examples(hidden, [0, 0, 1, 1], prior=before, group=[0, 0, 1, 1]))
    new = np.array([[0.8, 0.0], [-1.1, 0.2]])
    assert told(found, new).argmax(axis=1).tolist() == [0, 1]
    assert told(found, hidden, before).argmax(axis=1).tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("of", "label", "weight"),
    [
        # As often as the root of how often: 4 to 1 windows count 2 to 1.
        ({"film": [0] * 5}, [0, 0, 0, 0, 1], [1 / 6] * 4 + [1 / 3]),
        ({"film": [0] * 4}, [0, 0, 1, 1], [1 / 4] * 4),
        # A film with three windows counts as one with a single window.
        ({"film": [0, 0, 0, 1]}, [0] * 4, [1 / 6] * 3 + [1 / 2]),
        # Two looks at one window count as one at another.
        ({"window": [0, 0, 1], "film": [0] * 3}, [0] * 3, [1 / 4, 1 / 4, 1 / 2]),
    ],
)
def test_what_counts_how_much(of: dict[str, list[int]], label: list[int], weight: list) -> None:
    found = _weights(examples(np.zeros((len(label), 1)), label, **of))
    assert found == pytest.approx(np.array(weight))


@given(st.lists(st.tuples(*[st.integers(0, 4)] * 3), min_size=1, max_size=30), st.integers(2, 5))
def test_more_looks_at_every_window_change_no_weight(rows: list[tuple], looks: int) -> None:
    window, label, film = (list(column) for column in zip(*rows, strict=True))
    window = list(range(len(window)))
    once = _weights(examples(np.zeros((len(rows), 1)), label, window=window, film=film))
    often = [np.repeat(values, looks).tolist() for values in (label, window, film)]
    more = examples(np.zeros((len(often[0]), 1)), often[0], window=often[1], film=often[2])
    assert once.sum() == pytest.approx(1.0)
    assert _weights(more).reshape(-1, looks).sum(axis=1) == pytest.approx(once)


@pytest.mark.parametrize("groups", [1, 2])
def test_few_groups_have_the_usual_hold(groups: int) -> None:
    label = [0, 1] * 6
    group = [place * groups // 12 for place in range(12)]
    assert chosen_hold(examples(np.eye(12), label, group=group)) == USUAL_HOLD


def test_what_only_holds_within_a_group_is_held_back() -> None:
    """Each film has a sign of its own for the label: it says nothing of the films left out."""
    random = np.random.default_rng(1)
    film = np.repeat(np.arange(6), 8)
    label = np.tile([0, 1], 24)
    side = 2.0 * label - 1
    hidden = np.zeros((48, 7))
    hidden[np.arange(48), film] = side
    own = chosen_hold(examples(hidden, label.tolist(), group=film.tolist()))
    hidden[:, 6] = side + 0.1 * random.normal(size=48)
    shared = chosen_hold(examples(hidden, label.tolist(), group=film.tolist()))
    mixed = chosen_hold(examples(hidden[:, :6], label.tolist(), group=random.permutation(film)))
    assert own == HOLDS[0]
    assert shared == mixed == HOLDS[-1]


def test_the_same_labels_give_the_same_bits() -> None:
    random = np.random.default_rng(2)
    given_ones = examples(
        random.normal(size=(40, 12)),
        random.integers(0, 3, 40).tolist(),
        prior=random.normal(size=(40, 3)),
        labels=3,
        group=(np.arange(40) % 4).tolist(),
    )
    first, again = fit_labels(given_ones), fit_labels(given_ones)
    assert first.weight.tobytes() == again.weight.tobytes()
    assert (first.bias.tobytes(), first.hold) == (again.bias.tobytes(), again.hold)
