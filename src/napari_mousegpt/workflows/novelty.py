"""Novelty in rounds: flag, look, name or dismiss, refit. Every round is logged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.analysis.novelty import (
    HiddenBehaviour,
    hide_each_behaviour,
    mean_of,
    novelty,
    strange_moments,
)
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.durable import append_lines, read_lines
from napari_mousegpt.workflows.embedded import EmbeddedWindows, embedded_windows

LOG = "novelty_rounds.jsonl"
KEY = ["video", "individual", "start", "stop"]


@dataclass(frozen=True, slots=True)
class NoveltySettings:
    """What a person chooses; ``rounds`` that were dismissed or named before always count."""

    method: str = "neighbours"
    limit: int = 20
    seed: int = 0
    calibrate: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Novelties:
    """Strange moments, and how well hidden behaviours were found in the same way.

    ``moments`` is an interval table with ``recording`` (folder), ``novelty`` and ``overall``.
    """

    moments: pd.DataFrame
    scores: NDArray[np.float64]
    windows: pd.DataFrame
    hidden: tuple[HiddenBehaviour, ...]
    looked_at: int
    round: int


def find_novelties(
    recordings: Sequence[Recording],
    settings: NoveltySettings,
    *,
    references: Sequence[Recording] = (),
) -> Novelties:
    """Find what is unlike everything known: among the recordings, or against reference ones.

    Raises
    ------
    ValueError
        If a recording is not embedded, or not in the same space as the others.
    """
    folders = {recording.folder.resolve() for recording in recordings}
    known = [one for one in references if one.folder.resolve() not in folders]
    data = embedded_windows([*recordings, *known])
    in_reference = data.windows["recording"].to_numpy() >= len(recordings)
    looked_at = _looked_at(data)
    scores = novelty(
        data.vectors,
        reference=in_reference if known else None,
        looked_at=looked_at,
        method=settings.method,
        seed=settings.seed,
    )
    asked = np.where(in_reference, np.nan, scores)
    asked[looked_at] = np.nan
    moments = strange_moments(data.windows, asked, limit=settings.limit)
    said = _said(data)
    hidden: list[HiddenBehaviour] = []
    if settings.calibrate:
        hidden = hide_each_behaviour(
            data.vectors, said["behaviour"].tolist(), method=settings.method, seed=settings.seed
        )
    moments = moments.assign(
        overall=said["overall"].to_numpy()[moments["row"].to_numpy(np.int64)],
        recording=[str(data.recordings[place].folder) for place in moments["recording"]],
    )
    number = 1 + max((_rounds(recording) for recording in recordings), default=0)
    found = Novelties(moments, scores, data.windows, tuple(hidden), len(looked_at), number)
    _log(recordings, found, settings, bool(known))
    return found


def settle(
    recording: Recording,
    video: str,
    start: int,
    stop: int,
    name: str | None,
    *,
    individual: str | None = None,
) -> None:
    """Name what was found there, or dismiss it; what is like it is not flagged again.

    ``individual`` None means all animals of that time.
    """
    verdict = {"name": name} if name else {}
    if individual is not None:
        verdict["individual"] = individual
    _append(
        recording,
        {"event": "named" if name else "dismissed", "video": video, "start": start, "stop": stop}
        | verdict,
    )


def take_back(recording: Recording) -> bool:
    """Take the last name or dismissal back; tell whether there was one."""
    events, _ = read_lines(recording.folder / LOG)
    if not _settled(events):
        return False
    _append(recording, {"event": "undone"})
    return True


def _settled(events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Names and dismissals that stand: each ``undone`` takes the last one back."""
    standing: list[dict[str, Any]] = []
    for event in events:
        if event.get("event") in ("named", "dismissed"):
            standing.append(event)
        elif event.get("event") == "undone":
            standing = standing[:-1]
    return standing


def _append(recording: Recording, event: dict[str, Any]) -> None:
    time = datetime.now(UTC).isoformat(timespec="seconds")
    append_lines(recording.folder / LOG, [{**event, "time": time}])


def _log(
    recordings: Sequence[Recording], found: Novelties, settings: NoveltySettings, against: bool
) -> None:
    for recording in recordings:
        mine = found.moments[found.moments["recording"] == str(recording.folder)]
        flagged = [
            {name: row[name] for name in (*KEY, "novelty")}
            for row in mine.astype(object).to_dict("records")
        ]
        _append(
            recording,
            {
                "event": "round",
                "round": found.round,
                "settings": asdict(settings),
                "against_reference": against,
                "looked_at": found.looked_at,
                "flagged": flagged,
                "calibration": dict(mean_of(found.hidden)),
            },
        )


def _rounds(recording: Recording) -> int:
    events, _ = read_lines(recording.folder / LOG)
    return sum(event.get("event") == "round" for event in events)


def _looked_at(data: EmbeddedWindows) -> list[int]:
    rows: set[int] = set()
    windows = data.windows
    for place, recording in enumerate(data.recordings):
        events, _ = read_lines(recording.folder / LOG)
        for event in _settled(events):
            inside = (
                (windows["recording"] == place)
                & (windows["video"] == event["video"])
                & (windows["start"] < event["stop"])
                & (windows["stop"] > event["start"])
            )
            if event.get("individual") is not None:
                inside &= windows["individual"] == event["individual"]
            rows |= set(np.flatnonzero(inside.to_numpy()).tolist())
    return sorted(rows)


def _said(data: EmbeddedWindows) -> pd.DataFrame:
    """What is said of each window, and its behaviour: a person's label before the first keyword."""
    parts = []
    for place, recording in enumerate(data.recordings):
        described_by = data.runs[place].parameters.get("described_by")
        rows = recording.descriptions
        rows = rows[rows["run_id"] == described_by][[*KEY, "overall", "keywords"]]
        parts.append(rows.assign(recording=place))
    said = data.windows[["recording", *KEY]].merge(
        pd.concat(parts, ignore_index=True), on=["recording", *KEY], how="left"
    )
    first = [words[0] if isinstance(words, list) and words else None for words in said["keywords"]]
    return said.assign(
        behaviour=[label or word for label, word in zip(_by_people(data), first, strict=True)]
    )


def _by_people(data: EmbeddedWindows) -> list[str | None]:
    """The state that a person labelled in the middle of each window, None where there is none."""
    windows = data.windows
    middle = (windows["start"].to_numpy() + windows["stop"].to_numpy()) / 2
    labels = np.full(len(windows), None, object)
    for place, recording in enumerate(data.recordings):
        bouts = recording.bouts
        bouts = bouts[(bouts["source"] == "person") & (bouts["kind"] == "state")]
        for (video, individual), some in bouts.groupby(["video", "individual"], sort=False):
            mine = (
                (windows["recording"] == place)
                & (windows["video"] == video)
                & (windows["individual"] == individual)
            ).to_numpy()
            for bout in some.itertuples():
                labels[mine & (middle >= bout.start) & (middle < bout.stop)] = str(bout.behaviour)
    return list(labels)
