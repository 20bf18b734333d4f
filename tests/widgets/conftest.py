"""Fixtures for docks: settings of a fresh napari, and no thread left behind."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("NAPARI_CONFIG", "")
os.environ.setdefault("NAPARI_STRICT_QT", "1")
if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from napari.components import ViewerModel
from qtpy.QtCore import QThreadPool
from small_recordings import make_recording

from napari_mousegpt.datamodel.recording import Recording

OFFSCREEN = os.environ.get("QT_QPA_PLATFORM") == "offscreen"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What shows widgets takes the keyboard's focus: no other window is on its screen."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "qapp" in fixtures:
            item.add_marker("window")
        if OFFSCREEN and any(name.startswith("make_napari_viewer") for name in fixtures):
            item.add_marker(pytest.mark.skip("needs a screen with OpenGL: an X display, or Xvfb"))


@pytest.fixture
def viewer() -> ViewerModel:
    """A viewer without a window."""
    return ViewerModel()


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    """Two mice in four described windows of 30 frames."""
    return make_recording(tmp_path, ("a", "b"))


@pytest.fixture
def no_thread_left(qtbot) -> Iterator[None]:
    """Wait until the threads that a dock started have ended."""
    yield
    qtbot.waitUntil(lambda: QThreadPool.globalInstance().activeThreadCount() == 0, timeout=20_000)
    qtbot.wait(20)
