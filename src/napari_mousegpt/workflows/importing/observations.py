"""Which of the observations in a label file are of a film. Knows no times and no behaviours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from napari_mousegpt.datamodel.recording import VideoEntry
from napari_mousegpt.io.label_formats.media_clocks import file_name

ALL = "all"


@dataclass(frozen=True, slots=True)
class Observation:
    """The labels of one film, or of one scoring of it, in a label file.

    ``of_film`` is whether they name the film they are imported for; None if they name none.
    """

    name: str
    video: str
    bouts: int
    of_film: bool | None
    taken: bool


def observation_names(table: pd.DataFrame) -> list[str]:
    """The observation of each row, "" where the file has none."""
    if "observation" not in table:
        return [""] * len(table)
    return ["" if pd.isna(name) else str(name) for name in table["observation"]]


def observations_of(
    table: pd.DataFrame, entry: VideoEntry, chosen: Sequence[str]
) -> tuple[tuple[Observation, ...], str | None]:
    """The observations of a file, which of them are taken, and what must be asked."""
    counts: dict[tuple[str, str], int] = {}
    for key in zip(observation_names(table), table["video"], strict=True):
        counts[key] = counts.get(key, 0) + 1
    ours = {key: is_of_film(key[1], entry.path) for key in counts}
    if chosen:
        taken = {key for key in counts if ALL in chosen or {key[0], key[1]} & set(chosen)}
        # An observation of several films: only its part in this one, where it has such a part.
        taken = {k for k in taken if ours[k] or not any(ours[o] for o in counts if o[0] == k[0])}
    elif len(counts) == 1:
        taken = set(counts)
    else:
        taken = {key for key in counts if ours[key]}
    question = None
    names = list(dict.fromkeys(name or video for name, video in counts))
    if not chosen and len({name for name, _ in taken}) > 1:
        several = ", ".join(repr(name) for name, _ in sorted(taken))
        question = (
            f"observations {several} are all of {entry.path.name}. Choose with "
            "--observation NAME (may be repeated; all takes them all)"
        )
    elif counts and not taken:
        question = (
            f"none of its {len(counts)} observations is of {entry.path.name}: it has "
            f"{', '.join(map(repr, names[:12]))}{' ...' if len(names) > 12 else ''}. Choose with "
            "--observation NAME"
        )
    return tuple(
        Observation(*key, bouts=count, of_film=ours[key], taken=key in taken)
        for key, count in counts.items()
    ), question


def is_of_film(video: str, film: Path) -> bool | None:
    """Whether a label file's name of a video means this film: the same but for folder and suffix.

    None if the file names no video.
    """
    stem = Path(file_name(video)).stem.casefold()
    return stem == film.stem.casefold() if stem else None


def about_observations(observations: Sequence[Observation], entry: VideoEntry) -> list[str]:
    """Say which labels are of another film, and how many are left in the file."""
    problems = []
    others = sorted({one.video for one in observations if one.taken and one.of_film is False})
    if others:
        problems.append(
            f"the labels name the video {', '.join(others)}, this one is {entry.path.name}: "
            "check that they belong together"
        )
    left = [one for one in observations if not one.taken]
    if left and any(one.taken for one in observations):
        bouts = sum(one.bouts for one in left)
        problems.append(f"labels of {len(left)} other observations, not imported: {bouts}")
    return problems
