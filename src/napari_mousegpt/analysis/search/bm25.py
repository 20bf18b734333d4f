"""Ranking of short texts by the words of a query: BM25 (Robertson and Zaragoza 2009).

Knows stems, not meanings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class BM25:
    """Scores of texts, given as lists of stems."""

    def __init__(self, texts: Sequence[Sequence[str]], *, k1: float = 1.2, b: float = 0.6) -> None:
        self.k1, self.b = k1, b
        self._counts = [Counter(text) for text in texts]
        lengths = np.array([len(text) for text in texts], float)
        self._relative = lengths / max(1.0, float(lengths.mean()) if len(texts) else 1.0)
        self._frequency = Counter(word for counts in self._counts for word in counts)

    def scores(self, query: Sequence[str]) -> NDArray[np.float64]:
        """Score of each text, 0 where no word of the query occurs."""
        scores = np.zeros(len(self._counts))
        for word in dict.fromkeys(query):
            seen = self._frequency.get(word, 0)
            if not seen:
                continue
            rarity = np.log(1 + (len(self._counts) - seen + 0.5) / (seen + 0.5))
            often = np.array([counts.get(word, 0) for counts in self._counts], float)
            damped = often + self.k1 * (1 - self.b + self.b * self._relative)
            scores += rarity * often * (self.k1 + 1) / damped
        return scores
