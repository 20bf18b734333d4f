from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from napari_mousegpt.analysis.groups.predict import predict_groups
from napari_mousegpt.analysis.groups.predict_folds import PredictSettings, folds, make_task
from napari_mousegpt.analysis.groups.predict_words import importances_in_words

FEATURES = ["rearing: budget", "still: budget", "x"]
QUICK = PredictSettings(n_repeats=1, n_permutations=9, n_resamples=200)


def table(
    effect: float = 3.0, *, each: int = 8, recordings: int = 1, seed: int = 0
) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for place in range(2 * each):
        group = "treated" if place % 2 else "control"
        own = rng.normal(size=3)
        rows += [
            {
                "animal": f"m{place}",
                "group": group,
                "block": f"cage{place // 2}",
                "rearing: budget": 0.2 + 0.02 * (own[0] - effect * (group == "treated")),
                "still: budget": own[1],
                "x": own[2] + 0.01 * rng.normal(),
            }
            for _ in range(recordings)
        ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize("model", ["logistic", "forest"])
def test_a_planted_difference_is_told_and_named(model: str) -> None:
    settings = PredictSettings(model=model, n_repeats=1, n_permutations=0)  # type: ignore[arg-type]
    found = predict_groups(table(), FEATURES, groups=("control", "treated"), settings=settings)
    assert found.balanced_accuracy > 0.8
    assert found.low <= found.balanced_accuracy <= found.high
    assert found.importances["feature"][0] == "rearing: budget"
    words = importances_in_words(found.importances, found.groups)
    assert words[0].startswith("treated animals spend less time rearing (medians: control 0.2")


def test_the_p_value_counts_permuted_groups() -> None:
    found = predict_groups(table(), FEATURES, groups=("control", "treated"), settings=QUICK)
    assert found.p == pytest.approx(0.1)
    assert 0.2 < found.chance < 0.8


def test_recordings_of_an_animal_do_not_leak() -> None:
    """Noise that is the animal's own is no help for animals that were not seen."""
    noise = table(0.0, recordings=6, each=10, seed=3)
    found = predict_groups(noise, FEATURES, groups=("control", "treated"), settings=QUICK)
    assert found.balanced_accuracy < 0.75
    assert len(found.animals) == 20


@pytest.mark.parametrize("by_cage", [True, False])
def test_folds_hold_whole_animals_or_cages(by_cage: bool) -> None:
    rows = table(recordings=3)
    rows = rows if by_cage else rows.assign(block=None)
    task = make_task(rows, FEATURES, ("control", "treated"), 5)
    unit = rows["block" if by_cage else "animal"].to_numpy()
    seen = []
    for train, test in folds(task.codes, task.units, task.n_folds, 0):
        assert not set(unit[train]) & set(unit[test])
        seen += test.tolist()
    assert sorted(seen) == list(range(len(rows)))


def test_missing_features_and_constant_ones() -> None:
    rows = table().assign(constant=1.0)
    rows.loc[::3, "x"] = np.nan
    names = ("control", "treated")
    found = predict_groups(rows, [*FEATURES, "constant"], groups=names, settings=QUICK)
    assert "constant" not in set(found.importances["feature"])


def test_what_cannot_be_predicted() -> None:
    rows, names = table(), ("control", "treated")
    twice = pd.concat([rows, rows.assign(group="treated")])
    with pytest.raises(ValueError, match="is in several groups"):
        predict_groups(twice, FEATURES, groups=names)
    one = rows[(rows["group"] == "control") | (rows["animal"] == "m1")]
    with pytest.raises(ValueError, match="two animals"):
        predict_groups(one, FEATURES, groups=names)
    with pytest.raises(ValueError, match="a feature that varies"):
        predict_groups(rows.assign(x=1.0), ["x"], groups=names)


def test_small_cohorts_are_warned_of() -> None:
    found = predict_groups(table(each=3), FEATURES, groups=("control", "treated"), settings=QUICK)
    text = " ".join(found.warnings)
    assert "3 animals in the smallest group" in text
    assert "only 3 folds" in text
