"""``mousegpt caption`` with an endpoint, and over many inputs: consent, failures, restarts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from endpoint_server import StandInServer, answers, cuts_off, says, serving
from test_commands import dlc_csv, mousegpt
from video_files import write_video

from napari_mousegpt.captioning import endpoint_client, endpoint_models
from napari_mousegpt.captioning.endpoint_address import Address
from napari_mousegpt.cli import caption_consent
from napari_mousegpt.io.recording_folder import open_recording, save_recording

N = 120
KEY = "sk-secret-of-mine"
COMMAND = [sys.executable, "-c", "from napari_mousegpt.cli import main; main()", "caption"]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint_client, "FIRST_WAIT_S", 0.01)
    monkeypatch.setattr(endpoint_models, "PAUSES_S", (0.01,))
    monkeypatch.setenv("MOUSEGPT_API_KEY", KEY)


@pytest.fixture
def server() -> Iterator[StandInServer]:
    with serving() as here:
        yield here


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if no server were on this computer."""
    monkeypatch.setattr(Address, "loopback", property(lambda self: False))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def video(tmp_path: Path) -> Path:
    return write_video(tmp_path / "film.mp4", N)


def rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "answers.jsonl").read_text().splitlines()]


def starts(folder: Path) -> list[int]:
    return sorted(row["start"] for row in rows(folder))


WHOLE = ("--crop", "whole", "--window-s", "0.5", "--stride-s", "0.5", "--json")


def test_a_server_describes_each_window_once(
    video: Path, server: StandInServer, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = mousegpt(capsys, "caption", video, "--endpoint", server.url, *WHOLE)
    assert code == 0, err
    summary = json.loads(out)
    folder = video.with_suffix(".mousegpt")
    assert (summary["captioner"], summary["model"]) == ("endpoint", "stand-in")
    assert (summary["windows"], summary["captioned"], summary["unanswered"]) == (8, 8, 0)
    assert (summary["prompt_tokens"], summary["completion_tokens"]) == (800, 320)
    assert starts(folder) == list(range(0, N, 15))
    run = open_recording(folder).runs[-1]
    assert run.endpoint == server.url
    assert run.parameters["jpeg_quality"] == 90
    assert "walking" in {
        row.keywords[0] for row in open_recording(folder).descriptions.itertuples()
    }
    assert not any(KEY.encode() in path.read_bytes() for path in folder.rglob("*.*"))
    assert server.requests[0].headers["Authorization"] == f"Bearer {KEY}"

    with serving() as moved:  # the same model at another port is the same run
        code, out, _ = mousegpt(capsys, "caption", video, "--endpoint", moved.url, *WHOLE)
        assert json.loads(out)["skipped"] == 8
        assert not moved.requests


def test_what_was_not_answered_is_asked_again(
    video: Path, server: StandInServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Some windows fail, one is invalid: the next call asks for the open ones only."""
    too_long = says(400, b'{"error": "too long"}')
    server.of_windows = {
        1: [answers("no json"), answers("no json"), too_long],
        2: [too_long],
        4: [cuts_off] * 6,
    }
    command = ("caption", video, "--endpoint", server.url, "--batch-size", 1, *WHOLE)
    code, out, _ = mousegpt(capsys, *command)
    summary = json.loads(out)
    folder = video.with_suffix(".mousegpt")
    assert code == 1
    assert summary["unanswered"] == 2
    assert summary["invalid"] == 1  # the first answer counts, where asking again is refused
    first = rows(folder)
    assert [row["text"] for row in first if not row["valid"]] == ["no json"]
    code, out, _ = mousegpt(capsys, *command)
    assert code == 0
    assert json.loads(out)["captioned"] == 2
    assert rows(folder)[: len(first)] == first
    assert starts(folder) == list(range(0, N, 15))


def test_a_server_that_goes_away_is_one_sentence(
    video: Path, server: StandInServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.troubles = [answers()]
    server.always = says(503, b"<html>\x1b[31mdown for repair</html>")
    code, _, err = mousegpt(capsys, "caption", video, "--endpoint", server.url, *WHOLE)
    assert code == 1
    assert "down for repair" in err
    assert "\x1b" not in err
    assert "goes on from there" in err or "asks again" in err
    server.always = answers()
    code, _, _ = mousegpt(capsys, "caption", video, "--endpoint", server.url, *WHOLE)
    assert code == 0
    assert starts(video.with_suffix(".mousegpt")) == list(range(0, N, 15))


@pytest.mark.usefixtures("elsewhere")
def test_nothing_leaves_without_consent(
    video: Path, server: StandInServer, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ("caption", video, "--endpoint", server.url, *WHOLE)
    code, _, err = mousegpt(capsys, *command)
    assert code == 1
    assert "--allow-upload" in err
    assert not server.requests
    folder = video.with_suffix(".mousegpt")
    assert not folder.exists()

    assert mousegpt(capsys, *command, "--allow-upload")[0] == 0
    (allowed,) = json.loads((folder / "recording.json").read_text())["uploads_allowed"]
    assert allowed["host"] == "127.0.0.1"
    assert allowed["time"].startswith("20")
    save_recording(open_recording(folder))  # by whoever knows nothing of it
    assert mousegpt(capsys, *command, "--frames", "0:30")[0] == 0


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(("says_yes", "code"), [(True, 0), (False, 1)])
def test_a_person_is_asked_which_pictures_go_where(
    video: Path,
    server: StandInServer,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    says_yes: bool,
    code: int,
) -> None:
    asked: list[str] = []

    def confirm(text: str, **_: Any) -> bool:
        asked.append(text)
        return says_yes

    monkeypatch.setattr(typer, "confirm", confirm)
    monkeypatch.setattr(caption_consent, "_somebody_there", lambda: True)
    command = ("caption", video, "--endpoint", server.url, *WHOLE)
    found, _, err = mousegpt(capsys, *command)
    assert found == code, err
    assert len(asked) == 1
    assert "64 pictures (8 windows of 8 frames), of the whole view, 224 × 224 pixels" in asked[0]
    assert "to 127.0.0.1, unencrypted" in asked[0]
    assert bool(server.requests) is says_yes
    assert mousegpt(capsys, *command)[0] == code
    assert len(asked) == (1 if says_yes else 2)


def test_python_asks_too(video: Path, elsewhere: None, server: StandInServer) -> None:
    from napari_mousegpt.workflows.caption import CaptionSettings, caption, plan_captions
    from napari_mousegpt.workflows.import_recording import import_recording

    settings = CaptionSettings(captioner="endpoint", endpoint=server.url, crop="whole")
    plan = plan_captions(import_recording(video), settings)
    with pytest.raises(PermissionError, match="nobody has allowed"):
        list(caption(plan))
    assert not server.requests


def test_one_of_many_that_fails_does_not_stop_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    films = [write_video(tmp_path / f"{name}.mp4", N) for name in "ab"]
    dlc_csv(tmp_path / "a.csv")
    dlc_csv(tmp_path / "b.csv")
    (tmp_path / "c.mp4").write_bytes(b"no film")
    manifest = tmp_path / "all.csv"
    manifest.write_text(
        "# two mice\nvideo,pose,output,camera_view\na.mp4,a.csv,,bottom\n"
        "c.mp4,,,\nnowhere.mp4,,,\nb.mp4,b.csv,b_out.mousegpt,\n"
    )
    command = ("caption", "--manifest", manifest, "--captioner", "kinematic-rules")
    code, out, err = mousegpt(capsys, *command, "--camera-view", "oblique", "--json")
    assert code == 1
    found = json.loads(out)
    assert [Path(one["recording"]).name for one in found["recordings"]] == [
        "a.mousegpt",
        "b_out.mousegpt",
    ]
    assert [Path(one["input"]).name for one in found["failed"]] == ["c.mp4", "nowhere.mp4"]
    assert "2 of 4 inputs failed" in err
    assert open_recording(tmp_path / "a.mousegpt").video().view == "bottom"
    assert open_recording(tmp_path / "b_out.mousegpt").video().view == "oblique"
    code, out, _ = mousegpt(capsys, "caption", *films, "--captioner", "kinematic-rules", "--json")
    assert code == 1  # b.mousegpt was never given poses
    assert len(json.loads(out)["failed"]) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("film,pose\na.mp4,\n", "expected a column video"),
        ("video,colour\na.mp4,red\n", "found video, colour"),
        ("video,fps\na.mp4,fast\n", "line 2: fps: expected a number above zero, found 'fast'"),
        ("video;camera_view\n\na.mp4;behind\n", "line 3: camera_view"),
        ("video,frames\na.mp4,1-9\n", "line 2: frames"),
        ("video,pose\n,a.csv\n", "line 2: no video"),
        ("video\na.mp4\nb.mp4\na.mp4\n", "line 4: goes to a.mousegpt, as line 2 does"),
        ("video\n", "found none"),
        ("", "found nothing"),
    ],
)
def test_a_manifest_that_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    manifest = tmp_path / "all.csv"
    manifest.write_text(text)
    code, _, err = mousegpt(capsys, "caption", "--manifest", manifest)
    assert code == 1
    assert words in " ".join(err.split())


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--captioner", "endpoint"], 1, "--endpoint http://localhost:8000/v1"),
        (["--endpoint", "localhost:8000"], 1, "begins with http:// or https://"),
        (["--endpoint", "http://me:secret@host/v1"], 1, "without user, password"),
        (["--endpoint", "http://h/v1", "--captioner", "kinematic-rules"], 1, "on this computer"),
        (["--endpoint", "http://localhost:9/v1", "--device", "cuda"], 1, "the server's"),
        (["--endpoint", "http://localhost:9/v1", "--pictures", "gif"], 2, "images or video"),
    ],
)
def test_endpoints_that_are_not_understood(
    video: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    found, _, err = mousegpt(capsys, "caption", video, *arguments)
    assert found == code
    assert words in " ".join(err.split())
    assert "secret" not in err
    assert not video.with_suffix(".mousegpt").exists()


@pytest.mark.slow
def test_killed_in_the_middle_no_window_twice(tmp_path: Path, server: StandInServer) -> None:
    server.latency_s = 0.15
    film, folder = write_video(tmp_path / "film.mp4", 600), tmp_path / "x.mousegpt"
    command = [*COMMAND, str(film), "-o", str(folder), "--endpoint", server.url]
    command += ["--batch-size", "2", *WHOLE]
    quiet = {**os.environ, "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=quiet)
    table = folder / "answers.jsonl"
    deadline_s = time.monotonic() + 60
    while not table.exists() or table.read_bytes().count(b"\n") < 6:
        assert process.poll() is None
        assert time.monotonic() < deadline_s
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = table.read_bytes()
    before = before[: before.rfind(b"\n") + 1]
    # After it: 500s, a cut, and a busy server, before all is well.
    server.latency_s, server.troubles = 0.0, [says(500), cuts_off, says(429, Retry_After="1")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=quiet)
    summary = json.loads(done.stdout)
    assert summary["skipped"] == before.count(b"\n") >= 6
    assert table.read_bytes().startswith(before)
    assert starts(folder) == list(range(0, 600, 15))


@pytest.mark.parametrize(
    ("always", "code", "words"),
    [
        (answers(), 0, "json_schema is taken; the answer fits"),
        (answers("no json"), 0, "the answer does not fit"),
        (says(401), 1, "refused the key"),
        (says(400, b'{"error": "this model sees no pictures"}'), 1, "sees no pictures"),
    ],
)
def test_the_doctor_tries_a_server(
    server: StandInServer, capsys: pytest.CaptureFixture[str], always: Any, code: int, words: str
) -> None:
    server.always = always
    found, out, _ = mousegpt(capsys, "doctor", "--endpoint", server.url)
    assert found == code
    assert "models: stand-in" in out
    assert words in out
    assert KEY not in out


def test_the_doctor_of_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    with serving() as server:
        url = server.url
    code, out, _ = mousegpt(capsys, "doctor", "--endpoint", url)
    assert code == 1
    assert "cannot be reached" in out
