"""Bones of the mouse and how they follow from angles and paws. Knows no behaviour.

Lengths are cm of an adult C57BL/6. Points are arena coordinates, shape (frames, 3); angles are
radians with one column for each bone of the spine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

KEYPOINTS = (
    *("EarL", "EarR", "Snout", "SpineF", "SpineG", "SpineH", "Hip"),
    *("Tail(base)", "Tail(mid)", "Tail(end)"),
    *("ForepawL", "WristL", "ElbowL", "ShoulderL"),
    *("ForepawR", "WristR", "ElbowR", "ShoulderR"),
    *("HindpawL", "AnkleL", "KneeL", "HindpawR", "AnkleR", "KneeR"),
)
"""Order of the keypoints in files and in `napari_mousegpt.sample.motion.Motion`."""

SPINE_JOINTS = ("Tail(base)", "Hip", "SpineH", "SpineG", "SpineF", "Nape", "Snout")
PELVIS, LOIN, BACK, CHEST, NECK, HEAD = range(6)
"""Bones between neighbours of `SPINE_JOINTS`: columns of pitch and yaw."""

SPINE_CM = np.array([1.1, 1.1, 1.5, 1.7, 1.0, 2.3])
UPPER_ARM_CM, FOREARM_CM, FOREPAW_CM = 1.1, 1.25, 0.5
THIGH_CM, SHANK_CM, HINDFOOT_CM = 1.5, 1.6, 1.4
SIDES = {"left": 1.0, "right": -1.0}

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Spine:
    """Joints of shape (frames, 7, 3), and three unit vectors for each bone, (frames, 6, 3)."""

    joints_cm: Points
    forward: Points
    left: Points
    up: Points

    def __getitem__(self, joint: str) -> Points:
        return self.joints_cm[:, SPINE_JOINTS.index(joint)]

    def place(self, origin: Points, bone: int, forward_left_up_cm: Points) -> Points:
        """Go from ``origin`` by an offset, (3,) or (frames, 3), in the frame of a bone."""
        axes = np.stack([self.forward[:, bone], self.left[:, bone], self.up[:, bone]], axis=-1)
        offset = np.broadcast_to(forward_left_up_cm, origin.shape)
        return origin + np.einsum("fij,fj->fi", axes, offset)


def bend_spine(
    hip_cm: Points,
    angle_rad: NDArray[np.float64],
    pitch_rad: NDArray[np.float64],
    left_yaw_rad: NDArray[np.float64],
    stretch: NDArray[np.float64],
) -> Spine:
    """Lay the spine out from the hip.

    Parameters
    ----------
    hip_cm, angle_rad
        Hip, and direction of the animal in the picture's sense (y down).
    pitch_rad
        How steeply each bone rises towards the head, shape (frames, 6).
    left_yaw_rad
        Direction of each bone, to the left of ``angle_rad``, shape (frames, 6).
    stretch
        Factor on the bones between hip and nape, which give a little.
    """
    yaw = angle_rad[:, None] - left_yaw_rad
    flat = np.stack([np.cos(yaw), np.sin(yaw), np.zeros_like(yaw)], axis=-1)
    left = np.stack([np.sin(yaw), -np.cos(yaw), np.zeros_like(yaw)], axis=-1)
    sky = np.array([0.0, 0.0, 1.0])
    cos, sin = np.cos(pitch_rad)[..., None], np.sin(pitch_rad)[..., None]
    forward, up = cos * flat + sin * sky, cos * sky - sin * flat
    lengths = np.repeat(SPINE_CM[None], len(yaw), axis=0)
    lengths[:, LOIN:HEAD] *= stretch[:, None]
    steps = lengths[..., None] * forward
    ahead = hip_cm[:, None] + np.cumsum(steps[:, LOIN:], axis=1)
    base = hip_cm - steps[:, PELVIS]
    joints_cm = np.concatenate([base[:, None], hip_cm[:, None], ahead], axis=1)
    return Spine(joints_cm, forward, left, up)


def bend_limb(
    root_cm: Points, tip_cm: Points, pole: Points, *, upper_cm: float, lower_cm: float
) -> tuple[Points, Points]:
    """Bend a limb of two bones from ``root_cm`` towards ``tip_cm``.

    The joint between lies on the side of ``pole``. A tip out of reach is drawn in, so that
    the bones keep their lengths.

    Returns
    -------
    tuple
        The joint and the tip, each of shape (frames, 3).
    """
    span = tip_cm - root_cm
    distance = np.maximum(np.linalg.norm(span, axis=-1, keepdims=True), 1e-6)
    axis = span / distance
    shortest, longest = abs(upper_cm - lower_cm) + 0.05, upper_cm + lower_cm - 0.02
    distance = np.clip(distance, shortest, longest)
    along = (distance**2 + upper_cm**2 - lower_cm**2) / (2 * distance)
    aside = pole - (pole * axis).sum(axis=-1, keepdims=True) * axis
    aside /= np.maximum(np.linalg.norm(aside, axis=-1, keepdims=True), 1e-6)
    height = np.sqrt(np.maximum(upper_cm**2 - along**2, 0))
    return root_cm + along * axis + height * aside, root_cm + distance * axis
