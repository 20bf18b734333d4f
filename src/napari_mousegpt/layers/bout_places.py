"""Cluster and place on the map of each bout and window. Knows no layer."""

from __future__ import annotations

import numpy as np
import pandas as pd

KEY = ["individual", "start", "stop"]
NO_CLUSTER = "none"


def with_places(rows: pd.DataFrame, placed: pd.DataFrame) -> pd.DataFrame:
    """Add ``cluster`` (a number as text, "none" without), ``UMAP0`` and ``UMAP1`` (NaN without).

    A row that is no window itself, such as a bout, has those of the window that holds its middle.

    Parameters
    ----------
    rows
        Interval table.
    placed
        Interval table with ``cluster``, ``x`` and ``y``, one row for each window.
    """
    found = np.full(len(rows), -1, np.int64)
    for individual, windows in placed.groupby("individual", sort=False):
        mine = np.flatnonzero((rows["individual"] == individual).to_numpy(bool))
        if not len(mine):
            continue
        order = windows.sort_values("start", kind="stable")
        starts, stops = order["start"].to_numpy(np.int64), order["stop"].to_numpy(np.int64)
        numbers = placed.index.get_indexer(order.index)
        pairs = zip(starts.tolist(), stops.tolist(), strict=True)
        exact = dict(zip(pairs, numbers.tolist(), strict=True))
        first = rows["start"].to_numpy(np.int64)[mine]
        last = rows["stop"].to_numpy(np.int64)[mine]
        middles = (first + last) // 2
        place = np.searchsorted(starts, middles, side="right") - 1
        inside = (place >= 0) & (stops[place] > middles)
        nearest = np.where(inside, numbers[place], -1).tolist()
        keys = zip(first.tolist(), last.tolist(), nearest, strict=True)
        found[mine] = [exact.get((start, stop), other) for start, stop, other in keys]
    known = found >= 0
    labels = np.full(len(rows), NO_CLUSTER, object)
    labels[known] = placed["cluster"].to_numpy()[found[known]].astype(str)
    columns = {"cluster": labels}
    for name, axis in (("UMAP0", "x"), ("UMAP1", "y")):
        values = np.full(len(rows), np.nan)
        values[known] = placed[axis].to_numpy(np.float64)[found[known]]
        columns[name] = values
    return rows.assign(**columns)
