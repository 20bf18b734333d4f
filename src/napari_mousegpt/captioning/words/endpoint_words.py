"""A language model, or a model for vectors of texts, behind an OpenAI-compatible server.

Only words leave this computer. Whether they may is asked by whoever starts it (``goes_to``).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.captioning.endpoint_address import Address, key_for
from napari_mousegpt.captioning.endpoint_client import EndpointClient
from napari_mousegpt.captioning.endpoint_format import Dialect
from napari_mousegpt.captioning.endpoint_models import Model, model_of
from napari_mousegpt.captioning.endpoint_pace import Pace
from napari_mousegpt.captioning.endpoint_reply import (
    NoAnswer,
    Refused,
    Reply,
    printable,
    read_json,
)

MOST_TOKENS = 4096
TEXTS_AT_ONCE = 64
REQUESTS_AT_ONCE = 4
MOST_BYTES = 64 << 20
Found = TypeVar("Found")


class WordsServer:
    """A server and one of its models, found when first needed.

    Parameters
    ----------
    endpoint
        URL such as ``http://localhost:8000/v1``.
    model
        As the server calls it; its only one if None.
    """

    def __init__(self, endpoint: str, model: str | None = None) -> None:
        self.address = Address.parse(endpoint)
        self.goes_to = None if self.address.loopback else self.address.host
        self._key = key_for(self.address)
        self._asked_for = model

    @property
    def name(self) -> str:
        """What the server calls the model."""
        return self._chosen.id

    @property
    def revision(self) -> str | None:
        """What tells weights of one name apart; None where the server does not say."""
        return self._chosen.revision

    @cached_property
    def _chosen(self) -> Model:
        return model_of(self.address, self._key, self._asked_for)

    def _with_client(self, work: Callable[[EndpointClient], Awaitable[Found]]) -> Found:
        async def run() -> Found:
            pace = Pace(REQUESTS_AT_ONCE, steady=True)
            client = EndpointClient(self.address, self._key, pace)
            try:
                return await work(client)
            finally:
                await client.close()

        return asyncio.run(run())


class EndpointWords(WordsServer):
    """A language model behind a server; see `words_model.WordsModel`."""

    def answer(self, system: str, question: str, schema: Mapping[str, Any], *, attempt: int) -> str:
        """Answer one question; greedy at first, sampled with a fixed seed at later attempts.

        Raises
        ------
        NoAnswer, NotForUs, Refused
            If no answer came.
        """
        messages = json.dumps(
            [{"role": "system", "content": system}, {"role": "user", "content": question}]
        )
        options = {
            "model": self.name,
            "max_tokens": MOST_TOKENS,
            "temperature": 0.7 if attempt else 0.0,
            "seed": attempt,
        }
        dialect = self._dialect(schema)

        async def chat(client: EndpointClient) -> Reply:
            while True:
                try:
                    reply, _ = await client.chat(lambda: dialect.body(messages, options))
                except Refused as refusal:
                    if not dialect.give_way(refusal):
                        raise
                else:
                    return reply

        reply = self._with_client(chat)
        if reply.problem is not None:
            raise NoAnswer(f"{self.address.host}: {reply.problem}", again=False)
        return reply.text

    def _dialect(self, schema: Mapping[str, Any]) -> Dialect:
        described = {"name": "answer", "schema": dict(schema), "strict": True}
        return Dialect(
            {
                "json_schema": {"type": "json_schema", "json_schema": described},
                "json_object": {"type": "json_object"},
                "text": None,
            }
        )


class EndpointVectors(WordsServer):
    """Vectors of texts from a server's ``/embeddings``; see `analysis.vectors.text_models`."""

    def __init__(self, endpoint: str, model: str | None = None) -> None:
        super().__init__(endpoint, model)
        self._known: dict[str, NDArray[np.float32]] = {}
        self._dimensions = 1

    @property
    def name(self) -> str:
        """Server and model: two servers may mean different weights by one name."""
        return f"endpoint:{self.address}#{self._chosen.id}"

    @property
    def revision(self) -> str:
        """What the server tells of the weights; empty where it does not say."""
        return self._chosen.revision or ""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Turn texts into vectors of length 1, shape (texts, dimensions); zeros for an empty text.

        Raises
        ------
        NoAnswer, NotForUs, Refused
            If no vectors came.
        """
        wanted = [text for text in dict.fromkeys(texts) if text.strip()]
        new = [text for text in wanted if text not in self._known]
        parts = [new[at : at + TEXTS_AT_ONCE] for at in range(0, len(new), TEXTS_AT_ONCE)]
        if parts:
            for part, rows in zip(parts, self._with_client(self._all(parts)), strict=True):
                if self._known and rows.shape[1] != self._dimensions:
                    raise NoAnswer(
                        f"{self.address.host}: expected vectors of {self._dimensions} dimensions "
                        f"as before, found {rows.shape[1]}",
                        again=False,
                    )
                self._dimensions = rows.shape[1]
                self._known |= dict(zip(part, rows, strict=True))
        nothing = np.zeros(self._dimensions, np.float32)
        return np.stack([self._known.get(text, nothing) for text in texts] or [nothing])

    def _all(
        self, parts: Sequence[Sequence[str]]
    ) -> Callable[[EndpointClient], Awaitable[list[NDArray[np.float32]]]]:
        async def work(client: EndpointClient) -> list[NDArray[np.float32]]:
            return list(await asyncio.gather(*(self._one(client, part) for part in parts)))

        return work

    async def _one(self, client: EndpointClient, texts: Sequence[str]) -> NDArray[np.float32]:
        body = json.dumps({"model": self._chosen.id, "input": list(texts)}).encode()

        def read(received: bytes, content_type: str, asked: str) -> NDArray[np.float32]:
            return _vectors(received, len(texts), asked)

        rows, _ = await client.send("/embeddings", lambda: body, read, most_bytes=MOST_BYTES)
        return rows


def _vectors(body: bytes, count: int, asked: str) -> NDArray[np.float32]:
    try:
        entries = read_json(body)["data"]
        order = {int(entry["index"]): entry["embedding"] for entry in entries}
        rows = np.array([order[place] for place in range(count)], np.float32)
        if rows.ndim != 2 or not rows.shape[1]:
            raise ValueError("rows of different lengths")
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise NoAnswer(
            f"{asked}: expected {count} vectors as JSON, found something else "
            f"({printable(str(error))}). Does this model make embeddings?",
            again=False,
        ) from None
    if not np.isfinite(rows).all():
        raise NoAnswer(f"{asked}: a vector holds something else than numbers", again=False)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)
