"""An event loop in a thread of its own, which keeps connections from batch to batch."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class LoopThread:
    """Runs coroutines for any thread, until it is stopped."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._keep_running, name=name, daemon=True)
        self._stopped = False
        self._handing_over = threading.Lock()
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run something and wait for it; Ctrl-C meanwhile breaks it off.

        Raises
        ------
        RuntimeError
            After `stop`.
        """
        with self._handing_over:
            if self._stopped:
                work.close()
                raise RuntimeError("the captioner was stopped")
            future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def stop(self, last: Callable[[], Awaitable[None]]) -> None:
        """Break off what is under way, run ``last``, and end the thread."""
        with self._handing_over:  # what was handed over before is ended, nothing comes after
            self._stopped = True
        asyncio.run_coroutine_threadsafe(_end(last), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _keep_running(self) -> None:
        self._loop.run_forever()
        self._loop.close()


async def _end(last: Callable[[], Awaitable[None]]) -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await last()
