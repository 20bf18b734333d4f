"""The sides of a comparison: whose bouts, what they assessed, at which frame rate.

Reads recordings and label files; knows no measure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from napari_mousegpt.analysis.profile.voice import Voice, known_spans, voices
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.bout_journal import read_assessed
from napari_mousegpt.io.label_files import read_bouts
from napari_mousegpt.io.recording_folder import is_recording, open_recording
from napari_mousegpt.workflows.evaluation_films import bouts_of_film, check_bouts, check_films

SAID_BY_PEOPLE = ("person", "import")


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One annotator: a person, a model, a rule or a file.

    Attributes
    ----------
    assessed
        Interval table of what they looked at, None if nothing says so: the whole then.
    listed
        Behaviours that their file or ethogram names, used or not.
    problems
        Sentences about what was odd in their file.
    runs
        Runs behind a model or rule of a recording.
    """

    name: str
    bouts: pd.DataFrame
    assessed: pd.DataFrame | None = None
    listed: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()

    @property
    def by_people(self) -> bool:
        """Whether nothing but persons, or files, said this."""
        return set(self.bouts["source"]) <= set(SAID_BY_PEOPLE)

    def replace(self, **changes: object) -> Side:
        """Return a copy with some attributes changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """All annotators of one recording or label file.

    Attributes
    ----------
    fps
        Frames per second; None if a label file does not say.
    frames
        Video to number of frames, empty for a label file.
    """

    name: str
    everyone: tuple[Side, ...]
    fps: float | None
    frames: Mapping[str, int]
    recording: Recording | None = None

    def chosen(self, said: str | None, option: str) -> Side:
        """One side by its name, annotator, source, tool or the beginning of its run.

        Raises
        ------
        ValueError
            If none fits, or more than one.
        """
        fitting = [side for side in self.everyone if said is None or _fits(side, said)]
        if len(fitting) == 1:
            return fitting[0]
        heard = ", ".join(side.name for side in self.everyone) or "nobody"
        wanted = "one annotator" if said is None else f"an annotator {said!r}"
        no_file = ", and there is no such file" if option == "--against" else ""
        raise ValueError(
            f"{self.name}: expected {wanted}, found {heard}{no_file}. Choose one with {option}."
        )


def read_sides(path: str | Path, *, fps: float | None = None) -> Sides:
    """Open a recording, or read a label file of any format.

    Parameters
    ----------
    fps
        In place of the recording's or the file's; needed for a file in seconds that gives none.

    Raises
    ------
    FileNotFoundError, ValueError
        If it is neither, or cannot be read.
    """
    path = Path(path)
    if path.is_dir() and is_recording(path):
        recording = open_recording(path)
        assessed = read_assessed(recording.folder)
        return sides_of_recording(recording, assessed if len(assessed) else None, fps=fps)
    if path.is_dir():
        raise ValueError(f"{path}: expected a recording or a label file, found another folder")
    return _of_bouts(path.name, read_bouts(path, fps=fps), fps, {})


def read_against(
    path: Path,
    sides: Sides,
    *,
    fps: float | None = None,
    same_film: bool = False,
    by_name: bool = False,
) -> Sides:
    """Read a label file or another recording of what ``sides`` is about.

    The bouts of a file get the name of the recording's video, and, where each side knows one animal
    only, that animal's name.

    Parameters
    ----------
    same_film
        Whether it is known that both are about one film, whatever their lengths say.
    by_name
        Whether only bouts that name the recording's film are its bouts: of a file about several.

    Raises
    ------
    ValueError
        If the frames are not those of one film.
    """
    if path.is_dir() or sides.recording is None:
        other = read_sides(path, fps=fps or sides.fps)
        if not same_film and sides.recording is not None and other.recording is not None:
            check_films(other.recording.videos, sides.recording.videos, path.name)
        return _same_animal(other, sides)
    entry = sides.recording.videos[0]
    read = read_bouts(path, fps=fps or entry.fps)
    bouts = bouts_of_film(path, read, entry, by_name=by_name)
    if not same_film:
        check_bouts(bouts, entry, path.name)
    other = _of_bouts(path.name, bouts, bouts.attrs["fps"], {entry.id: entry.frames})
    return _same_animal(other, sides)


def sides_of_recording(
    recording: Recording, assessed: pd.DataFrame | None, *, fps: float | None = None
) -> Sides:
    """All annotators of an open recording.

    Parameters
    ----------
    assessed
        Interval table of what people looked at (see `datamodel.labels.assessed`), None if nothing
        says so.
    fps
        In place of the recording's.
    """
    frames = {entry.id: entry.frames for entry in recording.videos}
    listed = tuple(behaviour.name for behaviour in recording.ethogram)
    found = voices(recording)
    names = names_of(found)
    everyone = tuple(
        Side(
            name,
            voice.rows_of(recording.bouts).reset_index(drop=True),
            _spans_of(recording, voice, assessed),
            listed if voice.source == "person" else (),
            runs=(voice.run_id,) if voice.run_id else (),
        )
        for name, voice in zip(names, found, strict=True)
    )
    return Sides(recording.name, everyone, fps or recording.videos[0].fps, frames, recording)


def names_of(found: Sequence[Voice]) -> list[str]:
    """What the sides of these voices are called, each differently."""
    called = [voice.annotator or voice.name for voice in found]
    return _distinct(called, [voice.run_id for voice in found])


def _spans_of(
    recording: Recording, voice: Voice, assessed: pd.DataFrame | None
) -> pd.DataFrame | None:
    rows = []
    for entry in recording.videos:
        for individual in recording.individuals:
            spans, _ = known_spans(
                recording, voice, video=entry.id, individual=individual, assessed=assessed
            )
            said = {"video": entry.id, "individual": individual}
            rows += [said | {"start": start, "stop": stop} for start, stop in spans.tolist()]
    return pd.DataFrame(rows, columns=["video", "individual", "start", "stop"])


def _of_bouts(
    name: str, bouts: pd.DataFrame, fps: float | None, frames: Mapping[str, int]
) -> Sides:
    listed = tuple(entry["name"] for entry in bouts.attrs["ethogram"])
    marked = pd.DataFrame(bouts.attrs.get("assessed", []))
    people = list(dict.fromkeys(bouts["annotator"])) or [None]
    everyone = []
    for person in people:
        own = bouts["annotator"].isna() if person is None else bouts["annotator"] == person
        everyone.append(
            Side(
                person or name,
                bouts[own].reset_index(drop=True),
                _assessed_by(person, marked, bouts[own], frames),
                listed,
                tuple(bouts.attrs["problems"]),
            )
        )
    return Sides(name, tuple(everyone), fps or bouts.attrs["fps"], frames)


def _assessed_by(
    person: str | None, marked: pd.DataFrame, bouts: pd.DataFrame, frames: Mapping[str, int]
) -> pd.DataFrame | None:
    """Spans that the file marks; else whole videos, where it is known how long they are."""
    animals = sorted(set(bouts["individual"])) or ["individual_0"]
    if len(marked):
        own = marked["annotator"].isna() | (marked["annotator"] == person)
        spans = marked.loc[own, ["video", "start", "stop"]]
    elif frames:
        spans = pd.DataFrame(
            [{"video": video, "start": 0, "stop": count} for video, count in frames.items()]
        )
    else:
        return None
    return pd.concat([spans.assign(individual=animal) for animal in animals], ignore_index=True)


def _same_animal(found: Sides, sides: Sides) -> Sides:
    here, there = _animals(sides), _animals(found)
    if len(here) != 1 or len(there) != 1 or here == there:
        return found
    name = next(iter(here))
    renamed = [
        side.replace(
            bouts=side.bouts.assign(individual=name),
            assessed=None if side.assessed is None else side.assessed.assign(individual=name),
        )
        for side in found.everyone
    ]
    return replace(found, everyone=tuple(renamed))


def _animals(sides: Sides) -> set[str]:
    if sides.recording is not None:
        return set(sides.recording.individuals)
    return {str(name) for side in sides.everyone for name in side.bouts["individual"].unique()}


def _distinct(names: Sequence[str], runs: Sequence[str | None]) -> list[str]:
    """Names with the run behind them where several are the same."""
    return [
        f"{name} {run[:8]}" if run and names.count(name) > 1 else name
        for name, run in zip(names, runs, strict=True)
    ]


def _fits(side: Side, said: str) -> bool:
    if said in (side.name, *side.name.split(" ")):
        return True
    rows = side.bouts[["annotator", "source", "run_id"]].drop_duplicates()
    return any(
        said in (row.annotator, row.source) or str(row.run_id or "").startswith(said)
        for row in rows.itertuples()
    )
