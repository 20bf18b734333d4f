"""Feeding captioners: windows of 8 frames at 224 px out of 1280x1024 H.264, and what limits it.

    python benchmarks/feeding.py

The film is that of opening.py (30 frames/s, key frame every 250, three B-frames); its first
three minutes are cut into windows of 2 s, one every second.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

import av
from opening import film

from napari_mousegpt.captioning.background import learn_background
from napari_mousegpt.captioning.clips import ClipMaker, Crop
from napari_mousegpt.datamodel.timerange import TimeRange, cut_windows
from napari_mousegpt.io.films.film import Film
from napari_mousegpt.io.films.open_film import open_film

SECONDS, FPS = 180, 30
FRAMES = SECONDS * FPS


def maker_of(video: Film, crop: Crop) -> ClipMaker:
    """What cuts clips of 8 frames at 224 px."""
    return ClipMaker(
        video=video,
        video_id="cam0",
        times_s=video.times_s,
        fps=FPS,
        poses=None,
        roles={},
        features={},
        camera_view="top",
        frames_per_clip=8,
        side_px=224,
        crop=crop,
    )


def decode(video: Film, *, every: int | None) -> int:
    """Decode the frames one after the other, converting every so many; the floor."""
    assert video.path is not None
    with av.open(video.path) as container:
        container.streams.video[0].thread_type = "AUTO"
        frames = itertools.islice(container.decode(video=0), FRAMES)
        for number, frame in enumerate(frames):
            if every is not None and number % every == 0:
                frame.to_ndarray(format="rgb24")
    return FRAMES


def feed(video: Film, windows: list[TimeRange], crop: Crop) -> int:
    """Cut all clips in file order, as captioning does."""
    wanted = dict.fromkeys(windows, ("individual_0",))
    return sum(1 for _ in maker_of(video, crop).in_file_order(windows, wanted))


def feed_one_by_one(video: Film, windows: list[TimeRange]) -> int:
    """Cut each window by itself: what overlaps is decoded again."""
    maker = maker_of(video, "whole")
    return sum(len(maker.clips_of(window, ("individual_0",))) for window in windows)


def tell(what: str, work: Callable[[], int], unit: str) -> float:
    """Time some work and print how it compares with the film."""
    started_s = time.perf_counter()
    count = work()
    seconds = time.perf_counter() - started_s
    print(f"{what}: {count / seconds:.0f} {unit}/s, {SECONDS / seconds:.1f}x real time")
    return seconds


def main() -> None:
    """Print the figures."""
    with open_film(film()) as video:
        times_s = None
        windows = cut_windows(FRAMES, window_s=2.0, stride_s=1.0, fps=FPS, times_s=times_s)
        floor_s = tell("decoding alone", lambda: decode(video, every=None), "frames")
        tell("decoding, every 4th frame to RGB", lambda: decode(video, every=4), "frames")
        fed_s = tell("windows, whole picture", lambda: feed(video, windows, "whole"), "windows")
        print(f"  of which decoding {100 * floor_s / fed_s:.0f} %")
        tell("same, window by window", lambda: feed_one_by_one(video, windows), "windows")
        tell("windows, animal found", lambda: feed(video, windows, "animal"), "windows")
        started_s = time.perf_counter()
        learn_background(video)
        print(f"background: {time.perf_counter() - started_s:.2f} s for 60 frames of 20 minutes")


if __name__ == "__main__":
    main()
