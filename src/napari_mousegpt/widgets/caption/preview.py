"""What the model gets for the present window: the exact words and the crops. Knows no model."""

from __future__ import annotations

import numpy as np
from qtpy.QtCore import Qt
from qtpy.QtGui import QFontDatabase, QImage, QPainter, QPixmap
from qtpy.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from napari_mousegpt.captioning.captioner import Clip

ACROSS = 4
GAP_PX = 3
TITLE_PX = 18
NO_PIXELS = "This captioner looks at no picture, but at these numbers:"


class PromptPreview(QScrollArea):
    """Crops in order of time, and below them the words."""

    def __init__(self) -> None:
        super().__init__(widgetResizable=True)
        self.title = QLabel(wordWrap=True)
        self.crops = QLabel(alignment=Qt.AlignmentFlag.AlignLeft)
        self.words = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(6, 6, 6, 6)
        for label in (self.title, self.crops, self.words):
            layout.addWidget(label)
        layout.addStretch(1)
        self.setWidget(inside)
        self._shown: list[tuple[str, np.ndarray]] = []

    def say(self, text: str) -> None:
        """Show a sentence in place of a clip."""
        self._shown = []
        self.title.setText(text)
        self.crops.clear()
        self.words.clear()

    def show_clip(self, clip: Clip, words: str, title: str) -> None:
        """Show one clip and the words that go with it."""
        several = bool(clip.also_seen)
        self._shown = [
            (f"{one.video}, {one.camera_view}" if several else "", one.pixels)
            for one in (clip, *clip.also_seen)
            if one.pixels is not None
        ]
        if clip.problem is not None:
            title = f"{title}\n{clip.problem}"
        elif clip.pixels is None:
            title = f"{title}\n{NO_PIXELS}"
            words = words or _numbers(clip)
        self.title.setText(title)
        self.words.setText(words)
        self._draw()

    def resizeEvent(self, event) -> None:
        """Fit the crops to the width."""
        super().resizeEvent(event)
        self._draw()

    def _draw(self) -> None:
        if not self._shown:
            self.crops.clear()
            return
        side_px = max(24, (self.viewport().width() - 16) // ACROSS - GAP_PX)
        heights = [_height(title, pixels, side_px) for title, pixels in self._shown]
        sheet = QPixmap(ACROSS * (side_px + GAP_PX), sum(heights))
        sheet.fill(Qt.GlobalColor.transparent)
        painter = QPainter(sheet)
        painter.setPen(self.palette().text().color())
        top = 0
        for (title, pixels), height in zip(self._shown, heights, strict=True):
            _draw_camera(painter, title, pixels, top, side_px)
            top += height
        painter.end()
        self.crops.setPixmap(sheet)


def _height(title: str, pixels: np.ndarray, side_px: int) -> int:
    rows = -(-len(pixels) // ACROSS)
    return rows * (side_px + GAP_PX) + (TITLE_PX if title else 0)


def _draw_camera(painter: QPainter, title: str, pixels: np.ndarray, top: int, side_px: int) -> None:
    """Draw a camera's crops, and before them its name where there are several."""
    if title:
        painter.drawText(0, top + TITLE_PX - 5, title)
        top += TITLE_PX
    for place, one in enumerate(pixels):
        row, column = divmod(place, ACROSS)
        crop = _image(one).scaled(
            side_px,
            side_px,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        painter.drawImage(column * (side_px + GAP_PX), top + row * (side_px + GAP_PX), crop)


def _image(pixels: np.ndarray) -> QImage:
    pixels = np.ascontiguousarray(pixels, np.uint8)  # (y, x, 3)
    height, width, _ = pixels.shape
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _numbers(clip: Clip) -> str:
    widest = max((len(name) for name in clip.features), default=0)
    return "\n".join(
        f"{name:<{widest}}  {value:.3g}"
        for name, value in clip.features.items()
        if not np.isnan(value)
    )
