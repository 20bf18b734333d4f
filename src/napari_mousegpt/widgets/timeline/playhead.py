"""The line at the viewer's frame, which can be dragged. Knows no viewer."""

from __future__ import annotations

from qtpy.QtGui import QColor

from napari_mousegpt.widgets.plotting import pg


class Playhead(pg.InfiniteLine):
    """Vertical line over all rows; ``sigDragged`` as it is moved."""

    def __init__(self) -> None:
        super().__init__(angle=90, movable=True)
        self.addMarker("v", position=0.0, size=12)
        self.setZValue(30)

    def colour(self, line: str) -> None:
        """Take the colour of a theme."""
        self.setPen(pg.mkPen(line, width=2))
        self.setHoverPen(pg.mkPen(QColor(line).lighter(130), width=4))
