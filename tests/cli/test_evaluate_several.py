"""Several recordings evaluated as one: sums of each alone, drawn by recording or animal."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_recordings import make_recording

from napari_mousegpt.cli import app
from napari_mousegpt.cli.outcome import DONE, FAILED, run
from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.recording import Recording, VideoEntry
from napari_mousegpt.datamodel.tables import DESCRIPTIONS, empty
from napari_mousegpt.io.bout_journal import add_bouts
from napari_mousegpt.io.recording_folder import save_recording
from napari_mousegpt.workflows.caption import CaptionSettings, caption, plan_captions

NAMES = ["annotator", "source", "behaviour", "start", "stop"]
ALONE = {
    *("behaviours", "fps", "reference", "other", "frames", "several_share", "unit", "units"),
    *("overall", "per_behaviour", "confusion", "points", "disagreements", "beside"),
    *("descriptions", "warnings", "controls"),
}


def labelled(tmp_path: Path, name: str, late: int, fps: float = 10.0) -> Path:
    """100 frames of one mouse: Ada sees it rear and rest, Bo a little later."""
    folder = tmp_path / f"{name}.mousegpt"
    video = VideoEntry("cam0", tmp_path / f"{name}.mp4", 100, fps, 64, 64, name)
    bouts = empty(dict.fromkeys(("start", "stop"), "int64"))
    save_recording(Recording(folder, (video,), empty(DESCRIPTIONS), make_bouts(bouts)))
    rows = [
        ("Ada", "person", "rearing", 0, 20),
        ("Ada", "person", "still", 50, 80),
        ("Bo", "person", "rearing", late, 20 + late),
        ("Bo", "person", "still", 50, 80 - late),
    ]
    add_bouts(folder, make_bouts(pd.DataFrame(rows, columns=NAMES).assign(video="cam0")))
    return folder


@pytest.fixture
def three(tmp_path: Path) -> list[Path]:
    return [labelled(tmp_path, f"m{late}", late) for late in (1, 4, 9)]


def evaluated(*arguments: object, capsys: pytest.CaptureFixture[str]) -> dict:
    code = run(app, ["evaluate", *map(str, arguments), "--json", "--draws", "50"])
    out, error = capsys.readouterr()
    assert code == DONE, error
    return json.loads(out)


def measure(result: dict, name: str) -> dict:
    return next(row for row in result["overall"] if row["measure"] == name)


def test_frames_add_up_and_recordings_are_drawn(three: list[Path], capsys) -> None:
    asked = ("--against", "Ada", "--annotator", "Bo")
    alone = [evaluated(one, *asked, capsys=capsys) for one in three]
    assert all(set(one) == ALONE for one in alone)
    result = evaluated(*three, *asked, capsys=capsys)
    assert set(result) == {*ALONE, "recordings"}
    assert (result["reference"], result["other"]) == ("Ada", "Bo")
    assert (result["unit"], result["units"], result["frames"]) == ("recording", 3, 300)
    summed = np.sum([one["confusion"]["frames"] for one in alone], axis=0)
    assert result["confusion"]["frames"] == summed.tolist()
    kappa = measure(result, "kappa")
    assert kappa["low"] < kappa["value"] < kappa["high"]
    each = [measure(one, "kappa")["value"] for one in alone]
    assert (kappa["low"], kappa["high"]) == (pytest.approx(min(each)), pytest.approx(max(each)))


def test_recordings_of_one_animal_are_drawn_together(
    three: list[Path], tmp_path: Path, capsys
) -> None:
    groups = tmp_path / "groups.csv"
    groups.write_text("recording,animal,group\nm1,a,x\nm4,a,x\nm9,b,x\n")
    asked = (*three, "--against", "Ada", "--annotator", "Bo", "--groups", groups)
    result = evaluated(*asked, capsys=capsys)
    assert (result["unit"], result["units"]) == ("animal", 2)
    groups.write_text("recording,animal,group\nm1,a,x\nm4,a,x\nm9,a,x\n")
    result = evaluated(*asked, capsys=capsys)
    assert (result["unit"], result["units"]) == ("recording", 3)
    assert any("all recordings are of one animal" in one for one in result["warnings"])


def test_everybody_in_all_of_them(three: list[Path], capsys) -> None:
    rows = pd.DataFrame([("Cem", "person", "still", 0, 9)], columns=NAMES).assign(video="cam0")
    add_bouts(three[0], make_bouts(rows))
    result = evaluated(*three, capsys=capsys)
    assert [(row["first"], row["second"]) for row in result["pairs"]] == [("Ada", "Bo")]
    assert result["units"] == 3


def test_labels_of_each_film_in_a_folder_or_in_one_file(
    three: list[Path], tmp_path: Path, capsys
) -> None:
    folder, table = tmp_path, tmp_path / "all.csv"  # labels may lie beside the recordings
    lines = ["video,behaviour,start,stop"]
    for late in (1, 4, 9):
        own = [f"rearing,{late},20", "still,50,80"]
        text = "\n".join(["behaviour,start,stop", *own])
        (folder / f"m{late}_labels.csv").write_text(text + "\n")
        lines += [f"m{late}.mp4,{one}" for one in own]
    table.write_text("\n".join(lines) + "\n")
    by_folder, by_file = (
        evaluated(*three, "--against", where, "--annotator", "Bo", capsys=capsys)
        for where in (folder, table)
    )
    assert by_folder["confusion"]["frames"] == by_file["confusion"]["frames"]
    assert by_file["frames"] == 300
    assert (by_folder["reference"], by_file["reference"]) == (tmp_path.name, "all.csv")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("behaviour,start,stop\nstill,0,9\n", "must name their films"),
        ("video,behaviour,start,stop\nm1.mp4,still,0,9\n", "expected bouts of m4.mp4"),
    ],
)
def test_one_file_must_name_all_films(
    three: list[Path], tmp_path: Path, text: str, says: str, capsys
) -> None:
    path = tmp_path / "all.csv"
    path.write_text(text)
    asked = ["evaluate", *map(str, three), "--against", str(path), "--annotator", "Bo"]
    assert run(app, asked) == FAILED
    assert says in " ".join(capsys.readouterr().err.split())


def test_what_it_refuses(three: list[Path], tmp_path: Path, capsys) -> None:
    fast, labels = labelled(tmp_path, "fast", 1, fps=25.0), tmp_path / "labels.csv"
    labels.write_text("behaviour,start,stop\nstill,0,9\n")
    for other, says in (
        (fast, "expected one frame rate, found 10 (m1), 25 (fast)"),
        (labels, "Label files are compared one by one"),
        (three[0], "with names of their own"),
    ):
        assert run(app, ["evaluate", str(three[0]), str(other)]) == FAILED
        assert says in " ".join(capsys.readouterr().err.split())


def test_references_it_refuses(three: list[Path], tmp_path: Path, capsys) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    alike = [labelled(tmp_path / name, "film", 1) for name in ("a", "b")]
    alike = [
        one.rename(one.with_name(f"{name}.mousegpt")) for one, name in zip(alike, "ab", strict=True)
    ]
    table = tmp_path / "all.csv"
    table.write_text("video,behaviour,start,stop\nfilm.mp4,still,0,9\n")
    for asked, says in (
        ([*three, "--against", three[0], "--annotator", "Bo"], "found one recording"),
        ([*alike, "--against", table, "--annotator", "Bo"], "found several called film"),
        ([three[0], "--groups", table], "expected several recordings to draw"),
    ):
        assert run(app, ["evaluate", *map(str, asked)]) != DONE
        assert says in " ".join(capsys.readouterr().err.replace("│", " ").split())


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two recordings of four windows of one mouse that walks, with Ada's labels."""
    folders = []
    for name in ("one", "two"):
        recording = make_recording(tmp_path_factory.mktemp(name), described=False)
        settings = CaptionSettings(captioner="kinematic-rules", window_s=1, stride_s=1)
        *_, last = caption(plan_captions(recording, settings))
        folder = recording.folder.with_name(f"{name}.mousegpt")
        last.recording.folder.rename(folder)
        rows = pd.DataFrame(
            [("walking", 0, 60), ("still", 60, 120)], columns=["behaviour", "start", "stop"]
        )
        ada = rows.assign(video="cam0", source="person", annotator="Ada")
        add_bouts(folder, make_bouts(ada))
        folders.append(folder)
    return folders


def test_descriptions_are_scored_together(described: list[Path], tmp_path: Path, capsys) -> None:
    asked = ("--against", "Ada", "--annotator", "rule")
    alone = [evaluated(one, *asked, capsys=capsys)["descriptions"] for one in described]
    page = tmp_path / "page.html"
    result = evaluated(*described, *asked, "--report", page, capsys=capsys)
    scored = result["descriptions"]
    assert (scored["unit"], scored["units"], scored["windows"]) == ("recording", 2, 8)
    assert set(scored) == set(alone[0])
    both = [
        sum(row["windows"] for row in one["facts"] if row["who"] == "kinematic-rules")
        for one in alone
    ]
    facts = [row for row in scored["facts"] if row["who"] == "kinematic-rules"]
    assert sum(row["windows"] for row in facts) == sum(both)
    judged = scored["pose_check"]["judged"]
    assert judged == sum(one["pose_check"]["judged"] for one in alone) > 0
    assert result["beside"][0]["who"] == "rule kinematic-rules"
    assert page.read_text().count("<svg") >= 2
    assert run(app, ["evaluate", *map(str, described)]) == DONE
    assert "2 recordings: 8 of 8 windows validly described" in capsys.readouterr().out
