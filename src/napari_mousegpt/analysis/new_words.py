"""What is said of some windows more often than of others. Knows no vector."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.analysis.lexicon import behaviour_lexicon

LEAST_MORE = 0.2
"""Share of the windows by which a word must be more common to be worth saying."""


def said_words(overall: str | None, keywords: Sequence[str] | None) -> frozenset[str]:
    """Keywords, and what the lexicon finds in the overall sentence."""
    words = {str(word).lower() for word in keywords or ()}
    if overall:
        read = behaviour_lexicon().read(overall)
        words |= {concept.name for concept, _ in read if concept is not None}
    return frozenset(words)


def words_of_the_new(
    said: Sequence[frozenset[str]],
    new: NDArray[np.bool_],
    others: NDArray[np.bool_],
    *,
    limit: int = 4,
) -> list[tuple[str, float, float]]:
    """Words more common in new windows than in others, with both shares; the largest step first.

    Empty where either side has no window.
    """
    if not new.any() or not others.any():
        return []
    shares = {
        word: (_share(said, word, new), _share(said, word, others))
        for word in sorted(set().union(*(said[row] for row in np.flatnonzero(new).tolist())))
    }
    more = [(word, a, b) for word, (a, b) in shares.items() if a - b >= LEAST_MORE]
    return sorted(more, key=lambda one: one[2] - one[1])[:limit]


def _share(said: Sequence[frozenset[str]], word: str, rows: NDArray[np.bool_]) -> float:
    return float(np.mean([word in said[row] for row in np.flatnonzero(rows).tolist()]))
