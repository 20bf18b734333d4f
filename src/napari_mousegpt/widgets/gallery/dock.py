"""The gallery: windows that somebody offers or chooses, as clips side by side.

Knows the shared choice and no dock; clips are read beside the window.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from napari.settings import get_settings
from qtpy.QtCore import QEvent, QSize, QTimer
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.widgets.background_job import BackgroundJob
from napari_mousegpt.widgets.chosen_windows import Offer, Spans, chosen_windows_of
from napari_mousegpt.widgets.docks import prefer_area
from napari_mousegpt.widgets.gallery.clip_grid import ClipGrid
from napari_mousegpt.widgets.plotting import theme_colours
from napari_mousegpt.widgets.timeline.clock import clock
from napari_mousegpt.widgets.viewer_state import state_of
from napari_mousegpt.workflows.small_clips import PICTURES_PER_S, SmallClip, small_clips

if TYPE_CHECKING:
    import napari

    from napari_mousegpt.datamodel.recording import Recording

GRIDS = (2, 3, 4, 5)
OFFERED, CHOSEN = "what was asked for", "what is chosen"
NOTHING = (
    "Choose several windows (encircle dots, click clusters or search hits), or press Show in the "
    "Clusters dock: they play here together."
)
MOST_SIDE_PX, LEAST_SIDE_PX = 192, 64
PATIENCE_MS = 300


class GalleryDock(QWidget):
    """Up to 25 clips that play together; a click on one goes there."""

    def __init__(self, napari_viewer: napari.viewer.Viewer) -> None:
        super().__init__()
        prefer_area("Gallery")
        self.state = state_of(napari_viewer)
        self.chosen = chosen_windows_of(napari_viewer)
        self.spans: Spans = ()
        self.found: Spans = ()
        self._title = ""
        self.job = BackgroundJob(self)
        self.grid = ClipGrid(PICTURES_PER_S)
        self.size_box, self.source = QComboBox(), QComboBox()
        self.title = QLabel(NOTHING, wordWrap=True)
        self._soon = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._build()
        self._connect()
        self._on_theme()
        if self.chosen.offer_now is not None:
            self._on_offer(self.chosen.offer_now)
        elif len(self.chosen.spans) > 1:
            self._soon.start()

    def _build(self) -> None:
        self.size_box.addItems([f"{side} × {side}" for side in GRIDS])
        self.size_box.setCurrentIndex(1)
        self.source.addItems([OFFERED, CHOSEN])
        self.source.setToolTip("Clips of a cluster or a search, or of whatever is chosen")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        line = QHBoxLayout()
        line.addWidget(QLabel("Show"))
        line.addWidget(self.source, 1)
        line.addWidget(self.size_box)
        layout.addLayout(line)
        layout.addWidget(self.title)
        layout.addWidget(self.grid, 1)

    def _connect(self) -> None:
        self.grid.clicked.connect(self._on_click)
        self.size_box.currentIndexChanged.connect(self.reload)
        self.source.currentIndexChanged.connect(self._on_source)
        self._soon.timeout.connect(self._show_chosen)
        self.job.stepped.connect(self._on_clip)
        self.job.failed.connect(self.title.setText)
        self.chosen.offered.connect(self._on_offer)
        self.chosen.changed.connect(self._on_chosen)
        self.state.recording_changed.connect(self._on_recording)
        get_settings().appearance.events.theme.connect(self._on_theme)

    @property
    def columns(self) -> int:
        """Clips side by side."""
        return GRIDS[self.size_box.currentIndex()]

    def show_clips(self, title: str, spans: Spans) -> None:
        """Play the first of these windows, as many as there is room for."""
        self.spans, self.found = spans[: self.columns**2], spans
        recording = self.state.recording
        more = len(spans) - len(self.spans)
        self._title = title
        also = f" · {more} more not shown" if more else ""
        self.title.setText(f"{title}{also}" if spans else NOTHING)
        self.grid.begin([self._text_of(place) for place in range(len(self.spans))], self.columns)
        self._mark()
        if recording is None or not self.spans:
            self.job.cancel()
            return
        side_px = min(MOST_SIDE_PX, max(LEAST_SIDE_PX, self.grid.side_px() // 32 * 32))
        windows = tuple((one.individual, TimeRange(one.start, one.stop)) for one in self.spans)
        self.job.start(_clips, recording, windows, side_px)

    def reload(self) -> None:
        """Show the same in another number of squares."""
        self.show_clips(self._title, self.found)

    def _on_offer(self, offer: Offer) -> None:
        self.source.setCurrentText(OFFERED)
        self.show_clips(offer.title, offer.spans)

    def _on_source(self) -> None:
        if self.source.currentText() == CHOSEN:
            self._show_chosen()
        elif self.chosen.offer_now is not None:
            self._on_offer(self.chosen.offer_now)

    def _on_chosen(self) -> None:
        """Several windows chosen elsewhere are shown; one of those shown here is marked."""
        self._mark()
        if len(self.chosen.spans) > 1 and not set(self.chosen.spans) <= set(self.spans):
            self._soon.start()

    def _show_chosen(self) -> None:
        self.source.blockSignals(True)
        self.source.setCurrentText(CHOSEN)
        self.source.blockSignals(False)
        spans = self.chosen.spans
        self.show_clips(f"{len(spans)} chosen", spans)

    def _on_recording(self) -> None:
        if self.chosen.offer_now is None and not self.chosen.spans:
            self.show_clips("", ())

    def _on_clip(self, clip: SmallClip) -> None:
        self.grid.put(clip.place, clip.pixels, clip.problem)

    def _on_click(self, place: int, adding: bool) -> None:
        span = self.spans[place]
        if adding:
            self.chosen.toggle(span)
        else:
            self.chosen.visit(span)

    def _mark(self) -> None:
        chosen = set(self.chosen.spans)
        self.grid.mark(frozenset(n for n, span in enumerate(self.spans) if span in chosen))

    def _text_of(self, place: int) -> str:
        span = self.spans[place]
        start, stop = (clock(self.state.time_s(frame), 1) for frame in (span.start, span.stop))
        return f"{span.individual} · {start} to {stop}"

    def _on_theme(self) -> None:
        self.grid.ink = QColor(theme_colours().text)

    def sizeHint(self) -> QSize:
        """Room for three by three."""
        return QSize(320, 400)

    def event(self, event: QEvent) -> bool:
        """Stop reading, and hear no more of what stays, when the dock goes."""
        if event.type() == QEvent.Type.DeferredDelete:
            self.job.cancel()
            self.chosen.offered.disconnect(self._on_offer)
            self.chosen.changed.disconnect(self._on_chosen)
            self.state.recording_changed.disconnect(self._on_recording)
            get_settings().appearance.events.theme.disconnect(self._on_theme)
        return super().event(event)


def _clips(
    recording: Recording, windows: tuple[tuple[str, TimeRange], ...], side_px: int
) -> Generator[SmallClip, None, None]:
    yield from small_clips(recording, windows, side_px=side_px)
