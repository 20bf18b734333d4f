"""A picture of many dimensions in two, to look at and click on. Nothing is computed from it."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.analysis.clusters.clustering import draw

Matrix = NDArray[np.float32]
MAPS = ("umap", "tsne", "pca", "none")
MOST_PLACED = {"umap": 20_000, "tsne": 5_000}
"""Windows that are laid out; others go to the mean place of their three nearest."""
MOST_FOR_TSNE = 2_000
_FEWEST = 10
_ROWS_AT_ONCE = 8_192


def best_map(n_windows: int) -> str:
    """t-SNE for few windows; for many UMAP where umap-learn is installed, else components."""
    if n_windows <= MOST_FOR_TSNE:
        return "tsne"
    return "umap" if importlib.util.find_spec("umap") else "pca"


def place_on_map(points: Matrix, method: str, *, seed: int = 0) -> NDArray[np.float32]:
    """Lay points out in two dimensions.

    Parameters
    ----------
    points
        Shape (points, dimensions); rows with NaN get NaN.
    method
        ``umap`` (needs the extra of that name), ``tsne``, ``pca``, or ``none`` for NaN everywhere.

    Returns
    -------
    numpy.ndarray
        Shape (points, 2), the same for the same seed.
    """
    if method not in MAPS:
        raise ValueError(f"expected a map among {', '.join(MAPS)}, found {method!r}")
    places = np.full((len(points), 2), np.nan, np.float32)
    whole = np.flatnonzero(np.isfinite(points).all(axis=1))
    if method == "none" or whole.size == 0:
        return places
    if method == "pca" or whole.size < _FEWEST:
        places[whole] = _flat(points[whole])
        return places
    layouts: dict[str, Callable[[Matrix, int], Matrix]] = {"umap": _umap, "tsne": _tsne}
    drawn = draw(whole, MOST_PLACED[method], np.random.default_rng(seed))
    places[drawn] = layouts[method](points[drawn], seed)
    others = np.setdiff1d(whole, drawn)
    for start in range(0, others.size, _ROWS_AT_ONCE):
        rows = others[start : start + _ROWS_AT_ONCE]
        places[rows] = _beside(points[rows], points[drawn], places[drawn])
    return places


def _flat(points: Matrix) -> Matrix:
    centred = points - points.mean(axis=0)
    _, directions = np.linalg.eigh((centred.T @ centred).astype(np.float64))
    flat = np.zeros((len(points), 2), np.float32)
    chosen = directions[:, ::-1][:, :2]
    flat[:, : chosen.shape[1]] = centred @ chosen
    return flat


def _umap(points: Matrix, seed: int) -> Matrix:
    try:
        from umap import UMAP
    except ImportError as error:
        raise ImportError(
            "a map by umap needs umap-learn: pip install 'napari-mousegpt[umap]', or choose --map "
            "tsne"
        ) from error
    layout = UMAP(n_neighbors=min(15, len(points) - 1), random_state=seed, n_jobs=1)
    return layout.fit_transform(points)


def _tsne(points: Matrix, seed: int) -> Matrix:
    from sklearn.manifold import TSNE

    perplexity = min(30.0, (len(points) - 1) / 3)
    return TSNE(perplexity=perplexity, init="pca", random_state=seed).fit_transform(points)


def _beside(points: Matrix, known: Matrix, places: Matrix) -> Matrix:
    squares = (known**2).sum(axis=1)[None] - 2 * points @ known.T
    nearest = np.argpartition(squares, 2, axis=1)[:, :3]
    return places[nearest].mean(axis=1)
