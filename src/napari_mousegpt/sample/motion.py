"""From a script to a moving mouse: body, paws, tail and keypoints. Knows no picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.sample import arena
from napari_mousegpt.sample.gait import gait_phase, pace, place_paws
from napari_mousegpt.sample.limbs import ear, foreleg, hindleg, homes
from napari_mousegpt.sample.path import HipPath, blend_weights
from napari_mousegpt.sample.paws import busy_paws
from napari_mousegpt.sample.postures import HIP_CM, ROUNDNESS, STRETCH, YAW, posture_track
from napari_mousegpt.sample.script import Script, script_path
from napari_mousegpt.sample.skeleton import KEYPOINTS, SIDES, Points, Spine, bend_spine
from napari_mousegpt.sample.tail import N_NODES, trail

CLEARANCE_CM = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """A moving mouse in arena coordinates, one row for each frame.

    Attributes
    ----------
    keypoints_cm
        Shape (frames, 24, 3) in the order of `skeleton.KEYPOINTS`.
    spine, tail_cm
        The spine, and the tail from base to tip, shape (frames, nodes, 3).
    roundness
        Factor on the girth, shape (frames,): breathing, crouching, stretching.
    planted
        Which paws stand still on the floor, shape (frames, 4) in the order of `gait.PAWS`.
    path
        Track of the hip.
    """

    keypoints_cm: NDArray[np.float64]
    spine: Spine
    tail_cm: NDArray[np.float64]
    roundness: NDArray[np.float64]
    planted: NDArray[np.bool_]
    path: HipPath

    @property
    def n_frames(self) -> int:
        return len(self.keypoints_cm)

    @property
    def keypoints_px(self) -> NDArray[np.floating]:
        """Keypoints as the camera sees them, shape (frames, 24, 2), x then y."""
        return arena.to_pixels(self.keypoints_cm)

    def __getitem__(self, keypoint: str) -> Points:
        return self.keypoints_cm[:, KEYPOINTS.index(keypoint)]


def move(script: Script) -> Motion:
    """Let the mouse follow a script.

    Raises
    ------
    ValueError
        If the script leads the mouse through a wall; the message names the bout.
    """
    path = script_path(script)
    weights = blend_weights(script.stops)
    phase = gait_phase(path)
    channels = posture_track(script, weights, phase)
    spine = bend_spine(
        np.column_stack([path.xy_cm, channels[:, HIP_CM]]),
        path.angle_rad,
        channels[:, :YAW],
        channels[:, YAW:HIP_CM],
        channels[:, STRETCH],
    )
    busy_cm, busy = busy_paws(script, weights, spine)
    footfalls = place_paws(homes(spine), phase, pace(path), busy > 0)
    share = busy[..., None]
    paws_cm = share * busy_cm + (1 - share) * footfalls.paws_cm
    backwards = (spine["Tail(base)"] - spine["Hip"])[:, :2]
    tail_cm = trail(spine["Tail(base)"], backwards, bend_rad=0.5)
    keypoints_cm = _keypoints(spine, paws_cm, tail_cm)
    _check_inside(keypoints_cm, script)
    return Motion(keypoints_cm, spine, tail_cm, channels[:, ROUNDNESS], footfalls.planted, path)


def _keypoints(spine: Spine, paws_cm: Points, tail_cm: Points) -> NDArray[np.float64]:
    points = {name: spine[name] for name in ("Snout", "SpineF", "SpineG", "SpineH", "Hip")}
    points |= {
        "Tail(base)": tail_cm[:, 0],
        "Tail(mid)": tail_cm[:, N_NODES // 2],
        "Tail(end)": tail_cm[:, -1],
    }
    for index, (side, sign) in enumerate(SIDES.items()):
        legs = foreleg(spine, sign, paws_cm[:, index]) | hindleg(spine, sign, paws_cm[:, index + 2])
        legs["Ear"] = ear(spine, sign)
        points |= {f"{name}{side[0].upper()}": leg for name, leg in legs.items()}
    return np.stack([points[name] for name in KEYPOINTS], axis=1)


def _check_inside(keypoints_cm: NDArray[np.float64], script: Script) -> None:
    outside = ~arena.is_inside(keypoints_cm[..., :2], margin_cm=CLEARANCE_CM)
    if not outside.any():
        return
    frame = int(np.argmax(outside.any(axis=1)))
    name = KEYPOINTS[int(np.argmax(outside[frame]))]
    index = int(np.searchsorted(script.stops, frame, side="right"))
    raise ValueError(
        f"expected a script that stays within the {arena.SIDE_CM:.0f} cm arena, found {name} in a "
        f"wall at frame {frame}, in bout {index} ({script.bouts[index].behaviour}). "
        "Move the start, turn the mouse earlier, or make the bouts before it slower or shorter."
    )
