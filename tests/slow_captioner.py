"""A captioner of ten lines, installed like anybody's: slow enough to be killed while it works.

Worker processes find it through its entry point, as they would find any other package's.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from napari_mousegpt.captioning.captioner import Answer, Clip
from napari_mousegpt.datamodel.description import Description

SECONDS_PER_CLIP = 0.03


class SlowCaptioner:
    """Says which individual and window it got."""

    name = "slow"
    needs_pixels = False
    needs_poses = False
    open_vocabulary = False
    longest_window_s: float | None = None
    side_px = 0
    revision = None
    prompt_text = "Say it."
    parameters: dict[str, Any] = {}  # noqa: RUF012

    def __init__(self, model=None, adapter=None, device=None, batch_size=None) -> None:  # type: ignore[no-untyped-def]
        self.model, self.adapter, self.batch_size = model, adapter, batch_size or 2

    def prompt_for(self, clip: Clip) -> str:
        return self.prompt_text

    def describe(self, clips: Sequence[Clip], *, attempt: int = 0) -> list[Answer]:
        time.sleep(SECONDS_PER_CLIP * len(clips))
        return [
            Answer(
                Description(f"{clip.individual} at {clip.window}.", keywords=("still",)).to_text()
            )
            for clip in clips
        ]


def install(folder: Path) -> Path:
    """Write what makes a folder, once it is on the path, offer this captioner; return it."""
    here = folder / "slow_captioner-0.dist-info"
    here.mkdir(parents=True)
    (here / "METADATA").write_text("Metadata-Version: 2.1\nName: slow-captioner\nVersion: 0\n")
    (here / "entry_points.txt").write_text(
        "[napari_mousegpt.captioners]\nslow = slow_captioner:SlowCaptioner\n"
    )
    (folder / "slow_captioner.py").write_text(Path(__file__).read_text(encoding="utf-8"))
    return folder
