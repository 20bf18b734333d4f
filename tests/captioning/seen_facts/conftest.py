"""The built-in model, clips for it, and a copy of it that cannot read facts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.captioning.mousegpt_tiny import FOLDER, MouseGPTTiny
from napari_mousegpt.captioning.seen_facts.fact_reader import FILE as READER
from napari_mousegpt.datamodel.timerange import TimeRange

SPANS_S = (1.0, 0.3, 1.9, 1.0, 0.6)


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> None:
    import torch

    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def clips() -> list[Clip]:
    """Five dark blobs that move otherwise each, in windows of several lengths and views."""
    y, x = np.mgrid[:128, :128]
    found = []
    for place, span_s in enumerate(SPANS_S):
        pixels = [
            np.where(((x - at) / (12 + 4 * place)) ** 2 + ((y - 64) / 12) ** 2 < 1, 40, 200)
            for at in np.linspace(64 - 10 * place, 64 + 10 * place, 8)
        ]
        frames = np.repeat(np.stack(pixels).astype(np.uint8)[..., None], 3, axis=-1)
        times_s = tuple(np.linspace(0, span_s, 8).tolist())
        view = ("top", "bottom", "side")[place % 3]
        one = Clip("cam0", "a", TimeRange(0, 60), tuple(range(8)), times_s, view, frames)
        found.append(one)
    return found


@pytest.fixture
def tiny() -> MouseGPTTiny:
    return MouseGPTTiny(device="cpu")


@pytest.fixture
def bare(tmp_path: Path) -> str:
    """The model without the layers that read facts."""
    folder = tmp_path / "bare"
    folder.mkdir()
    for path in FOLDER.iterdir():
        if path.name != READER:
            (folder / path.name).symlink_to(path)
    return str(folder)
