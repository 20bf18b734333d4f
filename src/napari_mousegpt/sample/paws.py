"""What paws do besides walking: wash the face, lean on a wall, scratch, dig. Knows no gait.

Paws are in the order of `gait.PAWS`: fore left, fore right, hind left and hind right.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.sample import arena
from napari_mousegpt.sample.limbs import on_floor, shoulder, unit
from napari_mousegpt.sample.postures import (
    SCRAPES_PER_S,
    SCRATCHES_PER_S,
    STROKES_PER_S,
    side_of,
)
from napari_mousegpt.sample.script import Bout, Script
from napari_mousegpt.sample.skeleton import CHEST, HEAD, SIDES, Points, Spine

Targets = dict[int, Points]
Work = Callable[[Bout, NDArray[np.float64], Spine], Targets]
LEFT_RIGHT = tuple(SIDES.values())


def busy_paws(
    script: Script, weights: NDArray[np.float64], spine: Spine
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Find where paws are that do something else than carry the animal.

    Returns
    -------
    tuple
        Points in cm, shape (frames, 4, 3), and how far each paw has gone there from its place on
        the floor, 0 to 1, shape (frames, 4).
    """
    points = np.zeros((script.n_frames, 4, 3))
    share = np.zeros((script.n_frames, 4))
    for bout, start, weight in zip(script.bouts, script.starts, weights, strict=True):
        work = _lean_on_wall if bout.against_wall else WORK.get(bout.behaviour)
        if work is None:
            continue
        times_s = (np.arange(script.n_frames) - start) / arena.FPS
        for paw, target in work(bout, times_s, spine).items():
            points[:, paw] += weight[:, None] * target
            share[:, paw] += weight
    return points / np.maximum(share, 1e-9)[..., None], share


def _hang(bout: Bout, times_s: NDArray[np.float64], spine: Spine) -> Targets:
    """Before the chest, as in a rear without support."""
    return {
        paw: spine.place(shoulder(spine, sign), CHEST, np.array([-0.3, -0.25 * sign, -1.4]))
        for paw, sign in enumerate(LEFT_RIGHT)
    }


def _lean_on_wall(bout: Bout, times_s: NDArray[np.float64], spine: Spine) -> Targets:
    """On the wall ahead, where they stay; each is put higher once."""
    middle = int(np.argmin(np.abs(times_s - bout.duration_s / 2)))
    hip = spine["Hip"][middle, :2]
    ahead, left = (on_floor(axes[middle, CHEST])[:2] for axes in (spine.forward, spine.left))
    ahead = ahead / np.linalg.norm(ahead)
    reach_cm = arena.distance_to_wall(hip, ahead) - 0.15
    targets = {}
    for paw, sign in enumerate(LEFT_RIGHT):
        spot = hip + reach_cm * ahead + 0.75 * sign * left
        spot = np.clip(spot, 0.15, arena.SIDE_CM - 0.15)
        higher = 0.7 * np.clip((times_s / bout.duration_s - 0.45 - 0.1 * sign) * 8, 0, 1)
        targets[paw] = np.column_stack([np.tile(spot, (len(times_s), 1)), 5.4 + higher])
    return targets


def _wash_face(bout: Bout, times_s: NDArray[np.float64], spine: Spine) -> Targets:
    """Both paws together, in ellipses from behind the whiskers to the nose."""
    angle = 2 * np.pi * STROKES_PER_S * times_s
    targets = {}
    for paw, sign in enumerate(LEFT_RIGHT):
        ahead = -0.7 + 0.75 * np.cos(angle)
        aside = sign * (0.72 + 0.3 * np.sin(angle))
        offset = np.column_stack([ahead, aside, np.full_like(ahead, 0.2)])
        targets[paw] = spine.place(spine["Snout"], HEAD, offset)
    return targets


def _prop_up(bout: Bout, times_s: NDArray[np.float64], spine: Spine) -> Targets:
    """Under the bent chest: the inner paw on the flank, the outer one on the floor."""
    targets = {}
    for paw, sign in enumerate(LEFT_RIGHT):
        inner = sign == side_of(bout)
        offset = np.array([0.9 if inner else 0.3, 0.2 * sign, -1.2 if inner else -1.6])
        target = spine.place(shoulder(spine, sign), CHEST, offset)
        targets[paw] = target if inner else on_floor(target)
    return targets


def _scratch_neck(bout: Bout, times_s: NDArray[np.float64], spine: Spine) -> Targets:
    sign = side_of(bout)
    to_and_fro = np.sin(2 * np.pi * SCRATCHES_PER_S * times_s)
    offset = np.column_stack(
        [0.3 + 0.4 * to_and_fro, np.full_like(times_s, 0.95 * sign), np.zeros_like(times_s)]
    )
    return {2 if sign > 0 else 3: spine.place(spine["Nape"], HEAD, offset)}


def _scrape(bout: Bout, times_s: NDArray[np.float64], spine: Spine) -> Targets:
    """Both forepaws by turns through the bedding before the chest."""
    ahead = unit(on_floor(spine.forward[:, CHEST]))
    targets = {}
    for paw, sign in enumerate(LEFT_RIGHT):
        angle = 2 * np.pi * SCRAPES_PER_S * times_s + np.pi * (sign > 0)
        stroke = (1.0 + 0.6 * np.cos(angle))[:, None]
        target = on_floor(shoulder(spine, sign)) + stroke * ahead
        target[:, 2] = 0.25 + 0.25 * np.sin(angle)
        targets[paw] = target
    return targets


WORK: dict[str, Work] = {
    "rearing": _hang,
    "face grooming": _wash_face,
    "body grooming": _prop_up,
    "scratching": _scratch_neck,
    "digging": _scrape,
}
