"""The map as a picture to move in: dots, hover, choosing. Knows windows and no recording."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QPoint, QPointF, Qt, Signal
from qtpy.QtGui import QColor, QCursor
from qtpy.QtWidgets import QLabel, QToolTip, QWidget

from napari_mousegpt.analysis.profile.zones import Zone
from napari_mousegpt.widgets.behaviour_map.dots_item import DotsItem
from napari_mousegpt.widgets.behaviour_map.map_view import MapView
from napari_mousegpt.widgets.plotting import ThemeColours, pg

BESIDE_POINTER = QPoint(14, 10)
FEWEST_CORNERS, MOST_CORNERS = 3, 80
ADDING = Qt.KeyboardModifier.ControlModifier


class BehaviourMap(pg.GraphicsView):
    """Dots of windows, in the order of their rows.

    Signals
    -------
    picked
        The row that was clicked, or None beside all dots, and whether it is added to the choice.
    encircled
        Rows inside a line that was drawn, and whether they are added.
    """

    picked = Signal(object, bool)
    encircled = Signal(object, bool)

    def __init__(self, text_of: Callable[[int], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = MapView()
        self.dots = DotsItem()
        self.message = QLabel("", self, wordWrap=True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._text_of = text_of
        self._places = np.zeros((0, 2))
        self._order = np.zeros(0, np.int64)
        self.setCentralItem(self.view)
        self.view.addItem(self.dots, ignoreBounds=True)
        self.view.clicked.connect(self._on_click)
        self.view.encircled.connect(self._on_encircled)
        self.scene().sigMouseMoved.connect(self._on_moved)

    def show_windows(
        self, places: NDArray[np.float64], argb: NDArray[np.uint32], below: NDArray[np.bool_]
    ) -> None:
        """Show other windows.

        Parameters
        ----------
        places
            Shape (windows, 2); NaN is not shown.
        argb
            Colours, shape (windows,).
        below
            Which lie under the others, such as noise, shape (windows,).
        """
        self._places = places
        self._order = np.argsort(~below, kind="stable")
        self.dots.set_dots(places[self._order], argb[self._order])
        self.show_all()

    def recolour(self, argb: NDArray[np.uint32]) -> None:
        """Give the windows other colours."""
        self.dots.set_colours(argb[self._order])

    def choose(self, marked: NDArray[np.bool_]) -> None:
        """Outline windows, shape (windows,)."""
        self.dots.set_chosen(np.flatnonzero(marked[self._order]))

    def show_all(self) -> None:
        """Bring all dots into view."""
        known = self._places[np.isfinite(self._places).all(axis=1)]
        if len(known):
            (left, top), (right, bottom) = known.min(axis=0), known.max(axis=0)
            wide, high = max(right - left, 1e-6), max(bottom - top, 1e-6)
            self.view.setRange(xRange=(left, left + wide), yRange=(top, top + high), padding=0.08)

    def say(self, text: str) -> None:
        """Say something in place of a map, or nothing."""
        self.message.setText(text)

    def row_at(self, scene_place: QPointF) -> int | None:
        """The window at a place of the scene."""
        drawn = self.dots.row_at(scene_place)
        return None if drawn is None else int(self._order[drawn])

    def colour(self, colours: ThemeColours) -> None:
        """Take the colours of a theme."""
        self.setBackground(colours.background)
        self.dots.ink = QColor(colours.text)
        self.view.colour(colours.text)
        self.message.setStyleSheet(f"color: {colours.text}; background: transparent;")

    def resizeEvent(self, event) -> None:
        """Keep the message in the middle."""
        super().resizeEvent(event)
        if hasattr(self, "message"):  # the base class resizes itself while it is made
            self.message.setGeometry(self.rect().adjusted(20, 8, -20, -8))

    def _on_click(self, scene_place: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self.picked.emit(self.row_at(scene_place), bool(modifiers & ADDING))

    def _on_encircled(self, corners: list, modifiers: Qt.KeyboardModifier) -> None:
        thinned = corners[:: -(-len(corners) // MOST_CORNERS)]
        if len(thinned) < FEWEST_CORNERS:
            return
        line = Zone("line", np.array(thinned)[:, ::-1])
        rows = np.flatnonzero(line.contains(self._places))
        self.encircled.emit(rows, bool(modifiers & ADDING))

    def _on_moved(self, scene_place: QPointF) -> None:
        row = (
            self.row_at(scene_place)
            if self.view.sceneBoundingRect().contains(scene_place)
            else None
        )
        if row is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(QCursor.pos() + BESIDE_POINTER, self._text_of(row), self)
