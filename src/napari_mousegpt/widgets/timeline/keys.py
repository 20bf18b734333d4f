"""What the keys do on the timeline, and what they are called. Knows no action's insides."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtGui import QKeyEvent, QKeySequence

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
    "Esc": ("select_nothing", "select no time and no individual"),
    "+": ("zoom_in", "zoom in"),
    "-": ("zoom_out", "zoom out"),
    "F": ("show_all", "show everything"),
    "S": ("show_selection", "show the selection"),
}
"""Key, as Qt writes it, to the action's name and what it is called."""


def action_for(event: QKeyEvent) -> str | None:
    """Name of the action that a key press asks for, or None."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if event.key() == Qt.Key.Key_Plus:  # which many keyboards have above another sign
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    pressed = QKeySequence(event.key() | modifiers.value).toString(
        QKeySequence.SequenceFormat.PortableText
    )
    return KEYS[pressed][0] if pressed in KEYS else None


def key_help() -> str:
    """All keys in one text."""
    rows = "".join(
        f"<tr><td><b>{key}</b>&nbsp;&nbsp;</td><td>{says}</td></tr>"
        for key, (_, says) in KEYS.items()
    )
    return f"<table>{rows}</table>"
