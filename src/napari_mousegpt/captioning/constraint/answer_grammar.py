"""Which tokens may follow what was written of a description. Knows tokenizers, not models.

What may follow depends on the outline of the text only, so masks, endings and forced tokens are
worked out once per outline and kept: a step costs one look-up per row.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.captioning.constraint.description_form import (
    ending,
    grammar_text,
    in_text,
    longest_text,
    outline,
)
from napari_mousegpt.captioning.label_confidence import LabelShares

if TYPE_CHECKING:
    from napari_mousegpt.captioning.constraint.constrained_rows import Constraint

Mask = NDArray[np.int32]
"""One bit per token, 32 in a word; a bit that is set allows its token."""

ROOM = 8
"""Tokens kept free beyond an ending and the longest label: one more token can make the ending so
much longer, such as a key broken at an unusual place, or the rest of a character."""

_PROBES = ('"The', '"a', '"1', '"é', "null", "The", "a", "1", "é", " ", ",", "]", '"', ".")


class AnswerGrammar:
    """The form of a description for one tokenizer, compiled once per model.

    Parameters
    ----------
    tokenizer
        Of transformers.
    vocab_size
        Columns of the model's logits; may be more than the tokenizer has tokens.
    labels
        What the first keyword can be; any text if None.
    max_new_tokens
        An answer is ended early enough to be whole within so many tokens; None for no limit but
        the length of each text.
    stop_tokens
        Tokens that end an answer; the tokenizer's own if None.
    scored
        Labels among which the confidence in the first keyword is told; ``labels`` if None.

    Raises
    ------
    ValueError
        If so few tokens cannot hold an answer, or a label cannot stand in JSON.
    """

    def __init__(
        self,
        tokenizer: Any,
        vocab_size: int,
        *,
        labels: Sequence[str] | None = None,
        max_new_tokens: int | None = None,
        stop_tokens: Sequence[int] | None = None,
        scored: Sequence[str] | None = None,
    ) -> None:
        self.labels = None if labels is None else tuple(dict.fromkeys(labels))
        self.vocab_size = vocab_size
        self.max_new_tokens = max_new_tokens
        self.stop_tokens = tuple(stop_tokens or [tokenizer.eos_token_id])
        self._tokenizer = tokenizer
        self._grammar = grammar_text(self.labels)
        self._scored = self.labels or scored
        for name in ("mask_after", "mask_of", "step", "tokens_to_end", "forced_after", "in_text"):
            setattr(self, name, cache(getattr(self, name)))  # kept as long as the grammar
        self.longest_text = cache(longest_text)
        longest = max((len(self._encode(one)) for one in self.labels or [""]), default=0)
        self.room = ROOM + longest
        self.needs_tokens = len(self.tokens_to_end(b"")) + self.room
        if max_new_tokens is not None and max_new_tokens < self.needs_tokens:
            raise ValueError(
                f"a description needs up to {self.needs_tokens} tokens to be whole, and the model "
                f"may write {max_new_tokens}: allow it more new tokens"
            )

    def start(self, rows: int) -> Constraint:
        """Begin so many answers."""
        from napari_mousegpt.captioning.constraint.constrained_rows import Constraint

        return Constraint(self, rows)

    def step(self, shape: bytes, token: int) -> bytes:
        """Outline after one more token.

        Raises
        ------
        ValueError
            If the token may not follow.
        """
        if not self.mask_after(shape)[token >> 5] >> (token & 31) & 1:
            raise ValueError(f"token {token} may not follow {shape!r}")
        return outline(shape + self.token_bytes[token], labelled=self.labels is not None)

    def stops(self, shape: bytes, token: int) -> bool:
        """Whether the token ends the answer there.

        Raises
        ------
        ValueError
            If it would end one that is not whole.
        """
        if token not in self.stop_tokens:
            return False
        self.step(shape, token)
        return True

    def in_text(self, shape: bytes) -> bool:
        """Whether what was written ends within a text that is no label."""
        return in_text(shape, labelled=self.labels is not None)

    def mask_after(self, shape: bytes) -> Mask:
        """Which tokens may follow, shape (words,)."""
        import xgrammar

        bits = xgrammar.allocate_token_bitmask(1, self.vocab_size)
        matcher = self._matcher_at(shape)
        if matcher.is_completed():
            return self.mask_of(self.stop_tokens)
        matcher.fill_next_token_bitmask(bits)
        mask: Mask = bits[0].numpy() & self._words
        return mask

    def mask_of(self, tokens: tuple[int, ...]) -> Mask:
        """Allow only these."""
        mask = np.zeros((self.vocab_size + 31) // 32, np.uint32)
        for token in tokens:
            mask[token >> 5] |= np.uint32(1 << (token & 31))
        return mask.view(np.int32)

    def tokens_to_end(self, shape: bytes) -> tuple[int, ...]:
        """The shortest way to a whole description, with the token that stops."""
        return (*self._encode(ending(shape, self.labels)), self.stop_tokens[0])

    def forced_after(self, shape: bytes) -> tuple[int, ...]:
        """Tokens that follow without choice, as the tokenizer would have written them.

        The last ones are left out where what comes next could join them into another token.
        """
        matcher = self._matcher_at(shape)
        if matcher.is_completed():
            return self.stop_tokens if len(self.stop_tokens) == 1 else ()
        text = matcher.find_jump_forward_string()
        if not text:
            return ()
        probes = [
            text + probe
            for probe in (*_PROBES, *(self.labels or ()))
            if self._matcher_at(shape).accept_string(text + probe)
        ]
        ways = [self._encode(way) for way in probes] or [self._encode(text)]
        ways.append(self._encode(text))
        sure = []
        for together in zip(*ways, strict=False):
            if len(set(together)) > 1:
                break
            sure.append(together[0])
        return tuple(sure)

    @cached_property
    def token_bytes(self) -> list[bytes]:
        """What each token writes."""
        return list(self._info.decoded_vocab)

    @cached_property
    def label_shares(self) -> LabelShares | None:
        """What tells the confidence in a label; None where no labels are known."""
        return None if self._scored is None else LabelShares(self.token_bytes, self._scored)

    @cached_property
    def quote(self) -> int:
        """The token that is a quote and nothing else: it ends a text."""
        return self.token_bytes.index(b'"')

    @cached_property
    def plain_characters(self) -> list[int]:
        """Characters of each token that goes on with a text and leaves it open; -1 of others."""
        mask = self.mask_after(b'{"overall": "x')
        counts = [-1] * self.vocab_size
        for token, written in enumerate(self.token_bytes):
            if b'"' in written or not mask[token >> 5] >> (token & 31) & 1:
                continue
            try:
                counts[token] = len(written.decode())
            except UnicodeDecodeError:
                continue
        return counts

    @cached_property
    def _info(self) -> Any:
        import xgrammar

        return xgrammar.TokenizerInfo.from_huggingface(
            self._tokenizer, vocab_size=self.vocab_size, stop_token_ids=list(self.stop_tokens)
        )

    @cached_property
    def _compiled(self) -> Any:
        import xgrammar

        return xgrammar.GrammarCompiler(self._info).compile_grammar(self._grammar)

    @cached_property
    def _words(self) -> Mask:
        """Every token but the markers: their names are printable text, and mean something else."""
        markers = set(self._tokenizer.all_special_ids) | {
            token
            for token, added in self._tokenizer.added_tokens_decoder.items()
            if added.special or (added.content[:1], added.content[-1:]) == ("<", ">")
        }
        inside = tuple(token for token in markers if token < self.vocab_size)
        return ~self.mask_of(inside)

    def _matcher_at(self, shape: bytes) -> Any:
        import xgrammar

        matcher = xgrammar.GrammarMatcher(self._compiled)
        if shape and not matcher.accept_string(shape):
            raise ValueError(f"{shape!r} does not begin a description")
        return matcher

    def _encode(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False))
