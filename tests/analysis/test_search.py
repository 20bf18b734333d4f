"""Search: the right window first, nothing where nothing is, conditions that are no code."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from napari_mousegpt.analysis.search.bm25 import BM25
from napari_mousegpt.analysis.search.kinematic_filter import fulfilled, parse_conditions
from napari_mousegpt.analysis.search.search import SearchIndex

SAID = [
    ("The mouse turns left by 90 degrees on the spot.", ["turning left", "slow", "left turn"]),
    ("The mouse turns right by 45 degrees.", ["turning right", "slow", "right turn"]),
    ("The mouse grooms its face: both forepaws beat at the snout.", ["face grooming"]),
    ("The mouse stays still.", ["still", "not moving"]),
    ("The mouse rears: its body looks shortened to 0.5 of its length.", ["rearing"]),
    ("The mouse walks 2.0 body lengths forward, then rears.", ["walking", "fast", "rearing"]),
]


def descriptions() -> pd.DataFrame:
    starts = np.arange(len(SAID)) * 30
    return pd.DataFrame(
        {
            "video": "cam0",
            "individual": "individual_0",
            "start": starts,
            "stop": starts + 30,
            "run_id": "run",
            "overall": [overall for overall, _ in SAID],
            "head": ["The head is held straight ahead."] * len(SAID),
            "limb": None,
            "torso": None,
            "keywords": [words for _, words in SAID],
            "valid": True,
        }
    )


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("turns left", 0),
        ("turns right", 1),
        ("pivots to the right", 1),
        ("washes its face", 2),
        ("immobile", 3),
        ("freezing", None),  # nobody said freezing, and still is not quite it
        ("stands on its hind legs", 4),
        ("moves forward", 5),
        ("eats a pellet", None),
        ("riding a bicycle", None),
        ("fights with another mouse", None),
    ],
)
def test_the_window_that_fits_comes_first(query: str, first: int | None) -> None:
    found = SearchIndex(descriptions()).search(query)
    if first is None:
        assert query == "freezing" or found.empty
    else:
        assert found.index[0] == first


def test_what_a_window_is_about_comes_before_what_it_mentions() -> None:
    assert SearchIndex(descriptions()).search("rears").index.tolist() == [4, 5]


@pytest.mark.parametrize(
    ("query", "starts"),
    [
        ("turns left", [0, 90, 120]),  # where no side is said, it may have been this one
        ("turns right", [30, 90, 120]),
        ("turns", [0, 30, 90, 120]),
        ("turns left on the spot", [0, 120]),
        ("head up", [0, 30, 90, 120]),
        ("head down", [60, 90, 120]),
    ],
)
def test_the_other_side_is_not_found(query: str, starts: list[int]) -> None:
    said = [
        ("The mouse turns left by 90 degrees.", "The head is up."),
        ("The mouse turns right by 45 degrees.", "The head is up and to the left."),
        ("The mouse walks to the left.", "The head is down."),
        ("The mouse turns.", "The head is held straight ahead."),
        ("The mouse turns right, then turns left.", "The head is held straight ahead."),
    ]
    rows = (
        descriptions()
        .head(len(said))
        .assign(
            overall=[overall for overall, _ in said],
            head=[head for _, head in said],
            keywords=[[] for _ in said],
        )
    )
    found = SearchIndex(rows).search(query)
    assert sorted(found["start"]) == starts


def test_the_words_that_matched_are_told() -> None:
    found = SearchIndex(descriptions()).search("washes its face")
    assert found["matched"].iloc[0][0] == "grooms its face"
    assert found["covered"].iloc[0] == 1


def test_levels_limit_the_search() -> None:
    index = SearchIndex(descriptions(), levels=("head",))
    assert index.search("rears").empty
    assert len(index.search("straight ahead", limit=3)) == 3


def test_invalid_rows_are_never_found_and_empty_queries_are_refused() -> None:
    table = descriptions().assign(valid=False)
    assert SearchIndex(table).search("rears").empty
    with pytest.raises(ValueError, match="expected words about behaviour"):
        SearchIndex(table).search("the mouse")


def test_bm25_prefers_rare_words_and_short_texts() -> None:
    scores = BM25([["a", "b"], ["a", "c", "c", "c"], ["a"], ["d"]]).scores(["a", "b"])
    assert scores.argmax() == 0
    assert scores[2] > scores[1] > 0
    assert scores[3] == 0
    assert BM25([]).scores(["a"]).size == 0


FEATURES = pd.DataFrame(
    {
        "speed_mean_mm_per_s": [60.0, 40.0, np.nan],
        "speed_mean_px_per_s": [120.0, 80.0, 500.0],
        "speed_mean_bl_per_s": [0.6, 0.4, 2.5],
        "net_turn_deg": [-120.0, 10.0, 95.0],
    }
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("speed > 5 cm/s", [True, False, False]),
        ("speed < 50 mm/s", [False, True, False]),
        ("speed >= 80 px/s", [True, True, True]),
        ("turn > 90 deg", [True, False, True]),
        ("Turn > 90 and speed > 1 bl/s", [False, False, True]),
    ],
)
def test_conditions(text: str, expected: list[bool]) -> None:
    found = fulfilled(FEATURES, parse_conditions(text), pixel_size_mm=0.5)
    assert found.tolist() == expected


def test_centimetres_need_the_size_of_a_pixel() -> None:
    with pytest.raises(ValueError, match=r"'speed > 5 cm/s' needs the size of a pixel.*bl/s"):
        fulfilled(FEATURES, parse_conditions("speed > 5 cm/s"), pixel_size_mm=None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("__import__('os')", "expected a condition such as"),
        ("sped > 3", "known are speed, top speed"),
        ("speed > 5", "expected a unit among px/s"),
        ("turn > 5 cm", "expected a unit among deg"),
        ("", "expected a condition such as"),
    ],
)
def test_what_is_no_condition_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_conditions(text)
