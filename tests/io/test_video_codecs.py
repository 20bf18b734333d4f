"""Frames by number from every codec and container at hand, and from files that are odd."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import numpy as np
import pytest
from video_files import number_in, painted, remux, write_video

from napari_mousegpt.io.films.video import Video

N = 64
KEYS = {"g": "12"}
FAST = {"g": "30", "cpu-used": "8", "deadline": "realtime"}
X265 = {"x265-params": "log-level=none:keyint=30"}
FILES = [
    ("mp4", "libsvtav1", {"preset": "12", "g": "30"}, "yuv420p"),
    ("mkv", "libsvtav1", {"preset": "12", "g": "30"}, "yuv420p10le"),
    ("webm", "libvpx", FAST, "yuv420p"),
    ("webm", "libvpx-vp9", {**FAST, "lag-in-frames": "16"}, "yuv420p"),
    ("ivf", "libvpx-vp9", FAST, "yuv420p"),
    ("mp4", "libx265", X265, "yuv420p10le"),
    ("ts", "libx265", X265, "yuv420p"),
    ("mp4", "libx264", {"bf": "3"}, "yuv420p10le"),
    ("mp4", "libx264", {"bf": "3"}, "gray"),
    ("mp4", "libx264", {"bf": "3", "x264-params": "intra-refresh=1"}, "yuv420p"),
    ("mp4", "libx264rgb", {}, "rgb24"),
    ("mpg", "libx264", {"g": "24"}, "yuv420p"),
    ("flv", "libx264", {"g": "24"}, "yuv420p"),
    ("h264", "libx264", {"g": "24"}, "yuv420p"),
    ("avi", "mpeg4", {"g": "12", "bf": "2"}, "yuv420p"),
    ("mpg", "mpeg1video", {"g": "12", "bf": "2"}, "yuv420p"),
    ("ts", "mpeg2video", {"g": "12", "bf": "2"}, "yuv420p"),
    ("avi", "msmpeg4", KEYS, "yuv420p"),
    ("wmv", "wmv1", KEYS, "yuv420p"),
    ("flv", "flv", KEYS, "yuv420p"),
    ("avi", "huffyuv", {}, "yuv422p"),
    ("avi", "ffvhuff", {}, "yuv420p"),
    ("avi", "utvideo", {}, "yuv420p"),
    ("avi", "magicyuv", {}, "gbrp"),
    ("avi", "zmbv", {}, "bgr0"),
    ("avi", "ffv1", {}, "gray"),
    ("avi", "rawvideo", {}, "bgr24"),
    ("mov", "rawvideo", {}, "uyvy422"),
    ("gif", "gif", {}, "rgb8"),
    ("mov", "prores_ks", {}, "yuv422p10le"),
    ("mov", "png", {}, "rgb24"),
    ("mov", "jpeg2000", {}, "yuv420p"),
    ("mov", "qtrle", {}, "rgb24"),
    ("mov", "svq1", {}, "yuv410p"),
]


def _wrong(video: Video, order: range | list[int]) -> list[int]:
    return [i for i in order if number_in(video[i]) != i]


@pytest.mark.parametrize(
    ("suffix", "codec", "options", "pixel_format"),
    FILES,
    ids=[f"{codec}-{pixels}-{suffix}" for suffix, codec, _, pixels in FILES],
)
def test_every_codec_gives_the_frame_asked_for(
    tmp_path: Path, suffix: str, codec: str, options: dict[str, str], pixel_format: str
) -> None:
    if codec not in av.codecs_available:
        pytest.skip(f"this build of FFmpeg cannot encode {codec}")
    path = tmp_path / f"v.{suffix}"
    write_video(path, N, codec=codec, options=options, pixel_format=pixel_format)
    video = Video(path)
    assert len(video) == N
    shuffled = random.Random(0).sample(range(N), N)
    for order in (shuffled, range(N), range(N - 1, -1, -1)):
        assert not _wrong(video, order)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda i: number_in(video[i]), shuffled)) == shuffled
    video.close()


def test_dnxhd_in_its_own_size(tmp_path: Path) -> None:
    frames = [painted(i, (1280, 720)) for i in range(6)]
    options = {"b": "90M"}
    path = tmp_path / "v.mov"
    try:
        write_video(path, 6, codec="dnxhd", options=options, pixel_format="yuv422p", frames=frames)
    except av.error.FFmpegError:
        pytest.skip("this build of FFmpeg does not encode DNxHD so")
    video = Video(path)
    assert [number_in(video[i][:64]) for i in (5, 0, 3)] == [5, 0, 3]


def test_frames_that_an_edit_list_hides_are_no_items(tmp_path: Path) -> None:
    source = write_video(tmp_path / "v.mp4", N, options={"g": "40", "bf": "3"})
    path = remux(source, tmp_path / "cut.mp4", shift_s=-1 / 3)
    with av.open(path) as container:
        shown = [number_in(f.to_ndarray(format="rgb24")) for f in container.decode(video=0)]
    assert shown == list(range(10, N))
    video = Video(path)
    order = random.Random(0).sample(range(len(video)), len(video))
    assert [number_in(video[i]) for i in order] == [shown[i] for i in order]
    assert video.times_s[0] == 0


@pytest.mark.parametrize(("suffix", "shift_s"), [("mkv", 10.0), ("mp4", 0.4)])
def test_a_film_that_starts_late_starts_at_zero(
    tmp_path: Path, suffix: str, shift_s: float
) -> None:
    source = write_video(tmp_path / "v.mp4", N)
    video = Video(remux(source, tmp_path / f"late.{suffix}", shift_s=shift_s))
    assert video.times_s[0] == 0
    assert not _wrong(video, [33, 0, N - 1])


@pytest.mark.parametrize("degrees", [90, -90, 180])
def test_the_array_is_not_turned_but_the_film_says_how(tmp_path: Path, degrees: int) -> None:
    source = write_video(tmp_path / "v.mp4", 12)
    video = Video(remux(source, tmp_path / "turned.mp4", rotation_degrees=degrees))
    assert abs(video.rotation_degrees) == abs(degrees)
    assert video.shape[1:] == (64, 160, 3)
    assert number_in(video[7]) == 7


def test_repeated_time_stamps_are_told_and_each_frame_is_there(tmp_path: Path) -> None:
    source = write_video(tmp_path / "v.avi", N, codec="mjpeg", pixel_format="yuvj420p")
    path = remux(source, tmp_path / "twice.mkv", stamp=lambda i: i // 2 * 2)
    video = Video(path)
    assert not _wrong(video, range(N - 1, -1, -1))
    assert f"{N // 2} frames repeat the time stamp" in video.problems[0]


def _noisy(number: int) -> np.ndarray:
    noise = np.random.default_rng(0).integers(-20, 20, (64, 160, 3))
    moved = np.roll(noise, 3 * number, axis=1)
    return (painted(number) + moved).clip(0, 255).astype(np.uint8)


def _hurt(path: Path, hurt: Callable[[bytes], bytes]) -> int:
    """Change the bytes of the largest packet about frame 53, a needed one; return its item."""
    with av.open(path) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    packet = max(packets[50:57], key=lambda packet: packet.size)
    start, stop = packet.pos, packet.pos + packet.size
    content = bytearray(path.read_bytes())
    content[start:stop] = hurt(bytes(content[start:stop]))
    path.write_bytes(content)
    return sorted(packet.pts for packet in packets).index(packet.pts)


DAMAGE = [
    ("mp4", "libx264", {"bf": "3", "x264-params": "keyint=40:scenecut=0"}, "yuv420p", 45, 79),
    ("avi", "mpeg4", KEYS, "yuv420p", 50, 63),
    ("avi", "mjpeg", {}, "yuvj420p", 50, 56),
]


@pytest.mark.parametrize(
    ("suffix", "codec", "options", "pixel_format", "first", "last"),
    DAMAGE,
    ids=[codec for _, codec, *_ in DAMAGE],
)
def test_no_frame_is_silently_broken(
    tmp_path: Path,
    suffix: str,
    codec: str,
    options: dict[str, str],
    pixel_format: str,
    first: int,
    last: int,
) -> None:
    """Half of a packet is gone: what was predicted from it is an error, all else as filmed."""
    path = tmp_path / f"v.{suffix}"
    frames = [_noisy(i) for i in range(96)]
    write_video(path, 96, codec=codec, options=options, pixel_format=pixel_format, frames=frames)
    whole = Video(path)[:]
    hurt = _hurt(path, lambda packet: packet[: len(packet) // 2] + bytes(-(-len(packet) // 2)))
    for order in (range(96), range(95, -1, -1), random.Random(0).sample(range(96), 96)):
        video, refused = Video(path), []
        for item in order:
            try:
                np.testing.assert_array_equal(video[item], whole[item])
            except OSError:
                refused.append(item)
        video.close()
        assert hurt in refused
        assert first <= min(refused)
        assert max(refused) <= last


@pytest.mark.slow
def test_jumping_over_frames_that_no_other_needs_is_exact(shared_data: Path) -> None:
    """Read at random by four threads, real videos equal a full decode: none wrong."""
    suffixes = (".mp4", ".avi", ".mov", ".wmv")
    folders: dict[Path, list[Path]] = {}
    for path in sorted(shared_data.rglob("*")):
        if path.suffix in suffixes:
            folders.setdefault(path.parent, []).append(path)
    videos = [path for own in folders.values() for path in own[:8]]  # made alike in one folder
    compared = 0
    for path in videos:
        try:
            video = Video(path)
        except ValueError:
            continue  # those that are meant not to open
        wanted = random.Random(0).sample(range(len(video)), min(12, len(video)))
        with ThreadPoolExecutor(4) as pool:
            hashes = pool.map(lambda i, v=video: hash(v[i].tobytes()), wanted)
            found = dict(zip(wanted, hashes, strict=True))
        with av.open(path) as container:
            container.streams.video[0].thread_type = "AUTO"
            for frame in container.decode(video=0):
                item = int(np.searchsorted(video.index.pts, frame.pts))
                if item in found:
                    assert hash(frame.to_ndarray(format="rgb24").tobytes()) == found[item], path
                    compared += 1
        video.close()
    assert compared > 300
