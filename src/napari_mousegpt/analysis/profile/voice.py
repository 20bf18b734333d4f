"""Whose bouts a profile counts, and which frames that voice speaks about. Knows no files.

A voice is one person, one run of a model or of rules, one clustering, or one import. Bouts of two
voices about the same animal are two accounts of the same time: they are never added up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.run import Run
from napari_mousegpt.datamodel.spans import Spans, intersect, union


@dataclass(frozen=True, slots=True)
class VoiceChoice:
    """What a user says about whose bouts to take; None takes any.

    ``source`` is person, model, rule, cluster or import; ``run`` a run's id, the beginning of one,
    or its tool such as ``kinematic-rules``; ``annotator`` a person's name.
    """

    source: str | None = None
    run: str | None = None
    annotator: str | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """One account of a recording: rows of its bouts have these three values."""

    source: str
    run_id: str | None
    annotator: str | None
    name: str

    def rows_of(self, table: pd.DataFrame) -> pd.DataFrame:
        """Bouts of this voice."""
        keep = table["source"] == self.source
        for column in ("run_id", "annotator"):
            value = getattr(self, column)
            keep &= table[column].isna() if value is None else table[column] == value
        return table[keep]


def voices(recording: Recording) -> list[Voice]:
    """All voices that a recording holds bouts of, and runs that found none."""
    found = recording.bouts[["source", "run_id", "annotator"]].drop_duplicates()
    rows = [tuple(None if pd.isna(value) else str(value) for value in row) for row in found.values]
    listed = [_voice(recording, source or "", run_id, person) for source, run_id, person in rows]
    with_bouts = {voice.run_id for voice in listed}
    described = recording.descriptions.loc[
        recording.descriptions["valid"].astype(bool), "run_id"
    ].unique()
    silent = [run for run in recording.runs if run.run_id in set(described) - with_bouts]
    return listed + [_voice(recording, _source_of(run), run.run_id, None) for run in silent]


def one_voice(recording: Recording, choice: VoiceChoice) -> Voice:
    """Choose the one voice that fits; of several runs of one tool and model, the last.

    Where nothing is chosen and one person has labelled, it is that person.

    Raises
    ------
    ValueError
        If none fits, or more than one.
    """
    everyone = voices(recording)
    fitting = _last_of_each_name(
        [one for one in everyone if _fits(one, choice, recording)], recording
    )
    people = [one for one in fitting if one.source == "person"]
    if choice == VoiceChoice() and len(people) == 1:
        fitting = people
    if len(fitting) == 1:
        return fitting[0]
    heard = ", ".join(sorted(voice.name for voice in everyone)) or "nobody"
    if not fitting:
        raise ValueError(
            f"{recording.name}: expected bouts of {_words(choice)}, found those of {heard}. "
            "Describe it with: mousegpt caption, or choose another --source, --run or --annotator."
        )
    raise ValueError(
        f"{recording.name} holds bouts of {len(fitting)} voices, and counting them together "
        "counts time twice. Choose one of: "
        f"{'; '.join(sorted(_options(voice, recording) for voice in fitting))}"
    )


def known_spans(
    recording: Recording,
    voice: Voice,
    *,
    video: str,
    individual: str,
    assessed: pd.DataFrame | None = None,
    behaviour: str | None = None,
) -> tuple[Spans, str]:
    """Find the frames about which a voice speaks, and say in words why.

    Spans that a person marked as assessed, where there are any; for a run the windows it described
    validly; otherwise the whole video, since nothing says what was looked at.

    Parameters
    ----------
    assessed
        Interval table with ``annotator`` and ``behaviours`` (see `datamodel.labels.assessed`).
    behaviour
        Only spans in which this one was looked for; any if None.
    """
    whole = union([(0, recording.video(video).frames)])
    marked = _assessed_by(voice, assessed, video, individual)
    if marked is not None:
        if behaviour is not None:
            marked = marked[[behaviour in list(names) for names in marked["behaviours"]]]
        return intersect(union(marked[["start", "stop"]]), whole), "assessed spans"
    said = recording.descriptions
    if voice.run_id is not None and (said["run_id"] == voice.run_id).any():
        rows = said[
            (said["run_id"] == voice.run_id)
            & (said["video"] == video)
            & (said["individual"] == individual)
            & said["valid"].astype(bool)
        ]
        return intersect(union(rows[["start", "stop"]]), whole), "windows described"
    return whole, "the whole video, as nothing says what was looked at"


def _assessed_by(
    voice: Voice, assessed: pd.DataFrame | None, video: str, individual: str
) -> pd.DataFrame | None:
    """Rows of a person or an import; None if nothing was marked by them in the whole recording."""
    if assessed is None or voice.source not in ("person", "import"):
        return None
    rows = assessed
    if voice.annotator is not None:
        rows = rows[rows["annotator"].isna() | (rows["annotator"] == voice.annotator)]
    if not len(rows):
        return None
    return rows[(rows["video"] == video) & (rows["individual"] == individual)]


def voice_names(chosen: Iterable[Voice]) -> list[str]:
    """Names of voices without repeats, as they go into a methods text."""
    return sorted({voice.name for voice in chosen})


def _voice(recording: Recording, source: str, run_id: str | None, person: str | None) -> Voice:
    run = recording.run(run_id) if run_id else None
    tool = " ".join(filter(None, [run.tool, run.model])) if run else run_id
    return Voice(source, run_id, person, f"{source} {person or tool or ''}".strip())


def _options(voice: Voice, recording: Recording) -> str:
    """What to write on the command line to choose a voice."""
    run = recording.run(voice.run_id) if voice.run_id else None
    parts = [f"--source {voice.source}"]
    parts += [f'--annotator "{voice.annotator}"'] if voice.annotator else []
    parts += [f"--run {run.tool}"] if run is not None and voice.source != "cluster" else []
    return " ".join(parts)


def _source_of(run: Run) -> str:
    return "rule" if run.tool == "kinematic-rules" else "model"


def _fits(voice: Voice, choice: VoiceChoice, recording: Recording) -> bool:
    if choice.source is not None and voice.source != choice.source:
        return False
    if choice.annotator is not None and voice.annotator != choice.annotator:
        return False
    if choice.run is None:
        return True
    run = recording.run(voice.run_id) if voice.run_id else None
    by_id = voice.run_id is not None and voice.run_id.startswith(choice.run)
    return by_id or (run is not None and choice.run in (run.tool, run.model))


def _last_of_each_name(fitting: list[Voice], recording: Recording) -> list[Voice]:
    """Runs are kept in the order in which they were made."""
    made = {run.run_id: place for place, run in enumerate(recording.runs)}
    ordered = sorted(fitting, key=lambda voice: made.get(voice.run_id or "", -1))
    return list({voice.name: voice for voice in ordered}.values())


def _words(choice: VoiceChoice) -> str:
    values = {"source": choice.source, "run": choice.run, "annotator": choice.annotator}
    said = [f"{name} {value!r}" for name, value in values.items() if value is not None]
    return " and ".join(said) or "somebody"
