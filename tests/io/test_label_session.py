"""A session: what it saves and when it says so, disks that refuse, and who else may write."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from label_samples import ANNA, empty_recording, model_bouts

from napari_mousegpt import open_recording
from napari_mousegpt.datamodel.labels.actions import accept_bouts, add_bout, remove_bouts
from napari_mousegpt.datamodel.labels.assessed import Assessed
from napari_mousegpt.datamodel.labels.behaviours import merge_behaviours, rename_behaviour
from napari_mousegpt.datamodel.labels.review import assess, correct
from napari_mousegpt.datamodel.labels.toggle import toggle
from napari_mousegpt.io.answers_table import rebuild_descriptions
from napari_mousegpt.io.bout_journal import replace_ethogram, replace_run_bouts
from napari_mousegpt.io.durable import append_lines
from napari_mousegpt.io.labels import append as label_append
from napari_mousegpt.io.labels import lock as label_lock
from napari_mousegpt.io.labels import session as label_session
from napari_mousegpt.io.labels import writer as label_writer
from napari_mousegpt.io.labels.lock import HOLDER
from napari_mousegpt.io.labels.session import LabelSession, NotSaved, ReadOnly, WouldEmpty
from napari_mousegpt.io.labels.snapshots import snapshots


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return empty_recording(tmp_path).folder


@pytest.fixture
def session(folder: Path) -> Iterator[LabelSession]:
    opened = LabelSession.open(folder, annotator="Anna")
    yield opened
    opened.close(discard=True)


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A disk that takes some bytes and no more; call it to make room."""
    dice, write = random.Random(0), label_append._write

    def refuse(file: object, lines: bytes) -> None:
        write(file, lines[: dice.randrange(len(lines))])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(label_append, "_write", refuse)
    monkeypatch.setattr(label_writer, "_FIRST_WAIT_S", 0.01)
    monkeypatch.setattr(label_writer, "_LONGEST_WAIT_S", 0.01)
    return lambda: monkeypatch.setattr(label_append, "_write", write)


def spans(folder: Path) -> list[tuple[int, int]]:
    bouts = open_recording(folder).bouts
    return sorted(zip(bouts["start"], bouts["stop"], strict=True))


def add(session: LabelSession, start: int, name: str = "grooming") -> str:
    edit = session.apply(add_bout(session.labels, ANNA, name, start, start + 5))
    return edit.added[0].bout_id


def test_saved_is_said_after_it_is_on_disk(session: LabelSession) -> None:
    said: list[tuple[str, int]] = []
    journal = session.folder / "bouts.jsonl"
    session.status_changed.connect(
        lambda status: said.append(
            (status.state, len(journal.read_bytes().splitlines()) if journal.exists() else 0)
        )
    )
    add(session, 10)
    assert session.flush()
    assert said[0][0] == "saving"
    assert said[-1] == ("saved", 1)
    assert session.status.waiting == 0


def test_a_full_disk_is_said_at_once_and_loses_nothing(
    session: LabelSession, full_disk: Callable[[], None]
) -> None:
    for start in range(0, 100, 10):
        add(session, start)
        assert not session.flush()
    assert session.status.state == "failed"
    assert session.status.waiting == 10
    assert "No space left" in session.status.reason
    with pytest.raises(NotSaved, match="10 actions could not be saved"):
        session.close()
    assert len(session.labels) == 10
    full_disk()
    session.retry()
    assert session.flush(10)
    assert session.status.state == "saved"
    assert spans(session.folder) == [(start, start + 5) for start in range(0, 100, 10)]


def test_a_limit_of_the_system_in_the_middle_of_a_line(session: LabelSession) -> None:
    """A real refusal: the kernel takes the first bytes of a line and no more."""
    resource = pytest.importorskip("resource")
    add(session, 0)
    session.flush()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = (session.folder / "bouts.jsonl").stat().st_size
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, before[1]))
        add(session, 10)
        add(session, 20)
        assert not session.flush()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert session.status.state == "failed"
    assert "File too large" in session.status.reason
    assert (session.folder / "bouts.jsonl").stat().st_size == size
    session.retry()
    assert session.flush()
    assert spans(session.folder) == [(0, 5), (10, 15), (20, 25)]


def test_the_disk_is_tried_again_without_being_asked(
    session: LabelSession, full_disk: Callable[[], None]
) -> None:
    add(session, 10)
    assert not session.flush()
    full_disk()
    for _ in range(500):
        if session.status.state == "saved":
            break
        time.sleep(0.01)
    assert spans(session.folder) == [(10, 15)]


@pytest.mark.parametrize("is_there", [True, False], ids=["full", "gone"])
def test_save_elsewhere(
    session: LabelSession, full_disk: Callable[[], None], tmp_path: Path, is_there: bool
) -> None:
    full_disk()
    add(session, 10)
    assert session.flush()
    session.apply(rename_behaviour(session.labels, "grooming", "washing"))
    add(session, 30, "still")
    session.undo()
    session.flush()
    if not is_there:
        shutil.move(session.folder, tmp_path / "unplugged")
        add(session, 40, "walking")
        assert not session.flush()
        assert session.status.state == "failed"
    new = session.save_elsewhere(tmp_path / "new.mousegpt")
    assert session.status.state == "saved"
    add(session, 50, "rearing")
    session.close()
    with LabelSession.open(new, annotator="Anna") as again:
        names = [bout.behaviour for bout in sorted(again.labels, key=lambda one: one.start)]
        assert names == ["washing", *([] if is_there else ["walking"]), "rearing"]
        while again.undo() is not None:
            pass
        assert len(again.labels) == 0
        assert again.labels.behaviour("washing") is None


def test_save_elsewhere_wants_an_empty_folder(session: LabelSession, tmp_path: Path) -> None:
    with pytest.raises(FileExistsError, match="new or empty folder"):
        session.save_elsewhere(tmp_path)


def test_a_journal_that_is_deleted_while_open_is_no_silent_start(session: LabelSession) -> None:
    add(session, 10)
    session.flush()
    (session.folder / "bouts.jsonl").unlink()
    add(session, 20)
    assert not session.flush()
    assert "removed or replaced" in session.status.reason
    assert not (session.folder / "bouts.jsonl").exists()


def test_the_second_window_looks_only_and_sees_what_is_saved(session: LabelSession) -> None:
    add(session, 10)
    session.flush()
    with LabelSession.open(session.folder, annotator="Bea") as other:
        assert "Anna on" in other.read_only
        assert len(other.labels) == 1
        with pytest.raises(ReadOnly, match="being labelled by Anna"):
            add(other, 20)
        add(session, 30)
        session.flush()
        assert other.refresh()
        assert len(other.labels) == 2
        assert not other.refresh()


def test_another_process_looks_only(session: LabelSession) -> None:
    code = (
        "import sys; from napari_mousegpt.io.labels.session import LabelSession as S;"
        "print(S.open(sys.argv[1]).read_only)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, session.folder], capture_output=True, text=True, check=True
    )
    assert f"Anna on {label_lock.socket.gethostname()} (process {os.getpid()})" in said.stdout


@pytest.mark.parametrize(
    ("silent_s", "is_taken_over"), [(10, False), (600, True)], ids=["alive", "dead"]
)
def test_a_lock_of_another_machine(folder: Path, silent_s: float, is_taken_over: bool) -> None:
    holder = {"who": "Bea", "host": "far", "pid": 1, "since": "2025-01-01T10:00:00+00:00"}
    (folder / HOLDER).write_text(json.dumps(holder))
    then = time.time() - silent_s
    os.utime(folder / HOLDER, (then, then))
    with LabelSession.open(folder, annotator="Anna") as session:
        if is_taken_over:
            assert session.read_only == ""
            assert "Bea on far" in session.recovered[0]
        else:
            assert "Bea on far (process 1), since 2025-01-01 10:00 UTC" in session.read_only


def test_a_drive_without_locks(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(lock: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(label_lock.FileLock, "_acquire", none)
    with LabelSession.open(folder, annotator="Anna") as session:
        assert session.read_only == ""
        add(session, 10)
        with LabelSession.open(folder) as other:
            assert "Anna" in other.read_only
    with LabelSession.open(folder, annotator="Anna") as session:
        assert session.read_only == ""
        assert session.recovered == ()


def test_a_read_only_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(lock: object) -> None:
        raise PermissionError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(label_lock.FileLock, "_acquire", refuse)
    with LabelSession.open(folder, annotator="Anna") as session:
        assert session.status.state == "read-only"
        assert "cannot be written to (Read-only file system)" in session.status.reason


def test_a_captioner_writes_beside(session: LabelSession) -> None:
    mine = add(session, 10)
    told: list[bool] = []
    session.others_wrote.connect(lambda: told.append(True))
    replace_run_bouts(session.folder, "run1", model_bouts((0, 50, "walking")))
    assert session.refresh()
    assert told == [True]
    [said] = [bout for bout in session.labels if bout.source == "model"]
    with pytest.raises(ValueError, match="said by a model"):
        remove_bouts(session.labels, [said.bout_id])
    session.apply(accept_bouts(session.labels, [said.bout_id], "Anna"))
    replace_run_bouts(session.folder, "run1", model_bouts((0, 60, "still")))
    add(session, 90)
    session.flush()
    add(session, 95)  # takes in what came beside the action before
    bouts = {(bout.source, bout.start, bout.stop, bout.behaviour) for bout in session.labels}
    assert {("model", 0, 60, "still"), ("person", 0, 50, "walking")} < bouts
    assert mine in session.labels
    while session.undo():
        pass
    assert [bout.source for bout in session.labels] == ["model"]


def test_a_model_keeps_to_new_names(session: LabelSession) -> None:
    replace_run_bouts(session.folder, "run1", model_bouts((0, 50, "walking")))
    session.refresh()
    session.apply(merge_behaviours(session.labels, ["walking"], "still"))
    session.flush()
    replace_run_bouts(session.folder, "run1", model_bouts((0, 70, "walking")))
    session.refresh()
    assert [(bout.stop, bout.behaviour) for bout in session.labels] == [(70, "still")]
    session.undo()  # brings no bout of the run before back
    assert [(bout.stop, bout.behaviour) for bout in session.labels] == [(70, "still")]


def test_emptying_asks_first(session: LabelSession) -> None:
    ids = [add(session, 10), add(session, 30)]
    with pytest.raises(WouldEmpty, match="none of the 2 bouts"):
        session.apply(remove_bouts(session.labels, ids))
    assert len(session.labels) == 2
    session.apply(remove_bouts(session.labels, ids), confirmed=True)
    session.undo()
    session.apply(remove_bouts(session.labels, ids[:1]))
    session.apply(remove_bouts(session.labels, ids[1:]))
    assert len(session.labels) == 0


def test_an_open_state_survives_and_is_told(folder: Path) -> None:
    with LabelSession.open(folder, annotator="Anna") as session:
        session.apply(toggle(session.labels, ANNA, "grooming", 100))
        assert session.labels.table().empty
    with LabelSession.open(folder, annotator="Anna") as session:
        assert "grooming of individual_0 was started at frame 100" in session.recovered[0]
        session.apply(toggle(session.labels, ANNA, "grooming", 130))
    assert spans(folder) == [(100, 130)]


def test_tables_and_snapshots(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(label_session, "SNAPSHOT_ACTIONS", 2)
    for start in range(0, 120, 5):
        with LabelSession.open(folder, annotator="Anna") as session:
            add(session, start)
            span = Assessed("cam0", "individual_0", start, start + 9, "Anna", ("grooming",))
            session.apply(assess(session.labels, span))
    assert len(snapshots(folder)) == 10
    table = pd.read_parquet(folder / "bouts.parquet")
    assert len(table) == 24
    assert table["bout_id"].is_unique
    assessed = pd.read_parquet(folder / "assessed.parquet")
    assert assessed[["start", "stop", "annotator"]].to_numpy().tolist() == [[0, 124, "Anna"]]
    assert list(assessed["behaviours"][0]) == ["grooming"]


@pytest.mark.parametrize(("age_s", "stays"), [(10, True), (7200, False)], ids=["fresh", "old"])
def test_half_written_files_go_when_they_are_old(folder: Path, age_s: float, stays: bool) -> None:
    left = folder / ".bouts.parquet.1-2.new"
    left.write_bytes(b"PAR1")
    os.utime(left, (time.time() - age_s,) * 2)
    LabelSession.open(folder, annotator="Anna").close()
    assert left.exists() == stays


def test_corrections_of_descriptions(folder: Path) -> None:
    key = {"run_id": "r", "video": "cam0", "individual": "individual_0", "start": 0, "stop": 60}
    said = {"overall": "A mouse.", "head": "Down.", "limb": "", "torso": "", "keywords": ["still"]}
    answer = key | {"text": json.dumps(said), "valid": True, "problem": None}
    append_lines(folder / "answers.jsonl", [answer, answer | {"start": 60, "stop": 120}])
    rebuild_descriptions(folder)
    with LabelSession.open(folder, annotator="Anna") as session:
        whose = ("r", "cam0", "individual_0", 0, 60)
        words = {"head": "Up.", "keywords": ["walking", "fast"]}
        session.apply(correct(session.labels, *whose, annotator="Anna", **words))
        assert session.recording().descriptions["head"].tolist() == ["Up.", "Down."]
    corrected = pd.read_parquet(folder / "descriptions.parquet")
    assert corrected["head"].tolist() == ["Up.", "Down."]
    assert list(corrected["keywords"][0]) == ["walking", "fast"]
    assert corrected["corrected_by"].tolist()[0] == "Anna"
    assert json.loads(corrected["original"][0]) == {"head": "Down.", "keywords": ["still"]}
    with LabelSession.open(folder, annotator="Anna") as session:
        session.undo()
        assert session.recording().descriptions["head"].tolist() == ["Down.", "Down."]
    assert pd.read_parquet(folder / "descriptions.parquet")["head"].tolist() == ["Down.", "Down."]
    assert open_recording(folder).descriptions["head"].tolist() == ["Down.", "Down."]
    assert '"Down."' in (folder / "answers.jsonl").read_text().replace("\\", "")


def test_an_imported_ethogram_is_one_action(folder: Path) -> None:
    before = open_recording(folder).ethogram
    replace_ethogram(folder, before[:2], before=before)
    assert open_recording(folder).ethogram == before[:2]
    with LabelSession.open(folder, annotator="Anna") as session:
        session.undo()
    assert open_recording(folder).ethogram == before
