"""A clip as the message that a transformers processor takes. Knows no model weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PIL import Image

from napari_mousegpt.captioning.captioner import Clip


def message_for(clip: Clip, *, system: str, question: str, takes_video: bool) -> list[dict]:
    """Build the conversation for one clip: a video part, or timed images for an image model."""
    if clip.pixels is None:
        raise ValueError(f"the clip of {clip.individual} in {clip.window} has no pixels")
    if takes_video:
        shown: list[dict[str, Any]] = [{"type": "video", "video": clip.pixels}]
    else:
        shown = []
        for time_s, pixels in zip(clip.times_s, clip.pixels, strict=True):
            shown.append({"type": "text", "text": f"t={time_s:.2f} s"})
            shown.append({"type": "image", "image": Image.fromarray(pixels)})
    user = {"role": "user", "content": [*shown, {"type": "text", "text": question}]}
    if not system:
        return [user]
    return [{"role": "system", "content": [{"type": "text", "text": system}]}, user]


def video_metadata(clips: Sequence[Clip], spans_s: Sequence[float]) -> list[dict[str, Any]]:
    """Say when each frame was taken: processors otherwise resample, or assume 24 frames a second.

    Frames are numbered from the window's start, since absolute times cost tokens and say nothing.
    """
    metadata = []
    for clip, span_s in zip(clips, spans_s, strict=True):
        count = len(clip.frames)
        height, width = clip.pixels.shape[1:3] if clip.pixels is not None else (0, 0)
        metadata.append(
            {
                "fps": (count - 1) / span_s if span_s > 0 else 1.0,
                "total_num_frames": count,
                "frames_indices": list(range(count)),
                "width": width,
                "height": height,
            }
        )
    return metadata
