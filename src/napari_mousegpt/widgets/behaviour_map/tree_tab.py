"""The tree of the shown recording's windows, made when it is looked at; previews as colours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from qtpy.QtCore import Signal
from qtpy.QtGui import QHideEvent, QShowEvent

from napari_mousegpt.widgets.background_job import BackgroundJob
from napari_mousegpt.widgets.behaviour_map.map_colours import preview_colours
from napari_mousegpt.widgets.behaviour_map.tree_cut import TreeCut
from napari_mousegpt.workflows.cluster_tree import WindowTree
from napari_mousegpt.workflows.clustering_jobs import tree_for

KEY = ["video", "individual", "start", "stop"]


class TreeTab(TreeCut):
    """A tree to be cut by hand.

    Signals
    -------
    recoloured
        Colours of the dots, as 0xAARRGGBB, while another cut is previewed.
    """

    recoloured = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.job = BackgroundJob(self)
        self._folder: Path | None = None
        self._windows = pd.DataFrame()
        self.job.done.connect(self._on_tree)
        self.job.failed.connect(self.said.setText)
        self.previewed.connect(self._preview)

    def follow(self, folder: Path | None, windows: pd.DataFrame) -> None:
        """Other windows, or others of their clusters, are shown."""
        self._folder, self._windows = folder, windows
        self.job.cancel()
        self.show_tree(None, 0)
        if self.isVisible():
            self._grow()

    def showEvent(self, event: QShowEvent) -> None:
        """Make the tree when it is looked at, and once."""
        super().showEvent(event)
        self._grow()

    def hideEvent(self, event: QHideEvent) -> None:
        """A preview that nobody took is over."""
        super().hideEvent(event)
        self.reset()

    def _grow(self) -> None:
        if self.tree is None and self._folder is not None and len(self._windows):
            self.said.setText("Making the tree …")
            self.job.start(tree_for, self._folder)

    def _on_tree(self, tree: WindowTree) -> None:
        self.show_tree(tree, tree.k)

    def _preview(self, k: int) -> None:
        if self.tree is None:
            return
        shown = (self.tree.windows["recording"] == 0).to_numpy()
        cut = self.tree.windows.loc[shown, KEY].assign(cluster=self.tree.labels_at(k)[shown])
        labels = self._windows[KEY].merge(cut, on=KEY, how="left")["cluster"].fillna(-1)
        self.recoloured.emit(preview_colours(labels.to_numpy(np.int64)))
