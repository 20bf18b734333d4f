"""Kinematics of each animal in each window, one row each. Knows no wording."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.datamodel.description import BEHAVIOURS
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.kinematics import windowed
from napari_mousegpt.kinematics.windowed import Index, Windowed

_MEAN = (
    "speed_px_per_s",
    "speed_mm_per_s",
    "speed_bl_per_s",
    "motion_bl_per_s",
    "shape_speed_bl_per_s",
    "head_angle_deg",
    "bend_deg",
    "head_speed_bl_per_s",
    "head_beat_bl",
    "forepaw_beat_bl",
    "hindpaw_beat_bl",
    "forepaw_speed_bl_per_s",
    "hindpaw_speed_bl_per_s",
)
_MEDIAN = (
    "speed_bl_per_s",
    "body_length_px",
    "body_length_mm",
    "elongation",
    "straightness",
    "forepaw_snout_distance_bl",
    "hindpaw_head_distance_bl",
    "wall_distance_mm",
    "wall_distance_bl",
    "neighbour_distance_bl",
    "head_height_bl",
    "pitch_deg",
)
_LOW = (
    "elongation",
    "straightness",
    "forepaw_snout_distance_bl",
    "hindpaw_head_distance_bl",
    "wall_distance_mm",
    "wall_distance_bl",
    "neighbour_distance_bl",
)
_HIGH = (
    "speed_bl_per_s",
    "speed_mm_per_s",
    "acceleration_bl_per_s2",
    "elongation",
    "head_height_bl",
    "pitch_deg",
)
_SPREAD = ("head_angle_deg", "bend_deg", "tail_angle_deg")
_SEEN = {
    "head": "head_angle_deg",
    "snout": "head_speed_bl_per_s",
    "forepaws": "forepaw_speed_bl_per_s",
    "hindpaws": "hindpaw_speed_bl_per_s",
    "tail": "tail_angle_deg",
}
Summary = dict[str, NDArray[np.float64]]

_WALKING = [BEHAVIOURS.index("walking"), BEHAVIOURS.index("running")]
_STILL = [BEHAVIOURS.index("still")]
_SNIFFING = [BEHAVIOURS.index("sniffing")]
_TURNING_LEFT = [BEHAVIOURS.index("turning left")]
_TURNING_RIGHT = [BEHAVIOURS.index("turning right")]
_SWEEP_LOW_HZ = 0.5
_BEAT_LOW_HZ = 2.0


def window_features(features: xr.Dataset, windows: Sequence[TimeRange]) -> pd.DataFrame:
    """Summarise the kinematics of frames over windows.

    Parameters
    ----------
    features
        As given by `frame_features`.
    windows
        Time ranges in frames of the video.

    Returns
    -------
    pandas.DataFrame
        One row per individual and window, in this order: ``individual, start, stop`` and numbers
        with their units in the names, NaN where they are not known.

        - ``duration_s``, ``pose_share`` (share of frames with a pose);
        - of frame features ``*_mean_*``, ``*_median_*``, ``*_low_*`` and ``*_high_*`` (5th and 95th
          of 100) and ``*_spread_deg`` (between these two);
        - ``path_*`` (way of the centre), ``displacement_*`` (straight from first to last),
          ``forward_bl`` (way along the body axis, negative backwards); ``walked_*`` and
          ``walked_forward_bl`` in the frames of walking and running, ``edged_forward_bl`` in those
          of sniffing, ``shifted_*`` in those of stillness (carried by a floor or a hand);
        - ``net_turn_deg`` (positive to the left), ``left_turn_deg``, ``right_turn_deg`` in all
          frames, ``turned_left_deg``, ``turned_right_deg`` in those of turning;
        - ``head_sweep_hz``, ``forepaw_beat_hz``: frequency with the most power;
        - ``seen_*``: share of the frames with a pose in which head, paws or tail are tracked;
        - ``share_<behaviour>``: share of the frames with a pose, ``when_<behaviour>``: mean place
          in the window, 0 at its start and 1 at its end.
    """
    bounds = {
        "start": np.array([window.start for window in windows], np.int64),
        "stop": np.array([window.stop for window in windows], np.int64),
    }
    tables = [
        pd.DataFrame(
            {"individual": str(individual), **bounds}
            | _summaries(features.sel(individual=individual), bounds["start"], bounds["stop"])
        )
        for individual in features["individual"].values
    ]
    return pd.concat(tables, ignore_index=True)


def _summaries(features: xr.Dataset, starts: Index, stops: Index) -> Summary:
    """Summaries of one individual, windows in their order."""
    columns = {str(name): variable.values for name, variable in features.data_vars.items()}
    times_s = features["time_s"].values
    columns["length_s"] = np.gradient(times_s) if times_s.size > 1 else np.ones(times_s.size)
    first = int(features["time"].values[0]) if times_s.size else 0
    millimetres = features.attrs["pixel_size_mm"]
    scales = {
        "px": 1.0,
        "bl": 1 / float(features["reference_length_px"]),
        "mm": np.nan if millimetres is None else millimetres,
    }
    summaries: Summary = {}
    for chosen in windowed.in_chunks(starts, stops):
        rows = Windowed(starts[chosen] - first, stops[chosen] - first, times_s.size)
        some = _summarise(rows, columns, scales, features.attrs["fps"])
        for name, values in some.items():
            summaries.setdefault(name, np.full(len(starts), np.nan))[chosen] = values
    return summaries


def _summarise(
    rows: Windowed, columns: dict[str, NDArray], scales: dict[str, float], fps: float
) -> Summary:
    result = {"duration_s": rows.n_frames / fps}
    result |= _behaviours(rows, columns["behaviour"])
    result |= _statistics(rows, columns)
    result |= _ways(rows, columns, scales)
    result |= _turns(rows, columns)
    head = rows.take(columns["head_angle_deg"])
    paws = rows.take(columns["forepaw_snout_distance_bl"])
    result["head_sweep_hz"] = windowed.dominant_hz(head, fps, low_hz=_SWEEP_LOW_HZ)
    result["forepaw_beat_hz"] = windowed.dominant_hz(paws, fps, low_hz=_BEAT_LOW_HZ)
    return result | _seen(rows, columns)


def _seen(rows: Windowed, columns: dict[str, NDArray]) -> Summary:
    posed = windowed.count(rows.take(columns["shape_speed_bl_per_s"]))
    return {
        f"seen_{part}": windowed.count(rows.take(columns[name])) / np.maximum(posed, 1)
        for part, name in _SEEN.items()
    }


def _behaviours(rows: Windowed, states: NDArray[np.int8]) -> Summary:
    state = rows.take(states)
    state[state < 0] = np.nan
    posed = windowed.count(state)
    place = rows.places()
    result = {"pose_share": posed / rows.n_frames}
    for index, behaviour in enumerate(BEHAVIOURS):
        name = behaviour.replace(" ", "_")
        present = np.where(np.isnan(state), np.nan, state == index)
        result[f"share_{name}"] = windowed.mean(present)
        result[f"when_{name}"] = windowed.mean(np.where(present == 1, place, np.nan))
    return result


def _statistics(rows: Windowed, columns: dict[str, NDArray]) -> Summary:
    result = {}
    for name in dict.fromkeys((*_MEAN, *_MEDIAN, *_LOW, *_HIGH, *_SPREAD)):
        values = rows.take(columns[name])
        if name in _MEAN:
            result[_named(name, "mean")] = windowed.mean(values)
        if name in {*_MEDIAN, *_LOW, *_HIGH, *_SPREAD}:
            low, median, high = windowed.quantiles(values, 0.05, 0.5, 0.95)
            for kind, names, value in (
                ("median", _MEDIAN, median),
                ("low", _LOW, low),
                ("high", _HIGH, high),
                ("spread", _SPREAD, high - low),
            ):
                if name in names:
                    result[_named(name, kind)] = value
    return result


def _ways(rows: Windowed, columns: dict[str, NDArray], scales: dict[str, float]) -> Summary:
    length_s = rows.take(columns["length_s"])
    x, y = (windowed.ends(rows.take(columns[name])) for name in ("x_px", "y_px"))
    steps_px = rows.take(columns["speed_px_per_s"]) * length_s
    forward_bl = rows.take(columns["forward_speed_bl_per_s"]) * length_s
    walking = rows.during(columns["behaviour"], _WALKING)
    still = rows.during(columns["behaviour"], _STILL)
    sniffing = rows.during(columns["behaviour"], _SNIFFING)
    in_pixels = {
        "path": windowed.total(steps_px),
        "displacement": np.hypot(x[1] - x[0], y[1] - y[0]),
        "walked": windowed.total(steps_px * walking),
        "shifted": windowed.total(steps_px * still),
    }
    ways = {f"{n}_{u}": px * scale for n, px in in_pixels.items() for u, scale in scales.items()}
    return ways | {
        "forward_bl": windowed.total(forward_bl),
        "walked_forward_bl": windowed.total(forward_bl * walking),
        "edged_forward_bl": windowed.total(forward_bl * sniffing),
    }


def _turns(rows: Windowed, columns: dict[str, NDArray]) -> Summary:
    turned = rows.take(columns["turning_deg_per_s"]) * rows.take(columns["length_s"])
    to_left = rows.during(columns["behaviour"], _TURNING_LEFT)
    to_right = rows.during(columns["behaviour"], _TURNING_RIGHT)
    return {
        "net_turn_deg": windowed.total(turned),
        "left_turn_deg": windowed.total(np.where(turned < 0, 0, turned)),
        "right_turn_deg": -windowed.total(np.where(turned > 0, 0, turned)),
        "turned_left_deg": windowed.total(turned * to_left),
        "turned_right_deg": -windowed.total(turned * to_right),
    }


def _named(name: str, kind: str) -> str:
    """Put the kind before the unit: ``speed_bl_per_s`` becomes ``speed_mean_bl_per_s``."""
    for unit in ("_px_per_s", "_mm_per_s", "_bl_per_s2", "_bl_per_s", "_px", "_mm", "_bl", "_deg"):
        if name.endswith(unit):
            return f"{name.removesuffix(unit)}_{kind}{unit}"
    return f"{name}_{kind}"
