"""Everything people say about a recording, in memory: bouts, ethogram, spans, corrections.

Changed by edits only. Knows neither files nor how an edit comes about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from napari_mousegpt.datamodel.ethogram import DEFAULT_ETHOGRAM, Behaviour
from napari_mousegpt.datamodel.labels.assessed import Assessed, assessed_table
from napari_mousegpt.datamodel.labels.bout import EDITABLE_SOURCES, Bout, TrackKey
from napari_mousegpt.datamodel.labels.columns import BoutColumns
from napari_mousegpt.datamodel.labels.corrections import Corrected, Correction
from napari_mousegpt.datamodel.labels.edit import Edit, Ethogram
from napari_mousegpt.datamodel.labels.tracks import Numbered, TrackArrays, track_arrays

_FEW = 64
"""Up to so many changed bouts, arrays are patched; above, they are made again."""


class LabelSet:
    """Bouts by id and by track, with ethogram, assessed spans and corrections.

    Attributes
    ----------
    ethogram
        The behaviours of now.
    assessed
        Spans that were looked at, in order of their making.
    corrections
        Corrections of descriptions, by what they correct.
    has_new_ethogram
        Whether any edit has changed the ethogram since it was given.
    frames
        Length of each video by its id, which no edit goes beyond; absent where not known.
    """

    def __init__(
        self,
        bouts: Iterable[Bout] = (),
        *,
        ethogram: Ethogram = DEFAULT_ETHOGRAM,
        assessed: Iterable[Assessed] = (),
        corrections: Iterable[Correction] = (),
        frames: Mapping[str, int] | None = None,
    ) -> None:
        self.ethogram = ethogram
        self.has_new_ethogram = False
        self.assessed = list(assessed)
        self.corrections: dict[Corrected, Correction] = {one.key: one for one in corrections}
        self.frames = dict(frames or {})
        self._bouts: dict[str, Bout] = {}
        self._open: dict[str, Bout] = {}
        self._members: dict[TrackKey, dict[str, Bout]] = {}
        self._arrays: dict[TrackKey, TrackArrays] = {}
        self._patches: dict[TrackKey, tuple[dict[str, Bout], dict[str, Bout]]] = {}
        self._names, self._ids = Numbered(), Numbered()
        self._columns: BoutColumns | None = None
        self._table: pd.DataFrame | None = None
        for bout in bouts:
            self._put(bout)

    def __len__(self) -> int:
        """How many bouts there are, open ones not counted."""
        return sum(map(len, self._members.values()))

    def __iter__(self) -> Iterator[Bout]:
        """All bouts, open ones among them."""
        return iter(list(self._bouts.values()))

    def __contains__(self, bout_id: str) -> bool:
        """Whether there is a bout of this id."""
        return bout_id in self._bouts

    def __getitem__(self, bout_id: str) -> Bout:
        """Return a bout by its id.

        Raises
        ------
        KeyError
            If there is none, in words.
        """
        if bout_id not in self._bouts:
            raise KeyError(f"there is no bout {bout_id!r} (any more)")
        return self._bouts[bout_id]

    @property
    def tracks(self) -> tuple[TrackKey, ...]:
        """The tracks that hold a bout."""
        return tuple(key for key, bouts in self._members.items() if bouts)

    def track(self, key: TrackKey) -> TrackArrays:
        """Bouts of one track as sorted arrays, empty if there are none; open bouts are not in it.

        Milliseconds after an edit, nothing when nothing changed.
        """
        if key not in self._arrays:
            bouts = self._members.get(key, {}).values()
            self._arrays[key] = track_arrays(key, bouts, self._names, self._ids)
        elif key in self._patches:
            removed, added = self._patches[key]
            self._arrays[key] = self._arrays[key].with_changes(
                removed.values(), added.values(), self._names, self._ids
            )
        self._patches.pop(key, None)
        return self._arrays[key]

    def overlapping(self, key: TrackKey, start: int, stop: int) -> list[Bout]:
        """Bouts of a track that share a frame with ``[start, stop)``, in order."""
        return [self._bouts[bout_id] for bout_id in self.track(key).overlapping(start, stop)]

    def open_bouts(self, key: TrackKey | None = None) -> list[Bout]:
        """Behaviours that were started and not stopped yet, of one track or of all."""
        return [bout for bout in self._open.values() if key is None or bout.track == key]

    def behaviour(self, name: str) -> Behaviour | None:
        """Return a behaviour of the ethogram, or None."""
        return next((one for one in self.ethogram if one.name == name), None)

    def table(self) -> pd.DataFrame:
        """Bout table of now, with ``bout_id`` and ``origin``; made when asked for."""
        if self._columns is None:
            self._columns = BoutColumns(bout for bout in self._bouts.values() if not bout.open)
        if self._table is None:
            self._table = self._columns.table()
        return self._table.copy(deep=False)

    def assessed_table(self) -> pd.DataFrame:
        """Interval table of the spans that were looked at."""
        return assessed_table(self.assessed)

    def apply(self, edit: Edit) -> None:
        """Do an edit.

        A bout to be removed that is not there is passed over, and a changed bout of a model's
        run that has been made again since stays away: so a journal with a gap can be replayed.
        """
        taken = {bout.bout_id for bout in edit.removed if bout.bout_id in self._bouts}
        changed = {bout.bout_id for bout in edit.removed}
        stays = {bout.bout_id for bout in edit.added if not bout.open}
        for bout_id in taken:
            self._take(bout_id, keeps_row=bout_id in stays)
        for bout in edit.added:
            is_new = bout.bout_id not in changed
            if is_new or bout.bout_id in taken or bout.source in EDITABLE_SOURCES:
                self._put(bout)
        if edit.ethogram is not None:
            self.ethogram, self.has_new_ethogram = edit.ethogram[1], True
        if edit.assessed_removed or edit.assessed_added:
            gone = set(edit.assessed_removed)
            self.assessed = [one for one in self.assessed if one not in gone]
            self.assessed += [one for one in edit.assessed_added if one not in self.assessed]
        for correction in edit.corrections_removed:
            self.corrections.pop(correction.key, None)
        self.corrections |= {one.key: one for one in edit.corrections_added}

    def _put(self, bout: Bout) -> None:
        if bout.bout_id in self._bouts:
            self._take(bout.bout_id, keeps_row=not bout.open)
        self._bouts[bout.bout_id] = bout
        if bout.open:
            self._open[bout.bout_id] = bout
            return
        self._members.setdefault(bout.track, {})[bout.bout_id] = bout
        self._note(bout, gone=False)
        if self._columns is not None:
            self._columns.put(bout)

    def _take(self, bout_id: str, *, keeps_row: bool) -> None:
        bout = self._bouts.pop(bout_id)
        if bout.open:
            del self._open[bout_id]
            return
        del self._members[bout.track][bout_id]
        self._note(bout, gone=True)
        if self._columns is not None and not keeps_row:
            self._columns.remove(bout_id)

    def _note(self, bout: Bout, *, gone: bool) -> None:
        """Remember what the arrays of a track do not hold yet."""
        self._table = None
        key = bout.track
        if key not in self._arrays:
            return
        removed, added = self._patches.setdefault(key, ({}, {}))
        if not gone:
            added[bout.bout_id] = bout
        elif added.pop(bout.bout_id, None) is None:
            removed[bout.bout_id] = bout
        if len(removed) + len(added) > _FEW:
            del self._arrays[key], self._patches[key]
