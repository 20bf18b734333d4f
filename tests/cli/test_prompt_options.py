"""Options of ``mousegpt caption`` for the prompt: what reaches the server, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from endpoint_server import StandInServer, serving
from small_recordings import make_recording
from test_commands import mousegpt

ASKING = ("caption", "--window-s", "2")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInServer]:
    for name in ("MOUSEGPT_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with serving() as here:
        yield here


def test_a_server_gets_the_words_that_are_chosen(
    capsys: pytest.CaptureFixture[str], server: StandInServer, tmp_path: Path
) -> None:
    recording = make_recording(tmp_path, ("a", "b"), described=False)
    own = tmp_path / "own.txt"
    own.write_text("{animals}\n---\n{n_frames} frames. {others}", encoding="utf-8")
    command = [*ASKING, str(recording.folder), "--endpoint", server.url, "--individual", "a"]
    chosen = ["--prompt", str(own), "--language", "German", "--ethogram"]
    code, out, err = mousegpt(capsys, *command, *chosen, "--keypoints-drawn", "points", "--json")
    assert code == 0, err
    assert json.loads(out)["captioned"] == 2
    system, asked = server.requests[-1].body["messages"]
    assert system["content"].startswith("There are 2 mice.")
    assert '- "still": ' in system["content"]
    assert "in German" in system["content"]
    assert "Small dots" in system["content"]
    assert asked["content"][-1]["text"].startswith('8 frames. Other mouse "b":')
    stored = json.loads((recording.folder / "recording.json").read_text("utf-8"))["runs"][-1]
    assert stored["prompt"].startswith(system["content"])
    assert stored["parameters"]["keypoints_drawn"] == "points"


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--prompt", "none.toml"], 1, "expected a prompt file, found none"),
        (["--prompt-preset", "above"], 2, "expected one of general"),
        (["--keypoints-drawn", "yes"], 2, "none, points, skeleton"),
        (["--held-out", "a"], 2, "needs --examples N"),
        (["--captioner", "mousegpt-tiny", "--language", "German"], 1, "takes no prompt"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_what_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, options: list[str], code: int, words: str
) -> None:
    ended, _, err = mousegpt(capsys, "caption", str(tmp_path / "film.mp4"), *options)
    assert ended == code
    assert words in " ".join(err.split())
