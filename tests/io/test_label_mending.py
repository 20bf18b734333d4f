"""Journals that are torn, damaged, cut short, gone, or of another release."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from label_samples import ANNA, ETHOGRAM, empty_recording, model_bouts

from napari_mousegpt import open_recording
from napari_mousegpt.datamodel.labels.actions import add_bout
from napari_mousegpt.datamodel.labels.behaviours import set_behaviour
from napari_mousegpt.datamodel.labels.review import correct
from napari_mousegpt.io.bout_journal import add_bouts, read_journal, read_labels
from napari_mousegpt.io.durable import append_lines
from napari_mousegpt.io.labels.replay import replay
from napari_mousegpt.io.labels.session import LabelSession
from napari_mousegpt.io.recording_folder import save_recording

STARTS = [0, 10, 20, 30, 40]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A recording with five actions, closed properly."""
    folder = empty_recording(tmp_path).folder
    label(folder, STARTS)
    return folder


def label(folder: Path, starts: list[int]) -> None:
    with LabelSession.open(folder, annotator="Anna") as session:
        for start in starts:
            session.apply(add_bout(session.labels, ANNA, "grooming", start, start + 5))


def without(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def starts_in(folder: Path) -> list[int]:
    return sorted(open_recording(folder).bouts["start"])


def damage(folder: Path, line: int, *, garbage: bytes = b"\xff\x00garbage") -> None:
    """Overwrite the middle of a line, counted from 0."""
    lines = (folder / "bouts.jsonl").read_bytes().split(b"\n")
    place = len(lines[line]) // 2
    lines[line] = lines[line][:place] + garbage + lines[line][place + len(garbage) :]
    (folder / "bouts.jsonl").write_bytes(b"\n".join(lines))


def test_a_torn_last_line(folder: Path) -> None:
    with (folder / "bouts.jsonl").open("ab") as file:
        file.write(b'{"action":"edit","id":"x","ad')
    assert starts_in(folder) == STARTS
    assert "was not finished (29 bytes)" in open_recording(folder).problems[0]
    label(folder, [50])
    assert starts_in(folder) == [*STARTS, 50]
    assert open_recording(folder).problems == ()


@pytest.mark.parametrize("line", [0, 2, 4])
@pytest.mark.parametrize("garbage", [b"\xff\x00garbage", b"\n\n\n", b"~"], ids=repr)
def test_a_damaged_line_is_taken_from_a_snapshot(folder: Path, line: int, garbage: bytes) -> None:
    label(folder, [50])  # behind the snapshot that is damaged below
    damage(folder, line, garbage=garbage)
    assert starts_in(folder) == [*STARTS, 50]
    assert "taken from a snapshot" in open_recording(folder).problems[0]
    with LabelSession.open(folder, annotator="Anna") as session:
        assert "taken from a snapshot" in " ".join(session.recovered)
        assert session.history.undo_count == 6
    assert starts_in(folder) == [*STARTS, 50]
    assert open_recording(folder).problems == ()
    assert list((folder / "backups").glob("bouts.damaged-*.jsonl"))


@pytest.mark.parametrize("line", [0, 2, 4])
def test_a_damaged_line_without_snapshot(folder: Path, line: int) -> None:
    without(folder, "backups", "bouts.parquet", "assessed.parquet")
    damage(folder, line)
    others = [start for start in STARTS if start != 10 * line]
    assert starts_in(folder) == others
    with LabelSession.open(folder, annotator="Anna") as session:
        assert f"Line {line + 1} of bouts.jsonl cannot be read" in session.recovered[0]
        assert "all others are there" in session.recovered[0]
        for _ in others:
            assert session.undo() is not None
        assert session.undo() is None
        assert len(session.labels) == 0
    label(folder, [70])
    assert starts_in(folder) == [70]


def test_a_bit_that_flipped_is_noticed(folder: Path) -> None:
    without(folder, "backups", "bouts.parquet", "assessed.parquet")
    journal = (folder / "bouts.jsonl").read_bytes()
    (folder / "bouts.jsonl").write_bytes(journal.replace(b'"start":20', b'"start":21'))
    found = open_recording(folder)
    assert "does not match its own checksum" in found.problems[0]
    assert sorted(found.bouts["start"]) == [0, 10, 30, 40]


@pytest.mark.parametrize(
    ("gone", "says"),
    [
        (["bouts.jsonl"], "was gone, and was restored from backups/labels-"),
        (["bouts.jsonl", "backups"], "bouts.parquet knew more than bouts.jsonl: 5 bouts"),
        (["bouts.jsonl", "bouts.parquet", "assessed.parquet"], "was gone, and was restored"),
    ],
)
def test_a_journal_that_is_gone(folder: Path, gone: list[str], says: str) -> None:
    without(folder, *gone)
    assert starts_in(folder) == STARTS
    assert says in open_recording(folder).problems[0]
    label(folder, [50])
    assert starts_in(folder) == [*STARTS, 50]
    assert open_recording(folder).problems == ()


def test_a_journal_cut_short(folder: Path) -> None:
    journal = (folder / "bouts.jsonl").read_bytes()
    (folder / "bouts.jsonl").write_bytes(journal[: len(journal) // 2])
    assert starts_in(folder) == STARTS
    with LabelSession.open(folder, annotator="Anna") as session:
        assert "had lost its end" in " ".join(session.recovered)
        assert session.history.undo_count == 5


def test_what_only_the_tables_know_is_all_taken(folder: Path) -> None:
    with LabelSession.open(folder, annotator="Anna") as session:
        labels = session.labels
        session.apply(correct(labels, "r", "cam0", "individual_0", 0, 9, head="Up."))
    without(folder, "bouts.jsonl", "backups")
    labels, _ = read_labels(folder)
    assert [one.value for one in labels.corrections] == ["Up."]
    assert len(labels.bouts) == 5


def test_the_ethogram_of_the_recording_counts_until_the_journal_changes_it(folder: Path) -> None:
    add_bouts(folder, model_bouts((0, 5, "walking")))
    assert open_recording(folder).ethogram == ETHOGRAM
    save_recording(open_recording(folder).replace(ethogram=ETHOGRAM[:2]))
    assert open_recording(folder).ethogram == ETHOGRAM[:2]
    with LabelSession.open(folder, annotator="Anna") as session:
        session.apply(set_behaviour(session.labels, "still", colour="#123456"))
    changed = open_recording(folder).ethogram
    assert [one.colour for one in changed] == ["#123456", ETHOGRAM[1].colour]
    save_recording(open_recording(folder).replace(ethogram=ETHOGRAM))
    assert open_recording(folder).ethogram == changed


def test_a_newer_release(folder: Path) -> None:
    append_lines(folder / "bouts.jsonl", [{"action": "teleport", "id": "x"}])
    before = (folder / "bouts.jsonl").read_bytes()
    for opened in (open_recording, LabelSession.open):
        with pytest.raises(ValueError, match=r"'teleport'.*Upgrade with: pip install"):
            opened(folder)
    assert (folder / "bouts.jsonl").read_bytes() == before


def test_a_journal_of_the_first_release(tmp_path: Path) -> None:
    folder = empty_recording(tmp_path).folder
    row = {"video": "cam0", "individual": "individual_0", "kind": "state", "source": "import"}
    bouts = [row | {"start": start, "stop": start + 5, "behaviour": "still"} for start in (0, 10)]
    run = [bout | {"run_id": "r", "source": "model", "confidence": 0.5} for bout in bouts]
    append_lines(
        folder / "bouts.jsonl",
        [
            {"action": "add", "time": "2025-01-01", "bouts": bouts},
            {"action": "replace_run", "run_id": "r", "time": "2025-01-01", "bouts": run},
            {"action": "replace_run", "run_id": "r", "time": "2025-01-02", "bouts": run[:1]},
        ],
    )
    first = read_journal(folder)
    assert first["bout_id"].is_unique
    assert read_journal(folder)["bout_id"].tolist() == first["bout_id"].tolist()
    assert first["source"].tolist() == ["import", "import", "model"]
    with LabelSession.open(folder, annotator="Anna") as session:
        session.undo()
    assert read_journal(folder)["source"].tolist() == ["model"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=4,
)
FIELDS = st.sampled_from(
    ["bout_id", "individual", "start", "stop", "behaviour", "annotator", "kind", "confidence", "x"]
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    action=st.sampled_from(["edit", "add", "replace_run", "undo"]),
    odd=st.dictionaries(FIELDS, ANYTHING, max_size=3),
    entries=st.dictionaries(
        st.sampled_from(["removed", "added", "set", "ethogram", "assessed", "corrections", "of"]),
        ANYTHING,
        max_size=2,
    ),
)
def test_a_line_of_anything_is_used_or_told(
    action: str, odd: dict[str, object], entries: dict[str, object]
) -> None:
    row = {"individual": "a", "start": 1, "stop": 9, "behaviour": "still"}
    good = {"action": "add", "bouts": [row]}
    bad = {"action": action, "run_id": "r", "bouts": [row | odd], "added": [row | odd]} | entries
    lines = "".join(json.dumps(one) + "\n" for one in (good, bad, good | {"time": "later"}))
    state = replay(lines.encode(), ETHOGRAM)
    assert len(state.labels) >= 2 or action == "edit"
    assert state.actions + len(state.damaged) == 3
    assert len(state.labels.table()) == len(state.labels)
    state.labels.assessed_table()


@settings(max_examples=12, deadline=None, derandomize=True)
@given(place=st.floats(0, 1, exclude_max=True), garbage=st.binary(min_size=1, max_size=40))
def test_any_garbage_anywhere_opens_and_keeps_the_other_actions(
    tmp_path_factory: pytest.TempPathFactory, place: float, garbage: bytes
) -> None:
    folder = empty_recording(tmp_path_factory.mktemp("garbage")).folder
    label(folder, STARTS)
    without(folder, "backups", "bouts.parquet", "assessed.parquet")
    journal = bytearray((folder / "bouts.jsonl").read_bytes())
    first = int(place * len(journal))
    hit = journal[:first].count(b"\n"), journal[: first + len(garbage) - 1].count(b"\n")
    journal[first : first + len(garbage)] = garbage
    (folder / "bouts.jsonl").write_bytes(bytes(journal))
    kept = [start for k, start in enumerate(STARTS) if not hit[0] <= k <= hit[1] + 1]
    with LabelSession.open(folder, annotator="Anna") as session:
        assert {bout.start for bout in session.labels} >= set(kept)
        assert {bout.start for bout in session.labels} <= set(STARTS)
    assert set(starts_in(folder)) >= set(kept)
