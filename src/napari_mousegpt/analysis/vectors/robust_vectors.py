"""Columns of very different units as vectors that can be compared. Knows no behaviour.

A column is centred at its median and divided by its quartile range, so that one slip of the tracker
does not decide what "far" means, and cut off at 4 deviations.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

CLIP = 4.0
_NORMAL_IQR = 1.349
Matrix = NDArray[np.float64]


def robust_scale(columns: pd.DataFrame, *others: pd.DataFrame) -> list[Matrix]:
    """Scale a table, and others by what was learnt from it.

    Parameters
    ----------
    columns
        Numbers, NaN where unknown, shape (rows, columns). Columns that never change, or of
        which fewer than half of the rows are known, are left out everywhere.
    others
        Tables with the same columns.

    Returns
    -------
    list of numpy.ndarray
        One for each table, NaN where unknown.
    """
    values = columns.to_numpy(np.float64)
    known = (
        np.isfinite(values).mean(axis=0) >= 0.5 if len(values) else np.zeros(values.shape[1], bool)
    )
    values = values[:, known]
    low, centre, high = np.nanquantile(values, (0.25, 0.5, 0.75), axis=0)
    spread = np.nanstd(values, axis=0)
    # A column that is zero in most rows, such as a share, has quartiles but no spread between them.
    scale = np.where(high > low, (high - low) / _NORMAL_IQR, spread)
    moving = scale > 1e-9
    tables = [columns, *others]
    return [
        np.clip(
            (table[columns.columns[known]].to_numpy(np.float64)[:, moving] - centre[moving])
            / scale[moving],
            -CLIP,
            CLIP,
        )
        for table in tables
    ]


class Measured:
    """Rows laid out so that their distances to many points, one after the other, are quick.

    Parameters
    ----------
    rows
        Shape (rows, columns), NaN where unknown.
    weights
        Of columns; all 1 if None.
    """

    def __init__(self, rows: Matrix, weights: NDArray[np.float64] | None = None) -> None:
        self._weights = np.ones(rows.shape[1]) if weights is None else np.asarray(weights, float)
        seen = np.isfinite(rows)
        filled = np.where(seen, rows, 0.0)
        self._seen = seen * self._weights
        self._rows = filled * self._weights
        self._squares = filled**2 * self._weights

    def distances(self, points: Matrix) -> Matrix:
        """Root mean square difference over the columns that both know.

        Parameters
        ----------
        points
            Shape (points, columns), NaN where unknown.

        Returns
        -------
        numpy.ndarray
            Shape (rows, points); NaN where less than half of the weight is known to both.
        """
        seen = np.isfinite(points)
        points = np.where(seen, points, 0.0)
        known = self._seen @ seen.T
        squares = self._squares @ seen.T - 2 * self._rows @ points.T + self._seen @ (points**2).T
        enough = known >= max(0.5 * self._weights.sum(), 1e-12)
        mean = np.divide(
            np.maximum(squares, 0), known, out=np.full(known.shape, np.nan), where=enough
        )
        return np.sqrt(mean)
