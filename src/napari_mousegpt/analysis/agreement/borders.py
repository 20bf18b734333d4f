"""How many bouts, how long, and how far off their borders are. Knows tracks, not labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.agreement.segments import border_errors
from napari_mousegpt.analysis.agreement.tracks import Track
from napari_mousegpt.datamodel.spans import Spans, empty_spans

OVERLAP_OF_PAIRS = 0.10


def border_table(tracks: Sequence[Track], behaviours: Sequence[str], *, fps: float) -> pd.DataFrame:
    """Bouts, durations and border errors of each behaviour.

    Parameters
    ----------
    tracks
        Of two annotators, the reference first.

    Returns
    -------
    pandas.DataFrame
        ``behaviour``; ``bouts_reference, bouts_other, bouts_ratio``; ``duration_reference_s,
        duration_other_s, duration_ratio`` (other to reference, NaN if that is 0); ``pairs``
        (bouts that overlap by 10 % or more); ``start_error_median, start_error_q25,
        start_error_q75`` and the same of ``stop`` in frames, positive where the other is later;
        all six in seconds with ``_s`` at the end.
    """
    rows = []
    for name in behaviours:
        first, second = ([_spans(track, side, name) for track in tracks] for side in (0, 1))
        errors = np.concatenate(
            [
                border_errors(a, b, overlap=OVERLAP_OF_PAIRS)
                for a, b in zip(first, second, strict=True)
            ]
        )
        bouts = [sum(map(len, side)) for side in (first, second)]
        seconds = [
            sum(float(np.diff(part).sum()) for part in side) / fps for side in (first, second)
        ]
        row = {
            "behaviour": name,
            "bouts_reference": bouts[0],
            "bouts_other": bouts[1],
            "bouts_ratio": bouts[1] / bouts[0] if bouts[0] else np.nan,
            "duration_reference_s": seconds[0],
            "duration_other_s": seconds[1],
            "duration_ratio": seconds[1] / seconds[0] if seconds[0] else np.nan,
            "pairs": len(errors),
        }
        rows.append(
            row | _quartiles("start", errors[:, 0], fps) | _quartiles("stop", errors[:, 1], fps)
        )
    return pd.DataFrame(rows)


def _quartiles(which: str, errors: np.ndarray, fps: float) -> dict[str, float]:
    values = np.quantile(errors, (0.5, 0.25, 0.75)) if len(errors) else np.full(3, np.nan)
    named = dict(zip(("median", "q25", "q75"), values.tolist(), strict=True))
    frames = {f"{which}_error_{name}": value for name, value in named.items()}
    return frames | {f"{name}_s": value / fps for name, value in frames.items()}


def _spans(track: Track, side: int, name: str) -> Spans:
    return track.said[side].get(name, empty_spans())
