"""Captioning: windows to answers, appended as they come, resumed where they ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from filelock import FileLock, Timeout

from napari_mousegpt.datamodel.confidence_rule import with_confidence_rules, with_threshold
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.answers_table import join_answers, rebuild_descriptions
from napari_mousegpt.io.confidence_file import read_confidence_rules, write_confidence_rules
from napari_mousegpt.io.recording_folder import add_run, append_answers
from napari_mousegpt.io.upload_consent import upload_allowed
from napari_mousegpt.workflows.caption_batches import AnsweredBatch, answered_here
from napari_mousegpt.workflows.caption_clips import clip_for
from napari_mousegpt.workflows.caption_plan import CaptionPlan, plan_captions
from napari_mousegpt.workflows.captioner_choice import CaptionSettings, uploads_to
from napari_mousegpt.workflows.run_bouts import with_bouts_of_run

__all__ = [
    "CaptionPlan",
    "CaptionProgress",
    "CaptionSettings",
    "answered_here",
    "caption",
    "clip_for",
    "plan_captions",
    "uploads_to",
]

SILENT_WINDOWS = 8
"""So many windows in a row without an answer, and the captioner is taken for gone."""
Answerer = Callable[[CaptionPlan], Generator[AnsweredBatch, None, None]]
"""Answers what a plan still wants, batch by batch: in this process, or on workers."""
REFRESH_S = 1.0
"""How often the tables in the progress are brought up to date; each time costs their length."""


@dataclass(frozen=True, slots=True, eq=False)
class CaptionProgress:
    """How far captioning is. ``seconds_left`` is None until it can be told.

    ``recording`` holds descriptions and bouts as of about a second ago; the last progress has all.
    ``unanswered`` windows are left for the next time, since the captioner was not heard;
    ``silence`` says why. ``workers`` is how many are at work; None where it is this process alone.
    """

    captioned: int
    skipped: int
    invalid: int
    total: int
    seconds: float
    seconds_left: float | None
    recording: Recording
    unanswered: int = 0
    silence: str | None = None
    workers: int | None = None


@dataclass(slots=True)
class _Tally:
    started_s: float = field(default_factory=time.monotonic)
    refreshed_s: float = field(default_factory=time.monotonic)
    captioned: int = 0
    invalid: int = 0
    unanswered: int = 0
    silent_in_a_row: int = 0
    silence: str | None = None
    workers: int | None = None
    fresh: list[dict[str, Any]] = field(default_factory=list)

    def add(self, batch: AnsweredBatch) -> None:
        self.captioned += len(batch.rows)
        self.invalid += sum(not row["valid"] for row in batch.rows)
        self.fresh += batch.rows
        self.unanswered += batch.unanswered
        self.silence = batch.silence or self.silence
        self.workers = batch.workers
        if batch.rows:
            self.silent_in_a_row = 0
        self.silent_in_a_row += batch.unanswered


def caption(
    plan: CaptionPlan, answered: Answerer = answered_here
) -> Generator[CaptionProgress, None, None]:
    """Describe every window of a plan that is still to be described.

    Each batch of answers is on disk before its progress is yielded. Closing the generator stops;
    what was answered stays, and a new plan with the same settings goes on from there.

    Raises
    ------
    OSError
        If the recording cannot be written to.
    RuntimeError
        If another program is captioning the same recording.
    PermissionError
        If the captioner sends pixels to a host that nobody allowed for this recording.
    ConnectionError
        If the captioner is elsewhere, and is heard no more.
    """
    _check_upload(plan)
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
    _keep_threshold(plan)
    try:
        with closing(answered(plan)) as batches:
            for batch in batches:
                append_answers(recording, batch.rows)
                tally.add(batch)
                if tally.silent_in_a_row >= SILENT_WINDOWS:
                    raise ConnectionError(_silence(tally))
                recording = _refreshed(recording, plan, tally)
                yield _progress(plan, tally, recording)
        if tally.unanswered and not tally.captioned:
            raise ConnectionError(_silence(tally))
    finally:
        recording = _settled(recording, plan)
        lock.release()
    yield _progress(plan, tally, recording)


def _check_upload(plan: CaptionPlan) -> None:
    """Whoever starts a captioning asks before; here nothing goes out that was not allowed."""
    host = uploads_to(plan.captioner)
    if host is not None and not upload_allowed(plan.recording.folder, host):
        raise PermissionError(
            f"pictures of {plan.recording.name} would go to {host}, which nobody has allowed. "
            "Allow it with --allow-upload, or run the server on this computer."
        )


def _keep_threshold(plan: CaptionPlan) -> None:
    """A threshold that is chosen holds for the run, whoever reads it; none leaves what holds."""
    below, run_id = plan.settings.unsure_below, plan.run.run_id
    if below is not None:
        folder = plan.recording.folder
        rules = read_confidence_rules(folder)
        write_confidence_rules(folder, {**rules, run_id: with_threshold(rules.get(run_id), below)})


def _silence(tally: _Tally) -> str:
    return (
        f"no answer to {tally.silent_in_a_row} windows in a row: {tally.silence}. "
        "What was answered is kept; the same again goes on from there."
    )


def _refreshed(recording: Recording, plan: CaptionPlan, tally: _Tally) -> Recording:
    now_s = time.monotonic()
    if now_s - tally.refreshed_s < REFRESH_S:
        return recording
    descriptions = join_answers(recording.descriptions, tally.fresh)
    rules = read_confidence_rules(recording.folder)
    tally.fresh, tally.refreshed_s = [], now_s
    return recording.replace(descriptions=with_confidence_rules(descriptions, rules))


def _settled(recording: Recording, plan: CaptionPlan) -> Recording:
    """Bring the tables on disk up to date with the answers."""
    rules = read_confidence_rules(recording.folder)
    descriptions = with_confidence_rules(rebuild_descriptions(recording.folder), rules)
    described = recording.replace(descriptions=descriptions)
    return with_bouts_of_run(described, plan.run.run_id, plan.captioner)


def _progress(plan: CaptionPlan, tally: _Tally, recording: Recording) -> CaptionProgress:
    seconds = time.monotonic() - tally.started_s
    left = plan.total - plan.skipped - tally.captioned - tally.unanswered
    return CaptionProgress(
        captioned=tally.captioned,
        skipped=plan.skipped,
        invalid=tally.invalid,
        total=plan.total,
        seconds=seconds,
        seconds_left=seconds / tally.captioned * left if tally.captioned else None,
        recording=recording,
        unanswered=tally.unanswered,
        silence=tally.silence,
        workers=tally.workers,
    )
