"""Which networks the engine takes, how many rows fit, what is made ahead, how tokens are chosen."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from napari_mousegpt.captioning.engine import StageClock, supports
from napari_mousegpt.captioning.engine.ahead import made_ahead
from napari_mousegpt.captioning.engine.batch_size import rows_that_fit
from napari_mousegpt.captioning.engine.choose import Chooser, Sampling
from napari_mousegpt.captioning.engine.support import end_tokens
from napari_mousegpt.captioning.model_loading import quantised


def test_only_networks_that_generate_would_answer_alike(network: Any) -> None:
    assert supports(network)
    network.generation_config.repetition_penalty = 1.1
    assert not supports(network)
    network.generation_config.repetition_penalty = 1.0
    assert supports(network)
    network.config.model_type = "smolvlm"
    assert not supports(network)


@pytest.mark.parametrize(("ends", "found"), [(2, {2}), ([2, 5], {2, 5}), (None, set())])
def test_end_tokens_are_one_or_many(ends: Any, found: set[int]) -> None:
    network = SimpleNamespace(generation_config=SimpleNamespace(eos_token_id=ends))
    assert end_tokens(network) == found


@pytest.mark.parametrize(
    ("taken_bytes", "free_bytes", "rows"),
    [(8_000, 20_000, 16), (8_000, 1_000_000, 128), (8_000, 900, 1), (8_000, 0, 1), (0, 10, 8)],
)
def test_rows_that_fit_are_a_power_of_two(taken_bytes: int, free_bytes: int, rows: int) -> None:
    assert rows_that_fit(taken_bytes, rows=8, free_bytes=free_bytes) == rows


@pytest.mark.parametrize("in_thread", [True, False])
def test_what_is_made_ahead_comes_in_order(in_thread: bool) -> None:
    threads = set()

    def make(item: int) -> int:
        threads.add(threading.current_thread())
        return item**2

    assert list(made_ahead(make, range(5), in_thread=in_thread)) == [0, 1, 4, 9, 16]
    assert (threading.current_thread() in threads) is not in_thread


def test_the_next_is_made_while_the_present_one_is_used() -> None:
    made = [threading.Event() for _ in range(3)]

    def make(item: int) -> int:
        made[item].set()
        return item

    for item in made_ahead(make, range(3), in_thread=True):
        assert made[min(item + 1, 2)].wait(10)


def test_what_fails_ahead_fails_in_its_turn() -> None:
    items = made_ahead(lambda item: 1 // item, [1, 0], in_thread=True)
    assert next(items) == 1
    with pytest.raises(ZeroDivisionError):
        next(items)


def test_draws_stay_among_the_likely() -> None:
    import torch

    logits = torch.tensor([[5.0, 4.9, -3.0, -3.0]]).repeat(200, 1)
    assert set(Chooser(None, "cpu")(logits)) == {0}
    assert set(Chooser(Sampling(0), "cpu")(logits)) == {0, 1}
    assert set(Chooser(Sampling(0, top_p=0.1), "cpu")(logits)) == {0}
    forbidden = logits.index_fill(1, torch.tensor([0, 1]), float("-inf"))
    assert set(Chooser(Sampling(0), "cpu")(forbidden)) == {2, 3}


@pytest.mark.parametrize(
    ("quantise", "device", "words"),
    [("4bit", "cpu", "NVIDIA GPU"), ("8bit", "cuda", "pip install"), ("2bit", "cuda", "8bit or")],
)
def test_weights_that_cannot_be_made_smaller(
    quantise: str, device: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match=words):
        quantised(quantise, device)


def test_stages_add_up() -> None:
    settled = []
    clock = StageClock(lambda: settled.append(None))
    for _ in range(2):
        with clock.stage("decode"):
            pass
    assert clock.seconds["decode"] > 0
    assert len(settled) == 4
