"""A long video opens before it is counted; its index is kept, and made anew where it is broken."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from video_files import number_in, write_video

from napari_mousegpt.io.cache_folder import cache_folder
from napari_mousegpt.io.films import growing_index, video_index_cache
from napari_mousegpt.io.films.video import Video
from napari_mousegpt.io.films.video_index import index_video
from napari_mousegpt.io.films.video_index_cache import keep_index, load_index
from napari_mousegpt.io.films.video_packets import Packets, read_packets

KEPT_FROM_BYTES = video_index_cache.WORTH_KEEPING_BYTES
N, TIMES = 100, 20
OPTIONS = {"g": "25", "bf": "3"}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOUSEGPT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(video_index_cache, "WORTH_KEEPING_BYTES", 0)


@pytest.fixture(scope="module", params=["mp4", "mkv"])
def film(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of repeated packets: frame i shows i % N."""
    folder = tmp_path_factory.mktemp("long")
    short, path = write_video(folder / "short.mp4", N, options=OPTIONS), folder / "long"
    path = path.with_suffix(f".{request.param}")
    with av.open(short) as old, av.open(path, "w") as new:
        stream = old.streams.video[0]
        copy = new.add_stream_from_template(stream)
        packets = [packet for packet in old.demux(stream) if packet.size]
        length = round(N / 30 / stream.time_base)
        for turn in range(TIMES):
            for packet in packets:
                again = av.Packet(bytes(packet))
                again.pts, again.dts = packet.pts + turn * length, packet.dts + turn * length
                again.time_base, again.is_keyframe = stream.time_base, packet.is_keyframe
                again.stream = copy
                new.mux(again)
    return path


def test_first_frames_are_there_while_the_film_is_counted(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, go_on = threading.Event(), threading.Event()

    class Slow(Packets):
        """Stops in the middle of the film."""

        def __setattr__(self, name: str, value: object) -> None:
            super().__setattr__(name, value)
            if name == "damaged" and len(getattr(self, "pts", ())) == N * TIMES // 2:
                seen.set()
                assert go_on.wait(30)

    monkeypatch.setattr(growing_index, "Packets", Slow)
    video = Video(film, wait=False)
    ready = threading.Event()
    video.on_ready(ready.set)
    assert seen.wait(30)
    assert not video.ready
    assert abs(len(video) - N * TIMES) <= 1
    assert [number_in(video[i]) for i in (700, 0, 399, 5)] == [0, 0, 99, 5]
    assert [number_in(video.again()[i]) for i in (50, 49)] == [50, 49]
    found: list[int] = []
    late = threading.Thread(target=lambda: found.append(number_in(video[N * TIMES - 7])))
    late.start()
    assert number_in(video[31]) == 31  # who waits for a late frame holds up nobody
    assert not found
    go_on.set()
    late.join(30)
    assert found == [N - 7]
    assert ready.wait(30)
    assert video.ready
    assert len(video) == N * TIMES
    np.testing.assert_array_equal(video.index.pts, index_video(film).pts)
    video.close()


def test_an_index_is_kept_and_read_again(film: Path) -> None:
    index = index_video(film)
    assert load_index(film) is None
    keep_index(film, index)
    kept = load_index(film)
    assert kept is not None
    np.testing.assert_array_equal(kept.pts, index.pts)
    np.testing.assert_array_equal(kept.keys, index.keys)
    facts = ("fps", "time_base_s", "width", "height", "codec", "container", "problems", "by_order")
    assert [getattr(kept, name) for name in facts] == [getattr(index, name) for name in facts]
    assert Video(film, wait=False).ready


@pytest.mark.parametrize(("n_frames", "is_kept"), [(2, False), (30, True)])
def test_the_index_of_a_short_film_is_kept_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n_frames: int, is_kept: bool
) -> None:
    monkeypatch.setattr(video_index_cache, "WORTH_KEEPING_BYTES", KEPT_FROM_BYTES)
    noise = np.random.default_rng(0).integers(0, 255, (n_frames, 120, 160, 3), np.uint8)
    path = write_video(tmp_path / "short.mp4", n_frames, frames=list(noise), options={"qp": "20"})
    Video(path).close()
    assert (load_index(path) is not None) == is_kept


def _swap(path: Path, **arrays: np.ndarray) -> None:
    with np.load(path) as kept:
        values = dict(kept)
    np.savez(path, **{**values, **arrays})


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:200]),
        lambda path: _swap(path, pts=np.array([5, -3])),
        lambda path: _swap(path, pts=np.array([], np.int64)),
        lambda path: _swap(path, keys=np.array(["a"])),
        lambda path: _swap(path, keys=np.array([{}], object)),
        lambda path: _swap(path, facts=np.frombuffer(b"{}", np.uint8)),
        lambda path: _swap(path, facts=np.frombuffer(b'{"problems": 3}', np.uint8)),
    ],
    ids=["empty", "cut", "disordered", "nothing", "text", "pickle", "no facts", "wrong facts"],
)
def test_a_broken_index_is_made_anew(film: Path, spoil: Callable[[Path], object]) -> None:
    keep_index(film, index_video(film))
    (kept,) = cache_folder().iterdir()
    spoil(kept)
    assert load_index(film) is None
    assert len(Video(film)) == N * TIMES
    assert load_index(film) is not None


def test_another_film_of_the_same_name_has_another_index(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", 20)
    assert len(Video(path)) == 20
    write_video(path, 25)
    assert len(Video(path)) == 25


def test_memory_of_a_tally_is_some_bytes_a_packet(film: Path) -> None:
    packets = read_packets(film, Packets())
    assert packets.pts.itemsize * len(packets.pts) == 8 * N * TIMES
