"""What the timeline shows, as rows of intervals ready to be drawn. Knows tables, no widget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.datamodel.ethogram import colour_of
from napari_mousegpt.datamodel.labels.bout import TrackKey
from napari_mousegpt.datamodel.labels.set import LabelSet
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.layers.said import UNSURE, behaviours_of
from napari_mousegpt.widgets.timeline.lanes import lane_numbers

Kind = Literal["descriptions", "bouts", "disagreements"]
INVALID_COLOUR, UNSURE_COLOUR = "#5a5a66", "#8c8c9a"
DISAGREEMENT_COLOURS = {"confusion": "#ee6677", "one-sided": "#ee8866", "border": "#98a2b3"}


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One row of the timeline: intervals in order of their starts.

    Attributes
    ----------
    label, individual
        What the row shows, and of which animal.
    starts, stops
        Frames, shape (n,).
    reach
        Latest stop of this interval and all before it, shape (n,); tells what may be visible.
    names
        Behaviours, and which of them each interval is, shape (n,).
    colours
        0xAARRGGBB of each behaviour.
    kind, rows
        Table of the recording, and the row in it of each interval, shape (n,); bouts that are
        being labelled have no rows, but ids.
    notes
        Of disagreements: who says what, shape (n,).
    marked
        Of descriptions: which ones a person corrected, shape (n,); None if nobody did.
    key, id_numbers, id_words
        Of bouts that are being labelled: whose they are, and which word is the id of each.
    camera
        Of which camera this is said, where there are several.
    """

    label: str
    individual: str
    kind: Kind
    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    reach: NDArray[np.int64]
    names: tuple[str, ...]
    codes: NDArray[np.int64]
    colours: NDArray[np.uint32]
    rows: NDArray[np.int64]
    key: TrackKey | None = None
    id_numbers: NDArray[np.int64] | None = None
    id_words: Sequence[str] = ()
    notes: NDArray[Any] | None = None
    marked: NDArray[np.bool_] | None = None
    camera: str = ""

    def id_at(self, place: int) -> str | None:
        """Id of a bout that is being labelled."""
        return None if self.id_numbers is None else self.id_words[int(self.id_numbers[place])]

    def behaviours(self) -> dict[str, str]:
        """Names that occur, and their colours."""
        found = np.flatnonzero(np.bincount(self.codes)) if len(self.codes) else ()
        named = {self.names[code]: int(self.colours[code]) & 0xFFFFFF for code in found}
        return {name: f"#{colour:06x}" for name, colour in named.items() if name}

    def lanes(self) -> tuple[Track, ...]:
        """Split into tracks in which nothing overlaps; bouts only, windows overlap evenly."""
        numbers = lane_numbers(self.starts, self.stops) if self.kind == "bouts" else None
        if numbers is None or not numbers.any():
            return (self,)
        return tuple(self._part(numbers == lane) for lane in range(int(numbers.max()) + 1))

    def _part(self, chosen: NDArray[np.bool_]) -> Track:
        stops = self.stops[chosen]
        return replace(
            self,
            starts=self.starts[chosen],
            stops=stops,
            reach=np.maximum.accumulate(stops),
            codes=self.codes[chosen],
            rows=self.rows[chosen] if len(self.rows) else self.rows,
            id_numbers=None if self.id_numbers is None else self.id_numbers[chosen],
        )

    def visible(self, left: float, right: float) -> slice:
        """Which intervals can overlap these frames."""
        first = int(np.searchsorted(self.reach, left, side="right"))
        last = int(np.searchsorted(self.starts, right, side="left"))
        return slice(first, max(first, last))

    def at(self, frame: float) -> int | None:
        """The interval at a frame, the latest begun where there are several."""
        place = int(np.searchsorted(self.starts, frame, side="right")) - 1
        while place >= 0 and self.reach[place] > frame:
            if self.stops[place] > frame:
                return place
            place -= 1
        return None

    def strip(self, left: float, frames_per_pixel: float, width: int) -> NDArray[np.uint32]:
        """Colours of ``width`` pixels, 0 where there is nothing.

        An interval shorter than a pixel still fills one, so that nothing is lost from sight.
        """
        edges = left + frames_per_pixel * np.arange(width + 1)
        following = np.searchsorted(self.starts, edges[:-1], side="left")
        begins = np.searchsorted(self.starts, edges[1:], side="left") > following
        covering = np.maximum(following - 1, 0)
        covered = (following > 0) & (self.stops[covering] > edges[:-1])
        chosen = np.where(begins, np.minimum(following, len(self.starts) - 1), covering)
        hidden = (following > 0) & ~covered & ~begins & (self.reach[covering] > edges[:-1])
        for pixel in np.flatnonzero(hidden):  # under a later, shorter interval that has ended
            place = self.at(edges[pixel])
            if place is not None:
                chosen[pixel], covered[pixel] = place, True
        colours = self.colours[self.codes[chosen]]
        return np.where(begins | covered, colours, np.uint32(0))


def tracks_of(
    recording: Recording, *, with_bouts: bool = True, video: str | None = None
) -> list[Track]:
    """List the tracks of a recording: for each animal its descriptions by run, then its bouts.

    Parameters
    ----------
    with_bouts
        Not where the bouts are being labelled: then they come from `label_track`.
    video
        Of which video, in its own frames; of the first if None.
    """
    return list(_tracks(recording, with_bouts, video)) if len(recording.videos) else []


def label_track(labels: LabelSet, key: TrackKey, tools: dict[str, str]) -> Track:
    """Make the row of a track that is being labelled; ``tools`` names the runs."""
    arrays = labels.track(key)
    return Track(
        label=f"bouts: {key.annotator or tools.get(key.run_id or '') or key.source}",
        individual=key.individual,
        kind="bouts",
        starts=arrays.starts,
        stops=arrays.stops,
        reach=arrays.reach,
        names=tuple(arrays.names),
        codes=arrays.codes,
        colours=_argb([colour_of(name, labels.ethogram) for name in arrays.names]),
        rows=np.zeros(0, np.int64),
        key=key,
        id_numbers=arrays.id_numbers,
        id_words=arrays.id_words,
    )


def disagreement_tracks(spans: pd.DataFrame, video: str) -> list[Track]:
    """Rows of `analysis.agreement.disagreements`, one for each animal of a video."""
    kinds = list(DISAGREEMENT_COLOURS)
    tracks = []
    for individual, rows in spans[spans["video"] == video].groupby("individual", sort=True):
        rows = rows.sort_values("start")
        stops = rows["stop"].to_numpy(np.int64)
        tracks.append(
            Track(
                label="disagreements",
                individual=str(individual),
                kind="disagreements",
                starts=rows["start"].to_numpy(np.int64),
                stops=stops,
                reach=np.maximum.accumulate(stops),
                names=tuple(kinds),
                codes=np.array([kinds.index(kind) for kind in rows["kind"]], np.int64),
                colours=_argb(list(DISAGREEMENT_COLOURS.values())),
                rows=np.zeros(0, np.int64),
                notes=rows["behaviour"].to_numpy(object),
            )
        )
    return tracks


def _tracks(recording: Recording, with_bouts: bool, of: str | None) -> Iterator[Track]:
    video = recording.video(of).id
    tools = {run.run_id: run.tool for run in recording.runs}
    said = recording.descriptions
    said_of_video = (said["video"] == video).to_numpy(bool)
    first_words = behaviours_of(said)
    bouts = recording.bouts
    ids = [video, ""] if video == recording.video().id else [video]
    bouts_of_video = bouts["video"].isin(ids).to_numpy(bool)
    sources = _sources(bouts, tools)
    for individual in recording.individuals:
        mine = said_of_video & (said["individual"] == individual).to_numpy(bool)
        for run_id in _in_order(said["run_id"].to_numpy(object)[mine], tools):
            rows = np.flatnonzero(mine & (said["run_id"] == run_id).to_numpy(bool))
            label = tools.get(run_id, "descriptions")
            yield _track(recording, "descriptions", label, individual, said, first_words, rows)
        if not with_bouts:
            continue
        mine = bouts_of_video & (bouts["individual"] == individual).to_numpy(bool)
        for source in _in_order(sources[mine], {}):
            rows = np.flatnonzero(mine & (sources == source))
            behaviours = bouts["behaviour"].to_numpy(object)
            yield _track(recording, "bouts", str(source), individual, bouts, behaviours, rows)


def _track(
    recording: Recording,
    kind: Kind,
    label: str,
    individual: str,
    table: pd.DataFrame,
    words: NDArray[Any],
    rows: NDArray[np.int64],
) -> Track:
    starts = table["start"].to_numpy(np.int64)
    rows = rows[np.argsort(starts[rows], kind="stable")]
    stops = table["stop"].to_numpy(np.int64)[rows]
    codes, names = pd.factorize(words[rows])
    greys = {"": INVALID_COLOUR, UNSURE: UNSURE_COLOUR}
    colours = [greys.get(name) or colour_of(name, recording.ethogram) for name in names]
    return Track(
        label=label,
        individual=individual,
        kind=kind,
        starts=starts[rows],
        stops=stops,
        reach=np.maximum.accumulate(stops) if len(stops) else stops,
        names=tuple(names),
        codes=codes.astype(np.int64),
        colours=_argb(colours),
        rows=rows,
        marked=table["corrected_by"].notna().to_numpy()[rows] if "corrected_by" in table else None,
    )


def _argb(colours: list[str]) -> NDArray[np.uint32]:
    return np.array([0xFF000000 | int(colour[1:], 16) for colour in colours], np.uint32)


def _sources(bouts: pd.DataFrame, tools: dict[str, str]) -> NDArray[Any]:
    """Who said each bout, in words: the annotator of a person's, the tool of a model's."""
    names = [
        f"bouts: {annotator or tools.get(run_id) or source}"
        for source, annotator, run_id in zip(
            bouts["source"], bouts["annotator"], bouts["run_id"], strict=True
        )
    ]
    return np.array(names, object)


def _in_order(present: NDArray[Any], known: dict[str, str]) -> list[Any]:
    """Values that occur, the known ones first and in their order."""
    found = list(dict.fromkeys(present.tolist()))
    return [one for one in known if one in found] + [one for one in found if one not in known]
