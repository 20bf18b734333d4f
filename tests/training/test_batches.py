"""Batches depend on seed and step alone, and rare behaviours come more often than labelled."""

from __future__ import annotations

from collections import Counter

from napari_mousegpt.training.batches import balanced_order, batch_of_step, steps_per_epoch

LABELS = ["still"] * 90 + ["rearing"] * 10


def test_the_same_step_gives_the_same_batch() -> None:
    batches = [batch_of_step(LABELS, 7, batch_size=8, seed=3) for _ in range(2)]
    assert batches[0] == batches[1]
    assert batches[0] != batch_of_step(LABELS, 8, batch_size=8, seed=3)
    assert batches[0] != batch_of_step(LABELS, 7, batch_size=8, seed=4)


def test_an_epoch_is_balanced_in_part_and_goes_over_all_rare_records() -> None:
    order = balanced_order(LABELS, seed=0, epoch=0)
    counts = Counter(LABELS[place] for place in order)
    assert counts == {"still": 75, "rearing": 25}
    assert set(range(90, 100)) <= set(order.tolist())


def test_steps_of_an_epoch() -> None:
    assert steps_per_epoch(LABELS, batch_size=8) == 12
    assert steps_per_epoch(["still"], batch_size=8) == 1
    assert batch_of_step(["still"], 5, batch_size=8, seed=0) == [(5, 0)]
