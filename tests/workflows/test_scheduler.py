"""Captioning on workers: each window has exactly one answer, whoever dies meanwhile."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest
import slow_captioner
from slow_captioner import SlowCaptioner
from small_recordings import make_recording, walking_poses

from napari_mousegpt import __version__, extensions
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.pose_table import write_pose_table
from napari_mousegpt.io.recording_folder import ANSWERS, POSES, open_recording
from napari_mousegpt.workflows.caption import CaptionSettings, caption, plan_captions
from napari_mousegpt.workflows.caption_plan import CaptionPlan
from napari_mousegpt.workflows.scheduler import connecting
from napari_mousegpt.workflows.scheduler.chunks import chunks_of, request_for
from napari_mousegpt.workflows.scheduler.connecting import (
    cluster_at,
    cluster_of_gpus,
    cluster_of_processes,
)
from napari_mousegpt.workflows.scheduler.on_worker import answer_chunk, what_is_wrong
from napari_mousegpt.workflows.scheduler.workers import Workers

pytest.importorskip("distributed")
# Its sockets and loops are closed by the garbage collector, with words about it.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
SETTINGS = CaptionSettings(captioner="slow", window_s=0.1, stride_s=0.1)
N_WINDOWS = 80  # 120 frames in windows of 3, of two mice


@pytest.fixture
def recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recording]:
    """Two mice; the slow captioner is installed here and for every process begun from here."""
    packages = slow_captioner.install(tmp_path / "packages")
    monkeypatch.syspath_prepend(str(packages))
    monkeypatch.setenv("PYTHONPATH", str(packages))
    extensions._found.cache_clear()
    yield make_recording(tmp_path, ("a", "b"), described=False)
    monkeypatch.undo()
    extensions._found.cache_clear()


def planned(recording: Recording) -> CaptionPlan:
    return plan_captions(open_recording(recording.folder), SETTINGS)


def windows_answered(recording: Recording) -> list[tuple[str, int]]:
    path = recording.folder / ANSWERS
    lines = path.read_text().splitlines() if path.exists() else []
    return sorted((row["individual"], row["start"]) for row in map(json.loads, lines))


EACH_ONCE = sorted((who, start) for who in "ab" for start in range(0, 120, 3))


@pytest.mark.parametrize(
    ("workers", "batch_size", "on_gpu", "sizes"),
    [
        (1, 8, False, [20] * 4),
        (4, 2, False, [4] * 20),
        (2, 64, False, [40, 40]),
        (1, 80, False, [64, 16]),
        (1, None, True, [80]),
        (200, 8, False, [2] * 40),
    ],
    ids=["four each", "many", "full batches", "most", "a GPU", "more workers than windows"],
)
def test_chunks(
    recording: Recording, workers: int, batch_size: int | None, on_gpu: bool, sizes: list[int]
) -> None:
    plan = planned(recording)
    plan.captioner.batch_size = batch_size
    chunks = chunks_of(plan, workers=workers, on_gpu=on_gpu)
    assert [len(chunk) for chunk in chunks] == sizes
    assert [window for chunk in chunks for window in chunk.wanted()] == [
        TimeRange(start, start + 3) for start in range(0, 120, 3)
    ]


def test_two_workers_and_a_killed_one(recording: Recording) -> None:
    with cluster_of_processes(2) as client:
        workers = Workers(client)
        killed = False
        with closing(caption(planned(recording), workers.answered)) as steps:
            for progress in steps:
                if progress.captioned and not killed:
                    os.kill(min(client.run(os.getpid).values()), signal.SIGKILL)
                    killed = True
        assert killed
        assert (progress.captioned, progress.invalid, progress.unanswered) == (N_WINDOWS, 0, 0)
        assert windows_answered(recording) == EACH_ONCE
        # Nothing to do: no worker is asked.
        *_, again = caption(planned(recording), workers.answered)
        assert (again.captioned, again.skipped) == (0, N_WINDOWS)
    said = open_recording(recording.folder)
    assert len(said.descriptions) == N_WINDOWS
    assert said.bouts["behaviour"].tolist() == ["still", "still"]


def test_cancelling_stops_the_workers(recording: Recording) -> None:
    with cluster_of_processes(1) as client:
        with closing(caption(planned(recording), Workers(client).answered)) as steps:
            next(one for one in steps if one.captioned)
        kept = windows_answered(recording)
        assert 0 < len(kept) < N_WINDOWS
        deadline_s = time.monotonic() + 10
        while any(client.processing().values()) and time.monotonic() < deadline_s:
            time.sleep(0.05)
        assert not any(client.processing().values())
        *_, last = caption(planned(recording), Workers(client).answered)
    assert (last.skipped, last.captioned) == (len(kept), N_WINDOWS - len(kept))
    assert windows_answered(recording) == EACH_ONCE


def test_a_scheduler_started_by_hand_and_killed(
    recording: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the how-to says: ``dask scheduler`` and ``dask worker`` from the command line."""
    monkeypatch.setattr(connecting, "CONNECT_S", 6)
    file = tmp_path / "scheduler.json"
    for round_no in range(2):
        with _Dask(file) as (scheduler, _), cluster_at(str(file)) as client:
            steps = caption(planned(recording), Workers(client).answered)
            if round_no:
                *_, last = steps
                continue
            next(one for one in steps if one.captioned)
            scheduler.kill()
            with pytest.raises(ConnectionError, match="the same command goes on from there"):
                list(steps)
        kept = windows_answered(recording)
        file.unlink()
    assert 0 < last.skipped == len(kept) < N_WINDOWS
    assert windows_answered(recording) == EACH_ONCE


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"folder": "nowhere.mousegpt"}, "nowhere.mousegpt is not there"),
        ({"version": "0.0"}, "there and 0.0 here: install the same release on both"),
        ({"run_id": "other"}, "another run there for walk"),
    ],
    ids=["no folder", "other release", "other content"],
)
def test_a_worker_that_differs_says_how(
    recording: Recording, change: dict[str, str], match: str
) -> None:
    plan = planned(recording)
    request = request_for(plan, __version__)
    assert what_is_wrong(request) is None
    other = replace(request, **change)
    assert match in (what_is_wrong(other) or "")
    chunk = chunks_of(plan, workers=1)[0]
    with pytest.raises((ValueError, FileNotFoundError), match=match):
        answer_chunk(other, chunk)
    answered = answer_chunk(request, chunk)  # no worker: the loop is the local one
    assert answered is not None
    assert len(answered.rows) == len(chunk)


class StandInClient:
    """Answers `run` as workers would that differ from each other."""

    status = "running"

    def __init__(self, **found: object) -> None:
        self.found = found

    def nthreads(self) -> dict[str, int]:
        return {"tcp://a:1": 1, "tcp://b:1": 1}

    def run(self, question: Any, *arguments: object, on_error: str) -> dict[str, Any]:
        return dict(zip(self.nthreads(), self.found[question.__name__], strict=True))


@pytest.mark.parametrize(
    ("found", "match"),
    [
        (
            {"version": (__version__, "9.9")},
            "is .* here, and 9.9 \\(on tcp://b:1\\). Install the same release",
        ),
        ({"version": (PackageNotFoundError(), __version__)}, "not installed \\(on tcp://a:1\\)"),
        (
            {"version": (__version__,) * 2, "what_is_wrong": ("x is not there",) * 2},
            "2 of 2 workers cannot work .* x is not there \\(on tcp://a:1 and 1 more\\).*"
            "file system that they share",
        ),
    ],
    ids=["other release", "no package", "no shared files"],
)
def test_one_message_before_the_first_chunk(
    recording: Recording, found: dict[str, Any], match: str
) -> None:
    with pytest.raises(ValueError, match=match):
        list(caption(planned(recording), Workers(StandInClient(**found)).answered))


@pytest.mark.parametrize(
    ("cluster", "error", "match"),
    [
        (lambda: cluster_at("tcp://127.0.0.1:1"), ConnectionError, "dask scheduler"),
        (lambda: cluster_at("none.json"), FileNotFoundError, "no such scheduler file"),
    ],
    ids=["nobody there", "no file"],
)
def test_no_scheduler(
    cluster: Any, error: type[Exception], match: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "CONNECT_S", 1)
    with pytest.raises(error, match=match), cluster():
        pass


@pytest.mark.parametrize(
    ("there", "wanted", "match"),
    [([], None, "torch finds none on this computer"), (["0"], 2, "expected at most 1")],
    ids=["none", "fewer"],
)
def test_gpus_that_are_not_there(
    there: list[str], wanted: int | None, match: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "visible_gpus", lambda: there)
    with pytest.raises(ValueError, match=match), cluster_of_gpus(wanted):
        pass


def test_an_endpoint_needs_no_workers(recording: Recording) -> None:
    plan = planned(recording)
    server = SlowCaptioner()
    server.address = "http://127.0.0.1:1"  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="needs no workers"):
        list(caption(replace(plan, captioner=server), Workers(StandInClient()).answered))


class _Dask:
    def __init__(self, file: Path) -> None:
        self.file = str(file)

    def __enter__(self) -> list[subprocess.Popen[bytes]]:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        dask = [sys.executable, "-m", "dask"]
        options = ["--scheduler-file", self.file, "--host", "127.0.0.1", "--no-dashboard"]
        worker = ["--nthreads", "1", "--no-nanny"]
        self.processes = [subprocess.Popen([*dask, "scheduler", *options, "--port", "0"], **quiet)]
        deadline_s = time.monotonic() + 60
        while not Path(self.file).exists():
            assert time.monotonic() < deadline_s
            time.sleep(0.1)
        self.processes.append(subprocess.Popen([*dask, "worker", *options, *worker], **quiet))
        return self.processes

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            with suppress(ProcessLookupError):
                process.kill()
            process.wait()


def test_chunks_give_what_the_local_loop_gives(tmp_path: Path) -> None:
    """Also of windows of which only a part is shown, and whatever the chunks."""
    recording = make_recording(tmp_path, described=False)
    poses = walking_poses()
    poses["position"][40:] = poses["position"][40]  # stands still from there on
    write_pose_table(recording.folder / POSES, poses, "cam0")
    settings = CaptionSettings(captioner="kinematic-rules", window_s=0.6, sampling="adaptive")
    plan = plan_captions(open_recording(recording.folder), settings)
    assert plan.shown
    request = request_for(plan, __version__)
    apart: list[dict[str, Any]] = []
    for chunk in chunks_of(plan, workers=5):
        answered = answer_chunk(request, chunk)
        assert answered is not None
        apart += answered.rows
    list(caption(plan))
    here = [json.loads(line) for line in (recording.folder / ANSWERS).read_text().splitlines()]
    assert [row | {"seconds": 0} for row in apart] == [row | {"seconds": 0} for row in here]
