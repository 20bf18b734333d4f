"""BENTO and MARS ``.annot`` files: channels of bouts, in frames or seconds. Knows no video.

Frames are counted from 1 and the last one belongs to the bout; seconds are such frame numbers
divided by the file's own frame rate, so that they are converted with that rate and no other.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.datamodel.recording import SINGLE_INDIVIDUAL
from napari_mousegpt.io.doors.text_rows import head_of, number, read_text
from napari_mousegpt.io.label_formats.assessed_spans import Span, span
from napari_mousegpt.io.label_formats.bout_rows import (
    LARGEST_FRAME,
    Row,
    bouts_in_frames,
    whole_frames,
)
from napari_mousegpt.io.label_formats.media_clocks import file_name

suffixes = frozenset({".annot", ".txt"})

FIRST_LINES = ("bento annotation file", "caltech behavior annotator - annotation file")
CHANNEL_PREFIX = "Ch_"
"""Before the name of an individual in the channels that our own export writes."""
_LISTS = {"list of channels:": "channels", "list of annotations:": "behaviours"}


@dataclass(slots=True)
class _Content:
    facts: dict[str, str] = field(default_factory=dict)
    movies: list[str] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    behaviours: list[str] = field(default_factory=list)
    bouts: list[tuple[str, str, list[str]]] = field(default_factory=list)
    """Channel, behaviour, and the texts of start, stop and, mostly, duration."""
    unread: int = 0


def matches(path: Path) -> bool:
    """Whether the file begins as BENTO's do and lists its annotations."""
    try:
        head = head_of(path).lower()
    except (OSError, ValueError):
        return False
    return head.startswith(FIRST_LINES) and "list of annotations:" in head


def read(
    path: Path,
    *,
    fps: float | None = None,
    times_s: NDArray[np.floating] | None = None,
) -> pd.DataFrame:
    """Read bouts. The file holds frames; ``fps`` and ``times_s`` change nothing.

    A channel is an individual; the only one, if it is called Ch1, is the single animal.

    Raises
    ------
    ValueError
        If the file is no BENTO annotation, or has seconds without a frame rate.
    """
    content = _parse(read_text(path), path.name)
    rate = number(content.facts.get("annotation framerate", ""))
    texts = [text for _, _, cells in content.bouts for text in cells]
    in_seconds = any(not text.isdecimal() and math.isfinite(number(text)) for text in texts)
    if in_seconds and not 0 < rate <= 1e6:
        raise ValueError(
            f"{path.name}: its bouts are in seconds, but it gives no frame rate. Add a line such "
            "as 'Annotation framerate: 30' below the annotation stop frame."
        )
    first, last = _first_and_last(content.bouts, rate if in_seconds else 1.0)
    offset, notes = _number_of_first(content, first)
    if content.unread:
        notes.append(f"lines that could not be read, left out: {content.unread}")
    if len(content.movies) > 1:
        notes.append(
            f"the file names {len(content.movies)} movies of the same time: the first is meant"
        )
    stop_frame = number(content.facts.get("annotation stop frame", ""))
    n_frames = int(stop_frame) - offset + 1 if 0 < stop_frame < LARGEST_FRAME else None
    return bouts_in_frames(
        _rows(content),
        first - offset,
        last - offset + 1,
        n_frames=n_frames,
        problems=[*notes, *_on_channels(content.channels)],
        ethogram=[{"name": name, "kind": "state"} for name in content.behaviours],
        assessed=_assessed(content, offset, n_frames),
        fps=rate if 0 < rate <= 1e6 else None,
    )


def _parse(text: str, name: str) -> _Content:
    lines = [line.strip() for line in text.splitlines()]
    if not lines or lines[0].lower() not in FIRST_LINES:
        raise ValueError(
            f"{name}: expected 'Bento annotation file' in the first line, found "
            f"{lines[0][:60] if lines else ''!r}"
        )
    content = _Content()
    section, channel, behaviour = "", "", ""
    for line in lines[1:]:
        if not line:
            section = ""
        elif line.lower() in _LISTS:
            section = _LISTS[line.lower()]
        elif section:
            getattr(content, section).append(line)
        elif line.endswith("-----"):
            channel = line.rstrip("-")
        elif line.startswith(">"):
            behaviour = line[1:].strip()
        elif not channel:
            key, _, value = line.partition(":")
            content.facts[key.strip().lower()] = value.strip()
        elif not line.lower().startswith("start"):
            cells = line.split()
            if behaviour and len(cells) >= 2:
                content.bouts.append((channel, behaviour, cells[:3]))
            else:
                content.unread += 1
    content.movies = (content.facts.get("movie file(s)") or _line_after_movies(lines)).split()
    return content


def _line_after_movies(lines: Sequence[str]) -> str:
    """MARS writes the movie in a line of its own."""
    positions = [k for k, line in enumerate(lines[:-1]) if line.lower() == "movie file(s):"]
    return lines[positions[0] + 1] if positions else ""


def _first_and_last(
    bouts: Sequence[tuple[str, str, list[str]]], rate: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last frame of each bout, as the file counts them."""
    values = np.array([[number(text) for text in cells[:2]] for _, _, cells in bouts], np.float64)
    frames = whole_frames(np.round(values.reshape(-1, 2) * rate))
    return frames[:, 0], frames[:, 1]


def _number_of_first(content: _Content, first: NDArray[np.int64]) -> tuple[int, list[str]]:
    """Number of the first frame: 1, unless the file itself says 0."""
    start = number(content.facts.get("annotation start frame", ""))
    if start == 0 or (len(first) and first.min() == 0):
        return 0, ["the file counts frames from 0, where BENTO counts from 1: taken so"]
    return 1, []


def _assessed(content: _Content, offset: int, n_frames: int | None) -> list[Span]:
    """The file says from which frame to which it was annotated."""
    start = number(content.facts.get("annotation start frame", ""))
    if n_frames is None or not offset <= start < n_frames + offset:
        return []
    return [span(int(start) - offset, n_frames, video=_video(content))]


def _video(content: _Content) -> str:
    return file_name(content.movies[0]) if content.movies else ""


def _rows(content: _Content) -> list[Row]:
    video = _video(content)
    channels = content.channels or [channel for channel, _, _ in content.bouts]
    only = len(set(channels)) <= 1
    return [
        {
            "video": video,
            "individual": _individual(channel, only),
            "behaviour": behaviour,
            "kind": "state",
            "channel": channel,
        }
        for channel, behaviour, _ in content.bouts
    ]


def _individual(channel: str, only: bool) -> str:
    if only and re.fullmatch(r"[Cc]h\d*", channel):
        return SINGLE_INDIVIDUAL
    return channel.removeprefix(CHANNEL_PREFIX) or channel


def _on_channels(channels: Iterable[str]) -> list[str]:
    foreign = [name for name in channels if not name.startswith(CHANNEL_PREFIX)]
    if len(foreign) < 2:
        return []
    return [
        f"each of the channels {', '.join(foreign)} was read as an individual; if they are "
        "several annotators of one animal, rename them"
    ]
