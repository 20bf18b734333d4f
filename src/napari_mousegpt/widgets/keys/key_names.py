"""How keys are written: as Qt does, and as napari's key bindings want them. Knows no action."""

from __future__ import annotations

from app_model.types import KeyBinding, KeyCode
from qtpy.QtCore import Qt
from qtpy.QtGui import QKeyEvent, QKeySequence

_PORTABLE = QKeySequence.SequenceFormat.PortableText
_MODIFIER_KEYS = {
    *(Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr),
    *(Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock, Qt.Key.Key_unknown),
}
_NAPARI = {
    "Esc": "Escape",
    "Return": "Enter",
    "Del": "Delete",
    "Ins": "Insert",
    "PgUp": "PageUp",
    "PgDown": "PageDown",
}
_MODIFIERS = ("Ctrl", "Shift", "Alt", "Meta")


def key_of(event: QKeyEvent) -> str:
    """Name of the key that was pressed, with modifiers; "" for a modifier alone."""
    if event.key() in _MODIFIER_KEYS:
        return ""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    character = event.text()
    # Shift has done its work where it turned a key into another sign, as + on many keyboards.
    if len(character) == 1 and character.isprintable() and not character.isalnum():
        if character != " ":
            modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Question):
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    return QKeySequence(event.key() | modifiers.value).toString(_PORTABLE)


def proper(key: str) -> str:
    """Write a key as Qt does, whatever the case it was given in.

    Raises
    ------
    ValueError
        If it is no key, or several.
    """
    sequence = QKeySequence.fromString(key.strip(), _PORTABLE)
    name = sequence.toString(_PORTABLE)
    if sequence.count() != 1 or not name or not name.isprintable():
        raise ValueError(f"expected a key such as W, Space or Shift+Left, found {key!r}")
    return name


def napari_key(key: str) -> KeyBinding | None:
    """The same key for napari's canvas; None for signs that it cannot tell apart, such as ``?``."""
    plain, modifiers = key, []
    while (head := plain.partition("+"))[0] in _MODIFIERS and head[2]:
        modifiers.append(head[0])
        plain = head[2]
    sign = len(plain) == 1 and not plain.isalnum()
    if sign and "Shift" in modifiers:
        return None  # napari sees the sign that Shift makes of it
    binding = KeyBinding.from_str("+".join([*modifiers, _NAPARI.get(plain, plain)]))
    return None if binding.parts[-1].key == KeyCode.UNKNOWN else binding
