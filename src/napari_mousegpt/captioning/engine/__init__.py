"""Answers of the Qwen3-VL family, many clips at once and without idle moments. Knows no prompts.

Clips share the keys and values of what their prompts begin with, frames are looked at in one call,
and the step that writes a token runs over fixed memory, so that a GPU can repeat it as one graph.
A slot whose answer has ended takes the next clip.
"""

from napari_mousegpt.captioning.engine.choose import Sampling
from napari_mousegpt.captioning.engine.loop import CaptionEngine
from napari_mousegpt.captioning.engine.rows import Row, rows_from, takes
from napari_mousegpt.captioning.engine.stages import StageClock
from napari_mousegpt.captioning.engine.support import supports

__all__ = ["CaptionEngine", "Row", "Sampling", "StageClock", "rows_from", "supports", "takes"]
