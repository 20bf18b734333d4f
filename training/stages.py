"""The two stages: the eye learns keypoints and facts, then all of it learns to say them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.pool import UNKNOWN, Batch, Pool
from training.rendering.body import KEYPOINTS
from training.settings import Settings
from training.trainee import CLASSES, Trainee

Stage = Literal["vision", "language"]
STAGES: tuple[Stage, ...] = ("vision", "language")
PAWS_FROM = KEYPOINTS.index("left forepaw")


@dataclass(frozen=True, slots=True)
class Step:
    """One step done: which it was, and its loss."""

    stage: Stage
    number: int
    loss: float


def steps_of(stage: Stage, settings: Settings) -> int:
    """How many steps a stage has."""
    return settings.vision_steps if stage == "vision" else settings.language_steps


def make_optimiser(trainee: Trainee, stage: Stage, settings: Settings) -> torch.optim.AdamW:
    """AdamW; matrices decay, and in the second stage the eye learns more slowly."""
    eye = list(trainee.network.model.visual.parameters())
    heads = [
        parameter
        for part in (trainee.trunk, trainee.keypoints, trainee.mix, trainee.facts)
        for parameter in part.parameters()
    ]
    text = list(trainee.network.model.language_model.parameters())
    rate = settings.learning_rate
    groups = [(eye + heads, rate)] if stage == "vision" else [(text, rate)]
    if stage == "language" and settings.eye_rate:
        groups.insert(0, (eye + heads, settings.eye_rate * rate))
    return torch.optim.AdamW(
        [
            {
                "params": [p for p in parameters if (p.ndim > 1) == decays],
                "lr": lr,
                "highest": lr,
                "weight_decay": settings.weight_decay * decays,
            }
            for parameters, lr in groups
            for decays in (True, False)
        ],
        betas=(0.9, 0.98),
        fused=next(trainee.parameters()).is_cuda,
    )


def train_stage(
    trainee: Trainee,
    pool: Pool,
    optimiser: torch.optim.Optimizer,
    stage: Stage,
    settings: Settings,
    *,
    done: int = 0,
) -> Iterator[Step]:
    """Do the steps of a stage after the first ``done``, yielding after each.

    Raises
    ------
    FloatingPointError
        If the loss is not finite.
    """
    loss_of: Callable[[Trainee, Batch, Settings], Tensor] = (
        vision_loss if stage == "vision" else language_loss
    )
    trainee.train()
    trained = [p for group in optimiser.param_groups for p in group["params"]]
    total, device = steps_of(stage, settings), pool.device
    for number in range(done, total):
        for group in optimiser.param_groups:
            group["lr"] = group["highest"] * _rate(number, total, settings.warm_up_steps)
        batch = pool.draw(settings.batch, settings.fresh)
        halved = device.type == "cuda" or settings.fast_cpu
        with torch.autocast(device.type, torch.bfloat16, enabled=halved):
            loss = loss_of(trainee, batch, settings)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        value = float(loss.detach())
        if not math.isfinite(value):
            raise FloatingPointError(
                f"the loss of {stage} step {number} is {value}; go on from the last checkpoint "
                "with a smaller learning_rate"
            )
        yield Step(stage, number + 1, value)


def _rate(step: int, total: int, warm_up: int) -> float:
    """Share of the highest rate: up in a line, down in a cosine to 4 %."""
    cosine = 0.5 * (1 + math.cos(math.pi * min(step / max(total, 1), 1)))
    return min(1, (step + 1) / max(warm_up, 1)) * (0.04 + 0.96 * cosine)


def vision_loss(trainee: Trainee, batch: Batch, settings: Settings) -> Tensor:
    """Keypoints and facts from the eye alone."""
    seen, _ = trainee.look(batch.pixels)
    return _heads_loss(trainee, seen, batch)


def language_loss(trainee: Trainee, batch: Batch, settings: Settings) -> Tensor:
    """Words, with keypoints and facts kept in mind."""
    with torch.set_grad_enabled(settings.eye_rate > 0):
        seen, deep = trainee.look(batch.pixels)
    logits = trainee.speak(seen, deep, batch.span, batch.view, batch.answer)
    each = functional.cross_entropy(
        logits.flatten(0, 1).float(), batch.answer.flatten(), reduction="none"
    )
    words = (each * batch.weight.flatten()).sum() / batch.weight.sum()
    if not settings.eye_rate:
        return words
    return words + settings.head_weight * _heads_loss(trainee, seen, batch)


def _heads_loss(trainee: Trainee, seen: Tensor, batch: Batch) -> Tensor:
    places, facts = trainee.read_heads(seen, batch.span, batch.view)
    truth = batch.keypoints.float()
    known = torch.isfinite(truth)
    error = functional.smooth_l1_loss(
        places, truth.nan_to_num().clamp(-1.3, 1.3), beta=0.05, reduction="none"
    )
    weight = known.float()
    weight[:, :, PAWS_FROM:] *= 0.5
    keypoints = 8 * (error * weight).sum() / known.sum().clamp(min=1)
    right = [
        functional.cross_entropy(logits, batch.facts[:, i], ignore_index=UNKNOWN)
        for i, logits in enumerate(facts)
    ]
    return keypoints + sum(right[1:], right[0]) / len(CLASSES)
