"""Spans that somebody looked at: no label there means no behaviour, elsewhere nothing is known.

A span is a dict with ``video, individual, start, stop, annotator, behaviours``: half-open frames,
``individual`` None for all of the file, ``annotator`` None if it is not known, ``behaviours`` those
that were looked for, all that the file lists if empty. Readers of formats that tell keep them in
``attrs["assessed"]``. Knows no file format.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.io.label_formats.frame_runs import runs_of

Span = dict[str, Any]


def span(
    start: int,
    stop: int,
    *,
    video: str = "",
    individual: str | None = None,
    annotator: str | None = None,
    behaviours: Sequence[str] = (),
) -> Span:
    """One span."""
    return {
        "video": video,
        "individual": individual or None,
        "start": int(start),
        "stop": int(stop),
        "annotator": annotator or None,
        "behaviours": list(behaviours),
    }


def whole(n_frames: int, *, video: str = "", annotator: str | None = None) -> list[Span]:
    """All of a film; none if it has no frames."""
    return [span(0, n_frames, video=video, annotator=annotator)] if n_frames > 0 else []


def spans_of_columns(
    behaviours: Sequence[str], seen: NDArray[np.bool_], frames: NDArray[np.int64]
) -> list[Span]:
    """Spans of a table with a row for each frame.

    Parameters
    ----------
    behaviours
        One for each column.
    seen
        Whether somebody looked, shape (rows, behaviours).
    frames
        Frame of each row, increasing; where one is missing, spans end.
    """
    if not seen.size:
        return []
    if (seen == seen[:, :1]).all():
        return [span(start, stop) for start, stop in _runs(seen[:, 0], frames)]
    return [
        span(start, stop, behaviours=[behaviour])
        for column, behaviour in enumerate(behaviours)
        for start, stop in _runs(seen[:, column], frames)
    ]


def _runs(seen: NDArray[np.bool_], frames: NDArray[np.int64]) -> list[tuple[int, int]]:
    part = np.concatenate(([0], np.cumsum(np.diff(frames) != 1)))
    starts, stops = runs_of(np.where(seen, part, -1))
    kept = seen[starts]
    return list(
        zip(frames[starts[kept]].tolist(), (frames[stops[kept] - 1] + 1).tolist(), strict=True)
    )
