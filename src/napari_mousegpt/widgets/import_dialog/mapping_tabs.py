"""The names of an import in tabs: animals, keypoints, behaviours, observations. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtCore import QSignalBlocker, Qt, Signal
from qtpy.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from napari_mousegpt.widgets.import_dialog.keypoint_table import KeypointTable
from napari_mousegpt.widgets.import_dialog.name_table import NameTable
from napari_mousegpt.workflows.importing.names import NameMatch
from napari_mousegpt.workflows.importing.plan import ImportChoices, ImportPlan

SKELETON_FROM = {
    "names": "guessed by name",
    "chosen": "chosen by you",
    "recording": "as in the recording",
}


class MappingTabs(QTabWidget):
    """Shows a plan's names; ``changed`` with the new choices when a person changes one."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.choices = ImportChoices()
        self.animals = NameTable("Frames or bouts")
        self.keypoints = KeypointTable()
        self.behaviours = NameTable("Bouts")
        self.observations = QListWidget()
        self.skeleton, self.skeleton_from = QLineEdit(), QLabel()
        self.skeleton.setToolTip("Pairs of keypoints, such as nose-neck,neck-tailbase")
        line = QHBoxLayout()
        for widget in (QLabel("Skeleton"), self.skeleton, self.skeleton_from):
            line.addWidget(widget)
        together = QWidget()
        layout = QVBoxLayout(together)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.keypoints)
        layout.addLayout(line)
        for widget, name in (
            (self.animals, "Individuals"),
            (together, "Keypoints"),
            (self.behaviours, "Behaviours"),
            (self.observations, "Observations"),
        ):
            self.addTab(widget, name)
        self.animals.chosen.connect(lambda *pair: self._choose("individuals", *pair))
        self.keypoints.chosen.connect(lambda *pair: self._choose("keypoints", *pair))
        self.behaviours.chosen.connect(lambda *pair: self._choose("behaviours", *pair))
        self.keypoints.role_chosen.connect(self._choose_role)
        self.skeleton.editingFinished.connect(self._choose_skeleton)
        self.observations.itemChanged.connect(self._choose_observations)

    def show_plan(self, plan: ImportPlan) -> None:
        """Show the names of a plan; tabs without any are greyed."""
        self.choices = plan.choices
        of_poses = [match for one in plan.poses for match in one.individuals]
        animals = _once(of_poses + [match for one in plan.labels for match in one.individuals])
        behaviours = _once([m for one in plan.labels for m in one.behaviours])
        self.animals.show_matches(animals, plan.individuals)
        self.behaviours.show_matches(behaviours, [one.name for one in plan.sources.ethogram])
        keypoints = _once([m for one in plan.poses for m in one.keypoints])
        self.keypoints.show_roles(keypoints, plan.roles)
        if not self.skeleton.hasFocus():
            self.skeleton.setText(",".join(f"{a}-{b}" for a, b in plan.skeleton))
            self.skeleton.setCursorPosition(0)
        self.skeleton_from.setText(SKELETON_FROM[plan.skeleton_from])
        self._show_observations(plan)
        counts = (len(animals), len(keypoints), len(behaviours), self.observations.count())
        for place, count in enumerate(counts):
            self.setTabEnabled(place, count > 0)

    def _show_observations(self, plan: ImportPlan) -> None:
        found = [one for labels in plan.labels for one in labels.observations]
        with QSignalBlocker(self.observations):
            self.observations.clear()
            for one in found if len(found) > 1 else ():
                name = one.name or one.video
                mark = {True: "of this film", False: f"of {one.video}", None: "names no film"}
                item = QListWidgetItem(f"{name}: {one.bouts} bouts, {mark[one.of_film]}")
                item.setData(Qt.ItemDataRole.UserRole, name)
                state = Qt.CheckState.Checked if one.taken else Qt.CheckState.Unchecked
                item.setCheckState(state)
                self.observations.addItem(item)

    def _choose(self, kind: str, found: str, becomes: str) -> None:
        names = {**getattr(self.choices, kind), found: becomes}
        self._change(**{kind: names})

    def _choose_role(self, keypoint: str, role: str, before: str) -> None:
        roles = dict(self.choices.roles)
        if before:
            roles[before] = ""
        if role:
            roles[role] = keypoint
        self._change(roles=roles)

    def _choose_skeleton(self) -> None:
        if self.skeleton.isModified():
            self.skeleton.setModified(False)
            self._change(skeleton=self.skeleton.text())

    def _choose_observations(self) -> None:
        items = [self.observations.item(row) for row in range(self.observations.count())]
        ticked = [item for item in items if item.checkState() == Qt.CheckState.Checked]
        names = (item.data(Qt.ItemDataRole.UserRole) for item in ticked)
        self._change(observations=tuple(dict.fromkeys(names)))

    def _change(self, **changes: object) -> None:
        self.choices = self.choices.replace(**changes)
        self.changed.emit(self.choices)


def _once(matches: Iterable[NameMatch]) -> list[NameMatch]:
    """Each name of the files once, the first time it comes."""
    found: dict[str, NameMatch] = {}
    for match in matches:
        found.setdefault(match.found, match)
    return list(found.values())
