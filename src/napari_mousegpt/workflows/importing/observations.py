"""Which of the observations in a label file are of a film. Knows no times and no behaviours."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from napari_mousegpt.datamodel.recording import VideoEntry
from napari_mousegpt.io.label_formats.media_clocks import file_name

ALL = "all"
_FURTHER = re.compile(r" \(\d+\)$")


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
    """The observations of a file, which of them are taken, and what must be asked.

    Several observations of the film are taken together where different people or runs made them,
    as in our own exports; two by the same would count its time twice, so that is asked.
    """
    keys = list(zip(observation_names(table), table["video"], strict=True))
    counts = Counter(keys)
    ours = {key: is_of_film(key[1], entry) for key in counts}
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
    if not chosen and _by_the_same(table, keys, taken):
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


def is_of_film(video: str, entry: VideoEntry) -> bool | None:
    """Whether a label file's name of a video means this film: the same but for folder and suffix,
    or the camera's id, as our own tables write it.

    None if the file names no video.
    """
    stem = Path(file_name(video)).stem.casefold()
    return stem in (entry.path.stem.casefold(), entry.id) if stem else None


def _by_the_same(
    table: pd.DataFrame, keys: Sequence[tuple[str, str]], taken: set[tuple[str, str]]
) -> bool:
    """Whether one person or run made more than one of these observations."""
    voices = table[["source", "annotator", "run_id"]].fillna("").itertuples(index=False, name=None)
    made = set()
    for voice, key in zip(voices, keys, strict=True):
        if key in taken:
            named = any(voice[1:])  # whose bouts overlap has further observations in our exports
            made.add((voice, _FURTHER.sub("", key[0]) if named else key[0]))
    return len({voice for voice, _ in made}) < len(made)


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
