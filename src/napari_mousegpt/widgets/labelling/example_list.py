"""Example frames of a behaviour as small stills; a click goes there. Knows films, no labels."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from qtpy.QtCore import QBuffer, QIODevice, QSize, Qt, Signal
from qtpy.QtGui import QIcon, QImage, QPixmap
from qtpy.QtWidgets import QListWidget, QListWidgetItem, QWidget

from napari_mousegpt.widgets.import_dialog.frame_fetcher import FrameFetcher

ICON, TIP = QSize(96, 72), QSize(360, 300)
Example = tuple[str, int]


class ExampleList(QListWidget):
    """Stills, decoded beside the window one after the other.

    Signals
    -------
    wanted
        A person wants to see an example: its frame.
    """

    wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._paths: dict[str, Path] = {}
        self._stills: dict[tuple[Path, int], QImage] = {}
        self._waiting: list[tuple[Path, int]] = []
        self._fetcher = FrameFetcher(self)
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setMovement(QListWidget.Movement.Static)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setIconSize(ICON)
        self.setFixedHeight(ICON.height() + 46)
        self._fetcher.ready.connect(self._on_picture)
        self.itemClicked.connect(lambda item: self.wanted.emit(self._example(item)[1]))

    @property
    def chosen(self) -> Example | None:
        """The example that is selected."""
        item = self.currentItem()
        return self._example(item) if item is not None else None

    def show_examples(
        self, examples: Sequence[Example], paths: dict[str, Path], fps: float
    ) -> None:
        """Show these examples; ``paths`` are the films by the ids of their videos."""
        self._paths = paths
        if [self._example(self.item(row)) for row in range(self.count())] == list(examples):
            return
        self.clear()
        self._waiting = []
        for video, frame in examples:
            item = QListWidgetItem(f"{frame / fps:.1f} s")
            item.setData(Qt.ItemDataRole.UserRole, (video, frame))
            item.setToolTip(f"frame {frame} of {video}; click to go there")
            self.addItem(item)
            path = paths.get(video)
            if path is None:
                continue
            if (path, frame) in self._stills:
                self._illustrate(item, self._stills[path, frame])
            else:
                self._waiting.append((path, frame))
        self._ask()

    def stop(self) -> None:
        """Let go of films and threads."""
        self._waiting = []
        self._fetcher.stop()

    def _ask(self) -> None:
        if self._waiting:
            self._fetcher.ask(*self._waiting[0])

    def _on_picture(self, path: Path, frame: int, pixels: np.ndarray | None) -> None:
        if (path, frame) in self._waiting:
            self._waiting.remove((path, frame))
        if pixels is not None:
            self._stills[path, frame] = still = _image(pixels)
            for row in range(self.count()):
                video, of_item = self._example(self.item(row))
                if (self._paths.get(video), of_item) == (path, frame):
                    self._illustrate(self.item(row), still)
        self._ask()

    def _illustrate(self, item: QListWidgetItem, still: QImage) -> None:
        video, frame = self._example(item)
        item.setIcon(QIcon(QPixmap.fromImage(still)))
        content = QBuffer()
        content.open(QIODevice.OpenModeFlag.WriteOnly)
        still.save(content, "JPG")
        picture = b64encode(bytes(content.data().data())).decode()
        item.setToolTip(
            f"<img src='data:image/jpeg;base64,{picture}'><br>frame {frame} of {video}; "
            "click to go there"
        )

    def _example(self, item: QListWidgetItem) -> Example:
        video, frame = item.data(Qt.ItemDataRole.UserRole)
        return str(video), int(frame)


def _image(pixels: np.ndarray) -> QImage:
    """A small picture of a frame, (y, x, 3) uint8."""
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape[:2]
    image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    ways = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return image.scaled(TIP, *ways).copy()
