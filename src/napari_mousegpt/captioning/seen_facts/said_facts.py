"""Answers that say given facts: the model chooses the words, not the facts. Knows no picture."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from napari_mousegpt.datamodel.fact_phrases import (
    CURVES,
    HEAD_PHRASES,
    ON_THE_MOVE,
    PAW_PHRASES,
    POSTURE_PHRASES,
    SUBJECTS,
    predicates,
)
from napari_mousegpt.datamodel.facts import Facts

if TYPE_CHECKING:
    import torch

KEPT_FACTS = 256
"""How many combinations of facts are kept with their answers."""
TOKENS_BESIDE_NAME = 72
"""Of the longest answer, without the name of the behaviour."""


def tokens_to_say(names: Iterable[str]) -> int:
    """So many tokens are enough for an answer that says one of some names of one's own.

    A name stands in it twice, and takes a token for each byte at worst.
    """
    longest = max((len(json.dumps(name, ensure_ascii=False).encode()) for name in names), default=0)
    return TOKENS_BESIDE_NAME + 2 * longest


def ways_to_say(facts: Facts) -> list[str]:
    """All answers, as JSON, that say the facts in the phrases that the model was taught.

    The facts have a behaviour, speed, turn, posture, head and paws.
    """
    curves = CURVES[str(facts.turn)] if facts.behaviour in ON_THE_MOVE else ("",)
    verbs = predicates(str(facts.behaviour), moves=facts.speed in ("slow", "fast"))
    overall = [
        f"{subject} {verb}{curve}."
        for subject, verb, curve in itertools.product(SUBJECTS, verbs, curves)
    ]
    levels = itertools.product(
        overall,
        HEAD_PHRASES[str(facts.head)],
        PAW_PHRASES[str(facts.paws)],
        POSTURE_PHRASES[str(facts.posture)],
    )
    words = [facts.behaviour, facts.speed, facts.turn, facts.posture]
    return [
        json.dumps(
            {
                "overall": sentence,
                "head": f"{head}.",
                "limb": f"{limb}.",
                "torso": f"{torso}.",
                "keywords": words,
            },
            ensure_ascii=False,
        )
        for sentence, head, limb, torso in levels
    ]


class SaidFacts:
    """A grammar of answers that say what was seen in each clip.

    Parameters
    ----------
    tokenizer
        Of the model.
    end
        Token that ends an answer.
    seen
        The facts of a clip, and how likely its behaviour is, by the place of the clip; asked for
        when the first word is about to be written.
    """

    def __init__(
        self, tokenizer: Any, end: int, seen: Callable[[int], tuple[Facts, float]]
    ) -> None:
        self.seen = seen

        numbers: dict[int, int] = {}  # each token is one object, however many answers hold it

        @lru_cache(maxsize=KEPT_FACTS)
        def answers(facts: Facts) -> tuple[tuple[int, ...], ...]:
            found = tokenizer(ways_to_say(facts), add_special_tokens=False)["input_ids"]
            return tuple((*map(numbers.setdefault, tokens, tokens), end) for tokens in found)

        self.answers = answers

    def start(self, rows: int) -> SaidRows:
        """Begin so many answers."""
        return SaidRows(self, rows)


@dataclass(slots=True)
class _Row:
    """One answer: the clip's place, what it may still become, and how much is written."""

    place: int
    may_become: Sequence[tuple[int, ...]] | None = None
    written: int = 0
    confidence: float | None = None
    finished: bool = False
    next_tokens: set[int] = field(default_factory=set)


class SaidRows:
    """Answers being written; see `constraint.Constraint`."""

    def __init__(self, said: SaidFacts, rows: int) -> None:
        self._said = said
        self._rows = [_Row(place) for place in range(rows)]

    @property
    def finished(self) -> list[bool]:
        """Whether each row has ended, or was dropped."""
        return [row.finished for row in self._rows]

    def mask_(self, logits: torch.Tensor) -> None:
        """Set what may not follow to -inf, in place; logits have shape (rows, vocab)."""
        import torch

        forbidden = torch.zeros(logits.shape, dtype=torch.bool)
        for place, row in enumerate(self._rows):
            if not row.finished:
                forbidden[place] = True
                forbidden[place, list(self._next(row))] = False
        logits.masked_fill_(forbidden.to(logits.device), float("-inf"))

    def accept(self, tokens: Sequence[int | None] | torch.Tensor) -> None:
        """Take one token per row, None where a row waits.

        Raises
        ------
        ValueError
            If a token may not follow what its row holds.
        """
        chosen: Any = tokens.tolist() if hasattr(tokens, "tolist") else tokens
        for row, token in zip(self._rows, chosen, strict=True):
            if row.finished or token is None:
                continue
            if token not in self._next(row):
                raise ValueError(f"token {token} says something else than what was seen")
            left = [one for one in row.may_become or () if one[row.written] == token]
            row.may_become, row.written = left, row.written + 1
            row.finished = all(len(one) == row.written for one in left)

    def forced(self, row: int) -> list[int]:
        """Tokens that follow in this row without choice; may be none."""
        one = self._rows[row]
        if one.finished:
            return []
        self._next(one)
        answers = one.may_become or ()
        shared = itertools.takewhile(
            lambda tokens: len(set(tokens)) == 1,
            zip(*(answer[one.written :] for answer in answers), strict=False),
        )
        return [tokens[0] for tokens in shared]

    def confidence(self, row: int) -> float | None:
        """How likely the behaviour is by what was seen."""
        return self._rows[row].confidence

    def renew(self, row: int, place: int) -> None:
        """Begin the answer to the clip at a place."""
        self._rows[row] = _Row(place)

    def drop(self, row: int) -> None:
        """Let a row be: it counts as finished."""
        self._rows[row].finished = True

    def _next(self, row: _Row) -> set[int]:
        if row.may_become is None:
            facts, row.confidence = self._said.seen(row.place)
            row.may_become = self._said.answers(facts)
        return {answer[row.written] for answer in row.may_become}
