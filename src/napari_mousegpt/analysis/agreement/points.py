"""Agreement about point events: who saw them at the same moment. Knows tables, not files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.agreement.coefficients import f1_score
from napari_mousegpt.analysis.agreement.events import paired_events
from napari_mousegpt.analysis.agreement.tracks import both_assessed, make_tracks
from napari_mousegpt.datamodel.spans import empty_spans


def point_agreement(
    codings: Mapping[str, pd.DataFrame],
    *,
    behaviours: Sequence[str],
    fps: float,
    tolerance_s: float = 0.5,
    frames: Mapping[str, int] | None = None,
    assessed: Mapping[str, pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """Pair the point events of two annotators within a tolerance, one to one.

    Parameters
    ----------
    codings
        The reference and the other, by name; other arguments as for `agreement.agreement`.

    Returns
    -------
    pandas.DataFrame
        ``behaviour, events_reference, events_other, pairs, f1``, and ``later_median_s``: by how
        much the other's are later (NaN without pairs). Events in neighbouring frames are one.
    """
    tracks = make_tracks(
        codings, behaviours=behaviours, frames=frames, assessed=assessed, kind="point"
    )
    tracks = [both_assessed(track, 0, 1) for track in tracks]
    rows = []
    for name in behaviours:
        later: list[int] = []
        counts = np.zeros(2, np.int64)
        for track in tracks:
            first, second = (said.get(name, empty_spans()) for said in track.said)
            of_first, of_second = paired_events(first, second, round(tolerance_s * fps))
            later += (second[of_second, 0] - first[of_first, 0]).tolist()
            counts += (len(first), len(second))
        rows.append(
            {
                "behaviour": name,
                "events_reference": int(counts[0]),
                "events_other": int(counts[1]),
                "pairs": len(later),
                "f1": float(f1_score(len(later), *counts)),
                "later_median_s": float(np.median(later)) / fps if later else np.nan,
            }
        )
    columns = ["behaviour", "events_reference", "events_other", "pairs", "f1", "later_median_s"]
    return pd.DataFrame(rows, columns=columns)
