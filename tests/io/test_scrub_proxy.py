"""Frame k of a scrub copy is frame k of the film; what is broken is made anew."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from video_files import number_in, painted, write_video

from napari_mousegpt.io.cache_folder import ENVIRONMENT
from napari_mousegpt.io.films.scrub_proxy import (
    ScrubProxy,
    build_proxy,
    find_proxy,
    jump_pixels,
    pays,
    small_size,
)
from napari_mousegpt.io.films.video import Video

SIZE_YX = (64, 160)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own."""
    folder = tmp_path / "cache"
    monkeypatch.setenv(ENVIRONMENT, str(folder))
    return folder


@pytest.mark.parametrize(
    "film",
    [
        {"options": {"g": "250", "bf": "3"}},
        {"options": {"g": "20"}, "stamps": [k * 33 + (k % 7) * 4 for k in range(90)]},
        {"codec": "mpeg4"},
    ],
    ids=["B-frames", "variable rate", "MPEG-4"],
)
def test_every_frame_is_that_of_the_film(tmp_path: Path, film: dict) -> None:
    video = Video(write_video(tmp_path / "v.mp4", 90, **film))
    steps = list(build_proxy(video, 120))
    assert steps[-1].path == find_proxy(video, 120)
    proxy = ScrubProxy(steps[-1].path, 90)
    order = np.random.default_rng(0).permutation(90).tolist()
    assert [number_in(proxy.picture(item, SIZE_YX)) for item in order] == order
    proxy.close()


def test_a_film_without_a_file_of_its_own_order(tmp_path: Path) -> None:
    """Read frame by frame; what cannot be decoded is black."""

    class Damaged:
        shape = (12, *SIZE_YX, 3)
        path = write_video(tmp_path / "v.mp4", 2)

        def __len__(self) -> int:
            return 12

        def __getitem__(self, item: int) -> np.ndarray:
            if item == 5:
                raise OSError("damaged")
            return painted(item)

    *_, last = build_proxy(Damaged())
    proxy = ScrubProxy(last.path, 12)
    assert number_in(proxy.picture(6, SIZE_YX)) == 6
    assert proxy.picture(5, SIZE_YX).max() < 10
    proxy.close()


def test_stopping_leaves_no_file(tmp_path: Path, cache: Path) -> None:
    video = Video(write_video(tmp_path / "v.mp4", 60))
    steps = build_proxy(_Slow(video))
    next(steps)
    assert [path.suffix for path in cache.glob("*-proxy-*")] == [".mov"]
    steps.close()
    assert list(cache.glob("*-proxy-*")) == []


class _Slow:
    """A film that takes its time, so that progress is told on the way."""

    def __init__(self, video: Video) -> None:
        self.shape, self.path, self._video = video.shape, video.path, video

    def __len__(self) -> int:
        return len(self._video)

    def __getitem__(self, item: int) -> np.ndarray:
        import time

        time.sleep(0.01)
        return self._video[item]


@pytest.mark.parametrize("harm", ["cut short", "other length", "no video"])
def test_a_broken_copy_is_deleted(tmp_path: Path, harm: str) -> None:
    video = Video(write_video(tmp_path / "v.mp4", 40))
    path = list(build_proxy(video))[-1].path
    content = path.read_bytes()
    if harm == "cut short":
        path.write_bytes(content[: len(content) // 2])
    elif harm == "no video":
        path.write_bytes(b"no video")
    else:
        other = Video(write_video(tmp_path / "w.mp4", 39))
        list(build_proxy(other))[-1].path.replace(path)
    assert find_proxy(video) is None
    assert not path.exists()


@pytest.mark.parametrize(
    ("shape_yx", "longest", "expected"),
    [
        ((1024, 1280), 480, (480, 384)),
        ((480, 640), 480, (480, 360)),
        ((100, 50), 480, (50, 100)),
        ((3, 4001), 480, (480, 2)),
    ],
)
def test_size(shape_yx: tuple[int, int], longest: int, expected: tuple[int, int]) -> None:
    assert small_size(shape_yx, longest) == expected


@pytest.mark.parametrize(
    ("keys", "frames", "expected"),
    [([0], 100, 50.5), ([0, 50], 100, 25.5), (range(100), 100, 1), ([0, 10], 100, 41.5)],
    ids=["one key frame", "two", "all", "uneven groups"],
)
def test_what_a_jump_costs(keys: list[int], frames: int, expected: float) -> None:
    index = SimpleNamespace(pts=np.arange(frames) * 512, keys=np.array(keys) * 512)
    film = SimpleNamespace(index=index, shape=(frames, 10, 10, 3))
    assert jump_pixels(film) == pytest.approx(100 * expected)


def test_it_pays_for_long_films_with_few_key_frames(tmp_path: Path) -> None:
    assert not pays(Video(write_video(tmp_path / "v.mp4", 30)))
    assert jump_pixels(np.zeros((5, 2, 2, 3))) == 0
