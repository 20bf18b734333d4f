"""Prompt and answer of a batch as tokens, and which of them are learned. Knows no weights.

The prompt is what captioning makes of the clip, to the token; the answer is put behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from napari_mousegpt.training.phrases import Piece, answer_text

NOT_LEARNED = -100
_PROBE = "~answer~"


def answer_ending(processor: Any) -> str:
    """What ends an answer in this model's conversations, such as ``<|im_end|>``."""
    tokenizer = processor.tokenizer
    said = [
        {"role": "user", "content": [{"type": "text", "text": "?"}]},
        {"role": "assistant", "content": [{"type": "text", "text": _PROBE}]},
    ]
    try:
        text = str(processor.apply_chat_template(said, tokenize=False))
        ending = text.rpartition(_PROBE)[2].strip()
    except Exception:  # templates raise kinds of their own where they refuse a form
        ending = ""
    return ending or str(tokenizer.eos_token)


def answer_tokens(
    tokenizer: Any, pieces: Sequence[Piece], ending: str
) -> tuple[list[int], list[int]]:
    """Tokens of an answer, and the labels: `NOT_LEARNED` where a token holds a guess."""
    text = answer_text(pieces) + ending
    known = [piece.known for piece in pieces for _ in piece.text] + [True] * len(ending)
    found = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    tokens = list(found["input_ids"])
    labels = [
        token if all(known[start:stop]) else NOT_LEARNED
        for token, (start, stop) in zip(tokens, found["offset_mapping"], strict=True)
    ]
    return tokens, labels


def with_answers(
    inputs: Mapping[str, Any], answers: Sequence[tuple[list[int], list[int]]], *, pad: int
) -> dict[str, Any]:
    """Put answers behind the prompts of a batch, padded on the right, with ``labels``."""
    import torch

    prompt = inputs["input_ids"]
    longest = max(len(tokens) for tokens, _ in answers)
    behind = torch.full((len(answers), longest), pad, dtype=prompt.dtype)
    labels = torch.full((len(answers), longest), NOT_LEARNED, dtype=prompt.dtype)
    mask = torch.zeros_like(behind)
    for row, (tokens, learned) in enumerate(answers):
        behind[row, : len(tokens)] = torch.tensor(tokens)
        labels[row, : len(tokens)] = torch.tensor(learned)
        mask[row, : len(tokens)] = 1
    behind, labels, mask = (one.to(prompt.device) for one in (behind, labels, mask))
    joined: dict[str, Any] = {}
    for name, value in inputs.items():
        per_token = getattr(value, "shape", None) == prompt.shape
        more = {"input_ids": behind, "attention_mask": mask}.get(name, torch.zeros_like(behind))
        joined[name] = torch.cat([value, more.to(value.dtype)], dim=1) if per_token else value
    joined["labels"] = torch.cat([torch.full_like(prompt, NOT_LEARNED), labels], dim=1)
    return joined
