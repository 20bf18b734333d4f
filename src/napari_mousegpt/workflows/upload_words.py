"""What a captioning would send to another computer, in words to be agreed to. Sends nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from napari_mousegpt.workflows.caption_plan import CaptionPlan
from napari_mousegpt.workflows.captioner_choice import address_of, uploads_to


@dataclass(frozen=True, slots=True)
class Upload:
    """Where pictures would go, and a sentence that says so."""

    host: str
    sentence: str


def what_goes_out(plans: Sequence[CaptionPlan]) -> Upload | None:
    """Say what the plans of one recording send, and where to; None if it all stays here."""
    first = plans[0]
    host = uploads_to(first.captioner)
    if host is None:
        return None
    windows = sum(plan.total - plan.skipped for plan in plans)
    frames = first.settings.frames_per_clip
    shown = "of the whole view" if first.settings.crop == "whole" else "cropped to the animal"
    side = first.captioner.side_px
    open_way = ", unencrypted" if (address_of(first.captioner) or "").startswith("http:") else ""
    return Upload(
        host,
        f"Describing {first.recording.name} sends {windows * frames:,} pictures ({windows:,} "
        f"windows of {frames} frames, {shown}, {side} × {side} pixels) and what the poses say to "
        f"{host}{open_way}.",
    )
