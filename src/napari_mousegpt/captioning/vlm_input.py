"""A clip as the messages that a transformers processor takes. Knows no model weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.captioning.prompt import Prompt

Part = dict[str, Any]


def messages_for(
    clip: Clip, prompt: Prompt, *, takes_video: bool, span_s: float | None = None
) -> list[dict[str, Any]]:
    """Build the conversation for one clip, what is the same for all clips first.

    Frames are a video part, or timed images for an image model; those of further cameras follow,
    each after its camera's name. Examples with pictures are turns of their own.

    Raises
    ------
    ValueError
        If the clip has no pixels.
    """
    if clip.pixels is None:
        raise ValueError(f"the clip of {clip.individual} in {clip.window} has no pixels")
    messages: list[dict[str, Any]] = []
    if system := prompt.system_for(clip):
        messages.append({"role": "system", "content": [_text(system)]})
    for one in prompt.examples_for(clip):
        if one.pixels is not None:
            shown = _frames(one.pixels, one.times_s, takes_video=takes_video)
            messages.append({"role": "user", "content": [*shown, _text(one.asked)]})
            messages.append({"role": "assistant", "content": [_text(one.answer)]})
    shown = list(_seen(clip, takes_video=takes_video))
    question = prompt.question_for(clip, span_s=span_s)
    messages.append({"role": "user", "content": [*shown, _text(question)]})
    return messages


def video_metadata(
    clips: Sequence[Clip], spans_s: Sequence[float], prompt: Prompt | None = None
) -> list[dict[str, Any]]:
    """Say when each frame was taken: processors otherwise resample, or assume 24 frames a second.

    One entry for each video part of `messages_for`, in order. Frames are numbered from the
    window's start, since absolute times cost tokens and say nothing.
    """
    metadata = []
    for clip, span_s in zip(clips, spans_s, strict=True):
        examples = prompt.examples_for(clip) if prompt is not None else ()
        metadata += [
            *(_metadata(one.pixels, one.times_s[-1]) for one in examples if one.pixels is not None),
            _metadata(clip.pixels, span_s, len(clip.frames)),
            *(
                _metadata(one.pixels, one.span_s)
                for one in clip.also_seen
                if one.pixels is not None
            ),
        ]
    return metadata


def _seen(clip: Clip, *, takes_video: bool) -> Iterator[Part]:
    for one in (clip, *clip.also_seen):
        if one.pixels is None:
            continue
        if clip.also_seen:
            yield _text(f"Camera {one.video}, {one.camera_view} view:")
        yield from _frames(one.pixels, one.times_s, takes_video=takes_video)


def _frames(
    pictures: NDArray[np.uint8], times_s: Sequence[float], *, takes_video: bool
) -> list[Part]:
    if takes_video:
        return [{"type": "video", "video": pictures}]
    parts: list[Part] = []
    for time_s, pixels in zip(times_s, pictures, strict=True):
        parts += [
            _text(f"t={time_s:.2f} s"),
            {"type": "image", "image": Image.fromarray(pixels)},
        ]
    return parts


def _text(words: str) -> Part:
    return {"type": "text", "text": words}


def _metadata(
    pixels: NDArray[np.uint8] | None, span_s: float, count: int | None = None
) -> dict[str, Any]:
    shown, height, width = (0, 0, 0) if pixels is None else pixels.shape[:3]
    count = shown if count is None else count
    return {
        "fps": (count - 1) / span_s if span_s > 0 else 1.0,
        "total_num_frames": count,
        "frames_indices": list(range(count)),
        "width": width,
        "height": height,
    }


def encoded(
    processor: Any, messages: Sequence[Any], metadata: Sequence[dict[str, Any]] | None
) -> Any:
    """Tokens and pixels of conversations up to the answer, padded as the processor pads.

    ``metadata`` has one entry for each video: the frames are taken as they are; None for pictures.
    """
    options: dict[str, Any] = {"padding": True, "return_tensors": "pt"}
    if metadata is not None:
        options |= {"do_sample_frames": False, "video_metadata": list(metadata)}
    return processor.apply_chat_template(
        messages,
        tokenize=True,
        add_generation_prompt=True,
        return_dict=True,
        processor_kwargs=options,
    )


def batches_of_one_shape(
    clips: Sequence[Clip], places: Sequence[int], size: int
) -> list[list[int]]:
    """Sort places of clips into batches of at most ``size`` whose pixels have one shape."""
    by_shape: dict[Any, list[int]] = {}
    for place in places:
        pixels = clips[place].pixels
        by_shape.setdefault(None if pixels is None else pixels.shape, []).append(place)
    return [
        alike[start : start + size]
        for alike in by_shape.values()
        for start in range(0, len(alike), size)
    ]
