"""Search in descriptions by meanings and words; nothing, where nothing fits. Offline.

Knows descriptions as an interval table; knows no file and no pose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.analysis.search.bm25 import BM25
from napari_mousegpt.analysis.vectors.description_vectors import TEXT_LEVELS, level_texts
from napari_mousegpt.analysis.vectors.lexical_vectors import NAME
from napari_mousegpt.analysis.vectors.lexicon import Concept, behaviour_lexicon, stem
from napari_mousegpt.analysis.vectors.text_models import TextModel, load_text_model

LEAST_COVERED = 0.6
LEAST_ALIKE = {NAME: 0.8}
LEAST_ALIKE_OF_MODELS = 0.62
"""What must be reached to count as found; measured by ``benchmarks/search.py``."""

TIE_BREAK = 0.1
_PART = re.compile(r"(?:;|,|\.| and in between | then | before |: )", re.I)
_NUMBER = re.compile(r"\d+(?:\.\d+)?\s*")
_LITTLE_SAYING = ("direction", "pace", "manner", "place")


@dataclass(frozen=True, slots=True)
class _Term:
    concept: Concept | None
    word: str
    weight: float


class SearchIndex:
    """Descriptions, ready to be searched.

    Parameters
    ----------
    descriptions
        Interval table; rows that are not valid are never found.
    levels
        Levels to search in.
    model
        What turns texts into vectors; the built-in lexicon if None.
    """

    def __init__(
        self,
        descriptions: pd.DataFrame,
        *,
        levels: Sequence[str] = TEXT_LEVELS,
        model: TextModel | None = None,
    ) -> None:
        self.descriptions = descriptions.reset_index(drop=True)
        self.model = model or load_text_model()
        # Numbers say nothing in words, and without them most sentences are the same few.
        by_level = [
            [_NUMBER.sub("", text) for text in level_texts(self.descriptions, level)]
            for level in levels
        ]
        self._texts = [". ".join(filter(None, said)) for said in zip(*by_level, strict=True)]
        once = {text: _terms(text) for text in dict.fromkeys(self._texts)}
        self._read = [once[text] for text in self._texts]
        self._bm25 = BM25([[stem(word) for t in read for word in t.word.split()]
                           for read in self._read])  # fmt: skip
        self._units, self._unit_of = _units(by_level)
        self._unit_vectors: NDArray[np.float32] | None = None

    def search(self, query: str, *, limit: int = 20) -> pd.DataFrame:
        """Find the windows that fit a text best.

        Returns
        -------
        pandas.DataFrame
            Rows of the descriptions with ``score`` in [0, 1],
            ``alike`` (cosine of the nearest part), ``covered`` (share of the query's meanings that
            are there) and ``matched`` (the words). Empty if nothing covers 60 % of the query and
            nothing is alike enough.

        Raises
        ------
        ValueError
            If the query says nothing.
        """
        asked = _terms(query)
        if not asked:
            raise ValueError(f"expected words about behaviour to search for, found {query!r}")
        alike, told = self._alike(query)
        matches = [_matched(asked, read) for read in self._read]
        covered = np.array([share for share, _ in matches])
        words = self._bm25.scores([stem(word) for term in asked for word in term.word.split()])
        enough = LEAST_ALIKE.get(self.model.name, LEAST_ALIKE_OF_MODELS)
        found = (covered >= LEAST_COVERED) | (alike >= enough)
        found &= np.array([bool(text) for text in self._texts], bool)
        found &= ~self._contradicted(asked)
        # What is covered, and what the whole first level is about rather than mentions. Fusing
        # ranks instead (with BM25 as one of them) ordered the windows worse in every measurement;
        # rare words said literally only break ties.
        literal = words / max(float(words.max(initial=0)), 1e-9)
        score = (covered + np.maximum(told, 0) + TIE_BREAK * literal) / (2 + TIE_BREAK)
        order = [int(row) for row in np.argsort(-score, kind="stable") if found[row]][:limit]
        return self.descriptions.iloc[order].assign(
            score=score[order],
            alike=alike[order],
            covered=covered[order],
            matched=[list(matches[row][1]) for row in order],
        )

    def _contradicted(self, asked: Sequence[_Term]) -> NDArray[np.bool_]:
        """Rows that say the opposite side of what is asked, and nowhere the asked one.

        Of a left turn everything but the side fits a right turn, so that it would be found, low in
        the list.
        """
        concepts = [term.concept for term in asked if term.concept is not None]
        sides = [one for one in concepts if one.family == "direction" and one.poles]
        heads = {one.name for one in concepts if one.family not in _LITTLE_SAYING}
        wrong = np.zeros(len(self._texts), bool)
        for side in sides:
            of_units = [_side_in(read, heads, side) for read in self._units_read]
            for row, units in enumerate(self._unit_of):
                said = {of_units[unit] for unit in units}
                wrong[row] |= -1 in said and 1 not in said
        return wrong

    @cached_property
    def _units_read(self) -> list[tuple[Concept, ...]]:
        return [
            tuple(concept for concept, _ in behaviour_lexicon().read(unit) if concept is not None)
            for unit in self._units
        ]

    def _alike(self, query: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Cosines of the query with the nearest part of each row, and with its whole first level.

        -1 where there is nothing.
        """
        if self._unit_vectors is None:
            self._unit_vectors = self.model.encode(self._units)
        cosines = self._unit_vectors @ self.model.encode([query])[0]
        nearest, whole = np.full((2, len(self._texts)), -1.0)
        for row, units in enumerate(self._unit_of):
            if units:
                nearest[row], whole[row] = cosines[units].max(), cosines[units[0]]
        return nearest, whole


def _units(by_level: Sequence[Sequence[str]]) -> tuple[list[str], list[list[int]]]:
    """Parts of texts that are compared on their own: whole levels, clauses, keywords; each once."""
    place: dict[str, int] = {}
    of_rows = []
    for said in zip(*by_level, strict=True):
        parts = [text for level in said if level for text in (level, *_PART.split(level))]
        parts = [part.strip() for part in parts if part and part.strip()]
        of_rows.append([place.setdefault(part, len(place)) for part in dict.fromkeys(parts)])
    return list(place) or [""], of_rows


def _side_in(said: Sequence[Concept], heads: set[str], asked: Concept) -> int:
    """1 where a part of a sentence has what is asked on this side, -1 on the other, else 0."""
    if heads and not any(one.name in heads for one in said):
        return 0
    wanted = dict(asked.poles)
    signs = {
        value * wanted[pole] > 0
        for one in said
        if one.family == "direction"
        for pole, value in one.poles
        if wanted.get(pole)
    }
    return 0 if not signs else 1 if True in signs else -1


def _terms(text: str) -> list[_Term]:
    terms = []
    for concept, word in behaviour_lexicon().read(text):
        little = concept is not None and concept.family in _LITTLE_SAYING
        terms.append(_Term(concept, word, 0.6 if little else 1.0))
    return list({(term.concept, stem(term.word)): term for term in terms}.values())


def _matched(asked: Sequence[_Term], said: Sequence[_Term]) -> tuple[float, tuple[str, ...]]:
    """Share of what was asked that is said, by meaning or by word, and in which words."""
    covered, words = 0.0, []
    concepts = {term.concept: term.word for term in reversed(said) if term.concept is not None}
    stems = {part for term in said for part in map(stem, term.word.split())}
    for term in asked:
        if term.concept is not None and term.concept in concepts:
            covered += term.weight
            words.append(concepts[term.concept])
        elif all(stem(part) in stems for part in term.word.split()):
            covered += term.weight
            words.append(term.word)
    return covered / sum(term.weight for term in asked), tuple(dict.fromkeys(words))
