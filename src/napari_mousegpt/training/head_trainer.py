"""Teaches the built-in model labels by what its eye concludes: one look at each window, no steps.

Its network stays as it is; a layer behind it is fitted. Knows records, not recordings.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.captioning.seen_facts.label_head import LabelHead, prior_logits, untaught
from napari_mousegpt.datamodel.description import BEHAVIOURS
from napari_mousegpt.training.augmentation import TURNABLE, other_side
from napari_mousegpt.training.course import Course
from napari_mousegpt.training.held_out_parts import LEARNED
from napari_mousegpt.training.label_fit import Examples, fit_labels
from napari_mousegpt.training.measuring import Measuring
from napari_mousegpt.training.records import Record
from napari_mousegpt.training.settings import TrainSettings
from napari_mousegpt.training.shown_records import ShownRecords
from napari_mousegpt.training.trainer import Progress

MOST_LOOKS = 2000
"""Of more labelled windows, each is looked at in fewer ways."""


@dataclass(frozen=True, slots=True)
class _Look:
    window: int
    turn: int
    mirrored: bool
    label: str


@dataclass(slots=True, eq=False)
class HeadTrainer:
    """Fits the layer of labels for a captioner that decides by what it sees.

    Attributes
    ----------
    captioner
        A `MouseGPTTiny` that is loaded.
    kinds
        The built-in behaviour that each label stands for, or the label itself.
    course, measuring, settings
        As of `trainer.Trainer`.
    """

    captioner: Any
    records: Sequence[Record]
    folder: Path
    settings: TrainSettings
    kinds: Mapping[str, str]
    course: Course = field(default_factory=Course)
    measuring: Measuring = field(init=False)
    hold: float = math.nan
    _shown: ShownRecords = field(init=False)

    def __post_init__(self) -> None:
        self._shown = ShownRecords(self.captioner, self.settings, self.folder.parent)
        self.measuring = Measuring(
            self.captioner, self._shown, self.records, self.settings, apart=LEARNED
        )

    @property
    def learned(self) -> list[Record]:
        """Records that are learned from: those with a behaviour."""
        return [one for one in self.records if not one.held_out and one.behaviour]

    def run(self) -> Iterator[Progress]:
        """Look, fit and measure, yielding how far it is.

        Raises
        ------
        ValueError
            If fewer than two behaviours were labelled.
        """
        labels = sorted({record.behaviour for record in self.learned})
        if len(labels) < 2:
            raise ValueError(
                f"expected labels of two behaviours or more to learn from, found "
                f"{', '.join(labels) or 'none'}. Label others, or train an adapter (--method "
                "adapter), which also learns from corrected words."
            )
        labels += [one for one in BEHAVIOURS if one not in {self._kind(own) for own in labels}]
        yield self._note("measuring the base model")
        # By the person's names for what it knows: else every name of one's own would be wrong.
        kinds = tuple(self._kind(label) for label in labels)
        width, revision = self.captioner.hidden_width, self.captioner.revision
        self.captioner.teach(untaught(tuple(labels), kinds, width, revision))
        course = self.course
        course.first = course.before = self.measuring.of(self.measuring.reporting)
        course.last = course.before
        course.remember(math.nan)
        yield self._measured(0, 1)
        looks = list(self._looks(labels))
        examples: list[tuple[Any, Any]] = []
        for done, hidden, built_in in self._seen(looks):
            examples.append((hidden, built_in))
            yield done
        yield self._note("fitting the layer")
        head = self._fitted(tuple(labels), looks, examples)
        self.captioner.teach(head)
        course.step = 1
        course.last = self.measuring.of(self.measuring.reporting)
        course.remember(math.nan)
        course.after = course.of_best = course.last
        course.best_step = 1
        yield self._measured(1, 1)

    def _looks(self, labels: Sequence[str]) -> Iterator[_Look]:
        """Each window as it is, and turned and mirrored as far as there is time for it."""
        learned = self.learned
        ways = max(2, MOST_LOOKS // max(len(learned), 1))
        for window, record in enumerate(learned):
            turns = range(4) if record.camera_view in TURNABLE else range(1)
            shown = {False: record.behaviour}
            if (mirrored := self._mirrored(record.behaviour)) in labels:
                shown[True] = mirrored
            seen = [_Look(window, turn, *one) for turn in turns for one in shown.items()]
            drawn = random.Random(f"{self.settings.seed} {record.id}")
            yield seen[0]
            yield from drawn.sample(seen[1:], min(len(seen), ways) - 1)

    def _mirrored(self, label: str) -> str:
        """The label of the mirrored window; empty where it has a side that its name hides."""
        kind, mirrored = self._kind(label), str(other_side(label))
        return "" if mirrored == label and other_side(kind) != kind else mirrored

    def _clips(self, looks: Sequence[_Look]) -> Iterator[Clip]:
        """What is looked at, one at a time: all of them would not fit into memory."""
        learned = self.learned
        for window, own in groupby(looks, key=lambda look: look.window):
            clip = self._shown.measured(learned[window])
            yield from (_turned(clip, look.turn, look.mirrored) for look in own)

    def _seen(
        self, looks: Sequence[_Look]
    ) -> Iterator[tuple[Progress, NDArray[np.float32], NDArray[np.float64]]]:
        """What the eye concludes of looks, batch by batch, with how far it is."""
        size, started_s = self.captioner.batch_on_cpu, time.perf_counter()
        clips, done = self._clips(looks), 0
        while batch := list(islice(clips, size)):
            seen = self.captioner.seen(batch)
            done += len(batch)
            left_s = (time.perf_counter() - started_s) / done * (len(looks) - done)
            progress = Progress(done, len(looks), math.nan, seconds_left=left_s)
            yield (
                progress,
                seen.hidden.numpy(),
                seen.logits["behaviour"].double().numpy(),
            )

    def _fitted(
        self,
        labels: tuple[str, ...],
        looks: Sequence[_Look],
        seen: Sequence[tuple[NDArray[np.float32], NDArray[np.float64]]],
    ) -> LabelHead:
        hidden = np.concatenate([one for one, _ in seen])
        built_in = np.concatenate([one for _, one in seen])
        kinds = tuple(self._kind(label) for label in labels)
        middle = hidden.mean(axis=0)
        scale = (hidden.std(axis=0) + 1e-3) * math.sqrt(hidden.shape[1])
        window = np.array([look.window for look in looks])
        groups, films = (
            np.unique([name(record) for record in self.learned], return_inverse=True)[1]
            for name in (lambda one: one.group, lambda one: f"{one.recording}/{one.video}")
        )
        examples = Examples(
            hidden=((hidden - middle) / scale).astype(np.float32),
            prior=prior_logits(built_in, BEHAVIOURS, kinds).astype(np.float32),
            label=np.array([labels.index(look.label) for look in looks]),
            window=window,
            group=groups[window],
            film=films[window],
        )
        fitted = fit_labels(examples)
        self.hold = fitted.hold
        base = self.captioner.revision
        return LabelHead(labels, kinds, middle, scale, fitted.weight, fitted.bias, base)

    def _kind(self, label: str) -> str:
        return self.kinds.get(label, label)

    def _note(self, text: str) -> Progress:
        return Progress(0, 0, math.nan, note=text)

    def _measured(self, step: int, steps: int) -> Progress:
        last = self.course.last
        assert last is not None
        return Progress(step, steps, math.nan, last.overall, last.behaviour, measured=True)


def _turned(clip: Clip, turn: int, mirrored: bool) -> Clip:
    assert clip.pixels is not None
    pixels = np.rot90(clip.pixels, turn, axes=(1, 2))
    if mirrored:
        pixels = pixels[:, :, ::-1]
    return replace(clip, pixels=np.ascontiguousarray(pixels))
