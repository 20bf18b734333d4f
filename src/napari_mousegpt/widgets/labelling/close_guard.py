"""Saves the labels before a window closes, and keeps it open where they cannot be saved."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import QEvent, QObject
from qtpy.QtWidgets import QWidget


class CloseGuard(QObject):
    """Watches the window that a dock is in.

    Parameters
    ----------
    may_close
        Called when the window is to close; it stays open if this returns False.
    """

    def __init__(self, dock: QWidget, may_close: Callable[[], bool]) -> None:
        super().__init__(dock)
        self._may_close = may_close
        self._window: QWidget | None = None
        dock.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Find the window once the dock is shown; ask when it is to close."""
        if event.type() == QEvent.Type.Show and watched is self.parent():
            self._watch(self.parent().window())
        closes = event.type() == QEvent.Type.Close and watched is self._window
        if closes and not self._may_close():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _watch(self, window: QWidget) -> None:
        # A floating dock is a window of its own; the main window is the one that was first.
        if self._window is None and window is not self.parent():
            self._window = window
            window.installEventFilter(self)
