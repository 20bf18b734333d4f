"""Searches in one recording, and the search for the new, as jobs that a window can run."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pandas as pd

from napari_mousegpt.datamodel.matching_spans import IndividualSpan
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.workflows.ask import Answered, ask
from napari_mousegpt.workflows.clustering_jobs import Part
from napari_mousegpt.workflows.embed import EmbedSettings, embed
from napari_mousegpt.workflows.novelty import Novelties, NoveltySettings, find_novelties
from napari_mousegpt.workflows.search import SearchSettings, search, search_like

EMBED_FIRST = 0.5


def search_for(
    folder: Path, query: str, settings: SearchSettings
) -> Generator[Part, None, pd.DataFrame]:
    """`search` in one recording; only windows of its first video."""
    yield Part(0.0, "searching")
    recording = open_recording(folder)
    return _of_first_video(recording, search([recording], query, settings))


def search_windows_like(
    folder: Path, span: IndividualSpan, settings: SearchSettings
) -> Generator[Part, None, pd.DataFrame]:
    """`search_like` for a chosen window; a recording without vectors gets them first."""
    recording = yield from _embedded(open_recording(folder))
    yield Part(EMBED_FIRST, "searching")
    found = search_like(
        [recording],
        settings,
        video=recording.video().id,
        span=TimeRange(span.start, span.stop),
        within=recording,
    )
    return _of_first_video(recording, found)


def ask_about(folder: Path, question: str) -> Generator[Part, None, Answered]:
    """`ask` about one recording; only moments of its first video."""
    yield Part(0.0, "counting")
    recording = open_recording(folder)
    found = ask([recording], question)
    moments = found.told.moments
    if len(moments):
        found = replace(
            found, told=replace(found.told, moments=_of_first_video(recording, moments))
        )
    return found


def look_for_the_new(folder: Path, settings: NoveltySettings) -> Generator[Part, None, Novelties]:
    """`find_novelties` among the windows of one recording, with vectors first where needed."""
    recording = yield from _embedded(open_recording(folder))
    yield Part(EMBED_FIRST, "what is unlike the others")
    return find_novelties([recording], settings)


def _embedded(recording: Recording) -> Generator[Part, None, Recording]:
    if any(run.tool == "embed" for run in recording.runs):
        return recording
    for step in embed([recording], EmbedSettings()):
        yield Part(EMBED_FIRST * step.done / step.total, step.doing)
        if step.result is not None:
            recording = step.result.recordings[0]
    return recording


def _of_first_video(recording: Recording, found: pd.DataFrame) -> pd.DataFrame:
    return found[found["video"] == recording.video().id].reset_index(drop=True)
