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

N_BALLS, N_TAIL_BALLS = 34, 56
GIRTH_CM = np.array(
    [
        *([0.0, 0.40], [0.5, 0.90], [1.1, 1.28], [2.0, 1.58], [3.0, 1.62], [3.8, 1.50]),
        *([4.7, 1.26], [5.4, 1.08], [6.0, 0.95], [6.6, 0.90], [7.2, 0.83], [7.8, 0.65]),
        *([8.3, 0.44], [8.7, 0.24]),
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

    @property
    def n_tail(self) -> int:
        """How many balls of skin, from the first, are the tail."""
        return N_TAIL_BALLS


def build_body(motion: Motion) -> Body:
    skin, names = _skin(motion)
    return Body(
        trunk=trunk_balls(motion),
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


def trunk_balls(motion: Motion) -> NDArray[np.float32]:
    spine = motion.spine
    knots = np.concatenate([[0.0], np.cumsum(SPINE_CM)])
    at = np.linspace(0, knots[-1], N_BALLS)
    back = _along(spine.joints_cm, knots, at)
    middles = (knots[1:] + knots[:-1]) / 2
    shares = np.stack([np.interp(at, middles, bone) for bone in np.eye(len(middles))])
    up = np.einsum("sb,fsd->fbd", shares, spine.up)
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
        balls += _taper(hip, knee, 0.95, 0.55) + _taper(knee, ankle, 0.50, 0.22)
        root, elbow = shoulder(motion.spine, sign), motion[f"Elbow{letter}"]
        balls += _taper(root, elbow, 0.62, 0.40) + _taper(
            elbow, motion[f"Wrist{letter}"], 0.38, 0.2
        )
    return balls


def _taper(
    start: Points, end: Points, first_cm: float, last_cm: float
) -> list[NDArray[np.float64]]:
    shares = np.linspace(0, 1, 5)
    return [
        _ball(start + share * (end - start), first_cm + share * (last_cm - first_cm))
        for share in shares
    ]


def _skin(motion: Motion) -> tuple[NDArray[np.float32], list[str]]:
    balls: list[NDArray[np.float64]] = []
    names: list[str] = []

    def add(name: str, points_cm: Points, radius_cm: float) -> None:
        balls.append(_ball(points_cm, radius_cm))
        names.append(name)

    nodes = np.arange(motion.tail_cm.shape[1], dtype=np.float64)
    at = np.linspace(0, nodes[-1], N_TAIL_BALLS)
    for point, share in zip(np.moveaxis(_along(motion.tail_cm, nodes, at), 1, 0), at, strict=True):
        add("tail", point, 0.27 - 0.17 * share / nodes[-1])
    for side, sign in SIDES.items():
        letter = side[0].upper()
        for root, tip, width in (("Ankle", "Hindpaw", 0.2), ("Wrist", "Forepaw", 0.17)):
            start, end = motion[f"{root}{letter}"], motion[f"{tip}{letter}"]
            for share in (0.35, 0.7, 1.0):
                add("foot", start + share * (end - start), width * (0.8 + 0.4 * share))
        ear = motion[f"Ear{letter}"]
        add("ear", ear, 0.45)
        add("inner ear", motion.spine.place(ear, HEAD, np.array([0.06, 0.06 * sign, 0.2])), 0.26)
        add(
            "eye",
            motion.spine.place(motion["Snout"], HEAD, np.array([-1.0, 0.5 * sign, 0.1])),
            0.15,
        )
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
