"""Profile, comparison, prediction and report on recordings, through the functions and commands."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_recordings import make_recording

from napari_mousegpt.analysis.profile.profile_tables import measures_of
from napari_mousegpt.analysis.profile.voice import VoiceChoice, one_voice, voices
from napari_mousegpt.cli import app
from napari_mousegpt.cli.outcome import run
from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.labels.assessed import Assessed
from napari_mousegpt.datamodel.labels.review import assess
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.bout_journal import add_bouts
from napari_mousegpt.io.labels.session import LabelSession
from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.workflows.profile import Epoch, ProfileSettings, profile_recordings
from napari_mousegpt.workflows.report import write_report

PERSON = VoiceChoice(source="person")
QUICK = ProfileSettings(choice=PERSON, n_orders=0)


def labelled(folder: Path, name: str, bouts: list[tuple[int, int, str]]) -> Recording:
    """A recording with poses in which Anna labelled these bouts."""
    (folder / name).mkdir()
    recording = make_recording(folder / name, described=False)
    renamed = recording.folder.rename(recording.folder.with_name(f"{name}.mousegpt"))
    recording = open_recording(renamed)
    rows = pd.DataFrame(bouts, columns=["start", "stop", "behaviour"])
    rows = rows.assign(video=recording.videos[0].id, source="person", annotator="Anna")
    add_bouts(recording.folder, make_bouts(rows))
    return open_recording(recording.folder)


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve recordings; treated animals rear longer."""
    folder = tmp_path_factory.mktemp("cohort")
    rng, rows = np.random.default_rng(0), []
    for place in range(12):
        treated = place % 2
        length = int(rng.integers(10, 20)) + 25 * treated
        still = 60 + int(rng.integers(1, 9))
        bouts = [(5, 5 + length, "rearing"), (still, still + 10, "still")]
        labelled(folder, f"m{place}", bouts)
        rows.append({"recording": f"m{place}", "group": "treated" if treated else "control"})
    pd.DataFrame(rows).to_csv(folder / "groups.csv", index=False)
    return folder


def recordings_of(cohort: Path) -> list[str]:
    return [str(cohort / f"m{place}" / f"m{place}.mousegpt") for place in range(12)]


def test_whose_bouts(tmp_path: Path) -> None:
    recording = make_recording(tmp_path)
    assert [voice.name for voice in voices(recording)] == ["person Anna", "model stand-in"]
    assert one_voice(recording, VoiceChoice()).name == "person Anna"
    other = replace(recording.runs[0], run_id="other", tool="kinematic-rules")
    rules = recording.descriptions.assign(run_id="other")
    unlabelled = recording.replace(
        runs=(*recording.runs, other),
        bouts=recording.bouts.iloc[:0],
        descriptions=pd.concat([recording.descriptions, rules]),
    )
    with pytest.raises(ValueError, match=r"2 voices.*--source model.*; --source rule"):
        one_voice(unlabelled, VoiceChoice())
    assert one_voice(recording, VoiceChoice(run="stand-in")).name == "model stand-in"
    assert one_voice(recording, VoiceChoice(annotator="Anna")).name == "person Anna"
    again = replace(recording.runs[0], run_id="later")
    twice = recording.replace(
        runs=(*recording.runs, again),
        descriptions=pd.concat(
            [recording.descriptions, recording.descriptions.assign(run_id="later")]
        ),
    )
    assert one_voice(twice, VoiceChoice(source="model")).run_id == "later"
    first = VoiceChoice(run=recording.runs[0].run_id)
    assert one_voice(twice, first).run_id == recording.runs[0].run_id
    with pytest.raises(ValueError, match="expected bouts of annotator 'Ben', found those of"):
        one_voice(recording, VoiceChoice(annotator="Ben"))


def test_people_in_some_recordings_and_captioners_in_others_are_not_mixed(tmp_path: Path) -> None:
    labelled_one = make_recording(tmp_path)
    by_model = labelled_one.replace(
        folder=tmp_path / "other.mousegpt", bouts=labelled_one.bouts.iloc[:0]
    )
    with pytest.raises(ValueError, match=r"not others \(other\).*Choose whose bouts"):
        profile_recordings([labelled_one, by_model], ProfileSettings())


def test_assessed_spans_are_what_is_known(tmp_path: Path) -> None:
    recording = labelled(tmp_path, "m", [(10, 20, "rearing"), (70, 80, "rearing")])
    (whole,) = profile_recordings([recording], QUICK).subjects
    assert whole.basis.startswith("the whole video")
    session = LabelSession.open(recording.folder, annotator="Anna")
    looked_at = Assessed("cam0", "individual_0", 0, 40, "Anna", ("rearing",))
    session.apply(assess(session.labels, looked_at))
    session.close()
    profile = profile_recordings([recording], QUICK)
    row = profile.behaviours.iloc[0]
    assert (row["budget"], row["n_bouts"]) == (0.25, 1)
    assert profile.summary["known_because"][0] == "assessed spans"


def test_epochs_and_ways(tmp_path: Path) -> None:
    recording = labelled(tmp_path, "m", [(10, 40, "rearing")])
    epochs = {"m": [Epoch("first", 0, 1), Epoch("rest", 1)]}
    profile = profile_recordings([recording], QUICK, epochs=epochs)
    assert profile.summary["epoch"].tolist() == ["first", "rest"]
    way = profile.summary["distance_px"]
    assert way.sum() == pytest.approx(
        profile_recordings([recording], QUICK).summary["distance_px"][0], rel=1e-3
    )
    with pytest.raises(ValueError, match="epoch 'late' of m: expected a part of its"):
        profile_recordings([recording], QUICK, epochs={"m": [Epoch("late", 1e4, 2e4)]})


def test_a_behaviour_that_one_animal_never_does_is_zero_there(tmp_path: Path) -> None:
    recordings = [
        labelled(tmp_path, "a", [(0, 10, "rearing")]),
        labelled(tmp_path, "b", [(0, 10, "still")]),
    ]
    table = measures_of(profile_recordings(recordings, QUICK)).set_index("recording")
    assert table["still: budget"].tolist() == [0.0, pytest.approx(table["rearing: budget"]["a"])]
    assert table["still: latency_censored"].tolist() == [True, False]


def test_profile_command(cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    zones = tmp_path / "zones.json"
    vertices = [[0, 0], [0, 500], [500, 500], [500, 0]]
    zones.write_text(json.dumps([{"name": "all", "vertices": vertices}]))
    arguments = [
        *recordings_of(cohort)[:2],
        "--bins-s",
        "1",
        "--zones",
        str(zones),
        "--orders",
        "9",
    ]
    assert run(app, ["profile", *arguments, "-o", str(tmp_path / "out"), "--json"]) == 0
    out, err = capsys.readouterr()
    said = json.loads(out)
    assert said["voices"] == ["person Anna"]
    assert [row["share"] for row in said["zones"]] == [1.0, 1.0]
    assert "no spans are marked as assessed" in err
    names = {Path(file).name for file in said["files"]}
    assert {"behaviours.csv", "bins.csv", "raster.svg", "rate.png", "transitions.png"} <= names
    assert all(Path(file).stat().st_size for file in said["files"])


def test_compare_command(cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["compare", *recordings_of(cohort), "--groups", str(cohort / "groups.csv")]
    assert run(app, [*arguments, "-o", str(tmp_path / "out"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    found = {row["measure"] for row in said["tests"] if row["significant"]}
    assert {"rearing: budget", "rearing: duration_median_s"} <= found
    assert not any(name.startswith("still") for name in found)
    assert "control: n = 6, treated: n = 6" in said["methods"]
    assert (tmp_path / "out" / "methods.txt").read_text().startswith("Groups were compared")
    measures = [*arguments, "-o", str(tmp_path / "few"), "--measure", "budget", "--json"]
    assert run(app, measures) == 0
    family = [row["measure"] for row in json.loads(capsys.readouterr().out)["tests"]]
    assert sorted(family) == ["rearing: budget", "still: budget"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--measure", "nonsense"], "no measure is called 'nonsense'"),
        (["--covariate", "age"], "expected covariates among"),
        (["--reference", "young"], "expected the reference among"),
        (["--source", "model"], "expected bouts of source 'model'"),
    ],
)
def test_compare_command_on_bad_options(
    cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], words: str
) -> None:
    arguments = ["compare", *recordings_of(cohort), "--groups", str(cohort / "groups.csv")]
    assert run(app, [*arguments, "-o", str(tmp_path), *more]) == 1
    assert words in capsys.readouterr().err


def test_compare_command_says_who_is_missing(
    cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["compare", *recordings_of(cohort)[1:], "--groups", str(cohort / "groups.csv")]
    assert run(app, [*arguments, "-o", str(tmp_path)]) == 1
    assert "no recording for the rows of m0" in capsys.readouterr().err


def test_predict_command(cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vectors = tmp_path / "vectors.csv"
    pd.DataFrame({"recording": [f"m{i}" for i in range(12)], "v0": range(12)}).to_csv(vectors)
    arguments = ["predict", *recordings_of(cohort), "--groups", str(cohort / "groups.csv")]
    more = ["--permutations", "0", "--table", str(vectors), "-o", str(tmp_path / "out"), "--json"]
    assert run(app, [*arguments, *more]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["balanced_accuracy"] > 0.7
    assert said["p"] is None
    assert "rearing" in said["words"][0]
    assert "table: v0" in {row["feature"] for row in said["importances"]}


class _Page(HTMLParser):
    """Tags and links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]


def test_the_report_stands_alone_and_escapes_text(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    recording = labelled(tmp_path, "m", [(0, 20, "rearing"), (30, 60, evil), (70, 90, "rearing")])
    path = write_report([recording], tmp_path / "out" / "m.html", settings=QUICK)
    text = path.read_text(encoding="utf-8")
    page = _Page()
    page.feed(text)
    assert "script" not in page.tags
    assert "&lt;script&gt;alert(1)" in text
    assert page.tags.count("svg") == 3
    assert page.tags.count("img") == 3
    assert all(link.startswith(("data:image/png", "#")) for link in page.links)
    assert recording.videos[0].sha256 in text


def test_a_report_without_the_video_has_no_stills(tmp_path: Path) -> None:
    recording = labelled(tmp_path, "m", [(0, 20, "rearing")])
    recording.videos[0].path.unlink()
    text = write_report([recording], tmp_path / "m.html", settings=QUICK).read_text()
    assert "<img" not in text
    assert "<svg" in text
