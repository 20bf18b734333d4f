"""Facts that a description in any words states, denies or only supposes.

Knows English about mice, by rule: it reads what is on its list and nothing between the lines. What
another animal does is left out; sides are taken for the animal's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from napari_mousegpt.analysis.vectors.lexicon import stem
from napari_mousegpt.analysis.wording.clauses import (
    Sentence,
    denied_afterwards,
    judged_words,
    others_left_out,
    plain,
    sentences,
)
from napari_mousegpt.analysis.wording.fact_words import KEYWORDS, KINDS, patterns_of
from napari_mousegpt.datamodel.description import LEVELS
from napari_mousegpt.datamodel.facts import Facts


@dataclass(frozen=True, slots=True)
class Statement:
    """One fact as a text states it.

    Attributes
    ----------
    fact, value
        Such as ``turn`` and ``left``; a value can stand for several (see `fact_words.KINDS`).
    words, level
        The words it was read from, and the level on which they stand.
    denied, supposed
        "does not rear", "may be rearing".
    """

    fact: str
    value: str
    words: str
    level: str
    denied: bool = False
    supposed: bool = False


def read_description(
    description: Mapping[str, Any], *, names: Sequence[str] = ()
) -> list[Statement]:
    """Read all levels of a description, given as a row of a table or of JSON.

    Parameters
    ----------
    names
        Behaviours of an ethogram to be found as well, by the stems of their words.
    """
    found = read_keywords(description.get("keywords"), names=names)
    for level in LEVELS:
        text = description.get(level)
        if isinstance(text, str):
            found += read_text(text, level=level, names=names)
    return found


def read_text(text: str, *, level: str = "overall", names: Sequence[str] = ()) -> list[Statement]:
    """Read one text; ``level`` says what it is about: overall, head, limb or torso."""
    found = []
    for one in sentences(text):
        company = patterns_of(level).get("company")
        sentence = judged_words(one)
        if company is not None:
            found += _matches(one, sentence, "company", level)
        own = others_left_out(one)
        judged = judged_words(own)
        for fact in patterns_of(level):
            if fact != "company":
                found += _matches(own, judged, fact, level)
        if level == "overall":
            found += _named(own, judged, names)
    return _alternatives(found, plain(text))


def read_keywords(words: Any, *, names: Sequence[str] = ()) -> list[Statement]:
    """Read a list of keywords: known ones as they are, others as short texts."""
    found = []
    own = {_stems(name): name for name in names}
    for word in [] if words is None or isinstance(words, float) else words:
        text = plain(str(word))
        if text in KEYWORDS:
            fact, value = KEYWORDS[text]
            found += [Statement(fact, value, str(word), "keywords")] if value else []
        elif _stems(text) in own:
            found.append(Statement("behaviour", own[_stems(text)], str(word), "keywords"))
        else:
            found += [replace(one, level="keywords") for one in read_text(str(word))]
    return found


def values_said(statements: Iterable[Statement]) -> dict[str, frozenset[str]]:
    """Values of each fact that are stated and nowhere denied; supposed ones count."""
    said: dict[str, set[str]] = {}
    denied = {(one.fact, one.value) for one in statements if one.denied}
    for one in statements:
        if not one.denied and (one.fact, one.value) not in denied:
            said.setdefault(one.fact, set()).add(one.value)
    return {fact: _most_exact(values) for fact, values in said.items()}


def first_facts(statements: Sequence[Statement]) -> Facts:
    """One value for each fact, the first that is stated without denial and names no several.

    What is said for sure comes before what is supposed, keywords and the levels about one part of
    the body before the whole.
    """
    known = values_said(statements)
    first: dict[str, str] = {}
    for one in sorted(statements, key=lambda said: (said.supposed, said.level == "overall")):
        if one.value in known.get(one.fact, ()) and one.value not in KINDS:
            first.setdefault(one.fact, one.value)
    return Facts(**first)


def same_value(first: str, second: str) -> bool:
    """Whether two values can be the same: ``grooming`` and ``face grooming`` can."""
    return bool(KINDS.get(first, {first}) & KINDS.get(second, {second}))


def _matches(text: str, sentence: Sentence, fact: str, level: str) -> list[Statement]:
    found = []
    for pattern, value in patterns_of(level)[fact]:
        for match in pattern.finditer(text):
            if value:
                own = any(word in _SELF_DENYING for word in match.group().split())
                denied = sentence.denied(*match.span()) or (
                    not own and denied_afterwards(text, match.end())
                )
                filled = value.replace("<side>", _side(match))
                found.append(
                    Statement(
                        fact,
                        filled,
                        match.group().strip(),
                        level,
                        denied,
                        sentence.supposed(*match.span()),
                    )
                )
            text = text[: match.start()] + "¤" * len(match.group()) + text[match.end() :]
    return found


_SELF_DENYING = frozenset({"not", "no", "without"})


def _named(text: str, sentence: Sentence, names: Sequence[str]) -> list[Statement]:
    stems = [stem(word.text) for word in sentence.words]
    found = []
    for name in names:
        wanted = list(_stems(name))
        for place in range(len(stems) - len(wanted) + 1):
            if wanted and stems[place : place + len(wanted)] == wanted:
                first = sentence.words[place]
                found.append(
                    Statement(
                        "behaviour",
                        name,
                        text[first.start : sentence.words[place + len(wanted) - 1].stop],
                        "overall",
                        first.denied or denied_afterwards(text, first.stop),
                        first.supposed,
                    )
                )
                break
    return found


def _alternatives(found: list[Statement], text: str) -> list[Statement]:
    """Mark two values joined by "or" as supposed: "sniffing or looking around" is one of them."""
    result = []
    for one in found:
        others = [two for two in found if two.fact == one.fact and two.value != one.value]
        either = any(
            f"{first.words} or {second.words}" in text
            for two in others
            for first, second in ((one, two), (two, one))
        )
        result.append(replace(one, supposed=one.supposed or (either and not one.denied)))
    return result


def _most_exact(values: set[str]) -> frozenset[str]:
    """Leave out a word for several where one of these is said too."""
    return frozenset(
        value for value in values if not (KINDS.get(value, frozenset()) & (values - {value}))
    )


def _side(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return groups.get("side") or groups.get("side2") or ""


def _stems(text: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in re.findall(r"[a-z]+", plain(text)))
