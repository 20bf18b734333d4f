"""What was flagged, named and dismissed in earlier rounds of novelty: a log in each recording."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.durable import append_lines, read_lines
from napari_mousegpt.workflows.embedded import EmbeddedWindows

LOG = "novelty_rounds.jsonl"


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
    append_event(
        recording,
        {"event": "named" if name else "dismissed", "video": video, "start": start, "stop": stop}
        | verdict,
    )


def take_back(recording: Recording) -> bool:
    """Take the last name or dismissal back; tell whether there was one."""
    events, _ = read_lines(recording.folder / LOG)
    if not _settled(events):
        return False
    append_event(recording, {"event": "undone"})
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


def append_event(recording: Recording, event: dict[str, Any]) -> None:
    """Add a line to the log of a recording."""
    time = datetime.now(UTC).isoformat(timespec="seconds")
    append_lines(recording.folder / LOG, [{**event, "time": time}])


def rounds_before(recording: Recording) -> int:
    """How often the new was looked for in a recording."""
    events, _ = read_lines(recording.folder / LOG)
    return sum(event.get("event") == "round" for event in events)


def looked_at(data: EmbeddedWindows) -> list[int]:
    """Rows of the windows that a person has named or dismissed."""
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
