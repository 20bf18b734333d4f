"""Which spans somebody looked at, of a label file that says so, for a recording. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from napari_mousegpt.datamodel.camera_clock import CameraClock
from napari_mousegpt.datamodel.labels.assessed import Assessed
from napari_mousegpt.datamodel.recording import VideoEntry
from napari_mousegpt.workflows.importing.names import NameMatch
from napari_mousegpt.workflows.importing.observations import Observation, is_of_film

Names = Mapping[str | None, str | None]


def assessed_of(
    table: pd.DataFrame,
    entry: VideoEntry,
    clock: CameraClock,
    *,
    offset_s: float,
    observations: Sequence[Observation],
    individuals: Sequence[NameMatch],
    behaviours: Sequence[NameMatch],
    known_individuals: Sequence[str],
) -> tuple[Assessed, ...]:
    """Spans of a label file under the names of the recording, in frames of the film.

    Parameters
    ----------
    table
        Bout table of the file, with ``attrs["assessed"]``. A span of no animal is of all that the
        file names (of the recording's if it names none), one of no annotator of all who labelled,
        one of no behaviours of all that the file lists; what is left out of the import is left out
        here.
    clock
        Of the film, starting at 0; spans end with it.
    """
    animal: Names = {one.found: one.becomes for one in individuals}
    behaviour: Names = {one.found: one.becomes for one in behaviours}
    every_animal = [one.becomes for one in individuals] or list(known_individuals)
    people = [None if pd.isna(name) else str(name) for name in table["annotator"].unique()]
    found = []
    for span in _of_film(table.attrs.get("assessed", ()), entry, observations):
        start, stop = _shifted(span, clock, offset_s)
        animals = every_animal if span["individual"] is None else [animal.get(span["individual"])]
        words = [behaviour.get(name) for name in span["behaviours"] or behaviour]
        names = tuple(dict.fromkeys(word for word in words if word))
        whose = people if span["annotator"] is None and people else [span["annotator"]]
        if stop > start and names:
            found += [
                Assessed(entry.id, one, start, stop, person, names)
                for one, person in product(animals, whose)
                if one
            ]
    return tuple(dict.fromkeys(found))


def _of_film(
    spans: Sequence[Mapping[str, Any]], entry: VideoEntry, observations: Sequence[Observation]
) -> Iterator[Mapping[str, Any]]:
    taken = {"", *(one.video for one in observations if one.taken)}
    for span in spans:
        video = span["video"]
        if video in taken or (not observations and is_of_film(video, entry) is not False):
            yield span


def _shifted(span: Mapping[str, Any], clock: CameraClock, offset_s: float) -> tuple[int, int]:
    edges = np.array([span["start"], span["stop"]], np.int64)
    if offset_s:
        edges = clock.frames(clock.seconds(edges) + offset_s)
    start, stop = np.clip(edges, 0, clock.n_frames).tolist()
    return int(start), int(stop)
