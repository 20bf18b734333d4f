"""Borders between bouts as one thing to move. Knows no file and no window."""

from __future__ import annotations

from functools import partial

import numpy as np

from napari_mousegpt.datamodel.labels.actions import set_edges, several
from napari_mousegpt.datamodel.labels.bout import TrackKey
from napari_mousegpt.datamodel.labels.edit import Edit
from napari_mousegpt.datamodel.labels.set import LabelSet


def move_border(labels: LabelSet, track: TrackKey, frame: int) -> Edit:
    """Move the nearest border of a track to a frame, for all bouts that begin or end at it.

    Of two that are equally near, the earlier. No bout can lose all its frames by it, since its
    other border would be nearer.

    Raises
    ------
    ValueError
        If the track has no bout.
    """
    arrays = labels.track(track)
    edges = np.unique(np.concatenate([arrays.starts, arrays.stops]))
    if not len(edges):
        raise ValueError("There is no border to move: nothing is labelled in this row yet.")
    border = int(edges[np.argmin(np.abs(edges - frame))])
    moves = []
    for place in np.flatnonzero((arrays.starts == border) | (arrays.stops == border)).tolist():
        bout = labels[arrays.id_at(place)]
        if bout.kind == "point":
            continue
        begins = bout.start == border
        shrinks = begins == (frame > border)
        move = partial(
            set_edges,
            bout_id=bout.bout_id,
            start=frame if begins else None,
            stop=None if begins else frame,
        )
        moves.append((not shrinks, move))
    # Who shrinks goes first, or the one that grows would cut it.
    return several(labels, "move border", [move for _, move in sorted(moves, key=lambda m: m[0])])
