"""What a search is narrowed to: animal, level, behaviour, movement. Knows no recording."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtWidgets import QComboBox, QFormLayout, QLineEdit, QWidget
from superqt import QCollapsible

from napari_mousegpt.analysis.search.kinematic_filter import QUANTITIES
from napari_mousegpt.analysis.vectors.description_vectors import TEXT_LEVELS
from napari_mousegpt.workflows.search import SearchSettings

ANY = "any"
MOST_HITS = 100
WHERE_HELP = (
    "Conditions on movement, joined by and: a quantity, > >= < or <=, a number and its unit.\n"
    "speed > 5 cm/s and left turn > 90 deg\n\nQuantities: " + ", ".join(QUANTITIES) + "\n"
    "Units: px/s, bl/s (body lengths), mm/s, cm/s · px, bl, mm, cm · deg · s, min"
)


class Filters(QCollapsible):
    """Folded away at first."""

    def __init__(self) -> None:
        super().__init__("Filters")
        self.individual, self.level, self.behaviour = QComboBox(), QComboBox(), QComboBox()
        self.where = QLineEdit(placeholderText="speed > 2 bl/s and left turn > 45 deg")
        self.where.setToolTip(WHERE_HELP)
        self.level.addItems([ANY, *TEXT_LEVELS])
        inside = QWidget()
        form = QFormLayout(inside)
        for name, part in (
            ("Animal", self.individual),
            ("Level of text", self.level),
            ("Behaviour", self.behaviour),
            ("Movement", self.where),
        ):
            form.addRow(name, part)
        self.setContent(inside)
        self.collapse(animate=False)
        self.offer((), ())

    def offer(self, individuals: Iterable[str], behaviours: Iterable[str]) -> None:
        """Let people choose among these; what is chosen stays where it can."""
        for box, names in ((self.individual, individuals), (self.behaviour, behaviours)):
            before = box.currentText()
            box.clear()
            box.addItems([ANY, *names])
            box.setCurrentText(before or ANY)

    def settings(self) -> SearchSettings:
        """What is chosen."""
        level = self.level.currentText()
        return SearchSettings(
            individual=_chosen(self.individual),
            behaviour=_chosen(self.behaviour),
            levels=TEXT_LEVELS if level == ANY else (level,),
            where=self.where.text().strip() or None,
            limit=MOST_HITS,
        )


def _chosen(box: QComboBox) -> str | None:
    return None if box.currentText() in (ANY, "") else box.currentText()
