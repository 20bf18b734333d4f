"""One or two phases over the time of a window, and the facts that follow. Knows no picture."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from napari_mousegpt.datamodel.description import BEHAVIOURS
from napari_mousegpt.datamodel.facts import (
    HEADS,
    PAWS,
    POSTURES,
    SPEED_LIMITS_BL_PER_S,
    SPEEDS,
    TURN_LIMITS_DEG,
    TURNS,
    Facts,
)
from training.rendering.behaviours import Phase, draw_phase
from training.rendering.chance import Chance

FRAMES = 8
FINE_PER_FRAME = 8
FINE = (FRAMES - 1) * FINE_PER_FRAME + 1
"""Steps of the course: the frames shown, and so many between for paths to be summed over."""

CHANGE_WIDTH = 0.12  # of the window, from one behaviour to the next
COUNTED = ("behaviour", "posture", "head", "paws")
STATIC = (*COUNTED, "side")


@dataclass(frozen=True, slots=True)
class Course:
    """Numbers over time of a batch of clips.

    Attributes
    ----------
    values
        Numbers of `behaviours.Phase` in time, each of shape (clips, FINE).
    span_s
        Seconds from first to last frame, shape (clips,).
    facts
        What is true of each clip; None where there is no animal.
    changes
        First and second behaviour of a window in which it changes; None if it does not.
    speed_bl_per_s, turn_deg
        Mean speed, and the turn in all, positive to the animal's left, shape (clips,).
    present
        Whether there is an animal, shape (clips,), bool.
    """

    values: dict[str, Tensor]
    span_s: Tensor
    facts: list[Facts | None]
    changes: list[tuple[str, str] | None]
    speed_bl_per_s: Tensor
    turn_deg: Tensor
    present: Tensor


def smoothstep(unit: Tensor) -> Tensor:
    """Ease in and out, from 0 to 1."""
    unit = unit.clamp(0, 1)
    return unit * unit * (3 - 2 * unit)


def draw_course(span_s: Tensor, chance: Chance, *, mixed: float, absent: float) -> Course:
    """Draw what happens in each clip; every behaviour comes equally often.

    Parameters
    ----------
    span_s
        Seconds from first to last frame, shape (clips,).
    mixed, absent
        Shares of clips in which the behaviour changes, and in which there is no animal.
    """
    even = torch.arange(chance.clips) % len(BEHAVIOURS)
    first = even[torch.randperm(chance.clips, generator=chance.generator)]
    other = (first + 1 + chance.choice(*[1.0] * (len(BEHAVIOURS) - 1))) % len(BEHAVIOURS)
    changes = chance.happens(mixed)
    present = ~chance.happens(absent)
    phases = [draw_phase(one, span_s, chance) for one in (first, other)]
    # Neither of the two is shorter than a quarter, nor does one fill just half of the window.
    early, late = chance.between(0.27, 0.44), chance.between(0.56, 0.73)
    change_at = torch.where(chance.happens(0.5), early, late)
    change_at = torch.where(changes, change_at, torch.tensor(9.0))
    values = _over_time(phases, change_at, span_s, chance)
    speed = values["speed"].mean(1)
    turn = integrated(values["turn_deg_per_s"], span_s)[:, -1]
    facts = _facts(phases, change_at, speed, turn, present)
    told = [
        (BEHAVIOURS[before], BEHAVIOURS[after]) if change and here else None
        for before, after, change, here in zip(
            first.tolist(), other.tolist(), changes.tolist(), present.tolist(), strict=True
        )
    ]
    return Course(values, span_s, facts, told, speed, turn, present)


def _over_time(
    phases: list[Phase], change_at: Tensor, span_s: Tensor, chance: Chance
) -> dict[str, Tensor]:
    unit = torch.linspace(0, 1, FINE)[None]
    later = smoothstep((unit - change_at[:, None]) / CHANGE_WIDTH + 0.5)

    def blend(values: list[Tensor]) -> Tensor:
        before, after = (value if value.ndim == 2 else value[:, None] for value in values)
        return before + (after - before) * later

    def eased(name: str) -> list[Tensor]:
        return [
            phase[f"{name}_before"][:, None]
            + (phase[f"{name}_after"] - phase[f"{name}_before"])[:, None] * smoothstep(unit)
            for phase in phases
        ]

    plain = [name for name in phases[0] if name not in STATIC and "_before" not in name]
    plain = [name for name in plain if "_after" not in name]
    values = {name: blend([phase[name] for phase in phases]) for name in plain}
    values |= {"length": blend(eased("length")), "rise": blend(eased("rise"))}
    values["side"] = blend([phase["side"] for phase in phases]).sign()
    # A turn is spread over the window evenly, or begins and ends gently.
    gentle = chance.between(0, 1)[:, None]
    profile = gentle + (1 - gentle) * 6 * unit * (1 - unit)
    values["turn_deg_per_s"] = values.pop("turn") * profile / span_s[:, None]
    return values


def integrated(rate: Tensor, span_s: Tensor) -> Tensor:
    """Sum of a rate per second from the start on, shape (clips, FINE)."""
    steps = (rate[:, 1:] + rate[:, :-1]) / 2 * (span_s[:, None] / (FINE - 1))
    return torch.cat([torch.zeros_like(rate[:, :1]), steps.cumsum(1)], 1)


def _facts(
    phases: list[Phase],
    change_at: Tensor,
    speed: Tensor,
    turn: Tensor,
    present: Tensor,
) -> list[Facts | None]:
    second = change_at < 0.5
    counted = {
        name: torch.where(second, phases[1][name], phases[0][name]).tolist() for name in COUNTED
    }
    facts: list[Facts | None] = []
    for i in range(len(present)):
        if not present[i]:
            facts.append(None)
            continue
        facts.append(
            Facts(
                behaviour=BEHAVIOURS[counted["behaviour"][i]],
                speed=SPEEDS[sum(float(speed[i]) > limit for limit in SPEED_LIMITS_BL_PER_S)],
                turn=turn_word(float(turn[i])),
                posture=POSTURES[counted["posture"][i]],
                head=HEADS[counted["head"][i]],
                paws=PAWS[counted["paws"][i]],
            )
        )
    return facts


def turn_word(degrees: float) -> str:
    """The fact of a total turn, positive to the animal's left."""
    size = sum(abs(degrees) > limit for limit in TURN_LIMITS_DEG)
    return TURNS[2 - size if degrees > 0 else 2 + size]
