"""Which captioner is chosen, with what, and where it works. Knows no recording."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from napari_mousegpt import extensions
from napari_mousegpt.captioning.captioner import Captioner
from napari_mousegpt.captioning.clips import Crop
from napari_mousegpt.captioning.prompt import Prompt
from napari_mousegpt.captioning.prompting.choices import PromptChoices
from napari_mousegpt.datamodel.timerange import TimeRange


@dataclass(frozen=True, slots=True)
class CaptionSettings:
    """What a person chooses for captioning; the defaults are those of the command and the dock.

    ``frames`` is the part of the video, all if None; ``individuals`` those to describe, all if
    None; ``sampling`` is ``uniform`` for evenly spaced windows, or ``adaptive`` for windows
    that follow the kinematics; ``video`` is the camera, the first if None; ``camera_view`` and
    ``fps`` are the recording's if None. ``crop`` is ``animal`` to follow
    the animal or ``whole`` to show the whole picture. ``endpoint`` is the URL of a server, for
    the captioner of that name; ``pictures``, ``picture_px`` and ``jpeg_quality`` say how it gets
    the frames, the captioner's own way if None. ``prompt`` says how a general model is asked;
    where it shows several cameras at once, ``also_seen`` are the further ones, all others if None.
    ``quantise`` is ``8bit`` or ``4bit`` for smaller weights, which only some captioners take.
    A window of which the captioner is less sure than ``unsure_below`` is unsure, and no bout.
    """

    captioner: str = "mousegpt-tiny"
    model: str | None = None
    adapter: str | None = None
    camera_view: str | None = None
    frames: TimeRange | None = None
    window_s: float = 2.0
    stride_s: float = 2.0
    sampling: str = "uniform"
    frames_per_clip: int = 8
    individuals: tuple[str, ...] | None = None
    fps: float | None = None
    crop: Crop = "animal"
    batch_size: int | None = None
    quantise: str | None = None
    device: str | None = None
    video: str | None = None
    endpoint: str | None = None
    pictures: str | None = None
    picture_px: int | None = None
    jpeg_quality: int | None = None
    prompt: PromptChoices = field(default_factory=PromptChoices)
    also_seen: tuple[str, ...] | None = None
    unsure_below: float | None = None


def make_captioner(settings: CaptionSettings, prompt: Prompt | None = None) -> Captioner:
    """Make the captioner that is chosen; it loads or asks nothing yet.

    ``prompt`` is what the choices come to for a recording; the captioner's own if None.

    Raises
    ------
    ValueError
        If there is none of that name, or it does not take what is chosen.
    """
    options: dict[str, Any] = {
        "model": settings.model,
        "adapter": settings.adapter,
        "device": settings.device,
        "batch_size": settings.batch_size,
    }
    kind = extensions.load("captioners", settings.captioner)
    of_servers = {
        "endpoint": settings.endpoint,
        "pictures": settings.pictures,
        "side_px": settings.picture_px,
        "jpeg_quality": settings.jpeg_quality,
    }
    chosen = {name: value for name, value in of_servers.items() if value is not None}
    if chosen and not hasattr(kind, "uploads_to"):
        raise ValueError(
            f"{settings.captioner} runs on this computer: an endpoint, and how pictures are sent, "
            "are for the captioner endpoint"
        )
    if not settings.prompt.is_default and not getattr(kind, "takes_prompt", False):
        raise ValueError(
            f"{settings.captioner} takes no prompt: presets, languages, examples and drawn "
            "keypoints are for the captioners transformers and endpoint"
        )
    if settings.quantise is not None and not getattr(kind, "takes_quantise", False):
        raise ValueError(
            f"{settings.captioner} cannot be quantised: 8bit and 4bit weights are for the "
            "captioner transformers"
        )
    if settings.quantise is not None:
        options["quantise"] = settings.quantise
    if prompt is not None:
        options["prompt"] = prompt
    captioner: Captioner = kind(**options, **chosen)
    return captioner


def uploads_to(captioner: Captioner) -> str | None:
    """Host that a captioner sends pixels to; None where they stay on this computer."""
    host: str | None = getattr(captioner, "uploads_to", None)
    return host


def address_of(captioner: Captioner) -> str | None:
    """URL of the server that a captioner asks; None where there is none."""
    address = getattr(captioner, "address", None)
    return None if address is None else str(address)
