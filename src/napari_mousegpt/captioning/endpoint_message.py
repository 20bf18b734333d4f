"""A clip as the JSON of a chat request, and what an answer has to look like. Sends nothing."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.captioning.prompt import Prompt
from napari_mousegpt.datamodel.description import LEVELS

Pictures = Literal["images", "video"]

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        **{level: {"type": "string"} for level in LEVELS},
        "keywords": {"type": "array", "items": {"type": "string"}},
    },
    "required": [*LEVELS, "keywords"],
    "additionalProperties": False,
}
"""The five levels; the keywords come last, so that they can rest on the sentences."""

FORMATS: dict[str, dict[str, Any] | None] = {
    "json_schema": {
        "type": "json_schema",
        "json_schema": {"name": "description", "schema": SCHEMA, "strict": True},
    },
    "json_object": {"type": "json_object"},
    "text": None,
}
"""What is asked of the answer's form, from the strictest to nothing."""


def messages_json(clip: Clip, prompt: Prompt, *, pictures: Pictures, jpeg_quality: int) -> str:
    """Write the conversation for one clip: the system's words, examples, the frames, the question.

    ``images`` is one picture for each frame, each after its time, which every server takes;
    ``video`` is one part with all frames of a camera, which vLLM takes.

    Raises
    ------
    ValueError
        If the clip has no pixels.
    """
    if clip.pixels is None:
        raise ValueError(f"the clip of {clip.individual} in {clip.window} has no pixels")
    show = partial(_frames, pictures=pictures, jpeg_quality=jpeg_quality)
    messages: list[dict[str, Any]] = []
    if system := prompt.system_for(clip):
        messages.append({"role": "system", "content": system})
    for one in prompt.examples_for(clip):
        if one.pixels is not None:
            shown = [*show(one.pixels, one.times_s), _text(one.asked)]
            messages.append({"role": "user", "content": shown})
            messages.append({"role": "assistant", "content": one.answer})
    seen: list[dict[str, Any]] = []
    for view in (clip, *clip.also_seen):
        if view.pixels is not None:
            if clip.also_seen:
                seen.append(_text(f"Camera {view.video}, {view.camera_view} view:"))
            seen += show(view.pixels, view.times_s)
    question = _text(prompt.question_for(clip))
    messages.append({"role": "user", "content": [*seen, question]})
    return json.dumps(messages)


def video_options(clip: Clip) -> dict[str, Any]:
    """What vLLM needs to know of a video part: when its frames were, and to leave them as they are.

    Without it the server takes some of the frames only, and gives them times of its own.
    """
    count = len(clip.frames)
    fps = (count - 1) / clip.span_s if clip.span_s > 0 else 1.0
    return {
        "media_io_kwargs": {"video": {"fps": fps, "frames_indices": list(range(count))}},
        "mm_processor_kwargs": {"do_sample_frames": False},
    }


def _frames(
    pixels: NDArray[np.uint8],
    times_s: tuple[float, ...],
    *,
    pictures: Pictures,
    jpeg_quality: int,
) -> Iterator[dict[str, Any]]:
    jpegs = [_jpeg_base64(frame, jpeg_quality) for frame in pixels]
    if pictures == "video":
        url = f"data:video/jpeg;base64,{','.join(jpegs)}"
        yield {"type": "video_url", "video_url": {"url": url}}
        return
    for time_s, jpeg in zip(times_s, jpegs, strict=True):
        yield _text(f"t={time_s:.2f} s")
        yield {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{jpeg}"}}


def _text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def _jpeg_base64(pixels: NDArray[np.uint8], quality: int) -> str:
    file = io.BytesIO()
    # Without chroma subsampling: at this size it blurs paws and snout.
    Image.fromarray(pixels).save(file, "JPEG", quality=quality, subsampling=0)
    return base64.b64encode(file.getvalue()).decode("ascii")
