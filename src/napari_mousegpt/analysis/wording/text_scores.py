"""Likeness of wordings, for the record: ROUGE-L, CIDEr, BERTScore. Knows no facts.

They reward the same words, not the same truth: "turns left" and "turns right" are nearly alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

_TOKEN = re.compile(r"[a-z0-9]+")
_INSTALL = "Install it with: pip install 'napari-mousegpt[words]'"


def rouge_l(said: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """Mean over windows of the best F-measure of ROUGE-L (Lin 2004) among their references.

    Raises
    ------
    ImportError
        If rouge-score is not installed.
    """
    try:
        from rouge_score.rouge_scorer import RougeScorer
    except ImportError:
        raise ImportError(f"ROUGE-L needs the package rouge-score. {_INSTALL}") from None
    _check(said, references)
    scorer = RougeScorer(["rougeL"])
    best = [
        max(scorer.score(reference, text)["rougeL"].fmeasure for reference in known)
        for text, known in zip(said, references, strict=True)
    ]
    return float(np.mean(best))


def cider(said: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """CIDEr-D (Vedantam et al. 2015) over all windows, words split at spaces and marks.

    The scorer is that of COCO; its own tokeniser needs Java and is not used, so that numbers differ
    a little from those of the COCO server. Document frequencies are those of the references given:
    with few windows, or the same reference for all, it is near 0 whatever is said.

    Raises
    ------
    ImportError
        If pycocoevalcap is not installed.
    """
    try:
        from pycocoevalcap.cider.cider_scorer import CiderScorer
    except ImportError:
        raise ImportError(f"CIDEr needs the package pycocoevalcap. {_INSTALL}") from None
    _check(said, references)
    scorer = CiderScorer(n=4, sigma=6.0)
    for text, known in zip(said, references, strict=True):
        scorer += (_tokens(text), [_tokens(reference) for reference in known])
    return float(scorer.compute_score()[0])


def bert_score(
    said: Sequence[str], references: Sequence[Sequence[str]], model: Path, *, batch_size: int = 32
) -> float:
    """Mean of the best BERTScore F1 (Zhang et al. 2020) among the references, last layer.

    Tokens are matched greedily by the cosine of their vectors in a model of the user's; without
    weights by word frequency and without rescaling, and with the last layer and not the one that is
    tuned for a model, so that numbers compare only within one model.

    Parameters
    ----------
    model
        Folder of a text encoder that transformers reads; nothing is downloaded.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    """
    if not (model / "config.json").exists():
        raise FileNotFoundError(
            f"{model}: expected the folder of a text model with config.json, found none. Download "
            "one such as roberta-large and give its folder."
        )
    _check(said, references)
    texts = sorted({*said, *(one for known in references for one in known)})
    vectors = dict(zip(texts, _token_vectors(texts, model, batch_size), strict=True))
    best = [
        max(_greedy_f1(vectors[text], vectors[one]) for one in known)
        for text, known in zip(said, references, strict=True)
    ]
    return float(np.mean(best))


def _token_vectors(texts: Sequence[str], model: Path, batch_size: int) -> list[np.ndarray]:
    """Unit vectors of the tokens of each text without special ones, shape (tokens, n_dims)."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(model, local_files_only=True)
    encoder = AutoModel.from_pretrained(model, local_files_only=True).eval()
    found: list[np.ndarray] = []
    for first in range(0, len(texts), batch_size):
        some = list(texts[first : first + batch_size])
        inputs = tokenizer(
            some, padding=True, truncation=True, return_tensors="pt",
            return_special_tokens_mask=True,
        )  # fmt: skip
        special = inputs.pop("special_tokens_mask").bool()
        with torch.inference_mode():
            vectors = torch.nn.functional.normalize(encoder(**inputs).last_hidden_state, dim=-1)
        kept = inputs["attention_mask"].bool() & ~special
        found += [row[mask].float().numpy() for row, mask in zip(vectors, kept, strict=True)]
    return found


def _greedy_f1(said: np.ndarray, reference: np.ndarray) -> float:
    if not len(said) or not len(reference):
        return 0.0
    likeness = said @ reference.T
    precision, recall = likeness.max(axis=1).mean(), likeness.max(axis=0).mean()
    total = precision + recall
    return float(2 * precision * recall / total) if total > 0 else 0.0


def _tokens(text: str) -> str:
    return " ".join(_TOKEN.findall(text.lower()))


def _check(said: Sequence[str], references: Sequence[Sequence[str]]) -> None:
    if not said or len(said) != len(references) or not all(references):
        raise ValueError(
            "expected texts, and one reference or more for each, found "
            f"{len(said)} texts and references for {sum(map(bool, references))}"
        )
