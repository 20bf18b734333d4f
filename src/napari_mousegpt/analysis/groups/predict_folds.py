"""Models fitted in folds of whole animals, or whole cages. Knows no group's name and no p.

Everything that is learned - what fills a gap, what a usual value is, how strongly to penalise - is
learned inside the fold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Model = Literal["logistic", "forest"]
PENALTIES = (0.003, 0.03, 0.3)
"""Of the logistic regression (C); the one is taken that does best in folds within the fold."""


@dataclass(frozen=True, slots=True)
class PredictSettings:
    """What decides on a prediction.

    ``n_folds`` at most, fewer where a group has fewer animals or cages; ``n_repeats`` other ways of
    cutting the folds, averaged; ``n_permutations`` of the groups, each with all its folds.
    """

    model: Model = "logistic"
    n_folds: int = 5
    n_repeats: int = 5
    n_permutations: int = 199
    n_resamples: int = 2000
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """Recordings, what is known of them, and which may not be torn apart.

    Attributes
    ----------
    values
        Shape (recordings, features).
    codes
        Group of each recording, from 0.
    units
        Its cage, or its animal where cages are not known.
    animals, of_animal, first
        Names of the animals; for each recording the place of its animal among them; for each animal
        the place of its first recording.
    blocks
        Code of each animal's cage; None if cages are not known.
    """

    values: NDArray[np.float64]
    codes: NDArray[np.int64]
    units: NDArray
    animals: NDArray
    of_animal: NDArray[np.int64]
    first: NDArray[np.int64]
    blocks: NDArray[np.int64] | None
    n_folds: int


def make_task(
    table: pd.DataFrame, features: Sequence[str], groups: Sequence[str], n_folds: int
) -> Task:
    """Take the features of recordings apart from their groups.

    Raises
    ------
    ValueError
        If an animal is in two groups, or a group has fewer than two animals or cages to split.
    """
    units, by_cage = _units(table)
    codes = pd.Categorical(table["group"], categories=list(groups)).codes.astype(np.int64)
    names = table["animal"].to_numpy(str)
    animals, first, of_animal = np.unique(names, return_index=True, return_inverse=True)
    return Task(
        values=table[list(features)].to_numpy(float),
        codes=codes,
        units=units,
        animals=animals,
        of_animal=of_animal,
        first=first,
        blocks=pd.factorize(units[first])[0] if by_cage else None,
        n_folds=_n_folds(codes, units, n_folds),
    )


def out_of_fold(
    task: Task, codes: NDArray[np.int64], settings: PredictSettings, seed: int
) -> NDArray[np.float64]:
    """Probability of each group for each animal, by models that have not seen it.

    Shape (animals, groups); ``codes`` are the groups of the recordings, real or dealt anew.
    """
    import sklearn

    size = int(task.codes.max()) + 1
    probability = np.full((len(codes), size), 1 / size)  # nobody answered: chance
    # Checks of parameters and values take more time than small fits do.
    with sklearn.config_context(skip_parameter_validation=True):
        for train, test in folds(codes, task.units, task.n_folds, seed):
            model = fitted(task, codes, train, settings, seed)
            probability[np.ix_(test, model.classes_)] = model.predict_proba(task.values[test])
    means: NDArray[np.float64] = pd.DataFrame(probability).groupby(task.of_animal).mean().to_numpy()
    return means


def folds(
    codes: NDArray[np.int64], units: NDArray, n_folds: int, seed: int
) -> Iterator[tuple[NDArray, NDArray]]:
    from sklearn.model_selection import StratifiedGroupKFold

    splitter = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
    for train, test in splitter.split(codes, codes, units):
        shared = set(units[train]) & set(units[test])
        if shared:
            raise ValueError(f"{sorted(shared)[0]} is in training and test: folds are broken")
        if len(test) and len(np.unique(codes[train])) == len(np.unique(codes)):
            yield train, test


def fitted(
    task: Task, codes: NDArray[np.int64], train: NDArray, settings: PredictSettings, seed: int
) -> Any:
    """Fit a model to the training recordings; the penalty by folds among them."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    values, known, units = task.values[train], codes[train], task.units[train]
    gaps = SimpleImputer(strategy="median", keep_empty_features=True)
    if settings.model == "forest":
        forest = RandomForestClassifier(
            100, class_weight="balanced", min_samples_leaf=2, random_state=seed, n_jobs=1
        )
        return make_pipeline(gaps, forest).fit(values, known)
    penalty = PENALTIES[int(np.argmin(_inner_losses(values, known, units, seed)))]
    scale = StandardScaler()
    return make_pipeline(gaps, scale, _regression(penalty)).fit(values, known)


def _regression(penalty: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=penalty, class_weight="balanced", tol=1e-3, max_iter=500)


def _inner_losses(
    values: NDArray, codes: NDArray[np.int64], units: NDArray, seed: int
) -> NDArray[np.float64]:
    """Log loss of each penalty in folds of the training animals; 0 where there are too few."""
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    losses = np.zeros(len(PENALTIES))
    sizes = [len(np.unique(units[codes == code])) for code in np.unique(codes)]
    if min(sizes) < 2:
        return losses
    for train, test in folds(codes, units, min(3, *sizes), seed):
        gaps = SimpleImputer(strategy="median", keep_empty_features=True)
        prepared = make_pipeline(gaps, StandardScaler()).fit(values[train])
        seen, unseen = prepared.transform(values[train]), prepared.transform(values[test])
        for place, penalty in enumerate(PENALTIES):
            model = _regression(penalty).fit(seen, codes[train])
            right = np.searchsorted(model.classes_, codes[test])
            said = model.predict_proba(unseen)[np.arange(len(test)), right]
            losses[place] -= np.log(np.maximum(said, 1e-15)).mean()
    return losses


def _units(table: pd.DataFrame) -> tuple[NDArray, bool]:
    """What is never cut: cages, or animals where cages are not known; and which of them."""
    seen = table.groupby("animal", observed=True)["group"].nunique()
    if (seen > 1).any():
        raise ValueError(
            f"animal {seen.index[seen > 1][0]} is in several groups: what it is like would tell "
            "its group in one fold from another. Every animal belongs to one group."
        )
    known = "block" in table and bool(table["block"].notna().all())
    return table["block" if known else "animal"].to_numpy(str), known


def _n_folds(codes: NDArray[np.int64], units: NDArray, wanted: int) -> int:
    sizes = [len(np.unique(units[codes == code])) for code in np.unique(codes)]
    if min(sizes) < 2:
        raise ValueError(
            "expected two animals (or cages, where they are given) or more in every group, "
            f"found {min(sizes)}: a model cannot be tested on animals that it has not seen"
        )
    return min(wanted, *sizes)
