"""What the keys do while labelling. Knows labelling and the key map, no widget."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol

from napari_mousegpt.datamodel.labels.actions import (
    add_bout,
    change_bouts,
    erase,
    merge_bouts,
    remove_bouts,
    set_edges,
    several,
    split_bout,
)
from napari_mousegpt.datamodel.labels.borders import move_border
from napari_mousegpt.datamodel.labels.bout import Bout, TrackKey
from napari_mousegpt.datamodel.labels.toggle import toggle
from napari_mousegpt.datamodel.labels.verdicts import accept_of, judged, reject_of, said_of
from napari_mousegpt.datamodel.timerange import TimeRange

if TYPE_CHECKING:
    from napari_mousegpt.datamodel.labels.edit import Edit
    from napari_mousegpt.datamodel.labels.set import LabelSet
    from napari_mousegpt.widgets.labelling.labelling import Labelling
    from napari_mousegpt.widgets.playback import Player


class Guide(Protocol):
    """Whoever leads from one thing to judge to the next; each tells whether it was its turn."""

    def accept(self) -> bool:
        """Say that it is so, and go on."""

    def reject(self) -> bool:
        """Say that it is not so, and go on."""

    def correct(self, behaviour: str) -> bool:
        """Say what it is, and go on."""


class LabelActions:
    """Actions on the chosen bouts, or else at the playhead.

    While the film plays, a behaviour's key starts and stops it at the playhead, whatever is chosen.

    Attributes
    ----------
    guide
        Asked first where something is accepted, rejected or named; None where nobody leads.
    """

    def __init__(self, labelling: Labelling, player: Player) -> None:
        self._labelling = labelling
        self._player = player
        self.guide: Guide | None = None

    def behaviour(self, name: str) -> None:
        """Label the selected time, change the chosen bouts, or start or stop at the playhead.

        Chosen bouts are changed only where one of them is at the playhead: what is out of sight
        is not changed by a letter.
        """
        labelling, state, track = self._labelling, self._labelling.state, self._labelling.track
        if track is None:
            labelling.failed.emit("Open a video to label it.")
            return
        if self.guide is not None and self.guide.correct(name):
            return
        chosen, frame = self._own(), state.frame
        here = any(bout.start <= frame < bout.stop for bout in chosen)
        own = [bout.bout_id for bout in chosen] if here else []
        selection = state.selection
        if selection is not None and not self._player.playing:
            span = (selection.start, selection.stop)
            if labelling.do(partial(_add, track, name, span, labelling.target)):
                state.select(None)
        elif own and not self._player.playing:
            labelling.do(lambda now: change_bouts(now, own, behaviour=name))
        else:
            target = labelling.target
            labelling.do(lambda now: toggle(now, track, name, frame, target=target))

    def accept(self) -> None:
        """Make what a model said one's own label, and go on to its next bout."""
        if self.guide is not None and self.guide.accept():
            return
        theirs = self._theirs() or self._theirs_here()
        self._judge(theirs, accept_of)

    def accept_all(self) -> None:
        """Make one's own what the chosen bout's model said of this animal, where not judged yet."""
        labels = self._labelling.labels
        theirs = self._theirs() or self._theirs_here()
        tracks = [bout.track for bout in theirs] or self._tracks_of_models()
        if labels is None or not tracks:
            self._labelling.failed.emit("There are no bouts of a model to accept.")
            return
        bouts = [bout for bout in labels if bout.track == tracks[0]]
        who = self._labelling.annotator or None
        done = judged(labels, [said_of(bout) for bout in bouts], who)
        left = [bout for bout, seen in zip(bouts, done, strict=True) if not seen]
        if left:
            self._labelling.do(lambda now: accept_of(now, left, who))
        else:
            self._labelling.failed.emit("You have judged all of these already.")

    def reject(self) -> None:
        """Say that the animal does not do what a model said, and go on to its next bout."""
        if self.guide is not None and self.guide.reject():
            return
        own, theirs = self._own(), self._theirs() or self._theirs_here()
        if own:
            self.remove()
        else:
            self._judge(theirs, reject_of)

    def remove(self) -> None:
        """Remove the chosen bouts."""
        own = [bout.bout_id for bout in self._needed()]
        if own:
            self._labelling.do(lambda now: remove_bouts(now, own))

    def set_start(self) -> None:
        """Let the chosen bout start at the playhead."""
        frame = self._labelling.state.frame
        for bout in self._needed()[:1]:
            self._labelling.do(partial(_edges, bout.bout_id, frame, None))

    def set_stop(self) -> None:
        """Let the chosen bout end with the frame at the playhead."""
        stop = self._labelling.state.frame + 1
        for bout in self._needed()[:1]:
            self._labelling.do(partial(_edges, bout.bout_id, None, stop))

    def extend(self) -> None:
        """Stretch or shrink the chosen bout to the playhead, at the edge that is nearer."""
        frame = self._labelling.state.frame
        for bout in self._needed()[:1]:
            near_start = abs(frame - bout.start) < abs(frame + 1 - bout.stop)
            (self.set_start if near_start else self.set_stop)()

    def border(self) -> None:
        """Move the nearest border between one's bouts to the playhead, on both its sides."""
        track, frame = self._labelling.track, self._labelling.state.frame
        if track is not None:
            self._labelling.do(lambda now: move_border(now, track, frame))

    def split(self) -> None:
        """Cut the chosen bout, or those at the playhead, in two at the playhead."""
        frame = self._labelling.state.frame
        bouts = self._own() or [bout for bout in self._here() if self._may(bout)]
        inside = [bout.bout_id for bout in bouts if bout.start < frame < bout.stop]
        if inside:
            cuts = [partial(_split, bout_id, frame) for bout_id in inside]
            self._labelling.do(lambda now: several(now, "split", cuts))
        else:
            self._labelling.failed.emit("Put the playhead inside a bout of yours to split it.")

    def merge(self) -> None:
        """Join the chosen bouts."""
        own = [bout.bout_id for bout in self._needed(2)]
        if own and self._labelling.do(lambda now: merge_bouts(now, own)):
            self._labelling.choose(own[:1])

    def erase_selection(self) -> None:
        """Clear one's labels from the selected time."""
        selection, track = self._labelling.state.selection, self._labelling.track
        if selection is None or track is None:
            self._labelling.failed.emit("Select time on the timeline first: drag over it.")
        else:
            span = (selection.start, selection.stop)
            self._labelling.do(lambda now: erase(now, track, *span))

    def next_bout(self) -> None:
        """Choose the next bout of the track and go there."""
        self._step(1)

    def previous_bout(self) -> None:
        """Choose the bout before and go there."""
        self._step(-1)

    def play(self) -> None:
        """Play the chosen bout again and again, or stop."""
        bouts = self._labelling.chosen_bouts or self._here()[-1:]
        if self._player.playing:
            self._player.pause()
        elif bouts:
            span = TimeRange(bouts[0].start, max(bout.stop for bout in bouts))
            self._player.play_range(span, loop=True)
        else:
            self._labelling.failed.emit("Choose a bout to play: click it on the timeline.")

    def label_animal(self, individual: str) -> None:
        """Label another animal."""
        self._labelling.state.look_at(individual)

    def towards(self, individual: str | None) -> None:
        """Say towards whom the next labels are."""
        self._labelling.set_target(individual)

    def go_to_bout(self, bout: Bout) -> None:
        """Choose a bout and show its first frame."""
        self._labelling.choose([bout.bout_id])
        self._labelling.state.go_to(bout.start)

    def _judge(
        self, bouts: list[Bout], judge: Callable[[LabelSet, list[Bout], str | None], Edit]
    ) -> None:
        who = self._labelling.annotator or None
        if not bouts:
            self._labelling.failed.emit(
                "Choose a bout of a model, or put the playhead on one, to accept or reject it."
            )
        elif self._labelling.do(lambda now: judge(now, bouts, who)) is not None:
            self._labelling.choose([bouts[-1].bout_id])
            self._step(1)

    def _step(self, by: int) -> None:
        labelling, labels = self._labelling, self._labelling.labels
        chosen = labelling.chosen_bouts
        track = chosen[0].track if chosen else labelling.track
        if labels is None or track is None:
            return
        arrays = labels.track(track)
        frame = labelling.state.frame
        before = [int(place) for place, one in enumerate(arrays.ids) if one in labelling.chosen]
        if before:
            place = before[-1] + 1 if by > 0 else before[0] - 1
        else:
            place = int(arrays.starts.searchsorted(frame, "right" if by > 0 else "left"))
            place -= by < 0
        if 0 <= place < len(arrays):
            self.go_to_bout(labels[str(arrays.ids[place])])
        else:
            labelling.failed.emit("There is no further bout in this row.")

    def _needed(self, at_least: int = 1) -> list[Bout]:
        """The chosen bouts of one's own, else the one at the playhead; a word where too few."""
        own = self._own() or [bout for bout in self._here() if self._may(bout)][-1:]
        if len(own) >= at_least:
            return own
        self._labelling.failed.emit(
            "Choose a bout of yours first: click it, or put the playhead on it."
            if at_least == 1
            else "Choose two or more bouts of yours first: click them with Ctrl held."
        )
        return []

    def _own(self) -> list[Bout]:
        return [bout for bout in self._labelling.chosen_bouts if self._may(bout)]

    def _theirs(self) -> list[Bout]:
        return [bout for bout in self._labelling.chosen_bouts if not self._may(bout)]

    def _may(self, bout: Bout) -> bool:
        return self._labelling.may_edit(bout.bout_id)

    def _here(self) -> list[Bout]:
        labels, track, frame = self._labelling.labels, self._labelling.track, self._frame()
        return (
            [] if labels is None or track is None else labels.overlapping(track, frame, frame + 1)
        )

    def _theirs_here(self) -> list[Bout]:
        labels, frame = self._labelling.labels, self._frame()
        if labels is None:
            return []
        found = (labels.overlapping(key, frame, frame + 1) for key in self._tracks_of_models())
        return next((bouts for bouts in found if bouts), [])

    def _tracks_of_models(self) -> list[TrackKey]:
        labels, own = self._labelling.labels, self._labelling.track
        if labels is None or own is None or self._labelling.state.is_blind:
            return []
        return [
            key
            for key in labels.tracks
            if key.individual == own.individual and key.source in ("model", "rule", "cluster")
        ]

    def _frame(self) -> int:
        return self._labelling.state.frame


def _add(
    track: TrackKey, name: str, span: tuple[int, int], target: str | None, labels: LabelSet
) -> Edit:
    return add_bout(labels, track, name, *span, target=target)


def _split(bout_id: str, frame: int, labels: LabelSet) -> Edit:
    return split_bout(labels, bout_id, frame)


def _edges(bout_id: str, start: int | None, stop: int | None, labels: LabelSet) -> Edit:
    return set_edges(labels, bout_id, start=start, stop=stop)
