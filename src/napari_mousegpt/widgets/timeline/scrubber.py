"""Frames asked for faster than a video can show them: only the latest is shown."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import QObject, QTimer


class Scrubber(QObject):
    """Calls ``go_to`` with the latest frame asked for, once the window has caught up."""

    def __init__(self, go_to: Callable[[int], None], parent: QObject) -> None:
        super().__init__(parent)
        self._go_to = go_to
        self._frame = 0
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(lambda: self._go_to(self._frame))

    def ask(self, frame: float) -> None:
        """Ask for the frame that holds this moment."""
        self._frame = int(frame // 1)
        self._timer.start()
