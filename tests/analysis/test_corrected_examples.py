"""Examples from labels and corrections, and the split by animal."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from napari_mousegpt.analysis.review.corrected_examples import corrected_examples, split_by_animal
from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.tables import DESCRIPTIONS, conform


def described(*behaviours: str) -> pd.DataFrame:
    rows = [
        {
            "video": "cam0", "individual": "m", "start": 10 * place, "stop": 10 * place + 10,
            "run_id": "r", "overall": f"It is {word}.", "keywords": [word], "valid": True,
        }
        for place, word in enumerate(behaviours)
    ]  # fmt: skip
    return conform(pd.DataFrame(rows), DESCRIPTIONS)


def bouts_of(*rows: tuple[str, int, int], source: str = "person") -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["behaviour", "start", "stop"])
    return make_bouts(table.assign(video="cam0", individual="m", source=source))


def test_truth_is_what_people_say_of_most_of_the_window() -> None:
    labels = pd.concat(
        [bouts_of(("rearing", 0, 20), ("still", 25, 30)), bouts_of(("x", 0, 40), source="model")]
    )
    spans = pd.DataFrame({"video": ["cam0"], "individual": "m", "start": [30], "stop": [40]})
    table = corrected_examples(
        described("rearing", "walking", "still", "walking", "still"), labels, assessed=spans
    )
    assert table[["start", "truth", "said", "agrees"]].values.tolist() == [
        [0, "rearing", "rearing", True],
        [10, "rearing", "walking", False],
        [30, "nothing", "walking", False],
    ]
    assert table["overall"].tolist() == ["It is rearing.", None, None]
    assert table["said_overall"].tolist()[1] == "It is walking."


def test_a_corrected_text_is_an_example_of_its_own() -> None:
    before = described("walking", "still")
    now = before.assign(overall=["It runs.", "It is still."])
    table = corrected_examples(before, bouts_of(), corrected=now.iloc[::-1])
    assert table[["start", "truth", "overall", "said_overall"]].values.tolist() == [
        [0, None, "It runs.", "It is walking."]
    ]


def test_no_animal_is_on_both_sides() -> None:
    examples = pd.DataFrame({"animal": np.repeat(list("abcdefghij"), 7)})
    held = split_by_animal(examples, held_out=0.3, seed=1)
    assert held.sum() == 21
    assert not set(examples.loc[held, "animal"]) & set(examples.loc[~held, "animal"])
    assert (split_by_animal(examples, held_out=0.3, seed=1) == held).all()


@pytest.mark.parametrize(
    ("animals", "share", "match"),
    [("aa", 0.2, "two animals or more"), ("ab", 1.0, "share between 0 and 1")],
)
def test_impossible_splits(animals: str, share: float, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        split_by_animal(pd.DataFrame({"animal": list(animals)}), held_out=share)
