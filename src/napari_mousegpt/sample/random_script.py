"""Scripts made up by chance, for other mice than the sample's. Knows no body and no picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.sample import arena
from napari_mousegpt.sample.path import BLEND_S
from napari_mousegpt.sample.script import Bout, Script, Side, script_path

SHORTEST_S = 0.7
USUAL_REACH = (7.7, 5)
REACH = {
    "turning left": (7.4, 40),
    "turning right": (7.4, 40),
    "sniffing": (7.7, 30),
    "rearing": (7.7, 20),
    "scratching": (7.4, 70),
    "body grooming": (7.2, 60),
    "stretch attend": (9.0, 10),
    "digging": (7.7, 15),
    "creeping": (9.8, 20),
}
"""How far the snout gets from the hip in cm, with some room, and how far aside in degrees."""
HIP_MARGIN_CM = 3.5
WALL_APPROACH_CM = 7.6
TRIES = 30
LONGEST_STAY = 3
"""Bouts without moving on, after which it does."""
SPEEDS_CM_PER_S = {"walking": (7, 17), "running": (26, 32)}
CHANCES = {
    "turning": 0.34,
    "sniffing": 0.16,
    "still": 0.10,
    "rearing": 0.10,
    "face grooming": 0.10,
    "body grooming": 0.08,
    "scratching": 0.04,
    "stretch attend": 0.04,
    "digging": 0.04,
}

BACKWARDS = "walking backwards"
PIECE_S = 60.0
PATIENCE = 300
"""Longer scripts are made up in pieces, since every bout looks at all before it; a piece that is
not full after `PATIENCE` steps is given up."""

Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Habits:
    """How an animal differs from others.

    Attributes
    ----------
    chances
        Of each behaviour where the animal does not walk on; they add up to one.
    new
        What it does now and then: one of `NEW_BEHAVIOURS`.
    new_chance
        How often it does so where it could.
    """

    chances: Mapping[str, float] = field(default_factory=lambda: CHANCES)
    new: str = ""
    new_chance: float = 0.0


def random_script(duration_s: float, seed: int, habits: Habits | None = None) -> Script:
    """Make up a script in which the mouse does a bit of everything and stays within the walls.

    Parameters
    ----------
    duration_s
        Length; one second or more.
    seed
        The same seed gives the same script.
    habits
        Those of `CHANCES` if None.
    """
    if duration_s < 1:
        raise ValueError(f"expected a script of 1 s or more, found {duration_s} s")
    rng = np.random.default_rng(seed)
    start_cm = tuple(rng.uniform(13, arena.SIDE_CM - 13, 2).round(2).tolist())
    first = _Draft((), start_cm, float(rng.uniform(0, 360)), habits or Habits())
    pieces = max(1, round(duration_s / PIECE_S))
    done = [first]
    while len(done) <= pieces:
        end_s = duration_s * len(done) / pieces
        draft = _filled(done[-1].onwards(), end_s - sum(piece.length_s for piece in done), rng)
        if draft is not None:
            done.append(draft)
        elif len(done) > 1:  # in a corner out of which nothing leads
            done.pop()
    return replace(first, bouts=sum((piece.bouts for piece in done), ())).script()


@dataclass(frozen=True, slots=True)
class _Draft:
    bouts: tuple[Bout, ...]
    start_cm: tuple[float, float]
    heading_deg: float
    habits: Habits

    @property
    def length_s(self) -> float:
        return sum(bout.duration_s for bout in self.bouts)

    def onwards(self) -> _Draft:
        """An empty draft that starts where this one ends."""
        start_cm, heading_deg = self.end()
        return _Draft((), start_cm, heading_deg, self.habits)

    def script(self) -> Script:
        return Script(self.bouts, self.start_cm, self.heading_deg)

    def end(self) -> tuple[tuple[float, float], float]:
        """Place and heading after the last bout."""
        if not self.bouts:
            return self.start_cm, self.heading_deg
        to_rest = replace(self, bouts=(*self.bouts, Bout("still", BLEND_S)))
        path = script_path(to_rest.script())
        x_cm, y_cm = path.xy_cm[-1].tolist()
        return (x_cm, y_cm), float(-np.rad2deg(path.angle_rad[-1]))


def _filled(draft: _Draft, duration_s: float, rng: Rng) -> _Draft | None:
    for _ in range(PATIENCE):
        if draft.length_s >= duration_s - 1e-9:
            return draft
        draft = _extended(draft, duration_s, rng)
    return None


def _extended(draft: _Draft, duration_s: float, rng: Rng) -> _Draft:
    """Add what fits, or take the last bouts back if nothing does."""
    left_s = duration_s - draft.length_s
    start_cm, heading_deg = draft.end()
    before = tuple(bout.name for bout in draft.bouts[-LONGEST_STAY:])
    for _ in range(TRIES):
        bouts = _propose(rng, start_cm, heading_deg, before, draft.habits)
        if not bouts or bouts[0].name in before[-1:]:
            continue
        fitted = _fit_length(bouts, left_s)
        if fitted and _stays_inside(fitted, start_cm, heading_deg):
            return replace(draft, bouts=draft.bouts + fitted)
    return replace(draft, bouts=draft.bouts[: -rng.integers(1, 8)])


def _fit_length(bouts: tuple[Bout, ...], left_s: float) -> tuple[Bout, ...]:
    """Stretch or cut the last bout where the rest is too short for another; () if that fails."""
    rest_s = left_s - sum(bout.duration_s for bout in bouts)
    if rest_s >= SHORTEST_S:
        return bouts
    duration_s = round(bouts[-1].duration_s + rest_s, 6)
    if duration_s < min(SHORTEST_S, left_s):
        return ()
    return (*bouts[:-1], replace(bouts[-1], duration_s=duration_s))


def _stays_inside(
    bouts: tuple[Bout, ...], start_cm: tuple[float, float], heading_deg: float
) -> bool:
    path = script_path(Script(bouts, start_cm, heading_deg))
    inside = arena.is_inside(path.xy_cm, margin_cm=HIP_MARGIN_CM)
    if not bouts[-1].against_wall:
        reach_cm, sweep_deg = REACH.get(bouts[0].name) or REACH.get(bouts[0].behaviour, USUAL_REACH)
        for aside_deg in (-sweep_deg, 0, sweep_deg):
            angle_rad = path.angle_rad + np.deg2rad(aside_deg)
            direction = np.stack([np.cos(angle_rad), np.sin(angle_rad)], axis=-1)
            inside &= arena.is_inside(path.xy_cm + reach_cm * direction, margin_cm=0)
    return bool(inside.all())


def _propose(
    rng: Rng,
    start_cm: tuple[float, float],
    heading_deg: float,
    before: tuple[str, ...],
    habits: Habits,
) -> tuple[Bout, ...]:
    """Think of a next bout, or of two; ``before`` are the last behaviours. () without room."""
    last = before[-1] if before else ""
    if _may_be_new(habits, last) and rng.random() < habits.new_chance:
        return (NEW_BEHAVIOURS[habits.new](rng),)
    if last not in SPEEDS_CM_PER_S and rng.random() < (0.8 if "turning" in last else 0.4):
        return _go(rng, start_cm, heading_deg)
    if len(before) == LONGEST_STAY and all(behaviour in habits.chances for behaviour in before):
        return (_turn(rng, start_cm, heading_deg),)
    chances = habits.chances
    behaviour = list(chances)[rng.choice(len(chances), p=list(chances.values()))]
    if behaviour == "turning":
        return (_turn(rng, start_cm, heading_deg),)
    side: Side = "left" if rng.random() < 0.5 else "right"
    return (Bout(behaviour, _round(rng.uniform(1.2, 2.8)), side=side),)


def _may_be_new(habits: Habits, last: str) -> bool:
    """A mouse backs out of where it just went; the others it may do at any time."""
    return bool(habits.new) and (habits.new != BACKWARDS or last in SPEEDS_CM_PER_S)


def _go(rng: Rng, start_cm: tuple[float, float], heading_deg: float) -> tuple[Bout, ...]:
    """Run or walk into the room ahead, or walk to the wall and rear against it; () without room."""
    room_cm, direction = _room(start_cm, heading_deg)
    speed = rng.uniform(8, 14)
    to_wall_s = _round((room_cm - WALL_APPROACH_CM) / speed)
    if SHORTEST_S < to_wall_s < 2.6 and np.abs(direction).max() > 0.94 and rng.random() < 0.5:
        walk = Bout("walking", to_wall_s, speed_cm_per_s=speed)
        return walk, Bout("rearing", _round(rng.uniform(1.2, 2.2)), against_wall=True)
    wide = room_cm > USUAL_REACH[0] + SHORTEST_S * SPEEDS_CM_PER_S["running"][0]
    behaviour = "running" if wide and rng.random() < 0.8 else "walking"
    speed = rng.uniform(*SPEEDS_CM_PER_S[behaviour])
    longest_s = min((room_cm - USUAL_REACH[0]) / speed, 2.4)
    if longest_s < SHORTEST_S:
        return ()
    duration_s, turn_deg = _round(rng.uniform(SHORTEST_S, longest_s)), rng.uniform(-20, 20)
    return (Bout(behaviour, duration_s, speed_cm_per_s=speed, left_turn_deg=turn_deg),)


def _back_up(rng: Rng) -> Bout:
    speed, duration_s = rng.uniform(4.5, 6.5), _round(rng.uniform(1.4, 2.2))
    return Bout("walking", duration_s, speed_cm_per_s=-speed, called=BACKWARDS)


def _circle(rng: Rng) -> Bout:
    """Round and round on the spot, once or more, as after a lesion of one side."""
    duration_s, turn_deg_per_s = _round(rng.uniform(1.4, 2.2)), rng.uniform(260, 320)
    sign = rng.choice([-1, 1])
    side = "left" if sign > 0 else "right"
    turn_deg = sign * turn_deg_per_s * duration_s
    how = {"speed_cm_per_s": 5.0, "left_turn_deg": turn_deg}
    return Bout(f"turning {side}", duration_s, **how, called="circling")


def _creep(rng: Rng) -> Bout:
    """Go slowly with the body long and low, as an animal does that is about to flee."""
    speed, duration_s = rng.uniform(4.0, 6.0), _round(rng.uniform(1.4, 2.2))
    return Bout("stretch attend", duration_s, speed_cm_per_s=speed, called="creeping")


NEW_BEHAVIOURS: Mapping[str, Callable[[Rng], Bout]] = {
    BACKWARDS: _back_up,
    "circling": _circle,
    "creeping": _creep,
}
"""None of the behaviours that a mouse of this sample does otherwise, nor that rules can name."""


def _turn(rng: Rng, start_cm: tuple[float, float], heading_deg: float) -> Bout:
    """Turn to where there is most room, out of a few directions."""
    angles_deg = rng.uniform(80, 170, 3) * rng.choice([-1, 1], 3)
    angle_deg = max(angles_deg.tolist(), key=lambda a: _room(start_cm, heading_deg + a)[0])
    duration_s = _round(abs(angle_deg) / rng.uniform(110, 150))
    side = "left" if angle_deg > 0 else "right"
    return Bout(f"turning {side}", duration_s, speed_cm_per_s=1, left_turn_deg=angle_deg)


def _room(start_cm: tuple[float, float], heading_deg: float) -> tuple[float, NDArray[np.float64]]:
    """Distance to the wall ahead, and the direction there."""
    angle_rad = -np.deg2rad(heading_deg)
    direction = np.array([np.cos(angle_rad), np.sin(angle_rad)])
    return float(arena.distance_to_wall(np.array(start_cm), direction)), direction


def _round(duration_s: float) -> float:
    return round(duration_s * arena.FPS) / arena.FPS
