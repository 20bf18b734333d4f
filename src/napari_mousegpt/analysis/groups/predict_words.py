"""What a prediction leans on, as a table and in words. Knows no p."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.groups.predict_folds import PredictSettings, Task, fitted, folds

SHUFFLES = 5
_SAID = {
    "budget": ("spend more time {0}", "spend less time {0}"),
    "bouts_per_min": ("begin {0} more often", "begin {0} less often"),
    "duration_median_s": ("have longer bouts of {0}", "have shorter bouts of {0}"),
    "duration_mean_s": ("have longer bouts of {0}", "have shorter bouts of {0}"),
    "latency_s": ("begin {0} later", "begin {0} sooner"),
}


def importances_of(
    table: pd.DataFrame,
    features: Sequence[str],
    task: Task,
    groups: Sequence[str],
    settings: PredictSettings,
) -> pd.DataFrame:
    """Measure how much worse unseen animals are told when one feature is shuffled.

    Returns
    -------
    pandas.DataFrame
        ``feature``; ``importance``, the mean rise of the log loss over the test folds, the largest
        first (features that say the same share it); ``direction``, the sign of the rank
        correlation with the second group (NaN for three groups or more); ``median GROUP``.
    """
    from sklearn.metrics import log_loss

    values, codes = task.values, task.codes
    rng = np.random.default_rng(settings.seed)
    rise = np.zeros(len(features))
    labels = np.arange(len(groups))
    for train, test in folds(codes, task.units, task.n_folds, settings.seed):
        model = fitted(task, codes, train, settings, settings.seed)
        before = log_loss(codes[test], model.predict_proba(values[test]), labels=labels)
        for place in range(len(features)):
            for _ in range(SHUFFLES):
                shuffled = values[test].copy()
                shuffled[:, place] = rng.permutation(shuffled[:, place])
                after = log_loss(codes[test], model.predict_proba(shuffled), labels=labels)
                rise[place] += (after - before) / (SHUFFLES * task.n_folds)
    rows: dict[str, list] = {"feature": list(features), "importance": rise.tolist()}
    if len(groups) == 2:
        ranks = table[list(features)].rank()
        rows["direction"] = np.sign(ranks.corrwith(pd.Series(codes, index=table.index))).tolist()
    animals = table.groupby(["animal", "group"], observed=True)[list(features)].mean()
    medians = animals.groupby("group", observed=True).median()
    for name in groups:
        rows[f"median {name}"] = medians.loc[name].tolist()
    return pd.DataFrame(rows).sort_values("importance", ascending=False, ignore_index=True)


def importances_in_words(
    importances: pd.DataFrame, groups: Sequence[str], *, n_said: int = 5
) -> list[str]:
    """Say what the model leans on most, such as "treated animals spend less time rearing".

    Only features whose shuffling makes the answers worse; with the medians of the groups. For three
    groups or more without a direction.
    """
    helping = importances[importances["importance"] > 0].head(n_said)
    return [_sentence(row, groups) for row in helping.to_dict("records")]


def _sentence(row: dict, groups: Sequence[str]) -> str:
    feature = str(row["feature"])
    medians = ", ".join(f"{name} {row[f'median {name}']:.3g}" for name in groups)
    if len(groups) > 2 or not row["direction"]:
        return f"{feature} (medians: {medians})"
    behaviour, _, measure = feature.partition(": ")
    place = 0 if row["direction"] > 0 else 1
    if measure in _SAID:
        said = _SAID[measure][place].format(behaviour)
    else:
        said = f"have {'more' if place == 0 else 'less'} {feature}"
    return f"{groups[-1]} animals {said} (medians: {medians})"
