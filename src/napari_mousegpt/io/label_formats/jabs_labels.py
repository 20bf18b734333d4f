"""Labels of JABS, one JSON file per video: blocks that show a behaviour, and blocks that do not.

A frame in no block was not looked at, which differs from "not behaviour". Knows no video.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.io.doors.safe_json import entries, items, json_head, read_json, real, text
from napari_mousegpt.io.label_formats.assessed_spans import Span, span
from napari_mousegpt.io.label_formats.bout_rows import Row, bouts_in_frames, whole_frames
from napari_mousegpt.io.label_formats.media_clocks import file_name

suffixes = frozenset({".json"})

LABELS, UNCUT = "labels", "unfragmented_labels"
"""The first is cut where the pose of an identity is missing, the second is as it was labelled."""
_HEAD_BYTES = 1 << 14


def matches(path: Path) -> bool:
    """Whether the beginning names a file, its number of frames and labels."""
    try:
        head = json_head(path, _HEAD_BYTES)
    except (OSError, ValueError):
        return False
    return head.lstrip().startswith("{") and all(
        f'"{name}"' in head for name in ("file", "num_frames", LABELS)
    )


def read(
    path: Path,
    *,
    fps: float | None = None,
    times_s: NDArray[np.floating] | None = None,
) -> pd.DataFrame:
    """Read bouts. The file holds frames, the last one included; ``fps`` changes nothing.

    Identity k is ``individual_k``, as in JABS' pose files. Comments on the timeline that JABS calls
    annotations are no labels; their number is told.

    Raises
    ------
    ValueError
        If the file is not of this format.
    OSError
        If it cannot be read.
    """
    content = entries(read_json(path))
    identities = entries(content.get(UNCUT)) or content.get(LABELS)
    if not isinstance(identities, Mapping):
        raise ValueError(
            f"{path.name}: expected an object {LABELS!r} with the identities of a video, found "
            f"{type(identities).__name__}. Choose a file of JABS' folder annotations."
        )
    video = file_name(text(content.get("file")))
    n_frames = whole_frames(np.array([real(content.get("num_frames"))]))[0]
    blocks = [
        (_individual(identity), behaviour, entries(block))
        for identity, behaviours in identities.items()
        for behaviour, its_blocks in entries(behaviours).items()
        for block in items(its_blocks)
    ]
    edges = np.array([[real(b.get("start")), real(b.get("end"))] for *_, b in blocks], np.float64)
    first, last = whole_frames(edges.reshape(-1, 2)).T
    present = np.array([block.get("present") is True for *_, block in blocks], bool)
    rows: list[Row] = [
        {"video": video, "individual": who, "behaviour": name, "kind": "state", "source": "person"}
        for who, name, _ in blocks
    ]
    names = list(dict.fromkeys(name for _, name, _ in blocks))
    return bouts_in_frames(
        [row for row, shown in zip(rows, present, strict=True) if shown],
        first[present],
        last[present] + 1,
        n_frames=int(n_frames),
        problems=_notes(content),
        ethogram=[{"name": name, "kind": "state"} for name in names],
        assessed=_assessed(rows, first, last + 1),
    )


def _assessed(rows: list[Row], starts: NDArray[np.int64], stops: NDArray[np.int64]) -> list[Span]:
    return [
        span(
            start,
            stop,
            video=row["video"],
            individual=row["individual"],
            behaviours=[row["behaviour"]],
        )
        for row, start, stop in zip(rows, starts.tolist(), stops.tolist(), strict=True)
        if 0 <= start < stop
    ]


def _individual(identity: str) -> str:
    return f"individual_{identity}" if identity.isdecimal() else identity


def _notes(content: Mapping[str, Any]) -> list[str]:
    count = len(items(content.get("annotations")))
    return [f"annotations of the timeline, which are no labels, left out: {count}"] * bool(count)
