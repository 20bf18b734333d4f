"""What a captioning would send to another computer, in words to be agreed to. Sends nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from napari_mousegpt.captioning.endpoint import EndpointCaptioner
from napari_mousegpt.captioning.endpoint_address import Address
from napari_mousegpt.workflows.caption_plan import CaptionPlan
from napari_mousegpt.workflows.captioner_choice import CaptionSettings, uploads_to


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
    name, url = first.recording.name, first.settings.endpoint
    if url is None:  # a captioner of others, which goes elsewhere by itself
        return Upload(host, f"Describing {name} sends pictures of {windows:,} windows to {host}.")
    sentence = upload_sentence(name, Address.parse(url), first.settings, windows)
    return Upload(host, sentence)


def upload_sentence(
    name: str, address: Address, settings: CaptionSettings, windows: int | None
) -> str:
    """Say which pictures go where; ``windows`` is None where they are not counted yet."""
    frames = settings.frames_per_clip
    shown = "of the whole view" if settings.crop == "whole" else "cropped to the animal"
    side = settings.picture_px or EndpointCaptioner.DEFAULT_SIDE_PX
    of_them = "of each window" if windows is None else f"({windows:,} windows of {frames} frames)"
    count = frames if windows is None else windows * frames
    open_way = ", unencrypted" if address.in_the_clear else ""
    return (
        f"Describing {name} sends {count:,} pictures {of_them}, {shown}, {side} × {side} pixels, "
        f"and what the poses say, to {address.host}{open_way}."
    )
