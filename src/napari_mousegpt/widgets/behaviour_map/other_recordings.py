"""Which other recordings are clustered together with the one that is shown: those beside it."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtWidgets import QMenu, QToolButton

from napari_mousegpt.io.recording_folder import is_recording

ALONE = "This recording alone"


class OtherRecordings(QToolButton):
    """A menu of the recordings in the same folder, each to be ticked."""

    def __init__(self) -> None:
        super().__init__()
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip("Recordings clustered together share clusters and names")
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self._folder: Path | None = None
        self.setText(ALONE)

    def offer(self, folder: Path | None) -> None:
        """List what lies beside a recording; what is ticked stays for the same folder."""
        if folder == self._folder:
            return
        self._folder = folder
        self._menu.clear()
        beside = [] if folder is None else sorted(folder.parent.glob("*.mousegpt"))
        for path in beside:
            if path != folder and is_recording(path):
                action = self._menu.addAction(path.stem)
                action.setCheckable(True)
                action.setData(str(path))
                action.toggled.connect(self._say)
        if self._menu.actions():
            self._menu.addSeparator()
            self._menu.addAction("All").triggered.connect(lambda: self._tick(True))
            self._menu.addAction("None").triggered.connect(lambda: self._tick(False))
        self.setEnabled(bool(self._menu.actions()))
        self._say()

    @property
    def folders(self) -> tuple[Path, ...]:
        """Those that are ticked."""
        ticked = (one for one in self._menu.actions() if one.isCheckable() and one.isChecked())
        return tuple(Path(action.data()) for action in ticked)

    def _tick(self, on: bool) -> None:
        for action in self._menu.actions():
            if action.isCheckable():
                action.setChecked(on)

    def _say(self) -> None:
        count = len(self.folders)
        self.setText(ALONE if not count else f"With {count} other{'s' if count > 1 else ''}")
