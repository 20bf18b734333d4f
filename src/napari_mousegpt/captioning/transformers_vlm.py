"""Any video or image vision-language model of transformers, from a hub id or a folder."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from napari_mousegpt.captioning.captioner import Answer, Clip
from napari_mousegpt.captioning.constraint.answer_grammar import AnswerGrammar
from napari_mousegpt.captioning.constraint.description_form import FORM_REVISION
from napari_mousegpt.captioning.engine import CaptionEngine, Sampling, rows_from, supports, takes
from napari_mousegpt.captioning.engine.ahead import made_ahead
from napari_mousegpt.captioning.engine.batch_size import MOST, PROBE, MemoryGauge
from napari_mousegpt.captioning.engine.support import end_tokens
from napari_mousegpt.captioning.model_files import check_adapter, resolve_model, revision_of
from napari_mousegpt.captioning.model_loading import (
    Quantisation,
    best_device,
    cpu_threads,
    load_model,
    release_memory,
)
from napari_mousegpt.captioning.plain_generate import plain_answers
from napari_mousegpt.captioning.prompt import GENERAL, Prompt
from napari_mousegpt.captioning.vlm_input import (
    batches_of_one_shape,
    encoded,
    messages_for,
    video_metadata,
)

BATCHES_ON_GPU = 2
"""So many batches are handed to a GPU together: the fewer ends of calls, the fewer idle slots."""


class TransformersVLM:
    """Describe clips with a model of transformers.

    Parameters
    ----------
    model
        Preset (``qwen3-vl-2b``), hub id or folder; code that comes with a model is never run and
        only safetensors are read.
    adapter
        Folder of a LoRA adapter (needs peft).
    device
        Such as ``cpu`` or ``cuda:0``; the best one there is if None.
    batch_size
        Clips at once; found by the memory there is if None, and halved when it runs out.
    quantise
        ``8bit`` or ``4bit`` weights, on an NVIDIA GPU with bitsandbytes; as they are if None.
    constrained
        Whether answers are held to the form of a description while they are written.
    """

    name = "transformers"
    needs_pixels = True
    needs_poses = False
    longest_window_s: float | None = None
    cpu_threads: int | None = None
    batch_on_cpu = 8
    open_vocabulary = True
    takes_prompt = True
    takes_quantise = True
    known_behaviours: tuple[str, ...] | None = None
    """What the first keyword usually is one of, for the confidence in it; the prompt's labels come
    before it, and without either there is no confidence."""
    side_px = 224

    def __init__(
        self,
        model: str | None = None,
        *,
        adapter: str | None = None,
        device: str | None = None,
        batch_size: int | None = None,
        prompt: Prompt = GENERAL,
        max_new_tokens: int = 256,
        quantise: Quantisation | None = None,
        constrained: bool = True,
    ) -> None:
        if model is None:
            raise ValueError(
                "the transformers captioner needs a model: "
                "--model qwen3-vl-2b, an id of the Hugging Face hub, or a folder"
            )
        self.source = resolve_model(model)
        # A folder goes by its name: its revision says what is in it, wherever it lies.
        self.model = Path(self.source).name if Path(self.source).is_dir() else self.source
        if adapter is not None:
            check_adapter(adapter)
        self.adapter_folder = adapter
        # A folder goes by its name here too, and counts by what is in it: see `revision`.
        self.adapter = None if adapter is None else Path(adapter).name
        self.device = device
        self.batch_size = batch_size
        self.prompt = prompt
        self.max_new_tokens = max_new_tokens
        self.quantise = quantise
        self.constrained = constrained
        self._network: Any = None
        self._processor: Any = None
        self._engine: CaptionEngine | None = None
        self._grammar: AnswerGrammar | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        """What can change an answer, besides model and prompt."""
        found: dict[str, Any] = {"max_new_tokens": self.max_new_tokens, "side_px": self.side_px}
        if self.quantise:
            found["quantise"] = self.quantise
        return found | {"form": FORM_REVISION} if self.constrained else found

    @property
    def revision(self) -> str | None:
        """Which version of the files of the model, and of the adapter, this is."""
        found = revision_of(self.source)
        if self.adapter_folder is None:
            return found
        return f"{found}+{revision_of(self.adapter_folder)}"

    @property
    def prompt_text(self) -> str:
        """System text and question, before a clip's values are filled in."""
        return self.prompt.text

    def prompt_for(self, clip: Clip) -> str:
        """Return the exact words for one clip."""
        return self.prompt.words_for(clip, span_s=self.span_s(clip))

    def span_s(self, clip: Clip) -> float:
        """The time from first to last frame that the model is told."""
        return clip.span_s

    def describe(self, clips: Sequence[Clip], *, attempt: int = 0) -> list[Answer]:
        """Answer each clip; greedy at first, sampled with a fixed seed at later attempts.

        Raises
        ------
        MemoryError
            If even one clip at a time does not fit.
        """
        self.load()
        clips = [self.as_seen(clip) for clip in clips]
        answers: dict[int, Answer] = {}
        while len(answers) < len(clips):
            left = [place for place in range(len(clips)) if place not in answers]
            try:
                for places, found in self._answered(clips, left, attempt):
                    answers |= dict(zip(places, found, strict=True))
            except RuntimeError as error:  # torch.OutOfMemoryError is one
                self._halve_batch(error)
        return [answers[place] for place in range(len(clips))]

    @property
    def clips_at_once(self) -> int:
        """How many clips to hand over together, so that no slot waits for the next ones."""
        on_gpu = (self.device or best_device()).startswith("cuda")
        return (
            BATCHES_ON_GPU * (self.batch_size or MOST)
            if on_gpu
            else self.batch_size or self.batch_on_cpu
        )

    def load(self) -> None:
        """Load weights and processor, if they are not yet.

        Raises
        ------
        ValueError
            If the model cannot be found, is none that describes pictures, or cannot be quantised.
        """
        if self._network is not None:
            return
        self.device = self.device or best_device()
        self._network, self._processor = load_model(
            self.source, device=self.device, adapter=self.adapter_folder, quantise=self.quantise
        )

    def unload(self) -> None:
        """Let go of the weights; they are loaded anew when they are needed."""
        self._network = self._processor = self._engine = None

    def _answered(
        self, clips: Sequence[Clip], left: Sequence[int], attempt: int
    ) -> Iterator[tuple[list[int], list[Answer]]]:
        """Yield places and answers, batch by batch; batches hold clips of one shape."""
        import torch

        engine = self._engine_or_none()
        on_gpu = str(self.device).startswith("cuda")
        gauge = MemoryGauge(self.device) if on_gpu and self.batch_size is None else None
        size = self.batch_size or (PROBE if on_gpu else self.batch_on_cpu)
        batches = batches_of_one_shape(clips, left, size)
        inputs = made_ahead(
            lambda places: (places, self._prepared([clips[place] for place in places])),
            batches[:1] if gauge else batches,
            in_thread=on_gpu,
        )
        started_s = time.perf_counter()
        with torch.inference_mode(), cpu_threads(self.cpu_threads):
            for places, texts, sure in self._texts(engine, inputs, size, attempt):
                seconds = round((time.perf_counter() - started_s) / len(places), 4)
                yield (
                    places,
                    [
                        Answer(text, seconds=seconds, confidence=confidence)
                        for text, confidence in zip(texts, sure, strict=True)
                    ],
                )
                started_s = time.perf_counter()
        if gauge is not None:
            self.batch_size = gauge.rows_that_fit(len(batches[0]))

    def _texts(
        self, engine: CaptionEngine | None, batches: Iterator[Any], size: int, attempt: int
    ) -> Iterator[tuple[list[int], list[str], list[float | None]]]:
        """Yield places, texts and confidences of prepared batches, by the engine if it can."""
        first = next(batches)
        batches = itertools.chain([first], batches)
        if engine is None or not takes(first[1]):
            for places, inputs in batches:
                inputs = inputs.to(self._network.device)
                yield (places, *self._generate(places, inputs, attempt))
            return
        decode = self._processor.batch_decode
        for places, tokens in engine.batches(
            ((places, rows_from(self._network, inputs, places)) for places, inputs in batches),
            slots=size,
            sampling=Sampling(attempt) if attempt else None,
            grammar=self._grammar_or_none(),
        ):
            sure = [engine.confidences.get(place) for place in places]
            yield places, decode(tokens, skip_special_tokens=True), sure

    def _engine_or_none(self) -> CaptionEngine | None:
        """The engine, where it runs this model; others answer by ``generate``."""
        if self._engine is None and supports(self._network):
            self._engine = CaptionEngine(
                self._network,
                max_new_tokens=self.max_new_tokens,
                graphs=self.quantise is None,  # quantised layers ask the CPU in between
                on_seen=self._on_seen,
            )
        return self._engine

    def words_decide(self) -> None:
        """Let the words decide from now on, as of a network whose words are trained."""

    def _on_seen(self, places: Sequence[int], seen: Any) -> None:
        """Take what the eye saw of clips, before anything is written; most models only write."""

    def _look(self, inputs: Any) -> Any:
        """Visual tokens of a batch for `_on_seen`, on the plain way; None if nobody takes them."""

    def _grammar_or_none(self) -> Any:
        """What holds answers to their form."""
        labels = self.prompt.labels  # the prompt may be another than at the last clip
        if self.constrained and (self._grammar is None or self._grammar.labels != labels):
            self._grammar = AnswerGrammar(
                getattr(self._processor, "tokenizer", self._processor),
                self._network.config.get_text_config().vocab_size,
                labels=labels,
                max_new_tokens=self.max_new_tokens,
                stop_tokens=sorted(end_tokens(self._network)),
                scored=self.known_behaviours,
            )
        return self._grammar

    def _halve_batch(self, error: RuntimeError) -> None:
        if "memory" not in str(error).lower():
            raise error
        size = self.batch_size or (
            PROBE if str(self.device).startswith("cuda") else self.batch_on_cpu
        )
        if size == 1:
            raise MemoryError(
                f"{self.model} needs more memory for one clip than {self.device} has. "
                "Choose a smaller model, fewer --frames-per-clip, or --device cpu."
            ) from error
        self.batch_size = size // 2
        if self._engine is not None:
            self._engine.forget()
        release_memory()

    def as_seen(self, clip: Clip) -> Clip:
        """The clip as the model gets it, where that is not as it was cut."""
        return clip

    def _inputs(self, batch: Sequence[Clip]) -> Any:
        """Tokens and pixels of a batch on the device, padded on the left, up to the answer."""
        return self._prepared(batch).to(self._network.device)

    def _prepared(self, batch: Sequence[Clip]) -> Any:
        """Tokens and pixels of a batch on the CPU."""
        spans_s = [self.span_s(clip) for clip in batch]
        takes_video = getattr(self._processor, "video_processor", None) is not None
        messages = [
            messages_for(clip, self.prompt, takes_video=takes_video, span_s=span_s)
            for clip, span_s in zip(batch, spans_s, strict=True)
        ]
        metadata = video_metadata(batch, spans_s, self.prompt) if takes_video else None
        return encoded(self._processor, messages, metadata).to("cpu", self._network.dtype)

    def _generate(
        self, places: Sequence[int], inputs: Any, attempt: int
    ) -> tuple[list[str], list[float | None]]:
        """Texts and confidences of a batch, by the plain way of transformers."""
        if (seen := self._look(inputs)) is not None:
            self._on_seen(places, seen)
        return plain_answers(
            self._network,
            self._processor,
            inputs,
            places,
            grammar=self._grammar_or_none(),
            max_new_tokens=self.max_new_tokens,
            attempt=attempt,
        )
