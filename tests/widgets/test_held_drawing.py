"""A window whose drawing is slow waits a moment for the exact frame, and never longer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from napari.layers import Layer
from qtpy.QtOpenGLWidgets import QOpenGLWidget

from napari_mousegpt.layers.video import video_layer
from napari_mousegpt.widgets.film import held_drawing
from napari_mousegpt.widgets.film.held_drawing import HeldDrawing
from napari_mousegpt.widgets.viewer_state import state_of

pytestmark = pytest.mark.window
N_FRAMES = 200


class GatedFilm:
    """Frames that are decoded only while the gate is open."""

    dtype, ndim, fps, path = np.dtype(np.uint8), 4, 30.0, Path("gated.mp4")
    shape = (N_FRAMES, 40, 60, 3)
    times_s = np.arange(N_FRAMES) / 30
    index = SimpleNamespace(pts=np.arange(N_FRAMES), keys=np.array([0]))

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()

    def __len__(self) -> int:
        return N_FRAMES

    def __getitem__(self, key):
        first, *rest = key if isinstance(key, tuple) else (key,)
        if isinstance(first, slice):
            return np.stack([self[k] for k in range(*first.indices(N_FRAMES))])
        self.gate.wait(10)
        return np.full(self.shape[1:], first, np.uint8)[tuple(rest)]

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def viewer(make_napari_viewer_proxy, monkeypatch):
    monkeypatch.setattr(held_drawing, "SLOW_MS", 0.0)  # as if there were no graphics card
    monkeypatch.setattr(held_drawing, "LONGEST_MS", 20_000)
    monkeypatch.setattr("napari_mousegpt.layers.film.shown_film.CHEAP_PIXELS", 10)
    return make_napari_viewer_proxy(show=True)


@pytest.fixture
def canvas(viewer, qtbot) -> QOpenGLWidget:
    canvas = viewer.window.main_menu.window().findChildren(QOpenGLWidget)[0]
    qtbot.waitUntil(canvas.isVisible)
    return canvas


@pytest.fixture
def drawings(canvas: QOpenGLWidget) -> list[str]:
    """Grows with everything of the window that is drawn."""
    drawn: list[str] = []
    canvas.frameSwapped.connect(lambda: drawn.append("window"))
    return drawn


@pytest.fixture
def held(viewer, canvas: QOpenGLWidget, qtbot) -> HeldDrawing:
    """Knows already how long drawing takes."""
    held = HeldDrawing(state_of(viewer))
    held.hold()
    assert not held.is_held
    with qtbot.waitSignal(canvas.frameSwapped):
        canvas.update()
    qtbot.wait(100)
    return held


def test_nothing_is_drawn_until_it_is_released(held, canvas, drawings, qtbot) -> None:
    drawings.clear()
    held.hold()
    canvas.update()
    qtbot.wait(150)
    assert held.is_held
    assert not drawings
    held.release()
    qtbot.waitUntil(lambda: bool(drawings), timeout=5000)
    drawings.clear()
    canvas.update()  # and as ever from then on
    qtbot.waitUntil(lambda: bool(drawings), timeout=5000)


def test_what_asked_to_be_drawn_is_drawn_before_the_next_wait(held, canvas, drawings, qtbot):
    drawings.clear()
    held.hold()
    canvas.update()
    qtbot.wait(50)
    held.release()
    held.hold()
    assert not held.is_held
    qtbot.waitUntil(lambda: bool(drawings), timeout=5000)
    held.hold()
    assert held.is_held


def zoomed(viewer, _held: HeldDrawing) -> None:
    viewer.scene.camera.zoom *= 1.5


def waited(_viewer, held: HeldDrawing) -> None:
    held.release()
    held._deadline.setInterval(60)
    held.hold()


@pytest.mark.parametrize("end", [zoomed, waited])
def test_a_wait_ends(viewer, held, canvas, drawings, qtbot, end: Callable) -> None:
    held.hold()
    qtbot.wait(50)
    drawings.clear()
    end(viewer, held)
    canvas.update()
    qtbot.waitUntil(lambda: bool(drawings), timeout=5000)
    assert not held.is_held


def test_quick_drawing_is_not_put_off(held, monkeypatch) -> None:
    monkeypatch.setattr(held_drawing, "SLOW_MS", 60_000.0)
    held.hold()
    assert not held.is_held


@pytest.mark.parametrize(
    ("frame", "is_drawn_late"), [(150, False), (11, True)], ids=["a jump", "played on"]
)
def test_a_jump_is_drawn_once_and_playing_is_not_put_off(
    viewer, canvas, drawings, qtbot, frame: int, is_drawn_late: bool
) -> None:
    state_of(viewer)
    source = GatedFilm()
    layer = viewer.add_layer(Layer.create(*video_layer(source)))
    film = layer.data
    for place in (60, 120, 10):  # learns how long jumps and drawings take
        viewer.dims.set_current_step(0, place)
        qtbot.waitUntil(lambda place=place: film.settled and film.item == place, timeout=5000)
        qtbot.wait(150)
    drawings.clear()
    source.gate.clear()
    try:
        viewer.dims.set_current_step(0, frame)
        assert film.quality == "late"
        qtbot.wait(200)
        assert bool(drawings) == is_drawn_late
    finally:
        source.gate.set()
    drawings.clear()
    qtbot.waitUntil(lambda: film.settled and film.item == frame, timeout=5000)
    qtbot.waitUntil(lambda: bool(drawings), timeout=5000)
