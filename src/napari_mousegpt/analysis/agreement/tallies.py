"""Counts from which every measure of agreement of two annotators follows, unit by unit.

A unit is what can be drawn again in a bootstrap: a recording, an animal, or, where there is only
one, a block of its time. Counts of units add up; measures do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import partial
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.analysis.agreement.events import paired_events, tolerant_agreement
from napari_mousegpt.analysis.agreement.segments import OVERLAPS, edit_score, segment_hits
from napari_mousegpt.analysis.agreement.tracks import Track, codes_of, pieces
from napari_mousegpt.datamodel.spans import Spans, empty_spans, intersect, n_frames

Unit = Literal["recording", "animal", "block"]
BLOCKS = 20
_FEWEST_BLOCKS = 5
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class DrawBy:
    """What a bootstrap draws where names of videos and animals do not tell.

    ``name`` gives the unit of a video and an individual.
    """

    unit: Unit
    name: Callable[[str, str], str]


@dataclass(frozen=True, slots=True, eq=False)
class Tallies:
    """Counts, the first axis over units.

    Attributes
    ----------
    confusion
        Frames by code of the reference and of the other, nothing last; only frames in which
        neither said several behaviours. Shape (units, codes, codes).
    several
        Frames that were left out of ``confusion`` for that. Shape (units,).
    frames
        Frames said by both, by the reference only, by the other only, by neither; one row for
        each behaviour, nothing last. Shape (units, codes, 4).
    near
        Frames that agree when borders are forgiven. Shape (units, behaviours).
    events
        Pairs, bouts of the reference, bouts of the other. Shape (units, behaviours, 3).
    segments
        The same for hits at each of `OVERLAPS`. Shape (units, overlaps, behaviours, 3).
    edit
        Sum of the edit scores of tracks, and their number, 0 where these are cut into blocks.
        Shape (units, 2).
    """

    confusion: Numbers
    several: Numbers
    frames: Numbers
    near: Numbers
    events: Numbers
    segments: Numbers
    edit: Numbers

    def drawn(self, times: NDArray) -> Tallies:
        """Sum over units, each as often as drawn: shape (draws, units) to (draws, ...)."""
        return Tallies(
            *(np.tensordot(times, getattr(self, field.name), axes=1) for field in fields(self))
        )


def units_of(tracks: Sequence[Track]) -> Unit:
    """What can be drawn again: recordings if there are several, else animals, else blocks."""
    if len({track.video for track in tracks}) > 1:
        return "recording"
    return "animal" if len({track.individual for track in tracks}) > 1 else "block"


def unit_of(track: Track, unit: Unit, draw_by: DrawBy | None) -> str:
    """Name of the unit that a track belongs to; one track with blocks is one."""
    if draw_by is not None:
        return draw_by.name(track.video, track.individual)
    return track.video if unit == "recording" else track.individual


def tally(
    tracks: Sequence[Track],
    behaviours: Sequence[str],
    *,
    unit: Unit,
    tolerance: int,
    draw_by: DrawBy | None = None,
) -> Tallies:
    """Count what two annotators said, unit by unit.

    Parameters
    ----------
    tracks
        Of two annotators, the reference first (see `agreement_tracks.both_assessed`).
    unit
        ``block`` cuts the time of one track into up to 20 blocks of equal length; a bout
        belongs to the block in which it starts.
    tolerance
        In frames, for ``near`` and ``events``.
    draw_by
        Whose names the units have, where those of videos and animals do not tell.
    """
    counted: dict[object, list[list[Numbers]]] = {}
    for track in tracks:
        blocks = _blocks(track) if unit == "block" else [track.assessed[0]]
        key = unit_of(track, unit, draw_by)
        for number, counts in enumerate(_count(track, behaviours, blocks, tolerance)):
            counted.setdefault((key, number), []).append(counts)
    sums = [[np.sum(part, axis=0) for part in zip(*unit, strict=True)] for unit in counted.values()]
    return Tallies(*(np.stack(part) for part in zip(*sums, strict=True)))


def _count(
    track: Track, behaviours: Sequence[str], blocks: Sequence[Spans], tolerance: int
) -> Iterator[list[Numbers]]:
    """Counts of each block of a track, in the order of the fields of `Tallies`."""
    reference, other = (
        [said.get(name, empty_spans()) for name in behaviours] for said in track.said
    )
    events = _by_block(reference, other, blocks, partial(_pairs, tolerance=tolerance))
    segments = [
        _by_block(reference, other, blocks, partial(segment_hits, overlap=overlap))
        for overlap in OVERLAPS
    ]
    whole = len(blocks) == 1
    edit = edit_score(_order(reference), _order(other)) if whole else float("nan")
    known = edit == edit
    for number, block in enumerate(blocks):
        inside = [
            {name: intersect(spans, block) for name, spans in said.items()} for said in track.said
        ]
        confusion, several, frames = _count_frames(inside, block, behaviours)
        near = [
            tolerant_agreement(intersect(a, block), intersect(b, block), block, tolerance)
            for a, b in zip(reference, other, strict=True)
        ]
        yield [
            confusion,
            several,
            frames,
            np.array(near, float),
            events[number],
            np.stack([counts[number] for counts in segments]),
            np.array([edit if known else 0.0, float(known)]),
        ]


def _count_frames(
    inside: Sequence[dict[str, Spans]], block: Spans, behaviours: Sequence[str]
) -> tuple[Numbers, Numbers, Numbers]:
    ranges, said, _ = pieces(inside, [block, block], behaviours)
    lengths = (ranges[:, 1] - ranges[:, 0]).astype(float)
    n_codes = len(behaviours) + 1
    first, second = codes_of(said[0]), codes_of(said[1])
    alone = (first >= 0) & (second >= 0)
    confusion = np.bincount(
        first[alone] * n_codes + second[alone], lengths[alone], minlength=n_codes**2
    ).reshape(n_codes, n_codes)
    with_nothing = np.concatenate([said, ~said.any(axis=-1, keepdims=True)], axis=-1)
    kinds = 2 * ~with_nothing[0] + ~with_nothing[1]  # both, reference only, other only, neither
    frames = np.stack([lengths @ (kinds == kind) for kind in range(4)], axis=-1)
    return confusion.astype(float), lengths[~alone].sum(keepdims=True)[0], frames


def _pairs(first: Spans, second: Spans, tolerance: int) -> NDArray[np.int64]:
    of_first, of_second = paired_events(first, second, tolerance)
    hits = np.full(len(second), -1, np.int64)
    hits[of_second] = of_first
    return hits


def _by_block(
    reference: Sequence[Spans],
    other: Sequence[Spans],
    blocks: Sequence[Spans],
    match: Callable[[Spans, Spans], NDArray[np.int64]],
) -> Numbers:
    """Hits, bouts of the reference and of the other, shape (blocks, behaviours, 3)."""
    borders = np.array([block[0, 0] for block in blocks])
    counts = np.zeros((len(blocks), len(reference), 3))
    for row, (truth, found) in enumerate(zip(reference, other, strict=True)):
        hits = match(truth, found)
        # A pair belongs to one block, that of its true bout: or a draw could have more hits than
        # bouts.
        starts = np.where(hits >= 0, truth[hits, 0] if len(truth) else 0, found[:, 0])
        for column, some in enumerate((starts[hits >= 0], truth[:, 0], starts)):
            place = np.searchsorted(borders, some, side="right") - 1
            np.add.at(counts[:, row, column], place, 1)
    return counts


def _order(said: Sequence[Spans]) -> list[int]:
    """Behaviours in the order in which their bouts start."""
    starts = np.concatenate([spans[:, 0] for spans in said])
    codes = np.concatenate([np.full(len(spans), code) for code, spans in enumerate(said)])
    return codes[np.lexsort((codes, starts))].tolist()


def _blocks(track: Track) -> list[Spans]:
    """Equal shares of the assessed frames; fewer where there are few bouts."""
    assessed = track.assessed[0]
    n_bouts = max(sum(len(spans) for spans in said.values()) for said in track.said)
    number = int(np.clip(n_bouts // 2, 1, BLOCKS))
    total = n_frames(assessed)
    if number < _FEWEST_BLOCKS or total < number:
        return [assessed]
    lengths = assessed[:, 1] - assessed[:, 0]
    before = np.cumsum(lengths) - lengths
    cuts = np.linspace(0, total, number + 1).astype(np.int64)[1:-1]
    span = np.searchsorted(before, cuts, side="right") - 1
    at = np.r_[assessed[0, 0], assessed[span, 0] + cuts - before[span], assessed[-1, 1]]
    return [intersect(assessed, np.array([[start, stop]])) for start, stop in pairwise(at.tolist())]
