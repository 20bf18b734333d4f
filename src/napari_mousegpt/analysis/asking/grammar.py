"""A small grammar of English questions about behaviour. Offline; knows no recording.

What it does not understand it refuses; words it did not use it names.
"""

from __future__ import annotations

import re
from dataclasses import replace

from napari_mousegpt.analysis.asking.behaviour_terms import behaviours_in
from napari_mousegpt.analysis.asking.question import (
    ABOUT_BEHAVIOURS,
    LEAST,
    MOST,
    NotUnderstood,
    Question,
    Vocabulary,
)

_PATTERNS = (
    ("compare", r"\b(?:compare|differ|differs|difference|differences|between (?:the )?groups)\b"),
    ("who", r"\b(?:which|what|whose) (?:one|animals?|mouse|mice|individuals?|of (?:the|them))\b"
            r"|\bwho\b"),
    ("after", r"\b(?:what|which)\b.*\b(?:after|afterwards|follows?|following|next)\b"
              r"|\bafter\b.*\bwhat\b"),
    ("before", r"\b(?:what|which)\b.*\b(?:before|precedes?|preceding|leads? to)\b"
               r"|\bbefore\b.*\bwhat\b"),
    ("first", r"\bhow (?:soon|early)\b|\blatency\b|\bhow long (?:until|till|before)\b"
              r"|\bhow long does it take\b|\bwhen\b.*\bfirst\b|\bfirst time\b"),
    ("length", r"\b(?:how long|duration|length|longest|shortest)\b.*\b(?:bouts?|episodes?|lasts?)\b"
               r"|\b(?:average|mean|median|typical) (?:bout )?(?:duration|length)\b"
               r"|\bbout (?:duration|length)s?\b"),
    ("travel", r"\bhow (?:far|fast)\b|\bdistance\b|\bspeed\b|\btravel(?:s|led|ed)?\b"),
    ("ever", r"\bever\b|^\s*(?:is|are|was|were) there (?:any|a)\b"),
    ("time", r"\bhow (?:long|much)\b|\b(?:share|fraction|percent\w*|proportion)\b|%"
             r"|\btime (?:spent|in|does|budget of)\b"),
    ("count", r"\bhow (?:often|many|frequent\w*)\b|\bnumber of\b|\bcount\b|\brate\b"),
    ("find", r"^\s*(?:please )?(?:find|show|search|look for|where|give)\b|\bwindows\b|\bmoments\b"),
    ("when", r"\bwhen\b|\bat what times?\b|\blist\b"),
    ("overview", r"\bwhat\b.*\b(?:do|does|did|doing|done|happens|happened)\b|\bsummar|\boverview\b"
                 r"|\b(?:time budget|behaviours are|most common|mostly|most of the time)\b"
                 r"|\bwhich behaviou?rs?\b"),
)  # fmt: skip
_NUMBER = r"(\d+(?:\.\d+)?)"
_UNIT = r"\s*(seconds?|secs?|s|minutes?|mins?|min|m|hours?|h)?\b"
_SPANS = (
    ("between", re.compile(rf"\b(?:between|from)\s+{_NUMBER}{_UNIT}\s*(?:and|to|-)\s*"
                           rf"{_NUMBER}{_UNIT}")),
    ("first", re.compile(rf"\b(?:in|during|within|of)?\s*(?:the )?first\s+{_NUMBER}{_UNIT}")),
    ("last", re.compile(rf"\b(?:in|during|within|of)?\s*(?:the )?last\s+{_NUMBER}{_UNIT}")),
    ("after", re.compile(rf"\bafter\s+{_NUMBER}{_UNIT}")),
    ("before", re.compile(rf"\bbefore\s+{_NUMBER}{_UNIT}")),
)  # fmt: skip
_IN_WORDS = {"first minute": "first 1 min", "last minute": "last 1 min"}
_COUNTED = re.compile(r"\b(?:often|frequently|times|bouts|frequent)\b")
_GOING = re.compile(r"\b(?:go|goes|went|moved?|moves|walk(?:s|ed)?|runs?|ran|get|gets)\b")
"""Verbs that ask for the way as a whole, not for bouts of a behaviour of that name."""
_LEAST = re.compile(r"\b(?:least|fewest|shortest|rarest|less|slowest)\b")
_ASKED_FOR = re.compile(
    r"^\s*(?:please\s+)?(?:find|show|search|look for|where|give)\b\s*(?:me|us|for)?\s*"
    r"(?:all|the|some|any)?\s*(?:windows?|moments?|clips?|times?|bouts?)?\s*"
    r"(?:where|when|in which|that|with|of|does|do|did)?\s*",
)


def read_question(text: str, vocabulary: Vocabulary) -> Question:
    """Understand a question.

    Raises
    ------
    NotUnderstood
        If it is none of the questions of `question.KINDS`, or about a behaviour nobody named.
    """
    said = re.sub(r"\s+", " ", text.lower()).strip(" ?!.")
    for words, number in _IN_WORDS.items():
        said = said.replace(words, number)
    said, span = _span(said)
    said, individual = _named(said, vocabulary.individuals)
    said, recording = _named(said, vocabulary.recordings)
    grouped = [name for name in vocabulary.groups if re.search(_whole(name), said)]
    kind = _kind(said, bool(grouped))
    if kind is None:
        raise NotUnderstood.because(
            f"{text!r} is no question that can be answered here.", vocabulary
        )
    question = Question(
        kind,
        individual=individual,
        recording=recording,
        from_s=span.get("from_s"),
        to_s=span.get("to_s"),
    )
    if kind == "find":
        return _find(text, said, question, vocabulary)
    for name in grouped:
        said = re.sub(_whole(name), " ", said)
    if kind == "travel":
        said = _GOING.sub(" ", said)
    behaviours, unused = behaviours_in(said, vocabulary.behaviours)
    if kind in ABOUT_BEHAVIOURS and not behaviours:
        about = f"no behaviour here is called {' '.join(unused)!r}" if unused else "of what"
        raise NotUnderstood.because(f"{text!r}: {about}?".replace("'?", "'."), vocabulary)
    if kind in ("overview", "travel") and unused:
        raise NotUnderstood.because(
            f"{text!r} asks about {' '.join(unused)!r}, which no behaviour here is called.",
            vocabulary,
        )
    if kind == "overview" and behaviours:
        question = replace(question, kind="time")
    return replace(
        question,
        behaviours=behaviours,
        unused=unused,
        by_count=bool(_COUNTED.search(said)),
        end=LEAST if _LEAST.search(said) else MOST,
    )


def _kind(said: str, grouped: bool) -> str | None:
    if grouped:
        return "compare"
    for kind, pattern in _PATTERNS:
        if re.search(pattern, said):
            return kind
    return None


def _find(text: str, said: str, question: Question, vocabulary: Vocabulary) -> Question:
    wanted = _ASKED_FOR.sub("", said, count=1).strip()
    if not wanted:
        raise NotUnderstood.because(f"{text!r}: find what?", vocabulary)
    return replace(question, text=wanted)


def _span(said: str) -> tuple[str, dict[str, float]]:
    """Take a part of the film out of a question: the rest, and seconds."""
    for name, pattern in _SPANS:
        if (match := pattern.search(said)) is None:
            continue
        rest = said[: match.start()] + " " + said[match.end() :]
        parts = match.groups()
        if name == "between":
            span = {"from_s": _seconds(parts[0], parts[1] or parts[3]),
                    "to_s": _seconds(parts[2], parts[3])}  # fmt: skip
        else:
            value = _seconds(parts[0], parts[1])
            span = {"first": {"to_s": value}, "before": {"to_s": value},
                    "last": {"from_s": -value}, "after": {"from_s": value}}[name]  # fmt: skip
        return rest, span
    return said, {}


def _seconds(number: str, unit: str | None) -> float:
    scale = {"m": 60.0, "h": 3600.0}.get((unit or "s")[0], 1.0)
    return float(number) * scale


def _named(said: str, names: tuple[str, ...]) -> tuple[str, str | None]:
    """Take a name out of a question, the longest first; ``mouse 2`` is ``mouse2``."""
    for name in sorted(names, key=len, reverse=True):
        spaced = re.sub(r"(?<=[a-z])(?=\d)|[_-]", " ", name.lower())
        for form in dict.fromkeys((name.lower(), spaced)):
            if re.search(_whole(form), said):
                return re.sub(_whole(form), " ", said, count=1), name
    return said, None


def _whole(name: str) -> str:
    return rf"(?<!\w){re.escape(name.lower())}(?:s|'s)?(?!\w)"
