"""The import plan: what is recognised, guessed, asked and told, and what becomes of choices."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from small_pose_files import N, dlc_csv
from video_files import write_video

from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.ethogram import Behaviour
from napari_mousegpt.io.bout_journal import add_bouts, read_assessed, replace_ethogram
from napari_mousegpt.io.exports import export_recording
from napari_mousegpt.io.labels.session import LabelSession
from napari_mousegpt.io.recording_folder import load_poses, open_recording
from napari_mousegpt.workflows.importing.carrying_out import carry_out, import_steps
from napari_mousegpt.workflows.importing.files import CameraFiles
from napari_mousegpt.workflows.importing.names import match_names
from napari_mousegpt.workflows.importing.plan import ImportChoices, ImportPlan, plan_import
from napari_mousegpt.workflows.importing.roles import parse_skeleton
from napari_mousegpt.workflows.importing.words import plan_lines


def two_animals(path: Path, n_rows: int = N) -> Path:
    """DeepLabCut csv of ``m1`` and ``m2`` with a nose and a back; they take turns after row 0."""
    head = ["scorer", "individuals", "bodyparts", "coords"]
    columns = [(who, part, c) for who in ("m1", "m2") for part in ("nose", "back") for c in "xyl"]
    rows = [
        ["scorer", *["s"] * 12],
        ["individuals", *[who for who, _, _ in columns]],
        ["bodyparts", *[part for _, part, _ in columns]],
        ["coords", *[{"x": "x", "y": "y", "l": "likelihood"}[c] for _, _, c in columns]],
    ]
    assert [row[0] for row in rows] == head
    for i in range(n_rows):
        first = [str(10 + i), "5", "0.5"] * 2 if i % 2 == 0 else [""] * 6
        second = [str(20 + i), "6", "0.9"] * 2 if i % 2 or i == 0 else [""] * 6
        rows.append([str(i), *first, *second])
    path.write_text("\n".join(",".join(row) for row in rows) + "\n")
    return path


def csv(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


@pytest.fixture
def video(tmp_path: Path) -> Path:
    return write_video(tmp_path / "film.mp4", N)


def plan_of(video: Path, choices: ImportChoices | None = None, **files: Any) -> ImportPlan:
    return plan_import([CameraFiles(video=video, **files)], choices)


@pytest.mark.parametrize(
    ("found", "known", "chosen", "becomes", "how"),
    [
        ("rearing", ["rearing"], {}, "rearing", "same"),
        ("Rearing", ["rearing"], {}, "rearing", "spelling"),
        ("face_grooming", ["face grooming"], {}, "face grooming", "spelling"),
        ("jump", ["rearing"], {}, "jump", "new"),
        ("jump", ["rearing"], {"jump": "rearing"}, "rearing", "chosen"),
        ("jump", ["rearing"], {"jump": ""}, None, "left out"),
    ],
)
def test_names(found: str, known: list, chosen: dict, becomes: str | None, how: str) -> None:
    (match,) = match_names({found: 3}, known, chosen)
    assert (match.becomes, match.how, match.count) == (becomes, how, 3)


@pytest.mark.parametrize(
    ("found", "suggestion"),
    [
        ("rear", "rearing"),
        ("Freezing", "still"),
        ("rearign", "rearing"),
        ("grooming", None),
        ("q", None),
    ],
)
def test_other_words_are_suggested_and_not_taken(
    video: Path, found: str, suggestion: str | None
) -> None:
    labels = csv(video.with_name("l.csv"), f"start,stop,behaviour\n0,10,{found}\n")
    (match,) = plan_of(video, labels=(labels,)).labels[0].behaviours
    assert (match.becomes, match.suggestion) == (found, suggestion)


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        (
            ImportChoices(individuals={"m22": "x"}),
            r"--rename: .*'m2', .*Did you mean 'm2'",
        ),
        (ImportChoices(keypoints={"nos": "x"}), r"--keypoint: .*Did you mean 'nose'\?"),
        (ImportChoices(behaviours={"Rear": "x"}), "--behaviour: .*found 'Rear'"),
        (ImportChoices(roles={"snuot": "nose"}), r"--role: .*Did you mean 'snout'\?"),
        (ImportChoices(roles={"snout": "noze"}), r"Did you mean 'nose'\?"),
        (ImportChoices(skeleton="nose-bakc"), r"--skeleton: .*Did you mean 'back'\?"),
        (ImportChoices(observations=("x",)), "--observation: expected one of"),
        (ImportChoices(pose_offset_frames={"cam4": 1}), "--pose-offset-frames: .*'cam0'"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_names_that_do_not_exist(video: Path, choices: ImportChoices, words: str) -> None:
    poses = two_animals(video.with_name("p.csv"))
    labels = csv(video.with_name("l.csv"), "start,stop,behaviour\n0,10,jump\n")
    with pytest.raises(ValueError, match=words):
        plan_of(video, choices, poses=poses, labels=(labels,))
    assert not video.with_name("film.mousegpt").exists()


def test_animals_are_renamed_dropped_and_merged(video: Path) -> None:
    poses = two_animals(video.with_name("p.csv"))
    plan = plan_of(video, ImportChoices(individuals={"m1": "a"}), poses=poses)
    assert plan.individuals == ("a", "m2")
    assert plan_of(video, ImportChoices(individuals={"m1": ""}), poses=poses).individuals == ("m2",)

    plan = plan_of(video, ImportChoices(individuals={"m2": "m1"}), poses=poses)
    assert plan.individuals == ("m1",)
    assert any("seen together in 1 frames" in one for one in plan.problems)
    merged = load_poses(carry_out(plan))
    assert merged is not None
    x = merged["position"].sel(keypoint="nose", space="x").values[:, 0]
    assert x[:5].tolist() == [20, 21, 12, 23, 14]  # row 0: the more confident of the two


def test_roles_and_skeleton_follow_what_was_chosen(video: Path) -> None:
    poses = two_animals(video.with_name("p.csv"))
    guessed = plan_of(video, poses=poses)
    assert [(one.role, one.keypoint, one.sureness) for one in guessed.roles] == [
        ("snout", "nose", "sure"),
        ("centre", "back", "likely"),
    ]
    choices = ImportChoices(
        keypoints={"nose": "tip-of-nose"},
        roles={"tail_base": "back"},
        skeleton="back-tip-of-nose",
    )
    made = carry_out(plan_of(video, choices, poses=poses))
    assert dict(made.keypoint_roles) == {"snout": "tip-of-nose", "tail_base": "back"}
    assert made.skeleton == (("back", "tip-of-nose"),)
    again = plan_import(
        [CameraFiles(None, poses=poses)],
        ImportChoices(keypoints={"nose": "tip-of-nose"}),
        recording=made.folder,
    )
    assert [(one.role, one.sureness) for one in again.roles] == [
        ("snout", "sure"),
        ("tail_base", "chosen"),
    ]
    assert again.skeleton_from == "recording"
    assert parse_skeleton("a-b-c,c-d", ["a-b", "c", "d"]) == (("a-b", "c"), ("c", "d"))


@pytest.mark.parametrize(
    ("first", "n_rows", "offsets"),
    [(0, N, []), (1, N, [-1]), (0, N - 1, [1]), (0, N + 2, [-2]), (7, N, [-7])],
)
def test_what_would_explain_a_mismatch(
    video: Path, first: int, n_rows: int, offsets: list[int]
) -> None:
    poses = dlc_csv(video.with_name("p.csv"), n_rows)
    lines = poses.read_text().splitlines()
    rows = [f"{int(line.split(',')[0]) + first},{line.split(',', 1)[1]}" for line in lines[3:]]
    poses.write_text("\n".join([*lines[:3], *rows]) + "\n")
    plan = plan_of(video, poses=poses)
    assert [offset.amount for offset in plan.poses[0].offsets] == offsets
    if offsets:
        moved = plan_of(video, ImportChoices(pose_offset_frames={"cam0": offsets[0]}), poses=poses)
        x = load_poses(carry_out(moved))["position"].sel(keypoint="snout", space="x").values[:, 0]
        row = np.arange(N) - offsets[0] - first
        expected = np.where((row >= 0) & (row < n_rows), 10.0 + row, np.nan)
        np.testing.assert_array_equal(x, expected)


def test_points_outside_the_picture_and_another_rate_are_told(video: Path) -> None:
    poses = dlc_csv(video.with_name("p.csv"))
    poses.write_text(poses.read_text().replace(",0.9", ",0.9").replace("1,", "1999,"))
    assert any("outside the picture" in one for one in plan_of(video, poses=poses).problems)


BORIS = ("Observation id,Observation date,Description,Observation duration,Observation type,Source,"
    "Media duration (s),FPS,Subject,Behavior,Behavioral category,Behavior type,Time,"
    "Media file name,Image index,Image file path,Comment\n")  # fmt: skip


def boris(path: Path, *events: tuple[str, str, str, str, float], fps: float = 30) -> Path:
    rows = [
        f"{name},,,9,Media file(s),,9,{fps},{who},{what},,{kind},{at},{film},NA,NA,"
        for name, film, (who, what), kind, at in (
            (event[0], event[1], event[2].split("/"), event[3], event[4]) for event in events
        )
    ]
    path.write_text(BORIS + "\n".join(rows) + "\n")
    return path


def test_only_the_observation_of_this_film_is_taken(video: Path) -> None:
    labels = boris(
        video.with_name("l.csv"),
        ("one", "film.avi", "m/Rearing", "START", 0.1),
        ("one", "film.avi", "m/Rearing", "STOP", 0.5),
        ("two", "other.mp4", "m/jump", "START", 0.1),
        ("two", "other.mp4", "m/jump", "STOP", 0.4),
    )
    plan = plan_of(video, labels=(labels,))
    (one,) = plan.labels
    assert one.bouts[["individual", "start", "stop", "behaviour"]].values.tolist() == [
        ["individual_0", 3, 15, "rearing"]
    ]
    assert any("1 other observations, not imported: 1" in problem for problem in plan.problems)
    assert one.file.unit == "seconds"
    both = plan_of(video, ImportChoices(observations=("all",)), labels=(labels,))
    assert len(both.labels[0].bouts) == 2
    assert any("name the video other.mp4" in problem for problem in both.problems)


@pytest.mark.parametrize(
    ("films", "words"),
    [
        (("a.mp4", "b.mp4"), "none of its 2 observations"),
        (("film.mp4", "film.mp4"), "are all of film.mp4"),
    ],
)
def test_which_observation_is_asked(video: Path, films: tuple[str, str], words: str) -> None:
    events = [
        (name, film, "m/jump", kind, at)
        for name, film in zip("xy", films, strict=True)
        for kind, at in (("START", 0.1), ("STOP", 0.5))
    ]
    labels = boris(video.with_name("l.csv"), *events)
    plan = plan_of(video, labels=(labels,))
    assert words in plan.questions[0]
    with pytest.raises(ValueError, match="Choose with --observation"):
        carry_out(plan)
    assert not plan.folder.exists()
    assert not plan_of(video, ImportChoices(observations=("y",)), labels=(labels,)).questions


@pytest.mark.parametrize("to", ["boris", "boris-events", "csv"])
def test_our_own_exports_come_back_unasked(video: Path, to: str) -> None:
    """Two people, one with bouts that overlap, and an import of another name."""
    said = [
        {"start": 2, "stop": 9, "behaviour": "rearing", "source": "person", "annotator": "Anna"},
        {"start": 5, "stop": 12, "behaviour": "rearing", "source": "person", "annotator": "Anna"},
        {"start": 3, "stop": 8, "behaviour": "digging", "source": "person", "annotator": "Ben"},
        {"start": 1, "stop": 4, "behaviour": "still", "observation": "earlier"},
    ]
    first = carry_out(plan_of(video))
    bouts = make_bouts([{"video": "cam0", "individual": "individual_0"} | row for row in said])
    add_bouts(first.folder, bouts)
    labels = video.with_name("out.boris" if to == "boris" else "out.csv")
    export_recording(open_recording(first.folder), to, labels)
    shutil.rmtree(first.folder)
    plan = plan_of(video, labels=(labels,))
    assert not plan.questions
    back = carry_out(plan).bouts.sort_values(["annotator", "start"], na_position="first")
    expected = [["still", 1, 4], ["rearing", 2, 9], ["rearing", 5, 12], ["digging", 3, 8]]
    assert back[["behaviour", "start", "stop"]].values.tolist() == expected


def test_labels_past_the_end_with_what_would_explain_them(video: Path) -> None:
    film_s = N / 30
    labels = boris(
        video.with_name("l.csv"),
        ("one", "film.mp4", "m/jump", "START", film_s + 0.3),
        ("one", "film.mp4", "m/jump", "STOP", film_s + 0.5),
        fps=20,
    )
    plan = plan_of(video, labels=(labels,))
    assert any("1 of 1 lie past its end" in one for one in plan.problems)
    assert any("give --fps 20" in one for one in plan.problems)
    offset_s = plan.labels[0].offsets[0].amount
    assert offset_s == pytest.approx(-0.5)
    moved = plan_of(video, ImportChoices(label_offset_s={"cam0": offset_s}), labels=(labels,))
    assert moved.labels[0].bouts[["start", "stop"]].values.tolist() == [[N - 6, N]]
    assert not any("past its end" in one for one in moved.problems)


def test_the_same_labels_twice_are_imported_once(video: Path) -> None:
    labels = csv(video.with_name("l.csv"), "start,stop,behaviour\n0,10,jump\n0,10,jump\n")
    made = carry_out(plan_of(video, labels=(labels,)))
    assert len(made.bouts) == 2
    labels.write_text(labels.read_text() + "20,30,jump\n")
    again = carry_out(plan_import([CameraFiles(None, labels=(labels,))], recording=made.folder))
    assert len(again.bouts) == 3
    assert len(again.sources) == 2
    third = carry_out(plan_import([CameraFiles(None, labels=(labels,))], recording=made.folder))
    assert (len(third.bouts), len(third.sources)) == (3, 2)


def test_what_was_chosen_is_stored(video: Path) -> None:
    poses = two_animals(video.with_name("p.csv"))
    labels = csv(video.with_name("l.csv"), "start,stop,individual,behaviour\n0,10,M1,Rear\n")
    choices = ImportChoices(behaviours={"Rear": "rearing"}, individuals={"m2": "b"})
    made = carry_out(plan_of(video, choices, poses=poses, labels=(labels,)))
    stored = json.loads((made.folder / "recording.json").read_text())["sources"]
    assert [one["kind"] for one in stored] == ["pose", "labels"]
    assert stored[0]["individuals"] == {"m1": "m1", "m2": "b"}
    assert stored[1]["individuals"] == {"M1": "m1"}
    assert stored[1]["behaviours"] == {"Rear": "rearing"}
    assert stored[0]["path"] == "../p.csv"
    assert len(stored[0]["sha256"]) == 64
    again = open_recording(made.folder)
    assert again.sources == tuple(stored)
    pd.testing.assert_frame_equal(again.bouts, made.bouts)


def test_new_behaviours_join_the_ethogram(video: Path) -> None:
    labels = csv(video.with_name("l.csv"), "start,stop,behaviour\n0,10,swimming\n12,20,Rearing\n")
    made = carry_out(plan_of(video, labels=(labels,)))
    added = made.ethogram[12:]
    assert [one.name for one in added] == ["swimming"]
    assert added[0].key
    assert len({one.key for one in made.ethogram}) == 13
    by_hand = Behaviour("by hand", key="9")
    replace_ethogram(made.folder, (*made.ethogram, by_hand), before=made.ethogram)
    labels.write_text(labels.read_text() + "30,35,diving\n")
    carry_out(plan_import([CameraFiles(None, labels=(labels,))], recording=made.folder))
    names = [one.name for one in open_recording(made.folder).ethogram]
    assert names[12:] == ["swimming", "by hand", "diving"]


@pytest.mark.parametrize("when", ["a new folder", "an old one"])
def test_a_failing_import_leaves_nothing(
    video: Path, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    poses = two_animals(video.with_name("p.csv"))
    labels = csv(video.with_name("l.csv"), "start,stop,behaviour\n0,10,jump\n")
    folder = video.with_name("film.mousegpt")
    before: dict[str, bytes] = {}
    if when == "an old one":
        carry_out(plan_of(video, poses=dlc_csv(video.with_name("q.csv"))))
        before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def full(*_: Any, **__: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("napari_mousegpt.workflows.importing.carrying_out.add_bouts", full)
    with pytest.raises(OSError, match="no space left"):
        carry_out(plan_of(video, poses=poses, labels=(labels,)))
    assert {path.name: path.read_bytes() for path in folder.glob("*")} == before

    steps = import_steps(plan_of(video, poses=poses))
    next(steps), next(steps)
    steps.close()
    assert {path.name: path.read_bytes() for path in folder.glob("*")} == before


def test_several_cameras(tmp_path: Path, video: Path) -> None:
    side = write_video(tmp_path / "side.mp4", N - 5)
    plan = plan_import(
        [
            CameraFiles(video, poses=dlc_csv(tmp_path / "p.csv")),
            CameraFiles(side, "cam1", "side", None, 0.25, dlc_csv(tmp_path / "q.csv", N - 5)),
        ]
    )
    made = open_recording(carry_out(plan).folder)
    assert [(v.id, v.view, v.offset_s, v.frames) for v in made.videos] == [
        ("cam0", "top", 0.0, N),
        ("cam1", "side", 0.25, N - 5),
    ]
    assert made.individuals == ("individual_0",)
    assert load_poses(made, "cam1").sizes["time"] == N - 5
    third = CameraFiles(write_video(tmp_path / "third.mp4", N), "cam2", "bottom")
    added = carry_out(plan_import([third], recording=made.folder))
    assert [video.id for video in added.videos] == ["cam0", "cam1", "cam2"]
    assert load_poses(added, "cam2") is None
    with pytest.raises(ValueError, match="another video"):
        plan_import([CameraFiles(side, "cam2")], recording=made.folder)
    with pytest.raises(ValueError, match=r"Add its video with --add-video"):
        plan_import([CameraFiles(None, "cam3")], recording=made.folder)


@pytest.mark.parametrize(
    ("poses", "film", "words"),
    [
        ("three_mice_mabe/EGS8X2MN4SSUGFWAV976.h5", "three_mice_mabe/EGS8X2MN4SSUGFWAV976.mp4",
         ["1800 rows for 1801 frames", "--pose-offset-frames 1", "frames without a pose: 1"]),
        ("two_mice_topview/test2DLC_csv_table_madlc.csv",
         "two_mice_topview/test2DLC_video_circular_arena_madlc.mp4",
         ["97 rows for 121 frames", "hip_left = Left_bhip (likely)", "mouse_black_tail, mouse_w"]),
        ("multiview_single/minimal_top_proofread.slp", "multiview_single/minimal_top.mp4",
         ["sleap", "120 rows for 120 frames", "tail_base = TTI,", "centre = Trunk (likely)"]),
        ("flies/predictions.slp", "multiview_single/minimal_top.mp4",
         ["25 times as many rows", "rows past the end, ignored: 2880"]),
    ],
    ids=["DeepLabCut, 1 frame short", "DeepLabCut, two mice", "SLEAP", "of another film"],
)  # fmt: skip
def test_real_files_in_words(
    shared_data: Path, tmp_path: Path, poses: str, film: str, words: list[str]
) -> None:
    folder = shared_data / "videos_with_pose"
    files = CameraFiles(folder / film, poses=folder / poses)
    text = "\n".join(plan_lines(plan_import([files], folder=tmp_path / "x.mousegpt")))
    assert [one for one in words if one not in text] == []


def test_a_real_project_with_many_observations(shared_data: Path, tmp_path: Path) -> None:
    film = shared_data / "videos_with_pose" / "openfield_single" / "m3v1mp4.mp4"
    project = shared_data / "annotations" / "boris" / "test.boris"
    files = [CameraFiles(film, labels=(project,))]
    plan = plan_import(files, folder=tmp_path / "x.mousegpt")
    assert "none of its 11 observations is of m3v1mp4.mp4" in plan.questions[0]
    chosen = ImportChoices(
        observations=("observation #1",), individuals={"subject1": "individual_0"}
    )
    plan = plan_import(files, chosen, folder=tmp_path / "x.mousegpt")
    assert not plan.questions
    assert len(plan.labels[0].bouts) == 4
    assert set(plan.labels[0].bouts["individual"]) == {"individual_0", "subject2"}
    assert any("25 frames a second, the film 30" in one for one in plan.problems)


ONE_HOT = "frame,background,groom,rear\n" + "".join(
    f"{k},{int(k >= 5)},{int(k < 5)},0\n" for k in range(12)
)


@pytest.mark.parametrize(
    ("offset_s", "names", "expected"),
    [
        (0.0, {}, [0, 12, ["body grooming", "rearing"]]),
        (0.1, {}, [3, 15, ["body grooming", "rearing"]]),
        (-0.1, {"groom": ""}, [0, 9, ["rearing"]]),
    ],
    ids=["as it is", "shifted", "one left out"],
)
def test_what_was_looked_at_comes_with_the_labels(
    video: Path, offset_s: float, names: dict, expected: list
) -> None:
    labels = csv(video.with_name("film_labels.csv"), ONE_HOT)
    choices = ImportChoices(
        behaviours={"background": "", "groom": "body grooming", "rear": "rearing"} | names,
        label_offset_s={"cam0": offset_s},
    )
    made = carry_out(plan_of(video, choices, labels=(labels,)))
    looked = read_assessed(made.folder)
    assert looked[["start", "stop", "behaviours"]].values.tolist() == [expected]
    assert looked[["video", "individual"]].values.tolist() == [["cam0", "individual_0"]]
    again = plan_import([CameraFiles(None, labels=(labels,))], choices, recording=made.folder)
    carry_out(again)
    pd.testing.assert_frame_equal(read_assessed(made.folder), looked)
    if len(made.bouts):
        with LabelSession.open(made.folder) as session:
            session.undo()
            assert not session.labels.assessed


def test_real_files_keep_what_was_looked_at(shared_data: Path, video: Path) -> None:
    labels = shared_data / "annotations/deepethogram/deepethogram_Together_1_excerpt.csv"
    made = carry_out(plan_of(video, labels=(labels,)))
    looked = read_assessed(made.folder)
    assert looked["stop"].max() == N  # not beyond the film
    assert looked["behaviours"].map(len).min() > 0
