"""The profile dock: time budget, raster, transitions and zones of the recording, to be exported.

Knows no other dock; figures are made beside the window by those who write them for the command.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QEvent, QSize
from qtpy.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from napari_mousegpt.analysis.profile.voice import Voice, VoiceChoice, voices
from napari_mousegpt.widgets.background_job import BackgroundJob
from napari_mousegpt.widgets.docks import prefer_area
from napari_mousegpt.widgets.job_line import JobLine
from napari_mousegpt.widgets.profiling.picture_label import PictureLabel
from napari_mousegpt.widgets.profiling.zone_layer import (
    draw_zones,
    drawn_zones,
    name_chosen_zone,
)
from napari_mousegpt.widgets.profiling.zone_table import ZoneTable
from napari_mousegpt.widgets.viewer_state import state_of
from napari_mousegpt.workflows.profile_jobs import Pictured, export_profile, profile_of

if TYPE_CHECKING:
    import napari

FIGURES = ("budget", "raster", "transitions")
NO_BOUTS = "Nobody has said what the animals do yet: describe or label the recording first."
ZONES_HELP = "Draw on the film, name what is drawn, and press Profile again."


class ProfileDock(QWidget):
    """What each animal did, for how long, and where."""

    def __init__(self, napari_viewer: napari.viewer.Viewer) -> None:
        super().__init__()
        prefer_area("Profile")
        self.state = state_of(napari_viewer)
        self.job, self.writing = BackgroundJob(self), BackgroundJob(self)
        self.line = JobLine(self.job, "Profile")
        self.voice = QComboBox()
        self.found: Pictured | None = None
        self.pictures = {name: PictureLabel() for name in FIGURES}
        self.zones = ZoneTable()
        self.draw, self.zone_name = QPushButton("Draw zones"), QLineEdit(placeholderText="name")
        self.export = QPushButton("Export figures and tables …", enabled=False)
        self._voices: list[Voice] = []
        self._build()
        self._connect()
        self._on_recording()

    def _build(self) -> None:
        self.draw.setToolTip(ZONES_HELP)
        self.zone_name.setToolTip("Enter names the zone drawn last, or those selected")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        whose = QHBoxLayout()
        whose.addWidget(QLabel("Bouts of"))
        whose.addWidget(self.voice, 1)
        layout.addLayout(whose)
        zones = QHBoxLayout()
        zones.addWidget(self.draw, 1)
        zones.addWidget(self.zone_name, 1)
        layout.addLayout(zones)
        layout.addWidget(self.line)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.zones)
        for picture in self.pictures.values():
            column.addWidget(picture)
        column.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setWidget(inside)
        layout.addWidget(scroll, 1)
        layout.addWidget(self.export)

    def _connect(self) -> None:
        self.line.asked.connect(self.run)
        self.job.done.connect(self._on_profile)
        self.draw.clicked.connect(lambda: draw_zones(self.state.viewer))
        self.zone_name.returnPressed.connect(self._on_zone_name)
        self.export.clicked.connect(self._on_export)
        self.writing.failed.connect(self.line.complain)
        self.writing.done.connect(lambda files: self.line.say(f"{len(files)} files written"))
        self.state.recording_changed.connect(self._on_recording)

    def run(self) -> None:
        """Profile the recording with the zones that are drawn."""
        recording = self.state.recording
        if recording is None:
            return
        try:
            zones = drawn_zones(self.state.viewer)
        except ValueError as error:
            self.line.complain(str(error))
            return
        place = self.voice.currentIndex()
        choice = VoiceChoice()
        if 0 <= place < len(self._voices):
            voice = self._voices[place]
            choice = VoiceChoice(voice.source, voice.run_id, voice.annotator)
        self.job.start(profile_of, Path(recording.folder), choice, zones)

    def export_to(self, folder: Path) -> None:
        """Write the figures and tables into a folder."""
        recording = self.state.recording
        if self.found is not None and recording is not None:
            self.writing.start(export_profile, self.found.profile, recording.folder, folder)

    def _on_profile(self, found: Pictured) -> None:
        self.found = found
        self.export.setEnabled(True)
        self.zones.show_zones(found.profile.zones)
        for name, picture in self.pictures.items():
            picture.setVisible(name in found.pictures)
            if name in found.pictures:
                picture.show_png(found.pictures[name])
        counted = ", ".join(found.profile.voices)
        self.line.say(f"Counted: bouts of {counted}" if counted else NO_BOUTS)

    def _on_zone_name(self) -> None:
        name = self.zone_name.text().strip()
        if name and name_chosen_zone(self.state.viewer, name):
            self.zone_name.clear()

    def _on_export(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Export the profile to a folder")
        if chosen:
            self.export_to(Path(chosen))

    def _on_recording(self) -> None:
        recording = self.state.recording
        self._voices = [] if recording is None else voices(recording)
        names = [voice.name for voice in self._voices]
        if names != [self.voice.itemText(place) for place in range(self.voice.count())]:
            before = self.voice.currentText()
            self.voice.clear()
            self.voice.addItems(names)
            self.voice.setCurrentText(before)
        self.line.run.setEnabled(recording is not None and not self.job.running)

    def sizeHint(self) -> QSize:
        """Wide enough to read the figures."""
        return QSize(400, 640)

    def event(self, event: QEvent) -> bool:
        """Stop what runs, and hear no more of what stays, when the dock goes."""
        if event.type() == QEvent.Type.DeferredDelete:
            self.job.cancel()
            self.writing.cancel()
            self.state.recording_changed.disconnect(self._on_recording)
        return super().event(event)
