"""Captioning: windows to answers, appended as they come, resumed where they ended."""

from __future__ import annotations

import itertools
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from napari_mousegpt.captioning.captioner import Answer, Captioner, Clip
from napari_mousegpt.captioning.joining import join_parts
from napari_mousegpt.datamodel.bouts import merge_windows
from napari_mousegpt.datamodel.description import parse_description
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.answers_table import join_answers, rebuild_descriptions
from napari_mousegpt.io.bout_journal import replace_run_bouts
from napari_mousegpt.io.film import Film
from napari_mousegpt.io.open_film import open_film
from napari_mousegpt.io.recording_folder import add_run, append_answers
from napari_mousegpt.workflows.caption_plan import (
    CaptionPlan,
    CaptionSettings,
    clip_for,
    clip_maker,
    plan_captions,
)
from napari_mousegpt.workflows.prefetch import prefetch

__all__ = [
    "CaptionPlan",
    "CaptionProgress",
    "CaptionSettings",
    "caption",
    "clip_for",
    "plan_captions",
]

TRIES = 3
REFRESH_S = 1.0
"""How often the tables in the progress are brought up to date; each time costs their length."""

Window = tuple[TimeRange, str, list[Clip]]


@dataclass(frozen=True, slots=True, eq=False)
class CaptionProgress:
    """How far captioning is. ``seconds_left`` is None until it can be told.

    ``recording`` holds descriptions and bouts as of about a second ago; the last progress has all.
    """

    captioned: int
    skipped: int
    invalid: int
    total: int
    seconds: float
    seconds_left: float | None
    recording: Recording


@dataclass(slots=True)
class _Tally:
    started_s: float = field(default_factory=time.monotonic)
    refreshed_s: float = field(default_factory=time.monotonic)
    captioned: int = 0
    invalid: int = 0
    fresh: list[dict[str, Any]] = field(default_factory=list)


def caption(plan: CaptionPlan) -> Generator[CaptionProgress, None, None]:
    """Describe every window of a plan that is still to be described.

    Each batch of answers is on disk before its progress is yielded. Closing the generator stops;
    what was answered stays, and a new plan with the same settings goes on from there.

    Raises
    ------
    OSError
        If the recording cannot be written to.
    RuntimeError
        If another program is captioning the same recording.
    """
    lock = FileLock(plan.recording.folder / ".captioning.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise RuntimeError(
            f"{plan.recording.name} is being captioned by another program. "
            "Wait until it ends, or stop it there."
        ) from None
    tally = _Tally()
    recording = add_run(plan.recording, plan.run)
    try:
        with open_film(plan.entry.path, plan.entry.fps) as video:
            for rows in _answered_batches(plan, video):
                append_answers(recording, rows)
                tally.captioned += len(rows)
                tally.invalid += sum(not row["valid"] for row in rows)
                tally.fresh += rows
                recording = _refreshed(recording, plan, tally)
                yield _progress(plan, tally, recording)
    finally:
        recording = _settled(recording, plan)
        lock.release()
    yield _progress(plan, tally, recording)


def _answered_batches(plan: CaptionPlan, video: Film) -> Iterator[list[dict[str, Any]]]:
    maker = clip_maker(plan, video)
    batch_size = plan.captioner.batch_size or 8
    windows = prefetch(
        _batches(maker.in_file_order(list(plan.wanted), plan.wanted), batch_size), ahead=1
    )
    for batch in windows:
        yield _answers(plan.captioner, batch, plan.run.run_id)


def _batches(windows: Iterator[Window], size: int) -> Iterator[list[Window]]:
    while batch := list(itertools.islice(windows, size)):
        yield batch


def _answers(captioner: Captioner, batch: Sequence[Window], run_id: str) -> list[dict[str, Any]]:
    clips = [clip for _, _, parts in batch for clip in parts]
    answers = iter(_describe(captioner, clips))
    rows = []
    for window, individual, parts in batch:
        lengths = [clip.frames[-1] - clip.frames[0] + 1 for clip in parts]
        answer = join_parts([next(answers) for _ in parts], lengths)
        problem = _problem(answer)
        rows.append(
            {
                "run_id": run_id,
                "video": parts[0].video,
                "individual": individual,
                "start": window.start,
                "stop": window.stop,
                "frames": [frame for clip in parts for frame in clip.frames],
                "text": answer.text,
                "valid": problem is None,
                "problem": problem or answer.problem,
                "seconds": round(answer.seconds, 4),
            }
        )
    return rows


def _describe(captioner: Captioner, clips: Sequence[Clip]) -> list[Answer]:
    """Answer clips; those answered with something that is no description are asked again."""
    answers = [Answer(None, problem=clip.problem) for clip in clips]
    asked = [place for place, clip in enumerate(clips) if clip.problem is None]
    for attempt in range(TRIES):
        if not asked:
            break
        found = captioner.describe([clips[place] for place in asked], attempt=attempt)
        for place, answer in zip(asked, found, strict=True):
            spent = answers[place].seconds + answer.seconds
            answers[place] = replace(answer, seconds=spent)
        # An answer without a text says why there is none; asking again would not help.
        asked = [
            place
            for place in asked
            if answers[place].text is not None and _problem(answers[place]) is not None
        ]
    return answers


def _problem(answer: Answer) -> str | None:
    if answer.text is None:
        return answer.problem or "no answer"
    try:
        parse_description(answer.text)
    except ValueError as reason:
        return str(reason)
    return None


def _refreshed(recording: Recording, plan: CaptionPlan, tally: _Tally) -> Recording:
    now_s = time.monotonic()
    if now_s - tally.refreshed_s < REFRESH_S:
        return recording
    descriptions = join_answers(recording.descriptions, tally.fresh)
    tally.fresh, tally.refreshed_s = [], now_s
    return recording.replace(descriptions=descriptions)


def _settled(recording: Recording, plan: CaptionPlan) -> Recording:
    """Bring the tables on disk up to date with the answers."""
    descriptions = rebuild_descriptions(recording.folder)
    mine = descriptions[descriptions["run_id"] == plan.run.run_id]
    known = {behaviour.name for behaviour in recording.ethogram}
    if plan.captioner.open_vocabulary:
        # Open text becomes bouts only through the ethogram.
        named = [bool(words) and words[0] in known for words in mine["keywords"]]
        mine = mine[np.array(named, bool)]  # an empty list would choose no columns
    bouts = merge_windows(mine, source="rule" if plan.captioner.needs_poses else "model")
    return recording.replace(
        descriptions=descriptions,
        bouts=replace_run_bouts(recording.folder, plan.run.run_id, bouts),
    )


def _progress(plan: CaptionPlan, tally: _Tally, recording: Recording) -> CaptionProgress:
    seconds = time.monotonic() - tally.started_s
    left = plan.total - plan.skipped - tally.captioned
    return CaptionProgress(
        captioned=tally.captioned,
        skipped=plan.skipped,
        invalid=tally.invalid,
        total=plan.total,
        seconds=seconds,
        seconds_left=seconds / tally.captioned * left if tally.captioned else None,
        recording=recording,
    )
