"""The windows and bouts that are chosen in one viewer: one choice for map, clips, hits, timeline.

Knows no dock and no picture; whoever shows windows follows it and changes it.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psygnal import Signal

from napari_mousegpt.datamodel.matching_spans import IndividualSpan
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.widgets.playback.player import player_of
from napari_mousegpt.widgets.viewer_state import ViewerState, state_of

if TYPE_CHECKING:
    import pandas as pd
    from napari.components import ViewerModel

Spans = tuple[IndividualSpan, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """Windows that somebody wants to see as clips, and what they have in common."""

    title: str
    spans: Spans


class ChosenWindows:
    """The choice of one viewer; use `chosen_windows_of` to get it.

    Signals
    -------
    changed
        Other windows are chosen.
    offered
        Windows to be shown as clips (`Offer`); they are not chosen by that.
    """

    changed = Signal()
    offered = Signal(object)

    def __init__(self, state: ViewerState) -> None:
        self._state = weakref.ref(state)
        self.spans: Spans = ()
        self.offer_now: Offer | None = None
        self._folder: object = None
        state.recording_changed.connect(self._on_recording)

    @property
    def state(self) -> ViewerState:
        """What the docks of this viewer share."""
        state = self._state()
        if state is None:
            raise RuntimeError("this viewer has been closed")
        return state

    def choose(self, spans: Iterable[IndividualSpan]) -> None:
        """Choose these and no others."""
        spans = tuple(dict.fromkeys(spans))
        if spans != self.spans:
            self.spans = spans
            self.changed.emit()

    def toggle(self, span: IndividualSpan) -> None:
        """Choose one more, or one less."""
        kept = tuple(one for one in self.spans if one != span)
        self.choose(kept if len(kept) < len(self.spans) else (*self.spans, span))

    def visit(self, span: IndividualSpan) -> None:
        """Choose one, go there and play it once; of several animals, look at its own."""
        state = self.state
        self.choose([span])
        if len(state.individuals) > 1 and span.individual in state.individuals:
            state.look_at(span.individual)
        player_of(state.viewer).play_range(TimeRange(span.start, span.stop))

    def offer(self, title: str, spans: Iterable[IndividualSpan]) -> None:
        """Have windows shown as clips."""
        self.offer_now = Offer(title, tuple(spans))
        self.offered.emit(self.offer_now)

    def _on_recording(self) -> None:
        """What was chosen in another recording is chosen no more."""
        recording = self.state.recording
        folder = None if recording is None else recording.folder
        if folder != self._folder:
            self._folder = folder
            self.offer_now = None
            self.choose([])


def spans_of(table: pd.DataFrame) -> Spans:
    """Rows of an interval table as spans."""
    return tuple(
        IndividualSpan(str(individual), int(start), int(stop))
        for individual, start, stop in zip(
            table["individual"], table["start"], table["stop"], strict=True
        )
    )


_CHOSEN: weakref.WeakKeyDictionary[ViewerState, tuple[ChosenWindows, object]] = (
    weakref.WeakKeyDictionary()
)


def chosen_windows_of(viewer: ViewerModel) -> ChosenWindows:
    """Return the choice of a viewer, made at the first call; the layer ``bouts`` shares it."""
    from napari_mousegpt.widgets.chosen_in_layer import ChosenInLayer

    state = state_of(viewer)
    if state not in _CHOSEN:
        chosen = ChosenWindows(state)
        _CHOSEN[state] = chosen, ChosenInLayer(chosen)
    return _CHOSEN[state][0]
