"""Conditions on speed and turn where a recording has no poses."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_recordings import FPS, N_FRAMES, describe
from video_files import write_video

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.workflows.import_recording import import_recording
from napari_mousegpt.workflows.search import SearchSettings, filtered_windows
from napari_mousegpt.workflows.window_kinematics import NoPoses

SPEEDS, TURNS = (0.0, 0.6, 2.5, 0.1), (-4.0, 40.0, -70.0, 12.0)


@pytest.fixture
def plain(tmp_path: Path) -> Recording:
    """Four described windows of a second, and no poses."""
    return describe(import_recording(write_video(tmp_path / "walk.mp4", N_FRAMES, rate=FPS)))


@pytest.fixture
def seen(plain: Recording) -> Recording:
    table = plain.descriptions.assign(seen_speed_bl_per_s=SPEEDS, seen_turn_deg=TURNS)
    return plain.replace(descriptions=table)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("speed > 0.5 bl/s", [1, 2]),
        ("turn > 30 deg", [1, 2]),
        ("left turn > 30 deg", [1]),
        ("right turn > 3 deg", [0, 2]),
        ("speed < 1 bl/s and left turn > 10 deg", [1, 3]),
        ("duration > 2 s", []),
    ],
)
def test_windows_by_what_was_seen(seen: Recording, where: str, expected: list[int]) -> None:
    found = filtered_windows([seen], SearchSettings(where=where))
    assert (found["start"] // FPS).tolist() == expected


def test_what_needs_poses_says_what_can_be_asked(seen: Recording) -> None:
    with pytest.raises(ValueError, match=r"'speed > 3 cm/s' needs them.*speed in bl/s"):
        filtered_windows([seen], SearchSettings(where="speed > 3 cm/s"))


def test_nothing_seen_is_told_as_before(plain: Recording) -> None:
    with pytest.raises(NoPoses, match="Import the video with --pose"):
        filtered_windows([plain], SearchSettings(where="speed > 1 bl/s"))
