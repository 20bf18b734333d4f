"""What several annotators said of the same animals, on the spans that they assessed.

Knows bout tables, not measures: those are computed from the tracks made here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.datamodel.spans import Spans, empty_spans, intersect, union

NOTHING = "nothing"
"""The code of a frame that was looked at and in which none of the behaviours was seen."""


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One animal in one video.

    Attributes
    ----------
    assessed
        For each annotator the spans that they looked at, empty if none.
    said
        For each annotator the bouts of each behaviour inside these spans; bouts of the same
        behaviour that overlap or touch are one.
    """

    video: str
    individual: str
    assessed: tuple[Spans, ...]
    said: tuple[Mapping[str, Spans], ...]


def make_tracks(
    codings: Mapping[str, pd.DataFrame],
    *,
    behaviours: Sequence[str],
    frames: Mapping[str, int] | None = None,
    assessed: Mapping[str, pd.DataFrame] | None = None,
    kind: str = "state",
) -> list[Track]:
    """Lay out what annotators said, one track for each animal of each video.

    Parameters
    ----------
    codings
        Annotator to bout table.
    behaviours
        Those to look at; bouts of others are passed over.
    frames
        Video to its number of frames; 0 to the last stop that anybody gave if it is not there.
    assessed
        Annotator to an interval table of the spans that they looked at. Who is not in it looked
        at the whole of every video in which they said something.
    kind
        ``state``, or ``point`` for behaviours without duration.

    Returns
    -------
    list of Track
        Of the animals that at least two annotators looked at, ordered by video and individual.
    """
    columns = ["video", "individual", "start", "stop", "behaviour"]
    said = {
        name: table.loc[
            table["behaviour"].isin(list(behaviours)) & (table["kind"] == kind), columns
        ]
        for name, table in codings.items()
    }
    spans = {name: _assessed(name, codings, frames or {}, assessed or {}) for name in codings}
    animals = sorted({animal for found in spans.values() for animal in found})
    bouts = {name: _by_animal(table) for name, table in said.items()}
    tracks = [
        _track(animal, [spans[name] for name in codings], [bouts[name] for name in codings])
        for animal in animals
    ]
    return [track for track in tracks if sum(len(one) > 0 for one in track.assessed) > 1]


def both_assessed(track: Track, first: int, second: int) -> Track:
    """A track of two annotators, on the spans that both looked at."""
    common = intersect(track.assessed[first], track.assessed[second])
    said = tuple(
        {behaviour: intersect(spans, common) for behaviour, spans in track.said[which].items()}
        for which in (first, second)
    )
    return Track(track.video, track.individual, (common, common), said)


def pieces(
    layers: Sequence[Mapping[str, Spans]], looked: Sequence[Spans], behaviours: Sequence[str]
) -> tuple[Spans, NDArray[np.bool_], NDArray[np.bool_]]:
    """Cut time wherever somebody's judgement changes.

    Returns
    -------
    ranges, said, assessed
        Shapes (pieces, 2), (annotators, pieces, behaviours), (annotators, pieces). Pieces that
        nobody looked at are left out.
    """
    ends = [spans.ravel() for layer in layers for spans in layer.values()]
    edges = np.unique(np.concatenate([*ends, *(spans.ravel() for spans in looked)]))
    ranges = np.column_stack([edges[:-1], edges[1:]])
    assessed = np.array([_covered(edges, spans) for spans in looked], bool)
    said = np.array(
        [[_covered(edges, layer.get(name, empty_spans())) for name in behaviours]
         for layer in layers],
        bool,
    ).reshape(len(layers), len(behaviours), len(ranges)).transpose(0, 2, 1)  # fmt: skip
    kept = assessed.any(axis=0)
    return ranges[kept], said[:, kept], assessed[:, kept]


def codes_of(said: NDArray[np.bool_]) -> NDArray[np.int64]:
    """One code for each piece: a behaviour's index, ``n_behaviours`` for nothing, -1 for several.

    Parameters
    ----------
    said
        Shape (..., behaviours).
    """
    number = said.sum(axis=-1)
    codes = np.where(number == 0, said.shape[-1], said.argmax(axis=-1))
    return np.where(number > 1, -1, codes).astype(np.int64)


def _covered(edges: NDArray[np.int64], spans: Spans) -> NDArray[np.bool_]:
    change = np.zeros(len(edges), np.int64)
    np.add.at(change, np.searchsorted(edges, spans[:, 0]), 1)
    np.add.at(change, np.searchsorted(edges, spans[:, 1]), -1)
    return np.cumsum(change)[:-1] > 0


Animal = tuple[str, str]


def _assessed(
    name: str,
    codings: Mapping[str, pd.DataFrame],
    frames: Mapping[str, int],
    assessed: Mapping[str, pd.DataFrame],
) -> dict[Animal, Spans]:
    if name in assessed:
        return {
            animal: union(rows[["start", "stop"]].to_numpy())
            for animal, rows in _grouped(assessed[name])
        }
    everything = pd.concat(
        [table[["video", "individual", "stop"]] for table in codings.values()], ignore_index=True
    )
    last = everything.groupby("video")["stop"].max().to_dict()
    own = codings[name]
    whole = {video: int(frames.get(video, last.get(video, 0))) for video in {*last, *frames}}
    animals: Iterable[Animal] = {
        (str(video), str(individual))
        for table in (own, everything)
        for video, individual in zip(table["video"], table["individual"], strict=True)
    }
    # Who said nothing at all of a video did not look at it; who named one animal saw the others.
    seen = set(own["video"])
    return {
        (video, individual): np.array([[0, whole[video]]], np.int64)
        for video, individual in animals
        if video in seen and whole[video] > 0
    }


def _by_animal(bouts: pd.DataFrame) -> dict[Animal, dict[str, Spans]]:
    return {
        animal: {
            str(behaviour): union(group[["start", "stop"]].to_numpy())
            for behaviour, group in rows.groupby("behaviour")
        }
        for animal, rows in _grouped(bouts)
    }


def _grouped(table: pd.DataFrame) -> Iterable[tuple[Animal, pd.DataFrame]]:
    for (video, individual), rows in table.groupby(["video", "individual"]):
        yield (str(video), str(individual)), rows


def _track(
    animal: Animal,
    spans: Sequence[Mapping[Animal, Spans]],
    bouts: Sequence[Mapping[Animal, Mapping[str, Spans]]],
) -> Track:
    assessed = tuple(found.get(animal, empty_spans()) for found in spans)
    said = tuple(
        {name: intersect(ranges, inside) for name, ranges in found.get(animal, {}).items()}
        for found, inside in zip(bouts, assessed, strict=True)
    )
    return Track(*animal, assessed, said)
