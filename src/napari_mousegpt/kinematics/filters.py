"""Filters along time that leave gaps as gaps. They know no mouse."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.floating] | NDArray[np.bool_]

_FEW_FRAMES = 10
"""Up to this half width, adding shifted copies is faster than running sums."""


def odd_frames(seconds: float, fps: float) -> int:
    """Length of a centred filter: the odd number of frames nearest to ``seconds``, at least 1."""
    return max(1, 2 * round((seconds * fps - 1) / 2) + 1)


def moving_mean(values: Values, n_frames: int) -> NDArray[np.float32]:
    """Mean over ``n_frames`` (odd) centred on each frame, along the last axis.

    NaN is left out of the means and stays NaN; at the ends the mean is over the frames there are.
    """
    values = np.array(values, np.float32)
    length = values.shape[-1]
    if n_frames <= 1 or length == 0:
        return values
    missing = np.isnan(values)
    if not missing.any():
        return (_moving_sum(values, n_frames) / _frames_there(length, n_frames)).astype(np.float32)
    known = _moving_sum(~missing, n_frames)
    known[missing] = np.nan
    return (_moving_sum(np.where(missing, 0, values), n_frames) / known).astype(np.float32)


def _moving_sum(values: NDArray, n_frames: int) -> NDArray[np.floating]:
    """Sums over centred windows cut off at the ends."""
    length = values.shape[-1]
    half = min(n_frames // 2, length - 1)
    if half <= _FEW_FRAMES:
        few = values.astype(np.float32)
        for shift in range(1, half + 1):
            few[..., shift:] += values[..., :-shift]
            few[..., :-shift] += values[..., shift:]
        return few
    sums = np.zeros((*values.shape[:-1], length + 1))  # doubles: they run over all frames
    np.cumsum(values, axis=-1, dtype=np.float64, out=sums[..., 1:])
    window = np.empty(values.shape)
    window[..., : length - half] = sums[..., half + 1 :]
    window[..., length - half :] = sums[..., -1:]
    window[..., half + 1 :] -= sums[..., 1 : length - half]
    return window


def _frames_there(length: int, n_frames: int) -> NDArray[np.float64]:
    """Frames in centred windows cut off at the ends."""
    half = min(n_frames // 2, length - 1)
    there = np.full(length, 2.0 * half + 1)
    missing = np.arange(half, 0, -1)
    there[:half] -= missing
    there[length - half :] -= missing[::-1]
    return there


def smooth(values: Values, n_frames: int) -> NDArray[np.float32]:
    """Weighted mean over about ``n_frames``, most weight in the middle: two means in a row."""
    half = 2 * round((n_frames + 1) / 4 - 0.5) + 1
    return moving_mean(moving_mean(values, half), half)


def derivative(values: Values, times_s: NDArray[np.float64]) -> NDArray[np.float32]:
    """Change per second along the last axis, between the frames before and after each.

    At an end or beside a gap it is the change to the one neighbour; NaN where there is none.
    """
    values = np.asarray(values, np.float32)
    if values.shape[-1] < 2:
        return np.full(values.shape, np.nan, np.float32)
    span_s = (times_s[2:] - times_s[:-2]).astype(np.float32)
    slope = np.full(values.shape, np.nan, np.float32)
    slope[..., 1:-1] = (values[..., 2:] - values[..., :-2]) / span_s
    slope[np.isnan(values)] = np.nan
    frames = np.flatnonzero(np.isnan(slope).reshape(-1, values.shape[-1]).any(axis=0))
    for before, after in ((frames, frames + 1), (frames - 1, frames)):
        inside = (before >= 0) & (after < values.shape[-1])
        at, first, second = frames[inside], before[inside], after[inside]
        change = (values[..., second] - values[..., first]) / (times_s[second] - times_s[first])
        slope[..., at] = np.where(np.isnan(slope[..., at]), change, slope[..., at])
    return slope


def beat_power(
    values: Values, *, above_hz: float, over_s: float, fps: float
) -> NDArray[np.float32]:
    """Mean square of what swings faster than ``above_hz``, over ``over_s`` around each frame.

    Nothing is smoothed away at the fast side: at 30 frames/s a paw that beats ten times a second
    changes sides with every other frame.
    """
    swing = values - moving_mean(values, odd_frames(1 / above_hz, fps))
    return moving_mean(swing * swing, odd_frames(over_s, fps))


def fill_gaps(values: Values, longest_frames: int) -> NDArray[np.float32]:
    """Bridge gaps of at most ``longest_frames`` by straight lines; shape (..., time).

    A frame is missing if any of its values on the leading axes is NaN. Gaps at the ends stay.
    """
    filled = np.array(values, np.float32)
    missing = np.isnan(filled).any(axis=tuple(range(filled.ndim - 1)))
    if not missing.any() or missing.all():
        return filled
    known = np.flatnonzero(~missing)
    gaps = np.flatnonzero(np.diff(known) > 1)
    gaps = gaps[np.diff(known)[gaps] - 1 <= longest_frames]
    if not gaps.size:
        return filled
    lengths = known[gaps + 1] - known[gaps] - 1
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths) + 1
    before, after = np.repeat(known[gaps], lengths), np.repeat(known[gaps + 1], lengths)
    share = (within / (after - before)).astype(np.float32)
    filled[..., before + within] = filled[..., before] * (1 - share) + filled[..., after] * share
    return filled
