"""Importing: what becomes a recording, what is added to one, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from small_pose_files import N, dlc_csv
from video_files import write_video

from napari_mousegpt.io.recording_folder import load_poses, open_recording
from napari_mousegpt.workflows.import_recording import import_recording
from napari_mousegpt.workflows.importing.carrying_out import whole_or_not_at_all


@pytest.fixture
def video(tmp_path: Path) -> Path:
    return write_video(tmp_path / "film.mp4", N)


def test_a_recording_beside_its_video(video: Path) -> None:
    made = import_recording(video, poses=dlc_csv(video.with_name("p.csv")), camera_view="bottom")
    assert made.folder == video.with_name("film.mousegpt")
    again = open_recording(made.folder)
    assert again.videos[0].path.resolve() == video.resolve()
    assert (again.videos[0].frames, again.videos[0].fps, again.videos[0].view) == (N, 30, "bottom")
    assert again.individuals == ("individual_0",)
    assert again.keypoint_roles["snout"] == "snout"
    poses = load_poses(again)
    assert poses is not None
    np.testing.assert_array_equal(
        poses["position"].sel(keypoint="snout", space="x")[:, 0], 10 + np.arange(N)
    )
    stored = json.loads((made.folder / "recording.json").read_text())
    assert stored["format_version"] == 1
    assert stored["videos"][0]["path"] == "../film.mp4"


def test_a_moved_folder_still_finds_its_video(video: Path, tmp_path: Path) -> None:
    made = import_recording(video)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for path in (video, made.folder):
        path.rename(elsewhere / path.name)
    assert open_recording(elsewhere / made.folder.name).videos[0].path.is_file()


@pytest.mark.parametrize(
    ("n_rows", "words"),
    [(N + 3, "rows past the end, ignored: 3"), (N - 2, "frames without a pose: 2")],
)
def test_poses_a_little_off_are_a_problem_not_an_error(
    video: Path, n_rows: int, words: str
) -> None:
    made = import_recording(video, poses=dlc_csv(video.with_name("p.csv"), n_rows))
    assert any(words in problem for problem in made.problems)
    poses = load_poses(made)
    assert poses is not None
    assert poses.sizes["time"] == N


def test_poses_of_another_film_leave_nothing_behind(video: Path) -> None:
    with pytest.raises(ValueError, match="do not belong together"):
        import_recording(video, poses=dlc_csv(video.with_name("p.csv"), N // 3))
    assert not video.with_name("film.mousegpt").exists()


def test_poses_are_added_and_everything_else_kept(video: Path) -> None:
    made = import_recording(video, pixel_size_mm=0.5)
    path = made.folder / "recording.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "from_a_later_release": [1]}))
    added = import_recording(made.folder, poses=dlc_csv(video.with_name("p.csv")))
    assert added.pixel_size_mm == 0.5
    assert load_poses(added) is not None
    assert json.loads(path.read_text())["from_a_later_release"] == [1]


def test_labels_become_bouts(video: Path) -> None:
    labels = video.with_name("labels.csv")
    labels.write_text("start,stop,behaviour\n0,10,walking\n10,25,rearing\n")
    made = import_recording(video, labels=labels)
    assert made.bouts[["video", "start", "stop", "behaviour", "source"]].values.tolist() == [
        ["cam0", 0, 10, "walking", "import"],
        ["cam0", 10, 25, "rearing", "import"],
    ]
    assert open_recording(made.folder).bouts.equals(made.bouts)


def test_another_video_does_not_take_over(video: Path, tmp_path: Path) -> None:
    made = import_recording(video)
    other = write_video(tmp_path / "other.mp4", N + 1)
    with pytest.raises(ValueError, match=r"recording of another video \(film.mp4\)"):
        import_recording(other, folder=made.folder)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "expected JSON"),
        ("[]", "expected"),
        ('{"videos": [{}]}', r"videos\[0\].id: expected text"),
        ('{"format_version": 99, "videos": []}', "newer release"),
    ],
)
def test_broken_recordings_say_what_is_wrong(tmp_path: Path, content: str, words: str) -> None:
    folder = tmp_path / "x.mousegpt"
    folder.mkdir()
    (folder / "recording.json").write_text(content)
    with pytest.raises(ValueError, match=words):
        open_recording(folder)


def test_a_folder_of_other_things_is_left_alone(video: Path, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "cat.jpg").touch()
    with pytest.raises(ValueError, match="found something else"):
        import_recording(video, folder=folder)


@pytest.mark.parametrize("was_there", [True, False])
def test_a_folder_without_anything_is_left_as_it_was(tmp_path: Path, was_there: bool) -> None:
    folder = tmp_path / "mouse.mousegpt"
    if was_there:
        folder.mkdir()
    with pytest.raises(OSError, match="full"):
        _fail_within(folder)
    assert folder.is_dir() == was_there
    assert not was_there or not list(folder.iterdir())


def _fail_within(folder: Path) -> None:
    with whole_or_not_at_all(folder):
        folder.mkdir(exist_ok=True)
        (folder / "recording.json").write_text("{}")
        raise OSError("full")
