"""Image layers that are arrays and not films of ours, to be described like a video.

The array is written as a lossless film into a new recording folder, which is then opened: so it
can be described by another process and gone on with after a restart. Knows no captioner.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari.layers import Image
from qtpy.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from napari_mousegpt.io.films.open_film import TIFF_SUFFIXES, is_film, open_film
from napari_mousegpt.io.recording_folder import SUFFIX
from napari_mousegpt.layers.layer_data import mark_of
from napari_mousegpt.widgets.worker_threads import create_worker
from napari_mousegpt.workflows.film_of_array import film_of_array, is_film_like

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari.components import ViewerModel

FILM = "film.mkv"
DEFAULT_FPS = 30.0


class ArraySource(QWidget):
    """Choice of a layer and its frame rate; hidden while the viewer has no such layer."""

    def __init__(self, viewer: ViewerModel, opened: Callable[[Path], None]) -> None:
        super().__init__()
        self._viewer, self._opened = viewer, opened
        self._worker: Any = None
        self.layers = QComboBox(toolTip="Image layers whose first axis is time")
        self.fps = QDoubleSpinBox(minimum=0.01, maximum=10_000, value=DEFAULT_FPS, suffix=" fps")
        self.use = QPushButton("Use this layer …", toolTip="Opens its file, or makes a film of it")
        self.progress = QProgressBar(visible=False)
        self.problem = QLabel(wordWrap=True, visible=False)
        row = QHBoxLayout()
        row.addWidget(QLabel("Layer"))
        row.addWidget(self.layers, 1)
        row.addWidget(self.fps)
        row.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.progress)
        column.addWidget(self.problem)
        self.use.clicked.connect(self._on_use)
        viewer.layers.events.inserted.connect(self.refresh)
        viewer.layers.events.removed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """List the layers that could be films."""
        chosen = self.layers.currentText()
        self.layers.clear()
        names = [layer.name for layer in self._viewer.layers if is_array_film(layer)]
        self.layers.addItems(names)
        if chosen in names:
            self.layers.setCurrentText(chosen)
        self.setVisible(bool(names))

    def make_film(self, layer: Image, folder: Path) -> None:
        """Write a layer as a film into a new recording folder, and open it there."""
        target = folder / FILM
        if folder.exists() and any(folder.iterdir()):
            self._complain(f"{folder} is there already: choose another name.")
            return
        self._complain(None)
        self._worker = create_worker(
            film_of_array,
            _pixels(layer),
            target,
            fps=self.fps.value(),
            limits=None if layer.rgb else tuple(layer.contrast_limits),
            _ignore_errors=True,  # we tell of them
        )
        self._worker.yielded.connect(self._on_progress)
        self._worker.errored.connect(lambda error: self._on_end(str(error)))
        self._worker.aborted.connect(lambda: self._on_end("Stopped; nothing was kept."))
        self._worker.returned.connect(lambda _: self._on_written(layer, target))
        self.use.setText("Cancel")
        self.progress.show()
        self._worker.start()

    def stop(self) -> None:
        """Stop writing, and tell no more."""
        if self._worker is not None:
            for signal in ("yielded", "errored", "aborted", "returned"):
                with suppress(RuntimeError, TypeError):
                    getattr(self._worker, signal).disconnect()
            self._worker.quit()
            self._worker = None

    def _on_use(self) -> None:
        if self._worker is not None:
            self._worker.quit()
            return
        layer = self._viewer.layers[self.layers.currentText()]
        path = file_of(layer)
        if path is not None:
            layer.visible = False
            self._opened(path)
            return
        suggested = str(Path.home() / f"{layer.name}{SUFFIX}")
        chosen, _ = QFileDialog.getSaveFileName(self, "Keep the recording as", suggested)
        if chosen:
            self.make_film(layer, Path(chosen).with_suffix(SUFFIX))

    def _on_progress(self, progress: tuple[int, int]) -> None:
        done, total = progress
        self.progress.setMaximum(total)
        self.progress.setValue(done)

    def _on_written(self, layer: Image, film: Path) -> None:
        self._on_end(None)
        layer.visible = False
        self._opened(film)

    def _on_end(self, problem: str | None) -> None:
        self._worker = None
        self.use.setText("Use this layer …")
        self.progress.hide()
        self._complain(problem)

    def _complain(self, problem: str | None) -> None:
        self.problem.setText(problem or "")
        self.problem.setVisible(bool(problem))


def is_array_film(layer: object) -> bool:
    """Whether a layer is an image over time that is not ours."""
    return (
        isinstance(layer, Image)
        and not mark_of(layer.metadata)
        and is_film_like(tuple(_pixels(layer).shape), rgb=layer.rgb)
    )


def file_of(layer: Image) -> Path | None:
    """The file or folder that a layer was read from, if it is a film with the same frames."""
    path = Path(layer.source.path) if layer.source.path else None
    if path is None or not (is_film(path) or path.suffix.lower() in TIFF_SUFFIXES):
        return None
    with suppress(OSError, ValueError), open_film(path) as film:
        return path if film.shape[:3] == tuple(_pixels(layer).shape[:3]) else None
    return None


def _pixels(layer: Image) -> Any:
    """The array of a layer, in full size."""
    return layer.data[0] if layer.multiscale else layer.data
