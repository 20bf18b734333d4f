"""What a recording holds, counted. Reads no file."""

from __future__ import annotations

from typing import Any

import pandas as pd

from napari_mousegpt.datamodel.recording import Recording


def summarise_recording(recording: Recording) -> dict[str, Any]:
    """Count what is said in a recording, by who said it.

    Returns
    -------
    dict
        ``videos, runs, bouts, ethogram, sources``, all lists of plain values. Each run has the
        numbers of its descriptions and of those that are valid; ``bouts`` are counted by video,
        source, annotator and run.
    """
    said = recording.descriptions
    runs = []
    for run in recording.runs:
        mine = said[said["run_id"] == run.run_id]
        runs.append(
            {
                "run_id": run.run_id,
                "tool": run.tool,
                "model": run.model,
                "video": run.video,
                "created": run.created,
                "descriptions": len(mine),
                "valid": int(mine["valid"].sum()),
            }
        )
    return {
        "videos": [
            {
                "id": entry.id,
                "path": str(entry.path),
                "frames": entry.frames,
                "fps": entry.fps,
                "view": entry.view,
                "offset_s": entry.offset_s,
                "there": entry.path.exists(),
            }
            for entry in recording.videos
        ],
        "runs": runs,
        "bouts": _bouts_by_source(recording.bouts),
        "ethogram": [behaviour.name for behaviour in recording.ethogram],
        "sources": [dict(source) for source in recording.sources],
    }


def _bouts_by_source(bouts: pd.DataFrame) -> list[dict[str, Any]]:
    keys = ["video", "source", "annotator", "run_id"]
    counts = []
    for values, group in bouts.groupby(keys, dropna=False, sort=False):
        whose = [None if pd.isna(value) else str(value) for value in values]
        behaviours = int(group["behaviour"].nunique())
        counts.append(
            dict(zip(keys, whose, strict=True)) | {"bouts": len(group), "behaviours": behaviours}
        )
    return counts
