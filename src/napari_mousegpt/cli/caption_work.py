"""Describes the inputs of ``mousegpt caption``, one after the other. Knows no options."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_mousegpt.cli.caption_bar import CaptionBar
from napari_mousegpt.cli.caption_consent import check_that_consent_can_be, see_to_consent
from napari_mousegpt.cli.caption_inputs import plans_of, recording_of
from napari_mousegpt.cli.caption_summary import sentence_of, summary_of
from napari_mousegpt.cli.outcome import in_one_sentence, say

if TYPE_CHECKING:
    from napari_mousegpt.io.caption_manifest import CaptionInput
    from napari_mousegpt.workflows.caption import Answerer, CaptionSettings


class Work:
    """Describes one input after the other, and keeps what each came to."""

    def __init__(
        self,
        settings: CaptionSettings,
        videos: list[str] | None,
        host: str | None,
        allowed: bool,
        answered: Answerer,
        *,
        quiet: bool,
    ) -> None:
        from napari_mousegpt.workflows.held_captioner import HeldCaptioner

        self.settings, self.videos, self.quiet = settings, videos, quiet
        self.host, self.allowed, self.answered = host, allowed, answered
        self.captioner = HeldCaptioner()  # its model is loaded once for all inputs
        self.summaries: list[dict[str, Any]] = []

    def describe(self, one: CaptionInput, bar: CaptionBar) -> None:
        """Describe one input: each camera that is asked for."""
        from napari_mousegpt.workflows.importing.carrying_out import whole_or_not_at_all

        started_s = time.monotonic()
        check_that_consent_can_be(self.host, one.folder, allowed=self.allowed)
        settings = replace(
            self.settings, camera_view=one.camera_view, fps=one.fps, individuals=one.individuals
        )
        # A recording that could not be described is not left behind.
        with whole_or_not_at_all(one.folder):
            recording = recording_of(one)
            plans = plans_of(recording, settings, one.frames, self.videos)
            see_to_consent(plans, allowed=self.allowed, while_asking=bar.away)
        for problem in recording.problems:
            say(f"warning: {problem}")
        for plan in plans:
            plan = self.captioner.give(replace(plan, recording=recording))
            last = bar.caption(plan, self.answered)
            recording = last.recording  # it has the run by now, which the next one must keep
            summary = summary_of(plan, last, time.monotonic() - started_s)
            if self.videos:
                summary["video"] = plan.entry.id
            self.summaries.append(summary)
            if last.unanswered:
                say(
                    f"{last.unanswered} of {plan.total} windows of {recording.name} got no answer "
                    f"({last.silence}): the same command asks again"
                )
            if not self.quiet:
                print(sentence_of(summary, recording))
            started_s = time.monotonic()


def describe_all(inputs: list[CaptionInput], work: Work) -> list[tuple[Path, str]]:
    """Describe all inputs; one of several that fails does not stop the others."""
    failed: list[tuple[Path, str]] = []
    with CaptionBar(len(inputs)) as bar:
        for place, one in enumerate(inputs):
            bar.begin_input(one.folder.stem)
            try:
                work.describe(one, bar)
            except Exception as error:
                if len(inputs) == 1:
                    raise
                failed.append((one.video, in_one_sentence(error)))
                if isinstance(error, ConnectionError):  # the others would wait for it in turn
                    failed += [(later.video, "not tried") for later in inputs[place + 1 :]]
                    break
    return failed
