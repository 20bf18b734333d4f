"""The files of an import, each read once: what it is, why, and what it holds. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt import extensions
from napari_mousegpt.io import label_files, pose_files
from napari_mousegpt.io.films.open_film import open_film
from napari_mousegpt.io.fingerprint import fingerprint

Unit = Literal["seconds", "frames"]
_GROUPS = {"pose": "pose_formats", "labels": "label_formats"}
_OTHER = {"pose": ("labels", label_files), "labels": ("poses", pose_files)}


@dataclass(frozen=True, slots=True)
class CameraFiles:
    """What a person gives for one camera of a recording.

    Attributes
    ----------
    video
        None for a camera that the recording has already.
    camera
        ``cam0``, ``cam1``, ...
    view, fps, offset_s
        None to keep what the recording or the file says.
    poses, labels
        Files.
    pose_format, label_format
        Names of readers, where files match more than one.
    """

    video: Path | None
    camera: str = "cam0"
    view: str | None = None
    fps: float | None = None
    offset_s: float | None = None
    poses: Path | None = None
    labels: tuple[Path, ...] = ()
    pose_format: str | None = None
    label_format: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FilmFacts:
    """What is known of a film before any frame is decoded.

    ``times_s`` are its time stamps, shape (n_frames,); None where the frame rate was given.
    """

    path: Path
    frames: int
    fps: float
    width: int
    height: int
    sha256: str
    times_s: NDArray[np.float64] | None
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ReadFile:
    """A pose or label file.

    Attributes
    ----------
    formats
        All readers whose formats it looks like.
    format
        The one that read it; None if that must be chosen first, and then there is no ``data``.
    reason
        Why it was taken for that, in words.
    data
        Poses, or bouts in frames of the video, with the file's own names.
    unit
        What the times of a label file are; None if it has none or cannot be told.
    """

    path: Path
    kind: Literal["pose", "labels"]
    formats: tuple[str, ...]
    format: str | None
    reason: str
    sha256: str
    data: Any = None
    unit: Unit | None = None

    @property
    def question(self) -> str | None:
        """What must be chosen before it can be read, in words."""
        if self.format is not None:
            return None
        option = "--pose-format" if self.kind == "pose" else "--label-format"
        return (
            f"{self.path.name} could be {' or '.join(self.formats)}: say which with {option} NAME"
        )


def read_film(path: Path, fps: float | None) -> FilmFacts:
    """Look at a film without decoding it.

    Raises
    ------
    FileNotFoundError, OSError, ValueError
        If it is not there or no film.
    """
    with open_film(path, fps) as film:
        frames, height, width, _ = film.shape
        return FilmFacts(
            path=path,
            frames=frames,
            fps=fps or film.fps,
            width=width,
            height=height,
            sha256=fingerprint(path),
            times_s=None if fps else film.times_s,
            problems=tuple(f"{path.name}: {problem}" for problem in film.problems),
        )


def read_pose_file(path: Path, pose_format: str | None = None) -> ReadFile:
    """Read poses; a file that matches several formats is not read until one is chosen.

    Raises
    ------
    FileNotFoundError, OSError, ValueError
        If it is not there, holds no poses or breaks its format's rules.
    """

    def read(name: str | None) -> xr.Dataset:
        return pose_files.read_poses(path, pose_format=name)

    return _read(path, "pose", pose_format, read)


def read_label_file(
    path: Path,
    label_format: str | None = None,
    *,
    fps: float,
    times_s: NDArray[np.float64] | None = None,
) -> ReadFile:
    """Read labels in frames of a film with this frame rate and these time stamps.

    Raises
    ------
    FileNotFoundError, OSError, ValueError
        If it is not there, holds no labels or breaks its format's rules.
    """

    def read(name: str | None) -> pd.DataFrame:
        return label_files.read_bouts(path, label_format=name, fps=fps, times_s=times_s)

    result = _read(path, "labels", label_format, read)
    if result.data is None:
        return result
    return replace(result, unit=_unit(path, result.format, result.data, fps))


def _read(
    path: Path,
    kind: Literal["pose", "labels"],
    chosen: str | None,
    read: Callable[[str | None], Any],
) -> ReadFile:
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file; expected one with {_plural(kind)}")
    reader = pose_files if kind == "pose" else label_files
    formats = tuple(reader.recognise(path))
    name = chosen or (formats[0] if len(formats) == 1 else None)
    if not formats and chosen is None:
        _refuse_other_kind(path, kind)
        read(None)  # raises, and says what it found in place of a format
    looks = f"looks like {' and like '.join(formats)}"
    file = ReadFile(path, kind, formats, None, looks, fingerprint(path))
    if name is None:
        return file
    return replace(file, format=name, reason=_reason(kind, name, formats), data=read(name))


def _reason(kind: str, name: str, formats: tuple[str, ...]) -> str:
    known = extensions.names(_GROUPS[kind])
    if name not in known:
        raise ValueError(
            f"expected a {kind} format among {', '.join(known)}, found {name!r}. "
            "Choose one of these."
        )
    doc = extensions.load(_GROUPS[kind], name).__doc__ or name
    what = doc.split("\n")[0].split(". ")[0].strip().rstrip(".")
    if name in formats:
        others = [one for one in formats if one != name]
        also = f"; it looks like {' and '.join(others)} too" if others else ""
        return f"its content is that of {what}{also}"
    looks = f"like {' and '.join(formats)}" if formats else "like no known format"
    return f"chosen by you ({what}); its content looks {looks}"


def _refuse_other_kind(path: Path, kind: str) -> None:
    other, reader = _OTHER[kind]
    if formats := reader.recognise(path):
        option = "--labels" if kind == "pose" else "--pose"
        raise ValueError(
            f"{path.name}: expected {_plural(kind)}, found {other} ({', '.join(formats)}). "
            f"Give it with {option}."
        )


def _unit(path: Path, name: str | None, bouts: pd.DataFrame, fps: float) -> Unit | None:
    """Read at twice the frame rate: times in seconds then fall on other frames."""
    if not (bouts["stop"] > 1).any():
        return None
    try:
        other = label_files.read_bouts(path, label_format=name, fps=2 * fps)
    except ValueError:
        return None
    same = len(other) == len(bouts) and (other["stop"].max() == bouts["stop"].max())
    return "frames" if same else "seconds"


def _plural(kind: str) -> str:
    return "poses" if kind == "pose" else "labels"
