"""Buttons to play and step with. Knows the player and the key map, no film."""

from __future__ import annotations

from collections.abc import Callable

from psygnal import SignalInstance
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from napari_mousegpt.widgets.keys import Action, KeyMap
from napari_mousegpt.widgets.playback.player import SPEEDS, Player

PLAY, PAUSE, BACK, ON, LOOP = "▶", "❚❚", "◂", "▸", "⟲"
GROUP = "Playback"
KEEPS_UP = 0.9


def playback_actions(player: Player) -> list[Action]:
    """What can be done with a player by key."""
    return [
        Action("playback.toggle", "play or pause", GROUP, player.toggle, ("Space",)),
        Action("playback.slower", "play slower", GROUP, player.slower, ("J",), repeats=True),
        Action("playback.faster", "play faster", GROUP, player.faster, ("K",), repeats=True),
        Action(
            "playback.loop", "loop the selection or the film", GROUP, player.toggle_loop, ("L",)
        ),
        Action(
            "playback.selection",
            "play the selection",
            GROUP,
            player.play_selection,
            ("Shift+Space",),
        ),
    ]


class Transport(QWidget):
    """Step back, play, step on, speed, loop.

    Parameters
    ----------
    step
        Called with -1 or 1 by the step buttons.
    """

    def __init__(self, player: Player, keys: KeyMap, step: Callable[[int], None]) -> None:
        super().__init__()
        self.player = player
        self._keys = keys
        self.back, self.on = _button(BACK), _button(ON)
        self.play, self.loop = _button(PLAY), _button(LOOP)
        self.speed = _button("1×")
        self.pace = QLabel()
        self.loop.setCheckable(True)
        self.speed.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.speed.setMenu(self._speeds())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        for widget in (self.back, self.play, self.on, self.speed, self.loop, self.pace):
            layout.addWidget(widget)
        self.back.clicked.connect(lambda: step(-1))
        self.on.clicked.connect(lambda: step(1))
        self.play.clicked.connect(player.toggle)
        self.loop.clicked.connect(player.set_loop)
        self._heard: list[tuple[SignalInstance, Callable[..., None]]] = [
            (player.playing_changed, self._on_playing),
            (player.speed_changed, self._on_speed),
            (player.loop_changed, self._on_loop),
            (player.every_frame_changed, self._on_every_frame),
            (player.pace_changed, self._on_pace),
            (keys.changed, self._name_keys),
        ]
        for signal, slot in self._heard:
            signal.connect(slot)
        self._on_loop(player.loops)
        self._on_every_frame(player.shows_every_frame)
        self._on_playing(player.playing)
        self._on_speed(player.speed)
        self._name_keys()

    def let_go(self) -> None:
        """Hear no more of a player that stays when the buttons go."""
        for signal, slot in self._heard:
            signal.disconnect(slot)
        self._heard = []

    def _speeds(self) -> QMenu:
        menu = QMenu(self)
        for speed in SPEEDS:
            menu.addAction(_times(speed), lambda speed=speed: self.player.set_speed(speed))
        menu.addSeparator()
        self._every = menu.addAction("Show every frame, even if slower")
        self._every.setCheckable(True)
        self._every.toggled.connect(self.player.set_every_frame)
        return menu

    def _name_keys(self) -> None:
        hint = self._keys.hint
        self.back.setToolTip(f"Previous frame{hint('timeline.previous_frame')}")
        self.on.setToolTip(f"Next frame{hint('timeline.next_frame')}")
        self.play.setToolTip(f"Play or pause{hint('playback.toggle')}")
        self.loop.setToolTip(f"Loop the selection, or the film{hint('playback.loop')}")
        slower, faster = hint("playback.slower"), hint("playback.faster")
        self.speed.setToolTip(f"Speed: slower{slower}, faster{faster}")

    def _on_playing(self, playing: bool) -> None:
        self.play.setText(PAUSE if playing else PLAY)
        if not playing:
            self.pace.clear()

    def _on_speed(self, speed: float) -> None:
        self.speed.setText(_times(speed))
        self.pace.clear()

    def _on_loop(self, loops: bool) -> None:
        self.loop.setChecked(loops)

    def _on_every_frame(self, every: bool) -> None:
        self._every.setChecked(every)

    def _on_pace(self, shown: float, due: float) -> None:
        """Say so where frames are left out."""
        behind = shown < KEEPS_UP * due
        self.pace.setText(f"{shown:.0f} of {due:.0f} frames/s" if behind else "")
        self.pace.setToolTip("Frames are left out to keep to real time." if behind else "")


def _times(speed: float) -> str:
    return f"{speed:g}×"


def _button(text: str) -> QToolButton:
    button = QToolButton(text=text, autoRaise=True)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button
