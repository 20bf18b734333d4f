"""From rows as a label file gives them to a bout table. Knows no label format.

What cannot be kept as it is, is told in words: nothing is moved or left out in silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.io.label_formats.assessed_spans import Span
from napari_mousegpt.io.label_formats.frame_clock import LARGEST_S, FrameClock

LARGEST_FRAME = 1 << 40
"""Beyond any recording: 35 years at 1000 frames a second."""
NAMES_SHOWN = 10

Row = dict[str, Any]


def bouts_in_seconds(
    rows: Sequence[Row],
    clock: FrameClock | Mapping[str, FrameClock],
    *,
    problems: Sequence[str] = (),
    ethogram: Sequence[Mapping[str, Any]] = (),
    assessed: Sequence[Span] = (),
    fps: float | None = None,
) -> pd.DataFrame:
    """Make a bout table of rows with ``start_s`` and ``stop_s``.

    A state lasts from the frame shown at its start up to, not including, the frame shown at its
    stop; a point is the frame shown at its start, and needs no ``stop_s``.

    Parameters
    ----------
    rows
        Other entries become columns. A time that could not be read is NaN; such rows are left
        out with a sentence.
    clock
        Of the video, or one for each ``video`` of the rows.
    problems, ethogram, fps
        As in `make_bouts`.
    assessed
        Spans in frames that somebody looked at (see `assessed_spans`).
    """
    times_s = np.array(
        [
            (row["start_s"], row["start_s" if row.get("kind") == "point" else "stop_s"])
            for row in rows
        ],
        np.float64,
    ).reshape(-1, 2)
    readable = np.asarray((np.abs(times_s) <= LARGEST_S).all(axis=1))
    notes = _told(~readable, "labels without a readable time, left out")
    times_s = times_s[readable]
    kept = [
        {name: value for name, value in row.items() if name not in ("start_s", "stop_s")}
        for row, keep in zip(rows, readable, strict=True)
        if keep
    ]
    clocks = {None: clock} if isinstance(clock, FrameClock) else clock
    frames, n_frames = np.zeros(times_s.shape, np.int64), np.full(len(kept), LARGEST_FRAME)
    for video, its_clock in clocks.items():
        its = np.array([video is None or row["video"] == video for row in kept], bool)
        frames[its] = its_clock.frames(times_s[its])
        n_frames[its] = its_clock.n_frames or LARGEST_FRAME
    return bouts_in_frames(
        kept,
        frames[:, 0],
        frames[:, 1],
        n_frames=n_frames,
        problems=[*problems, *notes],
        ethogram=ethogram,
        assessed=assessed,
        fps=fps,
    )


def bouts_in_frames(
    rows: Sequence[Row],
    starts: NDArray[np.int64],
    stops: NDArray[np.int64],
    *,
    n_frames: NDArray[np.int64] | int | None = None,
    problems: Sequence[str] = (),
    ethogram: Sequence[Mapping[str, Any]] = (),
    assessed: Sequence[Span] = (),
    fps: float | None = None,
) -> pd.DataFrame:
    """Make a bout table of rows and their frames, ``[starts, stops)``, shape (n_rows,) each.

    ``n_frames`` is that of the video, or one for each row; ``assessed`` are spans that somebody
    looked at (see `assessed_spans`), kept in ``attrs["assessed"]``.

    Bouts of no length are kept as one frame; those without a behaviour, those that stop before
    they start or before the video does are left out; those that reach past ``n_frames`` are
    kept. Each with a sentence.
    """
    is_point = np.array([row.get("kind") == "point" for row in rows], bool)
    stops = np.where(is_point, starts + 1, stops)
    nameless = np.array([not row.get("behaviour") for row in rows], bool)
    absurd = (np.abs(starts) > LARGEST_FRAME) | (np.abs(stops) > LARGEST_FRAME)
    backwards = stops < starts
    before = ~backwards & ((stops <= 0) | (is_point & (starts < 0)))
    empty = (stops == starts) & ~before
    clipped = ~backwards & ~before & (starts < 0)
    keep = ~(nameless | absurd | backwards | before)
    notes = [
        *_told(nameless, "labels without a behaviour, left out"),
        *_told(absurd, "labels without possible frame numbers, left out"),
        *_told(backwards & ~absurd, "labels that stop before they start, left out"),
        *_told(before & ~absurd, "labels before the video, left out"),
        *_told(empty & keep, "labels shorter than a frame, kept as one frame"),
        *_told(clipped & keep, "labels that begin before the video, cut at its start"),
    ]
    starts, stops = np.maximum(starts, 0), np.where(empty, starts + 1, stops)
    ends = np.broadcast_to(LARGEST_FRAME if n_frames is None else n_frames, stops.shape)
    if (late := (stops > ends) & keep).any():
        last = int(np.argmax(np.where(late, stops, -1)))
        reach = f"up to frame {stops[last]} of {ends[last]}"
        notes += _told(late, f"labels past the end of the video, {reach}, kept")
    table = pd.DataFrame([row for row, kept in zip(rows, keep, strict=True) if kept])
    table["start"], table["stop"] = starts[keep], stops[keep]
    bouts = make_bouts(
        table.sort_values("start", kind="stable", ignore_index=True),
        problems=[*problems, *notes],
        ethogram=_with_unlisted(ethogram, table),
        fps=fps,
    )
    bouts.attrs["assessed"] = [dict(one) for one in assessed]
    return bouts


def whole_frames(values: NDArray[np.floating]) -> NDArray[np.int64]:
    """Numbers as frames; what is no whole number becomes absurd, so that it is left out."""
    values = np.asarray(values, np.float64)
    usable = (np.abs(values) <= LARGEST_FRAME) & (values == np.floor(values))
    return np.where(usable, values, LARGEST_FRAME + 2).astype(np.int64)


def one_kind_each(rows: Sequence[Row]) -> list[Row]:
    """List the behaviours of rows as an ethogram, for files that have none."""
    kinds: dict[str, str] = {}
    for row in rows:
        kinds.setdefault(row["behaviour"], row.get("kind", "state"))
    return [{"name": name, "kind": kind} for name, kind in kinds.items()]


def shown(names: Sequence[str]) -> str:
    """Some names, for a sentence."""
    some = ", ".join(map(repr, names[:NAMES_SHOWN]))
    return some if len(names) <= NAMES_SHOWN else f"{some} and {len(names) - NAMES_SHOWN} more"


def _with_unlisted(ethogram: Sequence[Mapping[str, Any]], table: pd.DataFrame) -> list[Row]:
    listed = {entry["name"] for entry in ethogram}
    if "behaviour" not in table:
        return [dict(entry) for entry in ethogram]
    kinds = table["kind"].tolist() if "kind" in table else ["state"] * len(table)
    pairs = zip(table["behaviour"], kinds, strict=True)
    found = one_kind_each([{"behaviour": name, "kind": kind} for name, kind in pairs])
    return [*map(dict, ethogram), *(entry for entry in found if entry["name"] not in listed)]


def _told(which: NDArray[np.bool_], what: str) -> list[str]:
    count = int(which.sum())
    return [f"{what}: {count}"] if count else []
