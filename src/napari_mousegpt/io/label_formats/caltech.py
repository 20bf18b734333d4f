"""Caltech Behavior Annotator files: streams of bouts that cover the whole video. Knows no video.

Frames are counted from 1, and the last one belongs to the bout.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.datamodel.recording import SINGLE_INDIVIDUAL
from napari_mousegpt.io.doors.text_rows import head_of, read_text
from napari_mousegpt.io.label_formats.bout_rows import Row, bouts_in_frames

suffixes = frozenset({".annot", ".txt"})

FIRST_LINE = "caltech behavior annotator - annotation file"
_STREAM = re.compile(r"S(\d+):\s*start\s+end\s+type", re.IGNORECASE)
_BOUT = re.compile(r"(\d{1,12})\s+(\d{1,12})\s+(\S.*)")


def matches(path: Path) -> bool:
    """Whether the file begins as this annotator's do and is not of BENTO's newer layout."""
    try:
        head = head_of(path).lower()
    except (OSError, ValueError):
        return False
    return head.startswith(FIRST_LINE) and "list of annotations:" not in head


def read(
    path: Path,
    *,
    fps: float | None = None,
    times_s: NDArray[np.floating] | None = None,
) -> pd.DataFrame:
    """Read bouts. The file holds frames; ``fps`` and ``times_s`` change nothing.

    A stream is an individual; the only one is the single animal.

    Raises
    ------
    ValueError
        If the file is not of this format.
    """
    lines = [line.strip() for line in read_text(path).splitlines()]
    if not lines or lines[0].lower() != FIRST_LINE:
        raise ValueError(
            f"{path.name}: expected 'Caltech Behavior Annotator - Annotation File' in the first "
            f"line, found {lines[0][:60] if lines else ''!r}"
        )
    rows: list[Row] = []
    frames: list[tuple[int, int]] = []
    names: dict[str, str] = {}
    stream, unread, listing = "", 0, False
    for line in lines[1:]:
        if started := _STREAM.fullmatch(line):
            stream, listing = f"S{started[1]}", False
        elif line.lower() == "configuration file:":
            listing = True
        elif listing and line:
            name, _, key = line.rpartition("\t") if "\t" in line else line.rpartition(" ")
            names[name.strip() or line] = key.strip()
        elif bout := _BOUT.fullmatch(line):
            rows.append({"behaviour": bout[3], "individual": stream, "kind": "state"})
            frames.append((int(bout[1]) - 1, int(bout[2])))
        else:
            unread += bool(line.strip("-"))
    if len({row["individual"] for row in rows}) == 1:
        rows = [row | {"individual": SINGLE_INDIVIDUAL} for row in rows]
    table = np.array(frames, np.int64).reshape(-1, 2)
    return bouts_in_frames(
        rows,
        table[:, 0],
        table[:, 1],
        problems=[f"lines that could not be read, left out: {unread}"] * bool(unread),
        ethogram=[{"name": name, "key": key, "kind": "state"} for name, key in names.items()],
    )
