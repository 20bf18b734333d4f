"""Search over recordings: by words, by likeness to a moment, by conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.analysis.search.kinematic_filter import Condition, fulfilled, parse_conditions
from napari_mousegpt.analysis.search.search import SearchIndex
from napari_mousegpt.analysis.vectors.description_vectors import TEXT_LEVELS
from napari_mousegpt.analysis.vectors.lexical_vectors import NAME
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.workflows.embedded import embedded_windows
from napari_mousegpt.workflows.window_kinematics import (
    NoPoses,
    described_windows,
    seen_kinematics,
    window_kinematics,
)
from napari_mousegpt.workflows.words_consent import check_words_may_go
from napari_mousegpt.workflows.words_models import text_model_of, texts_go_to

KEY = ["video", "individual", "start", "stop"]


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """What a person chooses; ``where`` are conditions such as ``speed > 5 cm/s``."""

    levels: tuple[str, ...] = TEXT_LEVELS
    text: str = NAME
    individual: str | None = None
    behaviour: str | None = None
    from_s: float | None = None
    to_s: float | None = None
    where: str | None = None
    described_by: str | None = None
    limit: int = 20


def search(recordings: Sequence[Recording], query: str, settings: SearchSettings) -> pd.DataFrame:
    """Find windows by what is said of them, the best first; without a query, by filters alone.

    Returns
    -------
    pandas.DataFrame
        Descriptions with ``recording`` (folder) and, with a query, ``score``, ``alike``,
        ``covered`` and ``matched`` (see `analysis.search.search`). Empty if nothing fits.

    Raises
    ------
    ValueError
        If a recording has no descriptions, or a filter cannot be applied to it.
    """
    table = filtered_windows(recordings, settings)
    if not query.strip():
        if settings == SearchSettings(limit=settings.limit):
            raise ValueError("expected words to search for, or a filter, found neither")
        return table.head(settings.limit)
    check_words_may_go(recordings, texts_go_to(settings.text))
    index = SearchIndex(table, levels=settings.levels, model=text_model_of(settings.text))
    return index.search(query, limit=settings.limit)


def search_like(
    recordings: Sequence[Recording],
    settings: SearchSettings,
    *,
    video: str,
    span: TimeRange,
    within: Recording,
) -> pd.DataFrame:
    """Find windows whose vectors are most like those of a moment.

    The moment is a time range of ``within``, one of the recordings; its own windows are left out.

    Returns
    -------
    pandas.DataFrame
        As of `search`, with ``alike``: the cosine with the mean vector of the moment.

    Raises
    ------
    ValueError
        If a recording is not embedded, or no window with a vector lies in the moment.
    """
    data = embedded_windows(recordings)
    place = next(n for n, one in enumerate(data.recordings) if one.folder == within.folder)
    rows = data.windows
    asked = (
        (rows["recording"] == place)
        & (rows["video"] == video)
        & (rows["start"] < span.stop)
        & (rows["stop"] > span.start)
    ).to_numpy()
    if settings.individual is not None:
        asked &= (rows["individual"] == settings.individual).to_numpy()
    whole = np.isfinite(data.vectors).all(axis=1)
    if not (asked & whole).any():
        raise ValueError(f"{within.name} has no window with a vector in {video}:{span}")
    wanted = data.vectors[asked & whole].mean(axis=0)
    lengths = np.linalg.norm(data.vectors, axis=1) * np.linalg.norm(wanted)
    alike = data.vectors @ wanted / np.maximum(lengths, 1e-12)
    folders = [str(recording.folder) for recording in data.recordings]
    found = rows.assign(alike=alike, recording=[folders[n] for n in rows["recording"]])
    allowed = filtered_windows(recordings, settings)
    found = found[whole & ~asked].merge(
        allowed.drop(columns="run_id"), on=["recording", *KEY], how="inner"
    )
    return found.sort_values("alike", ascending=False, kind="stable").head(settings.limit)


def filtered_windows(recordings: Sequence[Recording], settings: SearchSettings) -> pd.DataFrame:
    """Descriptions of recordings that pass the filters, with ``recording`` (folder)."""
    conditions = parse_conditions(settings.where) if settings.where else ()
    tables = []
    for recording in recordings:
        table = described_windows(recording, settings.described_by)
        kept = _passes(recording, table, settings, conditions)
        tables.append(table[kept].assign(recording=str(recording.folder)))
    return pd.concat(tables, ignore_index=True)


def _passes(
    recording: Recording,
    table: pd.DataFrame,
    settings: SearchSettings,
    conditions: tuple[Condition, ...],
) -> NDArray[np.bool_]:
    kept = np.ones(len(table), bool)
    if settings.individual is not None:
        kept &= (table["individual"] == settings.individual).to_numpy()
    fps = table["video"].map({entry.id: entry.fps for entry in recording.videos}).to_numpy(float)
    if settings.from_s is not None:
        kept &= table["stop"].to_numpy() / fps > settings.from_s
    if settings.to_s is not None:
        kept &= table["start"].to_numpy() / fps < settings.to_s
    if settings.behaviour is not None:
        kept &= _shows(recording, table, settings.behaviour)
    if conditions:
        features = _kinematics(recording, table, conditions)
        kept &= fulfilled(features, conditions, pixel_size_mm=recording.pixel_size_mm)
    return kept


def _kinematics(
    recording: Recording, table: pd.DataFrame, conditions: tuple[Condition, ...]
) -> pd.DataFrame:
    """Kinematics by poses; without them, what the descriptions tell of speed and turn."""
    try:
        return window_kinematics(recording, table[KEY])
    except NoPoses as problem:
        seen = seen_kinematics(recording, table)
        if seen[["speed_mean_bl_per_s", "net_turn_deg"]].isna().all(axis=None):
            raise
        if untold := [one.text for one in conditions if one.column not in seen]:
            raise ValueError(
                f"{recording.name} has no poses, and {', '.join(map(repr, untold))} needs them. By "
                "sight alone can be asked: speed in bl/s, turn, left turn, right turn, duration."
            ) from problem
        return seen


def _shows(recording: Recording, table: pd.DataFrame, behaviour: str) -> NDArray[np.bool_]:
    """Windows that a bout of the behaviour touches, whoever said it."""
    bouts = recording.bouts[recording.bouts["behaviour"] == behaviour]
    shown = np.zeros(len(table), bool)
    for (video, individual), some in bouts.groupby(["video", "individual"], sort=False):
        mine = ((table["video"] == video) & (table["individual"] == individual)).to_numpy()
        starts, stops = table["start"].to_numpy(), table["stop"].to_numpy()
        for start, stop in zip(some["start"], some["stop"], strict=True):
            shown |= mine & (starts < stop) & (stops > start)
    return shown
