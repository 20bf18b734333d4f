"""The timeline dock: puts its parts together and joins them to the viewer's state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from napari.settings import get_settings
from qtpy.compat import isalive
from qtpy.QtCore import QEvent, QSize, Qt, QTimer
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from napari_mousegpt.datamodel.matching_spans import IndividualSpan
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.widgets.cameras.choice import CameraChoice
from napari_mousegpt.widgets.chosen_windows import chosen_windows_of
from napari_mousegpt.widgets.docks import prefer_area
from napari_mousegpt.widgets.keys import HandOnKeys, keys_of
from napari_mousegpt.widgets.keys.cheat_sheet import sheet_action
from napari_mousegpt.widgets.labelling.labelling import labelling_of
from napari_mousegpt.widgets.playback.player import player_of
from napari_mousegpt.widgets.playback.transport import Transport, playback_actions
from napari_mousegpt.widgets.plotting import theme_colours
from napari_mousegpt.widgets.timeline.actions import TimelineActions
from napari_mousegpt.widgets.timeline.bout_editing import BoutEditing
from napari_mousegpt.widgets.timeline.chosen_spans import ChosenSpans
from napari_mousegpt.widgets.timeline.clock import clock
from napari_mousegpt.widgets.timeline.header import Header
from napari_mousegpt.widgets.timeline.hover import Hover
from napari_mousegpt.widgets.timeline.minimap import Minimap
from napari_mousegpt.widgets.timeline.plot import TimelinePlot
from napari_mousegpt.widgets.timeline.row_scroll import RowScroll
from napari_mousegpt.widgets.timeline.row_source import RowSource
from napari_mousegpt.widgets.timeline.rows import ROW_PX, Row, row_at
from napari_mousegpt.widgets.timeline.scrubber import Scrubber
from napari_mousegpt.widgets.timeline.selection import snapped
from napari_mousegpt.widgets.timeline.speed_traces import SpeedTraces
from napari_mousegpt.widgets.timeline.tracks import Track
from napari_mousegpt.widgets.viewer_state import state_of

if TYPE_CHECKING:
    import napari

    from napari_mousegpt.datamodel.labels.edit import Edit

KEY_GROUPS = ("Playback", "Timeline", "Help")
MOST_ROWS_AT_FIRST = 14
NO_FILM = "Open a video to see its timeline: File ▸ Open File(s), or drop it on the window."
NOTHING_SAID = (
    "Nothing is described yet. Open Plugins ▸ napari-mousegpt ▸ Caption and press Run; "
    "drag here first to choose the part to describe."
)


class TimelineDock(QWidget):
    """What is known over time, the playhead, and the selected time range."""

    def __init__(self, napari_viewer: napari.viewer.Viewer) -> None:
        super().__init__()
        prefer_area("Timeline")
        self.state = state_of(napari_viewer)
        self.labelling = labelling_of(napari_viewer)
        self.rows: list[Row] = []
        self._row_source = RowSource()
        self.scrubber = Scrubber(self.state.go_to, self)
        self.keys, self.player = keys_of(napari_viewer), player_of(napari_viewer)
        self.plot = TimelinePlot(self, self.scrubber.ask)
        self.view, self.playhead = self.plot.view, self.plot.playhead
        self.minimap = Minimap()
        self.scroll = RowScroll(self.view)
        self.message = QLabel(NO_FILM, self.plot, wordWrap=True)
        self.by_key = TimelineActions(self.state, self.view, self._tracks)
        self.header = Header(
            self.keys,
            Transport(self.player, self.keys, self.by_key.step),
            CameraChoice(self.state.cameras, self.keys),
        )
        self.hover = Hover(self.plot, self.view, self.labelling, lambda: self.rows)
        self.traces = SpeedTraces(self.state, self._on_trace)
        self.editing = BoutEditing(self.labelling, self.plot, lambda: self.rows, self.scrubber.ask)
        self.chosen = chosen_windows_of(napari_viewer)
        self.chosen_spans = ChosenSpans(self.chosen, lambda: self.rows)
        self.view.addItem(self.chosen_spans, ignoreBounds=True)
        self._key_events = HandOnKeys(self, self.keys)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._show_frame)
        self._build()
        self._connect()
        self._take_keys()
        self._on_theme()
        self._on_film()
        self._on_selection(self.state.selection)

    def _build(self) -> None:
        self.setMinimumHeight(150)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 2, 4, 2)
        layout.setSpacing(2)
        layout.addWidget(self.header)
        layout.addWidget(self.minimap)
        below = QHBoxLayout()
        below.setSpacing(0)
        below.addWidget(self.plot, 1)
        below.addWidget(self.scroll)
        layout.addLayout(below, 1)

    def _connect(self) -> None:
        state, view = self.state, self.view
        state.frame_changed.connect(self._on_frame)
        state.film_changed.connect(self._on_film)
        state.recording_changed.connect(self._on_recording)
        state.selection_changed.connect(self._on_selection)
        self.labelling.labels_changed.connect(self._on_labels)
        self.labelling.session_changed.connect(self._on_recording)
        self.labelling.disagreements_changed.connect(self._on_recording)
        self.labelling.proposed_changed.connect(self._on_recording)
        view.clicked.connect(self._on_click)
        view.double_clicked.connect(self._on_double_click)
        view.dragged.connect(self._on_drag)
        self.playhead.sigDragged.connect(self._on_playhead_dragged)
        self.plot.selection.edited.connect(state.select)
        self.header.zoom_in.clicked.connect(self.by_key.zoom_in)
        self.header.zoom_out.clicked.connect(self.by_key.zoom_out)
        self.header.show_all.clicked.connect(self.by_key.show_all)
        view.sigXRangeChanged.connect(self._on_view)
        self.minimap.moved.connect(view.centre_on)
        get_settings().appearance.events.theme.connect(self._on_theme)

    def _take_keys(self) -> None:
        show_sheet = sheet_action(self.keys, self)
        added = [*playback_actions(self.player), *self.by_key.actions(), show_sheet]
        self._let_go_of_keys()
        self.keys.add(*added)
        self.header.keys.clicked.connect(show_sheet.run)

    def _let_go_of_keys(self) -> None:
        for group in KEY_GROUPS:
            self.keys.remove_group(group)

    def _tracks(self) -> list[Track]:
        return [row.content for row in self.rows if isinstance(row.content, Track)]

    def _on_film(self) -> None:
        state = self.state
        self.plot.axis.set_time(state.fps, state.times_s())
        self.plot.selection.n_frames = state.n_frames
        self.traces.follow_film()
        self._on_recording()
        self._show_frame()

    def _on_trace(self) -> None:
        """Show a trace that is ready, unless the dock went meanwhile."""
        if isalive(self.plot.items):
            self._on_recording()

    def _on_recording(self) -> None:
        """Lay out the rows anew: there is another recording, more is said, or a trace is ready."""
        state = self.state
        labelling = self.labelling
        self.rows = self._row_source.rows(
            state.seen,
            labelling.labels,
            labelling.track,
            self.traces.traces,
            disagreements=labelling.disagreements,
            proposed=labelling.proposed,
            blind_annotator=state.blind_annotator,
            clocks=state.cameras.clocks,
        )
        tracks = self._tracks()
        self.plot.items.set_rows(self.rows, state.n_frames)
        self.plot.names.name_rows(self.rows)
        self.header.show_legend(
            {name: colour for track in tracks for name, colour in track.behaviours().items()}
        )
        self.view.set_extent(state.n_frames)
        self.scroll.show_rows(self.rows)
        self.message.setText("" if tracks else (NOTHING_SAID if state.n_frames else NO_FILM))
        self.playhead.setVisible(state.n_frames > 0)
        self.plot.axis.setVisible(state.n_frames > 0)
        self.editing.mark()
        self.chosen_spans.mark()
        self.minimap.show_rows(self.rows, state.n_frames)
        self._on_view()

    def _on_view(self) -> None:
        """Show in the small picture of the whole which part is in view."""
        before = round(self.view.sceneBoundingRect().left())
        behind = max(0, self.minimap.width() - before - round(self.view.width()))
        left, right = self.view.viewRange()[0]
        self.minimap.show_view(left, right, (before, behind))

    def _on_labels(self, edit: Edit | None) -> None:
        """Draw the tracks that an edit changed; lay out anew only where it needs more."""
        recording, labels = self.state.seen, self.labelling.labels
        if recording is None or labels is None:
            return
        rows = self._row_source.rows_after(edit, self.rows, recording, labels)
        if rows is None:
            self._on_recording()
            return
        self.rows = rows
        self.plot.items.set_rows(rows, self.state.n_frames)
        self.minimap.show_rows(rows, self.state.n_frames)
        self.editing.mark()

    def _on_frame(self) -> None:
        """Follow the viewer once it has shown the frame; of many frames only the last."""
        self._soon.start()

    def _show_frame(self) -> None:
        state, frame = self.state, self.state.frame
        # The line stands in the middle of its frame, which a bar of one frame fills.
        self.playhead.setValue(frame + 0.5)
        self.minimap.show_frame(frame)
        time, whole = clock(state.time_s(frame), 2), clock(state.time_s(state.n_frames))
        when = f"{time} / {whole}   frame {frame} / {state.n_frames}"
        self.header.time.setText(when if state.n_frames else "")
        if not self.playhead.moving:
            self.view.reveal(frame)

    def _on_playhead_dragged(self) -> None:
        self.scrubber.ask(self.playhead.value())

    def _on_click(self, frame: float, y: float, modifiers: Qt.KeyboardModifier) -> None:
        """Go there and choose the bout there; of several animals, look at the one of the row."""
        row = row_at(self.rows, y)
        if self.editing.click(frame, y, modifiers) and modifiers:
            return  # choosing several
        if row is not None and len(self.state.individuals) > 1:
            self.state.look_at(row.content.individual)
        self._choose_windows(frame, y, modifiers)
        self.scrubber.ask(frame)

    def _choose_windows(self, frame: float, y: float, modifiers: Qt.KeyboardModifier) -> None:
        """Choose the interval here for the map and the clips too, or one more with Ctrl."""
        found = self.hover.interval_at(frame, y)
        if found is None:
            return
        track, place = found
        span = IndividualSpan(track.individual, int(track.starts[place]), int(track.stops[place]))
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self.chosen.toggle(span)
        else:
            self.chosen.choose([span])

    def _on_double_click(self, frame: float, y: float) -> None:
        """Play an interval once; select its time too, where keys do not label selected time."""
        found = self.hover.interval_at(frame, y)
        if found is not None:
            track, place = found
            span = TimeRange(int(track.starts[place]), int(track.stops[place]))
            if self.labelling.session is None:
                self.state.select(span)
            self.player.play_range(span)

    def _on_drag(self, first: float, last: float, _ended: bool) -> None:
        self.state.select(snapped(first, last, self.state.n_frames))

    def _on_selection(self, selection: TimeRange | None) -> None:
        self.plot.selection.show_range(selection)

    def _on_theme(self) -> None:
        colours = theme_colours()
        self.plot.colour(colours)
        self.minimap.colour(colours.raised, colours.text)
        self.chosen_spans.ink = QColor(colours.text)
        self.message.setStyleSheet(f"color: {colours.text}; background: transparent;")

    def sizeHint(self) -> QSize:
        """Room for the rows there are, up to a limit."""
        whole = self.rows[-1].bottom if self.rows else 0.0
        return QSize(900, 85 + round(np.clip(whole, 4, MOST_ROWS_AT_FIRST) * ROW_PX))

    def resizeEvent(self, event) -> None:
        """Keep the message in the middle."""
        super().resizeEvent(event)
        self.message.setGeometry(self.plot.rect().adjusted(24, 8, -24, -8))

    def event(self, event: QEvent) -> bool:
        """Let go of threads, and of what stays, when the dock goes."""
        if event.type() == QEvent.Type.DeferredDelete:
            self.traces.stop()
            self.player.pause()
            self.header.let_go()
            self.editing.let_go()
            self.chosen_spans.let_go()
            self.labelling.labels_changed.disconnect(self._on_labels)
            self.labelling.session_changed.disconnect(self._on_recording)
            self.labelling.disagreements_changed.disconnect(self._on_recording)
            self.labelling.proposed_changed.disconnect(self._on_recording)
            self._let_go_of_keys()
        return super().event(event)
