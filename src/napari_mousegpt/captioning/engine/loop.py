"""Rows in, answers out: slots are filled, moved on together, and filled again as answers end."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from napari_mousegpt.captioning.engine.attention import use_own_attention
from napari_mousegpt.captioning.engine.board import Board, Lane, length_for
from napari_mousegpt.captioning.engine.choose import Chooser, Sampling
from napari_mousegpt.captioning.engine.patches import embed_by_product
from napari_mousegpt.captioning.engine.prompts import OnSeen, PromptReader
from napari_mousegpt.captioning.engine.rows import Row
from napari_mousegpt.captioning.engine.stages import StageClock
from napari_mousegpt.captioning.engine.step import Capture, cuda_graph
from napari_mousegpt.captioning.engine.support import end_tokens

if TYPE_CHECKING:
    import torch

REFILL_SHARE = 0.25
"""Slots are filled again when this share of them is free: reading few prompts at once is slow."""


class Constraint(Protocol):
    """What an answer may say next, one row per slot."""

    def mask_(self, logits: torch.Tensor) -> Any: ...
    def accept(self, tokens: Sequence[int | None]) -> Any: ...
    def forced(self, row: int) -> list[int]: ...
    def renew(self, row: int, place: int) -> Any: ...
    def drop(self, row: int) -> Any: ...
    def confidence(self, row: int) -> float | None: ...
    @property
    def finished(self) -> Sequence[bool]: ...


class Grammar(Protocol):
    """What starts constraints."""

    def start(self, rows: int) -> Constraint: ...


class CaptionEngine:
    """Answers rows with a network of the Qwen3-VL family.

    Parameters
    ----------
    network
        In evaluation mode, on its device. Its ways of attending and of
        embedding patches are changed for faster ones.
    max_new_tokens
        An answer is cut there.
    graphs
        Whether steps are captured as CUDA graphs, on a GPU.
    capture
        What turns a step into a replay, in place of that.
    share
        Whether beginnings that prompts share are read once.
    refill
        Whether a slot takes the next row before all slots are done.
    on_seen
        Called with the indices of rows and what the eye saw of them, before anything is written.
    """

    def __init__(
        self,
        network: Any,
        *,
        max_new_tokens: int,
        graphs: bool = True,
        capture: Capture | None = None,
        share: bool = True,
        refill: bool = True,
        clock: StageClock | None = None,
        on_seen: OnSeen | None = None,
    ) -> None:
        use_own_attention(network)
        embed_by_product(network)
        self.network = network
        self.max_new_tokens = max_new_tokens
        self.refill = refill
        self.clock = clock or StageClock()
        self._on_gpu = network.device.type == "cuda"
        self._capture = capture or (cuda_graph if self._on_gpu and graphs else None)
        self._ends = end_tokens(network)
        self._reader = PromptReader(network, self.clock, share=share, on_seen=on_seen)
        self._board: Board | None = None
        self._weights = (0, 0)
        self.confidences: dict[int, float | None] = {}

    def answers(
        self,
        batches: Iterable[Sequence[Row]],
        *,
        slots: int,
        sampling: Sampling | None = None,
        grammar: Grammar | None = None,
    ) -> Iterator[tuple[Row, list[int]]]:
        """Yield rows with the tokens of their answers, without end token, as they end.

        ``batches`` is asked for the next one when slots are free. Call inside
        ``torch.inference_mode``. With a grammar ``confidences`` holds, by index, how sure the
        network is of the label in each row of this call.
        """
        self._notice_weights()
        self.confidences = {}
        waiting = _Waiting(batches)
        choose = Chooser(sampling, self.network.device)
        try:
            while first := waiting.next_batch():
                board = self._board_for(first, slots)
                constraint = grammar.start(len(board.lanes)) if grammar else None
                if constraint is not None:
                    for slot in board.free:  # there may be more slots than rows
                        constraint.drop(slot)
                yield from self._run(board, waiting, choose, constraint)
        finally:
            if self._board is not None:
                self._board.lanes = [None] * len(self._board.lanes)

    def batches(
        self, batches: Iterable[tuple[list[int], Sequence[Row]]], **options: Any
    ) -> Iterator[tuple[list[int], list[list[int]]]]:
        """Like `answers`, with places beside the rows, and in whole batches as they are done."""
        open_batches: list[list[int]] = []
        found: dict[int, list[int]] = {}

        def rows() -> Iterator[Sequence[Row]]:
            for places, batch in batches:
                open_batches.append(places)
                yield batch

        for row, tokens in self.answers(rows(), **options):
            found[row.index] = tokens
            for places in [one for one in open_batches if all(place in found for place in one)]:
                open_batches.remove(places)
                yield places, [found.pop(place) for place in places]

    def forget(self) -> None:
        """Let go of the memory of slots, graphs and shared beginnings."""
        self._board = None
        self._reader.forget()

    def _notice_weights(self) -> None:
        """Forget what was read with other weights, such as before a step of training."""
        versions = [weight._version for weight in self.network.parameters()]
        if (found := (len(versions), sum(versions))) != self._weights:
            self.forget()
            self._weights = found

    def _board_for(self, rows: Sequence[Row], slots: int) -> Board:
        count = min(slots, len(rows))
        board = self._board
        longest = max(rows, key=lambda row: row.length)
        if (
            board is None
            or not board.suits(count, exactly=not self._on_gpu)
            or not board.holds(longest, self.max_new_tokens)
        ):
            if self._on_gpu:  # few sizes, since each is captured
                count = min(slots, 1 << (count - 1).bit_length())
            self._board = None  # its memory goes before the new one is taken
            length = length_for(rows, self.max_new_tokens)
            board = Board(self.network, slots=count, length=length, capture=self._capture)
            self._board = board
        return board

    def _run(
        self, board: Board, waiting: _Waiting, choose: Chooser, constraint: Constraint | None
    ) -> Iterator[tuple[Row, list[int]]]:
        """Until no slot is busy and what waits, if anything, does not fit this board."""
        while True:
            fresh = self._fill(board, waiting, constraint)
            if not board.busy:
                return
            with self.clock.stage("decode"):
                logits = board.feed()
                if fresh is not None:
                    slots, first_logits = fresh
                    if logits is None:
                        logits = first_logits.new_zeros(len(board.lanes), first_logits.shape[1])
                    logits[slots] = first_logits
                if logits is not None:
                    self._choose(board, logits, choose, constraint)
            for slot, lane in board.busy:
                ended = constraint is not None and constraint.finished[slot]
                if ended or self._has_ended(lane):
                    board.lanes[slot] = None
                    if constraint is not None:
                        self.confidences[lane.row.index] = constraint.confidence(slot)
                        constraint.drop(slot)
                    yield lane.row, _without_end(lane.answer, self._ends)

    def _fill(
        self, board: Board, waiting: _Waiting, constraint: Constraint | None
    ) -> tuple[list[int], torch.Tensor] | None:
        free = board.free
        if board.busy and not (self.refill and len(free) >= REFILL_SHARE * len(board.lanes)):
            return None
        rows = waiting.take(len(free), lambda row: board.holds(row, self.max_new_tokens))
        if not rows:
            return None
        slots = free[: len(rows)]
        for slot, row in zip(slots, rows, strict=True):
            board.lanes[slot] = Lane(row, row.length)
            if constraint is not None:
                constraint.renew(slot, row.index)
        return slots, self._reader.read(rows, slots, board.cache)

    def _choose(
        self, board: Board, logits: torch.Tensor, choose: Chooser, constraint: Constraint | None
    ) -> None:
        if constraint is not None:
            constraint.mask_(logits)
        chosen = choose(logits)
        ready = [slot for slot, lane in board.busy if not lane.unfed]
        written = {slot: [chosen[slot]] for slot in ready}
        if constraint is not None:
            _accept(constraint, written, len(board.lanes))
            forced = {slot: constraint.forced(slot) for slot in ready}
            _accept(constraint, forced, len(board.lanes))
            written = {slot: tokens + forced[slot] for slot, tokens in written.items()}
        for slot, lane in board.busy:
            lane.answer += written.get(slot, [])
            lane.unfed += written.get(slot, [])

    def _has_ended(self, lane: Lane) -> bool:
        return len(lane.answer) >= self.max_new_tokens or bool(self._ends & set(lane.answer[-1:]))


class _Waiting:
    """Rows of batches, taken in order, each batch asked for when the one before is used up."""

    def __init__(self, batches: Iterable[Sequence[Row]]) -> None:
        self._batches = iter(batches)
        self._rows: deque[Row] = deque()

    def next_batch(self) -> list[Row]:
        """What waits now; empty at the end."""
        while not self._rows:
            batch = next(self._batches, None)
            if batch is None:
                return []
            self._rows.extend(batch)
        return list(self._rows)

    def take(self, most: int, fits: Any) -> list[Row]:
        """The next rows, up to ``most`` and up to the first that does not fit."""
        taken: list[Row] = []
        while len(taken) < most and self.next_batch() and fits(self._rows[0]):
            taken.append(self._rows.popleft())
        return taken


def _accept(constraint: Constraint, written: dict[int, list[int]], slots: int) -> None:
    """Let each row take its tokens; rows that have none, or no more, wait."""
    for place in range(max(map(len, written.values()), default=0)):
        accepted: list[int | None] = [None] * slots
        for slot, tokens in written.items():
            accepted[slot] = tokens[place] if place < len(tokens) else None
        constraint.accept(accepted)


def _without_end(answer: list[int], ends: frozenset[int]) -> list[int]:
    return answer[:-1] if answer and answer[-1] in ends else answer
