"""What a captioner must beat: guesses, its own answers dealt anew, and boosting on kinematics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.vectors.kinematic_vectors import kinematic_columns
from napari_mousegpt.analysis.wording.fact_scores import MEASURES, score_facts
from napari_mousegpt.workflows.fact_truth import Known

Said = list[Mapping[str, frozenset[str]]]
N_SHUFFLES = 20
N_FOLDS = 5
FEWEST_OF_EACH = 5
NO_BEHAVIOUR = ""


def guessed(known: Sequence[Known], facts: Iterable[str]) -> Said:
    """Always the commonest true value of each fact; chosen on the truth itself, so a bit good."""
    counts: dict[str, Counter[str]] = {fact: Counter() for fact in facts}
    for window in known:
        for fact, truth in window.items():
            counts[fact].update(truth.must)
    best = {
        fact: frozenset({count.most_common(1)[0][0]}) for fact, count in counts.items() if count
    }
    return [best for _ in known]


def shuffled(said: Said, known: Sequence[Known], units: Sequence[str], seed: int) -> pd.DataFrame:
    """Scores of the same answers dealt to other windows of the same length, mean of 20 deals."""
    rng = np.random.default_rng(seed)
    tables = []
    for _ in range(N_SHUFFLES):
        order = rng.permutation(len(said))
        tables.append(score_facts([said[place] for place in order], known, units=None))
    table = tables[0].copy()
    for name in MEASURES:
        values = np.array([one[name].to_numpy(float) for one in tables])
        table[name] = values.mean(axis=0)
        table[f"{name}_low"], table[f"{name}_high"] = np.quantile(values, [0.025, 0.975], axis=0)
    return table


def boosted_facts(
    kinematics: pd.DataFrame, known: Sequence[Known], units: Sequence[str]
) -> Said | None:
    """Behaviours by gradient boosting on the kinematics of windows, each told by the others.

    Whole units (recordings, animals, or blocks of one animal's time) are held out, never single
    windows, whose neighbours would tell. None if there are too few windows of two behaviours.
    """
    labels = np.array(
        [sorted(one["behaviour"].must)[0] if _has(one) else NO_BEHAVIOUR for one in known], object
    )
    usable = np.array(["behaviour" in one for one in known])
    features = kinematic_columns(kinematics).to_numpy(np.float64)
    usable &= np.isfinite(features).any(axis=1)
    names = out_of_fold(features[usable], labels[usable], np.asarray(units)[usable])
    if names is None:
        return None
    said: list[Mapping[str, frozenset[str]]] = [{} for _ in known]
    for place, name in zip(np.flatnonzero(usable), names, strict=True):
        said[place] = {"behaviour": frozenset({str(name)})} if name else {}
    return said


def out_of_fold(features: np.ndarray, labels: np.ndarray, units: np.ndarray) -> np.ndarray | None:
    """Label of each row by a model that never saw its unit; None if that cannot be learnt."""
    names, counts = np.unique(labels, return_counts=True)
    n_folds = min(N_FOLDS, len(set(units.tolist())))
    if (counts >= FEWEST_OF_EACH).sum() < 2 or n_folds < 2:
        return None
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.model_selection import GroupKFold

    told = np.full(len(labels), names[np.argmax(counts)], object)
    for learnt, held_out in GroupKFold(n_folds).split(features, labels, units):
        if len(set(labels[learnt])) < 2:
            told[held_out] = labels[learnt][0]
            continue
        model = HistGradientBoostingClassifier(
            max_iter=60, min_samples_leaf=5, early_stopping=False, random_state=0
        )
        known = np.isfinite(features[learnt]).any(axis=0)  # such as paws that nobody tracked
        model.fit(features[learnt][:, known], labels[learnt].astype(str))
        told[held_out] = model.predict(features[held_out][:, known])
    return told


def _has(known: Known) -> bool:
    return "behaviour" in known and bool(known["behaviour"].must)
