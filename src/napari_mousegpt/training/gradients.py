"""Gradients of one step, over the learned tokens of a batch, in as many parts as memory asks.

Knows a captioner and what it is shown, not which records, nor the optimiser.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.training.answer_tokens import with_answers

Seen = Sequence[tuple[Clip, tuple[list[int], list[int]]]]


class Gradients:
    """Puts gradients into the weights of a captioner.

    Attributes
    ----------
    at_once
        Windows that are shown at once: halved, and kept so, where memory does not suffice.
    """

    def __init__(self, captioner: Any, weights: Mapping[str, Any], at_once: int) -> None:
        self._captioner, self._weights = captioner, weights
        self.at_once = at_once

    def of(self, seen: Seen, *, seed: int) -> float:
        """Gradients of the mean loss of clips and their answers; that mean."""
        import torch

        while True:
            torch.manual_seed(seed)
            try:
                return self._in_parts(seen)
            except RuntimeError as error:  # torch.OutOfMemoryError is one
                if "memory" not in str(error).lower() or self.at_once == 1:
                    raise
                self.at_once = max(1, self.at_once // 2)
                if torch.cuda.is_available():
                    torch.cuda.empty_cache()

    def _in_parts(self, seen: Seen) -> float:
        import torch

        for parameter in self._weights.values():
            parameter.grad = None
        count = sum(sum(label >= 0 for label in answer[1]) for _, answer in seen)
        network = self._captioner._network.train()
        total = 0.0
        for start in range(0, len(seen), self.at_once):
            part = seen[start : start + self.at_once]
            inputs = with_answers(
                self._captioner._inputs([clip for clip, _ in part]),
                [answer for _, answer in part],
                pad=self._pad,
            )
            labels = inputs.pop("labels")
            with self._precision():
                logits = network(**inputs, use_cache=False, **_only_last(labels)).logits
            loss = torch.nn.functional.cross_entropy(
                logits[:, :-1].flatten(0, 1).float(),
                labels[:, -logits.shape[1] :][:, 1:].flatten(),
                ignore_index=-100,
                reduction="sum",
            ) / max(count, 1)
            loss.backward()
            total += float(loss.detach())
        return total

    @property
    def _pad(self) -> int:
        tokenizer = self._captioner._processor.tokenizer
        pad = tokenizer.pad_token_id
        return int(tokenizer.eos_token_id if pad is None else pad)

    def _precision(self) -> Any:
        import torch

        on_gpu = self._captioner._network.device.type == "cuda"
        return torch.autocast("cuda", dtype=torch.bfloat16) if on_gpu else nullcontext()


def _only_last(labels: Any) -> dict[str, int]:
    """Logits are wanted from the token before the first answer on."""
    learned = (labels >= 0).any(dim=0).nonzero()
    first = int(learned[0]) if len(learned) else labels.shape[1] - 1
    return {"logits_to_keep": int(labels.shape[1] - first + 1)}
