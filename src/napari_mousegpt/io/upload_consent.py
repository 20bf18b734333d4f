"""Which hosts the pictures of a recording may be sent to, as a person said. Sends nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from napari_mousegpt.io.doors.safe_json import read_json
from napari_mousegpt.io.durable import write_json
from napari_mousegpt.io.recording_folder import RECORDING

ENTRY = "uploads_allowed"


def upload_allowed(folder: Path, host: str) -> bool:
    """Whether it was said that pictures of this recording may go to a host."""
    return any(entry.get("host") == host for entry in _entries(read_json(folder / RECORDING)))


def allow_upload(folder: Path, host: str) -> None:
    """Remember in ``recording.json`` that pictures may go to a host, and since when."""
    values = read_json(folder / RECORDING)
    entries = _entries(values)
    if any(entry.get("host") == host for entry in entries):
        return
    since = datetime.now(UTC).isoformat(timespec="seconds")
    entries.append({"host": host, "time": since})
    write_json(folder / RECORDING, {**values, ENTRY: entries})


def _entries(values: Any) -> list[dict[str, Any]]:
    found = values.get(ENTRY) if isinstance(values, dict) else None
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []
