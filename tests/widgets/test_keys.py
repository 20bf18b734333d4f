"""Keys: how they are called, who has them, and that a person's choice is kept."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from napari.components import ViewerModel
from qtpy.QtCore import QEvent, Qt
from qtpy.QtGui import QKeyEvent
from qtpy.QtTest import QTest

from napari_mousegpt.layers.layer_data import metadata
from napari_mousegpt.widgets.keys import Action, KeyMap, keys_of
from napari_mousegpt.widgets.keys.cheat_sheet import CheatSheet, as_text
from napari_mousegpt.widgets.keys.key_names import key_of, napari_key, proper

NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
CTRL, PAD = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.KeypadModifier


def press(key: Qt.Key, modifiers=NONE, text: str = "", *, repeated: bool = False) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text, repeated)


class Counts:
    """Counts what is done."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def action(self, name: str, *keys: str, **more) -> Action:
        return Action(name, f"to {name}", "Group", lambda: self.done.append(name), keys, **more)


@pytest.fixture
def counts() -> Counts:
    return Counts()


@pytest.fixture
def keys(counts: Counts, tmp_path: Path) -> KeyMap:
    keys = KeyMap(tmp_path / "keys.json")
    keys.add(counts.action("play", "Space"), counts.action("on", "Right", ".", repeats=True))
    return keys


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (press(Qt.Key.Key_Left), "Left"),
        (press(Qt.Key.Key_Right, SHIFT), "Shift+Right"),
        (press(Qt.Key.Key_Plus, SHIFT, "+"), "+"),
        (press(Qt.Key.Key_Question, SHIFT, "?"), "?"),
        (press(Qt.Key.Key_Home, PAD), "Home"),
        (press(Qt.Key.Key_Space, NONE, " "), "Space"),
        (press(Qt.Key.Key_Space, SHIFT, " "), "Shift+Space"),
        (press(Qt.Key.Key_W, NONE, "w"), "W"),
        (press(Qt.Key.Key_Z, CTRL, "\x1a"), "Ctrl+Z"),
        (press(Qt.Key.Key_Shift, SHIFT), ""),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_names_of_pressed_keys(event: QKeyEvent, expected: str) -> None:
    assert key_of(event) == expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("Left", "Left"),
        ("Shift+Left", "Shift+Left"),
        ("Esc", "Escape"),
        ("Ctrl+Z", "Ctrl+Z"),
        ("Space", "Space"),
        (",", ","),
        ("W", "W"),
        ("?", None),
        ("+", None),
        ("Shift+,", None),
    ],
)
def test_the_same_keys_in_napari(key: str, expected: str | None) -> None:
    binding = napari_key(key)
    assert (None if binding is None else str(binding)) == expected


@pytest.mark.parametrize("key", ["", "Ctrl+K, Ctrl+S", "no key"])
def test_what_is_no_key(key: str) -> None:
    with pytest.raises(ValueError, match="expected a key"):
        proper(key)


def test_keys_do_what_they_say(keys: KeyMap, counts: Counts) -> None:
    assert keys.press(press(Qt.Key.Key_Space, NONE, " "))
    assert keys.press(press(Qt.Key.Key_Period, NONE, "."))
    assert not keys.press(press(Qt.Key.Key_Q, NONE, "q"))
    assert counts.done == ["play", "on"]


def test_held_keys_repeat_only_where_it_makes_sense(keys: KeyMap, counts: Counts) -> None:
    assert keys.press(press(Qt.Key.Key_Space, NONE, " ", repeated=True))
    assert keys.press(press(Qt.Key.Key_Right, repeated=True))
    assert counts.done == ["on"]


def test_an_action_may_last_as_long_as_its_key(keys: KeyMap, counts: Counts) -> None:
    keys.add(counts.action("groom", "G", release=lambda: counts.done.append("end")))
    keys.press(press(Qt.Key.Key_G, NONE, "g"))
    keys.press(press(Qt.Key.Key_G, NONE, "g", repeated=True))
    up = QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_G, NONE, "g")
    assert keys.release(up)
    assert not keys.release(up)
    assert counts.done == ["groom", "end"]


@pytest.mark.parametrize("key", ["Space", "space", "Right"])
def test_a_key_that_is_taken_is_refused(keys: KeyMap, counts: Counts, key: str) -> None:
    with pytest.raises(ValueError, match="is the key of “to "):
        keys.add(counts.action("other", key))
    keys.add(counts.action("other", "Q"))
    with pytest.raises(ValueError, match="is the key of “to "):
        keys.set_key("other", key)
    assert keys.keys_of("other") == ("Q",)


def test_a_chosen_key_is_kept_until_reset(keys: KeyMap, counts: Counts, tmp_path: Path) -> None:
    keys.set_key("play", "shift+p")
    assert keys.keys_of("play") == ("Shift+P",)
    stored = json.loads((tmp_path / "keys.json").read_text())
    assert stored["keys"] == {"play": ["Shift+P"]}
    later = KeyMap(tmp_path / "keys.json")
    later.add(counts.action("play", "Space"), counts.action("other", "Shift+P", "Y"))
    assert later.keys_of("play") == ("Shift+P",)
    assert later.keys_of("other") == ("Y",)
    later.reset("play")
    assert (later.keys_of("play"), later.keys_of("other")) == (("Space",), ("Shift+P", "Y"))


@pytest.mark.parametrize("content", ["", "{", '{"keys": 3}', '["keys"]'])
def test_a_broken_file_of_keys_is_as_none(counts: Counts, tmp_path: Path, content: str) -> None:
    (tmp_path / "keys.json").write_text(content)
    keys = KeyMap(tmp_path / "keys.json")
    keys.add(counts.action("play", "Space"))
    assert keys.keys_of("play") == ("Space",)


def test_a_mode_goes_first_while_it_is_on(keys: KeyMap, counts: Counts) -> None:
    keys.add(counts.action("rear", "Right", mode="label"))
    event = press(Qt.Key.Key_Right)
    keys.press(event)
    keys.set_mode("label")
    keys.press(event)
    keys.set_mode(None)
    keys.press(event)
    assert counts.done == ["on", "rear", "on"]


def test_on_the_canvas(counts: Counts, monkeypatch: pytest.MonkeyPatch) -> None:
    viewer = ViewerModel()
    # As napari's window does, which has a use for Space.
    monkeypatch.setitem(ViewerModel.class_keymap, napari_key("Space"), lambda _viewer: None)
    keys = keys_of(viewer)
    assert keys_of(viewer) is keys
    other = viewer.add_points(np.zeros((1, 2)))
    film = viewer.add_image(np.zeros((3, 4, 5)), metadata=metadata("video", 3))
    points = viewer.add_points(np.zeros((1, 2)), metadata=metadata("keypoints", 3))
    keys.add(counts.action("play", "Space"), counts.action("a", "Alt+U"))
    keys.add(counts.action("rear", "A", mode="label"))
    assert [str(key) for key in film.keymap] == ["Space", "Alt+U"]
    assert [str(key) for key in viewer.keymap] == ["Alt+U"]
    assert other.keymap == {}
    keys.set_mode("label")
    assert [str(key) for key in points.keymap] == ["Space", "Alt+U", "A"]
    for function in list(points.keymap.values()):
        function(points)
    assert counts.done == ["play", "a", "rear"]
    keys.remove_group("Group")
    assert film.keymap == points.keymap == viewer.keymap == {}


def test_the_list_of_keys(qtbot, keys: KeyMap) -> None:
    sheet = CheatSheet(keys)
    qtbot.addWidget(sheet)
    sheet.show()
    row = sheet.tree.topLevelItem(0).child(0)
    sheet.tree.itemClicked.emit(row, 0)
    QTest.keyClick(sheet.tree, Qt.Key.Key_Right)
    assert "is the key of “to on”" in sheet.message.text()
    sheet.tree.itemClicked.emit(sheet.tree.topLevelItem(0).child(0), 0)
    QTest.keyClick(sheet.tree, Qt.Key.Key_P)
    assert keys.keys_of("play") == ("P",)
    assert "P  (changed)" in sheet.tree.topLevelItem(0).child(0).text(1)
    assert "P                 to play" in as_text(keys)
    sheet.reset.click()
    assert keys.keys_of("play") == ("Space",)
