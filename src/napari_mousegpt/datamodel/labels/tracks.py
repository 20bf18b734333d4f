"""The bouts of one track as sorted arrays, for drawing and looking up. Knows no widget."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_mousegpt.datamodel.labels.bout import Bout, TrackKey


class Numbered:
    """Words by number, in order of their first use; numbers stay, so that arrays can hold them."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, word: str) -> int:
        """Return the number of a word, a new one at its first use."""
        if word not in self._numbers:
            self._numbers[word] = len(self.words)
            self.words.append(word)
        return self._numbers[word]


@dataclass(frozen=True, slots=True, eq=False)
class TrackArrays:
    """The bouts of one track in order of their starts; never changed, so that threads may share it.

    Attributes
    ----------
    starts, stops
        Frames, shape (n,).
    reach
        Latest stop of this bout and all before it, shape (n,); tells what may overlap a span.
    codes, names
        Which of the names is the behaviour of each bout, shape (n,); names may have no bout here.
    id_numbers, id_words
        Which of the words is the ``bout_id`` of each bout, shape (n,); see `id_at` and `ids`.
    """

    key: TrackKey
    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    reach: NDArray[np.int64]
    codes: NDArray[np.int64]
    names: Sequence[str]
    id_numbers: NDArray[np.int64]
    id_words: Sequence[str]

    def __len__(self) -> int:
        """How many bouts there are."""
        return len(self.starts)

    @property
    def ids(self) -> NDArray[Any]:
        """``bout_id`` of every bout, shape (n,), made when asked for."""
        return _objects([self.id_words[number] for number in self.id_numbers.tolist()])

    @property
    def behaviours(self) -> NDArray[Any]:
        """Behaviour of every bout, shape (n,), made when asked for."""
        return _objects([self.names[code] for code in self.codes.tolist()])

    def id_at(self, place: int) -> str:
        """``bout_id`` of one bout."""
        return self.id_words[int(self.id_numbers[place])]

    def overlapping(self, start: int, stop: int) -> list[str]:
        """Ids of the bouts that share a frame with ``[start, stop)``, in order of their starts."""
        first = int(np.searchsorted(self.reach, start, side="right"))
        last = int(np.searchsorted(self.starts, stop, side="left"))
        places = np.flatnonzero(self.stops[first : max(first, last)] > start) + first
        return [self.id_at(place) for place in places.tolist()]

    def with_changes(
        self, removed: Iterable[Bout], added: Collection[Bout], names: Numbered, ids: Numbered
    ) -> TrackArrays:
        """Return the arrays after some bouts went and some came."""
        gone = np.array([self._place(bout, ids) for bout in removed], np.int64)
        starts = np.delete(self.starts, gone)
        new = sorted(added, key=lambda bout: bout.start)
        new_starts = np.array([bout.start for bout in new], np.int64)
        places = np.searchsorted(starts, new_starts, side="right")

        def patched(array: NDArray[np.int64], values: list[int]) -> NDArray[np.int64]:
            return np.insert(np.delete(array, gone), places, np.array(values, np.int64))

        stops = patched(self.stops, [bout.stop for bout in new])
        return TrackArrays(
            self.key,
            np.insert(starts, places, new_starts),
            stops,
            np.maximum.accumulate(stops) if len(stops) else stops,
            patched(self.codes, [names.number(bout.behaviour) for bout in new]),
            names.words,
            patched(self.id_numbers, [ids.number(bout.bout_id) for bout in new]),
            ids.words,
        )

    def _place(self, bout: Bout, ids: Numbered) -> int:
        number = ids.number(bout.bout_id)
        place = int(np.searchsorted(self.starts, bout.start, side="left"))
        while self.id_numbers[place] != number:
            place += 1
        return place


def track_arrays(
    key: TrackKey, bouts: Iterable[Bout], names: Numbered, ids: Numbered
) -> TrackArrays:
    """Sort bouts of one track into arrays."""
    rows = list(bouts)
    starts = _frames([bout.start for bout in rows])
    order = np.argsort(starts, kind="stable")
    stops = _frames([bout.stop for bout in rows])[order]
    return TrackArrays(
        key,
        starts[order],
        stops,
        np.maximum.accumulate(stops) if len(stops) else stops,
        _frames([names.number(bout.behaviour) for bout in rows])[order],
        names.words,
        _frames([ids.number(bout.bout_id) for bout in rows])[order],
        ids.words,
    )


def _frames(values: ArrayLike) -> NDArray[np.int64]:
    return np.array(values, np.int64)


def _objects(values: list[str]) -> NDArray[Any]:
    array = np.empty(len(values), object)
    array[:] = values
    return array
