"""Kinematics of one window in plain words with rounded numbers. Knows no behaviour."""

from __future__ import annotations

import math
from collections.abc import Mapping

Features = Mapping[str, float]

SLIGHT_TURN_DEG = 15.0
HUNCHED, SHORT, LONG = 0.78, 0.92, 1.08
"""Length along the body against that while walking, below or above which it is remarkable."""
_STILL_BL_PER_S = 0.1
_PAWS = ("forepaw", "hindpaw")
NOT_MOVING, SHIFTED = "not moving", "shifted as a whole"
_PACES = ((0.1, NOT_MOVING), (0.5, "slow"), (1.5, "moderate pace"), (2.5, "fast"))


def kinematics_in_words(features: Features, *, neighbour: bool = True) -> str:
    """Tell the movement in a window in a few short sentences, for a model's prompt.

    Parameters
    ----------
    features
        One row of `kinematics.window_features` by name.
    neighbour
        Whether the distance to the nearest other animal is told.

    Returns
    -------
    str
        Left and right are the animal's own; cm only where the size of a pixel is known. Empty
        if there is no pose.
    """
    if not has_pose(features):
        return ""
    sentences = [
        way_in_words(features),
        turn_in_words(features),
        torso_in_words(features),
        head_in_words(features),
        paws_in_words(features),
        surroundings_in_words(features, neighbour=neighbour),
    ]
    tracked = known(features, "pose_share")
    if tracked is not None and tracked < 0.8:
        sentences.append(f"the animal is tracked in {100 * tracked:.0f} % of the frames")
    return " ".join(sentence[0].upper() + sentence[1:] + "." for sentence in sentences if sentence)


def known(features: Features, name: str) -> float | None:
    """The value of a feature, None where it is absent or NaN."""
    value = features.get(name)
    return None if value is None or math.isnan(value) else float(value)


def has_pose(features: Features) -> bool:
    """Whether any frame of the window has a pose."""
    return bool(known(features, "pose_share"))


def length_in_words(features: Features, name: str) -> str:
    """A way such as ``path`` in body lengths, and in cm where that is known."""
    body_lengths = known(features, f"{name}_bl") or 0.0
    text = "1 body length" if f"{body_lengths:.1f}" == "1.0" else f"{body_lengths:.1f} body lengths"
    millimetres = known(features, f"{name}_mm")
    return text if millimetres is None else f"{centimetres(millimetres)} ({text})"


def centimetres(millimetres: float) -> str:
    """Millimetres as cm, without decimals from 10 cm on."""
    return f"{millimetres / 10:.0f} cm" if millimetres >= 99.5 else f"{millimetres / 10:.1f} cm"


def degrees(angle_deg: float) -> str:
    """An angle without its sign, in steps of 5 degrees."""
    return f"{5 * round(abs(angle_deg) / 5)} degrees"


def side(angle_deg: float) -> str:
    """The animal's side that an angle points to."""
    return "left" if angle_deg > 0 else "right"


def pace(features: Features) -> str:
    """One word or two for the mean speed."""
    speed = known(features, "speed_mean_bl_per_s") or 0.0
    if shifted_as_a_whole(features):
        return SHIFTED
    return next((word for limit, word in _PACES if speed < limit), "very fast")


def shifted_as_a_whole(features: Features) -> bool:
    """Whether the animal changes its place without moving its parts against each other.

    Mice that walk move them by 0.2 body lengths/s or more; a moving floor, hand or camera does not.
    """
    moved = known(features, "speed_mean_bl_per_s") or 0.0
    inner = known(features, "shape_speed_mean_bl_per_s")
    paws = max(known(features, f"{pair}_speed_mean_bl_per_s") or 0.0 for pair in _PAWS)
    return inner is not None and inner < 0.15 < 0.25 < moved and paws < 0.36


def direction(features: Features, way: str = "path", forward: str = "forward_bl") -> str:
    """Forward, backwards or neither, from the part of a way along the body axis."""
    along, path = known(features, forward) or 0.0, known(features, f"{way}_bl") or 0.0
    if path > 0 and abs(along) > 0.6 * path:
        return "forward" if along > 0 else "backwards"
    return ""


def way_in_words(features: Features) -> str:
    """How far and how fast the centre of the body moves."""
    speed = known(features, "speed_mean_bl_per_s")
    if speed is None:
        return ""
    if speed < _STILL_BL_PER_S:
        return "stays in place"
    if shifted_as_a_whole(features):
        way = length_in_words(features, "displacement")
        return f"is shifted as a whole by {way} without moving its body"
    towards = f" {direction(features)}" if direction(features) else ""
    text = f"moves {length_in_words(features, 'path')}{towards} at {speed:.1f} body lengths/s"
    highest = known(features, "speed_high_bl_per_s") or 0.0
    return f"{text}, up to {highest:.1f}" if highest > 1.5 * speed else text


def turn(features: Features) -> str:
    """Which way the body turns in all: ``left turn``, ``right turn`` or ``straight``."""
    net = known(features, "net_turn_deg")
    if net is None:
        return ""
    return f"{side(net)} turn" if abs(net) >= SLIGHT_TURN_DEG else "straight"


def turn_in_words(features: Features) -> str:
    """How far the body turns, both ways where it turns both ways."""
    net, left, right = (known(features, f"{way}_turn_deg") for way in ("net", "left", "right"))
    if net is None or left is None or right is None:
        return ""
    if min(left, right) >= 2 * SLIGHT_TURN_DEG:
        return f"turns {degrees(left)} left and {degrees(right)} right"
    if abs(net) >= SLIGHT_TURN_DEG:
        return f"turns {degrees(net)} {side(net)}"
    return "keeps its direction"


def torso_in_words(features: Features) -> str:
    """Length and bend of the body."""
    length = known(features, "elongation_median")
    if length is None:
        return ""
    shape = posture(features)
    text = f"body {shape} ({length:.2f} of its length while walking)"
    bend = known(features, "bend_mean_deg")
    if bend is not None and abs(bend) >= SLIGHT_TURN_DEG:
        text += f", bent {degrees(bend)} to the {side(bend)}"
    pitch = known(features, "pitch_median_deg")
    if pitch is not None:
        text += f", {'fore body up' if pitch > 0 else 'fore body down'} by {degrees(pitch)}"
    return text


def posture(features: Features) -> str:
    """One or two words for the length of the body in the picture."""
    length = known(features, "elongation_median")
    if length is None:
        return ""
    if length < HUNCHED:
        return "hunched or upright"
    if length < SHORT:
        return "drawn in"
    return "stretched" if length > LONG else "at normal length"


def head_in_words(features: Features) -> str:
    """Where the head points against the trunk, and how it moves."""
    angle, spread = known(features, "head_angle_mean_deg"), known(features, "head_angle_spread_deg")
    if angle is None or spread is None or (known(features, "seen_head") or 0.0) < 0.5:
        return ""
    text = "head held straight ahead"
    if abs(angle) >= SLIGHT_TURN_DEG:
        text = f"head held {degrees(angle)} to the {side(angle)}"
    if spread < 2 * SLIGHT_TURN_DEG:
        return text
    sweeps = known(features, "head_sweep_hz")
    often = f" at {sweeps:.1f} Hz" if sweeps is not None and sweeps >= 1 else ""
    return f"{text}, sweeping over {degrees(spread)}{often}"


def paws_in_words(features: Features) -> str:
    """How far the forepaws are from the snout, and how fast they beat."""
    apart = known(features, "forepaw_snout_distance_median_bl")
    if apart is None or (known(features, "seen_forepaws") or 0.0) < 0.5:
        return ""
    text = f"forepaws held {apart:.2f} body lengths from the snout"
    beating = known(features, "forepaw_beat_mean_bl") or 0.0
    often = known(features, "forepaw_beat_hz")
    if beating >= 0.02 and often is not None and often >= 3:
        text += f", moving at about {often:.0f} Hz"
    return text


def surroundings_in_words(features: Features, *, neighbour: bool = True) -> str:
    """Distance to the wall of a known arena and to another animal near by."""
    texts = []
    wall_mm, wall_bl = (known(features, f"wall_distance_median_{unit}") for unit in ("mm", "bl"))
    if wall_mm is not None:
        texts.append(f"{centimetres(wall_mm)} from the wall")
    elif wall_bl is not None:
        texts.append(f"{wall_bl:.1f} body lengths from the wall")
    apart = known(features, "neighbour_distance_median_bl") if neighbour else None
    if apart is not None and apart < 2:
        texts.append(f"another animal {apart:.1f} body lengths away")
    return ", ".join(texts)
