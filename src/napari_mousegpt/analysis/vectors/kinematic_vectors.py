"""Kinematics of windows as columns that can be compared between animals and cameras.

Knows which of them mean the same everywhere; scaling is learnt elsewhere (`behaviour_space`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

KINEMATICS_REVISION = "1"
"""Changes with the choice of columns below."""

ENOUGH_POSE = 0.5
_NOT_BEHAVIOUR = ("individual", "start", "stop", "duration_s", "pose_share")
_PREFIXES = ("seen_", "when_", "path_", "shifted_bl", "body_length")
_UNITS_OF_A_CAMERA = ("_px", "_mm", "_px_per_s", "_mm_per_s")
_ADDED_UP = ("turned_", "displacement_bl", "forward_bl", "walked_", "edged_")
_LONG_TAILED = ("_bl_per_s", "_bl_per_s2", "_bl")


def kinematic_columns(features: pd.DataFrame) -> pd.DataFrame:
    """Choose and shape the columns of `kinematics.window_features` that say what an animal does.

    Lengths and speeds in body lengths only: pixels differ between cameras, and millimetres are not
    known everywhere. Their logarithm is taken, as speeds have long tails. Ways and turns are per
    second, so that windows of any length compare.

    Returns
    -------
    pandas.DataFrame
        float32; all NaN in rows where less than half of the frames have a pose.
    """
    columns: dict[str, NDArray[np.float32]] = {}
    duration_s = features["duration_s"].to_numpy(float)
    for name in features.columns:
        if name in _NOT_BEHAVIOUR or name.startswith(_PREFIXES):
            continue
        if name.endswith(_UNITS_OF_A_CAMERA):
            continue
        values = features[name].to_numpy(float)
        if name.endswith("_turn_deg") or name.startswith(_ADDED_UP):
            values = values / duration_s
        if name.endswith(_LONG_TAILED):
            values = np.sign(values) * np.log1p(np.abs(values))
        columns[name] = values.astype(np.float32)
    table = pd.DataFrame(columns, index=features.index)
    untracked = ~(features["pose_share"].to_numpy(float) >= ENOUGH_POSE)
    table.loc[untracked, :] = np.nan
    return table
