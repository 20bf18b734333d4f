"""CalMS21 in JSON: annotators, sequences, and a class number per frame. Knows no video.

The ``.npy`` files that CalMS21's own script makes of it are pickles: recognised and refused.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.io.doors.safe_json import entries, items, json_head, read_json, text
from napari_mousegpt.io.label_formats.assessed_spans import Span, whole
from napari_mousegpt.io.label_formats.bout_rows import Row, bouts_in_frames
from napari_mousegpt.io.label_formats.frame_runs import runs_of

suffixes = frozenset({".json", ".npy"})

FILE_LIMIT_BYTES = 512 << 20
"""The files hold poses too and are long; these are not kept."""
VOCABULARY = ("attack", "investigation", "mount", "other")
"""What the numbers mean in a file that does not say."""
_HEAD_BYTES = 4096
_ANNOTATOR = "annotator-id_"


def matches(path: Path) -> bool:
    """Whether the first entry of the file is an annotator's."""
    try:
        head = json_head(path, _HEAD_BYTES)
    except (OSError, ValueError):
        return False
    if head.startswith("\x93NUMPY") or head[1:6] == "NUMPY":
        return "'|O'" in head and _ANNOTATOR in head
    return head.lstrip().startswith("{") and head.lstrip(" \t\r\n{").startswith(f'"{_ANNOTATOR}')


def read(
    path: Path,
    *,
    fps: float | None = None,
    times_s: NDArray[np.floating] | None = None,
) -> pd.DataFrame:
    """Read bouts. The file holds frames; ``fps`` and ``times_s`` change nothing.

    ``video`` is the last part of a sequence's name. In CalMS21 the behaviour is the resident's,
    the first of the two mice, towards the intruder: they are ``individual`` and ``target``.

    Raises
    ------
    ValueError
        If the file is not of this format, too large, or a pickle.
    OSError
        If it cannot be read.
    """
    if path.suffix.lower() == ".npy":
        raise ValueError(
            f"{path.name}: it holds pickled objects, which can run code and are never opened. "
            "Read the .json file it was made of."
        )
    content = entries(read_json(path, limit_bytes=FILE_LIMIT_BYTES, parse_float=_forgotten))
    rows: list[Row] = []
    starts, stops = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    listed: dict[str, Row] = {}
    assessed: list[Span] = []
    assumed = False
    for annotator, sequences in content.items():
        for name, sequence in entries(sequences).items():
            names, known = _names(entries(sequence))
            assumed |= not known
            listed |= {label: {"name": label, "kind": "state"} for label in names.values()}
            classes = _classes(path.name, name, entries(sequence))
            begins, ends = runs_of(classes)
            about = {
                "video": name.rpartition("/")[2],
                "individual": "resident",
                "target": "intruder",
                "kind": "state",
                "source": "person",
                "annotator": annotator.removeprefix(_ANNOTATOR),
                "observation": name,
            }
            rows += [about | {"behaviour": names.get(k, str(k))} for k in classes[begins].tolist()]
            assessed += whole(len(classes), video=about["video"], annotator=about["annotator"])
            starts.append(begins)
            stops.append(ends)
    if not starts[1:]:
        raise ValueError(f"{path.name}: expected sequences with annotations, found none")
    guessed = f"the file does not name its classes: {', '.join(VOCABULARY)} were assumed"
    return bouts_in_frames(
        rows,
        np.concatenate(starts),
        np.concatenate(stops),
        problems=[guessed] * assumed,
        ethogram=list(listed.values()),
        assessed=assessed,
    )


def _forgotten(_: str) -> float:
    return 0.0


def _names(sequence: dict[str, Any]) -> tuple[dict[int, str], bool]:
    vocabulary = entries(entries(sequence.get("metadata")).get("vocab"))
    names = {number: text(name) for name, number in vocabulary.items() if isinstance(number, int)}
    return (names, True) if names else (dict(enumerate(VOCABULARY)), False)


def _classes(file_name: str, name: str, sequence: dict[str, Any]) -> NDArray[np.int64]:
    labels = items(sequence.get("annotations"))
    usable = all(isinstance(label, int) and abs(label) < 1 << 31 for label in labels)
    if not labels or not usable:
        raise ValueError(
            f"{file_name}: expected a class number for each frame of {name!r}, found none or "
            "others. Sequences without annotations, as in the test set of a challenge, hold none."
        )
    return np.array(labels, np.int64)
