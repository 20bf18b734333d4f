"""What is written and read again: every event, at exactly its frames, for any frame rate."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_mousegpt.datamodel.bouts import BOUTS, make_bouts
from napari_mousegpt.io.label_formats import (
    bento,
    boris,
    frame_columns,
    interval_table,
    poser,
    simba_targets,
)
from napari_mousegpt.io.label_writers import (
    bento as bento_writer,
)
from napari_mousegpt.io.label_writers import (
    boris_events,
    boris_project,
    csv_table,
)
from napari_mousegpt.io.label_writers import (
    poser as poser_writer,
)
from napari_mousegpt.io.label_writers import (
    simba_targets as simba_writer,
)

FILES = settings(deadline=None, max_examples=int(os.environ.get("MOUSEGPT_EXAMPLES", "20")))

ANYTHING = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
NAMES = ANYTHING.filter(lambda name: name not in ("", "No focal subject"))
WORDS = st.text("abcxyzABC0123_", min_size=1, max_size=8)
RATES = st.one_of(
    st.sampled_from([1.0, 15.0, 24.0, 25.0, 29.97, 30000 / 1001, 30.0, 59.94, 60.0, 240.0, 499.0]),
    st.floats(0.5, 480.0),
    st.floats(500.0, 20_000.0),
)


@st.composite
def clocks(draw: st.DrawFn, n_frames: int = 60) -> dict[str, object]:
    """A frame rate, or time stamps of frames of any length from 50 microseconds to a second."""
    if draw(st.booleans()):
        return {"fps": draw(RATES)}
    shortest_s = draw(st.sampled_from([5e-5, 0.0021, 0.01]))
    steps_s = draw(
        st.lists(st.floats(shortest_s, 1.0), min_size=n_frames - 1, max_size=n_frames - 1)
    )
    return {"times_s": np.concatenate(([0.0], np.cumsum(steps_s)))}


@st.composite
def tables(
    draw: st.DrawFn,
    *,
    names: st.SearchStrategy[str] = NAMES,
    columns: tuple[str, ...] = tuple(BOUTS),
    one_kind: bool = False,
    videos: tuple[str, ...] = ("a.mp4", "b c.avi"),
    n_frames: int = 60,
) -> pd.DataFrame:
    """A bout table with content in these columns only."""
    behaviours = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    individuals = ["individual_0", *draw(st.lists(names, max_size=2, unique=True))]
    points = draw(st.sets(st.sampled_from(behaviours)))
    rows = []
    for _ in range(draw(st.integers(0, 12))):
        start = draw(st.integers(0, n_frames - 1))
        behaviour = draw(st.sampled_from(behaviours))
        is_point = behaviour in points if one_kind else draw(st.booleans())
        is_point &= "kind" in columns
        row = {
            "start": start,
            "stop": start + 1 if is_point else draw(st.integers(start + 1, n_frames)),
            "behaviour": behaviour,
            "kind": "point" if is_point else "state",
            "individual": draw(st.sampled_from(individuals)),
            "video": draw(st.sampled_from(videos)),
            "run_id": draw(st.sampled_from(["", "3f2a"])),
            "source": draw(st.sampled_from(["person", "import", "model"])),
            "target": draw(st.one_of(st.just(""), names)),
            "annotator": draw(st.sampled_from(["", "ann", "bob"])),
            "comment": draw(ANYTHING),
            "confidence": draw(st.one_of(st.just(np.nan), st.floats(0, 1))),
        }
        rows.append({name: row[name] for name in row if name in columns})
    return make_bouts(rows)


def in_order(bouts: pd.DataFrame) -> pd.DataFrame:
    """Known columns and nothing else, in an order that does not depend on the writer."""
    rows = sorted(bouts[list(BOUTS)].to_dict("records"), key=lambda row: [str(row[k]) for k in row])
    return make_bouts(rows)


def assert_same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(in_order(found), in_order(expected), check_exact=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("labels")


@FILES
@given(tables())
def test_csv_holds_everything(folder: Path, bouts: pd.DataFrame) -> None:
    assert csv_table.write(bouts, folder / "bouts.csv") == []
    assert interval_table.matches(folder / "bouts.csv")
    found = interval_table.read(folder / "bouts.csv")
    assert_same(found, bouts)
    assert found.attrs["problems"] == []


@pytest.mark.parametrize("suffix", [".csv", ".tsv"])
@FILES
@given(bouts=tables(), clock=clocks())
def test_boris_events_hold_everything(
    folder: Path, suffix: str, bouts: pd.DataFrame, clock: dict
) -> None:
    path = folder / f"events{suffix}"
    assert boris_events.write(bouts, path, **clock) == []
    assert boris.matches(path)
    found = boris.read(path, times_s=clock.get("times_s"))
    assert_same(found, bouts)


WITHOUT_CONFIDENCE = tuple(name for name in BOUTS if name != "confidence")


@FILES
@given(
    bouts=tables(
        columns=WITHOUT_CONFIDENCE,
        one_kind=True,
        names=NAMES.filter(lambda name: "|" not in name and name not in ("NA", "None")),
    ),
    clock=clocks(),
)
def test_boris_projects_hold_all_but_confidence(
    folder: Path, bouts: pd.DataFrame, clock: dict
) -> None:
    path = folder / "project.boris"
    assert boris_project.write(bouts, path, **clock) == []
    assert boris.matches(path)
    assert_same(boris.read(path, times_s=clock.get("times_s")), bouts)


@FILES
@given(
    bouts=tables(
        columns=("video", "individual", "start", "stop", "behaviour"),
        names=st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,8}", fullmatch=True),
        videos=("mouse.mp4",),
    ),
    fps=RATES,
)
def test_bento_holds_frames_behaviours_and_individuals(
    folder: Path, bouts: pd.DataFrame, fps: float
) -> None:
    path = folder / "mouse.annot"
    assert bento_writer.write(bouts, path, fps=fps) == []
    assert bento.matches(path)
    found = bento.read(path)
    assert_same(found, bouts)
    assert found.attrs["fps"] == fps


@FILES
@given(
    bouts=tables(
        columns=("video", "individual", "start", "stop", "behaviour"),
        videos=("mouse.mp4",),
    )
)
def test_poser_holds_frames_behaviours_and_individuals(folder: Path, bouts: pd.DataFrame) -> None:
    path = folder / "mouse.mp4_classification.csv"
    assert poser_writer.write(bouts, path) == []
    assert poser.matches(path)
    assert_same(poser.read(path), bouts)


@FILES
@given(
    bouts=tables(
        columns=("start", "stop", "behaviour"),
        names=st.from_regex(r"[a-z]{3,8}", fullmatch=True),
    )
)
def test_simba_holds_which_frames_show_a_behaviour(folder: Path, bouts: pd.DataFrame) -> None:
    features = folder / "features.csv"
    features.write_text("Nose_x,Nose_y,Nose_p,speed\n" + "1.50,2,0.9,3\n" * 60)
    path = folder / "targets.csv"
    simba_writer.write(bouts, path, features=features, behaviours=["never"])
    found = simba_targets.read(path)
    assert simba_targets.matches(path)
    assert frames_of(found) == frames_of(bouts)
    assert "never" in {entry["name"] for entry in found.attrs["ethogram"]}
    simba_writer.write(bouts, path, n_frames=60, behaviours=["never"])
    assert frame_columns.matches(path)
    assert frames_of(frame_columns.read(path)) == frames_of(bouts)


def frames_of(bouts: pd.DataFrame) -> dict[str, set[int]]:
    frames: dict[str, set[int]] = {}
    for behaviour, start, stop in zip(
        bouts["behaviour"], bouts["start"], bouts["stop"], strict=True
    ):
        frames.setdefault(behaviour, set()).update(range(start, stop))
    return frames
