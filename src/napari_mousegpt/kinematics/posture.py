"""How an animal holds its body, head and tail. Knows no path over the ground."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.kinematics.body import Body, Path, angle_deg, distance, midline_length
from napari_mousegpt.kinematics.filters import odd_frames, smooth
from napari_mousegpt.kinematics.locomotion import SMOOTHING_S, magnitude, velocity
from napari_mousegpt.kinematics.tracks import Tracks

Column = NDArray[np.float32]

SHORTEST, LONGEST = 0.3, 1.45
"""Lengths along the body, against that while walking, that no mouse has: a part is mislocated."""


def posture_features(
    body: Body,
    tracks: Tracks,
    *,
    body_length: float,
    midline: float,
    times_s: NDArray[np.float64],
    fps: float,
) -> dict[str, Column]:
    """Elongation, bend, head and tail in each frame, by the names of `frame_features`.

    Parameters
    ----------
    body_length, midline
        The animal's reference lengths in pixels, straight and along the midline.
    """
    frames = odd_frames(SMOOTHING_S, fps)
    axis = smooth(body.axis(), frames)
    length = midline_length(body)
    length[(length > LONGEST * midline) | (length < SHORTEST * midline)] = np.nan
    nothing = np.full(axis.shape[1], np.nan, np.float32)
    front = body.fore if body.snout is None else body.snout
    with np.errstate(invalid="ignore", divide="ignore"):
        features = {
            "body_length_px": smooth(distance(front, body.rear), frames),
            "elongation": smooth(length, frames) / midline,
            "straightness": smooth(distance(front, body.rear) / length, frames),
        }
    features["bend_deg"] = nothing
    if body.mid is not None:
        rear_half, fore_half = body.mid - body.rear, body.fore - body.mid
        features["bend_deg"] = body.left_sign * angle_deg(
            smooth(rear_half, frames), smooth(fore_half, frames)
        )
    features["head_angle_deg"] = features["head_speed_bl_per_s"] = nothing
    if body.snout is not None and body.head is not None:
        looking = smooth(body.snout - body.head, frames)
        features["head_angle_deg"] = body.left_sign * angle_deg(axis, looking)
    if body.snout is not None:
        relative = velocity(body.snout - body.centre, times_s, fps)
        features["head_speed_bl_per_s"] = magnitude(relative) / body_length
    return features | _tail_features(body, tracks, axis, frames)


def _tail_features(body: Body, tracks: Tracks, axis: Path, frames: int) -> dict[str, Column]:
    end = next((tracks[role] for role in ("tail_mid", "tail_tip") if role in tracks), None)
    if end is None:
        return {"tail_angle_deg": np.full(axis.shape[1], np.nan, np.float32)}
    backwards = smooth(body.rear - end, frames)
    return {"tail_angle_deg": -body.left_sign * angle_deg(axis, backwards)}
