"""Requests to one server: sent, tried again, read up to a limit. Knows no clip."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from napari_mousegpt import __version__
from napari_mousegpt.captioning.endpoint_address import Address
from napari_mousegpt.captioning.endpoint_pace import Pace
from napari_mousegpt.captioning.endpoint_reply import (
    MOST_BYTES,
    NoAnswer,
    Reply,
    check_status,
    printable,
    read_reply,
)

if TYPE_CHECKING:
    import httpx2

TRIES = 6
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 600.0
CONNECT_S, ANSWER_S = 15.0, 600.0
Sent = TypeVar("Sent")


class EndpointClient:
    """Sends chat requests to one server, from one event loop.

    Parameters
    ----------
    key
        Goes to this server only, in a header; None sends none.
    pace
        Who lets requests go.
    """

    def __init__(self, address: Address, key: str | None, pace: Pace) -> None:
        import httpx2

        self.address = address
        self.pace = pace
        self._key = key
        self._http = httpx2.AsyncClient(
            headers=headers_for(key),
            timeout=time_limits(),
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=pace.most),
            follow_redirects=False,
            trust_env=not address.loopback,  # a proxy would take pixels off this computer
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def chat(self, body: Callable[[], bytes]) -> tuple[Reply, float]:
        """Send a chat request; see `send`."""
        return await self.send("/chat/completions", body, read_reply)

    async def send(
        self,
        path: str,
        body: Callable[[], bytes],
        read: Callable[[bytes, str, str], Sent],
        *,
        most_bytes: int = MOST_BYTES,
    ) -> tuple[Sent, float]:
        """Post a request, up to six times; return what was read and its share of the time.

        ``body`` is asked for at each try; ``read`` gets body, content type and the server's name.

        Raises
        ------
        NoAnswer
            If none came.
        Refused, NotForUs
            If the server does not take the request, or nothing from us.
        """
        beside = await self.pace.start()
        try:
            for tried in range(1, TRIES + 1):
                await self.pace.wait_for_server()
                started_s = time.monotonic()
                try:
                    reply = await self._post(path, body(), read, most_bytes)
                except NoAnswer as problem:
                    wait_s = self._wait_s(problem, tried)
                    self.pace.pushed_back(problem.wait_s)
                    await asyncio.sleep(wait_s)
                    continue
                seconds = time.monotonic() - started_s
                self.pace.answered(seconds)
                return reply, seconds / beside
            raise AssertionError("the last try returns or raises")
        finally:
            await self.pace.end()

    def _wait_s(self, problem: NoAnswer, tried: int) -> float:
        """How long to wait before the next try; raises the problem when there is none."""
        if problem.wait_s > LONGEST_WAIT_S:
            reason = f"{problem}, and asks to wait {problem.wait_s:.0f} s"
            raise NoAnswer(reason, again=False) from None
        if not problem.again or tried == TRIES:
            raise problem
        backoff_s = FIRST_WAIT_S * 2 ** (tried - 1) * random.uniform(0.5, 1.0)
        return max(backoff_s, problem.wait_s)

    async def _post(
        self, path: str, body: bytes, read: Callable[[bytes, str, str], Sent], most_bytes: int
    ) -> Sent:
        import httpx2

        asked = self.address.host
        try:
            async with (
                asyncio.timeout(ANSWER_S),  # also of a server that sends a byte a minute
                self._http.stream("POST", self.address.url(path), content=body) as response,
            ):
                received = await _read(response, asked, most_bytes)
        except (TimeoutError, httpx2.TimeoutException):
            raise NoAnswer(f"{asked} did not answer in time") from None
        except httpx2.HTTPError as error:
            raise NoAnswer(why_it_failed(asked, error)) from None
        check_status(response.status_code, response.headers, self._unkeyed(received), asked)
        return read(received, response.headers.get("content-type", ""), asked)

    def _unkeyed(self, body: bytes) -> bytes:
        """An error's body without the key, which some servers repeat."""
        return body.replace(self._key.encode(), b"***") if self._key else body


async def _read(response: httpx2.Response, asked: str, most_bytes: int) -> bytes:
    check_encoding(response, asked)
    received = bytearray()
    async for chunk in response.aiter_raw():
        received += chunk
        if len(received) > most_bytes:
            raise NoAnswer(f"{asked} sent more than {most_bytes >> 20} MiB", again=False)
    return bytes(received)


def check_encoding(response: httpx2.Response, asked: str) -> None:
    """Refuse what is compressed, which was not asked for and could be of any size unpacked."""
    encoding = response.headers.get("content-encoding", "identity").lower()
    if encoding not in ("", "identity"):
        raise NoAnswer(f"{asked} sent a compressed reply ({printable(encoding)})", again=False)


def headers_for(key: str | None) -> dict[str, str]:
    """What goes with each request."""
    headers = {
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "Content-Type": "application/json",
        "User-Agent": f"napari-mousegpt/{__version__}",
    }
    return headers if key is None else {**headers, "Authorization": f"Bearer {key}"}


def time_limits() -> httpx2.Timeout:
    """How long each step of a request may take."""
    import httpx2

    return httpx2.Timeout(ANSWER_S, connect=CONNECT_S)


def why_it_failed(asked: str, error: Exception) -> str:
    """Say how a connection failed."""
    reason = printable(str(error)) or type(error).__name__
    return f"{asked} cannot be reached, or broke off ({reason})"
