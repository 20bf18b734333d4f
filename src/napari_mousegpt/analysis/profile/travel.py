"""How far and how fast an animal goes, from the kinematics of its frames. Knows no behaviour."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.kinematics.behaviour_states import WALKING_BL_PER_S


def travel(features: xr.Dataset, individual: str, *, start: int, stop: int) -> dict[str, Any]:
    """Measure way and speed of one animal in an epoch.

    Parameters
    ----------
    features
        As made by `kinematics.frame_features`; positions are smoothed over 0.15 s, since the
        jitter of a tracker would add up to a way.

    Returns
    -------
    dict
        ``pose_share`` of the frames with a speed; ``distance_px``, ``distance_mm``,
        ``distance_bl`` (body lengths) over those frames alone; ``speed_mean_bl_per_s``,
        ``speed_median_bl_per_s`` and ``speed_mean_mm_per_s``; ``moving_share``: frames with a speed
        above 0.5 body lengths a second. NaN without a pose, in mm without a pixel size.
    """
    columns = features.sel(individual=individual).isel(time=slice(start, stop))
    frame_s = np.diff(columns["time_s"].values, append=np.nan)
    if len(frame_s) > 1:
        frame_s[-1] = frame_s[-2]
    speed = {unit: columns[f"speed_{unit}_per_s"].values for unit in ("px", "mm", "bl")}
    seen = np.isfinite(speed["bl"])
    return {
        "pose_share": float(seen.mean()) if len(seen) else np.nan,
        **{f"distance_{unit}": _total(values * frame_s) for unit, values in speed.items()},
        "speed_mean_bl_per_s": _mean(speed["bl"]),
        "speed_median_bl_per_s": float(np.median(speed["bl"][seen])) if seen.any() else np.nan,
        "speed_mean_mm_per_s": _mean(speed["mm"]),
        "moving_share": float((speed["bl"][seen] > WALKING_BL_PER_S).mean())
        if seen.any()
        else np.nan,
    }


def centre_path(
    features: xr.Dataset, individual: str, *, start: int, stop: int
) -> NDArray[np.float64]:
    """Centre of the trunk, shape (frames, 2), x then y in pixels."""
    columns = features.sel(individual=individual).isel(time=slice(start, stop))
    return np.column_stack([columns["x_px"].values, columns["y_px"].values]).astype(np.float64)


def _total(values: NDArray) -> float:
    return float(np.nansum(values)) if np.isfinite(values).any() else np.nan


def _mean(values: NDArray) -> float:
    return float(np.nanmean(values)) if np.isfinite(values).any() else np.nan
