"""Which hosts the pictures or words of a recording may be sent to, as a person said.

Sends nothing. Who allowed words did not allow pictures.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from napari_mousegpt.io.doors.safe_json import read_json
from napari_mousegpt.io.durable import write_json
from napari_mousegpt.io.recording_folder import RECORDING

What = Literal["pictures", "words"]
ENTRIES: dict[What, str] = {"pictures": "uploads_allowed", "words": "words_allowed"}


def upload_allowed(folder: Path, host: str, what: What = "pictures") -> bool:
    """Whether it was said that pictures, or words, of this recording may go to a host."""
    entries = _entries(read_json(folder / RECORDING), what)
    return any(entry.get("host") == host for entry in entries)


def allow_upload(folder: Path, host: str, what: What = "pictures") -> None:
    """Remember in ``recording.json`` that pictures, or words, may go to a host; since when."""
    values = read_json(folder / RECORDING)
    entries = _entries(values, what)
    if any(entry.get("host") == host for entry in entries):
        return
    since = datetime.now(UTC).isoformat(timespec="seconds")
    entries.append({"host": host, "time": since})
    write_json(folder / RECORDING, {**values, ENTRIES[what]: entries})


def _entries(values: Any, what: What) -> list[dict[str, Any]]:
    found = values.get(ENTRIES[what]) if isinstance(values, dict) else None
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []
