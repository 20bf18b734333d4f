"""Captioning of several cameras, one run for each, as one job. Knows no window."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.workflows.caption import CaptionProgress, CaptionSettings, caption
from napari_mousegpt.workflows.caption_plan import CaptionPlan, plan_captions
from napari_mousegpt.workflows.prompt_for import prompt_for


def plan_views(recording: Recording, settings: Sequence[CaptionSettings]) -> list[CaptionPlan]:
    """Plan a run for each of several settings, which differ in camera, view and part of the film.

    The captioner is shared, so that a model is loaded once.

    Raises
    ------
    FileNotFoundError, ValueError
        As `plan_captions` does, for any of them.
    """
    plans = [plan_captions(recording, one) for one in settings]
    return [replace(plan, captioner=plans[0].captioner) for plan in plans]


def caption_views(plans: Sequence[CaptionPlan]) -> Generator[CaptionProgress, None, None]:
    """Describe every window of several plans, one plan after the other.

    Progress counts all of them; see `caption` for errors and for stopping.
    """
    if len(plans) == 1:
        yield from caption(plans[0])
        return
    before: list[CaptionProgress] = []
    recording = plans[0].recording
    for plan in plans:
        _ask_in_its_words(plan)
        # The recording has the runs before this one, which the next one must keep.
        with closing(caption(replace(plan, recording=recording))) as steps:
            for progress in steps:
                recording = progress.recording
                yield _of_all(plans, before, progress)
        before.append(progress)


def _ask_in_its_words(plan: CaptionPlan) -> None:
    """Give the shared captioner the prompt of this camera, which may be of another view."""
    prompt = prompt_for(plan.recording, plan.settings, plan.poses)
    if prompt is not None:
        plan.captioner.prompt = prompt  # type: ignore[attr-defined]


def _of_all(
    plans: Sequence[CaptionPlan], before: Sequence[CaptionProgress], now: CaptionProgress
) -> CaptionProgress:
    parts = [*before, now]
    captioned, seconds = sum(one.captioned for one in parts), sum(one.seconds for one in parts)
    total = sum(plan.total for plan in plans)
    left = total - sum(plan.skipped for plan in plans) - captioned
    return CaptionProgress(
        captioned=captioned,
        skipped=sum(one.skipped for one in parts),
        invalid=sum(one.invalid for one in parts),
        total=total,
        seconds=seconds,
        seconds_left=seconds / captioned * left if captioned else None,
        recording=now.recording,
        unanswered=sum(one.unanswered for one in parts),
        silence=now.silence,
    )
