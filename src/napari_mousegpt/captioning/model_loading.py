"""Weights and processor of a vision-language model into memory; devices, and what torch may use.

Knows no clips.
"""

from __future__ import annotations

import gc
import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, get_args

from napari_mousegpt.captioning.model_files import is_at_hand

Quantisation = Literal["8bit", "4bit"]


def load_model(
    source: str, *, device: str, adapter: str | None, quantise: Quantisation | None
) -> tuple[Any, Any]:
    """Load network (in evaluation mode, on the device) and processor.

    bfloat16 on a GPU, float32 elsewhere.

    Raises
    ------
    ValueError
        If the model cannot be found, is none that describes pictures, or cannot be quantised.
    """
    import torch
    import transformers

    transformers.logging.disable_progress_bar()
    dtype = torch.bfloat16 if device.startswith("cuda") else torch.float32
    smaller = quantised(quantise, device) if quantise else {}
    try:
        files = {"trust_remote_code": False, "local_files_only": is_at_hand(source)}
        processor = transformers.AutoProcessor.from_pretrained(source, padding_side="left", **files)
        network = transformers.AutoModelForImageTextToText.from_pretrained(
            source, dtype=dtype, use_safetensors=True, **files, **smaller
        )
    except ImportError as error:  # transformers says only which of its own parts is missing
        raise ValueError(
            f"transformers cannot look at pictures here ({_first_line(error)}): torch, torchvision "
            "and transformers do not fit together. mousegpt doctor says which to install."
        ) from error
    except (OSError, ValueError, KeyError) as error:
        raise ValueError(
            f"{source}: no vision-language model could be loaded from there "
            f"({_first_line(error)}). Give a folder with config.json, processor and "
            ".safetensors, or an id of the Hugging Face hub (needs the network once)."
        ) from error
    if adapter is not None:
        network.load_adapter(adapter)
    return (network if smaller else network.to(device)).eval(), processor


def quantised(quantise: str, device: str) -> dict[str, Any]:
    """What makes transformers load weights in 8 or 4 bits.

    Raises
    ------
    ValueError
        If it is neither, or the device or bitsandbytes is missing.
    """
    if quantise not in get_args(Quantisation):
        raise ValueError(f"expected 8bit or 4bit, found {quantise!r}")
    if not device.startswith("cuda"):
        raise ValueError(
            f"weights in {quantise} need an NVIDIA GPU, found {device}. "
            "Leave them as they are, or choose a smaller model."
        )
    if importlib.util.find_spec("bitsandbytes") is None:
        raise ValueError(
            f"weights in {quantise} need bitsandbytes, which is not installed: "
            "pip install bitsandbytes"
        )
    import torch
    from transformers import BitsAndBytesConfig

    if quantise == "8bit":
        config = BitsAndBytesConfig(load_in_8bit=True)
    else:
        config = BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16
        )
    return {"quantization_config": config, "device_map": {"": device}}


def best_device() -> str:
    """The fastest device there is."""
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


@contextmanager
def cpu_threads(count: int | None) -> Iterator[None]:
    """Let torch use so many threads meanwhile; None leaves it as it is."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(count or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def release_memory() -> None:
    """Give back what torch keeps and nobody uses."""
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
