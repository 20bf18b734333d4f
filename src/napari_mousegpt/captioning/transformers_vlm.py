"""Any video or image vision-language model of transformers, from a hub id or a folder."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from napari_mousegpt.captioning.captioner import Answer, Clip
from napari_mousegpt.captioning.model_files import is_at_hand, resolve_model, revision_of
from napari_mousegpt.captioning.prompt import GENERAL, Prompt
from napari_mousegpt.captioning.vlm_input import messages_for, video_metadata


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
        Clips at once; chosen by the device if None, and halved when memory runs out.
    """

    name = "transformers"
    needs_pixels = True
    needs_poses = False
    longest_window_s: float | None = None
    cpu_threads: int | None = None
    open_vocabulary = True
    takes_prompt = True
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
    ) -> None:
        if model is None:
            raise ValueError(
                "the transformers captioner needs a model: "
                "--model qwen3-vl-2b, an id of the Hugging Face hub, or a folder"
            )
        self.source = resolve_model(model)
        # A folder goes by its name: its revision says what is in it, wherever it lies.
        self.model = Path(self.source).name if Path(self.source).is_dir() else self.source
        self.adapter = adapter
        self.device = device
        self.batch_size = batch_size
        self.prompt = prompt
        self.max_new_tokens = max_new_tokens
        self._network: Any = None
        self._processor: Any = None

    @property
    def parameters(self) -> dict[str, Any]:
        """What can change an answer, besides model and prompt."""
        return {"max_new_tokens": self.max_new_tokens, "side_px": self.side_px}

    @property
    def revision(self) -> str | None:
        """Which version of the model's files this is."""
        return revision_of(self.source)

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
        answers: list[Answer] = []
        while len(answers) < len(clips):
            batch = clips[len(answers) : len(answers) + (self.batch_size or 1)]
            started_s = time.perf_counter()
            texts = self._generate_or_halve(batch, attempt)
            seconds = (time.perf_counter() - started_s) / len(texts)
            answers += [Answer(text, seconds=round(seconds, 4)) for text in texts]
        return answers

    def load(self) -> None:
        """Load weights and processor, if they are not yet.

        Raises
        ------
        OSError, ValueError
            If the model cannot be found or is none that describes pictures.
        """
        if self._network is not None:
            return
        import torch
        import transformers

        transformers.logging.disable_progress_bar()
        device = self.device or _best_device()
        dtype = torch.bfloat16 if device.startswith("cuda") else torch.float32
        try:
            files = {"trust_remote_code": False, "local_files_only": is_at_hand(self.source)}
            processor = transformers.AutoProcessor.from_pretrained(
                self.source, padding_side="left", **files
            )
            network = transformers.AutoModelForImageTextToText.from_pretrained(
                self.source, dtype=dtype, use_safetensors=True, **files
            )
        except (OSError, ValueError, KeyError) as error:
            raise ValueError(
                f"{self.source}: no vision-language model could be loaded from there "
                f"({_first_line(error)}). Give a folder with config.json, processor and "
                ".safetensors, or an id of the Hugging Face hub (needs the network once)."
            ) from error
        if self.adapter is not None:
            network.load_adapter(self.adapter)
        self._network = network.to(device).eval()
        self._processor = processor
        self.device = device
        self.batch_size = self.batch_size or (32 if device.startswith("cuda") else 8)

    def _generate_or_halve(self, batch: Sequence[Clip], attempt: int) -> list[str]:
        while True:
            try:
                return self._generate(batch, attempt)
            except RuntimeError as error:  # torch.OutOfMemoryError is one
                if "memory" not in str(error).lower():
                    raise
                if len(batch) == 1:
                    raise MemoryError(
                        f"{self.model} needs more memory for one clip than {self.device} has. "
                        "Choose a smaller model, fewer --frames-per-clip, or --device cpu."
                    ) from error
            self.batch_size = max(1, len(batch) // 2)
            batch = batch[: self.batch_size]
            _empty_cache()

    def as_seen(self, clip: Clip) -> Clip:
        """The clip as the model gets it, where that is not as it was cut."""
        return clip

    def _inputs(self, batch: Sequence[Clip]) -> Any:
        """Tokens and pixels of a batch, padded on the left, up to where the answer begins."""
        spans_s = [self.span_s(clip) for clip in batch]
        takes_video = getattr(self._processor, "video_processor", None) is not None
        messages = [
            messages_for(clip, self.prompt, takes_video=takes_video, span_s=span_s)
            for clip, span_s in zip(batch, spans_s, strict=True)
        ]
        options: dict[str, Any] = {"padding": True, "return_tensors": "pt"}
        if takes_video:
            metadata = video_metadata(batch, spans_s, self.prompt)
            options |= {"do_sample_frames": False, "video_metadata": metadata}
        return self._processor.apply_chat_template(
            messages,
            tokenize=True,
            add_generation_prompt=True,
            return_dict=True,
            processor_kwargs=options,
        ).to(self._network.device, self._network.dtype)

    def _generate(self, batch: Sequence[Clip], attempt: int) -> list[str]:
        import torch

        inputs = self._inputs(batch)
        sampling: dict[str, Any] = {"do_sample": False}
        if attempt:
            torch.manual_seed(attempt)
            sampling = {"do_sample": True, "temperature": 0.7, "top_p": 0.9}
        with torch.inference_mode(), _cpu_threads(self.cpu_threads):
            tokens = self._network.generate(
                **inputs, max_new_tokens=self.max_new_tokens, **sampling
            )
        new_tokens = tokens[:, inputs["input_ids"].shape[1] :]
        return self._processor.batch_decode(new_tokens, skip_special_tokens=True)


@contextmanager
def _cpu_threads(count: int | None) -> Iterator[None]:
    """Let torch use so many threads meanwhile; None leaves it as it is."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(count or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _best_device() -> str:
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _empty_cache() -> None:
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
