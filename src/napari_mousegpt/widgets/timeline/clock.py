"""Times as people read them, and where to put marks on a time axis. Knows no widget."""

from __future__ import annotations

import numpy as np

_STEPS_S = (
    *(0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30),
    *(60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400),
)
_STEPS_FRAMES = (1, 2, 5, 10, 20, 50, 100, 200, 500)


def clock(seconds: float, decimals: int = 0) -> str:
    """Write a time as m:ss, or h:mm:ss from an hour on."""
    ticks = round(seconds * 10**decimals)
    whole, part = divmod(ticks, 10**decimals)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    text = f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"
    return f"{text}.{part:0{decimals}d}" if decimals else text


def decimals_for(step_s: float) -> int:
    """How many decimals tell neighbouring marks apart."""
    return 0 if step_s >= 1 else (1 if step_s >= 0.1 else 3)


def step_between_marks(span_s: float, fps: float, most_marks: float) -> float:
    """Time between marks, round in seconds, or in frames where marks are closer than 0.1 s."""
    least_s = span_s / max(most_marks, 1.0)
    for step_s in _STEPS_S:
        if step_s >= least_s and step_s * fps >= 1:
            finer = [frames / fps for frames in _STEPS_FRAMES if least_s <= frames / fps < step_s]
            return finer[0] if step_s == _STEPS_S[0] and finer else step_s
    return _STEPS_S[-1] * float(np.ceil(least_s / _STEPS_S[-1]))
