"""The loop that trains: steps, measurements, states on disk. Knows records, not recordings."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from napari_mousegpt.training.answer_tokens import with_answers
from napari_mousegpt.training.batches import batch_of_step, evenly_chosen, steps_per_epoch
from napari_mousegpt.training.checkpoints import (
    load_state,
    optimiser_tensors,
    restore_optimiser,
    save_state,
)
from napari_mousegpt.training.fact_accuracy import FactAccuracy, fact_accuracy
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
    """

    captioner: Any
    weights: dict[str, Any]
    records: Sequence[Record]
    folder: Path
    settings: TrainSettings
    identity: str = ""
    step: int = 0
    best: float = -1.0
    best_step: int = 0
    history: list[dict[str, Any]] = field(default_factory=list)
    first: FactAccuracy | None = None
    last: FactAccuracy | None = None
    of_best: FactAccuracy | None = None
    _best_weights: dict[str, Any] = field(default_factory=dict)
    _optimiser: Any = None
    _at_once: int = 0
    _shown: Any = None

    def __post_init__(self) -> None:
        import torch

        parameters = list(self.weights.values())
        for parameter in parameters:
            parameter.requires_grad_(True)
        decay = 0.01 if self.settings.full else 0.0
        self._optimiser = torch.optim.AdamW(
            parameters, lr=self.settings.rate, weight_decay=decay, betas=(0.9, 0.98)
        )
        self._at_once = self.settings.batch_size
        self._shown = ShownRecords(self.captioner, self.settings, self.folder.parent)
        self._resume()

    @property
    def learned(self) -> list[Record]:
        """Records that are learned from."""
        return [record for record in self.records if not record.held_out]

    @property
    def measured(self) -> list[Record]:
        """Held-out records that are measured on, rare behaviours as often as frequent ones."""
        held = [record for record in self.records if record.held_out]
        chosen = evenly_chosen(
            [record.behaviour for record in held], self.settings.measured_windows
        )
        return [held[place] for place in chosen]

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
        """Train, yielding after every step; closing it leaves a state that goes on from there."""
        steps, started_s, saved_s = self.steps, time.perf_counter(), time.perf_counter()
        begun = self.step
        try:
            if self.first is None:
                yield Progress(self.step, steps, math.nan, note="measuring the base model")
                self.first = self.last = self.measure()
                self._remember(math.nan)
                yield self._progress(math.nan, steps, None, measured=True)
            while self.step < steps and not self._has_ended():
                loss = self._one_step(steps)
                self.step += 1
                now_s = time.perf_counter()
                left = (now_s - started_s) / (self.step - begun) * (steps - self.step)
                due = self.step % self.measure_every == 0 or self.step == steps
                if due:
                    self.last = self.measure()
                    self._remember(loss)
                if now_s - saved_s > self.settings.save_every_s:
                    self.save()
                    saved_s = now_s
                yield self._progress(loss, steps, left, measured=due)
        finally:
            self.save()

    def measure(self) -> FactAccuracy:
        """Describe the held-out windows with the network as it is now, as captioning does."""
        chosen = self.measured
        self.captioner._network.eval()
        clips = [self._shown.measured(record) for record in chosen]
        answers = self.captioner.describe(clips) if clips else []
        return fact_accuracy(
            [answer.text for answer in answers], [record.known() for record in chosen]
        )

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
        values = {
            "step": self.step,
            "steps": self.steps,
            "best": self.best,
            "best_step": self.best_step,
            "history": self.history,
            "first": asdict(self.first) if self.first else None,
            "last": asdict(self.last) if self.last else None,
            "of_best": asdict(self.of_best) if self.of_best else None,
            "identity": self.identity,
        }
        save_state(self.folder, values, tensors)

    def _resume(self) -> None:
        import torch

        found = load_state(self.folder)
        if found is None or found[0].get("identity") != self.identity:
            return
        values, tensors = found
        self.step, self.best = int(values["step"]), float(values["best"])
        self.best_step, self.history = int(values["best_step"]), list(values["history"])
        self.first, self.last, self.of_best = (
            FactAccuracy(**values[name]) if values[name] else None
            for name in ("first", "last", "of_best")
        )
        with torch.no_grad():
            for name, parameter in self.weights.items():
                parameter.copy_(tensors[f"weight.{name}"])
        self._best_weights = {
            name: tensors[f"best.{name}"] for name in self.weights if f"best.{name}" in tensors
        }
        restore_optimiser(self._optimiser, list(self.weights), tensors)

    def _remember(self, loss: float) -> None:
        """Add the measurement of now to the history, and keep the weights if it is the best."""
        assert self.last is not None
        entry = {
            "step": self.step,
            "loss": None if math.isnan(loss) else loss,
            "accuracy": _or_none(self.last.overall),
            "behaviour_accuracy": _or_none(self.last.behaviour),
            "invalid": self.last.invalid,
        }
        self.history.append(entry)
        score = self.last.overall if self.last.known else -(loss if loss == loss else 1e9)
        if score > self.best or not self._best_weights:
            self.best, self.best_step, self.of_best = score, self.step, self.last
            self._best_weights = {
                name: value.detach().clone() for name, value in self.weights.items()
            }

    def _has_ended(self) -> bool:
        waited = (self.step - self.best_step) // self.measure_every
        return waited >= self.settings.patience

    def _one_step(self, steps: int) -> float:
        """One step of the optimiser, in as many parts as memory asks for; the loss."""
        import torch

        behaviours = [record.behaviour for record in self.learned]
        batch = batch_of_step(
            behaviours, self.step, batch_size=self.settings.batch_size, seed=self.settings.seed
        )
        for group in self._optimiser.param_groups:
            group["lr"] = self.settings.rate * _schedule(self.step, steps)
        while True:
            try:
                loss = self._gradients(batch)
                break
            except RuntimeError as error:  # torch.OutOfMemoryError is one
                if "memory" not in str(error).lower() or self._at_once == 1:
                    raise
                self._at_once = max(1, self._at_once // 2)
                if torch.cuda.is_available():
                    torch.cuda.empty_cache()
        torch.nn.utils.clip_grad_norm_(list(self.weights.values()), 1.0)
        self._optimiser.step()
        return loss

    def _gradients(self, batch: Sequence[tuple[int, int]]) -> float:
        """Gradients of the mean over the learned tokens of the whole batch, and that mean."""
        import torch

        self._optimiser.zero_grad(set_to_none=True)
        torch.manual_seed(self.settings.seed * 1_000_003 + self.step)
        learned = self.learned
        seen = [
            self._shown.drawn(learned[place], f"{epoch} {turn} {self.step}")
            for turn, (epoch, place) in enumerate(batch)
        ]
        count = sum(sum(label >= 0 for label in answer[1]) for _, answer in seen)
        network = self.captioner._network.train()
        total = 0.0
        for start in range(0, len(seen), self._at_once):
            part = seen[start : start + self._at_once]
            inputs = with_answers(
                self.captioner._inputs([clip for clip, _ in part]),
                [answer for _, answer in part],
                pad=self._pad,
            )
            labels = inputs.pop("labels")
            with self._precision():
                logits = network(**inputs, use_cache=False, **_only_last(labels)).logits
            loss = torch.nn.functional.cross_entropy(
                logits[:, :-1].flatten(0, 1).float(),
                labels[:, -logits.shape[1] :][:, 1:].flatten(),
                ignore_index=-100,
                reduction="sum",
            ) / max(count, 1)
            loss.backward()
            total += float(loss.detach())
        return total

    @property
    def _pad(self) -> int:
        tokenizer = self.captioner._processor.tokenizer
        pad = tokenizer.pad_token_id
        return int(tokenizer.eos_token_id if pad is None else pad)

    def _precision(self) -> Any:
        import torch

        on_gpu = self.captioner._network.device.type == "cuda"
        return torch.autocast("cuda", dtype=torch.bfloat16) if on_gpu else nullcontext()

    def _progress(self, loss: float, steps: int, left: float | None, *, measured: bool) -> Progress:
        last = self.last
        return Progress(
            step=self.step,
            steps=steps,
            loss=loss,
            accuracy=last.overall if last else math.nan,
            behaviour_accuracy=last.behaviour if last else math.nan,
            measured=measured,
            seconds_left=left,
        )


def _only_last(labels: Any) -> dict[str, int]:
    """Logits are wanted from the token before the first answer on."""
    learned = (labels >= 0).any(dim=0).nonzero()
    first = int(learned[0]) if len(learned) else labels.shape[1] - 1
    return {"logits_to_keep": int(labels.shape[1] - first + 1)}


def _schedule(step: int, steps: int) -> float:
    warm = max(1, round(WARM_UP * steps))
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value
