"""Segments found again: F1 at an overlap, edit score, errors of their borders. Knows no frames.

F1@k and edit score follow Lea et al. 2017 (Temporal Convolutional Networks for Action Segmentation
and Detection, CVPR) as evaluated by MS-TCN (Abu Farha and Gall 2019, CVPR): a found segment is a
hit if its overlap (intersection over union) with the true segment of its behaviour that it overlaps
most is large enough, and that one was not hit before. Segments of nothing do not count.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.datamodel.spans import Spans

OVERLAPS = (0.10, 0.25, 0.50)


def best_overlaps(
    truth: Spans, found: Spans
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:  # fmt: skip
    """For each found segment the true one that it overlaps most, and by how much.

    Returns
    -------
    which, overlap
        Index in ``truth``, the first among equals, -1 where none is touched; intersection over
        union, 0 where none is touched. Shape (found,) each.
    """
    which = np.full(len(found), -1, np.int64)
    overlap = np.zeros(len(found))
    if not len(truth) or not len(found):
        return which, overlap
    lowest = np.searchsorted(truth[:, 1], found[:, 0], side="right")
    counts = np.maximum(np.searchsorted(truth[:, 0], found[:, 1], side="left") - lowest, 0)
    mine = np.repeat(np.arange(len(found)), counts)
    theirs = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + lowest[mine]
    common = np.minimum(found[mine, 1], truth[theirs, 1]) - np.maximum(
        found[mine, 0], truth[theirs, 0]
    )
    together = np.maximum(found[mine, 1], truth[theirs, 1]) - np.minimum(
        found[mine, 0], truth[theirs, 0]
    )
    shares = common / together
    order = np.lexsort((theirs, -shares, mine))
    first = order[np.unique(mine[order], return_index=True)[1]]
    which[mine[first]] = theirs[first]
    overlap[mine[first]] = shares[first]
    return which, overlap


def segment_hits(truth: Spans, found: Spans, overlap: float) -> NDArray[np.int64]:
    """Index of the true segment that each found one hits, -1 where it hits none."""
    which, shares = best_overlaps(truth, found)
    reaching = np.flatnonzero((which >= 0) & (shares >= overlap))
    hits = np.full(len(found), -1, np.int64)
    first = reaching[np.unique(which[reaching], return_index=True)[1]]  # each is hit only once
    hits[first] = which[first]
    return hits


def edit_score(truth: Sequence[int], found: Sequence[int]) -> float:
    """Likeness of two orders of behaviours, 0 to 100: 100 (1 - Levenshtein / longer length).

    NaN if both are empty.
    """
    longer = max(len(truth), len(found))
    if not longer:
        return float("nan")
    return float(100 * (1 - _levenshtein(np.asarray(truth), np.asarray(found)) / longer))


def border_errors(truth: Spans, found: Spans, *, overlap: float = OVERLAPS[0]) -> Spans:
    """Frames by which the found start and stop come later than the true ones.

    Parameters
    ----------
    overlap
        From which on two segments are taken for the same bout.

    Returns
    -------
    numpy.ndarray
        Shape (pairs, 2), one row for each hit; negative is too early.
    """
    hits = segment_hits(truth, found, overlap)
    paired = hits >= 0
    errors: Spans = found[paired] - truth[hits[paired]]
    return errors


def _levenshtein(first: NDArray, second: NDArray) -> int:
    """Edit distance, a column of the table as the bits of one number (Myers 1999, Hyyrö 2003)."""
    length = len(first)
    if not length or not len(second):
        return max(length, len(second))
    places = {
        int(code): int.from_bytes(np.packbits(first == code, bitorder="little").tobytes(), "little")
        for code in np.unique(first)
    }
    all_bits = (1 << length) - 1
    rises, falls, distance = all_bits, 0, length  # where the column goes up and down by one
    for code in second.tolist():
        same = places.get(code, 0)
        vertical = same | falls
        horizontal = (((same & rises) + rises) ^ rises) | same
        up = (falls | ~(horizontal | rises)) & all_bits
        down = rises & horizontal
        distance += (up >> (length - 1)) & 1
        distance -= (down >> (length - 1)) & 1
        up, down = (up << 1) | 1, down << 1
        rises = (down | ~(vertical | up)) & all_bits
        falls = up & vertical & all_bits
    return distance
