"""Bouts as growing columns, from which a bout table is made in milliseconds. Knows no labels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.datamodel.bouts import BOUTS
from napari_mousegpt.datamodel.label_bout import LABEL_COLUMNS, Bout

_TYPES = BOUTS | dict.fromkeys(LABEL_COLUMNS, "str")
_SPARE_ROWS = 1024


class BoutColumns:
    """One array for each column of the bout table.

    The place of a removed bout is taken by the last one, so that nothing is shifted: the order of
    rows means nothing.
    """

    def __init__(self, bouts: Iterable[Bout] = ()) -> None:
        rows = list(bouts)
        self._rows = {bout.bout_id: place for place, bout in enumerate(rows)}
        self._columns: dict[str, NDArray[Any]] = {}
        for name, dtype in _TYPES.items():
            values = [_value(bout, name) for bout in rows]
            self._columns[name] = _array(values, dtype, len(rows) + _SPARE_ROWS)
        for name in dict.fromkeys(name for bout in rows for name, _ in bout.more):
            self._columns[name] = _array([_more(bout, name) for bout in rows], "object", len(rows))

    def remove(self, bout_id: str) -> None:
        """Take out the row of a bout."""
        place = self._rows.pop(bout_id)
        last = len(self._rows)
        if place != last:
            moved = self._columns["bout_id"][last]
            for column in self._columns.values():
                column[place] = column[last]
            self._rows[moved] = place

    def put(self, bout: Bout) -> None:
        """Write a bout into its row, or into a new one."""
        place = self._rows.setdefault(bout.bout_id, len(self._rows))
        if place >= len(self._columns["start"]):
            self._grow()
        for name, _ in bout.more:
            if name not in self._columns:
                self._columns[name] = _array([], "object", len(self._columns["start"]))
        more = dict(bout.more)
        for name, column in self._columns.items():
            column[place] = _value(bout, name) if name in _TYPES else more.get(name)

    def table(self) -> pd.DataFrame:
        """Bout table of now, which later changes leave alone."""
        count = len(self._rows)
        series = {
            name: pd.Series(column[:count].copy(), dtype=column.dtype, copy=False)
            for name, column in self._columns.items()
        }
        table = pd.DataFrame(series, copy=False)
        table.attrs = {"problems": [], "ethogram": [], "fps": None}
        return table

    def _grow(self) -> None:
        room = max(_SPARE_ROWS, len(self._columns["start"]))
        for name, column in self._columns.items():
            self._columns[name] = np.concatenate([column, np.empty(room, column.dtype)])


def _array(values: list[Any], dtype: str, room: int) -> NDArray[Any]:
    column = np.empty(max(room, len(values)), "object" if dtype == "str" else dtype)
    column[: len(values)] = values
    return column


def _value(bout: Bout, name: str) -> Any:
    value = getattr(bout, name)
    return np.nan if value is None and name == "confidence" else value


def _more(bout: Bout, name: str) -> Any:
    return dict(bout.more).get(name)
