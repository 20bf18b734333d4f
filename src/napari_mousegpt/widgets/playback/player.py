"""Plays the film of a viewer in real time, from the playhead on. Knows no button and no key.

A film that cannot be shown as fast as it runs loses frames, not time; `pace_changed` says so.
"""

from __future__ import annotations

import time
import weakref
from typing import TYPE_CHECKING

import numpy as np
from psygnal import Signal
from qtpy.QtCore import QObject, Qt, QTimer

from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.widgets.docks import unwrapped
from napari_mousegpt.widgets.playback.film_clock import FilmClock
from napari_mousegpt.widgets.viewer_state import state_of

if TYPE_CHECKING:
    from napari.components import ViewerModel

    from napari_mousegpt.widgets.viewer_state import ViewerState

SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
SLOWEST, FASTEST = SPEEDS[0], SPEEDS[-1]
LEAST_WAIT_S = 0.001
PACE_EVERY_S = 1.0


class Player(QObject):
    """Plays, from the playhead, the selection if it loops, else the film.

    Signals
    -------
    playing_changed
        With whether it plays.
    speed_changed
        With the multiple of real time.
    loop_changed, every_frame_changed
        With whether it is so.
    pace_changed
        With frames shown and frames due in the last second, while it plays.
    """

    playing_changed = Signal(bool)
    speed_changed = Signal(float)
    loop_changed = Signal(bool)
    every_frame_changed = Signal(bool)
    pace_changed = Signal(float, float)

    def __init__(self, state: ViewerState) -> None:
        super().__init__()
        self.state = state
        self.playing = False
        self.speed = 1.0
        self.loops = False
        self.shows_every_frame = False
        self._only: TimeRange | None = None
        self._clock = FilmClock(None, 30.0)
        self._expected = -1
        self._shown = 0
        self._pace_from = (0.0, 0)
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        state.frame_changed.connect(self._on_frame)
        state.film_changed.connect(self.pause)

    def play(self) -> None:
        """Play on from the playhead; from the start where it stands at the end."""
        if self.playing or self.state.n_frames < 2:
            return
        span = self._span()
        if not span.start <= self.state.frame < span.stop - 1:
            self.state.go_to(span.start)
        self.playing = True
        self._start_clock()
        self._timer.start(0)
        self.playing_changed.emit(True)

    def pause(self) -> None:
        """Stop at the frame that is shown."""
        self._only = None
        if self.playing:
            self.playing = False
            self._timer.stop()
            self.playing_changed.emit(False)

    def toggle(self) -> None:
        """Play or pause."""
        self.pause() if self.playing else self.play()

    def play_range(self, span: TimeRange, *, loop: bool = False) -> None:
        """Play a time range, such as a bout, from its start; once, or again and again."""
        self.pause()
        self._only = span
        self.set_loop(loop)
        self.state.go_to(span.start)
        self.play()

    def play_selection(self) -> None:
        """Play the selected time range from its start, if there is one."""
        if self.state.selection is not None:
            self.play_range(self.state.selection, loop=self.loops)

    def set_speed(self, speed: float) -> None:
        """Play at a multiple of real time, 0.1 to 8."""
        speed = float(np.clip(speed, SLOWEST, FASTEST))
        if speed != self.speed:
            self.speed = speed
            self._start_clock()
            self.speed_changed.emit(speed)

    def faster(self) -> None:
        """Take the next higher of `SPEEDS`."""
        self.set_speed(next((one for one in SPEEDS if one > self.speed + 1e-6), FASTEST))

    def slower(self) -> None:
        """Take the next lower of `SPEEDS`."""
        self.set_speed(next((one for one in SPEEDS[::-1] if one < self.speed - 1e-6), SLOWEST))

    def set_loop(self, loop: bool) -> None:
        """Begin again at the end; of the selection where there is one, else of the film."""
        if loop != self.loops:
            self.loops = loop
            self.loop_changed.emit(loop)

    def toggle_loop(self) -> None:
        """Begin again at the end, or not."""
        self.set_loop(not self.loops)

    def set_every_frame(self, every: bool) -> None:
        """Show each frame however long it takes, rather than keep to real time."""
        if every != self.shows_every_frame:
            self.shows_every_frame = every
            self._start_clock()
            self.every_frame_changed.emit(every)

    def _span(self) -> TimeRange:
        """What is played."""
        whole = TimeRange(0, max(1, self.state.n_frames))
        span = self._only or (self.state.selection if self.loops else None) or whole
        return TimeRange(max(0, span.start), min(span.stop, whole.stop))

    def _start_clock(self) -> None:
        """Count time anew from the frame that is shown."""
        now_s = time.perf_counter()
        self._clock = FilmClock(self.state.times_s(), self.state.fps)
        self._clock.start(self.state.frame, self.speed, now_s)
        self._expected = self.state.frame
        self._shown, self._pace_from = 0, (now_s, self.state.frame)

    def _tick(self) -> None:
        if not self.playing:
            return
        now_s = time.perf_counter()
        frame = self._clock.frame_at(now_s)
        if self.shows_every_frame:
            frame = min(frame, self.state.frame + 1)
        span = self._span()
        if frame >= span.stop:
            if not self.loops:
                self._show(span.stop - 1)
                self.pause()
                return
            self._show(span.start)
            self._start_clock()
        elif frame != self.state.frame:
            self._show(frame)
            if self.shows_every_frame:
                self._clock.start(frame, self.speed, max(now_s, self._due_s(frame, now_s)))
        self._tell_pace()
        wait_s = self._clock.wait_s(self.state.frame + 1, time.perf_counter())
        self._timer.start(round(1e3 * max(LEAST_WAIT_S, wait_s)))

    def _due_s(self, frame: int, now_s: float) -> float:
        return now_s + min(0.0, self._clock.wait_s(frame, now_s))

    def _show(self, frame: int) -> None:
        self._expected = frame
        self._shown += 1
        self.state.go_to(frame)

    def _tell_pace(self) -> None:
        now_s = time.perf_counter()
        since_s, first = self._pace_from
        if now_s - since_s >= PACE_EVERY_S:
            due = self.state.frame - first
            self.pace_changed.emit(self._shown / (now_s - since_s), due / (now_s - since_s))
            self._shown, self._pace_from = 0, (now_s, self.state.frame)

    def _on_frame(self, frame: int) -> None:
        """Go on from wherever a person has moved the playhead to."""
        if self.playing and frame != self._expected:
            span = self._only
            if span is not None and frame not in span:
                self._only = None
            self._start_clock()


_PLAYERS: weakref.WeakKeyDictionary[ViewerModel, Player] = weakref.WeakKeyDictionary()


def player_of(viewer: ViewerModel) -> Player:
    """Return the player of a viewer, made at the first call."""
    viewer = unwrapped(viewer)
    if viewer not in _PLAYERS:
        _PLAYERS[viewer] = Player(state_of(viewer))
    return _PLAYERS[viewer]
