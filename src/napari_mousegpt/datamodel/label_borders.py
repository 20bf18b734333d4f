"""Borders between bouts as one thing to move. Knows no file and no window."""

from __future__ import annotations

from functools import partial

import numpy as np

from napari_mousegpt.datamodel.label_actions import set_edges, several
from napari_mousegpt.datamodel.label_bout import TrackKey
from napari_mousegpt.datamodel.label_edit import Edit
from napari_mousegpt.datamodel.label_set import LabelSet


def move_border(labels: LabelSet, track: TrackKey, frame: int) -> Edit:
    """Move the nearest border of a track to a frame, for all bouts that begin or end at it.

    Of two that are equally near, the earlier.

    Raises
    ------
    ValueError
        If the track has no state, or a bout would have no frame left.
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
        if (begins and frame >= bout.stop) or (not begins and frame <= bout.start):
            raise ValueError(
                f"The border at frame {border} cannot move to {frame}: {bout.behaviour} "
                f"({bout.start} to {bout.stop}) would have no frame left. Remove it first."
            )
        shrinks = begins == (frame > border)
        ends = {"start": frame} if begins else {"stop": frame}
        moves.append((not shrinks, partial(set_edges, bout_id=bout.bout_id, **ends)))
    # Who shrinks goes first, or the one that grows would cut it.
    return several(labels, "move border", [move for _, move in sorted(moves, key=lambda m: m[0])])
