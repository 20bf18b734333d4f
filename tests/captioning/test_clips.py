"""Clips: each frame is read once and forwards, whatever the windows overlap; damage is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from napari_mousegpt.captioning import clips
from napari_mousegpt.captioning.clips import ClipMaker
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.films.stack_film import StackFilm

N = 120


class Reads:
    """Frames whose grey is their number; remembers what was asked for."""

    def __init__(self) -> None:
        self.items: list[int] = []
        self.broken: int | None = None

    def __call__(self, item: int) -> np.ndarray:
        self.items.append(item)
        if item == self.broken:
            raise OSError("the disk is broken there")
        return np.full((32, 48), item, np.uint8)


def _maker(reads: Reads) -> ClipMaker:
    film = StackFilm(Path("film"), reads, N, fps=30, container="test", codec="none")
    reads.items.clear()
    return ClipMaker(
        video=film,
        video_id="cam0",
        times_s=film.times_s,
        fps=30,
        poses=None,
        roles={},
        features={},
        camera_view="top",
        frames_per_clip=8,
        side_px=16,
        crop="whole",
    )


WINDOWS = [TimeRange(start, start + 60) for start in range(0, 61, 10)]


@pytest.mark.parametrize("room", [1 << 30, 0], ids=["room for all", "no room"])
def test_overlapping_windows_get_their_frames(monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    monkeypatch.setattr(clips, "MOST_HELD_BYTES", room)
    reads = Reads()
    maker = _maker(reads)
    found = list(maker.in_file_order(WINDOWS, dict.fromkeys(WINDOWS, ("individual_0",))))
    assert [window for window, _, _ in found] == WINDOWS
    for _, _, (clip,) in found:
        assert [int(picture[0, 0, 0]) for picture in clip.pixels] == list(clip.frames)
    if room:
        assert reads.items == sorted(set(reads.items))


def test_a_window_with_a_frame_that_cannot_be_read_says_so() -> None:
    reads = Reads()
    maker = _maker(reads)
    reads.broken = 0
    found = list(maker.in_file_order(WINDOWS, dict.fromkeys(WINDOWS, ("individual_0",))))
    problems = [clip.problem for _, _, (clip,) in found]
    assert "cannot be read" in str(problems[0])
    assert problems[1:] == [None] * (len(WINDOWS) - 1)
