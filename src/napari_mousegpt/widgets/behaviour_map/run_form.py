"""How windows are clustered: a short form, and the rest folded away. Knows no recording."""

from __future__ import annotations

from qtpy.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from superqt import QCollapsible

from napari_mousegpt.analysis.clusters.cluster_methods import METHODS, NEED_K
from napari_mousegpt.analysis.vectors.lexical_vectors import NAME as LEXICON
from napari_mousegpt.widgets.behaviour_map.other_recordings import OtherRecordings
from napari_mousegpt.workflows.cluster import ClusterSettings
from napari_mousegpt.workflows.embed import BLOCKS, EmbedSettings

AUTOMATIC = "auto"
MOST_K = 100


class RunForm(QWidget):
    """Method, number of clusters and shortest bout; text model, weights and seed when unfolded."""

    def __init__(self) -> None:
        super().__init__()
        self.method = QComboBox()
        self.method.addItems(METHODS)
        self.k = QSpinBox(minimum=1, maximum=MOST_K, specialValueText=AUTOMATIC, value=1)
        self.min_bout_s = QDoubleSpinBox(maximum=60.0, singleStep=0.5, suffix=" s")
        self.text = QLineEdit(placeholderText=f"{LEXICON}, or a folder of a sentence model")
        self.weights = {
            name: QDoubleSpinBox(minimum=-0.1, maximum=10.0, singleStep=0.5, decimals=1, value=-0.1)
            for name in BLOCKS
        }
        self.seed = QSpinBox(maximum=9999)
        self.others = OtherRecordings()
        self.k.setToolTip("Number of clusters; auto takes the fewest that separate well")
        self.min_bout_s.setToolTip("Shorter bouts go to the longer of their neighbours")
        first = QHBoxLayout()
        for name, part in (
            ("Method", self.method),
            ("clusters", self.k),
            ("shortest bout", self.min_bout_s),
        ):
            first.addWidget(QLabel(name))
            first.addWidget(part, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(first)
        layout.addWidget(self.others)
        layout.addWidget(self._advanced())
        self.method.currentTextChanged.connect(lambda name: self.k.setEnabled(name in NEED_K))

    def _advanced(self) -> QCollapsible:
        inside = QWidget()
        form = QFormLayout(inside)
        form.addRow("Text model", self.text)
        for name, box in self.weights.items():
            box.setSpecialValueText(AUTOMATIC)
            form.addRow(f"Weight of {name}", box)
        form.addRow("Seed", self.seed)
        folded = QCollapsible("Advanced")
        folded.setContent(inside)
        folded.collapse(animate=False)
        return folded

    def how_embedded(self) -> EmbedSettings:
        """What is chosen about vectors."""
        chosen = {name: box.value() for name, box in self.weights.items() if box.value() >= 0}
        return EmbedSettings(text=self.text.text().strip() or LEXICON, weights=chosen or None)

    def how_clustered(self) -> ClusterSettings:
        """What is chosen about clusters."""
        k = self.k.value()
        return ClusterSettings(
            method=self.method.currentText(),
            k=None if k == 1 else k,
            min_bout_s=self.min_bout_s.value(),
            seed=self.seed.value(),
        )
