"""The sentence vectors in the package: a lexicon of mouse behaviour, offline, the same every time.

Each meaning has an axis, each family of meanings one, each pair of opposites one with two ends;
words outside the lexicon are hashed by their letters. It knows English words about mice and no
grammar but negation, hedges and the order of clauses: for anything else take a sentence model.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.analysis.vectors.lexicon import Concept, Lexicon, behaviour_lexicon, stem

Vectors = NDArray[np.float32]

NAME = "lexicon"
_METHOD = "3"
"""Changes with every change of a weight below, so that old vectors are not mixed with new ones."""

FAMILY_WEIGHT, POLE_WEIGHT, UNKNOWN_WEIGHT = 0.7, 1.2, 0.8
LATER_CLAUSE, HEDGED, NEGATED = 0.6, 0.6, -0.5
_HASHED = 128
_LETTERS = (3, 4)
_CLAUSE = re.compile(r"(?:;|,? then\b|, and in between\b|\. then:|; before,)", re.I)
_HEDGE = re.compile(r"\bas in\b|\bsuch as\b|\blike\b", re.I)
_NEGATION = re.compile(r"\b(?:not|no|without|never|isn't|doesn't)\b\W+$", re.I)


class LexicalVectors:
    """Turns sentences into vectors by the lexicon of the package."""

    name = NAME

    def __init__(self) -> None:
        self._lexicon: Lexicon = behaviour_lexicon()
        concepts = self._lexicon.concepts
        families = sorted({concept.family for concept in concepts})
        poles = sorted({pole for concept in concepts for pole, _ in concept.poles})
        names = [*(f"concept {c.name}" for c in concepts), *(f"family {f}" for f in families)]
        names += [f"pole {pole}" for pole in poles]
        self._axis = {name: place for place, name in enumerate(names)}
        self.dimensions = len(names) + _HASHED

    @property
    def revision(self) -> str:
        """Changes with the lexicon and with how vectors are made of it."""
        return f"{self._lexicon.revision}-{_METHOD}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Turn texts into vectors.

        Returns
        -------
        numpy.ndarray
            Shape (texts, dimensions), of length 1; zeros for a text that says nothing.
        """
        unique = list(dict.fromkeys(texts))
        rows = np.stack([self._vector(text) for text in unique] or [self._zeros()])
        place = {text: row for row, text in enumerate(unique)}
        return rows[[place[text] for text in texts]]

    def _zeros(self) -> Vectors:
        return np.zeros(self.dimensions, np.float32)

    def _vector(self, text: str) -> Vectors:
        vector = self._zeros()
        for number, clause in enumerate(_CLAUSE.split(text)):
            weight = LATER_CLAUSE if number else 1.0
            for part, said in enumerate(_HEDGE.split(clause)):
                self._add(vector, said, weight * (HEDGED if part else 1.0))
        length = float(np.linalg.norm(vector))
        return vector / length if length > 0 else vector

    def _add(self, vector: Vectors, text: str, weight: float) -> None:
        lowered = text.lower()
        place = 0
        for concept, words in self._lexicon.read(text):
            found = lowered.find(words, place)
            before = lowered[max(0, found - 12) : found] if found >= 0 else ""
            place = max(place, found)
            sign = NEGATED if _NEGATION.search(before) else 1.0
            if concept is None:
                vector[-_HASHED:] += weight * sign * UNKNOWN_WEIGHT * hashed(stem(words))
            else:
                self._add_concept(vector, concept, weight * sign)

    def _add_concept(self, vector: Vectors, concept: Concept, weight: float) -> None:
        # A word that only says which end of a pair of opposites it is gets no axis of its own:
        # what left and right share would pull them together.
        if concept.family != "direction":
            vector[self._axis[f"concept {concept.name}"]] += weight
            vector[self._axis[f"family {concept.family}"]] += weight * FAMILY_WEIGHT
        for pole, side in concept.poles:
            vector[self._axis[f"pole {pole}"]] += weight * POLE_WEIGHT * side


@cache
def hashed(word: str) -> Vectors:
    """A word by its letters: groups of three and four, each at a signed place; of length 1."""
    vector = np.zeros(_HASHED, np.float32)
    marked = f"<{word}>"
    for size in _LETTERS:
        for start in range(max(1, len(marked) - size + 1)):
            code = zlib.crc32(marked[start : start + size].encode())
            vector[code % _HASHED] += 1.0 if code & 0x8000_0000 else -1.0
    length = float(np.linalg.norm(vector))
    return vector / length if length > 0 else vector
