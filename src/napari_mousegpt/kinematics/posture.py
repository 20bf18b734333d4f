"""How an animal holds its body, head and tail. Knows no path over the ground."""

from __future__ import annotations

import numpy as np

from napari_mousegpt.kinematics.body import Body, Column, Path, angle_deg, distance, midline_length
from napari_mousegpt.kinematics.filters import odd_frames, smooth
from napari_mousegpt.kinematics.locomotion import SMOOTHING_S
from napari_mousegpt.kinematics.tracks import Tracks

SHORTEST, LONGEST = 0.3, 1.45
"""Lengths along the body, against that while walking, that no mouse has: a part is mislocated."""


def posture_features(
    body: Body, tracks: Tracks, *, midline: float, fps: float
) -> dict[str, Column]:
    """Length, bend, head and tail in each frame, by the names of `frame_features`.

    Parameters
    ----------
    midline
        The animal's length along the body while walking, in pixels.
    """
    frames = odd_frames(SMOOTHING_S, fps)
    axis = smooth(body.axis()[:2], frames)
    length = midline_length(body)
    length[(length > LONGEST * midline) | (length < SHORTEST * midline)] = np.nan
    straight = distance(body.fore if body.snout is None else body.snout, body.rear)
    features = {
        "body_length_px": smooth(straight, frames),
        "elongation": smooth(length, frames) / midline,
        "straightness": smooth(straight / length, frames),
    }
    if body.mid is not None:
        rear_half, fore_half = (body.mid - body.rear)[:2], (body.fore - body.mid)[:2]
        bend_deg = angle_deg(smooth(rear_half, frames), smooth(fore_half, frames))
        features["bend_deg"] = body.left_sign * bend_deg
    if body.snout is not None and body.head is not None:
        looking = smooth((body.snout - body.head)[:2], frames)
        features["head_angle_deg"] = body.left_sign * angle_deg(axis, looking)
    return features | _tail_features(body, tracks, axis, frames)


def _tail_features(body: Body, tracks: Tracks, axis: Path, frames: int) -> dict[str, Column]:
    end = next((tracks[role] for role in ("tail_mid", "tail_tip") if role in tracks), None)
    if end is None:
        return {}
    backwards = smooth((body.rear - end)[:2], frames)
    return {"tail_angle_deg": -body.left_sign * angle_deg(axis, backwards)}
