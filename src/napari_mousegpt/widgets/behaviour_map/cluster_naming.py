"""Decisions about clusters: names, merges, undo, each written beside the window. Knows no map."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QPushButton, QWidget

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.widgets.background_job import BackgroundJob
from napari_mousegpt.widgets.behaviour_map.cluster_list import ClusterList
from napari_mousegpt.widgets.behaviour_map.merge_list import MergeList
from napari_mousegpt.widgets.viewer_state import ViewerState
from napari_mousegpt.workflows.clustering_jobs import decide_on_clusters, proposals_for
from napari_mousegpt.workflows.name import Proposals


class ClusterNaming(QWidget):
    """Buttons for names, and everything that is decided in the lists.

    Signals
    -------
    failed
        Why something could not be decided.
    """

    failed = Signal(str)

    def __init__(
        self, parent: QWidget, state: ViewerState, clusters: ClusterList, merges: MergeList
    ) -> None:
        super().__init__(parent)
        self._state, self._clusters, self._merges = state, clusters, merges
        self.proposing, self.deciding = BackgroundJob(self), BackgroundJob(self)
        self.take = QPushButton("Take proposed name")
        self.undo = QPushButton("Undo")
        self.take.setToolTip("Call the chosen cluster by the name proposed from its words")
        self.undo.setToolTip("Take back the last name, merge or refusal")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.take, 2)
        layout.addWidget(self.undo, 1)
        clusters.renamed.connect(self.rename)
        merges.decided.connect(lambda action, pair: self.decide(action, [pair]))
        self.take.clicked.connect(self.take_proposed)
        self.undo.clicked.connect(lambda: self.decide("undo", [[]]))
        self.proposing.done.connect(self._on_proposals)
        self.deciding.done.connect(self._on_decided)
        # Without words there is nothing to propose; the clusters are there all the same.
        self.deciding.failed.connect(self.failed)

    def follow(self, clustered: bool) -> None:
        """The recording, its clusters or their names are others: propose anew."""
        for button in (self.take, self.undo):
            button.setEnabled(clustered)
        self._merges.propose((), str)
        if clustered and self._folder is not None:
            self.proposing.start(proposals_for, self._folder)

    def rename(self, cluster: int, name: str) -> None:
        """Give a cluster a name."""
        self.decide("name", [[cluster]], name)

    def take_proposed(self) -> None:
        """Give the chosen cluster the name proposed for it."""
        cluster = self._clusters.cluster
        name = "" if cluster is None else self._clusters.proposed_for(cluster)
        if cluster is not None and name:
            self.rename(cluster, name)

    def decide(self, action: str, clusters: Sequence[Sequence[int]], name: str = "") -> None:
        """Write a decision for each group of clusters (see `workflows.name`)."""
        if self._folder is not None and not self.deciding.running:
            self.deciding.start(decide_on_clusters, self._folder, action, clusters, name)

    def let_go(self) -> None:
        """Stop what runs."""
        self.proposing.cancel()
        self.deciding.cancel()

    @property
    def _folder(self) -> Path | None:
        recording = self._state.recording
        return None if recording is None else Path(recording.folder)

    def _on_proposals(self, found: Proposals) -> None:
        self._clusters.propose(found.names)
        self._merges.propose(found.merges, self._clusters.name_of)

    def _on_decided(self, recording: Recording) -> None:
        if self._folder == Path(recording.folder):
            self._state.set_recording(recording)
