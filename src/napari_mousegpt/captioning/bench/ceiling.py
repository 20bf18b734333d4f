"""What a machine could do at most: its measured speed, and the least work a caption takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from napari_mousegpt.captioning.bench.workload import Workload


@dataclass(frozen=True, slots=True)
class Machine:
    """Measured speed: products of large matrices, and copying within the device's memory."""

    tflop_per_s: float
    copy_gb_per_s: float


def measure_machine(device: str, dtype: Any, settle: Callable[[], None]) -> Machine:
    """Multiply and copy for some tenths of a second, and take the best of it."""
    import torch

    side, values = (8192, 1 << 28) if device.startswith("cuda") else (1024, 1 << 24)
    left, right = (torch.randn(side, side, device=device, dtype=dtype) for _ in range(2))
    source = torch.empty(values, device=device, dtype=torch.float32)
    target = torch.empty_like(source)
    multiply_s = _best_s(lambda: torch.matmul(left, right), settle)
    copy_s = _best_s(lambda: target.copy_(source), settle)
    # A copy reads and writes four bytes for each value.
    return Machine(2 * side**3 / multiply_s / 1e12, 8 * values / copy_s / 1e9)


def _best_s(work: Callable[[], Any], settle: Callable[[], None], times: int = 5) -> float:
    work()
    taken = []
    for _ in range(times):
        settle()
        started_s = time.perf_counter()
        work()
        settle()
        taken.append(time.perf_counter() - started_s)
    return min(taken)


def captions_per_s_at_most(
    network: Any, workload: Workload, *, batch_size: int, prompt_tokens: int, machine: Machine
) -> float:
    """Captions a second if nothing but products and reading weights and cache took time.

    Pictures and prompts (beyond the shared beginning) are bound by products; a step of writing by
    the slower of products and of reading all weights, and the keys and values of all rows, once.
    """
    text, visual = network.config.text_config, network.model.visual
    patches = workload.frames // 2 * (workload.side_px // 16) ** 2
    in_frame = (workload.side_px // 16) ** 2
    per_patch = _weights(visual.patch_embed) + _weights(visual.blocks)
    per_token = _weights(visual.merger) + _weights(visual.deepstack_merger_list)
    width = visual.config.hidden_size
    seeing = 2 * patches * (per_patch + per_token) + (
        4 * patches * in_frame * width * visual.config.depth
    )
    layers = _weights(network.model.language_model.layers)
    head = text.vocab_size * text.hidden_size
    heads_width = text.num_attention_heads * text.head_dim
    read = prompt_tokens - workload.shared_tokens
    looked_at = read * (workload.shared_tokens + read / 2)
    reading = 2 * (read * layers + head) + 4 * looked_at * heads_width * text.num_hidden_layers
    value_bytes = network.dtype.itemsize
    length = prompt_tokens + workload.new_tokens / 2
    kept = 2 * text.num_hidden_layers * text.num_key_value_heads * text.head_dim * length
    step_bytes = value_bytes * (layers + head + batch_size * kept)
    step_flop = batch_size * (
        2 * (layers + head) + 4 * length * heads_width * text.num_hidden_layers
    )
    # Copying counts reading and writing; what is only read goes as fast.
    step_s = max(
        step_bytes / (machine.copy_gb_per_s * 1e9), step_flop / (machine.tflop_per_s * 1e12)
    )
    batch_s = batch_size * (seeing + reading) / (machine.tflop_per_s * 1e12)
    return batch_size / (batch_s + workload.new_tokens * step_s)


def _weights(module: Any) -> int:
    return sum(weight.numel() for weight in module.parameters())
