"""Questions about recordings, answered from profile, transitions, comparison and search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.asking.grammar import read_question
from napari_mousegpt.analysis.asking.question import (
    NotUnderstood,
    Question,
    Vocabulary,
    in_words,
)
from napari_mousegpt.analysis.asking.told import Told, tell
from napari_mousegpt.analysis.groups.compare import CompareSettings
from napari_mousegpt.analysis.groups.compare_words import warnings_of
from napari_mousegpt.analysis.profile.voice import VoiceChoice
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.group_table import GroupTable
from napari_mousegpt.workflows.compare import cohort_profile, compare_recordings
from napari_mousegpt.workflows.profile import Epoch, ProfileSettings, profile_recordings
from napari_mousegpt.workflows.search import SearchSettings, search

COMPARED = ("budget", "bouts_per_min", "latency_s")


class Reader(Protocol):
    """Whatever turns a question into the fixed form: the grammar, or a language model."""

    def __call__(self, text: str, vocabulary: Vocabulary) -> Question:
        """Fill in the form, or raise `NotUnderstood`."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """A question as it was taken, the answer, and what it rests on (see `told.Told`)."""

    question: Question
    meaning: str
    told: Told
    voices: tuple[str, ...]
    notes: tuple[str, ...] = field(default=())


def ask(
    recordings: Sequence[Recording],
    text: str,
    *,
    choice: VoiceChoice | None = None,
    groups: GroupTable | None = None,
    reader: Reader = read_question,
) -> Answered:
    """Answer a question about recordings.

    Figures are those that ``mousegpt profile`` and ``mousegpt compare`` give for the same bouts.

    Raises
    ------
    NotUnderstood
        If the question is none that can be answered.
    ValueError
        If there is nothing to answer it from, or bouts of several voices to choose from.
    """
    vocabulary = vocabulary_of(recordings, groups)
    try:
        question = reader(text, vocabulary)
    except NotUnderstood as problem:
        raise _with_windows(recordings, text, problem) from None
    if question.kind == "find":
        return _found(recordings, question)
    if question.kind == "compare":
        return _compared(recordings, question, choice, groups, vocabulary)
    profile = profile_recordings(
        recordings,
        ProfileSettings(
            choice=_whose(recordings, question, choice),
            n_orders=999 if question.kind in ("after", "before") else 0,
        ),
        epochs=_epochs(recordings, question),
    )
    notes = (*_notes(question), *_mentioned(recordings, question, profile.names))
    return Answered(question, in_words(question), tell(question, profile), profile.voices, notes)


def vocabulary_of(recordings: Sequence[Recording], groups: GroupTable | None = None) -> Vocabulary:
    """What can be asked about these recordings: behaviours of bouts and ethograms, and names."""
    meanings = {one.name: one.meaning for rec in recordings for one in rec.ethogram}
    seen = [str(name) for rec in recordings for name in rec.bouts["behaviour"].dropna().unique()]
    names = list(dict.fromkeys([*meanings, *sorted(seen)]))
    animals = dict.fromkeys(name for rec in recordings for name in rec.individuals)
    several = len(recordings) > 1
    return Vocabulary(
        behaviours={name: meanings.get(name, "") for name in names},
        individuals=tuple(animals) if len(animals) > 1 else (),
        recordings=tuple(rec.name for rec in recordings) if several else (),
        groups=() if groups is None else tuple(map(str, groups.rows["group"].unique())),
    )


def _whose(
    recordings: Sequence[Recording], question: Question, choice: VoiceChoice | None
) -> VoiceChoice:
    """Clusters are counted only where they are asked about: they repeat what was described."""
    if choice is not None and choice != VoiceChoice():
        return choice
    bouts = pd.concat([one.bouts[["source", "behaviour"]] for one in recordings])
    sources = set(bouts["source"])
    asked = set(bouts.loc[bouts["behaviour"].isin(question.behaviours), "source"])
    if asked == {"cluster"} and question.behaviours:
        return VoiceChoice(source="cluster")
    others = sources - {"cluster"}
    only = len(others) == 1 and sources != others
    return VoiceChoice(source=others.pop()) if only else VoiceChoice()


def _epochs(recordings: Sequence[Recording], question: Question) -> dict[str, list[Epoch]] | None:
    if question.from_s is None and question.to_s is None:
        return None
    epochs = {}
    for recording in recordings:
        length_s = min(entry.frames / entry.fps for entry in recording.videos)
        start_s = question.from_s or 0.0
        if start_s < 0:
            start_s = max(0.0, length_s + start_s)
        stop_s = question.to_s if question.to_s is not None else np.nan
        if not start_s < min(length_s, stop_s if stop_s == stop_s else length_s):
            raise ValueError(
                f"{recording.name} is {length_s:.1f} s long: there is nothing from {start_s:g} s on"
            )
        epochs[recording.name] = [Epoch("asked", start_s, stop_s)]
    return epochs


def _found(recordings: Sequence[Recording], question: Question) -> Answered:
    settings = SearchSettings(
        individual=question.individual,
        from_s=question.from_s if question.from_s is None or question.from_s >= 0 else None,
        to_s=question.to_s,
        limit=50,
    )
    within = [one for one in recordings if question.recording in (None, one.name)]
    if question.from_s is not None and question.from_s < 0:
        length_s = max(entry.frames / entry.fps for one in within for entry in one.videos)
        settings = replace(settings, from_s=max(0.0, length_s + question.from_s))
    hits = search(within, question.text, settings)
    fps = {(str(one.folder), entry.id): entry.fps for one in within for entry in one.videos}
    count = "1 window is" if len(hits) == 1 else f"{len(hits)} windows are"
    sentence = f"{count} described so, the best first" if len(hits) else "Nothing found"
    rates = [fps[key] for key in zip(hits["recording"], hits["video"], strict=True)]
    moments = hits.assign(
        start_s=hits["start"] / rates, duration_s=(hits["stop"] - hits["start"]) / rates
    ).reset_index(drop=True)
    told = Told((sentence,), moments=moments)
    voices = tuple(sorted({f"run {run}" for run in hits["run_id"]})) if len(hits) else ()
    return Answered(question, in_words(question), told, voices)


def _compared(
    recordings: Sequence[Recording],
    question: Question,
    choice: VoiceChoice | None,
    groups: GroupTable | None,
    vocabulary: Vocabulary,
) -> Answered:
    if groups is None:
        raise NotUnderstood.because(
            "To compare groups, say who is in which: --groups groups.csv (recording, group).",
            vocabulary,
        )
    settings = ProfileSettings(choice=_whose(recordings, question, choice), n_orders=0)
    cohort = cohort_profile(recordings, groups, settings)
    names = question.behaviours or tuple(vocabulary.behaviours)
    measures = [f"{name}: {measure}" for name in names for measure in COMPARED]
    compared = compare_recordings(
        cohort, CompareSettings(), measures=[name for name in measures if name in cohort.table]
    )
    tests = compared.tests
    sentences = [_difference(row, compared.cohort.groups) for row in tests.to_dict("records")]
    if not question.behaviours:  # of everything, what differs
        differs = tests["significant"].to_numpy(bool)
        sentences = [text for text, real in zip(sentences, differs, strict=True) if real]
        sentences = sentences or [f"None of {len(tests)} measures differs at q < 0.05"]
    figures = tests.rename(columns={"measure": "behaviour", "p": "value"}).assign(
        recording="", individual="", measure="p"
    )
    told = Told(tuple(sentences), figures[[*_KEYS, "behaviour", "measure", "value"]])
    notes = (*_notes(question), *warnings_of(compared))
    return Answered(question, in_words(question), told, cohort.profile.voices, notes)


_KEYS = ["recording", "individual"]


def _difference(row: dict[str, object], groups: Sequence[str]) -> str:
    medians = ", ".join(f"{name} {row[f'median {name}']:.3g}" for name in groups)
    if row["p"] != row["p"]:
        return f"{row['measure']}: medians {medians}; not tested ({row.get('untested')})"
    verdict = "differs" if row["significant"] else "no difference shown, which is not equality"
    return (
        f"{row['measure']}: medians {medians}; {verdict} (p = {row['p']:.2g}, q = {row['q']:.2g})"
    )


def _notes(question: Question) -> tuple[str, ...]:
    if not question.unused:
        return ()
    return (f"not taken into account: {', '.join(question.unused)}",)


def _mentioned(
    recordings: Sequence[Recording], question: Question, names: Sequence[str]
) -> list[str]:
    """A behaviour may have no bout and yet be part of what is described."""
    notes = []
    for name in question.behaviours:
        if name in names or not all(len(one.descriptions) for one in recordings):
            continue
        hits = search(recordings, name, SearchSettings(limit=1000))
        if len(hits):
            windows = "1 window mentions" if len(hits) == 1 else f"{len(hits)} windows mention"
            notes.append(f'{windows} {name}, though none is called that: ask "find {name}"')
    return notes


def _with_windows(
    recordings: Sequence[Recording], text: str, problem: NotUnderstood
) -> NotUnderstood:
    """Where a question is not understood, descriptions may still have its words."""
    try:
        hits = search(recordings, text, SearchSettings(limit=1000))
    except ValueError:
        return problem
    if not len(hits):
        return problem
    return NotUnderstood(
        f"{problem}\n{len(hits)} windows are described in such words: "
        f'mousegpt search {recordings[0].folder} "{text}"'
    )
