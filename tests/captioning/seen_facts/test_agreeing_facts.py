"""Facts that are concluded together never contradict each other, and are the likeliest of those."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_mousegpt.captioning.seen_facts.agreeing_facts import agree, likeliest_facts
from napari_mousegpt.datamodel.description import BEHAVIOURS
from napari_mousegpt.datamodel.facts import SPEEDS, TURNS, VOCABULARY

NAMES = ("behaviour", "speed", "turn", "posture", "head", "paws")
KINDS = st.lists(
    st.sampled_from([*BEHAVIOURS, "my own", "turning around"]), min_size=1, max_size=8, unique=True
)


@pytest.mark.parametrize(
    ("facts", "true_together"),
    [
        (("walking", "slow", "no turn"), True),
        (("walking", "slow", "sharp right"), True),
        (("walking", "not moving", "no turn"), False),
        (("walking", "fast", "no turn"), False),
        (("running", "fast", "slight left"), True),
        (("running", "slow", "slight left"), False),
        (("still", "not moving", "no turn"), True),
        (("still", "not moving", "slight left"), False),
        (("still", "slow", "no turn"), False),
        (("turning left", "not moving", "sharp left"), True),
        (("turning left", "slow", "slight left"), True),
        (("turning left", "slow", "no turn"), False),
        (("turning right", "slow", "sharp left"), False),
        (("face grooming", "not moving", "slight left"), True),
        # Only the two sides that the model knows bind a turn.
        (("turning around", "slow", "sharp left"), True),
        (("turning", "fast", "no turn"), True),
        (("my own", "fast", "sharp right"), True),
    ],
)
def test_what_can_be_true_together(facts: tuple[str, str, str], true_together: bool) -> None:
    assert agree(*facts) is true_together


@pytest.mark.parametrize("kind", [*BEHAVIOURS, "my own", "turning around"])
def test_every_behaviour_can_be_concluded(kind: str) -> None:
    assert any(agree(kind, speed, turn) for speed, turn in itertools.product(SPEEDS, TURNS))


def drawn_shares(kinds: list[str], seed: int, sharpness: float) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    sizes = {name: len(VOCABULARY[name]) for name in NAMES} | {"behaviour": len(kinds)}
    logits = {name: sharpness * random.normal(size=size) for name, size in sizes.items()}
    return {name: np.exp(found) / np.exp(found).sum() for name, found in logits.items()}


@given(KINDS, st.integers(0, 2**32 - 1), st.sampled_from([0.1, 1.0, 5.0]))
def test_the_likeliest_that_agree(kinds: list[str], seed: int, sharpness: float) -> None:
    labels = tuple(f"own {place}" for place in range(len(kinds)))
    shares = drawn_shares(kinds, seed, sharpness)
    values = {**VOCABULARY, "behaviour": labels}
    facts, confidence = likeliest_facts(shares, values, tuple(kinds))
    kind_of = dict(zip(labels, kinds, strict=True))
    of = {
        name: dict(zip(values[name], share.tolist(), strict=True)) for name, share in shares.items()
    }

    def likely(one: tuple[str, str, str]) -> float:
        label, speed, turn = one
        return of["behaviour"][label] * of["speed"][speed] * of["turn"][turn]

    possible = [
        (label, speed, turn)
        for label, speed, turn in itertools.product(labels, SPEEDS, TURNS)
        if agree(kind_of[label], speed, turn)
    ]
    found = (str(facts.behaviour), str(facts.speed), str(facts.turn))
    assert found in possible
    assert likely(found) == pytest.approx(max(map(likely, possible)))
    assert confidence == pytest.approx(of["behaviour"][found[0]])
    for name in ("posture", "head", "paws"):
        assert of[name][getattr(facts, name)] == max(of[name].values())
    assert (facts.place, facts.company) == (None, None)


def test_a_contradiction_is_settled_by_what_is_likelier() -> None:
    """Walking alone is the likeliest, but speed and turn are surer of an animal at rest."""
    values = {name: VOCABULARY[name] for name in NAMES}
    shares = drawn_shares(list(BEHAVIOURS), 0, 0.0)
    shares["behaviour"] = np.where(np.array(BEHAVIOURS) == "walking", 0.45, 0.05)
    shares["speed"] = np.array([0.98, 0.01, 0.01])
    facts, confidence = likeliest_facts(shares, values, BEHAVIOURS)
    assert (facts.speed, confidence) == ("not moving", pytest.approx(0.05))
    shares["speed"] = np.array([0.6, 0.3, 0.1])
    facts, confidence = likeliest_facts(shares, values, BEHAVIOURS)
    assert (facts.behaviour, facts.speed, confidence) == ("walking", "slow", pytest.approx(0.45))
