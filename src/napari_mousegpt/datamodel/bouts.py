"""The bout table: who did which behaviour, from which frame to which. Knows no file format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from napari_mousegpt.datamodel.recording import SINGLE_INDIVIDUAL
from napari_mousegpt.datamodel.tables import INTERVAL, conform

BOUTS: dict[str, str] = INTERVAL | {
    "behaviour": "str",
    "target": "str",
    "kind": "str",
    "source": "str",
    "annotator": "str",
    "confidence": "float64",
    "comment": "str",
}
KINDS = ("state", "point")
SOURCES = ("person", "model", "rule", "cluster", "import")

_DEFAULTS = {"video": "", "individual": SINGLE_INDIVIDUAL, "kind": "state", "source": "import"}
_SHOWN_ROWS = 3


def make_bouts(
    rows: pd.DataFrame | Iterable[Mapping[str, Any]],
    *,
    problems: Sequence[str] = (),
    ethogram: Sequence[Mapping[str, Any]] = (),
    fps: float | None = None,
) -> pd.DataFrame:
    """Make a bout table.

    Parameters
    ----------
    rows
        At least ``start``, ``stop`` (frames, half-open) and ``behaviour``. Without a ``video``
        it is "", without an ``individual`` the single one, without a ``kind`` a state, without
        a ``source`` an import. Columns that are not known are kept.
    problems
        Sentences about what was odd in the file, kept in ``attrs["problems"]``.
    ethogram
        What the file says about its behaviours, also those without a bout: dicts with ``name``
        and, where known, ``key``, ``colour``, ``meaning``, ``kind``, ``category``; kept in
        ``attrs["ethogram"]``.
    fps
        Frame rate that the file itself gives, kept in ``attrs["fps"]``.

    Returns
    -------
    pandas.DataFrame
        Columns `BOUTS`, then the others. Absent text is None (so is empty text), an absent
        confidence NaN.

    Raises
    ------
    ValueError
        If a bout has no frames or no behaviour, a negative start, an unknown kind or source, or
        is a point longer than one frame.
    """
    table = rows.copy() if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
    if len(table):
        _require_whole_frames(table)
    table = conform(table, BOUTS)
    for name in table:
        if BOUTS.get(str(name)) == "str":
            table[name] = _text(table[name], _DEFAULTS.get(str(name)))
        elif isinstance(table[name].dtype, pd.StringDtype):  # so that absent is None everywhere
            table[name] = _text(table[name], None)
    _validate(table)
    table.attrs = {
        **table.attrs,
        "problems": [*table.attrs.get("problems", ()), *problems],
        "ethogram": [dict(entry) for entry in ethogram] or table.attrs.get("ethogram", []),
        "fps": fps if fps is not None else table.attrs.get("fps"),
    }
    return table


def merge_windows(
    descriptions: pd.DataFrame, *, source: Literal["model", "rule"] = "model"
) -> pd.DataFrame:
    """Join neighbouring windows in which the same behaviour was seen into bouts.

    Parameters
    ----------
    descriptions
        Interval table with ``keywords``, ``valid`` and ``confidence``. A window's behaviour is
        its first keyword; windows that are not valid or have no keyword are passed over.
    source
        What said it.

    Returns
    -------
    pandas.DataFrame
        Bout table. Windows are neighbours if the next starts at or before the stop of the one
        before; where they overlap, the border is the middle of the overlap, so that the bouts of
        one run and individual never overlap. ``confidence`` is the mean over frames.
    """
    says = [bool(words) for words in descriptions["keywords"].map(_as_list)]
    windows = descriptions[descriptions["valid"].astype(bool) & np.array(says, bool)]
    bouts: list[dict[str, Any]] = []
    for (run_id, video, individual), group in windows.groupby(
        ["run_id", "video", "individual"], sort=False, dropna=False
    ):
        whose = {"video": video, "individual": individual, "run_id": run_id, "source": source}
        bouts += [whose | bout for bout in _merged(group.sort_values(["start", "stop"]))]
    return make_bouts(bouts)


def _merged(windows: pd.DataFrame) -> list[dict[str, Any]]:
    starts, stops = _without_overlap(windows["start"].to_numpy(), windows["stop"].to_numpy())
    behaviours = [_as_list(words)[0] for words in windows["keywords"]]
    bouts: list[dict[str, Any]] = []
    known_frames, weighted = 0, 0.0
    for start, stop, behaviour, confidence in zip(
        starts.tolist(), stops.tolist(), behaviours, windows["confidence"].tolist(), strict=True
    ):
        if stop <= start:
            continue  # wholly covered by its neighbours
        if bouts and bouts[-1]["behaviour"] == behaviour and start <= bouts[-1]["stop"]:
            bouts[-1]["stop"] = stop
        else:
            bouts.append({"start": start, "stop": stop, "behaviour": behaviour})
            known_frames, weighted = 0, 0.0
        if confidence == confidence:
            known_frames += stop - start
            weighted += confidence * (stop - start)
        bouts[-1]["confidence"] = weighted / known_frames if known_frames else np.nan
    return bouts


def _without_overlap(starts: Any, stops: Any) -> tuple[Any, Any]:
    starts, stops = starts.copy(), stops.copy()
    borders = (starts[1:] + stops[:-1]) // 2
    overlapping = starts[1:] < stops[:-1]
    stops[:-1][overlapping] = borders[overlapping]
    starts[1:][overlapping] = borders[overlapping]
    return starts, stops


def _as_list(words: Any) -> list[str]:
    return list(words) if isinstance(words, list | tuple | np.ndarray) else []


def _text(column: pd.Series, default: str | None) -> pd.Series:
    values = [default if value == "" or pd.isna(value) else str(value) for value in column]
    return pd.Series(values, index=column.index, dtype="object")


def _require_whole_frames(table: pd.DataFrame) -> None:
    for name in ("start", "stop"):
        if name not in table:
            raise ValueError(f"expected a table with column {name!r}, found {list(table)}")
        frames = pd.to_numeric(table[name], errors="coerce").to_numpy(np.float64)
        broken = ~(np.isfinite(frames) & (np.abs(frames) < 2**53) & (frames == np.floor(frames)))
        _refuse(table, broken, f"expected {name} as whole frame numbers")


def _validate(table: pd.DataFrame) -> None:
    length = table["stop"] - table["start"]
    is_point = table["kind"] == "point"
    _refuse(table, table["start"] < 0, "expected bouts that start at frame 0 or later")
    _refuse(table, length < 1, "expected bouts that stop after they start")
    _refuse(table, ~table["kind"].isin(KINDS), f"expected a kind among {', '.join(KINDS)}")
    _refuse(table, ~table["source"].isin(SOURCES), f"expected a source among {', '.join(SOURCES)}")
    _refuse(table, is_point & (length != 1), "expected points of one frame (stop = start + 1)")
    _refuse(table, table["behaviour"].isna(), "expected every bout to have a behaviour")


def _refuse(table: pd.DataFrame, broken: Any, expected: str) -> None:
    positions = np.flatnonzero(np.asarray(broken, bool))
    if len(positions):
        columns = [
            name for name in ("start", "stop", "behaviour", "kind", "source") if name in table
        ]
        shown = table.iloc[positions[:_SHOWN_ROWS]][columns].to_dict("records")
        raise ValueError(
            f"{expected}, found {len(positions)} of {len(table)} that are not, such as "
            f"{'; '.join(map(str, shown))}. Mend these rows and try again."
        )
