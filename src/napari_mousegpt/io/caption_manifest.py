"""The csv that names many videos to describe, each with what is its own. Opens none of them."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from napari_mousegpt.io.recording_folder import SUFFIX, is_recording

COLUMNS = ("video", "pose", "output", "camera_view", "fps", "pose_format", "frames", "individual")
VIEWS = ("top", "bottom", "side", "oblique")
MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class CaptionInput:
    """A video or recording to describe; None is what the command's options, or nothing, say."""

    video: Path
    pose: Path | None = None
    output: Path | None = None
    camera_view: str | None = None
    fps: float | None = None
    pose_format: str | None = None
    frames: str | None = None
    individuals: tuple[str, ...] | None = None

    @property
    def folder(self) -> Path:
        """Where its recording is, or will be."""
        if is_recording(self.video):
            return self.video
        return self.output or self.video.with_suffix(SUFFIX)


def read_manifest(path: str | Path) -> tuple[CaptionInput, ...]:
    """Read a csv with a column ``video`` and any other of `COLUMNS`; empty cells say nothing.

    Paths are from the manifest's folder on; several individuals are separated by semicolons.
    Separators may be commas, semicolons or tabs; lines that begin with # are comments.

    Raises
    ------
    ValueError
        With everything that is wrong with it, by line.
    """
    path = Path(path)
    rows = _rows(path)
    problems: list[str] = []
    inputs: list[CaptionInput] = []
    seen: dict[Path, tuple[int, CaptionInput]] = {}
    for line, row in rows:
        found = _wrong_in(row)
        if found:
            problems += [f"line {line}: {problem}" for problem in found]
            continue
        one = _input(row, path.parent)
        before = seen.setdefault(one.folder.absolute(), (line, one))
        if before[0] != line and (one.video != before[1].video or one == before[1]):
            problems.append(f"line {line}: goes to {one.folder.name}, as line {before[0]} does")
        inputs.append(one)
    if problems:
        more = len(problems) - MOST_SHOWN
        tail = [f"and {more} more"] if more > 0 else []
        raise ValueError(f"{path.name}: {'; '.join([*problems[:MOST_SHOWN], *tail])}")
    if not inputs:
        raise ValueError(f"{path.name}: expected a line for each video, found none")
    return tuple(inputs)


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such manifest")
    try:
        # Blank lines and comments are left in, so that lines can be counted.
        text = path.read_text(encoding="utf-8-sig")
        dialect = csv.Sniffer().sniff(_first_line(text), ",;\t") if text.strip() else csv.excel
        lines = list(csv.reader(text.splitlines(), dialect))
    except (csv.Error, UnicodeDecodeError) as error:
        if not isinstance(error, csv.Error) or "determine delimiter" not in str(error):
            raise ValueError(f"{path.name} is not a csv table: {error}") from error
        lines = [[line] for line in text.splitlines()]  # one column needs no separator
    numbered = [
        (number, [cell.strip() for cell in cells])
        for number, cells in enumerate(lines, start=1)
        if any(cell.strip() for cell in cells) and not cells[0].lstrip().startswith("#")
    ]
    names = [name.lower() for name in numbered[0][1]] if numbered else []
    unknown = [name for name in names if name not in COLUMNS]
    if "video" not in names or unknown or len(set(names)) < len(names):
        raise ValueError(
            f"{path.name}: expected a column video, and if need be "
            f"{', '.join(COLUMNS[1:])}; found {', '.join(names) or 'nothing'}"
        )
    return [(number, dict(zip(names, cells, strict=False))) for number, cells in numbered[1:]]


def _first_line(text: str) -> str:
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return next(lines, "")


def _wrong_in(row: dict[str, str]) -> list[str]:
    problems = []
    if not row.get("video"):
        problems.append("no video")
    view, fps, frames = (row.get(name, "") for name in ("camera_view", "fps", "frames"))
    if view and view not in VIEWS:
        problems.append(f"camera_view: expected one of {', '.join(VIEWS)}, found {view!r}")
    if fps and not pd.to_numeric(fps, errors="coerce") > 0:
        problems.append(f"fps: expected a number above zero, found {fps!r}")
    if frames and (not re.fullmatch(r"\d*:\d*", frames) or frames == ":"):
        problems.append(f"frames: expected START:STOP, found {frames!r}")
    return problems


def _input(row: dict[str, str], folder: Path) -> CaptionInput:
    values: dict[str, Any] = {name: row.get(name) or None for name in COLUMNS}
    for name in ("video", "pose", "output"):
        if values[name] is not None:
            values[name] = folder / Path(values[name]).expanduser()
    who = values.pop("individual")
    names = tuple(name.strip() for name in who.split(";") if name.strip()) if who else None
    values["fps"] = float(values["fps"]) if values["fps"] else None
    return CaptionInput(**values, individuals=names)
