"""The layers that read facts, against the same computation by hand."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from napari_mousegpt.captioning.mousegpt_tiny import FOLDER, KNOWN_SPANS_S, KNOWN_VIEWS
from napari_mousegpt.captioning.seen_facts.fact_reader import FILE, FactReader, save_reader
from napari_mousegpt.datamodel.facts import VOCABULARY

TOKENS, TOKEN_WIDTH, WIDTH = 8, 3, 6  # two tokens a pair of frames
VALUES = {"behaviour": ("walking", "still", "rearing"), "speed": ("slow", "fast")}
SIZES = {
    "trunk.0": (WIDTH, 2 * TOKEN_WIDTH),
    "mix.0": (WIDTH, 4 * WIDTH + 1 + 3),
    "mix.2": (WIDTH, WIDTH),
    "facts": (5, WIDTH),
}


def gelu(values: np.ndarray) -> np.ndarray:
    return values * 0.5 * (1 + np.vectorize(math.erf)(values / math.sqrt(2)))


@pytest.fixture
def weights() -> dict[str, torch.Tensor]:
    random = torch.Generator().manual_seed(0)
    found = {}
    for name, (out, into) in SIZES.items():
        found[f"{name}.weight"] = torch.randn(out, into, generator=random).half().float()
        found[f"{name}.bias"] = torch.randn(out, generator=random).half().float()
    return found


def test_logits_are_those_computed_by_hand(
    weights: dict[str, torch.Tensor], tmp_path: Path
) -> None:
    save_reader(tmp_path, weights, VALUES)
    reader = FactReader.load(tmp_path, "cpu")
    assert reader is not None
    assert reader.values == VALUES
    assert reader.hidden_width == WIDTH
    random = np.random.default_rng(1)
    seen = random.normal(size=(2, TOKENS, TOKEN_WIDTH)).astype(np.float32)
    span, view = np.array([-1.5, 0.75], np.float32), np.array([2, 0])
    found = reader.read(*map(torch.from_numpy, (seen, span, view)))

    def layer(name: str, values: np.ndarray) -> np.ndarray:
        return values @ weights[f"{name}.weight"].numpy().T + weights[f"{name}.bias"].numpy()

    for clip in range(2):
        told = []
        for pair in range(4):
            own = seen[clip, 2 * pair : 2 * pair + 2].ravel()
            told.append(gelu(layer("trunk.0", own)))
        one_view = [float(view[clip] == place) for place in range(3)]
        mixed = np.concatenate([*told, [span[clip]], one_view])
        for name in ("mix.0", "mix.2"):
            mixed = gelu(layer(name, mixed))
        logits = layer("facts", mixed)
        assert found.hidden[clip].numpy() == pytest.approx(mixed, abs=1e-4)
        assert found.logits["behaviour"][clip].numpy() == pytest.approx(logits[:3], abs=1e-4)
        assert found.logits["speed"][clip].numpy() == pytest.approx(logits[3:], abs=1e-4)


def test_a_folder_without_the_layers_has_no_reader(tmp_path: Path) -> None:
    assert FactReader.load(tmp_path, "cpu") is None


def test_the_package_knows_the_facts_that_are_taught() -> None:
    """The layers say the values of the vocabulary, in its order: words and heads count on that."""
    reader = FactReader.load(FOLDER, "cpu")
    assert reader is not None
    names = ("behaviour", "speed", "turn", "posture", "head", "paws")
    assert reader.values == {name: VOCABULARY[name] for name in names}
    assert (len(KNOWN_SPANS_S), len(KNOWN_VIEWS)) == (40, 3)
    assert (FOLDER / FILE).stat().st_size > 1_000_000
