"""``mousegpt evaluate``: files against files, a recording against a file, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from small_recordings import make_recording

from napari_mousegpt.cli import app
from napari_mousegpt.cli.outcome import DONE, FAILED, NOT_UNDERSTOOD, run
from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.recording import Recording, VideoEntry
from napari_mousegpt.datamodel.tables import DESCRIPTIONS, empty
from napari_mousegpt.io.bout_journal import add_bouts
from napari_mousegpt.io.recording_folder import save_recording
from napari_mousegpt.workflows.behaviour_names import read_mapping
from napari_mousegpt.workflows.caption import CaptionSettings, caption, plan_captions

NAMES = ["annotator", "source", "behaviour", "start", "stop"]


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """100 frames at 10 per second: Ada, Bo and a rule say something of one mouse."""
    folder = tmp_path / "mouse.mousegpt"
    video = VideoEntry("cam0", tmp_path / "mouse.mp4", 100, 10.0, 64, 64, "0")
    bouts = empty(dict.fromkeys(("start", "stop"), "int64"))
    save_recording(Recording(folder, (video,), empty(DESCRIPTIONS), make_bouts(bouts)))
    rows = [
        ("Ada", "person", "rearing", 0, 20),
        ("Ada", "person", "still", 50, 80),
        ("Bo", "person", "rearing", 2, 21),
        ("Bo", "person", "still", 50, 70),
        (None, "rule", "rearing", 0, 30),
        (None, "rule", "walking", 40, 60),
    ]
    add_bouts(folder, make_bouts(pd.DataFrame(rows, columns=NAMES).assign(video="cam0")))
    return folder


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    path = tmp_path / "labels.csv"
    path.write_text("behaviour,start,stop\nRearing,0,20\nfreezing,50,80\n")
    return path


def evaluated(*arguments: object, capsys: pytest.CaptureFixture[str]) -> dict:
    code = run(app, ["evaluate", *map(str, arguments), "--json", "--draws", "50"])
    out, error = capsys.readouterr()
    assert code == DONE, error
    return json.loads(out)


def measure(result: dict, name: str) -> float:
    return next(row["value"] for row in result["overall"] if row["measure"] == name)


def test_one_annotator_against_another(recording: Path, capsys) -> None:
    result = evaluated(recording, "--against", "Ada", "--annotator", "Bo", capsys=capsys)
    assert (result["frames"], result["fps"]) == (100, 10.0)
    assert measure(result, "accuracy") == pytest.approx(0.87)
    assert result["confusion"]["codes"] == ["rearing", "still", "nothing"]
    assert result["confusion"]["frames"] == [[18, 0, 2], [0, 20, 10], [1, 0, 49]]


def test_a_rule_against_a_file_with_other_names(recording: Path, labels: Path, capsys) -> None:
    result = evaluated(
        recording, "--against", labels, "--annotator", "rule", "--map", "freezing=still",
        capsys=capsys,
    )  # fmt: skip
    assert result["behaviours"] == ["Rearing", "still"]
    warnings = " ".join(result["warnings"])
    assert "took 'rearing' as 'Rearing', which differ in spelling only" in warnings
    assert "says walking: left out" in warnings
    assert "only labels.csv says still: to the others it never happened" in warnings


def test_everybody_with_everybody(recording: Path, capsys) -> None:
    people = ("--annotator", "Ada", "--annotator", "Bo", "--annotator", "rule")
    result = evaluated(recording, *people, capsys=capsys)
    assert [row["behaviour"] for row in result["coefficients"]] == [
        "all", "rearing", "still", "walking",
    ]  # fmt: skip
    assert len(result["pairs"]) == 3


def test_text_files_and_picture(recording: Path, tmp_path: Path, capsys) -> None:
    table, spans, picture = (tmp_path / name for name in ("n.csv", "d.csv", "c.png"))
    options = ["--against", "Ada", "--annotator", "Bo", "-o", table, "--disagreements", spans]
    code = run(app, ["evaluate", str(recording), *map(str, options), "--plot", str(picture)])
    out = capsys.readouterr().out
    assert code == DONE
    assert "Bo against Ada: 0.2 minutes that both assessed" in out
    rows = pd.read_csv(table).set_index(["behaviour", "measure"])["value"]
    assert rows[("all", "accuracy")] == pytest.approx(0.87)
    assert rows[("still", "duration_other_s")] == 2.0
    assert pd.read_csv(spans)["said_by_Bo"].tolist() == ["nothing", "rearing", "nothing"]
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["--against", "Cem"], FAILED, "expected an annotator 'Cem', found Ada, Bo"),
        (["--against", "Ada"], FAILED, "found Bo, rule. Choose one with --annotator"),
        (
            ["--against", "Ada", "--annotator", "Bo", "--behaviours", "digging"],
            FAILED,
            "nobody says digging; said are rearing, still",
        ),
        (["--plot", "c.png"], NOT_UNDERSTOOD, "name one with --against"),
        (["--against", "Ada", "--plot", "c.bmp"], NOT_UNDERSTOOD, "expected a file ending .png"),
        (["--against", "Ada", "--map", "still"], FAILED, "expected OLD=NEW"),
    ],
)
def test_what_it_refuses(recording: Path, options: list[str], code: int, says: str, capsys) -> None:
    assert run(app, ["evaluate", str(recording), *options]) == code
    assert says in " ".join(capsys.readouterr().err.replace("│", " ").split())


def test_frame_rates_that_differ_are_said(recording: Path, tmp_path: Path, capsys) -> None:
    path = tmp_path / "boris.csv"
    path.write_text(
        "Time,Media file path,Total length,FPS,Subject,Behavior,Behavioral category,Comment,"
        "Status\n0.0,mouse.mp4,10,25,mouse,rearing,,,START\n2.0,mouse.mp4,10,25,mouse,rearing,,,"
        "STOP\n"
    )
    options = ("--against", path, "--annotator", "Ada", "--behaviours", "rearing")
    result = evaluated(recording, *options, capsys=capsys)
    assert measure(result, "f1_macro") == 1.0
    assert any("25 frames/s, mouse at 10" in sentence for sentence in result["warnings"])


def test_point_events_are_paired(recording: Path, capsys) -> None:
    columns = ["annotator", "start", "behaviour"]
    rows = [("Ada", 10, "jump"), ("Ada", 60, "jump"), ("Bo", 13, "jump"), ("Bo", 90, "jump")]
    events = pd.DataFrame(rows, columns=columns).assign(kind="point", source="person", video="cam0")
    add_bouts(recording, make_bouts(events.assign(stop=events["start"] + 1)))
    asked = (recording, "--against", "Ada", "--annotator", "Bo")
    result = evaluated(*asked, capsys=capsys)
    assert result["points"] == [
        {
            "behaviour": "jump",
            "events_reference": 2,
            "events_other": 2,
            "pairs": 1,
            "f1": 0.5,
            "later_median_s": pytest.approx(0.3),
        }
    ]
    assert "jump" not in result["behaviours"]
    alone = evaluated(*asked, "--behaviours", "jump", capsys=capsys)
    assert alone["behaviours"] == []
    assert alone["points"] == result["points"]


def test_mapping_from_files(tmp_path: Path) -> None:
    table, values = tmp_path / "names.csv", tmp_path / "names.json"
    table.write_text("freeze,still\n")
    values.write_text('{"rear": "rearing"}')
    expected = {"freeze": "still", "rear": "rearing", "a": "b"}
    assert read_mapping([str(table), str(values), "a=b"]) == expected


def test_freezing_by_people_and_by_rules(shared_data: Path, tmp_path: Path, capsys) -> None:
    labels = shared_data / "annotations/behaviordepot/hB_demo1_manual_annotations.mat"
    result = evaluated(labels, "--against", labels, "--fps", 50, capsys=capsys)
    assert measure(result, "kappa") == 1.0
    assert result["unit"] == "block"


def captioned(tmp_path: Path) -> Recording:
    recording = make_recording(tmp_path, described=False)
    settings = CaptionSettings(captioner="kinematic-rules", window_s=1, stride_s=1)
    *_, last = caption(plan_captions(recording, settings))
    return last.recording


@pytest.fixture
def described(tmp_path: Path) -> Path:
    """Four windows of one mouse that walks, described by rule, and Ada's labels."""
    recording = captioned(tmp_path)
    rows = pd.DataFrame(
        [("walking", 0, 60), ("still", 60, 120)], columns=["behaviour", "start", "stop"]
    )
    add_bouts(
        recording.folder,
        make_bouts(rows.assign(video="cam0", source="person", annotator="Ada")),
    )
    return recording.folder


def test_descriptions_are_scored_beside_the_bouts(described: Path, tmp_path: Path, capsys) -> None:
    page = tmp_path / "page.html"
    result = evaluated(
        described, "--against", "Ada", "--annotator", "rule", "--report", page, capsys=capsys
    )
    scored = result["descriptions"]
    assert (scored["windows"], scored["valid"]) == (4, 4)
    assert {"labels", "poses"} <= {row["truth"] for row in scored["facts"]}
    assert scored["pose_check"]["judged"] > 0
    assert [row["who"] for row in result["beside"]] == ["rule kinematic-rules"]
    html = page.read_text(encoding="utf-8")
    assert html.count("<svg") >= 2
    assert "src=" not in html
    assert "<link" not in html
    assert result["controls"] is None


def test_without_labels_poses_are_the_truth(tmp_path: Path, capsys) -> None:
    folder = captioned(tmp_path).folder
    result = evaluated(folder, capsys=capsys)
    assert {row["truth"] for row in result["descriptions"]["facts"]} == {"poses"}
    table = tmp_path / "numbers.csv"
    assert run(app, ["evaluate", str(folder), "-o", str(table)]) == DONE
    rows = pd.read_csv(table).set_index("measure")
    assert rows.loc["pose_judged", "value"] == 4
    assert set(rows.loc["precision", "who"]) == {"kinematic-rules", "commonest", "shuffled"}
    assert "Contradicts the pose" in capsys.readouterr().out


def test_a_page_is_html(described: Path, capsys) -> None:
    assert run(app, ["evaluate", str(described), "--report", "page.pdf"]) == NOT_UNDERSTOOD
    assert "expected a file ending .html" in capsys.readouterr().err


OTHER_FILM = "behaviour,start,stop\nrearing,0,20\nstill,4000,9000\n"
BEHIND = "behaviour,start,stop\nrearing,100,101\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [(OTHER_FILM, "found bouts from frame 0 to 9000"), (BEHIND, "from frame 100 to 101")],
)
def test_labels_of_another_film_are_refused(
    recording: Path, tmp_path: Path, text: str, says: str, capsys
) -> None:
    path = tmp_path / "other.csv"
    path.write_text(text)
    asked = (recording, "--against", path, "--annotator", "Ada")
    assert run(app, ["evaluate", *map(str, asked)]) == FAILED
    said = " ".join(capsys.readouterr().err.split())
    assert says in said
    assert "of another film" in said
    assert "add --same-film" in said
    result = evaluated(*asked, "--same-film", capsys=capsys)
    assert result["frames"] == 100


def test_labels_that_end_a_little_after_the_film_are_taken(
    recording: Path, tmp_path: Path, capsys
) -> None:
    path = tmp_path / "late.csv"
    path.write_text("behaviour,start,stop\nrearing,0,20\nstill,50,110\n")
    result = evaluated(recording, "--against", path, "--annotator", "Ada", capsys=capsys)
    assert result["frames"] == 100


@pytest.mark.parametrize(("frames", "code"), [(105, DONE), (250, FAILED)])
def test_a_recording_of_another_film_is_refused(
    recording: Path, tmp_path: Path, frames: int, code: int, capsys
) -> None:
    folder = tmp_path / "other.mousegpt"
    video = VideoEntry("cam0", tmp_path / "other.mp4", frames, 10.0, 64, 64, "1")
    rows = pd.DataFrame([("Cem", "person", "still", 0, 9)], columns=NAMES).assign(video="cam0")
    save_recording(Recording(folder, (video,), empty(DESCRIPTIONS), make_bouts(rows)))
    add_bouts(folder, make_bouts(rows))
    asked = ["evaluate", str(recording), "--against", str(folder), "--annotator", "Ada"]
    assert run(app, asked) == code
    said = " ".join(capsys.readouterr().err.split())
    assert ("is about other.mp4 (250 frames), not mouse.mp4" in said) == (code == FAILED)
    assert run(app, [*asked, "--same-film"]) == DONE


def test_what_agrees_by_chance_only_is_said(recording: Path, tmp_path: Path, capsys) -> None:
    path = tmp_path / "film2.csv"
    path.write_text("behaviour,start,stop\nrearing,40,60\nstill,5,25\n")
    result = evaluated(recording, "--against", path, "--annotator", "Ada", capsys=capsys)
    assert any("no better than with its bouts moved in time" in one for one in result["warnings"])
    result = evaluated(recording, "--against", "Ada", "--annotator", "Bo", capsys=capsys)
    assert not any("moved in time" in one for one in result["warnings"])
