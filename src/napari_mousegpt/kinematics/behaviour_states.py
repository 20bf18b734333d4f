"""Which behaviour the numbers of a frame speak for. Knows no pixels and no window.

What poses cannot tell apart goes to the weaker word: without tracked paws an animal that grooms its
face is "sniffing" (its head moves on the spot), and a hunched animal at rest is "still".
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.datamodel.description import BEHAVIOURS
from napari_mousegpt.kinematics.filters import moving_mean, odd_frames

Column = NDArray[np.float32]
Mask = NDArray[np.bool_]

WALKING_BL_PER_S = 0.5
"""About 4-5 cm/s, from where open-field studies count ambulation."""
RUNNING_BL_PER_S = 2.5
"""About 22 cm/s, where mice go over from walk to trot."""
STILL_BL_PER_S = 0.1
"""Mean speed of the body's points; people who score freezing draw the line at 0.06-0.1."""
RIGID_BL_PER_S = 0.12
"""A mouse that walks moves its parts against each other by 0.2 or more; less is being carried."""
NOISE_FREE_BL_PER_S = 0.01
"""Below any tracker's noise: points made or smoothed as one, whose shape tells nothing."""
TURNING_DEG_PER_S = 60.0
TURNING_DEG_PER_BL = 75.0
"""A tighter curve than this is a turn, a wider one is walking along a curve."""
REARED_PITCH_DEG = 40.0
REARED_ELONGATION = 0.77
"""What a trunk at that pitch measures from above: the cosine."""
LONG_ELONGATION = 0.85
LONGEST_REAR_S = 4.0
"""Mice stay up for a second or two; one that is short for longer sits hunched."""
STRETCHED_ELONGATION = 1.12
CURLED_STRAIGHTNESS = 0.75
CURLED_DEG = 75.0
"""Snout brought to the flank: near the tail base in a straight line, or head turned this far."""
AT_SNOUT_BL = 0.2
BEAT_BL = 0.03
"""Amplitude of a paw that beats: 2-3 mm, a third of a paw's length."""

TOUCHING_BL = 0.75
"""Animals whose centres are nearer lie against each other, and trackers swap their parts: what
rests on the shape of the body or on paws is not claimed there."""

_BRIEF_S, _LONG_S, _CURL_S = 0.3, 0.5, 1.0
_SHORTEST_S = 0.5


def behaviour_states(features: Mapping[str, Column], *, fps: float) -> NDArray[np.int8]:
    """Choose a behaviour for each frame from its kinematics.

    Parameters
    ----------
    features
        Columns of `frame_features` of one individual; all but the ones in px and mm.

    Returns
    -------
    numpy.ndarray
        Index in `BEHAVIOURS`, shape (time,); -1 where the animal has no pose. Changes of less than
        about 0.25 s are smoothed away.
    """
    means = _Means(features, fps)
    apart = ~_touched_lately(features["neighbour_distance_bl"], fps)
    walking = _walking(means)
    states = np.full(features["speed_bl_per_s"].shape, -1, np.int8)
    # From the weakest claim to the strongest; each takes over the frames that it is true for.
    for behaviour, mask in (
        ("sniffing", np.isfinite(features["shape_speed_bl_per_s"])),
        ("still", _still(means)),
        ("stretch attend", _stretching(means) & apart),
        ("rearing", _rearing(means) & apart),
        ("digging", _digging(means) & apart),
        ("body grooming", _body_grooming(means) & apart),
        ("face grooming", _face_grooming(means) & apart),
        ("scratching", _scratching(means) & apart),
        ("walking", walking),
        ("running", walking & (means("speed_bl_per_s") > RUNNING_BL_PER_S)),
        ("turning left", _turning(means, 1)),
        ("turning right", _turning(means, -1)),
    ):
        states[mask] = BEHAVIOURS.index(behaviour)
    return _most_frequent(states, odd_frames(_SHORTEST_S, fps))


class _Means:
    """Features averaged over time, each worked out once; NaN compares as False everywhere."""

    def __init__(self, features: Mapping[str, Column], fps: float) -> None:
        self._features, self._fps = features, fps
        self._means: dict[tuple[str, float], Column] = {}

    def __call__(self, name: str, over_s: float = _LONG_S) -> Column:
        if (name, over_s) not in self._means:
            self._means[name, over_s] = moving_mean(
                self._features[name], odd_frames(over_s, self._fps)
            )
        return self._means[name, over_s]

    def share_above(self, name: str, limit: float, over_s: float) -> Column:
        """Share of the frames around in which a feature is above a limit."""
        values = self._features[name]
        above = np.where(np.isnan(values), np.nan, values > limit)
        return moving_mean(above, odd_frames(over_s, self._fps))


def _touched_lately(neighbour_distance_bl: Column, fps: float) -> Mask:
    """Within a second before or after, since trackers also lose animals that touch."""
    touching = np.nan_to_num(neighbour_distance_bl, nan=np.inf) < TOUCHING_BL
    return moving_mean(touching, odd_frames(2.0, fps)) > 1e-6


def _in_place(means: _Means) -> Mask:
    """Centre or hindquarters stay: an animal that rears or looks about swings its fore body."""
    slower = np.fmin(means("speed_bl_per_s"), means("rear_speed_bl_per_s"))
    return slower < WALKING_BL_PER_S


def _carried(means: _Means) -> Mask:
    """Shifted as a whole: by a moving floor, a hand or the camera."""
    shape_speed = means("shape_speed_bl_per_s")
    rigid = (shape_speed < RIGID_BL_PER_S) & (shape_speed > NOISE_FREE_BL_PER_S)
    return rigid & ~_paws_move(means)


def _paws_move(means: _Means) -> Mask:
    """Slowly over the ground, or beating faster than smoothed positions show."""
    fastest = np.fmax(means("forepaw_speed_bl_per_s"), means("hindpaw_speed_bl_per_s"))
    beat = np.fmax(means("forepaw_beat_bl"), means("hindpaw_beat_bl"))
    return (fastest > 3 * RIGID_BL_PER_S) | (beat > BEAT_BL)


def _still(means: _Means) -> Mask:
    """Nothing moves: trunk, head or paw; or only all together."""
    quiet = means("motion_bl_per_s", _BRIEF_S) < STILL_BL_PER_S
    quiet &= ~(means("head_speed_bl_per_s", _BRIEF_S) > 2 * STILL_BL_PER_S)
    shifted = _carried(means) & (means("speed_bl_per_s") > 3 * STILL_BL_PER_S)
    return (quiet & ~_paws_move(means)) | shifted


def _walking(means: _Means) -> Mask:
    """Along its axis, hindquarters and all."""
    along = np.abs(means("forward_speed_bl_per_s")) > WALKING_BL_PER_S
    rear_follows = means("rear_speed_bl_per_s") > WALKING_BL_PER_S / 2
    return along & rear_follows & ~_carried(means)


def _turning(means: _Means, side: int) -> Mask:
    turning = side * means("turning_deg_per_s")
    tight = turning > TURNING_DEG_PER_BL * means("speed_bl_per_s")
    return (turning > TURNING_DEG_PER_S) & tight


def _stretching(means: _Means) -> Mask:
    return (
        (means("elongation") > STRETCHED_ELONGATION)
        & (means("forward_speed_bl_per_s") > -STILL_BL_PER_S)
        & _in_place(means)
    )


def _rearing(means: _Means) -> Mask:
    """Foreshortened seen from above, but long within the seconds around; or steep in 3D."""
    short = (means("elongation") < REARED_ELONGATION) & (means("straightness") > 0.85)
    long_nearby = means.share_above("elongation", LONG_ELONGATION, 2 * LONGEST_REAR_S) > 0.25
    flat = ~np.isfinite(means("pitch_deg"))
    steep = means("pitch_deg") > REARED_PITCH_DEG
    return _in_place(means) & ((short & _head_moves(means) & long_nearby & flat) | steep)


def _body_grooming(means: _Means) -> Mask:
    """Curled towards a flank for most of a second, on the spot, the head moving."""
    curl = np.abs(means("head_angle_deg", _CURL_S) + np.nan_to_num(means("bend_deg", _CURL_S)) / 2)
    curled = (means("straightness", _CURL_S) < CURLED_STRAIGHTNESS) | (curl > CURLED_DEG)
    settled = np.abs(means("turning_deg_per_s")) < TURNING_DEG_PER_S / 2
    return curled & settled & _head_moves(means) & _in_place(means)


def _head_moves(means: _Means) -> Mask:
    """Clearly: a frightened animal freezes in these postures too."""
    return means("head_speed_bl_per_s", _CURL_S) > 2 * STILL_BL_PER_S


def _face_grooming(means: _Means) -> Mask:
    return (
        (means("forepaw_snout_distance_bl") < AT_SNOUT_BL)
        & (means("forepaw_beat_bl") > BEAT_BL)
        & _in_place(means)
    )


def _digging(means: _Means) -> Mask:
    """Forepaws beat behind the snout while head and hindpaws hold."""
    return (
        (means("forepaw_snout_distance_bl") >= AT_SNOUT_BL)
        & (means("forepaw_beat_bl") > BEAT_BL)
        & (means("forepaw_beat_bl") > 2 * means("head_beat_bl"))
        & (means("elongation") > 0.8)
        & _in_place(means)
    )


def _scratching(means: _Means) -> Mask:
    """One hindpaw beats at the head or shoulder while the other carries the animal."""
    return (
        (means("hindpaw_head_distance_bl") < 0.35)
        & (means("hindpaw_reach_bl") > 0.12)
        & (means("hindpaw_beat_bl") > BEAT_BL)
        & (means("hindpaw_beat_bl") > 1.5 * means("head_beat_bl"))
        & _in_place(means)
    )


def _most_frequent(states: NDArray[np.int8], n_frames: int) -> NDArray[np.int8]:
    """State seen most often around each frame; frames without a pose stay without."""
    most = np.full(states.shape, -1.0, np.float32)
    winner = states.copy()
    for state in np.unique(states[states >= 0]):
        share = moving_mean(states == state, n_frames)
        more = share > most
        winner[more], most[more] = state, share[more]
    return np.where(states < 0, np.int8(-1), winner)
