"""Bouts as BENTO's ``.annot``: a channel for each individual. Knows no video file.

Frames are written, not seconds, since BENTO takes seconds for frames where all are whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from napari_mousegpt.datamodel.recording import SINGLE_INDIVIDUAL
from napari_mousegpt.io.durable import replace_file
from napari_mousegpt.io.label_formats.bento import CHANNEL_PREFIX
from napari_mousegpt.io.label_writers.what_is_lost import lost_columns, only_video

SINGLE_CHANNEL = "Ch1"


def write(
    bouts: pd.DataFrame,
    path: Path,
    *,
    fps: float,
    n_frames: int | None = None,
    behaviours: Sequence[str] = (),
) -> list[str]:
    """Write the bouts of one video.

    Parameters
    ----------
    bouts
        Bout table of one video.
    path
        Of the ``.annot`` file.
    fps
        Frame rate of the video.
    n_frames
        Frames of the video; up to the last bout if None.
    behaviours
        Behaviours to list, whether they occur or not.

    Returns
    -------
    list of str
        What BENTO cannot hold.

    Raises
    ------
    ValueError
        If the bouts are of several videos.
    OSError
        If the file cannot be written.
    """
    video = only_video(bouts, "a BENTO file")
    listed = list(dict.fromkeys([*behaviours, *bouts["behaviour"]]))
    names, renamed = _behaviours(listed)
    individuals = list(bouts["individual"].unique())
    channels, renamed_channels = _channels(individuals)
    last = int(bouts["stop"].max()) if len(bouts) else 1
    lines = [
        "Bento annotation file",
        f"Movie file(s): {_one_word(video)}",
        "",
        "Stimulus name: ",
        "Annotation start frame: 1",
        f"Annotation stop frame: {n_frames or last}",
        f"Annotation framerate: {fps!r}",
        "",
        "List of channels:",
        *channels.values(),
        "",
        "List of annotations:",
        *names.values(),
        "",
    ]
    for individual, channel in channels.items():
        lines.append(f"{channel}----------")
        its = bouts[bouts["individual"] == individual]
        for behaviour, group in its.groupby("behaviour", sort=False):
            lines += [f">{names[str(behaviour)]}", "Start\t Stop\t Duration "]
            lines += [
                f"{start + 1}\t{stop}\t{stop - start}"
                for start, stop in zip(group["start"], group["stop"], strict=True)
            ]
            lines.append("")
        lines.append("")
    text = "\n".join(lines) + "\n"
    replace_file(path, lambda beside: _write(beside, text))
    return [*lost_columns(bouts, (), "BENTO"), *renamed, *renamed_channels]


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode())


def _behaviours(names: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Names as MATLAB fields; spaces stay, since BENTO replaces them itself."""
    plain: dict[str, str] = {}
    for name in names:
        new = re.sub(" +", " ", re.sub(r"[^A-Za-z0-9_ ]", "_", name)).strip() or "_"
        plain[name] = _unused(new if new[0].isalpha() else f"x{new}", plain)
    return plain, _renamed(plain)


def _channels(individuals: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Names of channels, one for each individual."""
    if individuals in ([], [SINGLE_INDIVIDUAL]):
        return {SINGLE_INDIVIDUAL: SINGLE_CHANNEL}, []
    plain: dict[str, str] = {}
    for name in individuals:
        plain[name] = _unused(re.sub(r"[^A-Za-z0-9_]", "_", name), plain)
    return {name: CHANNEL_PREFIX + new for name, new in plain.items()}, _renamed(plain)


def _unused(name: str, taken: Mapping[str, str]) -> str:
    while name in taken.values():
        name += "_"
    return name


def _renamed(plain: Mapping[str, str]) -> list[str]:
    changed = [f"{name!r} to {new!r}" for name, new in plain.items() if name != new]
    if not changed:
        return []
    return [f"BENTO takes letters, digits and _ only; renamed: {', '.join(changed)}"]


def _one_word(name: str) -> str:
    """BENTO separates movies by spaces."""
    return "_".join(name.split())
