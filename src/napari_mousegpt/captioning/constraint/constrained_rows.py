"""Answers being written, row by row, and what each may write next. Knows tokens, not models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_mousegpt.captioning.constraint.description_form import opens_words

if TYPE_CHECKING:
    import torch

    from napari_mousegpt.captioning.constraint.answer_grammar import AnswerGrammar, Mask
    from napari_mousegpt.captioning.label_confidence import LabelShares


@dataclass(slots=True)
class _Row:
    """One answer: ``shape`` is its outline, ``characters`` the length of the text it is in, which
    may be ``full`` or end in ``part`` of a character; ``end`` is left of an ending begun.
    ``label`` is what is written of the first keyword while it is, ``likes`` the logits for what
    follows, and ``confidence`` the share so far."""

    shape: bytes = b""
    characters: int = 0
    full: bool = False
    part: bool = False
    tokens: int = 0
    end: tuple[int, ...] | None = None
    finished: bool = False
    label: bytes | None = None
    likes: torch.Tensor | None = None
    confidence: float | None = None


class Constraint:
    """Keeps a batch of answers to the form of a description. Made by `AnswerGrammar.start`.

    Each step: `mask_` the logits, choose a token per row, `accept` them.
    """

    def __init__(self, grammar: AnswerGrammar, rows: int) -> None:
        self._grammar = grammar
        self._rows = [_Row() for _ in range(rows)]

    @property
    def finished(self) -> list[bool]:
        """Whether each row has accepted the token that stops, or was dropped."""
        return [row.finished for row in self._rows]

    def mask_(self, logits: torch.Tensor) -> None:
        """Set what may not follow to -inf, in place; logits have shape (rows, vocab)."""
        import torch

        live = [place for place, row in enumerate(self._rows) if not row.finished]
        if not live:
            return
        for place in live:
            if self._rows[place].label is not None:
                self._rows[place].likes = logits[place].clone()
        bits = torch.from_numpy(np.stack([self._mask(self._rows[place]) for place in live]))
        _apply_(logits, bits, None if len(live) == len(self._rows) else live)

    def accept(self, tokens: Sequence[int | None] | torch.Tensor) -> None:
        """Take one token per row, None where a row waits; finished rows ignore theirs.

        Raises
        ------
        ValueError
            If a token may not follow what its row holds.
        """
        chosen: Any = tokens.tolist() if hasattr(tokens, "tolist") else tokens
        for row, token in zip(self._rows, chosen, strict=True):
            if not row.finished and token is not None:
                self._accept(row, token)

    def forced(self, row: int) -> list[int]:
        """Tokens that follow in this row without choice; may be none."""
        one = self._rows[row]
        if one.finished:
            return []
        if one.end is not None:
            return list(one.end)
        return list(self._grammar.forced_after(one.shape))

    def confidence(self, row: int) -> float | None:
        """Probability of the first keyword among the labels; None without one, or without labels.

        Known until the row is renewed.
        """
        return self._rows[row].confidence

    def renew(self, row: int, place: int) -> None:
        """Begin another answer in a row; the form is the same for every clip."""
        self._rows[row] = _Row()

    def drop(self, row: int) -> None:
        """Let a row be: it counts as finished."""
        self._rows[row].finished = True

    def _mask(self, row: _Row) -> Mask:
        if row.end is not None:
            return self._grammar.mask_of(row.end[:1])
        if row.full:
            return self._grammar.mask_of((self._grammar.quote,))
        return self._grammar.mask_after(row.shape)

    def _accept(self, row: _Row, token: int) -> None:
        grammar = self._grammar
        row.tokens += 1
        if grammar.label_shares is not None:
            self._follow_label(row, token, grammar.label_shares)
        if row.end is not None:
            if token != row.end[0]:
                raise ValueError(f"token {token} where the answer ends with {row.end}")
            row.end = row.end[1:]
            row.finished = not row.end
            return
        plain = grammar.plain_characters[token]
        if row.characters and not row.part and plain >= 0:
            row.characters += plain
        else:
            if grammar.stops(row.shape, token):
                row.finished = True
                return
            row.shape = grammar.step(row.shape, token)
            row.part = row.shape[-1:] >= b"\x80"
            row.characters = self._length(row, token)
        row.full = not row.part and row.characters >= grammar.longest_text(row.shape)
        if grammar.max_new_tokens is not None:
            self._end_in_time(row, grammar.max_new_tokens - row.tokens)

    def _follow_label(self, row: _Row, token: int, shares: LabelShares) -> None:
        """Keep account of the first keyword: that it opens, how likely each token was, its end."""
        written = self._grammar.token_bytes[token]
        if row.label is None:
            if b'"' in written and opens_words(row.shape + written):
                row.label, row.confidence = written.rpartition(b'"')[2], 1.0
            return
        if row.likes is not None and row.confidence is not None and row.end is None:
            row.confidence *= shares.share(row.likes, row.label, token)
        part, closed, _ = written.partition(b'"')
        row.label, row.likes = row.label + part, None
        if closed:
            row.confidence = row.confidence if row.label else None  # an empty word is no label
            row.label = None

    def _length(self, row: _Row, token: int) -> int:
        """Characters in the text that is open, 0 outside one."""
        if not self._grammar.in_text(row.shape):
            return 0
        _, quote, written = self._grammar.token_bytes[token].rpartition(b'"')
        added = max(1, len(written.decode(errors="ignore")))
        return added if quote else row.characters + added

    def _end_in_time(self, row: _Row, left: int) -> None:
        """End the answer where few tokens are left, after the character that is begun."""
        grammar = self._grammar
        if left > grammar.needs_tokens:
            return
        end = grammar.tokens_to_end(row.shape)
        if left <= len(end) + (0 if row.part else grammar.room):
            row.end = end


def _apply_(logits: torch.Tensor, bits: torch.Tensor, rows: list[int] | None) -> None:
    """Forbid where a bit is not set: on the CPU by a compiled loop, elsewhere by the device."""
    import torch
    import xgrammar

    if logits.device.type == "cpu":
        if rows is not None:
            whole = torch.full((len(logits), bits.shape[1]), -1, dtype=torch.int32)
            whole[rows] = bits
            bits = whole
        xgrammar.apply_token_bitmask_inplace(logits, bits, vocab_size=logits.shape[-1])
        return
    bits = bits.to(logits.device, non_blocking=True)
    shifts = torch.arange(32, device=logits.device, dtype=torch.int32)
    forbidden = ((bits[..., None] >> shifts) & 1).flatten(1)[:, : logits.shape[-1]] == 0
    if rows is None:
        logits.masked_fill_(forbidden, float("-inf"))
    else:
        logits[rows] = logits[rows].masked_fill(forbidden, float("-inf"))


def as_logits_processor(constraint: Constraint) -> Callable[[Any, Any], Any]:
    """What plain ``generate`` takes in its list of logits processors, for one call of it."""
    begun = False

    def process(input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        nonlocal begun
        if begun:
            constraint.accept(input_ids[:, -1])
        begun = True
        constraint.mask_(scores)
        return scores

    return process
