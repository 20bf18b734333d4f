"""The choice of a camera above the timeline, and its keys. Knows no layer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from qtpy.QtCore import QSignalBlocker, Qt
from qtpy.QtWidgets import QComboBox

from napari_mousegpt.widgets.keys import Action, KeyMap

if TYPE_CHECKING:
    from napari_mousegpt.widgets.cameras.cameras import Cameras

GROUP = "Cameras"
ALL = "all cameras"
MOST = 8


class CameraChoice(QComboBox):
    """All cameras or one of them; hidden, and without keys, where there is one film only."""

    def __init__(self, cameras: Cameras, keys: KeyMap) -> None:
        super().__init__()
        self._cameras, self._keys = cameras, keys
        self._listed: list[str] = []
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.activated.connect(self._on_activated)
        cameras.changed.connect(self._on_changed)
        keys.changed.connect(self._name_keys)
        self._list()

    def let_go(self) -> None:
        """Hear no more of cameras and keys, which stay when this goes."""
        self._cameras.changed.disconnect(self._on_changed)
        self._keys.changed.disconnect(self._name_keys)
        self._keys.remove_group(GROUP)

    def _on_changed(self) -> None:
        if self._listed != self._cameras.ids:
            self._list()
        self._choose()

    def _list(self) -> None:
        self._listed = self._cameras.ids
        with QSignalBlocker(self):
            self.clear()
            self.addItems([ALL, *(view.title for view in self._cameras.views)])
        self.setVisible(bool(self._listed))
        self._take_keys()
        self._choose()

    def _choose(self) -> None:
        with QSignalBlocker(self):
            self.setCurrentIndex([None, *self._listed].index(self._cameras.looked_at))

    def _on_activated(self, place: int) -> None:
        self._cameras.look_at([None, *self._listed][place])

    def _take_keys(self) -> None:
        actions = self._actions()
        if GROUP in self._keys.groups():
            self._keys.remove_group(GROUP)
        if actions:
            self._keys.add(*actions)

    def _actions(self) -> list[Action]:
        if not self._listed:
            return []
        look_at, names = self._cameras.look_at, self._listed[:MOST]
        return [
            Action("camera.next", "next camera", GROUP, self._cameras.look_at_next, ("N",)),
            Action("camera.all", "all cameras", GROUP, partial(look_at, None), ("Ctrl+Alt+0",)),
            *(
                Action(f"camera.{n}", name, GROUP, partial(look_at, name), (f"Ctrl+Alt+{n}",))
                for n, name in enumerate(names, 1)
            ),
        ]

    def _name_keys(self) -> None:
        hint = self._keys.hint("camera.next")
        self.setToolTip(f"Which camera is shown{hint}; time and labels stay those of the first")
