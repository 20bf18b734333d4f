"""How the body is held in each behaviour, and how it moves there. Knows no paws and no place.

Every posture is a row of channels: the pitch of the six bones of the spine, their yaw to the
animal's left, the height of the hip, how far the back is stretched, and how round it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.sample.arena import FPS
from napari_mousegpt.sample.script import Bout, Script
from napari_mousegpt.sample.skeleton import BACK, CHEST, HEAD, LOIN, NECK, PELVIS, SIDES

N_CHANNELS = 15
YAW = 6
HIP_CM, STRETCH, ROUNDNESS = 12, 13, 14
STROKES_PER_S = 5.5
"""Of the forepaws over the face, and of the head with them."""
LICKS_PER_S = 5.2
SCRATCHES_PER_S = 11.0
SCRAPES_PER_S = 7.0

Track = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Posture:
    """Pitch and yaw in degrees from pelvis to head; yaw towards the side of the bout."""

    pitch_deg: tuple[float, float, float, float, float, float]
    hip_cm: float
    yaw_deg: tuple[float, float, float, float, float, float] = (0, 0, 0, 0, 0, 0)
    stretch: float = 1.0
    roundness: float = 1.0


STANDING = Posture((35, 20, 4, -12, -8, -20), hip_cm=2.0)
TURNING = Posture((35, 24, 8, -12, -8, -20), hip_cm=2.0, yaw_deg=(-6, 6, 22, 40, 54, 66))
POSTURES = {
    "still": Posture((42, 30, 6, -20, -12, -22), hip_cm=1.9, roundness=1.04),
    "walking": STANDING,
    "running": Posture((22, 12, 2, -6, -4, -14), hip_cm=2.2, stretch=1.04, roundness=0.95),
    "turning left": TURNING,
    "turning right": TURNING,
    "rearing": Posture((60, 70, 74, 70, 45, 12), hip_cm=2.7),
    "face grooming": Posture((70, 64, 44, -6, -36, -54), hip_cm=1.9, stretch=0.92, roundness=1.08),
    "body grooming": Posture(
        (48, 40, 30, -8, -40, -36),
        hip_cm=1.8,
        yaw_deg=(-12, 5, 38, 98, 162, 218),
        stretch=0.91,
    ),
    "scratching": Posture(
        (50, 40, 12, -16, -14, -26), hip_cm=1.8, yaw_deg=(-10, 10, 30, 52, 68, 80), roundness=1.05
    ),
    "sniffing": Posture((36, 22, 2, -18, -16, -30), hip_cm=1.95),
    "stretch attend": Posture((10, 6, 0, -6, -2, -8), hip_cm=1.6, stretch=1.16, roundness=0.88),
    "digging": Posture((44, 30, 0, -34, -34, -40), hip_cm=2.2),
}
AGAINST_WALL = Posture((52, 62, 64, 60, 55, 48), hip_cm=2.8)


def posture_track(script: Script, weights: Track, phase: Track) -> Track:
    """Channels of every frame, shape (frames, 15), angles in radians.

    ``weights`` blend neighbouring bouts, shape (bouts, frames); ``phase`` counts strides.
    """
    frames = np.arange(script.n_frames)
    track = np.zeros((script.n_frames, N_CHANNELS))
    for bout, start, weight in zip(script.bouts, script.starts, weights, strict=True):
        times_s = (frames - start) / FPS
        track += weight[:, None] * _held(bout) + weight[:, None] * _moved(bout, times_s, phase)
    track[:, :HIP_CM] = np.deg2rad(track[:, :HIP_CM])
    return track


def side_of(bout: Bout) -> float:
    """+1 if the bout bends to the animal's left, -1 if to its right."""
    turns = {"turning left": "left", "turning right": "right"}
    return SIDES[turns.get(bout.behaviour, bout.side)]


def _held(bout: Bout) -> Track:
    posture = AGAINST_WALL if bout.against_wall else POSTURES[bout.behaviour]
    yaw_deg = side_of(bout) * np.array(posture.yaw_deg)
    rest = (posture.hip_cm, posture.stretch, posture.roundness)
    return np.array([*posture.pitch_deg, *yaw_deg, *rest])


def _moved(bout: Bout, times_s: Track, phase: Track) -> Track:
    moved = np.zeros((len(times_s), N_CHANNELS))
    moved[:, ROUNDNESS] = 0.012 * _wave(2.6, times_s)  # breathing
    movement = MOVEMENTS.get(bout.behaviour)
    if movement is not None:
        movement(moved, times_s, phase)
    return moved


def _wave(per_s: float, times_s: Track, shift: float = 0.0) -> Track:
    return np.sin(2 * np.pi * (per_s * times_s + shift))


def _walk(moved: Track, times_s: Track, phase: Track) -> None:
    sway, bob = np.sin(2 * np.pi * phase), np.sin(4 * np.pi * phase)
    moved[:, YAW + PELVIS] = 5 * sway
    moved[:, YAW + LOIN] = 3 * sway
    moved[:, YAW + CHEST] = -4 * sway
    moved[:, YAW + HEAD] = 7 * _wave(0.7, times_s)
    moved[:, YAW + NECK] = 4 * _wave(0.7, times_s)
    moved[:, HEAD] = 3 * bob
    moved[:, HIP_CM] = 0.07 * bob


def _run(moved: Track, times_s: Track, phase: Track) -> None:
    flex = np.sin(2 * np.pi * phase)
    moved[:, PELVIS] = 12 * flex
    moved[:, LOIN] = 10 * flex
    moved[:, CHEST] = -10 * flex
    moved[:, HEAD] = 4 * flex
    moved[:, HIP_CM] = 0.2 * np.cos(2 * np.pi * phase)
    moved[:, STRETCH] = -0.03 * flex


def _turn(moved: Track, times_s: Track, phase: Track) -> None:
    moved[:, YAW + PELVIS] = 4 * np.sin(2 * np.pi * phase)
    moved[:, HEAD] = 4 * _wave(1.5, times_s)


def _sniff(moved: Track, times_s: Track, phase: Track) -> None:
    scan = _wave(1.5, times_s) + 0.35 * _wave(0.6, times_s, 0.3)
    moved[:, YAW + CHEST] = 3 * scan
    moved[:, YAW + NECK] = 11 * scan
    moved[:, YAW + HEAD] = 20 * scan
    moved[:, HEAD] = 5 * _wave(7.0, times_s) + 6 * _wave(0.8, times_s)
    moved[:, STRETCH] = 0.03 * _wave(0.8, times_s)


def _rear(moved: Track, times_s: Track, phase: Track) -> None:
    look = _wave(0.8, times_s)
    moved[:, YAW + CHEST] = 6 * look
    moved[:, YAW + NECK] = 10 * look
    moved[:, YAW + HEAD] = 18 * look
    moved[:, HEAD] = 8 * _wave(1.3, times_s)
    moved[:, BACK] = 2 * _wave(1.1, times_s, 0.2)


def _groom_face(moved: Track, times_s: Track, phase: Track) -> None:
    nod = _wave(STROKES_PER_S, times_s)
    moved[:, HEAD] = 6 * nod
    moved[:, NECK] = 3 * nod
    moved[:, YAW + HEAD] = 9 * _wave(0.6, times_s)
    moved[:, YAW + NECK] = 5 * _wave(0.6, times_s)


def _groom_body(moved: Track, times_s: Track, phase: Track) -> None:
    lick, along = _wave(LICKS_PER_S, times_s), _wave(0.7, times_s)
    moved[:, YAW + NECK] = 4 * lick + 6 * along
    moved[:, YAW + HEAD] = 8 * lick + 9 * along
    moved[:, HEAD] = 3 * lick


def _scratch(moved: Track, times_s: Track, phase: Track) -> None:
    shake = _wave(SCRATCHES_PER_S, times_s)
    moved[:, YAW + HEAD] = 2.5 * shake
    moved[:, YAW + PELVIS] = 1.5 * shake
    moved[:, HEAD] = 2 * shake


def _stretch(moved: Track, times_s: Track, phase: Track) -> None:
    moved[:, STRETCH] = 0.04 * _wave(0.7, times_s, -0.25)
    moved[:, HEAD] = 3 * _wave(6.0, times_s)
    moved[:, YAW + HEAD] = 6 * _wave(0.9, times_s)


def _dig(moved: Track, times_s: Track, phase: Track) -> None:
    scrape = _wave(SCRAPES_PER_S, times_s)
    moved[:, CHEST] = 3 * scrape
    moved[:, HEAD] = 4 * scrape
    moved[:, YAW + CHEST] = 4 * scrape
    moved[:, YAW + HEAD] = 5 * _wave(0.8, times_s)


MOVEMENTS: dict[str, Callable[[Track, Track, Track], None]] = {
    "walking": _walk,
    "running": _run,
    "turning left": _turn,
    "turning right": _turn,
    "rearing": _rear,
    "face grooming": _groom_face,
    "body grooming": _groom_body,
    "scratching": _scratch,
    "sniffing": _sniff,
    "stretch attend": _stretch,
    "digging": _dig,
}
"""What each behaviour adds to its posture, in place; still adds nothing but breath."""
