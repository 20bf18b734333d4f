"""What a captioner says about one window, on five levels, and how its text is read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

LEVELS = ("overall", "head", "limb", "torso")
"""The levels that hold text; ``keywords``, a list, is the fifth."""

BEHAVIOURS = (
    "still",
    "walking",
    "running",
    "turning left",
    "turning right",
    "rearing",
    "face grooming",
    "body grooming",
    "scratching",
    "sniffing",
    "stretch attend",
    "digging",
)
"""What ``keywords[0]`` of the built-in captioners can be. New ones are added, none renamed."""

LONGEST_ANSWER = 20_000
"""Characters; a longer text is no description."""


@dataclass(frozen=True, slots=True)
class Description:
    """A captioner's answer; a level that is absent is None."""

    overall: str
    head: str | None = None
    limb: str | None = None
    torso: str | None = None
    keywords: tuple[str, ...] = ()

    def to_text(self) -> str:
        """The description as the JSON text that captioners answer with."""
        levels = {level: getattr(self, level) for level in LEVELS}
        return json.dumps({**levels, "keywords": list(self.keywords)}, ensure_ascii=False)


def parse_description(text: str) -> Description:
    """Read a captioner's text: one JSON object, alone or with words or a code fence around it.

    Raises
    ------
    ValueError
        If it is no description; the message is the reason stored with the answer.
    """
    values = _first_object(text)
    overall = values.get("overall")
    if not isinstance(overall, str) or not overall.strip():
        raise ValueError(f"expected text under 'overall', found {_short(overall)}")
    levels: dict[str, str | None] = {"overall": overall.strip()}
    for level in LEVELS[1:]:
        said = values.get(level)
        if said is not None and not isinstance(said, str):
            raise ValueError(f"expected text under {level!r}, found {_short(said)}")
        levels[level] = (said or "").strip() or None
    keywords = values.get("keywords") or []
    if isinstance(keywords, str):
        keywords = keywords.split(",")
    if not isinstance(keywords, list) or not all(isinstance(word, str) for word in keywords):
        raise ValueError(f"expected a list of words under 'keywords', found {_short(keywords)}")
    words = tuple(word.strip() for word in keywords if word.strip())
    return Description(**levels, keywords=words)  # type: ignore[arg-type]


def _first_object(text: str) -> dict[str, Any]:
    if len(text) > LONGEST_ANSWER:
        raise ValueError(f"the answer is {len(text)} characters long, expected a short description")
    start = text.find("{")
    if start < 0:
        raise ValueError(f"expected a JSON object, found {_short(text)}")
    try:
        values, _ = json.JSONDecoder().raw_decode(text[start:])
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from None
    if not isinstance(values, dict):
        raise ValueError(f"expected a JSON object, found {_short(values)}")
    return values


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
