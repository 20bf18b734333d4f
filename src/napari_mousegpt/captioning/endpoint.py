"""Any vision-language model behind an OpenAI-compatible server: vLLM, SGLang, llama.cpp, Ollama,
commercial ones. Pixels leave this computer unless the server runs on it; whether they may is asked
by whoever starts the captioning (see ``uploads_to``)."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from napari_mousegpt.captioning.captioner import Answer, Clip
from napari_mousegpt.captioning.endpoint_address import Address, key_for
from napari_mousegpt.captioning.endpoint_client import EndpointClient
from napari_mousegpt.captioning.endpoint_format import Dialect
from napari_mousegpt.captioning.endpoint_message import Pictures, messages_json, video_options
from napari_mousegpt.captioning.endpoint_models import Model, model_of
from napari_mousegpt.captioning.endpoint_pace import Pace
from napari_mousegpt.captioning.endpoint_reply import NoAnswer, NotForUs, Refused, Reply
from napari_mousegpt.captioning.loop_thread import LoopThread
from napari_mousegpt.captioning.prompt import GENERAL, Prompt
from napari_mousegpt.datamodel.timerange import TimeRange

MOST_AT_ONCE = 128
MOST_HELD_BYTES = 256 << 20
"""Of pictures that wait for answers."""
BATCH = 4


class EndpointCaptioner:
    """Describe clips with a model behind an OpenAI-compatible server.

    Parameters
    ----------
    model
        As the server calls it; its only one if None.
    batch_size
        Requests at once; found out by how quickly the server answers if None.
    endpoint
        URL of the server, such as ``http://localhost:8000/v1``.
    pictures
        ``images``: one picture for each frame, after its time. ``video``: one video part, which
        vLLM takes and which costs half the tokens.
    side_px, jpeg_quality
        How the crops are sent.

    Attributes
    ----------
    uploads_to
        Host that the pixels go to; None where it is this computer.
    prompt_tokens, completion_tokens
        What the server counted so far.
    """

    name = "endpoint"
    needs_pixels = True
    needs_poses = False
    longest_window_s: float | None = None
    open_vocabulary = True
    takes_prompt = True
    DEFAULT_SIDE_PX = 224

    def __init__(
        self,
        model: str | None = None,
        *,
        adapter: str | None = None,
        device: str | None = None,
        batch_size: int | None = None,
        endpoint: str | None = None,
        pictures: Pictures = "images",
        side_px: int = DEFAULT_SIDE_PX,
        jpeg_quality: int = 90,
        prompt: Prompt = GENERAL,
        max_tokens: int = 512,
    ) -> None:
        if not endpoint:
            raise ValueError(
                "the endpoint captioner needs a server: --endpoint http://localhost:8000/v1"
            )
        if adapter is not None or device is not None:
            raise ValueError(
                "with an endpoint, adapter and device are the server's: start it with them, and "
                "name an adapter with --model"
            )
        if pictures not in ("images", "video"):
            raise ValueError(f"expected images or video, found {pictures!r}")
        self.address = Address.parse(endpoint)
        self._key = key_for(self.address)
        self.adapter = None
        self._asked_for = model
        self.pictures, self.side_px, self.jpeg_quality = pictures, side_px, jpeg_quality
        self.prompt = prompt
        self.max_tokens = max_tokens
        room = MOST_HELD_BYTES // (8 * 3 * side_px**2)  # of clips of eight frames
        self.at_once = batch_size or max(BATCH, min(MOST_AT_ONCE, room))
        self.batch_size = min(BATCH, self.at_once)
        # Several batches, so that no request waits for the slowest of another batch.
        self.batches_at_once = -(-self.at_once // self.batch_size) + 1
        self._pace = Pace(self.at_once, steady=batch_size is not None)
        self._dialect = Dialect()
        self._given_up: str | None = None
        self._silences: list[str] = []
        self.prompt_tokens = self.completion_tokens = 0
        self._loop: LoopThread | None = None
        self._client: EndpointClient | None = None
        self._stopped = False
        self._starting = threading.Lock()

    @property
    def model(self) -> str:
        """The model's name. Asks the server where none was named."""
        return self._chosen.id

    @property
    def revision(self) -> str | None:
        """What tells weights of the same name apart; None where the server does not say."""
        return self._chosen.revision

    @property
    def uploads_to(self) -> str | None:
        """Host that the pixels go to; None where it is this computer."""
        return None if self.address.loopback else self.address.host

    @property
    def parameters(self) -> dict[str, Any]:
        """What can change an answer, besides model and prompt."""
        return {
            "max_tokens": self.max_tokens,
            "side_px": self.side_px,
            "pictures": self.pictures,
            "jpeg_quality": self.jpeg_quality,
        }

    @property
    def answer_form(self) -> str:
        """What form of answers the server takes orders for: json_schema, json_object or text."""
        return self._dialect.form

    @property
    def prompt_text(self) -> str:
        """System text and question, before a clip's values are filled in."""
        return self.prompt.text

    def prompt_for(self, clip: Clip) -> str:
        """Return the exact words for one clip."""
        return self.prompt.words_for(clip)

    def describe(self, clips: Sequence[Clip], *, attempt: int = 0) -> list[Answer]:
        """Answer each clip; greedy at first, sampled with a fixed seed at later attempts.

        Where no answer came, ``answered`` is False. May be called from several threads at once.

        Raises
        ------
        RuntimeError
            Between `stop` and `start`.
        """
        model = self.model
        requests = [self._request(clip, model, attempt) for clip in clips]
        return self._started().run(self._answer_all(requests))

    def try_out(self) -> tuple[Answer, str, float]:
        """Ask about a picture made here: the answer, the form it was asked for, and seconds."""
        side = self.side_px
        grey = np.broadcast_to(np.linspace(60, 200, side).astype(np.uint8), (4, side, side))
        clip = Clip(
            video="",
            individual="",
            window=TimeRange(0, 4),
            frames=(0, 1, 2, 3),
            times_s=(0.0, 0.5, 1.0, 1.5),
            pixels=np.repeat(grey[..., None], 3, axis=-1),
        )
        started_s = time.monotonic()
        try:
            (answer,) = self.describe([clip])
        finally:
            self.stop()
        return answer, self.answer_form, time.monotonic() - started_s

    def start(self) -> None:
        """Answer again after `stop`."""
        self._stopped, self._given_up = False, None

    def stop(self) -> None:
        """Break off what is under way, close the connections, and answer nothing until `start`."""
        with self._starting:
            loop, client = self._loop, self._client
            self._loop = self._client = None
            self._stopped = True
        if loop is not None and client is not None:
            loop.stop(client.close)

    @cached_property
    def _chosen(self) -> Model:
        return model_of(self.address, self._key, self._asked_for)

    def _request(self, clip: Clip, model: str, attempt: int) -> tuple[str, dict[str, Any]]:
        """One clip as JSON of its messages, and the options beside them."""
        options: dict[str, Any] = {
            "model": model,
            "max_tokens": self.max_tokens,
            "temperature": 0.7 if attempt else 0.0,
            "seed": attempt,
        }
        if self.pictures == "video":
            options |= video_options(clip)
        messages = messages_json(
            clip, self.prompt, pictures=self.pictures, jpeg_quality=self.jpeg_quality
        )
        return messages, options

    async def _answer_all(self, requests: Sequence[tuple[str, dict[str, Any]]]) -> list[Answer]:
        return list(await asyncio.gather(*(self._answer(*request) for request in requests)))

    async def _answer(self, messages: str, options: dict[str, Any]) -> Answer:
        try:
            reply, seconds = await self._settled_chat(messages, options)
        except NotForUs as problem:
            self._given_up = str(problem)
            return Answer(None, problem=str(problem), answered=False)
        except (NoAnswer, Refused) as problem:
            return Answer(None, problem=str(problem), answered=False)
        self.prompt_tokens += reply.prompt_tokens
        self.completion_tokens += reply.completion_tokens
        return Answer(reply.text, problem=reply.problem, seconds=round(seconds, 4))

    async def _settled_chat(self, messages: str, options: dict[str, Any]) -> tuple[Reply, float]:
        """Send a request; one alone at first, to learn what the server takes.

        Those that wait for it meanwhile share its fate where it is not heard.
        """
        dialect, silences = self._dialect, len(self._silences)
        if not dialect.settled:
            async with dialect.settling:
                if len(self._silences) > silences:
                    raise NoAnswer(self._silences[-1])
                if not dialect.settled:
                    return await self._first_chat(messages, options)
        return await self._chat(messages, options)

    async def _first_chat(self, messages: str, options: dict[str, Any]) -> tuple[Reply, float]:
        while True:
            try:
                answer = await self._chat(messages, options)
            except Refused as refusal:
                if not self._dialect.give_way(refusal):
                    self._dialect.start_over()
                    raise
            except NoAnswer as silence:
                self._silences.append(str(silence))
                raise
            else:
                self._dialect.settled = True
                return answer

    async def _chat(self, messages: str, options: dict[str, Any]) -> tuple[Reply, float]:
        if self._given_up is not None or self._client is None:
            raise NoAnswer(self._given_up or "stopped")
        return await self._client.chat(lambda: self._dialect.body(messages, options))

    def _started(self) -> LoopThread:
        with self._starting:
            if self._stopped:
                raise RuntimeError("the captioner was stopped")
            if self._loop is None:
                self._loop = LoopThread("mousegpt-endpoint")
                self._client = EndpointClient(self.address, self._key, self._pace)
            return self._loop
