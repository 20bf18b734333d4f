"""The sample on disk: a film with B-frames, poses as a tracker writes them, true bouts."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pandas as pd
import pytest
from av.video.frame import PictureType

from napari_mousegpt.datamodel.poses import DIMS
from napari_mousegpt.sample.motion import move
from napari_mousegpt.sample.rendered import Sample, render_sample, sample_in, write_sample
from napari_mousegpt.sample.script import Bout, Script
from napari_mousegpt.sample.skeleton import KEYPOINTS
from napari_mousegpt.sample.tracker import hidden_keypoints

SCRIPT = Script((Bout("walking", 1.2, speed_cm_per_s=10), Bout("sniffing", 1.3)), (10.0, 20.0))
N_FRAMES = 75


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return write_sample(tmp_path_factory.mktemp("sample") / "new", script=SCRIPT)


def test_the_film_has_every_frame_and_b_frames(sample: Sample) -> None:
    with av.open(str(sample.video)) as container:
        stream = container.streams.video[0]
        frames = list(container.decode(stream))
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert stream.average_rate == 30
    assert len(frames) == N_FRAMES
    assert [frame.time for frame in frames] == pytest.approx(np.arange(N_FRAMES) / 30, abs=1e-3)
    kinds = [PictureType(frame.pict_type) for frame in frames]
    assert kinds.count(PictureType.B) > N_FRAMES / 4
    assert [index for index, frame in enumerate(frames) if frame.key_frame] == [0, 60]


def test_truth_has_one_pose_for_each_frame(sample: Sample) -> None:
    assert sample.poses["position"].dims == DIMS
    assert sample.poses["position"].shape == (N_FRAMES, 2, 24, 1)
    assert sample.poses["keypoint"].values.tolist() == list(KEYPOINTS)
    assert sample.poses["position"].notnull().all()
    assert (sample.poses.attrs["fps"], sample.poses.attrs["problems"]) == (30, ())


def test_the_poses_file_is_the_truth_but_for_jitter(sample: Sample) -> None:
    table = pd.read_csv(sample.poses_csv, header=[0, 1, 2], index_col=0)
    assert table.columns.names == ["scorer", "bodyparts", "coords"]
    assert table.columns.get_level_values("bodyparts").unique().tolist() == list(KEYPOINTS)
    assert table.index.tolist() == list(range(N_FRAMES))
    values = table.to_numpy().reshape(N_FRAMES, 24, 3)
    truth = sample.poses["position"].values[..., 0].transpose(0, 2, 1)
    error_px = np.linalg.norm(values[..., :2] - truth, axis=-1)
    hidden = hidden_keypoints(move(SCRIPT))
    assert 0.5 < np.median(error_px[~hidden]) < 1
    assert error_px[~hidden].max() < 4
    assert values[~hidden, 2].min() >= 0.9
    assert values[hidden, 2].max() < 0.9
    assert hidden.any()


def test_the_bouts_file_is_the_truth(sample: Sample) -> None:
    pd.testing.assert_frame_equal(pd.read_csv(sample.bouts_csv), sample.bouts)
    assert sample.bouts["behaviour"].tolist() == ["walking", "sniffing"]
    assert sample.bouts[["start", "stop"]].to_numpy().tolist() == [[0, 36], [36, N_FRAMES]]


def test_the_truth_can_be_had_without_rendering(sample: Sample) -> None:
    again = sample_in(sample.video.parent, script=SCRIPT)
    assert (again.video, again.poses_csv, again.script) == (
        sample.video,
        sample.poses_csv,
        sample.script,
    )
    assert again.poses.identical(sample.poses)
    pd.testing.assert_frame_equal(again.bouts, sample.bouts)


def test_the_same_seed_gives_the_same_files(tmp_path: Path, sample: Sample) -> None:
    again = write_sample(tmp_path, script=SCRIPT)
    assert again.poses_csv.read_bytes() == sample.poses_csv.read_bytes()
    assert again.video.read_bytes() == sample.video.read_bytes()


def test_progress_grows_to_one_and_replaces_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "mouse.mp4").write_text("old")
    progress = list(render_sample(tmp_path, script=Script((Bout("still", 1.0),))))
    assert progress == sorted(progress)
    assert (progress[0], progress[-1], len(progress) > 2) == (0, 1, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "mouse.csv",
        "mouse.mp4",
        "mouse_bouts.csv",
    ]
    assert (tmp_path / "mouse.mp4").read_bytes()[4:8] == b"ftyp"


def test_stopping_leaves_no_half_file(tmp_path: Path) -> None:
    steps = render_sample(tmp_path, script=SCRIPT)
    for _ in range(5):
        next(steps)
    assert len(list(tmp_path.iterdir())) == 1
    steps.close()
    assert list(tmp_path.iterdir()) == []
