"""Bout tables: what is refused, what is filled in, and windows joined into bouts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_mousegpt.datamodel.bouts import BOUTS, make_bouts, merge_windows


def test_absent_columns_are_filled_and_unknown_ones_kept() -> None:
    bouts = make_bouts([{"start": 3, "stop": 9, "behaviour": "rearing", "tier": "a", "n": 2}])
    assert list(bouts) == [*BOUTS, "tier", "n"]
    assert bouts.to_dict("records")[0] | {"confidence": None} == {
        "video": "",
        "individual": "individual_0",
        "start": 3,
        "stop": 9,
        "run_id": None,
        "behaviour": "rearing",
        "target": None,
        "kind": "state",
        "source": "import",
        "annotator": None,
        "confidence": None,
        "comment": None,
        "tier": "a",
        "n": 2,
    }
    assert np.isnan(bouts["confidence"][0])
    assert bouts.attrs == {"problems": [], "ethogram": [], "fps": None}


def test_no_rows_make_an_empty_table_with_types() -> None:
    bouts = make_bouts([])
    assert len(bouts) == 0
    assert bouts["start"].dtype == np.int64
    assert bouts["confidence"].dtype == np.float64
    pd.testing.assert_frame_equal(make_bouts(pd.DataFrame()), bouts)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stop": 3}, "stop after they start"),
        ({"start": -1}, "start at frame 0 or later"),
        ({"start": 2.5}, "start as whole frame numbers"),
        ({"stop": None}, "stop as whole frame numbers"),
        ({"stop": np.inf}, "stop as whole frame numbers"),
        ({"stop": 1e300}, "stop as whole frame numbers"),
        ({"kind": "event"}, "kind among state, point"),
        ({"kind": "point"}, "points of one frame"),
        ({"source": "guess"}, "source among person"),
        ({"behaviour": ""}, "to have a behaviour"),
    ],
)
def test_impossible_bouts_are_refused_and_shown(change: dict, message: str) -> None:
    good = {"start": 3, "stop": 9, "behaviour": "rearing"}
    with pytest.raises(ValueError, match=message) as error:
        make_bouts([good, good | change])
    assert "found 1 of 2" in str(error.value)


def test_a_table_without_start_is_refused() -> None:
    with pytest.raises(ValueError, match="with column 'start'"):
        make_bouts([{"stop": 3, "behaviour": "x"}])


def test_rows_given_are_not_changed_and_facts_are_kept() -> None:
    rows = pd.DataFrame({"start": [1], "stop": [2], "behaviour": ["x"]})
    before = rows.copy()
    first = make_bouts(rows, problems=["odd"], ethogram=[{"name": "x"}], fps=25.0)
    again = make_bouts(first, problems=["odder"])
    pd.testing.assert_frame_equal(rows, before)
    assert again.attrs == {"problems": ["odd", "odder"], "ethogram": [{"name": "x"}], "fps": 25.0}


def windows(*rows: tuple[int, int, str | None, float], **columns: object) -> pd.DataFrame:
    """Descriptions with start, stop, behaviour and confidence."""
    return pd.DataFrame(
        [
            {
                "video": "cam0",
                "individual": "m",
                "start": start,
                "stop": stop,
                "run_id": "r",
                "keywords": [behaviour, "more"] if behaviour else [],
                "valid": True,
                "confidence": confidence,
            }
            | columns
            for start, stop, behaviour, confidence in rows
        ],
        columns=[
            "video",
            "individual",
            "start",
            "stop",
            "run_id",
            "keywords",
            "valid",
            "confidence",
        ],
    )


NAN = float("nan")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([], [], id="none"),
        pytest.param(
            [(0, 10, "a", 1.0), (10, 20, "a", 0.5), (20, 25, "b", NAN)],
            [(0, 20, "a", 0.75), (20, 25, "b", NAN)],
            id="touching",
        ),
        pytest.param(
            [(0, 10, "a", 1.0), (11, 20, "a", 1.0)], [(0, 10, "a", 1), (11, 20, "a", 1)], id="gap"
        ),
        pytest.param(
            [(0, 20, "a", 1.0), (10, 30, "b", 1.0), (20, 40, "a", 1.0)],
            [(0, 15, "a", 1), (15, 25, "b", 1), (25, 40, "a", 1)],
            id="overlapping",
        ),
        pytest.param(
            [(0, 20, "a", 0.0), (10, 30, "a", 1.0)], [(0, 30, "a", 0.5)], id="overlap of the same"
        ),
        pytest.param([(10, 20, "a", 1.0), (0, 10, "a", 1.0)], [(0, 20, "a", 1)], id="unsorted"),
        pytest.param(
            [(0, 10, "a", 1.0), (10, 20, None, 1.0), (20, 30, "a", NAN)],
            [(0, 10, "a", 1), (20, 30, "a", NAN)],
            id="a window without keyword parts",
        ),
        pytest.param(
            [(0, 10, "a", NAN), (10, 20, "a", 0.5)],
            [(0, 20, "a", 0.5)],
            id="known confidences only",
        ),
    ],
)
def test_windows_are_joined(rows: list, expected: list) -> None:
    bouts = merge_windows(windows(*rows), source="rule")
    found = bouts[["start", "stop", "behaviour", "confidence"]].to_records(index=False).tolist()
    assert [row[:3] for row in found] == [row[:3] for row in expected]
    assert [row[3] for row in found] == pytest.approx([row[3] for row in expected], nan_ok=True)
    assert set(bouts["source"]) <= {"rule"}


def test_runs_videos_and_individuals_are_not_joined_and_invalid_windows_passed_over() -> None:
    tables = [
        windows((0, 10, "a", 1.0)),
        windows((10, 20, "a", 1.0), individual="n"),
        windows((10, 20, "a", 1.0), run_id="s"),
        windows((10, 20, "a", 1.0), video="cam1"),
        windows((10, 20, "a", 1.0), valid=False),
    ]
    bouts = merge_windows(pd.concat(tables, ignore_index=True))
    assert len(bouts) == 4
    assert set(bouts["stop"] - bouts["start"]) == {10}
    assert set(bouts["source"]) == {"model"}


@given(
    starts=st.lists(st.integers(0, 60), min_size=1, max_size=12, unique=True),
    length=st.integers(1, 40),
    behaviours=st.lists(st.sampled_from("ab"), min_size=12, max_size=12),
)
def test_bouts_of_one_run_never_overlap_and_cover_what_the_windows_cover(
    starts: list[int], length: int, behaviours: list[str]
) -> None:
    starts = sorted(starts)
    rows = [
        (start, start + length, behaviour, 1.0)
        for start, behaviour in zip(starts, behaviours, strict=False)
    ]
    bouts = merge_windows(windows(*rows))
    covered = [
        frame for a, b in zip(bouts["start"], bouts["stop"], strict=True) for frame in range(a, b)
    ]
    assert len(covered) == len(set(covered))
    assert set(covered) == {frame for a, b, *_ in rows for frame in range(a, b)}
    touching = bouts["start"].to_numpy()[1:] == bouts["stop"].to_numpy()[:-1]
    same = bouts["behaviour"].to_numpy()[1:] == bouts["behaviour"].to_numpy()[:-1]
    assert not (touching & same).any()
