"""Bouts as growing columns, from which a bout table is made in milliseconds. Knows no labels."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.datamodel.bouts import BOUTS
from napari_mousegpt.datamodel.labels.bout import LABEL_COLUMNS, Bout

_TYPES = BOUTS | dict.fromkeys(LABEL_COLUMNS, "str")
_SPARE_ROWS = 1024


class _Column:
    """One array with room to grow; tables show its first rows, and never see them change."""

    def __init__(self, values: list[Any], dtype: str, room: int) -> None:
        self.array = np.empty(room, "object" if dtype == "str" else dtype)
        self.array[: len(values)] = values
        self.shown_rows = 0

    def put(self, row: int, value: Any) -> None:
        """Write a value; into a copy if a table shows this row and it differs."""
        if row >= len(self.array):
            room = max(_SPARE_ROWS, len(self.array))
            self.array = np.concatenate([self.array, np.empty(room, self.array.dtype)])
            self.shown_rows = 0
        if row < self.shown_rows:
            there = self.array[row]
            if there is value or there == value or (there != there and value != value):
                return
            self.array, self.shown_rows = self.array.copy(), 0
        self.array[row] = value

    def show(self, rows: int) -> NDArray[Any]:
        """The first rows, which stay as they are now."""
        self.shown_rows = max(self.shown_rows, rows)
        return self.array[:rows]


class BoutColumns:
    """One column for each of the bout table; a changed bout keeps its row.

    The place of a removed bout is taken by the last one, so that nothing is shifted: the order of
    rows means nothing. Only columns whose values change are ever copied.
    """

    def __init__(self, bouts: Iterable[Bout] = ()) -> None:
        rows = list(bouts)
        room = len(rows) + _SPARE_ROWS
        self._rows = {bout.bout_id: place for place, bout in enumerate(rows)}
        self._columns: dict[str, _Column] = {}
        for name, dtype in _TYPES.items():
            values = list(map(attrgetter(name), rows))
            if name == "confidence":
                values = [np.nan if value is None else value for value in values]
            self._columns[name] = _Column(values, dtype, room)
        for name in dict.fromkeys(name for bout in rows for name, _ in bout.more):
            values = [dict(bout.more).get(name) for bout in rows]
            self._columns[name] = _Column(values, "object", room)

    def remove(self, bout_id: str) -> None:
        """Take out the row of a bout."""
        place = self._rows.pop(bout_id)
        last = len(self._rows)
        if place != last:
            moved = self._columns["bout_id"].array[last]
            for column in self._columns.values():
                column.put(place, column.array[last])
            self._rows[moved] = place

    def put(self, bout: Bout) -> None:
        """Write a bout into its row, or into a new one."""
        place = self._rows.setdefault(bout.bout_id, len(self._rows))
        more = dict(bout.more)
        for name in more:
            if name not in self._columns:
                room = len(self._columns["start"].array)
                self._columns[name] = _Column([], "object", room)
        for name, column in self._columns.items():
            column.put(place, _value(bout, name) if name in _TYPES else more.get(name))

    def table(self) -> pd.DataFrame:
        """Bout table of now, which later changes leave alone."""
        count = len(self._rows)
        series = {
            name: pd.Series(column.show(count), dtype=column.array.dtype, copy=False)
            for name, column in self._columns.items()
        }
        table = pd.DataFrame(series, copy=False)
        table.attrs = {"problems": [], "ethogram": [], "fps": None}
        return table


def _value(bout: Bout, name: str) -> Any:
    value = getattr(bout, name)
    return np.nan if value is None and name == "confidence" else value
