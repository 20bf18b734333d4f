"""What several animals do and the reference animals do not; the animal is the unit.

A window is new if those nearest to it are of asked animals, and of several. The share of a sample
among nearest neighbours is that of Schilling (1986) and Henze (1988); taking it around each point
and at several sizes that of Zhao et al. (2021, "Detection of differentially abundant cell
subpopulations"). Knows vectors and animals, not words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.analysis.clusters.clustering import draw
from napari_mousegpt.analysis.groups.permutations import Relabelling, relabel
from napari_mousegpt.analysis.novelty.novelty import HiddenBehaviour, measured

Matrix = NDArray[np.float32]
Rows = NDArray[np.int64]
NEAREST = (10, 20, 45)
"""Sizes of the neighbourhood; the share is their mean, so that near ones count more often."""
AT_MOST_EACH = 5
"""So many windows of one animal count among the nearest: a habit of one animal is not a finding."""
FEWEST_ANIMALS = 3
"""On either side; with three against three the smallest possible p is 0.05."""
MOST_WINDOWS = 20_000
KNOWN_AROUND = 20
"""So many windows nearest to one that was looked at are known with it."""
_MOST_OF_ALL = 2 / 3
_LOOKED_THROUGH = 6
_ROWS_AT_ONCE = 2_048
_LEAST_SPREAD = 1e-2
_TIE = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class NewInGroup:
    """How new each window is.

    Attributes
    ----------
    scores
        Mean share of asked animals' windows among the nearest of other animals, in [0, 1]; NaN in
        reference animals, where the vector is not known, and around what was looked at.
    p
        Share of the ways to deal the groups among the animals in which some window scores as high:
        corrected for looking at all of them (Westfall and Young 1993). NaN where the score is.
    asked_near, reference_near
        How many animals of each side are among the 20 nearest, its own included.
    expected
        The score to expect where nothing differs.
    p_of_all
        The smallest p: whether anything stands out.
    ways
        How the groups were dealt.
    """

    scores: NDArray[np.float64]
    p: NDArray[np.float64]
    asked_near: Rows
    reference_near: Rows
    expected: float
    p_of_all: float
    ways: Relabelling


def new_in_group(
    vectors: Matrix,
    animals: NDArray[np.integer],
    asked: Sequence[bool],
    *,
    blocks: NDArray[np.integer] | None = None,
    looked_at: Sequence[int] = (),
    n_permutations: int = 999,
    seed: int = 0,
) -> NewInGroup:
    """Score how new each window of the asked animals is.

    Distances are in units of each direction's own spread (Mahalanobis), since what is new may lie
    where nothing else varies; the weights of an embedding do not matter here.

    Parameters
    ----------
    vectors
        Shape (windows, dimensions); NaN where not known.
    animals
        Code of each window's animal, from 0.
    asked
        For each animal, whether it is asked about; the others are the reference.
    blocks
        Code of each animal's cage or litter; None if they do not matter.
    looked_at
        Rows that a person has named or dismissed; these and what is like them have no score.
    n_permutations
        Ways to deal the groups, where there are too many to take all of them.

    Raises
    ------
    ValueError
        If there are fewer than three animals on either side.
    """
    groups = np.asarray(asked, np.int8)
    _check(groups)
    rows = np.flatnonzero(np.isfinite(vectors).all(axis=1))
    points, counts = _neighbourhoods(vectors, rows, animals, len(groups), seed)
    ways = relabel(groups, blocks, n_permutations=n_permutations, seed=seed)
    of_rows = animals[rows]
    highest = np.array([_shares(counts, way)[way[of_rows] > 0].max() for way in ways.labels])
    scored = (groups[of_rows] > 0) & ~_around(points, rows, looked_at)
    scores, p = np.full(len(vectors), np.nan), np.full(len(vectors), np.nan)
    scores[rows[scored]] = _shares(counts, groups)[scored]
    reached = np.searchsorted(np.sort(highest), scores[rows[scored]] - 1e-9, side="left")
    p[rows[scored]] = (len(highest) - reached) / len(highest)
    near = np.zeros((len(vectors), len(groups)), bool)
    near[rows] = counts[len(counts) // 2] > 0
    near[rows, of_rows] = True
    return NewInGroup(
        scores=scores,
        p=p,
        asked_near=near[:, groups > 0].sum(axis=1),
        reference_near=near[:, groups == 0].sum(axis=1),
        expected=float((groups.sum() - 1) / (len(groups) - 1)),
        p_of_all=float(p[rows[scored]].min()) if scored.any() else np.nan,
        ways=ways,
    )


def hide_from_reference(
    vectors: Matrix,
    animals: NDArray[np.integer],
    asked: Sequence[bool],
    behaviours: Sequence[str | None],
    *,
    fewest: int = 5,
    seed: int = 0,
) -> list[HiddenBehaviour]:
    """Take one behaviour at a time out of the reference animals, and look for it in the others.

    Behaviours with fewer than ``fewest`` windows in the asked animals are passed over.
    """
    groups, names = np.asarray(asked, np.int8), np.array([name or "" for name in behaviours])
    _check(groups)
    whole = np.isfinite(vectors).all(axis=1)
    is_asked = groups[animals] > 0
    found = []
    for behaviour in sorted(set(names[whole & is_asked]) - {""}):
        named = whole & (names == behaviour)
        if (named & is_asked).sum() < fewest or not (whole & is_asked & ~named).any():
            continue
        rows = np.flatnonzero(whole & (is_asked | ~named))
        _, counts = _neighbourhoods(vectors, rows, animals, len(groups), seed)
        of_asked = is_asked[rows]
        scores = _shares(counts, groups)[of_asked]
        found.append(measured(behaviour, named[rows][of_asked], scores))
    return found


def _check(groups: NDArray[np.int8]) -> None:
    if min(groups.sum(), (1 - groups).sum()) < FEWEST_ANIMALS:
        raise ValueError(
            f"expected {FEWEST_ANIMALS} animals or more that are asked about and as many for "
            f"reference, found {groups.sum()} and {(1 - groups).sum()}: compare with "
            "--method neighbours, which knows no animals"
        )


def _neighbourhoods(
    vectors: Matrix, rows: Rows, animals: NDArray[np.integer], n_animals: int, seed: int
) -> tuple[Matrix, NDArray[np.float32]]:
    among = draw(rows, MOST_WINDOWS, np.random.default_rng(seed))
    points = even_spread(vectors, among)
    of_windows = np.asarray(animals, np.int64)
    return points, _counts(points, rows, among, of_windows, n_animals, seed)


def even_spread(vectors: Matrix, known: Rows) -> Matrix:
    """Turn vectors so that all their directions have unit spread in the known rows.

    Directions with less than a hundredth of the largest spread are not blown up further.
    """
    centred = vectors - vectors[known].mean(axis=0)
    covariance = np.atleast_2d(np.cov(centred[known].T.astype(np.float64)))
    variances, directions = np.linalg.eigh(covariance)
    spread = np.sqrt(np.maximum(variances, 0))
    spread = np.maximum(spread, _LEAST_SPREAD * max(float(spread.max()), 1e-9))
    return (centred @ (directions / spread)).astype(np.float32)


def _shares(counts: NDArray[np.float32], groups: NDArray[np.int8]) -> NDArray[np.float64]:
    """Share of asked animals in each neighbourhood, mean over its sizes."""
    of_size = (counts @ groups.astype(np.float32)) / np.maximum(counts.sum(axis=2), 1)
    return np.asarray(of_size.mean(axis=0), np.float64)


def _counts(
    points: Matrix, rows: Rows, among: Rows, animals: Rows, n_animals: int, seed: int
) -> NDArray[np.float32]:
    """Windows of each animal among the nearest of other animals: (sizes, rows, animals)."""
    rng = np.random.default_rng(seed)
    tie = _TIE * points.shape[1]
    most = max(1, int(_MOST_OF_ALL * AT_MOST_EACH * (n_animals - 1)))
    sizes = [min(size, most) for size in NEAREST]
    counts = np.zeros((len(sizes), rows.size, n_animals), np.float32)
    for start in range(0, rows.size, _ROWS_AT_ONCE):
        some = rows[start : start + _ROWS_AT_ONCE]
        distances = _squares(points[some], points[among])
        # Sentences repeat word for word: among equals chance decides, not the order of animals.
        distances += tie * rng.random(distances.shape, np.float32)
        distances[animals[some][:, None] == animals[among][None]] = np.inf
        looked_through = min(_LOOKED_THROUGH * sizes[-1], among.size - 1)
        nearest = np.argpartition(distances, looked_through - 1, axis=1)[:, :looked_through]
        values = np.take_along_axis(distances, nearest, axis=1)
        order = np.argsort(values, axis=1, kind="stable")
        values = np.take_along_axis(values, order, axis=1)
        of_animal = animals[among[np.take_along_axis(nearest, order, axis=1)]]
        counts[:, start : start + some.size] = _capped(of_animal, values, sizes, n_animals)
    return counts


def _capped(
    of_animal: Rows, distances: Matrix, sizes: Sequence[int], n_animals: int
) -> NDArray[np.float32]:
    """Count animals along each row, nearest first, until a size is reached."""
    every = np.arange(len(of_animal))
    counted = np.zeros((len(of_animal), n_animals), np.float32)
    reached = np.zeros((len(sizes), *counted.shape), np.float32)
    total = np.zeros(len(of_animal), np.int64)
    for animal, distance in zip(of_animal.T, distances.T, strict=True):
        counts = (counted[every, animal] < AT_MOST_EACH) & np.isfinite(distance)
        counted[every, animal] += counts
        total += counts
        for place, size in enumerate(sizes):
            reached[place][total <= size] = counted[total <= size]
    return reached


def _around(points: Matrix, rows: Rows, looked_at: Sequence[int]) -> NDArray[np.bool_]:
    """Which rows are among those nearest to one that was looked at."""
    known = np.zeros(rows.size, bool)
    seen = np.intersect1d(np.asarray(looked_at, np.int64), rows)
    if seen.size:
        nearest = np.argsort(_squares(points[seen], points[rows]), axis=1)[:, : KNOWN_AROUND + 1]
        known[nearest.ravel()] = True
    return known


def _squares(some: Matrix, others: Matrix) -> Matrix:
    distances = (others**2).sum(axis=1)[None] - 2 * some @ others.T
    distances += (some**2).sum(axis=1)[:, None]
    return distances
