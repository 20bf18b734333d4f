"""``cluster_proposals.jsonl``: what language models proposed for clusters, appended, never decided.

Each line is one answer: the fitted clusters it is about, which model gave it, to which prompt.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from napari_mousegpt.io.durable import append_lines, read_lines

PROPOSALS = "cluster_proposals.jsonl"


def append_proposals(
    folder: Path, clusters: str, by: Mapping[str, Any], proposed: Mapping[str, Any]
) -> None:
    """Append one answer about the fitted clusters of an id."""
    time = datetime.now(UTC).isoformat(timespec="milliseconds")
    entry = {"clusters_of": clusters, "by": dict(by), "proposed": dict(proposed), "time": time}
    append_lines(folder / PROPOSALS, [entry])


def last_proposals(folder: Path, clusters: str) -> Mapping[str, Any] | None:
    """The last line about these clusters; None without one."""
    entries, _ = read_lines(folder / PROPOSALS)
    fitting = [
        entry
        for entry in entries
        if isinstance(entry, dict)
        and entry.get("clusters_of") == clusters
        and isinstance(entry.get("proposed"), dict)
        and isinstance(entry.get("by"), dict)
    ]
    return fitting[-1] if fitting else None
