"""Recordings and a groups csv to a prediction of groups, its tables and its words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from napari_mousegpt.analysis.groups.cohort_design import make_cohort
from napari_mousegpt.analysis.groups.predict import Prediction, predict_groups
from napari_mousegpt.analysis.groups.predict_folds import PredictSettings
from napari_mousegpt.analysis.groups.predict_words import importances_in_words
from napari_mousegpt.analysis.profile.profile_tables import Profile
from napari_mousegpt.analysis.profile.subject import KEYS, WHOLE
from napari_mousegpt.workflows.compare import CohortProfile, chosen_measures
from napari_mousegpt.workflows.profile_files import write_table


def predict_recordings(
    cohort: CohortProfile,
    settings: PredictSettings,
    *,
    reference: str | None = None,
    with_transitions: bool = False,
    more: pd.DataFrame | None = None,
) -> Prediction:
    """Predict groups from the measures of a profiled cohort (see `analysis.groups.predict`).

    Parameters
    ----------
    with_transitions
        Also probabilities of the transitions that at least half of the animals make.
    more
        Further features, such as mean embeddings: one row for each ``recording`` (and
        ``individual``), every other column of numbers a feature.

    Raises
    ------
    ValueError
        If a recording has no row among ``more``, or see `analysis.groups.predict.predict_groups`.
    """
    table = cohort.table
    features = chosen_measures(table)
    if with_transitions:
        wide = transition_features(cohort.profile)
        table, features = table.merge(wide, on=KEYS, how="left"), [*features, *wide.columns[4:]]
    if more is not None:
        table, names = _joined(table, more)
        features += names
    if table["epoch"].nunique() > 1:
        table, features = _epochs_beside(table, features)
    groups = make_cohort(table, features, reference=reference).groups
    return predict_groups(table, features, groups=groups, settings=settings)


def transition_features(profile: Profile) -> pd.DataFrame:
    """Probability of each transition for each animal, of those that half of the animals make."""
    table = profile.transitions
    named = table.assign(name=table["source"] + " > " + table["target"] + ": probability")
    made = named[named["count"] > 0].groupby("name").size()
    usual = made.index[made >= len(profile.subjects) / 2]
    wide = named[named["name"].isin(usual)].pivot_table(
        index=KEYS, columns="name", values="probability", dropna=False
    )
    return wide.reset_index()


def methods_text(prediction: Prediction, settings: PredictSettings, *, n_features: int) -> str:
    """Say what was done, for a paper."""
    from napari_mousegpt.analysis.groups.compare_words import LIBRARIES, versions

    sizes = prediction.animals["group"].value_counts()
    told = ", ".join(f"{name}: n = {sizes[name]}" for name in prediction.groups)
    model = {
        "logistic": "a ridge-penalised logistic regression, whose penalty was chosen by folds "
        "within the training animals",
        "forest": "a random forest of 100 trees",
    }[prediction.model]
    return (
        f"The group ({told}) was predicted from {n_features} features by {model}, in "
        f"{prediction.n_folds} folds of whole animals (whole cages where known), "
        f"{settings.n_repeats} times; medians for missing values and scales were taken from the "
        "training animals. The balanced accuracy is that of the mean out-of-fold probability "
        f"of each animal, with a 95 % percentile bootstrap interval ({settings.n_resamples:,} "
        f"resamples). Its p value compares one cut into folds with {settings.n_permutations:,} "
        "permutations of the groups among animals (within cages where cages are mixed), every one "
        f"with all its folds. Seed {settings.seed}. Software: "
        f"{versions((*LIBRARIES, 'scikit-learn'))}."
    )


def write_prediction(
    prediction: Prediction, settings: PredictSettings, folder: str | Path
) -> list[Path]:
    """Write ``animals.csv``, ``importances.csv`` and ``methods.txt``."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "methods.txt"
    lines = [methods_text(prediction, settings, n_features=len(prediction.importances)), ""]
    lines += [in_words(prediction), *(f"Note: {text}." for text in prediction.warnings)]
    lines += importances_in_words(prediction.importances, prediction.groups)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [
        write_table(prediction.animals, folder / "animals.csv"),
        write_table(prediction.importances, folder / "importances.csv"),
        path,
    ]


def in_words(prediction: Prediction) -> str:
    """The accuracy as a sentence."""
    chance = 100 / len(prediction.groups)
    beyond = f", p = {prediction.p:.2g}" if prediction.p == prediction.p else ""
    return (
        f"{' and '.join(prediction.groups)}: balanced accuracy "
        f"{100 * prediction.balanced_accuracy:.0f} % [{100 * prediction.low:.0f}, "
        f"{100 * prediction.high:.0f}] (chance {chance:.0f} %{beyond})"
    )


def _joined(table: pd.DataFrame, more: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    keys = [name for name in ("recording", "individual") if name in more]
    if "recording" not in keys:
        raise ValueError(
            f"expected a table of features with a column recording, found {', '.join(more)}"
        )
    names = [name for name in more if name not in KEYS and more[name].dtype.kind in "fi"]
    renamed = more[[*keys, *names]].rename(columns={name: f"table: {name}" for name in names})
    missing = sorted(set(table["recording"]) - set(more["recording"]))
    if missing:
        raise ValueError(f"the table of features has no row for {', '.join(missing)}")
    return table.merge(renamed, on=keys, how="left"), [f"table: {name}" for name in names]


def _epochs_beside(table: pd.DataFrame, features: Sequence[str]) -> tuple[pd.DataFrame, list[str]]:
    """Epochs of a recording as features of their own: it must not be its own neighbour."""
    keys = ["recording", "individual", "animal", "group", "block"]
    wide = table.pivot(index=keys, columns="epoch", values=list(features))
    wide.columns = [f"{name} in {epoch}" for name, epoch in wide.columns]
    return wide.reset_index().assign(epoch=WHOLE), list(wide.columns)
