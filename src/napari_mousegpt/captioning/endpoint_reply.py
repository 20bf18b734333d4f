"""What a server's reply says: an answer, tokens, or why there is none. Sends nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

MOST_BYTES = 1 << 20
"""Of one reply; a description takes a few hundred."""
SHOWN = 200
AGAIN_MAY_HELP = frozenset({408, 409, 425, 429})
_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's text, and what it cost. ``problem`` says why a text is not whole."""

    text: str
    problem: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0


class NoAnswer(ConnectionError):
    """The way to the server or back failed, so that nothing is known of the window.

    Attributes
    ----------
    again
        Whether trying again may help.
    wait_s
        How long the server asks to wait.
    """

    def __init__(self, reason: str, *, again: bool = True, wait_s: float = 0.0) -> None:
        super().__init__(reason)
        self.again = again
        self.wait_s = wait_s


class Refused(ValueError):
    """The server understood the request and does not take it as it is (400, 422)."""


class NotForUs(ConnectionError):
    """The server takes nothing from us: wrong key, wrong address, unknown model."""


def check_status(status: int, headers: Mapping[str, str], body: bytes, asked: str) -> None:
    """Raise what a status other than 200 means; ``asked`` names the server in the message."""
    if status == 200:
        return
    if 300 <= status < 400:
        target = re.split(r"[?#]", headers.get("location", "another address"))[0]
        raise NotForUs(
            f"{asked} sends requests on to {printable(target)}, which is not followed: neither "
            "pictures nor keys go where nobody allowed it. Give that address with --endpoint, if "
            "you trust it."
        )
    if status in (401, 403):
        # What the server says of a key may repeat it.
        raise NotForUs(
            f"{asked} refused the key, or wants one ({status}). Set MOUSEGPT_API_KEY; "
            "OPENAI_API_KEY goes to openai.com and to this computer only."
        )
    said = f"{asked} answered {status}: {words_of_error(body)}"
    if status in (404, 405):
        raise NotForUs(f"{said}. Check the address, and the model's name with --model.")
    if status in AGAIN_MAY_HELP or status >= 500:
        raise NoAnswer(said, wait_s=_wait_s(headers.get("retry-after", "")))
    raise Refused(said)


def read_reply(body: bytes, content_type: str, asked: str) -> Reply:
    """Read the answer out of a chat completion.

    Raises
    ------
    NoAnswer
        If it is none: not JSON, or an error in an envelope that says all is well.
    """
    try:
        values = read_json(body)
        choice = values["choices"][0]
        message, reason = choice["message"], choice.get("finish_reason")
        text = _text_of(message)
    except (ValueError, LookupError, TypeError, AttributeError):
        kind = printable(content_type.split(";")[0]) or "no content type"
        raise NoAnswer(
            f"{asked}: expected a chat completion as JSON, found {kind}: {words_of_error(body)}"
        ) from None
    problem = None
    if reason == "length":
        problem = "the answer was cut off at the most tokens it may have"
    elif reason == "content_filter" or message.get("refusal"):
        problem = "the server's filter held the answer back"
    usage = values.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    return Reply(
        text,
        problem,
        prompt_tokens=_count(usage.get("prompt_tokens")),
        completion_tokens=_count(usage.get("completion_tokens")),
    )


def read_json(body: bytes) -> dict[str, Any]:
    """Read a JSON object.

    Raises
    ------
    ValueError
        If it is none.
    """
    try:
        values = json.loads(body)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(values, dict):
        raise ValueError("no JSON object")
    return values


def words_of_error(body: bytes) -> str:
    """What a server says went wrong, short and without what a terminal would act on."""
    text = body[: 20 * SHOWN].decode("utf-8", "replace")
    try:
        values = read_json(body)
    except ValueError:
        return printable(text) or "nothing"
    error = values.get("error", values.get("detail", values.get("message", text)))
    if isinstance(error, dict):
        error = error.get("message", error)
    return printable(error if isinstance(error, str) else json.dumps(error))


def printable(text: str) -> str:
    """One short line of a text that came from outside."""
    line = " ".join(
        "".join(letter if letter.isprintable() else " " for letter in text[: 4 * SHOWN]).split()
    )
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"


def _text_of(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, list):
        content = "".join(part.get("text", "") for part in content)
    if content is None:
        content = message.get("refusal") or ""
    if not isinstance(content, str):
        raise TypeError("content is no text")
    text = _THOUGHTS.sub("", content).strip()
    # Half a surrogate pair is JSON, and no text that could be written to a file.
    return text.encode("utf-8", "replace").decode("utf-8")


def _count(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < 1 << 40 else 0


def _wait_s(text: str) -> float:
    """Read Retry-After: seconds, or a date."""
    try:
        return max(0.0, float(text)) if float(text) < float("inf") else 0.0
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0.0
