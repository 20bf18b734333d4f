"""Held-out records are whole animals, cages or recordings; time only where nothing else is left."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from napari_mousegpt.training.splits import overlapping, split_records


def rows(animals: list[str], *, recordings: list[str] | None = None, cages=None) -> pd.DataFrame:
    """Ten windows of each animal, two behaviours in turn."""
    number = 10 * len(animals)
    return pd.DataFrame(
        {
            "recording": np.repeat(recordings or animals, 10),
            "video": "cam0",
            "individual": "individual_0",
            "animal": np.repeat(animals, 10),
            "cage": np.repeat(cages, 10) if cages else None,
            "start": np.tile(np.arange(10) * 60, len(animals)),
            "stop": np.tile(np.arange(10) * 60 + 60, len(animals)),
            "behaviour": ["rearing", "walking"] * (number // 2),
        }
    )


@pytest.mark.parametrize(
    ("table", "unit", "column"),
    [
        (rows(["a", "b", "c", "d"]), "animal", "animal"),
        (rows(["a", "b", "c", "d"], cages=["1", "1", "2", "2"]), "cage", "cage"),
        (rows(["a", "a"], recordings=["one", "two"]), "recording", "recording"),
    ],
)
def test_whole_units_are_held_out(table: pd.DataFrame, unit: str, column: str) -> None:
    split = split_records(table, share=0.25)
    assert split.unit == unit
    held, kept = (set(table[column][chosen]) for chosen in (split.held_out, ~split.held_out))
    assert held
    assert kept
    assert not held & kept


def test_the_same_animal_twice_is_warned_of() -> None:
    split = split_records(rows(["a", "a"], recordings=["one", "two"]))
    assert "only one animal" in split.warnings[0]


def test_one_recording_of_one_animal_is_split_in_time_with_a_warning() -> None:
    table = rows(["a"])
    split = split_records(table, share=0.2)
    assert split.unit == "time"
    assert "only one animal in one recording" in split.warnings[0]
    assert table["start"][split.held_out].min() >= table["stop"][~split.held_out].max()


def test_behaviours_are_on_both_sides_where_that_is_possible() -> None:
    table = rows(["a", "b", "c", "d"])
    table.loc[table["animal"].isin(["a", "b"]), "behaviour"] = "digging"
    held = split_records(table, share=0.5).held_out
    assert set(table["behaviour"][held]) == set(table["behaviour"][~held])


def test_too_little_cannot_be_held_apart() -> None:
    with pytest.raises(ValueError, match="cannot be held apart"):
        split_records(rows(["a"]).iloc[:1])


def test_windows_that_share_frames_with_held_out_ones_are_dropped() -> None:
    table = rows(["a"]).assign(start=[0, 30, 60, *range(1000, 1700, 100)])
    table["stop"] = table["start"] + 60
    held = np.array([True] + [False] * 9)
    assert overlapping(table, held).tolist() == [False, True] + [False] * 8
