"""What it costs to hold answers to the form of a description.

    python benchmarks/constraint.py [--batch 32] [--rounds 3]

The built-in model on moving blobs, with and without the form, in turns within one run, since other
work disturbs single timings; the bookkeeping alone, for a vocabulary of 151,936 tokens as well; and
whether random logits give descriptions.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.captioning.constraint.answer_grammar import AnswerGrammar
from napari_mousegpt.captioning.mousegpt_tiny import FOLDER
from napari_mousegpt.captioning.prompt import TINY
from napari_mousegpt.captioning.transformers_vlm import TransformersVLM
from napari_mousegpt.datamodel.description import BEHAVIOURS, Description, parse_description
from napari_mousegpt.datamodel.timerange import TimeRange

LARGE_VOCABULARY = 151_936


def blobs(count: int) -> list[Clip]:
    """Dark ellipses that move, or not, over a grey floor with noise."""
    grid_y, grid_x = np.mgrid[:128, :128]
    clips = []
    for seed in range(count):
        random = np.random.default_rng(seed)
        path = np.linspace(*random.uniform(30, 98, 2), 8)
        inside = ((grid_x - path[:, None, None]) / 26) ** 2 + ((grid_y - 64) / 12) ** 2 < 1
        grey = np.where(inside, 40, 200) + random.normal(0, 10, inside.shape)
        pixels = np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[..., None], 3, axis=-1)
        clips.append(
            Clip(
                video="cam0",
                individual="individual_0",
                window=TimeRange(0, 60),
                frames=tuple(range(8)),
                times_s=tuple(np.linspace(0, 1.9667, 8).tolist()),
                pixels=pixels,
            )
        )
    return clips


def whole(batch: int, rounds: int) -> None:
    """Print seconds with and without the form, and whether the answers are the same."""
    clips = blobs(batch)
    # Not as mousegpt-tiny, which besides chooses the behaviour before its verb.
    free, held = (
        TransformersVLM(
            str(FOLDER),
            device="cpu",
            batch_size=batch,
            prompt=TINY,
            max_new_tokens=96,
            constrained=constrained,
        )
        for constrained in (False, True)
    )
    seconds: dict[str, list[float]] = {"free": [], "held": []}
    texts: dict[str, list[str | None]] = {}
    for _ in range(rounds + 1):
        for name, model in (("free", free), ("held", held)):
            started_s = time.process_time()
            texts[name] = [answer.text for answer in model.describe(clips)]
            seconds[name].append(time.process_time() - started_s)
    least = {name: min(found[1:]) for name, found in seconds.items()}
    tokenizer = held._processor.tokenizer
    tokens = sum(len(tokenizer.encode(text)) for text in texts["held"])
    same = sum(one == other for one, other in zip(texts["free"], texts["held"], strict=True))
    print(
        f"{batch} clips at once, best of {rounds}, processor time: {least['free']:.2f} s without, "
        f"{least['held']:.2f} s with ({tokens / least['held']:.0f} tokens/s, "
        f"{100 * (least['held'] / least['free'] - 1):+.1f} %); {same} of {batch} answers the same"
    )


def bookkeeping(batch: int) -> None:
    """Print microseconds for a row and a token, apart from the network."""
    import torch
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(FOLDER)
    answer = Description(
        "The mouse walks forward.",
        "The head points ahead.",
        "All paws step.",
        "The body is stretched.",
        ("walking", "slow"),
    ).to_text()
    tokens = [*tokenizer.encode(answer), tokenizer.eos_token_id]
    for vocabulary in (4096, LARGE_VOCABULARY):
        grammar = AnswerGrammar(tokenizer, vocabulary, max_new_tokens=96, scored=BEHAVIOURS)
        for run in ("first", "later"):
            spent_s = _spent(grammar, tokens, torch.zeros(batch, vocabulary), batch)
            per_row_us = 1e6 * spent_s / len(tokens) / batch
            print(f"vocabulary {vocabulary}, {run} answers: {per_row_us:.1f} us a row and token")


def random_model(batch: int) -> None:
    """Print how many answers of random logits are descriptions."""
    import torch
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(FOLDER)
    grammar = AnswerGrammar(tokenizer, 4096, max_new_tokens=96)
    torch.manual_seed(0)
    right = total = 0
    for spread in (0.1, 1.0, 5.0):
        constraint = grammar.start(batch)
        written: list[list[int]] = [[] for _ in range(batch)]
        while not all(constraint.finished):
            logits = spread * torch.randn(batch, 4096)
            constraint.mask_(logits)
            chosen = logits.argmax(-1).tolist()
            for row, done in enumerate(constraint.finished):
                written[row] += [] if done else [chosen[row]]
            constraint.accept(chosen)
        for text in tokenizer.batch_decode(written, skip_special_tokens=True):
            total += 1
            right += bool(parse_description(text).overall)
    print(f"random logits: {right} of {total} answers are descriptions")


def _spent(grammar: AnswerGrammar, tokens: list[int], logits: Any, batch: int) -> float:
    constraint, spent_s = grammar.start(batch), 0.0
    for token in tokens:
        logits.zero_()
        started_s = time.process_time()
        constraint.mask_(logits)
        constraint.accept([token] * batch)
        spent_s += time.process_time() - started_s
    return spent_s


def main() -> None:
    """Print all figures."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    bookkeeping(options.batch)
    random_model(options.batch)
    whole(options.batch, options.rounds)


if __name__ == "__main__":
    main()
