"""Windows that a person corrected or confirmed, as examples for a prompt. Asks no model."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from napari_mousegpt.analysis.review.corrected_examples import corrected_examples
from napari_mousegpt.captioning.prompt import Prompt
from napari_mousegpt.captioning.prompting.example import Example
from napari_mousegpt.captioning.prompting.presets import EXAMPLES
from napari_mousegpt.datamodel.description import LEVELS, Description
from napari_mousegpt.datamodel.labels.corrections import with_corrections
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.workflows.captioner_choice import CaptionSettings
from napari_mousegpt.workflows.example_clips import ExampleClips

SPARE = 3
"""More than are shown, for the windows that are examples themselves."""


def draw_examples(
    recording: Recording, settings: CaptionSettings, prompt: Prompt
) -> tuple[Example, ...]:
    """Draw diverse examples, the best first, and a few to spare.

    They are of films of the same view: of the camera that is described in the recording itself, of
    any camera in others. Behaviours take turns, then animals; a corrected text goes before a
    confirmed one, and windows far apart before neighbours. The same labels give the same examples.

    Raises
    ------
    ValueError
        If there is none.
    """
    choices = settings.prompt
    own = recording.folder.resolve()
    found: list[tuple[Recording, dict[str, Any]]] = []
    for folder in choices.examples_from or (str(own),):
        one = recording if Path(folder).resolve() == own else open_recording(folder)
        rows = _rows(one, settings, mine=one is recording)
        found += [(one, row) for row in rows if not _held_out(one, row, choices.held_out)]
    if not found:
        raise ValueError(
            "examples are windows that a person corrected or confirmed, and there are none"
            f"{' but of animals held out' if choices.held_out else ''}: correct some in the Label "
            "dock, name recordings that have some with --examples-from, or leave --examples out"
        )
    chosen = _diverse(found, choices.examples + SPARE)
    examples = []
    with ExitStack() as open_films:
        makers: dict[tuple[Path, str], ExampleClips] = {}
        for one, row in chosen:
            key = (one.folder, row["video"])
            if key not in makers:
                entry = one.video(row["video"])
                makers[key] = open_films.enter_context(ExampleClips(one, entry, settings, prompt))
            examples.append(_example(one, row, makers[key], prompt))
    return tuple(examples)


def _rows(recording: Recording, settings: CaptionSettings, *, mine: bool) -> list[dict[str, Any]]:
    """Windows with a whole answer that a person stands for."""
    now = recording.descriptions[recording.descriptions["valid"]]
    entry = recording.video(settings.video) if mine else None
    view = settings.camera_view or (entry.view if entry else "top")
    cameras = [entry.id] if entry else [one.id for one in recording.videos if one.view == view]
    now = now[now["video"].isin(cameras)].reset_index(drop=True)
    if now.empty:
        return []
    table = corrected_examples(with_corrections(now, ()), recording.bouts, corrected=now)
    whole = table["overall"].notna() & table["keywords"].map(lambda words: bool(_words(words)))
    # What was said with the help of examples is none, unless a person worked on it: else a run
    # would find other examples as soon as it has answered.
    helped = [run.run_id for run in recording.runs if EXAMPLES in run.prompt]
    table = table[whole & (table["text_corrected"] | ~table["run_id"].isin(helped))]
    table = table.sort_values("text_corrected", kind="stable")
    table = table.drop_duplicates(["video", "individual", "start", "stop"], keep="last")
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _held_out(recording: Recording, row: dict[str, Any], held_out: Iterable[str]) -> bool:
    return bool({row["individual"], f"{recording.name}/{row['individual']}"} & set(held_out))


def _diverse(
    found: list[tuple[Recording, dict[str, Any]]], count: int
) -> list[tuple[Recording, dict[str, Any]]]:
    """Choose one after the other, each from what is seen least so far."""
    chosen: list[tuple[Recording, dict[str, Any]]] = []
    left = sorted(found, key=lambda one: (one[0].name, *_key(one[1])))
    while left and len(chosen) < count:
        best = min(left, key=lambda one: _rank(one, chosen))
        chosen.append(best)
        left = [one for one in left if not _same_moment(one, best)]
    return chosen


def _rank(
    one: tuple[Recording, dict[str, Any]], chosen: list[tuple[Recording, dict[str, Any]]]
) -> tuple[float, ...]:
    recording, row = one
    behaviour = _words(row["keywords"])[0]
    alike = sum(_words(other["keywords"])[0] == behaviour for _, other in chosen)
    animal = (recording.name, row["individual"])
    animals = sum((its.name, other["individual"]) == animal for its, other in chosen)
    near = [abs(o["start"] - row["start"]) for r, o in chosen if r is recording]
    return (alike, animals, not row["text_corrected"], -min(near, default=0))


def _same_moment(
    one: tuple[Recording, dict[str, Any]], other: tuple[Recording, dict[str, Any]]
) -> bool:
    (mine, row), (its, there) = one, other
    return (
        mine is its
        and row["video"] == there["video"]
        and row["individual"] == there["individual"]
        and row["start"] < there["stop"]
        and there["start"] < row["stop"]
    )


def _example(
    recording: Recording, row: dict[str, Any], clips: ExampleClips, prompt: Prompt
) -> Example:
    window = TimeRange(int(row["start"]), int(row["stop"]))
    clip = clips.clip(window, str(row["individual"]))
    head, limb, torso = (row[level] or None for level in LEVELS[1:])
    answer = Description(row["overall"], head, limb, torso, tuple(_words(row["keywords"])))
    asked = prompt.question_for(clip).split("\n")
    return Example(
        video_sha256=clip.video_sha256,
        video=clip.video,
        individual=clip.individual,
        start=window.start,
        stop=window.stop,
        # The last line asks, and all examples answer the same question.
        asked=" ".join(line.strip() for line in asked[:-1] or asked),
        answer=answer.to_text(),
        times_s=clip.times_s,
        pixels=clip.pixels,
    )


def _key(row: dict[str, Any]) -> tuple[str, str, int]:
    return str(row["video"]), str(row["individual"]), int(row["start"])


def _words(value: Any) -> list[str]:
    listed = value if isinstance(value, list | tuple | np.ndarray) else []
    return [str(word) for word in listed]
