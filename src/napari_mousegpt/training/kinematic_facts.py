"""Kinematics of one window to facts. Knows no behaviour: what an animal does, people say.

Near the border between two values nothing is said, so that a small error of the poses teaches
nothing untrue.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from napari_mousegpt.datamodel.facts import SPEED_LIMITS_BL_PER_S, TURN_LIMITS_DEG, Facts

Features = Mapping[str, float]

SLOW_BL_PER_S, FAST_BL_PER_S = SPEED_LIMITS_BL_PER_S
TURN_DEG, SHARP_TURN_DEG = TURN_LIMITS_DEG
HEAD_DEG, SCAN_DEG = 15.0, 40.0
NEAR_BL = 1.0
MARGIN = 0.15
"""Share of a limit within which a value is too near to it."""
TRACKED = 0.8


def kinematic_facts(features: Features) -> Facts:
    """Say speed, turn, head and company by limits; None where poses do not tell.

    Parameters
    ----------
    features
        One row of `kinematics.window_features` by name; empty without poses.
    """
    if not (_known(features, "pose_share") or 0.0) >= TRACKED:
        return Facts()
    return Facts(
        speed=_speed(features),
        turn=_turn(features),
        head=_head(features),
        company=_company(features),
    )


def _known(features: Features, name: str) -> float | None:
    value = features.get(name)
    return None if value is None or math.isnan(value) else float(value)


def _near(value: float, *limits: float) -> bool:
    return any(abs(value - limit) < MARGIN * limit for limit in limits)


def _speed(features: Features) -> str | None:
    speed = _known(features, "speed_mean_bl_per_s")
    if speed is None or _near(speed, SLOW_BL_PER_S, FAST_BL_PER_S):
        return None
    if speed < SLOW_BL_PER_S:
        return "not moving"
    return "slow" if speed < FAST_BL_PER_S else "fast"


def _turn(features: Features) -> str | None:
    turn = _known(features, "net_turn_deg")
    if turn is None or _near(abs(turn), TURN_DEG, SHARP_TURN_DEG):
        return None
    if abs(turn) < TURN_DEG:
        return "no turn"
    size = "sharp" if abs(turn) > SHARP_TURN_DEG else "slight"
    return f"{size} {'left' if turn > 0 else 'right'}"


def _head(features: Features) -> str | None:
    angle = _known(features, "head_angle_mean_deg")
    spread = _known(features, "head_angle_spread_deg")
    if angle is None or spread is None or (_known(features, "seen_head") or 0.0) < TRACKED:
        return None
    if _near(spread, SCAN_DEG) or _near(abs(angle), HEAD_DEG):
        return None
    if spread > SCAN_DEG:
        return "scanning"
    if abs(angle) < HEAD_DEG:
        return "straight"
    return "left" if angle > 0 else "right"


def _company(features: Features) -> str | None:
    apart = _known(features, "neighbour_distance_median_bl")
    if apart is None or _near(apart, NEAR_BL):
        return None
    return "close" if apart < NEAR_BL else "alone"
