"""The search dock: words, filters, hits; windows like a chosen one; questions; what is new.

Knows the shared choice and no other dock.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from qtpy.QtCore import QEvent, QSize
from qtpy.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from napari_mousegpt.widgets.background_job import BackgroundJob
from napari_mousegpt.widgets.chosen_windows import chosen_windows_of
from napari_mousegpt.widgets.docks import open_dock, prefer_area
from napari_mousegpt.widgets.searching.ask_page import AskPage
from napari_mousegpt.widgets.searching.filters import Filters
from napari_mousegpt.widgets.searching.hit_list import HitList
from napari_mousegpt.widgets.searching.novelty_page import NoveltyPage
from napari_mousegpt.widgets.viewer_state import state_of
from napari_mousegpt.workflows.search_jobs import search_for, search_windows_like

if TYPE_CHECKING:
    import napari

NO_RECORDING = "Open a described recording to search in it."
HIDDEN = "Hidden while you score blind (Label dock: Hide what others said)."
NOTHING = "Nothing found: no window is described in these words."
NOTHING_HERE = "Nothing found: no window passes these filters."
CHOOSE_ONE = "Choose one window or bout first: click it on the map or the timeline."


class SearchDock(QWidget):
    """Finds windows by words, by movement, and by likeness."""

    def __init__(self, napari_viewer: napari.viewer.Viewer) -> None:
        super().__init__()
        prefer_area("Search")
        self._viewer = napari_viewer
        self.state = state_of(napari_viewer)
        self.chosen = chosen_windows_of(napari_viewer)
        self.job = BackgroundJob(self)
        self.query = QLineEdit(placeholderText="rears against the wall", clearButtonEnabled=True)
        self.find = QPushButton("Search")
        self.filters = Filters()
        self.said = QLabel("", wordWrap=True)
        self.hits = HitList()
        self.like, self.clips = QPushButton("More like the chosen"), QPushButton("Show as clips")
        self.novelty, self.asking = NoveltyPage(self.state), AskPage(self.state)
        self._folder: Path | None = None
        self._asked = ""
        self._build()
        self._connect()
        self._on_recording()

    def _build(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 4, 0, 0)
        line = QHBoxLayout()
        line.addWidget(self.query, 1)
        line.addWidget(self.find)
        column.addLayout(line)
        column.addWidget(self.filters)
        column.addWidget(self.said)
        column.addWidget(self.hits, 1)
        below = QHBoxLayout()
        below.addWidget(self.like)
        below.addWidget(self.clips)
        column.addLayout(below)
        tabs = QTabWidget()
        tabs.addTab(page, "Words")
        tabs.addTab(self.asking, "Ask")
        tabs.addTab(self.novelty, "New")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(tabs)

    def _connect(self) -> None:
        self.query.returnPressed.connect(self.search)
        self.filters.where.returnPressed.connect(self.search)
        self.find.clicked.connect(self.search)
        self.like.clicked.connect(self.search_like)
        self.clips.clicked.connect(self.show_clips)
        self.hits.visited.connect(self.chosen.visit)
        self.novelty.visited.connect(self.chosen.visit)
        self.asking.visited.connect(self.chosen.visit)
        self.job.done.connect(self._on_found)
        self.job.failed.connect(self._on_failed)
        self.state.recording_changed.connect(self._on_recording)

    def search(self) -> None:
        """Search for the words, or by the filters alone."""
        folder = self._folder
        if folder is None:
            self.said.setText(NO_RECORDING)
            return
        self._asked = self.query.text().strip()
        self.said.setText("Searching …")
        self.job.start(search_for, folder, self._asked, self.filters.settings())

    def search_like(self) -> None:
        """Search for windows like the one that is chosen."""
        folder = self._folder
        if folder is None or len(self.chosen.spans) != 1:
            self.said.setText(CHOOSE_ONE)
            return
        [span] = self.chosen.spans
        self._asked = "like the chosen one"
        self.said.setText("Searching …")
        self.job.start(search_windows_like, folder, span, self.filters.settings())

    def show_clips(self) -> None:
        """Show the hits side by side."""
        open_dock(self._viewer, "Gallery")
        self.chosen.offer(f"found: {self._asked}", self.hits.spans)

    def _on_found(self, found: pd.DataFrame) -> None:
        score = "score" if "score" in found else "alike"
        self.hits.show_moments(found, self.state.time_s, score=score)
        count = "1 window" if len(found) == 1 else f"{len(found)} windows"
        nothing = NOTHING if self._asked else NOTHING_HERE
        self.said.setText(f"{count} found, the best first" if len(found) else nothing)

    def _on_failed(self, problem: str) -> None:
        self.hits.clear()
        self.said.setText(problem)

    def _on_recording(self) -> None:
        blind = self.state.is_blind
        recording = None if blind else self.state.recording
        folder = None if recording is None else Path(recording.folder)
        if folder != self._folder:
            self._folder = folder
            self.job.cancel()
            self.novelty.job.cancel()
            self.hits.clear()
            self.novelty.forget()
            self.asking.follow(folder)
            self.said.setText(HIDDEN if blind else NO_RECORDING if recording is None else "")
        if recording is not None:
            names = sorted(recording.bouts["behaviour"].dropna().astype(str).unique())
            self.filters.offer(recording.individuals, names)

    def sizeHint(self) -> QSize:
        """Narrow: the film needs the room."""
        return QSize(360, 620)

    def event(self, event: QEvent) -> bool:
        """Stop what runs, and hear no more of what stays, when the dock goes."""
        if event.type() == QEvent.Type.DeferredDelete:
            self.job.cancel()
            self.novelty.job.cancel()
            self.asking.job.cancel()
            self.state.recording_changed.disconnect(self._on_recording)
        return super().event(event)
