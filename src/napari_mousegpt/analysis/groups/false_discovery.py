"""The false discovery rate over a family of tests. Knows no test."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def false_discovery(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Benjamini-Hochberg q of all p that are not NaN, which are the family; NaN stays NaN."""
    from statsmodels.stats.multitest import multipletests

    q = np.full(p.shape, np.nan)
    tested = np.isfinite(p)
    if tested.any():
        q[tested] = multipletests(p[tested], method="fdr_bh")[1]
    return q
