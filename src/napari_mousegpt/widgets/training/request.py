"""What the Train dock asks for, as one line for the process that trains. Knows no widget."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from napari_mousegpt.training.settings import TrainSettings


@dataclass(frozen=True, slots=True)
class TrainRequest:
    """Recordings, base, result and settings; ``curve`` asks for the learning curve instead."""

    recordings: tuple[str, ...]
    base: str
    output: str
    window_s: float = 2.0
    settings: TrainSettings = field(default_factory=TrainSettings)
    curve: bool = False

    def to_line(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_line(cls, line: str) -> TrainRequest:
        """Read what `to_line` wrote."""
        values: dict[str, Any] = json.loads(line)
        settings = TrainSettings(**values.pop("settings"))
        recordings = tuple(values.pop("recordings"))
        return cls(recordings=recordings, settings=settings, **values)


def proposed_output(recording: Path, base: str) -> Path:
    """A place for the result beside the first recording."""
    name = recording.name.removesuffix(".mousegpt")
    return recording.parent / f"{name}-{Path(base).name}-adapter"
