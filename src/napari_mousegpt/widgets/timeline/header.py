"""The line above the timeline: when we are, what the colours mean, and how to zoom."""

from __future__ import annotations

import html
from collections.abc import Mapping

from qtpy.QtCore import Qt
from qtpy.QtGui import QFontDatabase
from qtpy.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from napari_mousegpt.widgets.timeline.keys import key_help


class Header(QWidget):
    """Time and frame, legend, zoom buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.time = QLabel()
        self.time.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.legend = QLabel(textFormat=Qt.TextFormat.RichText)
        self.legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._colours: Mapping[str, str] = {}
        self.zoom_out = _button("−", "Zoom out (-)")
        self.zoom_in = _button("+", "Zoom in (+); the wheel zooms around the pointer")
        self.show_all = _button("All", "Show everything (F)")
        self.keys = _button("?", f"Drag to select a time range.{key_help()}")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.time)
        layout.addSpacing(16)
        layout.addWidget(self.legend, 1)
        for button in (self.zoom_out, self.zoom_in, self.show_all, self.keys):
            layout.addWidget(button)

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


def _button(text: str, tip: str) -> QToolButton:
    button = QToolButton(text=text, toolTip=tip, autoRaise=True)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button
