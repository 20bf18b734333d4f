"""Answers to questions about recordings on disk: their figures are those of the profile."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from small_recordings import make_recording

from napari_mousegpt.analysis.asking.question import KINDS
from napari_mousegpt.cli import app
from napari_mousegpt.cli.outcome import run
from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.answers_table import rebuild_descriptions
from napari_mousegpt.io.bout_journal import add_bouts
from napari_mousegpt.io.recording_folder import append_answers, open_recording, save_recording
from napari_mousegpt.workflows.profile import ProfileSettings, profile_recordings

TWO = ("mouse1", "mouse2")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two mice of four seconds; Anna saw each rear once, from 10 to 50, mouse2 also at 80."""
    recording = make_recording(tmp_path, TWO)
    more = recording.bouts.iloc[[1]].assign(start=80, stop=95)
    return stored(recording, pd.concat([recording.bouts, more], ignore_index=True))


def stored(recording: Recording, bouts: pd.DataFrame) -> Path:
    """Write down what a recording in memory says."""
    answers = [
        {"run_id": row.run_id, "video": row.video, "individual": row.individual}
        | {"start": row.start, "stop": row.stop, "frames": [], "valid": True, "problem": None}
        | {"seconds": 0.0, "text": json.dumps({"overall": row.overall, "keywords": row.keywords})}
        for row in recording.descriptions.itertuples()
    ]
    save_recording(recording)
    append_answers(recording, answers)
    rebuild_descriptions(recording.folder)
    add_bouts(recording.folder, bouts)
    return recording.folder


def asked(capsys: pytest.CaptureFixture[str], *words: object, code: int = 0) -> dict:
    capsys.readouterr()
    assert run(app, ["ask", *map(str, words), "--json"]) == code, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def test_figures_are_those_of_the_profile(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile = profile_recordings([open_recording(folder)], ProfileSettings(n_orders=0))
    table = profile.behaviours.set_index("individual")
    for question in ("how long does it rear?", "how often does it rear?", "how soon does it rear?"):
        figures = asked(capsys, folder, question)["figures"]
        assert figures
        for one in figures:
            assert one["value"] == table.loc[one["individual"], one["measure"]]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("how long does mouse2 rear", ["mouse2: rearing 1.8 s, 45.8 % of the 4.0 s that are known, "
                                       "in 2 bouts"]),
        ("how often does mouse2 rear in the first 2 s", ["mouse2: 1 bout of rearing, 30.00 a "
                                                         "minute"]),
        ("which mouse rears most", ["mouse2: the most rearing (mouse2 1.8 s; mouse1 1.3 s)"]),
        ("how soon does mouse1 rear", ["mouse1: the first rearing after 0.3 s"]),
        ("does it ever dig", ["Nobody said digging anywhere in these recordings"]),
        ("when does mouse2 rear in the last 2 s", ["mouse2: 1 bout of rearing, 30.00 a minute"]),
    ],
)  # fmt: skip
def test_answers(
    folder: Path, capsys: pytest.CaptureFixture[str], question: str, answer: list[str]
) -> None:
    found = asked(capsys, folder, question)
    assert found["answer"] == answer
    assert found["based_on"] == ["person Anna"]


def test_moments_are_the_bouts_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = asked(capsys, folder, "when does mouse2 rear?")
    assert [(one["start"], one["stop"]) for one in found["moments"]] == [(10, 50), (80, 95)]
    assert run(app, ["ask", str(folder), "when does mouse2 rear?"]) == 0
    said = capsys.readouterr().out
    assert "Understood as: the bouts of rearing, of mouse2 (bouts of person Anna)" in said
    assert "cam0:80:95" in said


def test_what_follows_what(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recording = make_recording(tmp_path)
    names = ["rearing", "digging", "rearing", "digging", "rearing", "still"]
    rows = [
        {"start": 10 * place, "stop": 10 * place + 5, "behaviour": name}
        for place, name in enumerate(names)
    ]
    bouts = pd.DataFrame(rows).assign(video="cam0", individual="individual_0", source="person")
    folder = stored(recording, make_bouts(bouts.assign(annotator="Anna")))
    after = asked(capsys, folder, "what happens after rearing?")
    assert after["answer"] == [
        "After rearing (3 times in all): digging 2 times (66.7 %), still once (33.3 %)"
    ]
    before = asked(capsys, folder, "what does it do before it rears?")
    assert before["answer"] == ["Before rearing (2 times in all): digging 2 times (100.0 %)"]
    assert run(app, ["ask", str(folder), "what does the mouse do?", "--run", "stand-in"]) == 0
    assert "nothing named 100.0 %" in capsys.readouterr().out


def test_windows_are_found(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = asked(capsys, folder, "find windows where mouse1 walks")
    assert {one["individual"] for one in found["moments"]} == {"mouse1"}
    assert {one["start"] for one in found["moments"]} == {0, 60}
    assert asked(capsys, folder, "find where it eats")["answer"] == ["Nothing found"]


def test_what_is_not_understood_fails(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused = asked(capsys, folder, "what is the weather?", code=1)
    assert refused["understood"] is False
    assert "How long does the mouse rear?" in refused["examples"]
    assert run(app, ["ask", str(folder), "do treated mice differ from controls in rearing?"]) == 1
    assert "--groups" in capsys.readouterr().err
    assert run(app, ["ask", str(folder)]) == 2


def test_groups_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders, rows = [], ["recording,group"]
    for place in range(6):
        (tmp_path / str(place)).mkdir()
        made = make_recording(tmp_path / str(place))
        treated = place >= 3
        stop = 100 + place if treated else 20 + place
        written = stored(made, made.bouts.assign(stop=stop))
        folders.append(written.rename(written.with_name(f"m{place}.mousegpt")))
        rows.append(f"m{place},{'treated' if treated else 'control'}")
    (tmp_path / "groups.csv").write_text("\n".join(rows))
    question = "do treated mice rear longer than controls?"
    found = asked(capsys, *folders, question, "--groups", tmp_path / "groups.csv")
    assert found["kind"] == "compare"
    assert found["answer"][0].startswith("rearing: budget: medians control 0.0917, treated 0.783")
    assert "p = 0.1" in found["answer"][0]
    assert any("no p can be below 0.05" in note for note in found["notes"])


@pytest.mark.parametrize("as_json", [False, True])
def test_a_refusal_has_the_nearest_example_and_help_has_all(
    folder: Path, as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    question = ["ask", str(folder), "how often is the tail purple?"]
    assert run(app, question + ["--json"] * as_json) == 1
    out, error = capsys.readouterr()
    assert [one for one in KINDS.values() if one in error] == [KINDS["count"]][as_json:]
    assert not as_json or json.loads(out)["examples"] == list(KINDS.values())
    assert run(app, ["ask", "--help"]) == 0
    help_text = capsys.readouterr().out
    assert all(one in help_text for one in KINDS.values())
