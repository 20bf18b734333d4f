"""Rendered mice with known facts, and the built-in model ready to be trained."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from small_mouse import write_small_mice

from napari_mousegpt.training.records import Record
from napari_mousegpt.training.settings import TrainSettings
from napari_mousegpt.training.trainer import Trainer

MakeTrainer = Callable[..., Trainer]


@pytest.fixture(scope="session")
def few_records(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Record]]:
    """Twelve windows of two mice, one of them held out."""
    folder = tmp_path_factory.mktemp("few")
    return folder, write_small_mice(folder, animals=2, windows=6)


@pytest.fixture
def make_trainer() -> MakeTrainer:
    """A trainer of a fresh adapter, or of all weights, on the built-in model."""

    def make(records: list[Record], folder: Path, settings: TrainSettings) -> Trainer:
        from napari_mousegpt.captioning.mousegpt_tiny import MouseGPTTiny
        from napari_mousegpt.training.adapters import add_adapter

        captioner = MouseGPTTiny(device="cpu")
        captioner.load()
        if settings.method == "full":
            weights = dict(captioner._network.named_parameters())
        else:
            adapted = add_adapter(captioner._network, rank=settings.rank, seed=settings.seed)
            weights = {n: p for n, p in adapted.named_parameters() if p.requires_grad}
        return Trainer(captioner, weights, records, folder, settings)

    return make
