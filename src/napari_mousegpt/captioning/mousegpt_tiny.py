"""The built-in vision-language model: 11 M parameters, offline, sees mice from the first minute.

It was trained on eight grey frames of 128 pixels over 0.25-2 s from above, below or obliquely, and
takes nothing else. Its model card stands beside its weights.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.captioning.meaning_first import MeaningFirst
from napari_mousegpt.captioning.prompt import TINY
from napari_mousegpt.captioning.transformers_vlm import TransformersVLM
from napari_mousegpt.datamodel.description import BEHAVIOURS

FOLDER = Path(__file__).parents[1] / "models" / "mousegpt_tiny"
FRAMES = 8
KNOWN_SPANS_S = np.geomspace(0.25, 2.0, 40)
KNOWN_VIEWS = ("top", "bottom", "oblique")


class MouseGPTTiny(TransformersVLM):
    """Describe clips with the small model in the package; from pixels only.

    ``model`` may name another folder of the same architecture, such as one fine-tuned from it.
    """

    name = "mousegpt-tiny"
    longest_window_s = 2.0
    open_vocabulary = False
    takes_quantise = False
    takes_prompt = False  # it knows the words it was trained with, and no others
    # A network this small gains nothing from a second thread, and waits for it on a busy machine.
    cpu_threads = 1
    batch_on_cpu = 32
    side_px = 128
    known_behaviours = BEHAVIOURS

    def __init__(
        self,
        model: str | None = None,
        *,
        adapter: str | None = None,
        device: str | None = None,
        batch_size: int | None = None,
    ) -> None:
        super().__init__(
            model or str(FOLDER),
            adapter=adapter,
            device=device,
            batch_size=batch_size,
            prompt=TINY,
            max_new_tokens=96,
        )
        if model is None:
            self.model = self.name
        self._meaning_first: MeaningFirst | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        """What can change an answer, besides model and prompt."""
        return {**super().parameters, "meaning_first": self.adapter is None}

    def span_s(self, clip: Clip) -> float:
        """The nearest of the spans the model knows."""
        return float(KNOWN_SPANS_S[np.abs(KNOWN_SPANS_S - clip.span_s).argmin()])

    def as_seen(self, clip: Clip) -> Clip:
        """The clip in grey, from one of the views that the model knows.

        Raises
        ------
        ValueError
            If a clip has another number of frames than eight.
        """
        return _as_trained(clip)

    def _grammar_or_none(self) -> Any:
        """The form of answers; an adapter may teach other verbs, which are left as they come."""
        grammar = super()._grammar_or_none()
        if grammar is None or self.adapter is not None:
            return grammar
        if self._meaning_first is None or self._meaning_first.grammar is not grammar:
            self._meaning_first = MeaningFirst(grammar, self._processor.tokenizer)
        return self._meaning_first


def _as_trained(clip: Clip) -> Clip:
    if len(clip.frames) != FRAMES or clip.pixels is None:
        raise ValueError(
            f"mousegpt-tiny looks at {FRAMES} frames per clip, found {len(clip.frames)}. "
            f"Use --frames-per-clip {FRAMES}."
        )
    # A side view is outside what it knows; oblique comes nearest.
    view = clip.camera_view if clip.camera_view in KNOWN_VIEWS else "oblique"
    grey = np.round(clip.pixels @ np.array([0.299, 0.587, 0.114])).astype(np.uint8)
    return replace(clip, camera_view=view, pixels=np.repeat(grey[..., None], 3, axis=-1))
