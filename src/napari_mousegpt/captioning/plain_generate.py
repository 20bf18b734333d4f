"""Answers by the plain way of transformers, for networks and devices that the engine leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from napari_mousegpt.captioning.constraint.constrained_rows import as_logits_processor

SAMPLING = {"do_sample": True, "temperature": 0.7, "top_p": 0.9}


def plain_answers(
    network: Any,
    processor: Any,
    inputs: Any,
    places: Sequence[int],
    *,
    grammar: Any,
    max_new_tokens: int,
    attempt: int,
) -> tuple[list[str], list[float | None]]:
    """Texts of a batch, and how sure the network is of each label.

    Parameters
    ----------
    inputs
        Of the processor, padded on the left, on the network's device.
    places
        Of the clips of the batch, as the grammar knows them.
    grammar
        What holds answers to their form; None for none.
    attempt
        Greedy at the first (0), sampled with this seed at later ones.
    """
    import torch

    constraint = grammar.start(len(places)) if grammar else None
    if constraint is not None:
        for row, place in enumerate(places):
            constraint.renew(row, place)
    held = {"logits_processor": [as_logits_processor(constraint)]} if constraint else {}
    if attempt:
        torch.manual_seed(attempt)
    sampling = SAMPLING if attempt else {"do_sample": False}
    tokens = network.generate(**inputs, max_new_tokens=max_new_tokens, **sampling, **held)
    texts = processor.batch_decode(
        tokens[:, inputs["input_ids"].shape[1] :], skip_special_tokens=True
    )
    sure = [constraint.confidence(row) if constraint else None for row in range(len(places))]
    return texts, sure
