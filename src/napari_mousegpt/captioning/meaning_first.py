"""What an animal does is decided before how it is said. Knows the built-in phrases, not the model.

Some behaviours can be said in three ways and some in one. A model that is half sure of stillness
shares that half out among three verbs, and a verb of which there is only one wins although it is
less likely: step by step, the likeliest text is not of the likeliest behaviour. Here the verbs of
one behaviour count together; which of them is written is chosen after that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from napari_mousegpt.datamodel.description import BEHAVIOURS
from napari_mousegpt.datamodel.fact_phrases import SUBJECTS, predicates

if TYPE_CHECKING:
    import torch

    from napari_mousegpt.captioning.constraint.answer_grammar import AnswerGrammar
    from napari_mousegpt.captioning.constraint.constrained_rows import Constraint

OPENINGS = tuple(f'{{"overall": "{subject}' for subject in SUBJECTS)
"""What stands before the verb."""


class MeaningFirst:
    """A grammar whose answers begin with a verb of the likeliest behaviour.

    Parameters
    ----------
    grammar
        What holds answers to their form.
    tokenizer
        Of the model; says which tokens the verbs begin with.
    """

    def __init__(self, grammar: AnswerGrammar, tokenizer: Any) -> None:
        self.grammar = grammar
        self.groups = verb_groups(tokenizer)

    @property
    def labels(self) -> Sequence[str] | None:
        """Labels that the grammar allows; None for any."""
        return self.grammar.labels

    def start(self, rows: int) -> MeaningFirstRows:
        """Begin so many answers."""
        return MeaningFirstRows(self, self.grammar.start(rows), rows)


class MeaningFirstRows:
    """Answers being written; like `constraint.Constraint`, which does all but the verb."""

    def __init__(self, first: MeaningFirst, constraint: Constraint, rows: int) -> None:
        self._first = first
        self._constraint = constraint
        self._written = [b""] * rows
        self._shares: list[float] = [1.0] * rows

    @property
    def finished(self) -> list[bool]:
        """Whether each row has ended, or was dropped."""
        return self._constraint.finished

    def mask_(self, logits: torch.Tensor) -> None:
        """Forbid what may not follow, and at the verb all but the likeliest group."""
        self._constraint.mask_(logits)
        finished = self.finished
        for row, written in enumerate(self._written):
            if not finished[row] and written.decode(errors="ignore") in OPENINGS:
                self._shares[row] = keep_likeliest_(logits[row], self._first.groups)

    def accept(self, tokens: Sequence[int | None] | torch.Tensor) -> None:
        """Take one token per row, None where a row waits."""
        chosen: Any = tokens.tolist() if hasattr(tokens, "tolist") else tokens
        finished = self.finished
        self._constraint.accept(chosen)
        longest = max(map(len, OPENINGS))
        for row, token in enumerate(chosen):
            if token is not None and not finished[row] and len(self._written[row]) <= longest:
                self._written[row] += self._first.grammar.token_bytes[token]

    def forced(self, row: int) -> list[int]:
        """Tokens that follow in this row without choice."""
        return self._constraint.forced(row)

    def confidence(self, row: int) -> float | None:
        """How sure the model is of the first keyword: of the verb, and of the word after it."""
        found = self._constraint.confidence(row)
        return None if found is None else found * self._shares[row]

    def renew(self, row: int, place: int) -> None:
        """Begin the answer to the clip at a place."""
        self._constraint.renew(row, place)
        self._written[row], self._shares[row] = b"", 1.0

    def drop(self, row: int) -> None:
        """Let a row be: it counts as finished."""
        self._constraint.drop(row)


def verb_groups(tokenizer: Any) -> list[list[int]]:
    """First tokens of the verbs by behaviour; behaviours that share a token are one group."""
    groups: list[set[int]] = []
    for behaviour in BEHAVIOURS:
        found = {
            _first_token(tokenizer, opening, phrase)
            for opening in OPENINGS
            for moves in (False, True)
            for phrase in predicates(behaviour, moves=moves)
        }
        shared = [group for group in groups if group & found]
        groups = [group for group in groups if not group & found] + [found.union(*shared)]
    return [sorted(group) for group in groups]


def keep_likeliest_(logits: torch.Tensor, groups: Sequence[Sequence[int]]) -> float:
    """Set all but the likeliest group to -inf, in place, and return its share of probability.

    Tokens of no group are a group each. ``logits`` has shape (vocab,).
    """
    import torch

    shares = logits.double().softmax(-1)
    sums = shares.clone()
    for group in groups:
        sums[list(group)] = shares[list(group)].sum()
    best = int(sums.argmax())
    kept = next((list(group) for group in groups if best in group), [best])
    inside = torch.zeros_like(logits, dtype=torch.bool)
    inside[kept] = True
    logits.masked_fill_(~inside, float("-inf"))
    return float(sums[best])


def _first_token(tokenizer: Any, opening: str, phrase: str) -> int:
    before = tokenizer(opening, add_special_tokens=False)["input_ids"]
    return tokenizer(f"{opening} {phrase}", add_special_tokens=False)["input_ids"][len(before)]
