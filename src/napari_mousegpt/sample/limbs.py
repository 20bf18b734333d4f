"""Legs between the spine and the paws: shoulders, homes of the paws, elbows and knees.

Knows no behaviour. Paws are in the order of `gait.PAWS`: fore left, fore right, hind left and
hind right.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.sample.skeleton import (
    CHEST,
    FOREARM_CM,
    FOREPAW_CM,
    HEAD,
    HINDFOOT_CM,
    PELVIS,
    SHANK_CM,
    SIDES,
    THIGH_CM,
    UPPER_ARM_CM,
    Points,
    Spine,
    bend_limb,
)

SKY = np.array([0.0, 0.0, 1.0])


def unit(vectors: Points) -> Points:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-6)


def on_floor(points: Points) -> Points:
    return points * np.array([1.0, 1.0, 0.0])


def shoulder(spine: Spine, sign: float) -> Points:
    """The shoulder of the left (+1) or right (-1) side."""
    return spine.place(spine["SpineF"], CHEST, np.array([-0.2, 0.75 * sign, -0.65]))


def ear(spine: Spine, sign: float) -> Points:
    return spine.place(spine["Nape"], HEAD, np.array([0.55, 0.88 * sign, 0.2]))


def hip_joint(spine: Spine, sign: float) -> Points:
    return spine.place(spine["Hip"], PELVIS, np.array([0.0, 0.65 * sign, -0.5]))


def homes(spine: Spine) -> NDArray[np.float64]:
    """Where each paw rests when the animal stands, shape (frames, 4, 2)."""
    places = []
    for sign in SIDES.values():
        ahead, left = unit(on_floor(spine.forward[:, CHEST])), spine.left[:, CHEST]
        places.append(shoulder(spine, sign) + 0.35 * ahead + 0.1 * sign * left)
    for sign in SIDES.values():
        ahead, left = unit(on_floor(spine.forward[:, PELVIS])), spine.left[:, PELVIS]
        places.append(spine["Hip"] + 0.9 * ahead + 1.2 * sign * left)
    return np.stack(places, axis=1)[..., :2]


def foreleg(spine: Spine, sign: float, paw_cm: Points) -> dict[str, Points]:
    """Points from shoulder to paw; the paw is drawn in where it is out of reach."""
    root = shoulder(spine, sign)
    ahead = unit(on_floor(spine.forward[:, CHEST]))
    to_wrist = FOREPAW_CM * unit(unit(root - paw_cm) - 0.6 * ahead)
    pole = 0.6 * sign * spine.left[:, CHEST] - ahead
    elbow, wrist = bend_limb(
        root, paw_cm + to_wrist, pole, upper_cm=UPPER_ARM_CM, lower_cm=FOREARM_CM
    )
    return {"Shoulder": root, "Elbow": elbow, "Wrist": wrist, "Forepaw": wrist - to_wrist}


def hindleg(spine: Spine, sign: float, paw_cm: Points) -> dict[str, Points]:
    """Points from knee to paw; the paw is drawn in where it is out of reach."""
    root = hip_joint(spine, sign)
    ahead = unit(on_floor(spine.forward[:, PELVIS]))
    reach_cm = ((paw_cm - root) * ahead).sum(axis=-1, keepdims=True)
    heel_up = np.clip((0.7 - reach_cm) / 1.4, 0, 1)  # the foot rolls onto its toes behind the hip
    raised = np.clip(paw_cm[:, 2:] - 0.6, 0, 2)
    to_ankle = HINDFOOT_CM * unit(
        (0.35 + heel_up) * SKY - (1 - heel_up) * ahead + raised * unit(root - paw_cm)
    )
    pole = ahead + 0.5 * sign * spine.left[:, PELVIS]
    knee, ankle = bend_limb(root, paw_cm + to_ankle, pole, upper_cm=THIGH_CM, lower_cm=SHANK_CM)
    return {"Knee": knee, "Ankle": ankle, "Hindpaw": ankle - to_ankle}
