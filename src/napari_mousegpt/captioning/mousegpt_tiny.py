"""The built-in vision-language model: 11 M parameters, offline, sees mice from the first minute.

It was trained on eight grey frames of 128 pixels over 0.25-2 s from above, below or obliquely, and
takes nothing else. Its model card stands beside its weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from napari_mousegpt.captioning.captioner import Answer, Clip
from napari_mousegpt.captioning.meaning_first import MeaningFirst
from napari_mousegpt.captioning.model_files import revision_of
from napari_mousegpt.captioning.model_loading import cpu_threads
from napari_mousegpt.captioning.prompt import TINY
from napari_mousegpt.captioning.seen_facts import label_head
from napari_mousegpt.captioning.seen_facts.conclusions import Conclusions
from napari_mousegpt.captioning.seen_facts.fact_reader import FILE as READER
from napari_mousegpt.captioning.seen_facts.fact_reader import FactReader, Seen
from napari_mousegpt.captioning.seen_facts.said_facts import SaidFacts, tokens_to_say
from napari_mousegpt.captioning.transformers_vlm import TransformersVLM
from napari_mousegpt.datamodel.description import BEHAVIOURS

FOLDER = Path(__file__).parents[1] / "models" / "mousegpt_tiny"
FRAMES = 8
KNOWN_SPANS_S = np.geomspace(0.25, 2.0, 40)
KNOWN_VIEWS = ("top", "bottom", "oblique")
ANSWER_TOKENS = 96


class MouseGPTTiny(TransformersVLM):
    """Describe clips with the small model in the package; from pixels only.

    What the eye concludes is decided first, and the words say it. ``model`` may name another folder
    of the same architecture, such as one fine-tuned from it; ``adapter`` a LoRA adapter, which
    decides in its words, or what labels taught the eye's conclusions.
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
        taught = adapter is not None and (Path(adapter) / label_head.FILE).is_file()
        super().__init__(
            model or str(FOLDER),
            adapter=None if taught else adapter,
            device=device,
            batch_size=batch_size,
            prompt=TINY,
            max_new_tokens=ANSWER_TOKENS,
        )
        if model is None:
            self.model = self.name
        self._conclusions: Conclusions | None = None
        self._said: SaidFacts | None = None
        self._meaning_first: MeaningFirst | None = None
        self.head: label_head.LabelHead | None = None
        if adapter is not None and taught:
            self.teach(label_head.LabelHead.load(Path(adapter)))
            self.adapter = Path(adapter).name
        self._head_folder = adapter if taught else None
        self.facts_first = self.adapter_folder is None and has_reader(self.source)
        if self.head is not None and not self.facts_first:
            raise ValueError(
                f"{adapter}: expected the base model that it was trained on, whose eye's "
                f"conclusions lie in {READER}; {self.source} has none"
            )
        if self.head is not None and self.head.base != revision_of(self.source):
            raise ValueError(
                f"{adapter}: expected labels taught to this {self.model}, found them taught to "
                "another version of it, which sees otherwise. Train it again."
            )

    @property
    def parameters(self) -> dict[str, Any]:
        """What can change an answer, besides model and prompt."""
        decided = "facts first" if self.facts_first else "meaning first"
        return {
            **super().parameters,
            "decided": decided if self.adapter_folder is None else "words",
        }

    @property
    def revision(self) -> str | None:
        """Which version of the files of the model, and of what labels taught, this is."""
        found = super().revision
        return f"{found}+{revision_of(self._head_folder)}" if self._head_folder else found

    def unload(self) -> None:
        """Let go of the weights; they are loaded anew when they are needed."""
        super().unload()
        self._conclusions = self._said = None

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

    def words_decide(self) -> None:
        """Let the words decide from now on: training them does not change the conclusions."""
        self.facts_first = False

    def teach(self, head: label_head.LabelHead) -> None:
        """Answer with a person's labels from now on."""
        self.head = head
        self.max_new_tokens = max(ANSWER_TOKENS, tokens_to_say(head.labels))
        self._conclusions = self._said = self._engine = None

    @property
    def hidden_width(self) -> int:
        """How many values the conclusions rest on."""
        self.load()
        return self._conclude().hidden_width

    def seen(self, clips: Sequence[Clip]) -> Seen:
        """What the eye's layers say of clips, with nothing decided and nothing written."""
        import torch

        self.load()
        clips = [self.as_seen(clip) for clip in clips]
        conclusions = self._conclude()
        conclusions.begin(clips, [self.span_s(clip) for clip in clips])
        with torch.inference_mode(), cpu_threads(self.cpu_threads):
            return conclusions.read(range(len(clips)), self._look(self._inputs(clips)))

    def _answered(
        self, clips: Sequence[Clip], left: Sequence[int], attempt: int
    ) -> Iterator[tuple[list[int], list[Answer]]]:
        if not self.facts_first:
            yield from super()._answered(clips, left, attempt)
            return
        conclusions = self._conclude()
        conclusions.begin(clips, [self.span_s(clip) for clip in clips])
        for places, answers in super()._answered(clips, left, attempt):
            told = zip(places, answers, strict=True)
            yield places, [replace(one, seen=conclusions.motion(place)) for place, one in told]

    def _conclude(self) -> Conclusions:
        if self._conclusions is None:
            reader = FactReader.load(Path(self.source), self._network.device)
            assert reader is not None
            spans_s = [float(span_s) for span_s in KNOWN_SPANS_S]
            self._conclusions = Conclusions(reader, spans_s, KNOWN_VIEWS, self.head)
        return self._conclusions

    def _on_seen(self, places: Sequence[int], seen: Any) -> None:
        if self.facts_first:
            self._conclude().conclude(places, seen)

    def _look(self, inputs: Any) -> Any:
        if not self.facts_first:
            return None
        return self._network.model.visual(
            inputs["pixel_values_videos"], grid_thw=inputs["video_grid_thw"]
        ).pooler_output

    def _grammar_or_none(self) -> Any:
        """The form of answers; an adapter may teach other verbs, which are left as they come."""
        if self.facts_first:
            if self._said is None:
                end = self._processor.tokenizer.convert_tokens_to_ids("<|im_end|>")
                self._said = SaidFacts(
                    self._processor.tokenizer, end, lambda place: self._conclude().of(place)
                )
            return self._said
        grammar = super()._grammar_or_none()
        if grammar is None or self.adapter_folder is not None:
            return grammar
        if self._meaning_first is None or self._meaning_first.grammar is not grammar:
            self._meaning_first = MeaningFirst(grammar, self._processor.tokenizer)
        return self._meaning_first


def has_reader(model: str | None) -> bool:
    """Whether a folder of such a model (the one in the package if None) has layers for facts."""
    return (Path(model or FOLDER) / READER).is_file()


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
