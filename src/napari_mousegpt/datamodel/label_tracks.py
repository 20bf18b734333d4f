"""The bouts of one track as sorted arrays, for drawing and looking up. Knows no widget."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.datamodel.label_bout import Bout, TrackKey


@dataclass(frozen=True, slots=True, eq=False)
class TrackArrays:
    """The bouts of one track in order of their starts; never changed, so that threads may share it.

    Attributes
    ----------
    starts, stops
        Frames, shape (n,).
    reach
        Latest stop of this bout and all before it, shape (n,); tells what may overlap a span.
    behaviours, ids
        Name of the behaviour and ``bout_id``, shape (n,), objects.
    """

    key: TrackKey
    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    reach: NDArray[np.int64]
    behaviours: NDArray[Any]
    ids: NDArray[Any]

    def __len__(self) -> int:
        """How many bouts there are."""
        return len(self.starts)

    def overlapping(self, start: int, stop: int) -> list[str]:
        """Ids of the bouts that share a frame with ``[start, stop)``, in order of their starts."""
        first = int(np.searchsorted(self.reach, start, side="right"))
        last = int(np.searchsorted(self.starts, stop, side="left"))
        places = np.flatnonzero(self.stops[first : max(first, last)] > start) + first
        return [str(self.ids[place]) for place in places]

    def with_changes(self, removed: Iterable[Bout], added: Collection[Bout]) -> TrackArrays:
        """Return the arrays after some bouts went and some came."""
        gone = np.array([self._place(bout) for bout in removed], np.int64)
        starts, stops = np.delete(self.starts, gone), np.delete(self.stops, gone)
        behaviours, ids = np.delete(self.behaviours, gone), np.delete(self.ids, gone)
        new = sorted(added, key=lambda bout: bout.start)
        new_starts = np.array([bout.start for bout in new], np.int64)
        places = np.searchsorted(starts, new_starts, side="right")
        stops = np.insert(stops, places, np.array([bout.stop for bout in new], np.int64))
        return TrackArrays(
            self.key,
            np.insert(starts, places, new_starts),
            stops,
            np.maximum.accumulate(stops) if len(stops) else stops,
            np.insert(behaviours, places, _objects([bout.behaviour for bout in new])),
            np.insert(ids, places, _objects([bout.bout_id for bout in new])),
        )

    def _place(self, bout: Bout) -> int:
        place = int(np.searchsorted(self.starts, bout.start, side="left"))
        while self.ids[place] != bout.bout_id:
            place += 1
        return place


def track_arrays(key: TrackKey, bouts: Iterable[Bout]) -> TrackArrays:
    """Sort bouts of one track into arrays."""
    rows = list(bouts)
    starts = np.array([bout.start for bout in rows], np.int64)
    order = np.argsort(starts, kind="stable")
    stops = np.array([bout.stop for bout in rows], np.int64)[order]
    return TrackArrays(
        key,
        starts[order],
        stops,
        np.maximum.accumulate(stops) if len(stops) else stops,
        _objects([bout.behaviour for bout in rows])[order],
        _objects([bout.bout_id for bout in rows])[order],
    )


def _objects(values: list[str]) -> NDArray[Any]:
    array = np.empty(len(values), object)
    array[:] = values
    return array
