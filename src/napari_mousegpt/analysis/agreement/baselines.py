"""What agreement is worth: a guess of the commonest code, and the same bouts at other times.

Knows tracks, not measures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from napari_mousegpt.analysis.agreement.tracks import Track
from napari_mousegpt.datamodel.spans import Spans, n_frames, union


def majority(tracks: Sequence[Track], behaviours: Sequence[str]) -> list[Track]:
    """The other annotator replaced by one who always says the reference's commonest code."""
    frames = {name: sum(_said(track, name) for track in tracks) for name in behaviours}
    total = sum(n_frames(track.assessed[0]) for track in tracks)
    nothing = total - sum(_said_anything(track) for track in tracks)
    commonest = max(frames, key=lambda name: frames[name], default=None)
    if commonest is None or frames[commonest] <= nothing:
        return [_with_other(track, {}) for track in tracks]
    return [_with_other(track, {commonest: track.assessed[0]}) for track in tracks]


def shifted(tracks: Sequence[Track], seed: int) -> list[Track]:
    """The other's bouts moved along each track by chance, what passes the end comes in front.

    Numbers, lengths and order of the bouts stay, but for those that the move cuts in two; only
    that they have to do with the reference is lost. Frames that were not assessed are jumped.
    """
    rng = np.random.default_rng(seed)
    result = []
    for track in tracks:
        total = n_frames(track.assessed[0])
        shift = int(rng.integers(total)) if total else 0
        moved = {
            name: _moved(spans, track.assessed[0], shift, total)
            for name, spans in track.said[1].items()
        }
        result.append(_with_other(track, moved))
    return result


def _moved(spans: Spans, assessed: Spans, shift: int, total: int) -> Spans:
    """Move on an axis on which the assessed spans follow each other without gaps."""
    lengths = assessed[:, 1] - assessed[:, 0]
    before = np.cumsum(lengths) - lengths
    span = np.searchsorted(assessed[:, 0], spans[:, 0], side="right") - 1
    starts = before[span] + spans[:, 0] - assessed[span, 0] + shift
    moved = np.column_stack([starts, starts + spans[:, 1] - spans[:, 0]])
    wrapped = np.concatenate([np.minimum(moved, total), np.maximum(moved - total, 0)])
    parts = [
        np.clip(wrapped, first, first + length) - first + start
        for first, length, start in zip(before, lengths, assessed[:, 0], strict=True)
    ]
    return union(np.concatenate(parts)) if parts else spans


def _with_other(track: Track, said: Mapping[str, Spans]) -> Track:
    return replace(track, said=(track.said[0], said))


def _said(track: Track, name: str) -> int:
    spans = track.said[0].get(name)
    return 0 if spans is None else n_frames(spans)


def _said_anything(track: Track) -> int:
    found = [spans for spans in track.said[0].values() if len(spans)]
    return n_frames(union(np.concatenate(found))) if found else 0
