"""A question as a fixed set of choices: what is asked of whom, when, about which behaviours.

Whoever reads a question, a grammar or a language model, fills in this form and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KINDS: Mapping[str, str] = {
    "overview": "What does the mouse do?",
    "time": "How long does the mouse rear?",
    "count": "How often does mouse2 turn left in the first 30 s?",
    "ever": "Does it ever scratch?",
    "length": "How long does a bout of grooming last?",
    "first": "How soon does it rear?",
    "when": "When does it groom its face?",
    "who": "Which animal walks most?",
    "after": "What happens after grooming?",
    "before": "What does it do before it runs?",
    "travel": "How far does each mouse travel?",
    "compare": "Do treated mice rear more than controls? (with --groups)",
    "find": "Find windows where it stands against the wall",
}
"""Kind of question to an example of it."""

ABOUT_BEHAVIOURS = ("time", "count", "ever", "length", "first", "when", "who", "after", "before")
HERE = "Behaviours here"
"""How a refusal names the behaviours there are."""
MOST, LEAST = "most", "least"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What can be asked about: behaviours with their meanings, animals, recordings, groups."""

    behaviours: Mapping[str, str]
    individuals: tuple[str, ...] = ()
    recordings: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    ``behaviours`` is empty for all; ``individual`` and ``recording`` None for each. ``from_s`` and
    ``to_s`` are seconds from the start of the video, below zero from its end. ``by_count`` ranks
    animals by bouts instead of time, ``end`` is most or least. ``text`` is looked for where
    ``kind`` is find. ``unused`` are words that had no part in the understanding.
    """

    kind: str
    behaviours: tuple[str, ...] = ()
    individual: str | None = None
    recording: str | None = None
    from_s: float | None = None
    to_s: float | None = None
    by_count: bool = False
    end: str = MOST
    text: str = ""
    unused: tuple[str, ...] = ()


class NotUnderstood(ValueError):
    """A question that is none of those that can be answered (`KINDS` has examples of these)."""

    @classmethod
    def because(cls, reason: str, vocabulary: Vocabulary) -> NotUnderstood:
        """Say why, and which behaviours there are."""
        known = ", ".join(vocabulary.behaviours) or "none"
        return cls(f"{reason} {HERE}: {known}.")


def nearest_example(text: str) -> str:
    """The example that has most words of a question; the first of those that have as many."""
    words = set(re.findall(r"\w+", text.lower()))
    return max(KINDS.values(), key=lambda one: len(words & set(re.findall(r"\w+", one.lower()))))


def in_words(question: Question) -> str:
    """What a question was taken to mean, for whoever asked it to check."""
    names = " and ".join(question.behaviours) or "every behaviour"
    said = {
        "overview": "the time budget",
        "time": f"time in {names}",
        "count": f"number of bouts of {names}",
        "ever": f"whether there is a bout of {names}",
        "length": f"duration of bouts of {names}",
        "first": f"time until the first {names}",
        "when": f"the bouts of {names}",
        "who": f"which animal has the {question.end} "
        f"{'bouts of' if question.by_count else 'time in'} {names}",
        "after": f"what follows {names}",
        "before": f"what comes before {names}",
        "travel": "the way travelled",
        "compare": f"groups compared in {names}",
        "find": f"windows that are described as {question.text!r}",
    }[question.kind]
    whom = [name for name in (question.individual, question.recording) if name is not None]
    of_whom = f", of {' in '.join(whom)}" if whom else ""
    return f"{said}{of_whom}{time_words(question)}"


def time_words(question: Question) -> str:
    """The part of the film that is asked about; empty for all of it."""
    start, stop = question.from_s, question.to_s
    if start is not None and start < 0:
        return f", in the last {-start:g} s"
    if start is not None and stop is not None:
        return f", from {start:g} to {stop:g} s"
    if start is not None:
        return f", after {start:g} s"
    return "" if stop is None else f", in the first {stop:g} s"


def question_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """What a language model may answer: one of the kinds, with words of the vocabulary only."""
    return {
        "type": "object",
        "properties": {
            "kind": {"type": "string", "enum": [*KINDS, "none"]},
            "behaviours": {
                "type": "array",
                "items": {"type": "string", "enum": list(vocabulary.behaviours)},
            },
            "individual": {"enum": [*vocabulary.individuals, None]},
            "recording": {"enum": [*vocabulary.recordings, None]},
            "from_s": {"type": ["number", "null"]},
            "to_s": {"type": ["number", "null"]},
            "by_count": {"type": "boolean"},
            "end": {"type": "string", "enum": [MOST, LEAST]},
            "text": {"type": "string"},
        },
        "required": [
            *("kind", "behaviours", "individual", "recording"),
            *("from_s", "to_s", "by_count", "end", "text"),
        ],
        "additionalProperties": False,
    }


def question_of(values: Mapping[str, Any], vocabulary: Vocabulary) -> Question:
    """Check what a language model filled in.

    Raises
    ------
    ValueError
        If it is not what `question_schema` asks for, and says what is wrong.
    NotUnderstood
        If the model says that it is none of these questions.
    """
    kind = values.get("kind")
    if kind == "none":
        raise NotUnderstood.because("The language model found no fitting question.", vocabulary)
    if kind not in KINDS:
        raise ValueError(f"expected a kind among {', '.join(KINDS)}, found {kind!r}")
    names = values.get("behaviours") or []
    if not isinstance(names, list) or any(name not in vocabulary.behaviours for name in names):
        raise ValueError(f"expected behaviours that are known, found {names!r}")
    if kind in ABOUT_BEHAVIOURS and not names:
        raise ValueError(f"a question of the kind {kind} needs a behaviour, found none")
    text = values.get("text")
    return Question(
        kind=str(kind),
        behaviours=tuple(dict.fromkeys(names)),
        individual=_one_of(values.get("individual"), vocabulary.individuals, "individual"),
        recording=_one_of(values.get("recording"), vocabulary.recordings, "recording"),
        from_s=_seconds(values.get("from_s"), "from_s"),
        to_s=_seconds(values.get("to_s"), "to_s"),
        by_count=values.get("by_count") is True,
        end=LEAST if values.get("end") == LEAST else MOST,
        text=text if isinstance(text, str) else "",
    )


def _one_of(value: Any, known: tuple[str, ...], name: str) -> str | None:
    if value is not None and value not in known:
        raise ValueError(f"expected {name} among {', '.join(known)}, found {value!r}")
    return value


def _seconds(value: object, name: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e7:
        raise ValueError(f"expected {name} as a number of seconds, found {value!r}")
    return float(value)
