"""Which networks the engine runs; all others answer by plain ``generate``."""

from __future__ import annotations

from typing import Any

FAMILIES = frozenset({"qwen3_vl"})
DEVICES = frozenset({"cpu", "cuda"})


def supports(network: Any) -> bool:
    """Whether the engine gives what ``generate`` would, for this network on its device."""
    if network.config.model_type not in FAMILIES or network.device.type not in DEVICES:
        return False
    wanted = network.generation_config
    return (
        (wanted.repetition_penalty or 1.0) == 1.0
        and not wanted.no_repeat_ngram_size
        and not wanted.suppress_tokens
        and (wanted.num_beams or 1) == 1
    )


def end_tokens(network: Any) -> frozenset[int]:
    """The tokens that end an answer."""
    ends = network.generation_config.eos_token_id
    return frozenset([ends] if isinstance(ends, int) else ends or ())
