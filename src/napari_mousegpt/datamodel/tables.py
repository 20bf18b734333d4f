"""Interval tables: everything that happens over time is a row. Knows columns, not files."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

INTERVAL: dict[str, str] = {
    "video": "str",
    "individual": "str",
    "start": "int64",
    "stop": "int64",
    "run_id": "str",
}
"""What every interval table begins with."""

DESCRIPTIONS: dict[str, str] = INTERVAL | {
    "overall": "str",
    "head": "str",
    "limb": "str",
    "torso": "str",
    "keywords": "object",  # lists of str
    "confidence": "float64",
    "valid": "bool",
    "problem": "str",
}
SEEN = ("seen_speed_bl_per_s", "seen_turn_deg")
"""Columns that descriptions may have besides: how fast the body moves and how far it turns, to its
left, by the pictures of a window alone."""
KEY = list(INTERVAL)
"""One row per ``(video, individual, start, stop, run_id)``."""


def conform(table: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """Give a table the columns of a kind of interval table, in order and with their types.

    Absent columns are added empty; columns that are not known are kept, behind the others.

    Raises
    ------
    ValueError
        If a column that must hold numbers is absent from a table with rows.
    """
    table = table.copy(deep=False)
    for name, dtype in columns.items():
        if name not in table:
            if dtype in ("int64", "bool") and len(table):
                raise ValueError(f"expected a table with column {name!r}, found {list(table)}")
            table[name] = pd.Series([None] * len(table), index=table.index, dtype="object")
        if dtype == "str":
            table[name] = table[name].astype("object").where(table[name].notna(), None)
        elif dtype != "object":
            table[name] = table[name].astype(dtype)
    others = [name for name in table.columns if name not in columns]
    return table[[*columns, *others]].reset_index(drop=True)


def empty(columns: Mapping[str, str]) -> pd.DataFrame:
    """Return a table of these columns without rows."""
    return conform(pd.DataFrame(), columns)
