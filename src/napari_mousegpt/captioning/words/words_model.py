"""What a language model for words is asked, and how its answer is checked. Sends nothing itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

TRIES = 3
MOST_SHOWN = 160
_FENCE = re.compile(r"\A\s*```[a-z]*\s*(.*?)\s*```\s*\Z", re.DOTALL)
Checked = TypeVar("Checked")


class WordsModel(Protocol):
    """A language model behind a server or in a folder.

    ``goes_to`` is the host that words go to, None where it is this computer.
    """

    goes_to: str | None

    @property
    def name(self) -> str:
        """What it is called, for the record."""
        ...

    @property
    def revision(self) -> str | None:
        """What tells weights of one name apart."""
        ...

    def answer(self, system: str, question: str, schema: Mapping[str, Any], *, attempt: int) -> str:
        """Answer in JSON of a schema, as far as the model can be held to it."""
        ...


def ask_for(
    model: WordsModel,
    system: str,
    question: str,
    schema: Mapping[str, Any],
    check: Callable[[dict[str, Any]], Checked],
) -> tuple[Checked, str]:
    """Ask until an answer passes a check, three times at most; return it and its text.

    Each further time the model is told what was wrong.

    Raises
    ------
    ValueError
        If no answer passed, with the last problem.
    """
    problem = "no answer"
    for attempt in range(TRIES):
        again = f"\n\nYour last answer was not valid: {problem}. Answer again." if attempt else ""
        text = model.answer(system, question + again, schema, attempt=attempt)
        try:
            return check(read_object(text)), text
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            problem = " ".join(str(error).split())[:MOST_SHOWN]
    raise ValueError(
        f"{model.name} gave no valid answer in {TRIES} tries, the last time because of: {problem}. "
        "Nothing was kept; try again or with another model."
    )


def read_object(text: str) -> dict[str, Any]:
    """Read the one JSON object of an answer, fenced or not.

    Raises
    ------
    ValueError
        If there is none.
    """
    fenced = _FENCE.match(text)
    body = fenced.group(1) if fenced else text.strip()
    try:
        values = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"expected one JSON object, found {body[:60]!r} ({error})") from None
    if not isinstance(values, dict):
        raise ValueError(f"expected one JSON object, found {type(values).__name__}")
    return values
