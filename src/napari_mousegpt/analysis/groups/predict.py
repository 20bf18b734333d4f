"""Which group a recording is from, told from what the animal did. Knows no recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.analysis.groups.permutations import p_value, relabel
from napari_mousegpt.analysis.groups.predict_folds import (
    Model,
    PredictSettings,
    Task,
    make_task,
    out_of_fold,
)
from napari_mousegpt.analysis.groups.predict_words import importances_of

FEW = 10
"""Animals in a group under which accuracies are hardly worth reading."""


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """How well groups can be told, and by what.

    Attributes
    ----------
    groups
        The reference first.
    balanced_accuracy, low, high
        Over animals that the model had not seen, mean over repeats; 95 % percentile interval over
        animals (or cages) drawn anew from the out-of-fold answers.
    chance, p
        Mean over permuted groups, and the share of those that do as well as the real ones with the
        same single cut into folds; the real one counts.
    animals
        ``animal, group`` and the mean out-of-fold probability of each group.
    importances
        ``feature``, ``importance`` (see `importances_of`), ``direction``, medians by group.
    warnings
        What a reader must know.
    """

    groups: tuple[str, ...]
    model: Model
    n_folds: int
    balanced_accuracy: float
    low: float
    high: float
    chance: float
    p: float
    animals: pd.DataFrame
    importances: pd.DataFrame
    warnings: tuple[str, ...]


def predict_groups(
    table: pd.DataFrame,
    features: Sequence[str],
    *,
    groups: Sequence[str],
    settings: PredictSettings | None = None,
) -> Prediction:
    """Predict the group of each animal from animals of other folds.

    Parameters
    ----------
    table
        One row for each recording: ``animal``, ``group``, ``block`` (cage; NaN if unknown) and the
        features. A missing feature takes the median of the training recordings.
    groups
        Names of the groups, the reference first.

    Raises
    ------
    ValueError
        If an animal is in two groups, or a group has fewer than two animals or cages to split.
    """
    settings = settings or PredictSettings()
    features = [name for name in features if table[name].nunique() > 1]
    if not features:
        raise ValueError("expected a feature that varies between recordings, found none")
    task = make_task(table, features, groups, settings.n_folds)
    repeats = [
        out_of_fold(task, task.codes, settings, settings.seed + repeat)
        for repeat in range(settings.n_repeats)
    ]
    probability = np.mean(repeats, axis=0)
    real = task.codes[task.first]
    low, high = _interval(real, probability, task.units[task.first], settings)
    chance = _permuted(task, settings)
    answers = {f"probability {name}": probability[:, code] for code, name in enumerate(groups)}
    named = np.array(groups)[real]
    return Prediction(
        groups=tuple(groups),
        model=settings.model,
        n_folds=task.n_folds,
        balanced_accuracy=balanced_accuracy(real, probability),
        low=low,
        high=high,
        chance=float(np.mean(chance[1:])) if len(chance) > 1 else np.nan,
        p=p_value(chance) if len(chance) > 1 else np.nan,
        animals=pd.DataFrame({"animal": task.animals, "group": named, **answers}),
        importances=importances_of(table, features, task, groups, settings),
        warnings=_warnings(task, settings),
    )


def balanced_accuracy(codes: NDArray[np.int64], probability: NDArray[np.float64]) -> float:
    """Mean over groups of the share of its animals that are told right."""
    told = probability.argmax(axis=1)
    return float(np.mean([np.mean(told[codes == code] == code) for code in np.unique(codes)]))


def _permuted(task: Task, settings: PredictSettings) -> NDArray[np.float64]:
    """Accuracies with groups dealt anew among animals, the real ones first, all with one cut."""
    if not settings.n_permutations:
        return np.zeros(0)
    ways = relabel(
        task.codes[task.first],
        task.blocks,
        n_permutations=settings.n_permutations,
        seed=settings.seed,
    ).labels
    if len(ways) > settings.n_permutations + 1:  # all ways there are: some of them will do
        order = np.random.default_rng(settings.seed).permutation(len(ways) - 1)
        ways = np.vstack([ways[:1], ways[1 + order[: settings.n_permutations]]])
    return np.array(
        [
            balanced_accuracy(
                labels, out_of_fold(task, labels[task.of_animal], settings, settings.seed)
            )
            for labels in ways.astype(np.int64)
        ]
    )


def _interval(
    codes: NDArray[np.int64], probability: NDArray, units: NDArray, settings: PredictSettings
) -> tuple[float, float]:
    rng = np.random.default_rng(settings.seed)
    names, place = np.unique(units, return_inverse=True)
    right = (probability.argmax(axis=1) == codes).astype(float)
    drawn = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), settings.n_resamples)
    weights = drawn[:, place]  # (resamples, animals)
    with np.errstate(invalid="ignore"):
        shares = [
            (weights * right)[:, codes == code].sum(axis=1) / weights[:, codes == code].sum(axis=1)
            for code in np.unique(codes)
        ]
    accuracies = np.mean(shares, axis=0)
    low, high = np.nanquantile(accuracies, [0.025, 0.975])
    return float(low), float(high)


def _warnings(task: Task, settings: PredictSettings) -> tuple[str, ...]:
    sizes = np.unique(task.codes[task.first], return_counts=True)[1]
    sentences = []
    if sizes.min() < FEW:
        sentences.append(
            f"{sizes.min()} animals in the smallest group: one animal more or less changes the "
            f"accuracy by {100 / len(sizes) / sizes.min():.0f} points"
        )
    if task.n_folds < settings.n_folds:
        sentences.append(f"only {task.n_folds} folds, since a group has no more animals or cages")
    n_features = task.values.shape[1]
    if n_features > len(task.animals):
        sentences.append(
            f"{n_features} features of {len(task.animals)} animals: what the model leans on is one "
            "of many sets of features that would do"
        )
    return tuple(sentences)
