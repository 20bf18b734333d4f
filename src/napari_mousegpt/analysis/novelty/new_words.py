"""What is said of some windows more often than of others. Knows no vector."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.analysis.vectors.lexicon import behaviour_lexicon

LEAST_MORE = 0.2
"""Share of the windows by which a word must be more common to be worth saying."""


def said_words(overall: str | None, keywords: Sequence[str] | None) -> frozenset[str]:
    """What the lexicon finds in the overall sentence and in the keywords; a keyword it does not
    know stands for itself."""
    lexicon = behaviour_lexicon()
    words = {concept.name for concept, _ in lexicon.read(overall or "") if concept is not None}
    for keyword in keywords or ():
        concepts = [concept for concept, _ in lexicon.read(keyword) if concept is not None]
        words |= {concept.name for concept in concepts} or {keyword.lower()}
    return frozenset(words)


def words_of_the_new(
    said: Sequence[frozenset[str]],
    new: NDArray[np.bool_],
    others: NDArray[np.bool_],
    *,
    limit: int = 4,
) -> list[tuple[str, float, float]]:
    """Words more common in new windows than in others, with both shares; the most telling first.

    Telling is the share times the logarithm of how many times as common it is. Empty where either
    side has no window.
    """
    if not new.any() or not others.any():
        return []
    shares = {
        word: (_share(said, word, new), _share(said, word, others))
        for word in sorted(set().union(*(said[row] for row in np.flatnonzero(new).tolist())))
    }
    more = [(word, a, b) for word, (a, b) in shares.items() if a - b >= LEAST_MORE]
    return sorted(more, key=lambda one: -one[1] * np.log((one[1] + 0.01) / (one[2] + 0.01)))[:limit]


def _share(said: Sequence[frozenset[str]], word: str, rows: NDArray[np.bool_]) -> float:
    return float(np.mean([word in said[row] for row in np.flatnonzero(rows).tolist()]))
