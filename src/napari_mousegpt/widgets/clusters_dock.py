"""The clusters dock: run, map, legend, names and merges. Knows the shared choice, no other dock."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from napari.settings import get_settings
from qtpy.QtCore import QEvent, QSize, Qt
from qtpy.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from napari_mousegpt.datamodel.matching_spans import IndividualSpan, matching_rows
from napari_mousegpt.widgets.background_job import BackgroundJob
from napari_mousegpt.widgets.behaviour_map import BehaviourMap
from napari_mousegpt.widgets.behaviour_map import map_words as words
from napari_mousegpt.widgets.behaviour_map.cluster_list import ClusterList
from napari_mousegpt.widgets.behaviour_map.cluster_naming import ClusterNaming
from napari_mousegpt.widgets.behaviour_map.map_colours import (
    WAYS,
    cluster_colours,
    colouring,
)
from napari_mousegpt.widgets.behaviour_map.merge_list import MergeList
from napari_mousegpt.widgets.behaviour_map.run_form import RunForm
from napari_mousegpt.widgets.behaviour_map.tree_tab import TreeTab
from napari_mousegpt.widgets.chosen_windows import chosen_windows_of, spans_of
from napari_mousegpt.widgets.docks import open_dock, prefer_area
from napari_mousegpt.widgets.job_line import JobLine
from napari_mousegpt.widgets.plotting import theme_colours
from napari_mousegpt.widgets.viewer_state import state_of
from napari_mousegpt.workflows.cluster import Clustered
from napari_mousegpt.workflows.cluster_examples import Kind
from napari_mousegpt.workflows.clustered_windows import described_places, same_places
from napari_mousegpt.workflows.clustering_jobs import (
    embed_and_cluster,
    examples_for,
    novelty_for,
)

if TYPE_CHECKING:
    import napari

CLIP_KINDS: dict[str, Kind] = {
    "Clips near its centre": "nearest",
    "Random clips": "random",
    "Counter-examples": "counter",
}


class ClustersDock(QWidget):
    """Windows as dots, clusters as colours."""

    def __init__(self, napari_viewer: napari.viewer.Viewer) -> None:
        super().__init__()
        prefer_area("Clusters")
        self._viewer = napari_viewer
        self.state = state_of(napari_viewer)
        self.chosen = chosen_windows_of(napari_viewer)
        self.windows = pd.DataFrame()
        self._novelty: np.ndarray | None = None
        self._shown: object = None
        self.job, self.side = BackgroundJob(self), BackgroundJob(self)
        self.tree = TreeTab()
        self.form, self.line = RunForm(), JobLine(self.job, "Run")
        self.map = BehaviourMap(self._text_of)
        self.list, self.merges = ClusterList(), MergeList()
        self.naming = ClusterNaming(self, self.state, self.list, self.merges)
        self.way, self.kind = QComboBox(), QComboBox()
        self.lasso = QToolButton(text="Encircle", checkable=True)
        self.whole = QToolButton(text="All")
        self.clips = QPushButton("Show")
        self.legend = QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self._build()
        self._connect()
        self._on_theme()
        self._on_recording()

    def _build(self) -> None:
        self.way.addItems(WAYS)
        self.kind.addItems(CLIP_KINDS)
        self.lasso.setToolTip("Draw a line round dots to choose them (or hold Shift and drag)")
        self.whole.setToolTip("Bring all dots into view")
        self.map.setMinimumHeight(180)
        above = QWidget()
        column = QVBoxLayout(above)
        column.setContentsMargins(0, 0, 0, 0)
        tools = QHBoxLayout()
        tools.addWidget(QLabel("Colour by"))
        tools.addWidget(self.way, 1)
        tools.addWidget(self.lasso)
        tools.addWidget(self.whole)
        column.addLayout(tools)
        column.addWidget(self.map, 1)
        column.addWidget(self.legend)
        page = QWidget()
        below = QVBoxLayout(page)
        below.setContentsMargins(0, 2, 0, 0)
        below.addWidget(self.list, 1)
        below.addWidget(self.naming)
        clips = QHBoxLayout()
        clips.addWidget(self.kind, 1)
        clips.addWidget(self.clips)
        below.addLayout(clips)
        tabs = QTabWidget()
        tabs.addTab(page, "Clusters")
        tabs.addTab(self.merges, "Merges")
        tabs.addTab(self.tree, "Tree")
        self.tabs = tabs
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(above)
        splitter.addWidget(tabs)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        splitter.setSizes([420, 260])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self.form)
        layout.addWidget(self.line)
        layout.addWidget(splitter, 1)

    def _connect(self) -> None:
        self.line.asked.connect(self.run)
        self.job.done.connect(self._on_clustered)
        self.side.done.connect(self._on_side)
        self.side.failed.connect(self.line.complain)
        self.map.picked.connect(self._on_picked)
        self.map.encircled.connect(self._on_encircled)
        self.way.currentTextChanged.connect(self._recolour)
        self.lasso.toggled.connect(lambda on: setattr(self.map.view, "encircles", on))
        self.whole.clicked.connect(self.map.show_all)
        self.list.picked.connect(self._on_cluster)
        self.clips.clicked.connect(self.show_clips)
        self.naming.failed.connect(self.line.complain)
        self.tree.recoloured.connect(self.map.recolour)
        self.tree.let_go.connect(self._recolour)
        self.tree.taken.connect(self._cluster_into)
        self.state.recording_changed.connect(self._on_recording)
        self.chosen.changed.connect(self._on_chosen)
        get_settings().appearance.events.theme.connect(self._on_theme)

    def run(self) -> None:
        """Embed and cluster the recording as the form says."""
        recording = self.state.recording
        if recording is None:
            self.line.complain(words.NO_RECORDING)
            return
        self.job.start(
            embed_and_cluster,
            recording.folder,
            self.form.how_embedded(),
            self.form.how_clustered(),
            self.form.others.folders,
        )

    def _cluster_into(self, k: int) -> None:
        self.form.method.setCurrentText("ward")
        self.form.k.setValue(k)
        self.run()

    def show_clips(self) -> None:
        """Show examples of the chosen cluster, or the chosen windows where there is none."""
        open_dock(self._viewer, "Gallery")
        recording, cluster = self.state.recording, self.list.cluster
        if recording is None or cluster is None:
            self.chosen.offer("chosen", self.chosen.spans)
            return
        self.side.start(examples_for, recording, cluster, CLIP_KINDS[self.kind.currentText()])

    def _on_clustered(self, result: Clustered) -> None:
        self.line.say(words.report_text(result))
        self.state.set_recording(result.recordings[0])

    def _on_side(self, result: object) -> None:
        """Clips of a cluster, or novelty for the colours, are there."""
        if isinstance(result, pd.DataFrame):
            cluster = self.list.cluster
            name = "" if cluster is None else self.list.name_of(cluster)
            self.chosen.offer(f"{name}: {self.kind.currentText().lower()}", spans_of(result))
        elif isinstance(result, np.ndarray):
            self._novelty = result
            self._recolour()

    def _on_recording(self) -> None:
        blind = self.state.is_blind
        recording = None if blind else self.state.recording
        self.line.run.setEnabled(recording is not None and not self.job.running)
        self.form.others.offer(None if recording is None else Path(recording.folder))
        windows = pd.DataFrame() if recording is None else described_places(recording)
        same = self._shown is not None and windows.equals(self.windows)
        if same and recording is not None and self._shown == recording.folder:
            return
        moved = not same_places(windows, self.windows)
        self._shown = None if recording is None else recording.folder
        self.windows = windows
        known = len(windows) and np.isfinite(windows[["x", "y"]].to_numpy()).any()
        self.map.say(
            (words.HIDDEN if blind else words.NO_RECORDING)
            if recording is None
            else ("" if known else words.NO_PLACES)
            if len(windows)
            else words.NOT_CLUSTERED
        )
        if moved:
            self._novelty = None
            self.tree.follow(self._shown, windows)
        self._redraw(moved)
        self.naming.follow(len(windows) > 0)

    def _redraw(self, moved: bool) -> None:
        windows, recording = self.windows, self.state.recording
        if recording is None or not len(windows):
            self.map.show_windows(np.zeros((0, 2)), np.zeros(0, np.uint32), np.zeros(0, bool))
            self.list.clear()
            self.legend.clear()
            return
        names = dict(zip(windows["cluster"].tolist(), windows["name"].tolist(), strict=True))
        self.list.show_clusters(windows, cluster_colours(names, recording.ethogram))
        if moved:
            places = windows[["x", "y"]].to_numpy(np.float64)
            grey = np.full(len(windows), 0xFF808080, np.uint32)
            self.map.show_windows(places, grey, windows["cluster"].to_numpy() < 0)
        self._recolour()
        self._on_chosen()

    def _recolour(self) -> None:
        recording, way = self.state.recording, self.way.currentText()
        if recording is None or not len(self.windows):
            return
        if way == "novelty" and self._novelty is None:
            self.side.start(novelty_for, recording, self.windows)
        colours = colouring(
            self.windows,
            way,
            ethogram=recording.ethogram,
            individuals=recording.individuals,
            novelty=self._novelty,
        )
        self.map.recolour(colours.argb)
        # The list below is the legend of the clusters.
        self.legend.setText("" if way == "cluster" else words.legend_text(colours.legend))
        self.legend.setVisible(way != "cluster")

    def _span(self, row: int) -> IndividualSpan:
        return spans_of(self.windows.iloc[[row]])[0]

    def _text_of(self, row: int) -> str:
        return words.window_text(self.windows.iloc[row], self.state.time_s)

    def _on_picked(self, row: int | None, adding: bool) -> None:
        if row is None:
            if not adding:
                self.chosen.choose([])
        elif adding:
            self.chosen.toggle(self._span(row))
        else:
            self.chosen.visit(self._span(row))

    def _on_encircled(self, rows: np.ndarray, adding: bool) -> None:
        spans = spans_of(self.windows.iloc[rows])
        self.chosen.choose((*self.chosen.spans, *spans) if adding else spans)
        self.lasso.setChecked(False)

    def _on_cluster(self, cluster: int) -> None:
        self.chosen.choose(spans_of(self.windows[self.windows["cluster"] == cluster]))

    def _on_chosen(self) -> None:
        windows = self.windows
        if len(windows):
            starts, stops = windows["start"].to_numpy(np.int64), windows["stop"].to_numpy(np.int64)
            who = windows["individual"].to_numpy(object)
            self.map.choose(matching_rows(self.chosen.spans, who, starts, stops))

    def _on_theme(self) -> None:
        self.map.colour(theme_colours())

    def sizeHint(self) -> QSize:
        """Narrow: the film needs the room."""
        return QSize(380, 700)

    def event(self, event: QEvent) -> bool:
        """Stop what runs, and hear no more of what stays, when the dock goes."""
        if event.type() == QEvent.Type.DeferredDelete:
            for job in (self.job, self.side, self.tree.job):
                job.cancel()
            self.naming.let_go()
            self.state.recording_changed.disconnect(self._on_recording)
            self.chosen.changed.disconnect(self._on_chosen)
            get_settings().appearance.events.theme.disconnect(self._on_theme)
        return super().event(event)
