"""Statistics of how much groups differ, for many ways of dealing them at once. Knows no p."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.analysis.groups.permutations import Labels

TRIMMED = 0.2
"""Share of the animals left out at either end of each group: one or two odd ones do not decide."""

Values = NDArray[np.float64]


def trimmed_difference(values: Values, labels: Labels, first: int = 0, second: int = 1) -> Values:
    """Difference of 20 % trimmed means, second group less first, in every way of dealing.

    Parameters
    ----------
    values
        One value for each animal, none missing.
    labels
        Shape (ways, animals), as `permutations.Relabelling.labels`.
    """
    order = np.argsort(values, kind="stable")
    ordered, dealt = values[order], labels[:, order]
    return _trimmed_mean(ordered, dealt == second) - _trimmed_mean(ordered, dealt == first)


def _trimmed_mean(ordered: Values, member: NDArray[np.bool_]) -> Values:
    rank = np.cumsum(member, axis=1, dtype=np.int16)
    size = rank[:, -1:]
    cut = (TRIMMED * size).astype(np.int16)
    kept = member & (rank > cut) & (rank <= size - cut)
    mean: Values = (kept @ ordered) / kept.sum(axis=1)
    return mean


def kruskal_wallis(values: Values, labels: Labels) -> Values:
    """Kruskal and Wallis' H, corrected for ties, in every way of dealing; NaN if all are equal."""
    from scipy.stats import rankdata

    ranks = rankdata(values)
    size = len(values)
    groups = np.arange(int(labels.max()) + 1)
    sums = np.stack([(labels == group) @ ranks for group in groups], axis=1)
    counts = np.stack([(labels == group).sum(axis=1) for group in groups], axis=1)
    spread = np.divide(sums**2, counts, out=np.zeros_like(sums), where=counts > 0).sum(axis=1)
    tied = np.unique(ranks, return_counts=True)[1].astype(np.float64)
    correction = 1 - (tied**3 - tied).sum() / (size**3 - size)
    if correction < 1e-12:
        return np.full(len(labels), np.nan)
    h: Values = (12 / (size * (size + 1)) * spread - 3 * (size + 1)) / correction
    return h


def adjusted_f(
    values: Values, groups: Labels, nuisance: Values, orders: NDArray[np.integer]
) -> Values:
    """F of the groups beside covariates, for the real residuals and for shuffled ones.

    Freedman and Lane's way: what the covariates leave unexplained is shuffled among the animals
    while groups and covariates stay (Winkler et al. 2014, "Permutation inference for the general
    linear model").

    Parameters
    ----------
    nuisance
        Columns beside the groups, shape (animals, columns); a constant is added.
    orders
        Index permutations, shape (ways, animals), the first one the identity
        (see `permutations.shuffled_orders`).

    Returns
    -------
    numpy.ndarray
        Shape (ways,); NaN if the covariates tell the groups apart or explain everything.
    """
    size = len(values)
    constant = _basis(np.column_stack([np.ones(size), nuisance]))
    dummies = (groups[:, None] == np.unique(groups)[1:]).astype(np.float64)
    effect = _basis(dummies - constant @ (constant.T @ dummies))
    left = size - constant.shape[1] - effect.shape[1]
    residual = values - constant @ (constant.T @ values)
    if effect.shape[1] < dummies.shape[1] or left < 1 or np.ptp(residual) < 1e-12:
        return np.full(len(orders), np.nan)
    shuffled = residual[orders]  # (ways, animals)
    unexplained = (shuffled**2).sum(axis=1) - ((shuffled @ constant) ** 2).sum(axis=1)
    explained = ((shuffled @ effect) ** 2).sum(axis=1)
    f: Values = (explained / effect.shape[1]) / ((unexplained - explained) / left)
    return f


def _basis(columns: Values) -> Values:
    """Orthonormal columns that span the same space."""
    left, sizes, _ = np.linalg.svd(columns, full_matrices=False)
    basis: Values = left[:, sizes > 1e-9 * max(float(sizes.max(initial=0)), 1e-300)]
    return basis if np.abs(columns).max(initial=0) > 1e-9 else basis[:, :0]
