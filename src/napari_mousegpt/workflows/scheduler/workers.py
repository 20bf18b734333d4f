"""A captioning spread over workers, seen from the computer that asks and writes.

Workers get paths and frame numbers, never pixels; what they answer is yielded chunk by chunk, each
once, whoever dies meanwhile. Knows no file but by its path.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import count
from typing import Any
from uuid import uuid4

from napari_mousegpt import __version__
from napari_mousegpt.workflows.caption_batches import AnsweredBatch
from napari_mousegpt.workflows.caption_plan import CaptionPlan
from napari_mousegpt.workflows.captioner_choice import address_of
from napari_mousegpt.workflows.scheduler.chunks import Chunk, Request, chunks_of, request_for
from napari_mousegpt.workflows.scheduler.on_worker import (
    announced_gpus,
    answer_chunk,
    what_is_wrong,
)

PACKAGE = "napari-mousegpt"
TICK_S = 0.1
IDLE_S = 0.5
"""How often somebody hears that nothing came."""
COUNT_S = 2.0
AHEAD = 2
"""Chunks sent for each worker, so that none waits for its next one."""
TRIES = 3
"""How often a chunk is given out after it ended its worker or could not read a file."""


@dataclass(slots=True)
class _Sent:
    chunk: Chunk
    tries: int


class Workers:
    """Answers plans with the workers of a dask client.

    Parameters
    ----------
    client
        A ``distributed.Client``. It stays open.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._names = count()
        self._session = uuid4().hex[:8]
        self._counted = (float("-inf"), 0)

    def answered(self, plan: CaptionPlan) -> Generator[AnsweredBatch, None, None]:
        """Yield what a plan still wants as workers answer; empty batches while none does.

        Closing the generator takes back what was sent: a worker stops after its present batch.

        Raises
        ------
        ConnectionError
            If the scheduler is lost for good; what was yielded stays true.
        ValueError
            If the captioner asks a server, which needs no workers; if a worker has another release
            of this package, or does not see the same files.
        """
        if address_of(plan.captioner) is not None:
            raise ValueError(
                "the captioner endpoint asks its server from here and needs no workers: leave them "
                "out; --batch-size says how many requests are under way at once"
            )
        if not plan.wanted:
            return
        while not self._n_workers():
            yield AnsweredBatch([], workers=0)
            time.sleep(IDLE_S)
        request = request_for(plan, __version__)
        self._check(request)
        yield from self._given_out(plan, request)

    def _given_out(
        self, plan: CaptionPlan, request: Request
    ) -> Generator[AnsweredBatch, None, None]:
        resources = self._resources(plan)
        chunks = chunks_of(plan, workers=self._n_workers(), on_gpu=resources is not None)
        waiting = deque(_Sent(chunk, 0) for chunk in chunks)
        sent: dict[Any, _Sent] = {}
        heard_s = time.monotonic()
        try:
            while waiting or sent:
                workers = self._n_workers()
                while waiting and self._connected() and len(sent) < AHEAD * max(workers, 1):
                    one = waiting.popleft()
                    sent[self._send(request, one.chunk, resources)] = one
                done = [future for future in sent if future.status != "pending"]
                for future in done:
                    one = sent.pop(future)
                    answered = self._result(future, one)
                    if answered is None:
                        waiting.appendleft(one)
                    else:
                        yield _with_workers(answered, workers)
                if done or time.monotonic() - heard_s > IDLE_S:
                    heard_s = time.monotonic()
                    yield AnsweredBatch([], workers=workers)
                if not done:
                    time.sleep(TICK_S)
        finally:
            self._take_back(list(sent))

    def _send(self, request: Request, chunk: Chunk, resources: dict[str, int] | None) -> Any:
        # A name of its own each time: an answer that nobody waited for is not mixed up with it.
        key = f"mousegpt-{request.run_id}-{self._session}-{next(self._names)}"
        return self._client.submit(
            answer_chunk, request, chunk, key=key, resources=resources, pure=False
        )

    def _result(self, future: Any, one: _Sent) -> AnsweredBatch | None:
        """The answer; None where the chunk is to be given out again."""
        from concurrent.futures import CancelledError

        from distributed.scheduler import KilledWorker

        try:
            answered: AnsweredBatch | None = future.result()
            return answered
        except (CancelledError, TimeoutError, ConnectionError):
            self._connected()  # cancelled by nobody here: the connection was lost for a while
            return None
        except KilledWorker as error:
            one.tries += 1
            if one.tries < TRIES:
                return None
            return AnsweredBatch(
                [],
                len(one.chunk),
                "several workers in a row ended while they described frames "
                f"{one.chunk}, perhaps for want of memory ({type(error).__name__})",
            )
        except ImportError as error:
            raise ValueError(f"a worker cannot describe: {error}") from error
        except OSError:
            one.tries += 1
            if one.tries < TRIES:
                return None
            raise

    def _connected(self) -> bool:
        status = self._client.status
        if status in ("closing", "closed"):
            raise ConnectionError(
                "the connection to the scheduler was lost. What was answered is kept; the same "
                "command goes on from there."
            )
        return bool(status == "running")

    def _n_workers(self) -> int:
        """How many workers there are, as of some seconds ago."""
        if self._connected() and time.monotonic() - self._counted[0] > COUNT_S:
            try:
                self._counted = (time.monotonic(), len(self._client.nthreads()))
            except (OSError, TimeoutError):
                self._connected()
        return self._counted[1]

    def _check(self, request: Request) -> None:
        """Ask all workers that are there, before the first chunk, whether they can work on it."""
        releases = self._ask(version, PACKAGE)
        others = {
            worker: "not installed" if isinstance(found, PackageNotFoundError) else found
            for worker, found in releases.items()
            if found != version(PACKAGE)
        }
        if others:
            raise ValueError(
                f"{PACKAGE} is {version(PACKAGE)} here, and {_listed(others)}. "
                "Install the same release on every machine."
            )
        wrong = {worker: why for worker, why in self._ask(what_is_wrong, request).items() if why}
        if wrong:
            raise ValueError(
                f"{len(wrong)} of {len(releases)} workers cannot work on {request.folder}: "
                f"{_listed(wrong)}. Recording, video and model must lie under the same path on "
                "every machine, on a file system that they share."
            )

    def _resources(self, plan: CaptionPlan) -> dict[str, int] | None:
        """A GPU for each chunk, where workers say that they have one and it is of use."""
        if not plan.captioner.needs_pixels:
            return None
        return {"GPU": 1} if any(self._ask(announced_gpus).values()) else None

    def _ask(self, question: Any, *arguments: Any) -> dict[str, Any]:
        found: dict[str, Any] = self._client.run(question, *arguments, on_error="return")
        return found

    def _take_back(self, futures: Sequence[Any]) -> None:
        if futures and self._client.status == "running":
            self._client.cancel(list(futures))


def _with_workers(answered: AnsweredBatch, workers: int) -> AnsweredBatch:
    return AnsweredBatch(answered.rows, answered.unanswered, answered.silence, workers)


def _listed(found: dict[str, Any]) -> str:
    """What workers said, each thing once, with one worker that said it."""
    by_what: dict[str, list[str]] = {}
    for worker, what in found.items():
        by_what.setdefault(str(what), []).append(worker)
    return "; ".join(
        f"{what} (on {who[0]}{f' and {len(who) - 1} more' if len(who) > 1 else ''})"
        for what, who in by_what.items()
    )
