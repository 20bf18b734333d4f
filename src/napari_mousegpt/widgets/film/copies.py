"""Scrub copies seen from the window: made one after the other in a process of their own.

A process, since it can have a lower priority than the window, shares no lock with it, and can be
ended at any time. Knows no layer.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path

from napari.utils import progress
from napari.utils.notifications import show_info
from qtpy.QtCore import QCoreApplication, QObject, QProcess, Signal

from napari_mousegpt.io.cache_folder import cache_folder
from napari_mousegpt.io.films.scrub_proxy import ScrubProxy
from napari_mousegpt.layers.film import ShownFilm
from napari_mousegpt.widgets import preferences

CHILD = "napari_mousegpt.widgets.film.copy_child"
END_MS = 1000


class ScrubCopy(QObject):
    """One copy being made; the film uses it as soon as it is finished.

    Signals
    -------
    failed
        With why there is none.
    """

    failed = Signal(str)

    def __init__(self, film: ShownFilm, parent: QObject) -> None:
        super().__init__(parent)
        self._film: ShownFilm | None = film
        self._bar: progress | None = None
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._on_lines)
        self._process.finished.connect(self._on_end)
        self._problem = ""
        QCoreApplication.instance().aboutToQuit.connect(self.cancel)

    def start(self) -> None:
        """Find the copy made before, or make it."""
        if self._film is None:
            return
        options = [
            str(self._film.film.path),
            str(preferences.scrub_copy_side()),
            str(preferences.cache_limit_bytes()),
        ]
        self._process.start(sys.executable, ["-m", CHILD, *options])

    def cancel(self) -> None:
        """Make it no more; nothing half made is left."""
        self._film = None
        self._close_bar()
        if self._process.state() != QProcess.ProcessState.NotRunning:
            for signal in (self._process.finished, self._process.readyReadStandardOutput):
                with suppress(RuntimeError, TypeError):
                    signal.disconnect()
            self._process.closeWriteChannel()  # which tells it to stop
            if not self._process.waitForFinished(END_MS):
                self._process.kill()
                self._process.waitForFinished(END_MS)

    def _on_lines(self) -> None:
        while self._process.canReadLine():
            with suppress(ValueError):
                self._on_message(json.loads(bytes(self._process.readLine().data())))

    def _on_message(self, message: dict) -> None:
        film = self._film
        if film is None:
            return
        if "problem" in message:
            self._problem = str(message["problem"])
        elif "path" in message:
            self._use(film, Path(message["path"]))
        else:
            if self._bar is None:  # which tells the time left by itself
                self._bar = progress(total=message["total"], desc="scrub copy", unit=" frames")
            self._bar.update(message["done"] - self._bar.n)

    def _use(self, film: ShownFilm, path: Path) -> None:
        try:
            # A copy counts the frames of its own film, whatever clock that is shown on.
            film.use_proxy(ScrubProxy(path, getattr(film.film, "n_filmed", len(film))))
        except (OSError, ValueError) as error:
            self._problem = str(error)

    def _on_end(self) -> None:
        self._close_bar()
        if self._problem:
            self.failed.emit(self._problem)

    def _close_bar(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def delete_scrub_copies() -> None:
    """Delete all scrub copies, and say how much room that gave."""
    freed = count = 0
    for path in cache_folder().glob("*-proxy-*.mov"):
        with suppress(OSError):
            size = path.stat().st_size
            path.unlink()
            freed, count = freed + size, count + 1
    show_info(f"{count} scrub copies deleted, {freed / (1 << 20):.0f} MiB")
