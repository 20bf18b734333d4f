"""Records as a model is shown them: clips kept in memory, phrasings, light and sides drawn anew."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.training.answer_tokens import answer_ending, answer_tokens
from napari_mousegpt.training.augmentation import augmented
from napari_mousegpt.training.records import Record, clip_of
from napari_mousegpt.training.settings import TrainSettings

HELD_BYTES = 256 << 20


class ShownRecords:
    """What records become for one captioner.

    Parameters
    ----------
    captioner
        One that is loaded.
    folder
        That the frames of the records lie in.
    """

    def __init__(self, captioner: Any, settings: TrainSettings, folder: Path) -> None:
        self._captioner, self._settings, self._folder = captioner, settings, folder
        self._ending = answer_ending(captioner._processor)
        self._held: dict[str, Clip] = {}
        self._held_bytes = 0

    def drawn(self, record: Record, lot: str) -> tuple[Clip, tuple[list[int], list[int]]]:
        """A record and the tokens and labels of its answer, drawn by the seed and ``lot``."""
        rng = random.Random(f"{self._settings.seed} {lot} {record.id}")
        clip = self._clip(record)
        if rng.random() >= self._settings.kinematics_share:
            clip = replace(clip, features={})
        facts = None if record.corrected is not None else record.known()
        if self._settings.augment:
            clip, facts = augmented(clip, facts, rng)
        pieces = record.pieces(rng, facts)
        tokenizer = self._captioner._processor.tokenizer
        return clip, answer_tokens(tokenizer, pieces, self._ending)

    def measured(self, record: Record) -> Clip:
        """A record as captioning would show it."""
        clip = self._clip(record)
        return clip if self._settings.kinematics_share > 0 else replace(clip, features={})

    def _clip(self, record: Record) -> Clip:
        """The clip as the model sees it, from memory where there is room."""
        clip = self._held.get(record.id)
        if clip is None:
            clip = self._captioner.as_seen(clip_of(record, self._folder))
            size = clip.pixels.nbytes if clip.pixels is not None else 0
            if self._held_bytes + size <= HELD_BYTES:
                self._held[record.id] = clip
                self._held_bytes += size
        return clip
