"""Drawing of a viewer's window, put off for a moment where it is slow. Knows no film and no layer.

Without a graphics card, drawing a window takes as long as decoding a frame, on the same cores: what
shows nothing new delays what does.
"""

from __future__ import annotations

import time
import weakref
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from qtpy.QtCore import QCoreApplication, QEvent, QObject, QTimer
from qtpy.QtOpenGLWidgets import QOpenGLWidget

if TYPE_CHECKING:
    from qtpy.QtWidgets import QWidget

    from napari_mousegpt.widgets.viewer_state import ViewerState

LONGEST_MS = 100
"""What is drawn within a tenth of a second seems to come at once."""
SLOW_MS = 4.0
"""Graphics cards put a window together sooner than this; processors take a multiple."""
DRAWINGS = 8


class HeldDrawing(QObject):
    """Lets nothing of the window be drawn until it is released, or `LONGEST_MS` have passed.

    Everything that asked to be drawn meanwhile is drawn then, at once. The window answers to keys
    and mouse all the time; a camera that moves ends the wait.
    """

    def __init__(self, state: ViewerState) -> None:
        super().__init__()
        self._state = state
        # Weak, since a window that has been closed must not keep its viewer alive.
        self._held: weakref.ref[QWidget] | None = None
        self._is_asked_for = self._is_due = self._is_timed = False
        self._began_s = 0.0
        self._took_ms: deque[float] = deque(maxlen=DRAWINGS)
        self._deadline = QTimer(self, singleShot=True, interval=LONGEST_MS)
        self._deadline.timeout.connect(self.release)
        state.viewer.scene.camera.events.connect(self.release)

    @property
    def is_held(self) -> bool:
        """Whether drawing waits."""
        return self._held is not None

    @property
    def is_slow(self) -> bool:
        """Whether drawing is worth putting off; the quickest tells, others may have waited."""
        return bool(self._took_ms) and min(self._took_ms) > SLOW_MS

    def hold(self) -> None:
        """Draw nothing for now, if drawing is slow; asked again, it waits no longer for that."""
        window = None if self.is_held else self._window()
        if window is not None and self.is_slow and not self._is_due:
            self._held, self._is_asked_for = weakref.ref(window), False
            window.installEventFilter(self)
            self._deadline.start()

    def release(self, _event: object = None) -> None:
        """Draw what there is to draw."""
        held, self._held = self._held, None
        window = None if held is None else held()
        if window is None:
            return
        self._deadline.stop()
        with suppress(RuntimeError):  # the window has been closed
            window.removeEventFilter(self)
            if self._is_asked_for:
                self._is_due = True
                QCoreApplication.postEvent(window, QEvent(QEvent.Type.UpdateRequest))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Put off what the window asks itself to draw; Qt gathers it until it is asked again."""
        if event.type() != QEvent.Type.UpdateRequest:
            return False
        self._is_asked_for = True
        return True

    def _window(self) -> QWidget | None:
        """The viewer's window; how long it takes to draw is learnt from the first time on."""
        try:
            found: QWidget = self._state.viewer.window.main_menu.window()
        except (AttributeError, RuntimeError):  # none was made, or it has been closed
            return None
        canvas = None if self._is_timed else next(iter(found.findChildren(QOpenGLWidget)), None)
        if canvas is not None:
            self._is_timed = True
            canvas.aboutToCompose.connect(self._on_begin)
            canvas.frameSwapped.connect(self._on_end)
        return found

    def _on_begin(self) -> None:
        self._began_s = time.perf_counter()

    def _on_end(self) -> None:
        self._is_due = False
        self._took_ms.append(1e3 * (time.perf_counter() - self._began_s))
