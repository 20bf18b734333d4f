"""The loop that trains: when to step, measure, keep and end. Knows records, not recordings."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from napari_mousegpt.training.batches import batch_of_step, steps_per_epoch
from napari_mousegpt.training.checkpoints import (
    load_state,
    optimiser_tensors,
    restore_optimiser,
    save_state,
)
from napari_mousegpt.training.course import Course
from napari_mousegpt.training.gradients import Gradients
from napari_mousegpt.training.measuring import Measuring
from napari_mousegpt.training.records import Record
from napari_mousegpt.training.settings import TrainSettings
from napari_mousegpt.training.shown_records import ShownRecords

WARM_UP = 0.05


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a training stands after one step.

    Attributes
    ----------
    loss
        Mean over the learned tokens of the step; NaN before the first.
    accuracy, behaviour_accuracy
        Share of known facts, and of behaviours, that were right on held-out windows at the last
        measurement; ``measured`` says whether that was now.
    seconds_left
        To the last step at the pace so far; None before there is a pace.
    """

    step: int
    steps: int
    loss: float
    accuracy: float = math.nan
    behaviour_accuracy: float = math.nan
    measured: bool = False
    seconds_left: float | None = None
    note: str = ""


@dataclass(slots=True, eq=False)
class Trainer:
    """Trains what `Trainer.weights` names, on the network of a loaded captioner, in place.

    Attributes
    ----------
    captioner
        A captioner of transformers that is loaded: its prompt, processor and crop are those of
        captioning.
    weights
        Names and tensors that are trained.
    identity
        What the training depends on besides the settings; another one does not resume.
    course
        What came of it so far.
    measuring
        On which held-out windows the step is chosen, and on which it is reported.
    """

    captioner: Any
    weights: dict[str, Any]
    records: Sequence[Record]
    folder: Path
    settings: TrainSettings
    identity: str = ""
    course: Course = field(default_factory=Course)
    measuring: Measuring = field(init=False)
    gradients: Gradients = field(init=False)
    _best_weights: dict[str, Any] = field(default_factory=dict)
    _optimiser: Any = None
    _shown: Any = None

    def __post_init__(self) -> None:
        import torch

        parameters = list(self.weights.values())
        for parameter in parameters:
            parameter.requires_grad_(True)
        decay = 0.01 if self.settings.method == "full" else 0.0
        self._optimiser = torch.optim.AdamW(
            parameters, lr=self.settings.rate, weight_decay=decay, betas=(0.9, 0.98)
        )
        self.gradients = Gradients(self.captioner, self.weights, self.settings.batch_size)
        self._shown = ShownRecords(self.captioner, self.settings, self.folder.parent)
        self.measuring = Measuring(self.captioner, self._shown, self.records, self.settings)
        self._resume()

    @property
    def learned(self) -> list[Record]:
        """Records that are learned from."""
        return [record for record in self.records if not record.held_out]

    @property
    def steps(self) -> int:
        """Steps of all epochs."""
        behaviours = [record.behaviour for record in self.learned]
        size = self.settings.batch_size
        return self.settings.epochs * steps_per_epoch(behaviours, batch_size=size)

    @property
    def measure_every(self) -> int:
        """Steps between measurements."""
        return self.settings.measure_every or max(1, self.steps // self.settings.epochs)

    def run(self) -> Iterator[Progress]:
        """Train, yielding after every step; closing it leaves a state that goes on from there.

        At the end the weights are those of the best measurement.
        """
        steps, course = self.steps, self.course
        started_s = saved_s = time.perf_counter()
        begun = course.step
        try:
            if course.first is None:
                yield self._note("measuring the base model")
                self._measure_base()
                yield self._progress(math.nan, None, measured=True)
            while course.step < steps and not self._has_ended():
                loss = self._one_step(steps)
                course.step += 1
                now_s = time.perf_counter()
                left = (now_s - started_s) / (course.step - begun) * (steps - course.step)
                due = course.step % self.measure_every == 0 or course.step == steps
                if due:
                    self._measure(loss)
                if now_s - saved_s > self.settings.save_every_s:
                    self.save()
                    saved_s = now_s
                yield self._progress(loss, left, measured=due)
            if course.after is None:
                yield self._note("measuring the best step")
                self._measure_best()
        finally:
            self.save()

    def use_best(self) -> None:
        """Put the weights of the best measurement into the network."""
        import torch

        with torch.no_grad():
            for name, value in self._best_weights.items():
                self.weights[name].copy_(value)

    def save(self) -> None:
        """Write the state to disk."""
        tensors = {f"weight.{name}": value for name, value in self.weights.items()}
        tensors |= {f"best.{name}": value for name, value in self._best_weights.items()}
        tensors |= optimiser_tensors(self._optimiser, list(self.weights))
        values = {"steps": self.steps, "identity": self.identity, **self.course.values()}
        save_state(self.folder, values, tensors)

    def _resume(self) -> None:
        import torch

        found = load_state(self.folder)
        if found is None or found[0].get("identity") != self.identity:
            return
        values, tensors = found
        self.course = Course.of_values(values)
        if self.course.first is not None:  # else the base is yet to be measured as it captions
            self.captioner.words_decide()
        with torch.no_grad():
            for name, parameter in self.weights.items():
                parameter.copy_(tensors[f"weight.{name}"])
        self._best_weights = {
            name: tensors[f"best.{name}"] for name in self.weights if f"best.{name}" in tensors
        }
        restore_optimiser(self._optimiser, list(self.weights), tensors)

    def _measure_base(self) -> None:
        """Measure the base as it captions, and then what the training of its words begins with."""
        self.course.before = self.measuring.of(self.measuring.reporting)
        self.captioner.words_decide()
        self._measure(math.nan)
        self.course.first = self.course.last

    def _measure(self, loss: float) -> None:
        """Measure now, and keep the weights if it is the best."""
        self.course.last = self.measuring.of(self.measuring.choosing)
        if self.course.remember(loss):
            self._best_weights = {
                name: value.detach().clone() for name, value in self.weights.items()
            }

    def _measure_best(self) -> None:
        self.use_best()
        self.course.after = self.course.of_best
        if self.measuring.is_apart:
            self.course.after = self.measuring.of(self.measuring.reporting)

    def _has_ended(self) -> bool:
        waited = (self.course.step - self.course.best_step) // self.measure_every
        return waited >= self.settings.patience

    def _one_step(self, steps: int) -> float:
        """One step of the optimiser; the loss."""
        import torch

        step, learned = self.course.step, self.learned
        batch = batch_of_step(
            [record.behaviour for record in learned],
            step,
            batch_size=self.settings.batch_size,
            seed=self.settings.seed,
        )
        seen = [
            self._shown.drawn(learned[place], f"{epoch} {turn} {step}")
            for turn, (epoch, place) in enumerate(batch)
        ]
        loss = self.gradients.of(seen, seed=self.settings.seed * 1_000_003 + step)
        for group in self._optimiser.param_groups:
            group["lr"] = self.settings.rate * _schedule(step, steps)
        torch.nn.utils.clip_grad_norm_(list(self.weights.values()), 1.0)
        self._optimiser.step()
        return loss

    def _note(self, text: str) -> Progress:
        return Progress(self.course.step, self.steps, math.nan, note=text)

    def _progress(self, loss: float, left: float | None, *, measured: bool) -> Progress:
        last = self.course.last
        return Progress(
            step=self.course.step,
            steps=self.steps,
            loss=loss,
            accuracy=last.overall if last else math.nan,
            behaviour_accuracy=last.behaviour if last else math.nan,
            measured=measured,
            seconds_left=left,
        )


def _schedule(step: int, steps: int) -> float:
    warm = max(1, round(WARM_UP * steps))
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))
