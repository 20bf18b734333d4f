"""Frames of a film, decoded beside the window: one at a time, and then the latest asked for."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from qtpy.QtCore import QObject, Signal

from napari_mousegpt.io.films.film import Film
from napari_mousegpt.io.films.open_film import open_film
from napari_mousegpt.widgets.worker_threads import create_worker


class FrameFetcher(QObject):
    """Answers `ask` with ``ready``: path, frame and picture, None where it cannot be read."""

    ready = Signal(object, int, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._wanted: tuple[Path, int] | None = None
        self._films: dict[Path, Film] = {}
        self._worker: Any = None

    def ask(self, path: Path, frame: int) -> None:
        """Ask for a frame; an earlier one that is not being decoded yet is forgotten."""
        self._wanted = path, frame
        self._start()

    def stop(self) -> None:
        """Answer nothing more, and let go of the files."""
        self._wanted = None
        if self._worker is not None:
            for signal in (self._worker.returned, self._worker.finished):
                with suppress(RuntimeError, TypeError):
                    signal.disconnect()
            self._worker = None
        for film in self._films.values():
            film.close()
        self._films.clear()

    def _start(self) -> None:
        if self._worker is not None or self._wanted is None:
            return
        (path, frame), self._wanted = self._wanted, None
        self._worker = create_worker(_picture, self._films, path, frame, _ignore_errors=True)
        self._worker.returned.connect(lambda picture: self.ready.emit(path, frame, picture))
        self._worker.finished.connect(self._on_finished)
        self._worker.start()

    def _on_finished(self) -> None:
        self._worker = None
        self._start()


def _picture(films: dict[Path, Film], path: Path, frame: int) -> Any:
    try:
        if path not in films:
            films[path] = open_film(path)
        return films[path][frame]
    except (OSError, ValueError, IndexError):
        return None
