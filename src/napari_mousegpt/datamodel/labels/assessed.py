"""Spans that somebody looked at: no bout there means that nothing happened. Knows no file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import pandas as pd

from napari_mousegpt.datamodel.labels.bout import frame_from, text_from
from napari_mousegpt.datamodel.tables import INTERVAL, conform

ASSESSED: dict[str, str] = INTERVAL | {"annotator": "str", "behaviours": "object"}


@dataclass(frozen=True, slots=True)
class Assessed:
    """A time range of an individual in which an annotator looked for these behaviours."""

    video: str
    individual: str
    start: int
    stop: int
    annotator: str | None
    behaviours: tuple[str, ...]

    def replace(self, **changes: Any) -> Assessed:
        """Return a copy with some attributes changed."""
        return replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return asdict(self)


def assessed_from(row: Mapping[str, Any]) -> Assessed:
    """Make a span of a row of JSON or of a table."""
    return Assessed(
        str(row["video"]),
        str(row["individual"]),
        frame_from(row["start"]),
        frame_from(row["stop"]),
        text_from(row["annotator"]),
        tuple(map(str, row["behaviours"])),
    )


def assessed_table(spans: Iterable[Assessed]) -> pd.DataFrame:
    """Interval table of spans: ``annotator`` and ``behaviours``, a list of names."""
    rows = [span.to_json() | {"behaviours": list(span.behaviours)} for span in spans]
    return conform(pd.DataFrame(rows), ASSESSED)
