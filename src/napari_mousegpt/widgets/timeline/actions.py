"""What can be done on the timeline by key. Knows the state and the view, no key event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.widgets.keys import Action
from napari_mousegpt.widgets.timeline.time_view import TimeView
from napari_mousegpt.widgets.timeline.tracks import Track

if TYPE_CHECKING:
    from napari_mousegpt.widgets.viewer_state import ViewerState


GROUP = "Timeline"
KEYS = {
    "previous_frame": ("previous frame", "Left", ","),
    "next_frame": ("next frame", "Right", "."),
    "second_back": ("one second back", "Shift+Left"),
    "second_on": ("one second on", "Shift+Right"),
    "previous_start": ("start of the previous bout or window", "Ctrl+Left"),
    "next_start": ("start of the next bout or window", "Ctrl+Right"),
    "first_frame": ("first frame", "Home"),
    "last_frame": ("last frame", "End"),
    "select_from_here": ("select from this frame", "I"),
    "select_to_here": ("select to this frame", "O"),
    "select_nothing": ("select nothing: no time, no bout, no individual", "Esc"),
    "zoom_in": ("zoom in", "+", "="),
    "zoom_out": ("zoom out", "-"),
    "show_all": ("show everything", "F"),
    "show_selection": ("show the selection", "S"),
}
"""Method to what it is called and its keys."""
ONCE = {"first_frame", "last_frame", "select_nothing", "show_all", "show_selection"}


class TimelineActions:
    """Methods by the names that `KEYS` uses."""

    def __init__(
        self, state: ViewerState, view: TimeView, tracks: Callable[[], Sequence[Track]]
    ) -> None:
        self._state = state
        self._view = view
        self._tracks = tracks

    def actions(self) -> list[Action]:
        """What the key map is to know."""
        return [
            Action(
                f"timeline.{name}",
                title,
                GROUP,
                getattr(self, name),
                tuple(keys),
                repeats=name not in ONCE,
            )
            for name, (title, *keys) in KEYS.items()
        ]

    def previous_frame(self) -> None:
        self.step(-1)

    def next_frame(self) -> None:
        self.step(1)

    def second_back(self) -> None:
        self.step(-round(self._state.fps))

    def second_on(self) -> None:
        self.step(round(self._state.fps))

    def first_frame(self) -> None:
        self._state.go_to(0)

    def last_frame(self) -> None:
        self._state.go_to(self._state.n_frames - 1)

    def previous_start(self) -> None:
        frame = self._state.frame
        tracks = [track for track in self._tracks() if len(track.starts)]
        found = [t.starts[np.searchsorted(t.starts, frame) - 1] for t in tracks]
        before = [int(start) for start in found if start < frame]
        if before:
            self._state.go_to(max(before))

    def next_start(self) -> None:
        frame = self._state.frame
        tracks = [t for t in self._tracks() if len(t.starts) and t.starts[-1] > frame]
        if tracks:
            found = [t.starts[np.searchsorted(t.starts, frame, side="right")] for t in tracks]
            self._state.go_to(int(min(found)))

    def select_from_here(self) -> None:
        selection, frame = self._state.selection, self._state.frame
        stop = selection.stop if selection and selection.stop > frame else self._state.n_frames
        self._select(frame, stop)

    def select_to_here(self) -> None:
        selection, frame = self._state.selection, self._state.frame
        self._select(selection.start if selection and selection.start <= frame else 0, frame + 1)

    def select_nothing(self) -> None:
        self._state.nothing_asked.emit()
        self._state.select(None)
        self._state.look_at(None)

    def zoom_in(self) -> None:
        self._view.zoom(0.5, self._state.frame)

    def zoom_out(self) -> None:
        self._view.zoom(2.0, self._state.frame)

    def show_all(self) -> None:
        self._view.show_all()

    def show_selection(self) -> None:
        if self._state.selection is not None:
            self._view.show_range(self._state.selection.start, self._state.selection.stop)

    def step(self, frames: int) -> None:
        """Go some frames on, or back."""
        self._state.go_to(self._state.frame + frames)

    def _select(self, start: int, stop: int) -> None:
        if 0 <= start < stop:
            self._state.select(TimeRange(start, stop))
