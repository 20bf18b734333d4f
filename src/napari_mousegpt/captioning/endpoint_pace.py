"""How many requests are under way at once, and when the next may go. Knows no server."""

from __future__ import annotations

import asyncio
import time

FIRST = 4
SLOWER_THAN_BEST = 3.0
"""Above this many times the quickest answer, more requests only wait in the server's queue."""


class Pace:
    """Lets requests go, more at once as long as the answers come about as quickly.

    A server on a GPU answers many at once, one on a laptop one after the other: there, a hundred
    requests at once would be a hundred that time out.

    Parameters
    ----------
    most
        Requests at once at most.
    steady
        Whether it is ``most`` from the start on.
    """

    def __init__(self, most: int, *, steady: bool) -> None:
        self.most = most
        self.limit = float(most if steady else min(FIRST, most))
        self.under_way = 0
        self._steady = steady
        self._best_s = float("inf")
        self._not_before_s = 0.0
        self._changed = asyncio.Condition()

    async def start(self) -> int:
        """Wait until a request may go; return how many are under way with it."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.under_way < int(self.limit))
            self.under_way += 1
            return self.under_way

    async def end(self) -> None:
        """Tell that a request has ended."""
        async with self._changed:
            self.under_way -= 1
            self._changed.notify_all()

    async def wait_for_server(self) -> None:
        """Wait as long as the server asked to."""
        while (left_s := self._not_before_s - time.monotonic()) > 0:
            await asyncio.sleep(left_s)

    def answered(self, seconds: float) -> None:
        """Learn from an answer, and how long it took."""
        self._best_s = min(self._best_s, seconds)
        if not self._steady and seconds > SLOWER_THAN_BEST * self._best_s:
            self.limit = max(min(FIRST, self.most), self.limit - 1)
        elif self.under_way >= int(self.limit):
            self.limit = min(self.most, self.limit + 1)

    def pushed_back(self, wait_s: float) -> None:
        """Learn that the server has too much to do, and asks to wait."""
        self.limit = max(1.0, self.limit / 2)
        self._not_before_s = max(self._not_before_s, time.monotonic() + wait_s)
