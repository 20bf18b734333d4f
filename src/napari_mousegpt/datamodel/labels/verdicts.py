"""What a person says of something that was said: it is so, it is not so, it is something else.

Each function looks at the labels and returns an `Edit`. Knows no file and no window.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.datamodel.labels.actions import accept_bouts, add_bout, several
from napari_mousegpt.datamodel.labels.assessed import Assessed
from napari_mousegpt.datamodel.labels.bout import EDITABLE_SOURCES, Bout, TrackKey
from napari_mousegpt.datamodel.labels.edit import Edit
from napari_mousegpt.datamodel.labels.review import assess, correct
from napari_mousegpt.datamodel.labels.set import LabelSet
from napari_mousegpt.datamodel.spans import Spans, frames_between, union

_ENDS = ("start", "stop")


@dataclass(frozen=True, slots=True)
class Said:
    """Something that was said of an animal and can be judged.

    Attributes
    ----------
    behaviour
        What the animal is said to do; "" for a description in words outside the ethogram.
    bout_id
        The bout that says so; None for a description or a window that is only alike.
    text
        The sentence, where there is one.
    who
        Who said it.
    reason
        Why it should be looked at, in words.
    """

    video: str
    individual: str
    start: int
    stop: int
    behaviour: str = ""
    run_id: str | None = None
    bout_id: str | None = None
    text: str = ""
    who: str = ""
    reason: str = ""


def accept_said(labels: LabelSet, said: Said, annotator: str | None) -> Edit:
    """Say that it is so: it becomes a label of one's own, or a description that is confirmed."""
    if not said.behaviour:
        if said.run_id is None:
            raise ValueError("expected a behaviour or a description to accept, found neither")
        return correct(
            labels,
            said.run_id,
            said.video,
            said.individual,
            said.start,
            said.stop,
            annotator=annotator,
            overall=said.text,
        )
    if said.bout_id is None or said.bout_id not in labels:
        return label_instead(labels, said, said.behaviour, annotator)
    taking = partial(accept_bouts, bout_ids=[said.bout_id], annotator=annotator)
    looked = partial(assess, span=_span(said, (said.behaviour,), annotator))
    return several(labels, f"accept {said.behaviour}", [taking, looked])


def reject_said(labels: LabelSet, said: Said, annotator: str | None) -> Edit:
    """Say that it is not so; of a description, that no behaviour of the ethogram is seen."""
    names = (said.behaviour,) if said.behaviour else tuple(one.name for one in labels.ethogram)
    looked = partial(assess, span=_span(said, names, annotator))
    return several(labels, f"reject {said.behaviour or 'what is described'}", [looked])


def said_of(bout: Bout) -> Said:
    """A bout as something to judge."""
    place = (bout.video, bout.individual, bout.start, bout.stop)
    return Said(*place, bout.behaviour, run_id=bout.run_id, bout_id=bout.bout_id)


def accept_of(labels: LabelSet, bouts: Sequence[Bout], annotator: str | None) -> Edit:
    """Make bouts of a model labels of one's own, and say that their time was looked at."""
    taking = partial(accept_bouts, bout_ids=[b.bout_id for b in bouts], annotator=annotator)
    words = bouts[0].behaviour if len(bouts) == 1 else f"{len(bouts)} bouts"
    return several(labels, f"accept {words}", [taking, *_looked(bouts, annotator)])


def reject_of(labels: LabelSet, bouts: Sequence[Bout], annotator: str | None) -> Edit:
    """Say that bouts of a model are wrong: their time was looked at."""
    return several(labels, f"reject {bouts[0].behaviour}", _looked(bouts, annotator))


def label_instead(labels: LabelSet, said: Said, behaviour: str, annotator: str | None) -> Edit:
    """Say that it is this behaviour, over the same time."""
    track = TrackKey(said.video, said.individual, annotator=annotator)
    names = tuple(dict.fromkeys(name for name in (said.behaviour, behaviour) if name))
    adding = partial(add_bout, track=track, behaviour=behaviour, start=said.start, stop=said.stop)
    looked = partial(assess, span=_span(said, names, annotator))
    same = behaviour == said.behaviour
    name = f"accept {behaviour}" if same else f"correct to {behaviour}"
    return several(labels, name, [adding, looked])


def judgements_of(labels: LabelSet, annotator: str | None) -> LabelSet:
    """A copy with the bouts of one person only, to be read while the labels change."""
    own = [
        bout
        for bout in labels
        if bout.source in EDITABLE_SOURCES and bout.annotator == annotator and not bout.open
    ]
    return LabelSet(
        own,
        ethogram=labels.ethogram,
        assessed=labels.assessed,
        corrections=labels.corrections.values(),
        frames=labels.frames,
    )


def judged(labels: LabelSet, items: Sequence[Said], annotator: str | None) -> NDArray[np.bool_]:
    """Which of these a person has judged.

    That is: half of it or more lies in spans that they assessed for this behaviour, or under bouts
    of their own, of the same behaviour or of one that could stand in its place (the same group). A
    description is judged when they labelled or assessed half of it, or corrected or confirmed it.
    """
    alike: dict[tuple[str, str, str], list[int]] = {}
    for place, said in enumerate(items):
        alike.setdefault((said.video, said.individual, said.behaviour), []).append(place)
    result = np.zeros(len(items), bool)
    for (video, individual, behaviour), places in alike.items():
        own = _own_spans(labels, (video, individual), behaviour, annotator)
        looked = [
            (one.start, one.stop)
            for one in labels.assessed
            if (one.video, one.individual, one.annotator) == (video, individual, annotator)
            and (not behaviour or behaviour in one.behaviours)
        ]
        spans = union(np.concatenate([own, np.array(looked, np.int64).reshape(-1, 2)]))
        starts, stops = (np.array([getattr(items[n], end) for n in places]) for end in _ENDS)
        result[places] = 2 * frames_between(spans, starts, stops) >= stops - starts
    described = {
        (key.run_id, key.video, key.individual, key.start, key.stop)
        for key, one in labels.corrections.items()
        if one.annotator == annotator
    }
    for place, said in enumerate(items):
        key = (said.run_id, said.video, said.individual, said.start, said.stop)
        result[place] |= not said.behaviour and key in described
    return result


def _own_spans(
    labels: LabelSet, animal: tuple[str, str], behaviour: str, annotator: str | None
) -> Spans:
    """Own bouts of a behaviour and of those that could stand in its place; of all if ""."""
    group_of = {one.name: one.group for one in labels.ethogram}
    group = group_of.get(behaviour, "")
    spans = [np.zeros((0, 2), np.int64)]
    for key in labels.tracks:
        if (key.video, key.individual) != animal or key.annotator != annotator:
            continue
        if key.source in EDITABLE_SOURCES:
            arrays = labels.track(key)
            rivals = [
                not behaviour or name == behaviour or group_of.get(name, "") == group
                for name in arrays.names
            ]
            pairs = np.column_stack([arrays.starts, arrays.stops])
            spans.append(pairs[np.array(rivals, bool)[arrays.codes]])
    return np.concatenate(spans)


def _looked(bouts: Sequence[Bout], annotator: str | None) -> list[Callable[[LabelSet], Edit]]:
    spans = [_span(said_of(bout), (bout.behaviour,), annotator) for bout in bouts]
    return [partial(assess, span=span) for span in spans]


def _span(said: Said, names: tuple[str, ...], annotator: str | None) -> Assessed:
    return Assessed(said.video, said.individual, said.start, said.stop, annotator, names)
