"""The descriptions of the present frame, all five levels, readable. Knows tables, not models."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from napari_mousegpt.datamodel.description import LEVELS
from napari_mousegpt.datamodel.ethogram import colour_of
from napari_mousegpt.layers.said import UNSURE, keywords_of
from napari_mousegpt.widgets.timeline.clock import clock

if TYPE_CHECKING:
    from napari_mousegpt.datamodel.recording import Recording
    from napari_mousegpt.layers.camera_view import CameraView
    from napari_mousegpt.layers.said import SaidIndex
    from napari_mousegpt.widgets.viewer_state import ViewerState

NOTHING_YET = "Nothing is described yet. Press Run; descriptions appear here as they come."
FAINT = "#98a2b3"
HIDDEN = "Hidden while you score blind (Label dock: Hide what others said)."
NOT_HERE = "This frame is in no described window."


class SaidNow(QScrollArea):
    """What is said of each animal at the viewer's frame."""

    def __init__(self, state: ViewerState) -> None:
        super().__init__(widgetResizable=True)
        self.state = state
        self.text = QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.text.setContentsMargins(6, 6, 6, 6)
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)
        self.setWidget(inside)
        self._shown: tuple[object, ...] | None = None

    def update_text(self) -> None:
        """Write what is said at the state's frame; nothing happens while it stays the same."""
        state, recording = self.state, self.state.recording
        names = [state.individual] if state.individual else list(state.individuals)
        found = [
            (camera, said, name, said.row_at(name, frame) if frame is not None else None)
            for camera, said, frame in self._said()
            for name in names
        ]
        if (state.is_blind, *found) == self._shown:
            return
        self._shown = (state.is_blind, *found)
        if state.is_blind:
            self.text.setText(HIDDEN)
        elif recording is None or all(said.run_id is None for _, said, _, _ in found):
            self.text.setText(NOTHING_YET)
        elif all(row is None for *_, row in found):
            self.text.setText(NOT_HERE)
        else:
            cards = [
                self._card(camera, said, recording, name, row)
                for camera, said, name, row in found
                if row is not None
            ]
            self.text.setText("<br>".join([*cards, self._who_else()]))

    def _said(self) -> list[tuple[CameraView | None, SaidIndex, int | None]]:
        """What is said of each camera that is looked at, and its frame."""
        state, cameras = self.state, self.state.cameras
        if not cameras.views:
            return [(None, state.said, state.frame)] if state.said is not None else []
        return [
            (view, said, view.frame_at(state.frame))
            for view, said in zip(cameras.views, cameras.said, strict=False)
            if said is not None and cameras.shows(view.id)
        ]

    def _who_else(self) -> str:
        """How to see the others, where one of several animals is looked at."""
        if self.state.individual is None:
            return ""
        return f"<span style='color: {FAINT}'>Esc on the timeline shows all individuals.</span>"

    def _card(
        self,
        camera: CameraView | None,
        said: SaidIndex,
        recording: Recording,
        name: str,
        row: int,
    ) -> str:
        state = self.state
        description = said.description(row)
        run = recording.run(description["run_id"])
        start, stop = int(description["start"]), int(description["stop"])
        words = keywords_of(description["keywords"])
        unsure = said.behaviours[row] == UNSURE
        colour = colour_of(words[0], recording.ethogram) if words and not unsure else "#888888"
        title = html.escape(words[0] if words else "no behaviour named")
        if unsure:
            title = f"{UNSURE}, perhaps {title} ({description['confidence']:.2f})"
        who = f"{html.escape(name)} · " if len(state.individuals) > 1 else ""
        if camera is not None:
            who = f"{html.escape(camera.title)} · {who}"
        tool = html.escape(run.tool if run else "")
        of = camera.id if camera is not None else None
        start_s, stop_s = state.time_of(start, of), state.time_of(stop, of)
        when = f"{clock(start_s, 1)} – {clock(stop_s, 1)}"
        levels = [(level, description[level]) for level in LEVELS]
        levels.append(("keywords", ", ".join(words)))
        if not description["valid"]:
            levels.append(("problem", description["problem"]))
        lines = "".join(
            f"<tr><td style='padding: 2px 8px 2px 0; color: {FAINT}'>{level}</td>"
            f"<td style='padding: 2px 0'>{html.escape(text)}</td></tr>"
            for level, text in levels
            if text
        )
        return (
            f"<div><span style='color: {colour}'>■</span> <b>{title}</b></div>"
            f"<div style='color: {FAINT}'>{who}{when} · {tool}</div>"
            f"<table cellspacing='0'>{lines}</table>"
        )
