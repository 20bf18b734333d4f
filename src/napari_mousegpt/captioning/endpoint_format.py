"""What a server takes of a chat request: learned from what it refuses. Sends nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from napari_mousegpt.captioning.endpoint_message import FORMATS
from napari_mousegpt.captioning.endpoint_reply import Refused

_RENAMED = {"max_tokens": "max_completion_tokens"}
_LEFT_OUT = ("temperature", "seed")


class Dialect:
    """The options that a server takes, settled once for all requests.

    The first request is sent alone. Where the server refuses it, it is asked for less: an option
    that the refusal names is renamed or left out, else the answer's form is given more freely.
    What an accepted request had holds for all that follow.

    Parameters
    ----------
    formats
        Forms of answers to ask for, from the strictest to nothing.
    """

    def __init__(self, formats: Mapping[str, dict[str, Any] | None] = FORMATS) -> None:
        self.settled = False
        self.settling = asyncio.Lock()
        self._formats = formats
        self._forms = list(formats)
        self._renamed: dict[str, str] = {}
        self._without: set[str] = set()

    @property
    def form(self) -> str:
        """Which form of answers is asked for, one of ``formats``."""
        return self._forms[0]

    def body(self, messages: str, options: dict[str, Any]) -> bytes:
        """Write a request; ``messages`` is JSON already, since it is long."""
        spoken = {
            self._renamed.get(name, name): value
            for name, value in options.items()
            if name not in self._without
        }
        if (form := self._formats[self.form]) is not None:
            spoken["response_format"] = form
        return f'{json.dumps(spoken)[:-1]}, "messages": {messages}}}'.encode()

    def give_way(self, refusal: Refused) -> bool:
        """Ask for less the next time; False where there is nothing left to give."""
        if self.settled:
            return False
        said = str(refusal).lower()
        for name, other in _RENAMED.items():
            if name not in self._renamed and name in said and other in said:
                self._renamed[name] = other
                return True
        for name in _LEFT_OUT:
            if name not in self._without and name in said:
                self._without.add(name)
                return True
        if len(self._forms) > 1:
            del self._forms[0]
            return True
        return False

    def start_over(self) -> None:
        """Forget what was given way to, since that did not help."""
        self._forms = list(self._formats)
        self._renamed.clear()
        self._without.clear()
