"""Hands key events of a dock to the key map. Knows no action."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QObject
from qtpy.QtWidgets import QWidget

from napari_mousegpt.widgets.keys.key_map import KeyMap


class HandOnKeys(QObject):
    """Does what keys ask for that no field inside a dock wanted; the viewer gets the others."""

    def __init__(self, dock: QWidget, keys: KeyMap) -> None:
        super().__init__(dock)
        self._keys = keys
        dock.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep our keys from menus, and take their presses and releases."""
        match event.type():
            case QEvent.Type.ShortcutOverride:
                if self._keys.wants(event):
                    event.accept()
                    return True
            case QEvent.Type.KeyPress:
                if self._keys.press(event):
                    return True
            case QEvent.Type.KeyRelease:
                if self._keys.release(event):
                    return True
        return super().eventFilter(watched, event)
