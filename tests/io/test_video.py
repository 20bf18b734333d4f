"""Frames by number: exactly the right one, from any codec, in any order, from any thread."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import numpy as np
import pytest
from video_files import number_in, painted, write_video

from napari_mousegpt.io.films.video import read_video

N = 96
B_FRAMES = {"g": "40", "bf": "3", "x264-params": "b-adapt=0:b-pyramid=normal"}
FILES = [
    pytest.param("a.mp4", "libx264", B_FRAMES, "yuv420p", id="h264-b-frames-mp4"),
    pytest.param("a.mkv", "libx264", B_FRAMES, "yuv420p", id="h264-b-frames-mkv"),
    pytest.param("a.avi", "libx264", {"g": "40", "bf": "0"}, "yuv420p", id="h264-avi"),
    pytest.param(
        "a.mp4",
        "libx264",
        {"g": "24", "bf": "2", "x264-params": "open-gop=1"},
        "yuv420p",
        id="open-gop",
    ),
    pytest.param("a.ts", "libx264", B_FRAMES, "yuv420p", id="h264-transport-stream"),
    pytest.param("a.mp4", "libx265", {"x265-params": "log-level=none"}, "yuv420p", id="hevc"),
    pytest.param("a.avi", "mpeg4", {"g": "12"}, "yuv420p", id="mpeg4-avi"),
    pytest.param("a.mp4", "mpeg4", {"g": "12", "bf": "2"}, "yuv420p", id="mpeg4-b-frames-mp4"),
    pytest.param("a.avi", "mjpeg", {}, "yuvj420p", id="mjpeg-avi"),
    pytest.param("a.mov", "mjpeg", {}, "yuvj420p", id="mjpeg-mov"),
    pytest.param("a.mpg", "mpeg2video", {"g": "12", "bf": "2"}, "yuv420p", id="mpeg2-mpg"),
    pytest.param("a.wmv", "wmv2", {"g": "12"}, "yuv420p", id="wmv2"),
    pytest.param("a.avi", "rawvideo", {}, "yuv420p", id="raw-avi"),
    pytest.param("a.mkv", "ffv1", {}, "yuv420p", id="ffv1"),
    pytest.param("a.webm", "libvpx-vp9", {"g": "30", "cpu-used": "8"}, "yuv420p", id="vp9"),
    pytest.param("a.avi", "msmpeg4v2", {"g": "12"}, "yuv420p", id="msmpeg4-avi"),
]


@pytest.mark.parametrize(("name", "codec", "options", "pixel_format"), FILES)
def test_every_frame_is_the_one_asked_for(
    tmp_path: Path, name: str, codec: str, options: dict[str, str], pixel_format: str
) -> None:
    if codec not in av.codecs_available:
        pytest.skip(f"this build of FFmpeg cannot encode {codec}")
    write_video(tmp_path / name, N, codec=codec, options=options, pixel_format=pixel_format)
    orders = [random.Random(seed).sample(range(N), N) for seed in range(2)]
    with read_video(tmp_path / name) as video:
        assert len(video) == N
        for order in [*orders, range(N), range(N - 1, -1, -1)]:
            wrong = [i for i in order if number_in(video[i]) != i]
            assert not wrong


def test_variable_frame_rate_keeps_times_and_frames(tmp_path: Path) -> None:
    stamps = np.cumsum(np.random.default_rng(0).integers(10, 120, N)).tolist()
    video = read_video(write_video(tmp_path / "v.mkv", N, options=B_FRAMES, stamps=stamps))
    assert [number_in(video[i]) for i in range(N)] == list(range(N))
    np.testing.assert_allclose(video.times_s, (np.array(stamps) - stamps[0]) / 1000, atol=1e-6)
    assert video.index.variable_rate


def test_four_threads_read_at_random(tmp_path: Path) -> None:
    video = read_video(write_video(tmp_path / "v.mp4", N, options=B_FRAMES))
    order = random.Random(1).choices(range(N), k=200)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda i: number_in(video[i]), order)) == order


@pytest.fixture(scope="module")
def numbered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("video") / "v.mp4", N, options=B_FRAMES)


@pytest.mark.parametrize(
    ("key", "shape"),
    [
        (3, (64, 160, 3)),
        (np.int64(-1), (64, 160, 3)),
        (slice(2, 5), (3, 64, 160, 3)),
        (slice(5, 2), (0, 64, 160, 3)),
        (slice(8, 2, -3), (2, 64, 160, 3)),
        ((slice(0, 1), slice(None), slice(None)), (1, 64, 160, 3)),
        ((2, slice(4, 9), 7), (5, 3)),
        ((Ellipsis, 0), (N, 64, 160)),
        ([4, 1], (2, 64, 160, 3)),
        (np.arange(N) < 2, (2, 64, 160, 3)),
    ],
    ids=str,
)
def test_indexing_is_that_of_an_array(numbered: Path, key: object, shape: tuple[int, ...]) -> None:
    video = read_video(numbered)
    whole = np.asarray(video)
    assert whole.shape == video.shape
    np.testing.assert_array_equal(video[key], whole[key])
    assert video[key].shape == shape
    assert video[key].dtype == video.dtype


@pytest.mark.parametrize("item", [N, -N - 1])
def test_a_frame_outside_is_an_index_error(numbered: Path, item: int) -> None:
    with pytest.raises(IndexError, match=f"video of {N} frames"):
        read_video(numbered)[item]


def test_read_frames_gives_each_once_in_file_order(numbered: Path) -> None:
    found = [(i, number_in(frame)) for i, frame in read_video(numbered).read_frames([9, 3, 9, 5])]
    assert found == [(3, 3), (5, 5), (9, 9)]


def test_only_the_undecodable_frame_is_an_error(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.avi", N, codec="mjpeg", pixel_format="yuvj420p")
    content = bytearray(path.read_bytes())
    with av.open(path) as container:
        packet = next(p for i, p in enumerate(container.demux(video=0)) if i == 40)
        content[packet.pos : packet.pos + packet.size] = bytes(packet.size)
    path.write_bytes(content)
    video = read_video(path)
    with pytest.raises(OSError, match="frame 40 cannot be decoded"):
        video[40]
    assert [number_in(video[i]) for i in (39, 41, 0)] == [39, 41, 0]


@pytest.mark.parametrize("share", [0.4, 0.8])
def test_a_file_cut_short_opens_with_the_frames_it_has(tmp_path: Path, share: float) -> None:
    path = write_video(tmp_path / "v.mkv", N, options=B_FRAMES)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with av.open(path) as container:
        decodable = [number_in(f.to_ndarray(format="rgb24")) for f in container.decode(video=0)]
    video = read_video(path)
    assert 0 < len(video) < N
    assert [number_in(frame) for frame in video[:]] == decodable
    assert number_in(video[-1]) == decodable[-1]


def _playlist(folder: Path) -> Path:
    path = folder / "list.mp4"
    path.write_text("ffconcat version 1.0\nfile 'v.mp4'\n")
    return path


def _text(folder: Path) -> Path:
    path = folder / "notes.txt"
    path.write_text("mouse 1 sat still\n" * 50)
    return path


def _cut(folder: Path) -> Path:
    path = write_video(folder / "v.mp4", 20)
    path.write_bytes(path.read_bytes()[:900])
    return path


def _empty(folder: Path) -> Path:
    path = folder / "empty.mp4"
    path.touch()
    return path


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (_empty, ValueError, "empty file"),
        (_cut, ValueError, "cut short"),
        (_text, ValueError, "expected a video"),
        (_playlist, ValueError, "expected a video"),
        (lambda folder: folder / "none.mp4", FileNotFoundError, "no such file"),
    ],
    ids=["empty", "cut", "text", "playlist", "missing"],
)
def test_what_is_no_video_says_so(tmp_path: Path, make, error, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(error, match=words):
        read_video(make(tmp_path))


def test_odd_sizes(tmp_path: Path) -> None:
    frames = [painted(i, (162, 66))[:65, :161] for i in range(12)]
    path = write_video(tmp_path / "v.avi", 12, codec="ffv1", pixel_format="bgr0", frames=frames)
    video = read_video(path)
    assert video.shape == (12, 65, 161, 3)
    np.testing.assert_array_equal(video[7], frames[7])


REAL = [
    "videos_with_pose/openfield_single/m3v1mp4short.mp4",
    "videos_with_pose/two_mice_topview/test2DLC_video_circular_arena_madlc.mp4",
    "videos_only/vid.avi",
    "videos_only/Freezing_calibration.wmv",
    "videos_only/vid1.mov",
    "edge_cases/vfr_m3v1.mp4",
    "edge_cases/ratón_鼠 №2.mp4",
    "labelled_clips/bsoid/group06_face_groom_example_2.avi",
]


@pytest.mark.parametrize("frame", [2329, 700, 1234])
def test_a_jump_before_anything_else_is_exact(shared_data: Path, frame: int) -> None:
    """The start of this 4:4:4 film tells the decoder what it must know later on."""
    path = shared_data / "videos_with_pose" / "openfield_single" / "m3v1mp4.mp4"
    with av.open(path) as container:
        for number, decoded in enumerate(container.decode(video=0)):
            if number == frame:
                expected = decoded.to_ndarray(format="rgb24")
                break
    np.testing.assert_array_equal(read_video(path)[frame], expected)


@pytest.mark.parametrize("name", REAL)
def test_real_videos_equal_a_full_decode(shared_data: Path, name: str) -> None:
    with av.open(shared_data / name) as container:
        decoded = [(f.pts, f.to_ndarray(format="rgb24")) for f in container.decode(video=0)]
    decoded.sort(key=lambda pair: pair[0])
    with read_video(shared_data / name) as video:
        assert len(video) == len(decoded)
        for i in random.Random(0).sample(range(len(video)), min(40, len(video))):
            np.testing.assert_array_equal(video[i], decoded[i][1])
