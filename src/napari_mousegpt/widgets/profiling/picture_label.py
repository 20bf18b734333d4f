"""A picture as wide as there is room for. Knows no figure."""

from __future__ import annotations

from qtpy.QtCore import QSize, Qt
from qtpy.QtGui import QPixmap
from qtpy.QtWidgets import QLabel


class PictureLabel(QLabel):
    """Keeps the picture's proportions, and never draws it larger than it is."""

    def __init__(self) -> None:
        super().__init__()
        self._whole = QPixmap()
        self.setMinimumWidth(120)

    def show_png(self, content: bytes) -> None:
        """Show a PNG file's content."""
        self._whole = QPixmap()
        self._whole.loadFromData(content, "PNG")
        self._fit()

    def resizeEvent(self, event) -> None:
        """Fit anew."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        """No wider than it must be, so that the picture shrinks with the dock."""
        return QSize(240, self.pixmap().height() if self.pixmap() is not None else 0)

    def _fit(self) -> None:
        if not self._whole.isNull():
            width = min(self.width(), self._whole.width())
            smooth = Qt.TransformationMode.SmoothTransformation
            fitted = self._whole.scaledToWidth(max(1, width), smooth)
            self.setPixmap(fitted)
            self.setFixedHeight(fitted.height())
