"""Names for clusters from the words said about their windows. Needs no model; knows no vectors.

Words that set a cluster apart are found by class TF-IDF (Grootendorst 2022, BERTopic): how common
a word is in the cluster, against how common it is everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.analysis.vectors.lexicon import behaviour_lexicon

EXAMPLES = 5
_EITHER = " / "
_LEADING_SHARE = 0.4
_COMMON_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class ClusterEvidence:
    """What anybody who names a cluster gets to see.

    ``words`` are the words that set it apart, with their share of the cluster's windows and their
    class TF-IDF; ``leading`` the first keywords with their shares; ``examples`` the rows nearest
    the centre, ``counter_examples`` those of the nearest other cluster nearest to this one.
    """

    cluster: int
    size: int
    words: tuple[tuple[str, float, float], ...]
    leading: tuple[tuple[str, float], ...]
    examples: tuple[int, ...]
    counter_examples: tuple[int, ...]
    nearest: int | None


@dataclass(frozen=True, slots=True)
class NameProposal:
    """A name for a cluster and why.

    ``confidence`` in [0, 1] says how well the words of its keyword name pick out the cluster,
    whoever proposed the name. ``by`` is the language model that did, "" for the keywords; then
    ``definition`` and ``reason`` are empty.
    """

    cluster: int
    name: str
    words: tuple[str, ...]
    confidence: float
    examples: tuple[int, ...]
    counter_examples: tuple[int, ...]
    definition: str = ""
    reason: str = ""
    by: str = ""


class Namer(Protocol):
    """Anything that proposes names from the evidence alone."""

    def propose(
        self, evidence: Sequence[ClusterEvidence], terms: Sequence[frozenset[str]], labels: NDArray
    ) -> list[NameProposal]:
        """One proposal for each cluster, in order."""
        ...


def window_terms(descriptions: pd.DataFrame) -> list[tuple[str, ...]]:
    """Words of each window: its keywords, or what the lexicon finds in its overall sentence.

    The first is the behaviour, where there is one; a window that is not valid has none.
    """
    terms: list[tuple[str, ...]] = []
    rows = zip(
        descriptions["keywords"], descriptions["overall"], descriptions["valid"], strict=True
    )
    for keywords, overall, valid in rows:
        said = [str(word).lower() for word in (keywords if keywords is not None else ())]
        if valid and not said and isinstance(overall, str):
            read = behaviour_lexicon().read(overall)
            said = [words if concept is None else concept.name for concept, words in read]
        terms.append(tuple(dict.fromkeys(said)) if valid else ())
    return terms


def gather_evidence(
    terms: Sequence[Sequence[str]], labels: NDArray[np.int64], points: NDArray[np.float32]
) -> list[ClusterEvidence]:
    """Find what sets each cluster apart.

    Parameters
    ----------
    terms
        Words of each window, as of `window_terms`.
    labels
        Cluster of each window; -1 is left out.
    points
        Vectors of the windows, shape (windows, dimensions); NaN rows are no examples.
    """
    numbers = sorted(int(number) for number in np.unique(labels) if number >= 0)
    shares = term_shares(terms, labels)
    scores = class_tfidf(shares)
    centres = {number: np.nanmean(points[labels == number], axis=0) for number in numbers}
    evidence = []
    for number in numbers:
        rows = np.flatnonzero(labels == number)
        others = [other for other in numbers if other != number]
        near = min(
            others, key=lambda other: np.linalg.norm(centres[other] - centres[number]), default=None
        )
        words = scores.loc[number].sort_values(ascending=False, kind="stable")
        leading = pd.Series([terms[row][0] for row in rows.tolist() if terms[row]], dtype=object)
        evidence.append(
            ClusterEvidence(
                cluster=number,
                size=rows.size,
                words=tuple(
                    (str(word), float(shares.loc[number, word]), float(score))
                    for word, score in words[words > 0].items()
                ),
                leading=tuple(
                    (str(word), float(count / rows.size))
                    for word, count in leading.value_counts(sort=True).items()
                ),
                examples=_nearest_rows(points, rows, centres[number]),
                counter_examples=()
                if near is None
                else _nearest_rows(points, np.flatnonzero(labels == near), centres[number]),
                nearest=near,
            )
        )
    return evidence


class KeywordNamer:
    """Names by the leading keyword, and by what sets the cluster apart where that is not enough."""

    def propose(
        self, evidence: Sequence[ClusterEvidence], terms: Sequence[frozenset[str]], labels: NDArray
    ) -> list[NameProposal]:
        """One proposal for each cluster; no two have the same name.

        ``confidence`` is the harmonic mean of the share of the cluster's windows that have the
        name's words, and of the share of windows with these words that are in the cluster.
        """
        proposals: list[NameProposal] = []
        taken: set[str] = set()
        for found in evidence:
            words = _name_words(found, taken)
            name = ", ".join(words) if words else f"cluster {found.cluster}"
            taken.add(name)
            proposals.append(
                NameProposal(
                    cluster=found.cluster,
                    name=name,
                    words=tuple(word for word, _, _ in found.words[:6]),
                    confidence=_agreement(set(words), terms, labels == found.cluster),
                    examples=found.examples,
                    counter_examples=found.counter_examples,
                )
            )
        return proposals


def term_shares(terms: Sequence[Sequence[str]], labels: NDArray[np.int64]) -> pd.DataFrame:
    """Share of each cluster's windows that have each word: clusters as rows, words as columns."""
    rows = [
        (int(label), word)
        for label, words in zip(labels, terms, strict=True)
        if label >= 0
        for word in set(words)
    ]
    numbers = sorted({int(label) for label in labels if label >= 0})
    pairs = pd.DataFrame(rows, columns=["cluster", "word"])
    counts = pd.crosstab(pairs["cluster"], pairs["word"]).reindex(numbers, fill_value=0)
    sizes = pd.Series(labels[labels >= 0]).value_counts().reindex(numbers)
    return counts.div(sizes, axis=0)


def class_tfidf(shares: pd.DataFrame) -> pd.DataFrame:
    """Share in the cluster times ``log(1 + words in a mean cluster / sum of shares)``."""
    mean_words = shares.to_numpy().sum() / max(1, len(shares))
    return shares * np.log1p(mean_words / shares.sum(axis=0).clip(lower=1e-9))


def _name_words(found: ClusterEvidence, taken: set[str]) -> list[str]:
    leading = [word for word, share in found.leading if share >= _LEADING_SHARE][:1]
    if not leading:  # a mixture says so
        leading = [_EITHER.join(word for word, _ in found.leading[:2])] if found.leading else []
    words = list(leading)
    common = [
        word
        for word, share, _ in found.words
        if share >= _COMMON_SHARE and word not in _EITHER.join(leading).split(_EITHER)
    ]
    words += common[:1]
    for word in [*common[1:], *(word for word, _, _ in found.words)]:
        if ", ".join(words) not in taken:
            break
        if word not in words:
            words.append(word)
    if ", ".join(words) in taken:
        words.append(f"cluster {found.cluster}")
    return words


def _agreement(words: set[str], terms: Sequence[frozenset[str]], inside: NDArray) -> float:
    wanted = [set(word.split(_EITHER)) for word in words if not word.startswith("cluster ")]
    if not wanted:
        return 0.0
    has = np.array([all(options & set(said) for options in wanted) for said in terms], bool)
    both = (has & inside).sum()
    return float(2 * both / max(1, has.sum() + inside.sum()))


def _nearest_rows(points: NDArray, rows: NDArray[np.int64], centre: NDArray) -> tuple[int, ...]:
    distances = np.linalg.norm(points[rows] - centre, axis=1)
    order = np.argsort(distances, kind="stable")[:EXAMPLES]
    return tuple(int(rows[row]) for row in order if np.isfinite(distances[row]))
