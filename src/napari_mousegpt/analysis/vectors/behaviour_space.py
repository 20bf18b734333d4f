"""One space for text and kinematics: scaled, centred, weighted; learnt once, applied to others.

An estimator: `fit` on one cohort, `transform` another. Knows no recording and no file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
CLIP = 4.0
"""Robust standard deviations beyond which a column says no more: one slip of the tracker must not
be a behaviour."""
_NORMAL_IQR = 1.349
_MOST_MISSING = 0.5
_KEPT_VARIANCE = 0.98


class BehaviourSpace:
    """Blocks of columns to one vector for each window.

    Each block is centred; columns of the blocks in ``robust`` are scaled by their quartiles and
    cut off at 4 deviations, the others keep their scale. Then each block is reduced to its first
    components (98 % of the variance, ``dimensions`` at most) and scaled to a mean square of its
    weight, so that weights mean what they say whatever a block's size.

    Missing values: a column missing in more than half of the rows is left out, a value missing
    elsewhere is at the median. A row that misses a whole block has no vector (NaN).

    Parameters
    ----------
    weights
        Block to weight; blocks of weight 0 are not used.
    """

    def __init__(
        self,
        weights: Mapping[str, float],
        *,
        dimensions: int = 64,
        robust: tuple[str, ...] = ("kinematics", "posture"),
    ) -> None:
        self.weights = dict(weights)
        self.dimensions = dimensions
        self.robust = robust

    def fit(self, blocks: Mapping[str, pd.DataFrame]) -> Self:
        """Learn centres, scales and components.

        Raises
        ------
        ValueError
            If a weighted block is absent, or no row has all of them.
        """
        self.blocks_: dict[str, dict[str, Any]] = {}
        for name, weight in self.weights.items():
            if weight > 0:
                self.blocks_[name] = self._learn(name, _block(blocks, name), weight)
        if not self.blocks_:
            raise ValueError(f"expected a weight above zero, found {self.weights}")
        return self

    def transform(self, blocks: Mapping[str, pd.DataFrame]) -> dict[str, Matrix]:
        """Vectors of each block, and all of them side by side as ``combined``."""
        parts = {name: self._apply(name, _block(blocks, name)) for name in self.blocks_}
        return {**parts, "combined": np.concatenate(list(parts.values()), axis=1)}

    @property
    def space_id(self) -> str:
        """Vectors can be compared only if this is the same."""
        digest = hashlib.sha256()
        for name, learnt in sorted(self.blocks_.items()):
            digest.update(f"{name} {learnt['columns']}".encode())
            for part in ("centre", "scale", "components"):
                digest.update(np.ascontiguousarray(learnt[part]).tobytes())
        return digest.hexdigest()[:12]

    def to_parts(self) -> tuple[dict[str, NDArray], dict[str, Any]]:
        """Arrays and plain values that `from_parts` reads."""
        arrays = {
            f"{name}/{part}": learnt[part]
            for name, learnt in self.blocks_.items()
            for part in ("centre", "scale", "components")
        }
        columns = {name: learnt["columns"] for name, learnt in self.blocks_.items()}
        values = {
            "weights": self.weights,
            "dimensions": self.dimensions,
            "robust": list(self.robust),
        }
        return arrays, {**values, "columns": columns}

    @classmethod
    def from_parts(cls, arrays: Mapping[str, NDArray], values: Mapping[str, Any]) -> Self:
        """Make again what `to_parts` took apart."""
        space = cls(
            values["weights"], dimensions=values["dimensions"], robust=tuple(values["robust"])
        )
        space.blocks_ = {
            name: {"columns": list(columns)}
            | {part: arrays[f"{name}/{part}"] for part in ("centre", "scale", "components")}
            for name, columns in values["columns"].items()
        }
        return space

    def _learn(self, name: str, table: pd.DataFrame, weight: float) -> dict[str, Any]:
        rows = table[table.notna().any(axis=1)]
        if rows.empty:
            raise ValueError(f"no window has {name}: leave it out with --weights {name}=0")
        columns = [c for c in rows if rows[c].isna().mean() <= _MOST_MISSING]
        values = rows[columns].to_numpy(np.float32)
        learnt: dict[str, Any] = {"columns": [str(column) for column in columns]}
        if name in self.robust:
            low, centre, high = np.nanquantile(values, (0.25, 0.5, 0.75), axis=0)
            scale = (high - low) / _NORMAL_IQR
            spread = np.nanstd(values, axis=0)
            scale = np.where(scale > 1e-6, scale, spread)  # shares are mostly 0
        else:
            centre, scale = np.nanmean(values, axis=0), np.ones(values.shape[1])
        learnt["centre"] = centre.astype(np.float32)
        learnt["scale"] = np.where(scale > 1e-6, scale, np.inf).astype(np.float32)
        scaled = _scaled(values, learnt, name in self.robust)
        components = _components(scaled, self.dimensions)
        length = np.sqrt((scaled @ components.T).astype(np.float64).var(axis=0).sum())
        learnt["components"] = (components * np.sqrt(weight) / max(length, 1e-6)).astype(np.float32)
        return learnt

    def _apply(self, name: str, table: pd.DataFrame) -> Matrix:
        learnt = self.blocks_[name]
        missing = table.isna().all(axis=1).to_numpy()
        values = table.reindex(columns=learnt["columns"]).to_numpy(np.float32)
        vectors = _scaled(values, learnt, name in self.robust) @ learnt["components"].T
        vectors[missing] = np.nan
        return vectors


def _block(blocks: Mapping[str, pd.DataFrame], name: str) -> pd.DataFrame:
    if name not in blocks:
        raise ValueError(f"expected a block {name!r}, found {', '.join(blocks) or 'none'}")
    return blocks[name].rename(columns=str)


def _scaled(values: Matrix, learnt: Mapping[str, Any], clip: bool) -> Matrix:
    scaled = (values - learnt["centre"]) / learnt["scale"]
    scaled = np.nan_to_num(scaled, nan=0.0, posinf=CLIP, neginf=-CLIP)
    return np.clip(scaled, -CLIP, CLIP) if clip else scaled


def _components(scaled: Matrix, at_most: int) -> Matrix:
    """First principal directions, shape (components, columns), signs fixed so that they repeat."""
    covariance = np.cov(scaled.astype(np.float64), rowvar=False, bias=True)
    variances, directions = np.linalg.eigh(np.atleast_2d(covariance))
    variances, directions = variances[::-1].clip(0), directions[:, ::-1]
    shares = np.cumsum(variances) / max(variances.sum(), 1e-12)
    kept = min(at_most, int(np.searchsorted(shares, _KEPT_VARIANCE)) + 1, directions.shape[1])
    chosen = directions[:, :kept]
    largest = np.abs(chosen).argmax(axis=0)
    chosen = chosen * np.sign(chosen[largest, np.arange(kept)])
    return np.ascontiguousarray(chosen.T.astype(np.float32))
