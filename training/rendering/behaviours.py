"""How a mouse moves while it does one thing: numbers for each of the twelve behaviours.

Lengths are body lengths, angles degrees, positive to the animal's left. Knows no picture.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from napari_mousegpt.datamodel.description import BEHAVIOURS
from napari_mousegpt.datamodel.facts import HEADS, PAWS, POSTURES
from training.rendering.chance import Chance

Phase = dict[str, Tensor]
"""Numbers of one behaviour, each of shape (clips,); `facts_of` says which are facts."""

Does = Callable[..., Tensor]
"""Whether each clip shows one of the behaviours named, shape (clips,)."""

LENGTHS = ((0.66, 0.8), (0.92, 1.04), (1.17, 1.32), (0.9, 1.0), (0.9, 1.0))
"""Body length in each of the postures, in body lengths at ease."""

PIVOTS = {
    "sniffing": 0.4,
    "rearing": 0.3,
    "stretch attend": 0.2,
    "digging": 0.2,
    "face grooming": 0.1,
    "body grooming": 0.1,
    "scratching": 0.1,
}
"""Share of the clips of a behaviour on the spot in which the animal turns somewhat meanwhile."""


def draw_phase(behaviour: Tensor, span_s: Tensor, chance: Chance) -> Phase:
    """Draw a phase of given behaviours, shape (clips,) of indices into ``BEHAVIOURS``."""
    zero = torch.zeros(chance.clips)

    def does(*names: str) -> Tensor:
        return torch.isin(behaviour, torch.tensor([BEHAVIOURS.index(name) for name in names]))

    phase = {"behaviour": behaviour, **_path(does, span_s, chance)}
    phase |= _shape(does, chance)
    phase |= _head(does, phase, span_s, chance)
    paws = torch.zeros_like(behaviour)
    for name, paw in (
        ("walking", "stepping"),
        ("running", "stepping"),
        ("turning left", "stepping"),
        ("turning right", "stepping"),
        ("face grooming", "face"),
        ("scratching", "scratch"),
        ("digging", "dig"),
        ("rearing", "raised"),
    ):
        paws = torch.where(does(name), PAWS.index(paw), paws)
    steps = does("walking", "running", "turning left", "turning right")
    return phase | {
        "paws": paws,
        "step": torch.where(steps, chance.between(0.06, 0.12), zero),
        "step_hz": torch.where(does("running"), chance.between(4, 8), chance.between(1.5, 4)),
        "beat": chance.between(0.04, 0.085),
        "beat_hz": torch.where(does("scratching"), chance.between(5, 10), chance.between(3, 7)),
        "face": does("face grooming").float(),
        "scratch": does("scratching").float(),
        "dig": does("digging").float(),
        "rock": torch.where(
            does("digging"),
            chance.between(0.01, 0.035),
            torch.where(does("scratching"), chance.between(0.005, 0.02), chance.between(0, 0.004)),
        ),
    }


def _path(does: Does, span_s: Tensor, chance: Chance) -> Phase:
    """Speed in body lengths per second and total turn."""
    zero, which, left = torch.zeros(chance.clips), torch.where, 1.0
    fastest = (3.2 / span_s).clamp(2.1, 6.0)
    speed = which(does("walking"), chance.between(0.4, 1.25), zero)
    speed = which(does("running"), chance.between(torch.tensor(2.0), fastest), speed)
    strolls = does("turning left", "turning right") & chance.happens(0.5)
    speed = which(strolls, chance.between(0.35, 1.0), speed)
    speed = which(does("stretch attend"), chance.between(0, 0.08), speed)
    shuffles = does("sniffing") & chance.happens(0.5)
    speed = which(shuffles, chance.between(0, 0.15), speed)
    slight = chance.side() * chance.between(24, 45)
    straight = chance.between(-9, 9)
    walk = which(chance.happens(0.4), slight, straight)
    swerve = chance.side() * chance.between(60, 100)
    run = chance.of_each(chance.choice(0.42, 0.34, 0.24), (straight, slight, swerve))
    most = 62 + 98 * (span_s / 0.6).clamp(max=1)
    sharp = chance.between(torch.tensor(62.0), most)
    turn = which(does("rearing"), chance.between(-8, 8), chance.between(-3, 3))
    for behaviour, share in PIVOTS.items():
        pivots = does(behaviour) & chance.happens(share)
        turn = which(pivots, chance.side() * chance.between(19, 48), turn)
    for behaviour, degrees in (
        ("walking", walk),
        ("running", run),
        ("turning left", left * sharp),
        ("turning right", -left * sharp),
    ):
        turn = which(does(behaviour), degrees, turn)
    return {"speed": speed, "turn": turn}


def _shape(does: Does, chance: Chance) -> Phase:
    """Posture, length at the start and the end, how far the forebody is raised, bend."""
    which = torch.where
    normal = torch.full((chance.clips,), POSTURES.index("normal posture"))
    posture = which(does("still"), chance.choice(0.4, 0.6), normal)
    posture = which(does("walking", "running"), 1 + chance.choice(0.75, 0.25), posture)
    posture = which(does("face grooming", "body grooming"), 0, posture)
    posture = which(does("scratching"), chance.choice(0.5, 0.5), posture)
    posture = which(does("stretch attend"), POSTURES.index("stretched"), posture)
    high = chance.happens(0.5)
    upright, half = POSTURES.index("upright"), POSTURES.index("half raised")
    posture = which(does("rearing"), which(high, upright, half), posture)
    length = chance.of_each(posture, [chance.between(*limits) for limits in LENGTHS])
    stretch = does("stretch attend")
    top = which(high, chance.between(0.75, 1.0), chance.between(0.32, 0.5)) * does("rearing")
    course = chance.choice(1, 1, 1)  # rises, stays up, comes down
    return {
        "posture": posture,
        "length_before": which(stretch, chance.between(1.08, 1.18), length),
        "length_after": which(stretch, chance.between(1.3, 1.5), length),
        "rise_before": top * torch.tensor([0.0, 1.0, 0.95])[course],
        "rise_after": top * torch.tensor([1.0, 1.0, 0.6])[course],
    }


def _head(does: Does, phase: Phase, span_s: Tensor, chance: Chance) -> Phase:
    """Direction and swing of the head, bend of the spine; grooming a flank bends to its side."""
    zero, which = torch.zeros(chance.clips), torch.where
    side = chance.side()
    left, straight, right, scanning = range(len(HEADS))
    free = does("still", "rearing", "scratching", "stretch attend")
    head = which(free, chance.choice(1, 1, 1), straight)
    head = which(does("sniffing"), scanning, head)
    head = which(does("body grooming"), which(side > 0, left, right), head)
    angle = chance.between(22, 55) * ((head == left).float() - (head == right).float())
    angle = which(head == straight, chance.between(-6, 6), angle)
    angle = which(does("body grooming"), side * chance.between(35, 70), angle)
    follows = does("walking", "running", "turning left", "turning right")
    swing = which(does("sniffing"), chance.between(22, 48), chance.between(0, 2.5))
    swing = which(does("face grooming", "body grooming"), chance.between(3, 9), swing)
    slow = torch.maximum(chance.between(0.7, 3), 0.7 / span_s)
    bend = which(does("body grooming"), side * chance.between(60, 100), 0.25 * phase["turn"])
    turning = does("turning left", "turning right")
    bend = which(turning, phase["turn"].sign() * chance.between(15, 45), bend)
    down = which(does("face grooming", "digging"), chance.between(0.3, 0.7), zero)
    nods = which(does("sniffing"), chance.between(0, 0.2), zero)
    return {
        "head": head,
        "side": side,
        "head_angle": angle + which(follows, 0.12 * phase["turn"], zero),
        "head_swing": swing,
        "head_hz": which(does("sniffing"), slow, chance.between(2, 6)),
        "bend": bend + chance.between(-8, 8),
        "head_down": which(does("sniffing"), chance.between(0, 0.5), down),
        "nod": which(does("face grooming"), chance.between(0.15, 0.35), nods),
    }
