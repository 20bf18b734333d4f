"""The canvas of a viewer, not drawn anew for a moment. Knows no film and no layer."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, QTimer
from qtpy.QtOpenGLWidgets import QOpenGLWidget

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from qtpy.QtWidgets import QWidget

    from napari_mousegpt.widgets.viewer_state import ViewerState

LONGEST_MS = 100
"""What is drawn within a tenth of a second seems to come at once."""


class HeldCanvas(QObject):
    """Leaves the canvas as it is until it is released, or until `LONGEST_MS` have passed.

    Drawing without a graphics card takes as long as decoding, on the same cores: what shows
    nothing new only delays what does. Nobody sees a canvas stand still for so short a time; what
    was to be drawn meanwhile is drawn at its end, and a camera that moves ends it at once.
    """

    def __init__(self, state: ViewerState) -> None:
        super().__init__()
        self._state = state
        self._held: QWidget | None = None
        self._deadline = QTimer(self, singleShot=True, interval=LONGEST_MS)
        self._deadline.timeout.connect(self.release)
        state.viewer.scene.camera.events.connect(self.release)

    @property
    def is_held(self) -> bool:
        """Whether drawing waits."""
        return self._held is not None

    def hold(self) -> None:
        """Draw nothing for now; asked again while it is held, it waits no longer."""
        if self._held is None:
            self._held = _canvas_of(self._state.viewer)
            if self._held is not None:
                self._held.setUpdatesEnabled(False)
                self._deadline.start()

    def release(self, _event: object = None) -> None:
        """Draw what there is to draw."""
        held, self._held = self._held, None
        if held is not None:
            self._deadline.stop()
            with suppress(RuntimeError):  # the window has been closed
                held.setUpdatesEnabled(True)


def _canvas_of(viewer: ViewerModel) -> QWidget | None:
    """What napari draws on, if it can be seen; None for a viewer without a window."""
    window = getattr(viewer, "window", None)
    if window is None:
        return None
    centre = window.main_menu.window().centralWidget()
    found = centre.findChildren(QOpenGLWidget) if centre is not None else []
    return next((one for one in found if one.isVisible()), None)
