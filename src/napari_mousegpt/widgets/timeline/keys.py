"""What the keys do on the timeline, and what they are called. Knows no key press."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import Qt
from qtpy.QtGui import QKeySequence, QShortcut
from qtpy.QtWidgets import QWidget

KEYS = {
    "Left": ("previous_frame", "previous frame"),
    "Right": ("next_frame", "next frame"),
    "Shift+Left": ("second_back", "one second back"),
    "Shift+Right": ("second_on", "one second on"),
    "Ctrl+Left": ("previous_start", "start of the previous bout or window"),
    "Ctrl+Right": ("next_start", "start of the next bout or window"),
    "Home": ("first_frame", "first frame"),
    "End": ("last_frame", "last frame"),
    "I": ("select_from_here", "select from this frame"),
    "O": ("select_to_here", "select to this frame"),
    "Escape": ("select_nothing", "select nothing"),
    "+": ("zoom_in", "zoom in"),
    "-": ("zoom_out", "zoom out"),
    "F": ("show_all", "show everything"),
    "S": ("show_selection", "show the selection"),
}
"""Key to the action's name and what it is called."""


def bind_keys(widget: QWidget, actions: dict[str, Callable[[], None]]) -> list[QShortcut]:
    """Bind each key while the widget, or one within it, has the focus."""
    shortcuts = []
    for key, (action, _) in KEYS.items():
        shortcut = QShortcut(QKeySequence(key), widget)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(actions[action])
        shortcuts.append(shortcut)
    return shortcuts


def key_help() -> str:
    """All keys in one text."""
    rows = "".join(
        f"<tr><td><b>{key}</b>&nbsp;&nbsp;</td><td>{says}</td></tr>"
        for key, (_, says) in KEYS.items()
    )
    return f"<table>{rows}</table>"
