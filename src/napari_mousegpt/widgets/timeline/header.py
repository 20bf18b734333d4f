"""The line above the timeline: when we are, playing, what the colours mean, and how to zoom."""

from __future__ import annotations

import html
from collections.abc import Mapping

from qtpy.QtCore import Qt
from qtpy.QtGui import QFontDatabase
from qtpy.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from napari_mousegpt.widgets.cameras.choice import CameraChoice
from napari_mousegpt.widgets.keys import KeyMap
from napari_mousegpt.widgets.playback.transport import Transport


class Header(QWidget):
    """Transport, time and frame, legend, zoom buttons."""

    def __init__(self, keys: KeyMap, transport: Transport, cameras: CameraChoice) -> None:
        super().__init__()
        self._keys = keys
        self.transport, self.cameras = transport, cameras
        self.time = QLabel()
        self.time.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.legend = QLabel(textFormat=Qt.TextFormat.RichText)
        self.legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._colours: Mapping[str, str] = {}
        self.zoom_out, self.zoom_in = _button("−"), _button("+")
        self.show_all, self.keys = _button("All"), _button("?")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.transport)
        layout.addSpacing(6)
        layout.addWidget(self.time)
        layout.addSpacing(8)
        layout.addWidget(self.cameras)
        layout.addSpacing(8)
        layout.addWidget(self.legend, 1)
        for button in (self.zoom_out, self.zoom_in, self.show_all, self.keys):
            layout.addWidget(button)
        keys.changed.connect(self._name_keys)
        self._name_keys()

    def let_go(self) -> None:
        """Hear no more of keys and player, which stay when this goes."""
        self._keys.changed.disconnect(self._name_keys)
        self.transport.let_go()
        self.cameras.let_go()

    def _name_keys(self) -> None:
        hint = self._keys.hint
        self.zoom_out.setToolTip(f"Zoom out{hint('timeline.zoom_out')}")
        wheel = "the wheel zooms around the pointer"
        self.zoom_in.setToolTip(f"Zoom in{hint('timeline.zoom_in')}; {wheel}")
        self.show_all.setToolTip(f"Show everything{hint('timeline.show_all')}")
        self.keys.setToolTip(f"All keys, and how to change them{hint('keys.show')}")

    def show_legend(self, colours: Mapping[str, str]) -> None:
        """Tell which colour is which behaviour, as far as there is room."""
        self._colours = colours
        room = self.legend.width() - 20
        entries, every = [], []
        for name, colour in colours.items():
            entry = f"<span style='color:{colour}'>■</span>&nbsp;{html.escape(name)}"
            every.append(entry)
            room -= self.legend.fontMetrics().horizontalAdvance(f"■ {name}    ")
            if room > 0:
                entries.append(entry)
        more = " …" if len(entries) < len(every) else ""
        self.legend.setText("&nbsp;&nbsp; ".join(entries) + more)
        self.legend.setToolTip("<br>".join(every))

    def resizeEvent(self, event) -> None:
        """Show as much of the legend as there is room for."""
        super().resizeEvent(event)
        self.show_legend(self._colours)


def _button(text: str) -> QToolButton:
    button = QToolButton(text=text, autoRaise=True)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button
