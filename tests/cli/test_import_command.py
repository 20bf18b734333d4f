"""``import`` and ``info`` with several files, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from small_pose_files import N, dlc_csv
from video_files import write_video

from napari_mousegpt.cli import app
from napari_mousegpt.cli.outcome import run
from napari_mousegpt.io.recording_folder import open_recording


def mousegpt(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Run a command in this process; return exit code, stdout and stderr."""
    capsys.readouterr()
    code = run(app, [str(argument) for argument in arguments])
    return code, *capsys.readouterr()


@pytest.fixture
def video(tmp_path: Path) -> Path:
    return write_video(tmp_path / "film.mp4", N)


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    path = tmp_path / "labels.csv"
    path.write_text("start,stop,behaviour\n0,10,Rear\n10,25,jump\n")
    return path


def test_choices_reach_the_recording(
    capsys: pytest.CaptureFixture, video: Path, labels: Path, tmp_path: Path
) -> None:
    poses = dlc_csv(tmp_path / "p.csv", N - 1)
    options = ["--pose", poses, "--labels", labels, "--behaviour", "Rear=rearing"]
    options += ["--role", "centre=snout", "--keypoint", "tailbase=tail base", "--rename", "x="]
    code, _, err = mousegpt(capsys, "import", video, *options)
    assert (code, video.with_name("film.mousegpt").exists()) == (1, False)
    assert "found 'x'" in err
    code, out, _ = mousegpt(capsys, "import", video, *options[:-2], "--pose-offset-frames", 1)
    assert code == 0
    assert "behaviours: Rear = rearing" in out
    assert "new behaviours: jump" in out
    made = open_recording(video.with_name("film.mousegpt"))
    assert dict(made.keypoint_roles) == {"centre": "snout", "tail_base": "tail base"}
    assert made.bouts["behaviour"].tolist() == ["rearing", "jump"]


def test_a_dry_run_writes_nothing(capsys: pytest.CaptureFixture, video: Path, labels: Path) -> None:
    code, out, _ = mousegpt(capsys, "import", video, "--labels", labels, "--dry-run")
    assert code == 0
    assert "'Rear' is new; if it means rearing: --behaviour 'Rear=rearing'" in out
    assert "nothing was written" in out
    assert not video.with_name("film.mousegpt").exists()
    code, out, _ = mousegpt(capsys, "import", video, "--labels", labels, "--dry-run", "--json")
    assert json.loads(out)["bouts"] == 2


def test_cameras(capsys: pytest.CaptureFixture, video: Path, tmp_path: Path) -> None:
    side, below = write_video(tmp_path / "side.mp4", N), write_video(tmp_path / "below.mp4", N)
    code, _, _ = mousegpt(
        capsys, "import", video, "--add-video", side, "--camera-view", "cam1=side",
        "--offset-s", "cam1=-0.5", "--pose", f"cam1={dlc_csv(tmp_path / 'p.csv')}",
        "--fps", "25", "--fps", "cam1=50",
    )  # fmt: skip
    assert code == 0
    folder = video.with_name("film.mousegpt")
    code, out, _ = mousegpt(capsys, "import", folder, "--add-video", below, "--json")
    assert json.loads(out)["videos"] == ["cam0", "cam1", "cam2"]
    made = open_recording(folder)
    assert [(one.view, one.offset_s, one.fps) for one in made.videos] == [
        ("top", 0.0, 25.0),
        ("side", -0.5, 50.0),
        ("top", 0.0, 30.0),
    ]
    code, out, _ = mousegpt(capsys, "info", folder)
    assert f"cam1: {side}, {N} frames, 50 frames/s, side view, starts at -0.5 s" in out


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--camera-view", "cam0=above"], 2, "top, bottom, side, oblique"),
        (["--offset-s", "cam0=soon"], 2, "expected a number"),
        (["--pose-offset-frames", "0.5"], 2, "expected a whole number"),
        (["--fps", "0"], 2, "above zero"),
        (["--rename", "nothing"], 2, "expected OLD=NEW"),
        (["--behaviour", "a=b", "--behaviour", "a=c"], 2, "given twice"),
        (["--fps", "25", "--fps", "cam0=30"], 2, "given twice for cam0"),
        (["--add-video", "cam0=x.mp4"], 2, "there already"),
        (["--camera-view", "cam3=top"], 1, "Add its video with --add-video"),
        (["--add-video", "cam9=x.mp4"], 1, "up to 8 cameras"),
        (["--role", "snout=nose"], 1, "--role: expected one of the keypoints none"),
    ],
)
def test_what_is_not_understood(
    capsys: pytest.CaptureFixture, video: Path, options: list[str], code: int, words: str
) -> None:
    found, _, err = mousegpt(capsys, "import", video, *options)
    assert (found, words in " ".join(err.replace("│", " ").split())) == (code, True), err
    assert not video.with_name("film.mousegpt").exists()


def test_captioning_that_cannot_start_leaves_no_recording(
    capsys: pytest.CaptureFixture, video: Path
) -> None:
    common = ["caption", video, "--captioner", "kinematic-rules"]
    poses = dlc_csv(video.with_name("p.csv"))
    for options in (["--frames", "0:400"], ["--individual", "nobody"], ["--video", "cam1"]):
        code, _, _ = mousegpt(capsys, *common, "--pose", poses, *options)
        assert (code, video.with_name("film.mousegpt").exists()) == (1, False)
    mousegpt(capsys, "import", video)
    before = (video.with_name("film.mousegpt") / "recording.json").read_bytes()
    code, _, _ = mousegpt(capsys, *common, "--pose", poses, "--frames", "0:400")
    folder = video.with_name("film.mousegpt")
    assert code == 1
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"recording.json": before}


def test_each_camera_is_a_run_of_its_own(
    capsys: pytest.CaptureFixture, video: Path, tmp_path: Path
) -> None:
    side = write_video(tmp_path / "side.mp4", N + 20)
    poses, of_side = dlc_csv(tmp_path / "p.csv"), dlc_csv(tmp_path / "q.csv", N + 20)
    options = ["--pose", poses, "--pose", f"cam1={of_side}", "--camera-view", "cam1=side"]
    mousegpt(capsys, "import", video, "--add-video", side, *options)
    folder = video.with_name("film.mousegpt")
    code, out, err = mousegpt(
        capsys, "caption", folder, "--captioner", "kinematic-rules", "--video", "all", "--json"
    )
    assert code == 0, err
    assert [one["video"] for one in json.loads(out)["recordings"]] == ["cam0", "cam1"]
    made = open_recording(folder)
    assert [(run.video, run.parameters["camera_view"]) for run in made.runs] == [
        ("cam0", "top"),
        ("cam1", "side"),
    ]
    assert set(made.descriptions["video"]) == {"cam0", "cam1"}
    assert made.descriptions.groupby("video")["stop"].max().to_dict() == {"cam0": N, "cam1": N + 20}


def test_info_compares(capsys: pytest.CaptureFixture, video: Path, labels: Path) -> None:
    poses = dlc_csv(video.with_name("film_p.csv"), N - 1)
    code, out, _ = mousegpt(capsys, "info", video, poses, labels, "--json")
    assert code == 0
    both = json.loads(out)["comparison"]
    assert [(one["kind"], one["fits"], one["frames"], one["rows"]) for one in both] == [
        ("pose", False, N, N - 1),
        ("labels", True, N, None),
    ]
    assert "frames without a pose: 1" in both[0]["problems"][0]
    _, out, _ = mousegpt(capsys, "info", video, labels)
    assert out.endswith("fits\n")
    assert "comparison" not in json.loads(mousegpt(capsys, "info", poses, labels, "--json")[1])
    other = write_video(video.with_name("other.mp4"), N)
    _, out, _ = mousegpt(capsys, "info", video, other, poses, labels, "--json")
    pose, label = json.loads(out)["comparison"]
    assert pose["video"] == str(video)
    assert "does not tell which of the videos" in label["problems"][0]


def test_info_says_who_said_what(capsys: pytest.CaptureFixture, video: Path, labels: Path) -> None:
    mousegpt(capsys, "import", video, "--labels", labels)
    folder = video.with_name("film.mousegpt")
    (entry,) = json.loads(mousegpt(capsys, "info", folder, "--json")[1])["files"]
    assert entry["recording"]["bouts"] == [
        {"video": "cam0", "source": "import", "annotator": None, "run_id": None, "bouts": 2,
         "behaviours": 2}
    ]  # fmt: skip
    assert entry["recording"]["sources"][0]["path"] == "../labels.csv"
    out = mousegpt(capsys, "info", folder)[1]
    assert "bouts by import: 2, 2 behaviours, cam0" in out
    assert "imported: labels.csv (intervals labels)" in out
