"""Random networks timed on random prompts, by the engine and by plain ``generate``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from napari_mousegpt.captioning.bench.architectures import random_network
from napari_mousegpt.captioning.bench.ceiling import captions_per_s_at_most, measure_machine
from napari_mousegpt.captioning.bench.workload import Prompts, Workload
from napari_mousegpt.captioning.engine import CaptionEngine, Row, StageClock, rows_from
from napari_mousegpt.captioning.engine.ahead import made_ahead


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured; ``seconds`` by stage add up to those of the run where nothing overlaps.

    ``share_of_ceiling`` is captions a second beside what the machine could do at most, and
    ``generate_captions_per_s`` those of plain ``generate`` on the same prompts, None if not asked.
    """

    model: str
    device: str
    parameters: int
    batch_size: int
    captions: int
    prompt_tokens: int
    workload: Workload
    captions_per_s: float
    seconds: dict[str, float]
    memory_gib: float
    tflop_per_s: float
    copy_gb_per_s: float
    ceiling_captions_per_s: float
    share_of_ceiling: float
    generate_captions_per_s: float | None

    def as_values(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def measure_captions(
    model: str,
    workload: Workload,
    *,
    device: str,
    batch_size: int,
    captions: int,
    beside_generate: bool,
) -> Figures:
    """Caption noise with a network of random weights.

    Half the batch size is tried again where memory runs out.
    """
    import torch

    dtype = torch.bfloat16 if device.startswith("cuda") else torch.float32
    settle = _settle(device)
    machine = measure_machine(device, dtype, settle)
    network = random_network(model, device=device, dtype=dtype)
    prompts = Prompts(workload)
    engine = CaptionEngine(network, max_new_tokens=workload.new_tokens)
    while True:
        try:
            _run(engine, prompts, min(captions, 2 * batch_size), batch_size)  # captures, warms up
            _forget_peak(device)
            engine.clock.seconds.clear()
            seconds = _run(engine, prompts, captions, batch_size, settle)
            break
        except torch.OutOfMemoryError:
            if batch_size == 1:
                raise
        batch_size //= 2
        engine.forget()
        torch.cuda.empty_cache()
    tokens = int(prompts.inputs([0], dtype)["input_ids"].shape[1])
    ceiling = captions_per_s_at_most(
        network, workload, batch_size=batch_size, prompt_tokens=tokens, machine=machine
    )
    memory_gib = _memory_gib(device)
    return Figures(
        model=model,
        device=_name(device),
        parameters=sum(weight.numel() for weight in network.parameters()),
        batch_size=batch_size,
        captions=captions,
        prompt_tokens=tokens,
        workload=workload,
        captions_per_s=captions / seconds,
        seconds=dict(engine.clock.seconds) | {"all": seconds},
        memory_gib=memory_gib,
        tflop_per_s=machine.tflop_per_s,
        copy_gb_per_s=machine.copy_gb_per_s,
        ceiling_captions_per_s=ceiling,
        share_of_ceiling=captions / seconds / ceiling,
        generate_captions_per_s=_by_generate(network, prompts, captions, batch_size)
        if beside_generate
        else None,
    )


def _run(
    engine: CaptionEngine,
    prompts: Prompts,
    captions: int,
    batch_size: int,
    settle: Callable[[], None] | None = None,
) -> float:
    """Seconds for so many captions, their prompts made by the processor included."""
    import torch

    network = engine.network
    preparing = StageClock()
    if settle is not None:
        engine.clock.settle = settle

    def rows(start: int) -> list[Row]:
        places = list(range(start, min(start + batch_size, captions)))
        with preparing.stage("inputs"):
            return rows_from(network, prompts.inputs(places, network.dtype), places)

    batches: Iterator[list[Row]] = made_ahead(
        rows, range(0, captions, batch_size), in_thread=network.device.type == "cuda"
    )
    started_s = time.perf_counter()
    with torch.inference_mode():
        for _ in engine.answers(batches, slots=batch_size):
            pass
    if settle is not None:
        settle()
    engine.clock.seconds |= preparing.seconds
    return time.perf_counter() - started_s


def _by_generate(network: Any, prompts: Prompts, captions: int, batch_size: int) -> float:
    """Captions a second of transformers as it comes."""
    import torch

    network.set_attn_implementation("sdpa")
    options = {"max_new_tokens": prompts.workload.new_tokens, "do_sample": False}

    def generate(start: int) -> None:
        places = list(range(start, min(start + batch_size, captions)))
        inputs = prompts.inputs(places, network.dtype).to(network.device)
        network.generate(**inputs, **options)

    with torch.inference_mode():
        generate(0)
        started_s = time.perf_counter()
        for start in range(0, captions, batch_size):
            generate(start)
        _settle(str(network.device))()
    return captions / (time.perf_counter() - started_s)


def _settle(device: str) -> Callable[[], None]:
    """Wait until a device has done what it was given."""
    import torch

    return torch.cuda.synchronize if device.startswith("cuda") else lambda: None


def _forget_peak(device: str) -> None:
    import torch

    if device.startswith("cuda"):
        torch.cuda.reset_peak_memory_stats(device)


def _memory_gib(device: str) -> float:
    """Most memory taken: of the GPU, or of this process."""
    import torch

    if device.startswith("cuda"):
        return float(torch.cuda.max_memory_allocated(device)) / 2**30
    import psutil

    return float(psutil.Process().memory_info().rss) / 2**30


def _name(device: str) -> str:
    import torch

    if device.startswith("cuda"):
        return str(torch.cuda.get_device_name(device))
    return f"cpu, {torch.get_num_threads()} threads"
