"""What the mouse is made of: balls of fur and skin along the bones. Knows no behaviour, no light.

All is computed for every frame at once; a ball is x, y, z and radius in pixels of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.sample.arena import PX_PER_CM, magnification, to_pixels
from napari_mousegpt.sample.limbs import hip_joint, shoulder
from napari_mousegpt.sample.motion import Motion
from napari_mousegpt.sample.skeleton import HEAD, SIDES, SPINE_CM, Points, Spine

N_BALLS = 34
GIRTH_CM = np.array(
    [
        *([0.0, 0.34], [0.5, 0.80], [1.1, 1.16], [2.0, 1.42], [3.0, 1.48], [3.8, 1.40]),
        *([4.7, 1.18], [5.4, 1.02], [6.0, 0.90], [6.6, 0.86], [7.2, 0.78], [7.8, 0.58]),
        *([8.3, 0.38], [8.7, 0.20]),
    ]
)
"""Radius of the trunk and head over the distance from the tail base along the spine."""

SKIN = {
    "tail": (96, 86, 82),
    "foot": (150, 128, 122),
    "ear": (112, 100, 96),
    "inner ear": (92, 78, 75),
    "nose": (92, 74, 72),
    "eye": (10, 10, 11),
}


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """Balls of every frame.

    Attributes
    ----------
    trunk
        Shape (frames, balls, 7): x, y, z, radius, along the spine (all px), and the direction of
        the spine in the picture as a unit vector.
    limbs
        Furry balls of the legs, shape (frames, balls, 4).
    skin
        Balls of bare skin, shape (frames, balls, 4), painted in this order where they are equally
        high.
    skin_colour
        Shape (balls, 3).
    whiskers
        Points, shape (frames, points, 2): x, y.
    """

    trunk: NDArray[np.float32]
    limbs: NDArray[np.float32]
    skin: NDArray[np.float32]
    skin_colour: NDArray[np.float32]
    whiskers: NDArray[np.float32]


def build_body(motion: Motion) -> Body:
    skin, names = _skin(motion)
    return Body(
        trunk=_trunk(motion),
        limbs=np.stack(_limbs(motion), axis=1).astype(np.float32),
        skin=skin,
        skin_colour=np.array([SKIN[name] for name in names], dtype=np.float32),
        whiskers=_whiskers(motion.spine),
    )


def _ball(points_cm: Points, radius_cm: NDArray[np.float64] | float) -> NDArray[np.float64]:
    scale = PX_PER_CM * magnification(points_cm[..., 2])
    radius_px = np.broadcast_to(radius_cm, scale.shape) * scale
    height_px = PX_PER_CM * points_cm[..., 2]
    return np.concatenate(
        [to_pixels(points_cm), height_px[..., None], radius_px[..., None]], axis=-1
    )


def _along(joints: Points, knots: NDArray[np.float64], at: NDArray[np.float64]) -> Points:
    """Points on smooth curves through joints of shape (frames, knots, 3)."""
    from scipy.interpolate import CubicSpline

    return CubicSpline(knots, joints, axis=1)(at)


def _trunk(motion: Motion) -> NDArray[np.float32]:
    spine = motion.spine
    knots = np.concatenate([[0.0], np.cumsum(SPINE_CM)])
    at = np.linspace(0, knots[-1], N_BALLS)
    back = _along(spine.joints_cm, knots, at)
    middles = (knots[1:] + knots[:-1]) / 2
    up = np.stack(
        [
            np.stack([np.interp(at, middles, row) for row in frame.T], axis=-1)
            for frame in spine.up
        ]
    )
    up /= np.linalg.norm(up, axis=-1, keepdims=True)
    girth = np.interp(at, *GIRTH_CM.T) * np.where(at < 6, motion.roundness[:, None], 1.0)
    balls = _ball(back - 0.55 * girth[..., None] * up, girth)
    balls[..., 2] = np.maximum(balls[..., 2], 0.6 * balls[..., 3])  # the belly rests on the floor
    ahead = np.gradient(balls[..., :2], axis=1)
    ahead /= np.maximum(np.linalg.norm(ahead, axis=-1, keepdims=True), 1e-6)
    along = np.broadcast_to((PX_PER_CM * at)[:, None], (*girth.shape, 1))
    return np.concatenate([balls, along, ahead], axis=-1).astype(np.float32)


def _limbs(motion: Motion) -> list[NDArray[np.float64]]:
    balls = []
    for side, sign in SIDES.items():
        letter = side[0].upper()
        hip, knee = hip_joint(motion.spine, sign), motion[f"Knee{letter}"]
        ankle = motion[f"Ankle{letter}"]
        balls += [_ball(hip + share * (knee - hip), 0.82 - 0.2 * share) for share in (0.3, 0.65, 1)]
        balls += [_ball(knee + share * (ankle - knee), 0.55 - 0.3 * share) for share in (0.4, 0.8)]
        root, elbow = shoulder(motion.spine, sign), motion[f"Elbow{letter}"]
        wrist = motion[f"Wrist{letter}"]
        balls += [_ball(root, 0.62), _ball((root + elbow) / 2, 0.5), _ball(elbow, 0.4)]
        balls += [
            _ball(elbow + share * (wrist - elbow), 0.36 - 0.14 * share) for share in (0.3, 0.65, 1)
        ]
    return balls


def _skin(motion: Motion) -> tuple[NDArray[np.float32], list[str]]:
    balls: list[NDArray[np.float64]] = []
    names: list[str] = []

    def add(name: str, points_cm: Points, radius_cm: float) -> None:
        balls.append(_ball(points_cm, radius_cm))
        names.append(name)

    nodes = np.arange(motion.tail_cm.shape[1])
    at = np.linspace(0, nodes[-1], 44)
    for point, share in zip(np.moveaxis(_along(motion.tail_cm, nodes, at), 1, 0), at, strict=True):
        add("tail", point, 0.27 - 0.17 * share / nodes[-1])
    for side, sign in SIDES.items():
        letter = side[0].upper()
        for root, tip, width in (("Ankle", "Hindpaw", 0.2), ("Wrist", "Forepaw", 0.17)):
            start, end = motion[f"{root}{letter}"], motion[f"{tip}{letter}"]
            for share in (0.35, 0.7, 1.0):
                add("foot", start + share * (end - start), width * (0.8 + 0.4 * share))
        ear = motion[f"Ear{letter}"]
        add("ear", ear, 0.5)
        add("inner ear", motion.spine.place(ear, HEAD, np.array([0.08, 0.04 * sign, 0.2])), 0.3)
        add("eye", motion.spine.place(motion["Snout"], HEAD, np.array([-1.0, 0.5 * sign, 0.1])), 0.15)
    add("nose", motion["Snout"], 0.14)
    return np.stack(balls, axis=1).astype(np.float32), names


def _whiskers(spine: Spine) -> NDArray[np.float32]:
    points = []
    for sign in SIDES.values():
        for angle in np.deg2rad([35, 60, 85]):
            for length in np.linspace(0.25, 1.5, 14):
                offset = [
                    -0.35 + length * np.cos(angle) * 0.6,
                    sign * (0.1 + length * np.sin(angle)),
                    -0.1,
                ]
                points.append(spine.place(spine["Snout"], HEAD, np.array(offset)))
    return to_pixels(np.stack(points, axis=1)).astype(np.float32)
