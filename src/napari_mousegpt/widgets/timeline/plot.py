"""Rows, names beside them and time below, as one picture. Knows no viewer and no recording."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtGui import QColor, QKeyEvent
from qtpy.QtWidgets import QWidget

from napari_mousegpt.widgets.plotting import ThemeColours, pg
from napari_mousegpt.widgets.timeline.bout_marks import BoutMarks
from napari_mousegpt.widgets.timeline.playhead import Playhead
from napari_mousegpt.widgets.timeline.row_names import RowNames
from napari_mousegpt.widgets.timeline.rows_item import RowsItem
from napari_mousegpt.widgets.timeline.selection import SelectionItem
from napari_mousegpt.widgets.timeline.time_axis import TimeAxis
from napari_mousegpt.widgets.timeline.time_view import TimeView

PLAYHEAD_COLOUR = "#ffcc33"


class TimelinePlot(pg.GraphicsLayoutWidget):
    """The parts of the timeline's picture; keys are left to whoever holds it.

    Parameters
    ----------
    go_to
        Called with the frame when the time axis is dragged.
    """

    def __init__(self, parent: QWidget, go_to: Callable[[float], None]) -> None:
        super().__init__(parent)
        self.view = TimeView()
        self.items = RowsItem()
        self.marks = BoutMarks()
        self.playhead = Playhead()
        self.selection = SelectionItem()
        self.names = RowNames()
        self.axis = TimeAxis(go_to)
        # Not a PlotItem, which would bring menus of its own.
        layout = self.ci
        layout.layout.setContentsMargins(0, 2, 6, 0)
        layout.layout.setSpacing(0)
        layout.addItem(self.names, 0, 0)
        layout.addItem(self.view, 0, 1)
        layout.addItem(self.axis, 1, 1)
        layout.layout.setRowStretchFactor(0, 1)
        layout.layout.setColumnStretchFactor(1, 1)
        self.names.linkToView(self.view)
        self.axis.linkToView(self.view)
        for item in (self.items, self.marks, self.selection, self.playhead):
            self.view.addItem(item, ignoreBounds=True)

    def colour(self, colours: ThemeColours) -> None:
        """Take the colours of a theme."""
        self.setBackground(colours.background)
        self.playhead.colour(PLAYHEAD_COLOUR)
        self.selection.colour(colours.accent)
        self.items.colour(colours.raised, colours.faint_text)
        self.marks.ink = QColor(colours.text)
        for axis in (self.axis, self.names):
            axis.setTextPen(colours.text)
        self.axis.setPen(colours.line)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the key to the dock."""
        event.ignore()
