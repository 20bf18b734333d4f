"""The step that writes tokens for all slots at once, over fixed memory. Knows no clips.

On a GPU it is captured once for each width and length seen, and replayed: the graph reads its
inputs from, and leaves its result in, tensors that never move.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from napari_mousegpt.captioning.engine.slots import SlotCache

if TYPE_CHECKING:
    import torch

Capture = Callable[[Callable[[], None]], Callable[[], None]]
"""Turns a function over fixed tensors into its replay."""

WARM_UP_RUNS = 2


class Step:
    """Feed up to ``width`` tokens to every slot, none of which is longer than ``seen`` then.

    Parameters
    ----------
    capture
        What turns the step into a replay; None runs it as it is.
    """

    def __init__(
        self,
        network: Any,
        cache: SlotCache,
        *,
        width: int,
        seen: int,
        capture: Capture | None = None,
    ) -> None:
        import torch

        device = network.device
        self.network, self.cache, self.width, self.seen = network, cache, width, seen
        self.tokens = torch.zeros(cache.slots, width, dtype=torch.long, device=device)
        self.counts = torch.zeros(cache.slots, dtype=torch.long, device=device)
        self._every_slot = torch.arange(cache.slots, device=device)
        self.logits: torch.Tensor
        self._replay = self._run
        if capture is not None:
            written = cache.written.clone()
            self._replay = capture(self._run)
            # Warming up moved the rows on; what it wrote behind their ends is written over.
            cache.written.copy_(written)

    def __call__(self, fed: Sequence[Sequence[int]]) -> torch.Tensor:
        """Feed each slot its tokens, none for a slot at rest.

        Returns
        -------
        torch.Tensor
            Logits behind each slot's last token, shape (slots, vocabulary); the same memory every
            time, and meaningless for slots at rest.
        """
        import torch

        padded = [[*tokens, *([0] * (self.width - len(tokens)))] for tokens in fed]
        self.tokens.copy_(torch.tensor(padded), non_blocking=True)
        self.counts.copy_(torch.tensor([len(tokens) for tokens in fed]), non_blocking=True)
        self._replay()
        return self.logits

    def _run(self) -> None:
        rotary, mask = self.cache.begin_step(self.width, self.seen)
        hidden = self.network.model.language_model(
            inputs_embeds=self.network.get_input_embeddings()(self.tokens),
            position_ids=rotary,
            attention_mask=mask,
            past_key_values=self.cache,
        ).last_hidden_state
        last = hidden[self._every_slot, (self.counts - 1).clamp(min=0)]
        self.logits = self.network.lm_head(last)
        self.cache.written.add_(self.counts)


def cuda_graph(run: Callable[[], None]) -> Callable[[], None]:
    """Capture ``run`` as a CUDA graph and return its replay."""
    import torch

    beside = torch.cuda.Stream()
    beside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(beside):
        for _ in range(WARM_UP_RUNS):
            run()
    torch.cuda.current_stream().wait_stream(beside)
    graph = torch.cuda.CUDAGraph()
    # Another thread prepares the next clips meanwhile, and may allocate.
    with torch.cuda.graph(graph, capture_error_mode="thread_local"):
        run()
    replay: Callable[[], None] = graph.replay
    return replay
