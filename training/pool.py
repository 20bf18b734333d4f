"""Rendered clips that wait on the device, with their answers as tokens: each is used several times.

Rendering is as dear as learning from a clip; the oldest are replaced a few at each step.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from napari_mousegpt.datamodel.facts import VOCABULARY, Facts
from training.answers import answer_for
from training.rendering.clips import RenderedClips, Renderer
from training.trainee import FACTS

UNKNOWN = -100
"""Class that a loss leaves out."""
RENDERED_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of the same clips; see `rendering.clips.RenderedClips`.

    Attributes
    ----------
    facts
        Class of each fact, shape (clips, 6); ``UNKNOWN`` without an animal.
    answer, weight
        Tokens of an answer and how much each counts, shape (clips, longest).
    """

    pixels: Tensor
    keypoints: Tensor
    facts: Tensor
    span: Tensor
    view: Tensor
    answer: Tensor
    weight: Tensor

    def rows(self, index: Tensor) -> Batch:
        """Some of the clips."""
        return Batch(*(getattr(self, name)[index] for name in self.__slots__))

    def put(self, start: int, other: Batch) -> None:
        """Write other clips over these from a row on."""
        for name in self.__slots__:
            values = getattr(other, name)
            getattr(self, name)[start : start + len(values)] = values


class Writer:
    """Turns facts into tokens and weights; knows each answer only once."""

    def __init__(self, tokenizer: Any, *, longest: int, keyword_weight: float, seed: int) -> None:
        self.tokenizer = tokenizer
        self.longest = longest
        self.keyword_weight = keyword_weight
        self.rng = random.Random(seed)
        self.end = tokenizer.convert_tokens_to_ids("<|im_end|>")
        self._known: dict[str, tuple[Tensor, Tensor]] = {}

    def write(self, clips: RenderedClips) -> tuple[Tensor, Tensor]:
        """Tokens and weights of an answer to each clip, (clips, longest) each."""
        texts = [
            answer_for(facts, change, self.rng)
            for facts, change in zip(clips.facts, clips.changes, strict=True)
        ]
        rows = [self._row(text) for text in texts]
        return torch.stack([row[0] for row in rows]), torch.stack([row[1] for row in rows])

    def _row(self, text: str) -> tuple[Tensor, Tensor]:
        if text in self._known:
            return self._known[text]
        coded = self.tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        ids = [*coded["input_ids"], self.end]
        if len(ids) > self.longest:
            raise ValueError(
                f"expected an answer of at most {self.longest} tokens, found {len(ids)}: {text}"
            )
        tokens, weights = torch.zeros(self.longest, dtype=torch.long), torch.zeros(self.longest)
        tokens[: len(ids)] = torch.tensor(ids)
        weights[: len(ids)] = 1.0
        keywords = text.index('"keywords"')
        for place, (start, _) in enumerate(coded["offset_mapping"]):
            if start >= keywords:
                weights[place] = self.keyword_weight
        self._known[text] = tokens, weights
        return tokens, weights


def batch_of(clips: RenderedClips, writer: Writer, device: torch.device) -> Batch:
    """Put rendered clips and their answers on the device."""
    answer, weight = writer.write(clips)
    parts = (
        clips.pixels,
        clips.keypoints.half(),
        fact_classes(clips.facts),
        clips.span,
        clips.view,
        answer,
        weight,
    )
    return Batch(*(part.to(device, non_blocking=True) for part in parts))


def fact_classes(facts: list[Facts | None]) -> Tensor:
    """Class of each fact, shape (clips, 6)."""
    rows = [
        [UNKNOWN] * len(FACTS)
        if one is None
        else [VOCABULARY[name].index(getattr(one, name)) for name in FACTS]
        for one in facts
    ]
    return torch.tensor(rows)


class Pool:
    """A ring of clips on the device."""

    def __init__(self, renderer: Renderer, writer: Writer, size: int, *, seed: int) -> None:
        self.renderer, self.writer, self.size = renderer, writer, size
        self.device = renderer.device
        self.generator = torch.Generator().manual_seed(seed)
        self._clips: Batch | None = None
        self._next = self._filled = 0

    def fill(self, clips: int) -> None:
        """Render at least so many clips, a few hundred at a time."""
        while self._filled < min(clips, self.size):
            self._add(min(RENDERED_AT_ONCE, self.size - self._next))

    def draw(self, clips: int, fresh: int) -> Batch:
        """Some newly rendered clips, and others of any age, lit and inverted anew."""
        self._add(min(fresh, self.size - self._next))
        rows = torch.randint(self._filled, (clips,), generator=self.generator)
        newest = torch.arange(self._next - fresh, self._next) % self.size
        rows[:fresh] = newest.clamp(max=self._filled - 1)[: len(rows[:fresh])]
        batch = self._stored().rows(rows.to(self.device))
        return Batch(relit(batch.pixels), *(getattr(batch, n) for n in Batch.__slots__[1:]))

    def _add(self, clips: int) -> None:
        new = batch_of(self.renderer.draw(clips), self.writer, self.device)
        if self._clips is None:
            self._clips = Batch(
                *(
                    torch.zeros(self.size, *part.shape[1:], dtype=part.dtype, device=self.device)
                    for part in (getattr(new, name) for name in Batch.__slots__)
                )
            )
        self._clips.put(self._next, new)
        self._filled = max(self._filled, self._next + clips)
        self._next = (self._next + clips) % self.size

    def _stored(self) -> Batch:
        if self._clips is None:
            raise RuntimeError("expected a filled pool: call fill() first")
        return self._clips


def relit(pixels: Tensor) -> Tensor:
    """Change contrast and brightness, and invert some clips: a clip is never quite the same."""
    shape, device = (len(pixels), 1, 1, 1), pixels.device
    values = pixels.float()
    inverted = torch.rand(shape, device=device) < 0.15
    values = torch.where(inverted, 255 - values, values)
    contrast = 1 + 0.25 * (torch.rand(shape, device=device) - 0.5)
    brightness = 40 * (torch.rand(shape, device=device) - 0.5)
    return (values * contrast + brightness).clamp(0, 255).to(torch.uint8)
