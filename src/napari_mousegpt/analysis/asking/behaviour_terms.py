"""Which behaviours a question is about, by their names, the lexicon and the ethogram's meanings."""

from __future__ import annotations

import re
from collections.abc import Mapping

from napari_mousegpt.analysis.vectors.lexicon import Concept, behaviour_lexicon, stem

_SAYS_WHAT_IS_ASKED = """
how long much many often frequently frequent soon early far fast what which who whose when why
time times spend spends spent share fraction percent percentage proportion part number count
rate bout bouts episode episodes last lasts lasting duration length average mean median typical
longest shortest most least fewest more less than total ever any all every each per first until
till take takes after before follow follows following happen happens happened next come comes
precede precedes lead leads afterwards compare compared comparison differ differs difference
differences group groups between one ones me show find list you tell please minute minutes min
second seconds hour hours recording recordings video film individual individuals animals
overall start begin begins do does did doing done some not no get there us give move moves
longer shorter sooner earlier later oftener
in on with during within into onto
distance travel travelled traveled speed way budget common mostly usually summary summarise
summarize overview describe behavior behaviors behaviour behaviours
"""
_SAY_WHERE = ("direction", "body part", "place", "pace", "manner")
_OF_QUESTIONS = frozenset(stem(word) for word in _SAYS_WHAT_IS_ASKED.split())


def behaviours_in(
    said: str, behaviours: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Find the behaviours that a question names.

    A name said literally counts first; else what the lexicon takes for the same meaning, where the
    general stands for all that is more exact (grooming for face and body grooming) and left never
    for right; else a behaviour whose meaning in the ethogram has the words.

    Parameters
    ----------
    behaviours
        Name to meaning.

    Returns
    -------
    tuple
        Names, and words that say something and were not used.
    """
    literal, rest = _literal(said, tuple(behaviours))
    read = [
        (concept, words)
        for concept, words in behaviour_lexicon().read(rest)
        if not all(stem(word) in _OF_QUESTIONS for word in words.split())
    ]
    found = [*literal]
    used: set[str] = set()
    if not literal:
        for name in behaviours:
            if matched := _means(name, read):
                found.append(name)
                used |= matched
    if not found:
        for name, meaning in behaviours.items():
            if meaning and (matched := _means_in(meaning, read)):
                found.append(name)
                used |= matched
    unused = [words for _, words in read if words not in used]
    return tuple(dict.fromkeys(found)), tuple(dict.fromkeys(unused))


def _literal(said: str, names: tuple[str, ...]) -> tuple[list[str], str]:
    found, rest = [], f" {said} "
    stems = {name: [stem(word) for word in re.findall(r"\w+", name.lower())] for name in names}
    for name in sorted(names, key=lambda name: -len(stems[name])):
        tokens = list(re.finditer(r"\w+", rest))
        said_stems = [stem(token.group()) for token in tokens]
        size = len(stems[name])
        for place in range(len(tokens) - size + 1):
            if size and said_stems[place : place + size] == stems[name]:
                found.append(name)
                rest = f"{rest[: tokens[place].start()]} {rest[tokens[place + size - 1].end() :]}"
                break
    order = {name: place for place, name in enumerate(names)}
    return sorted(found, key=order.__getitem__), rest


def _means(name: str, read: list[tuple[Concept | None, str]]) -> set[str]:
    """Words of a question that mean this behaviour; empty where they mean another."""
    named = [concept for concept, _ in behaviour_lexicon().read(name) if concept is not None]
    heads = [concept for concept in named if concept.family != "direction"] or named
    if not heads:
        return set()
    used: set[str] = set()
    for concept, words in read:
        if concept is None:
            continue
        if concept.family != "direction" and any(_covers(concept, head) for head in heads):
            used.add(words)
    sides = {concept for concept, _ in read if concept is not None} & _directions(read)
    if not used or any(_contradicts(side, named) for side in sides):
        return set()
    return used | {words for concept, words in read if concept is not None and concept in named}


def _covers(general: Concept, exact: Concept) -> bool:
    return general == exact or general.name in exact.name.split()


def _directions(read: list[tuple[Concept | None, str]]) -> set[Concept]:
    return {concept for concept, _ in read if concept is not None and concept.family == "direction"}


def _contradicts(side: Concept, named: list[Concept]) -> bool:
    poles = dict(side.poles)
    return any(
        poles.get(pole, 0.0) * value < 0
        for concept in named
        if concept.family == "direction"
        for pole, value in concept.poles
    )


def _means_in(meaning: str, read: list[tuple[Concept | None, str]]) -> set[str]:
    said = behaviour_lexicon().read(meaning)
    concepts = {concept for concept, _ in said if concept is not None}
    stems = {stem(part) for _, words in said for part in words.split()}
    return {
        words
        for concept, words in read
        if (concept is not None and concept in concepts and concept.family not in _SAY_WHERE)
        or (concept is None and all(stem(part) in stems for part in words.split()))
    }
