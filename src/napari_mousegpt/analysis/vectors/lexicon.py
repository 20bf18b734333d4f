"""Words of mouse behaviour and what they mean: concepts, families and opposites, from a table.

Knows English words about mice; knows no vectors and no recording.
"""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("lexicon.csv")
_TOKEN = re.compile(r"[a-z]+(?:-[a-z]+)*")
_LONGEST_PHRASE = 5
_SAYS_NOTHING = """
a an and are as at be been being between by do does during for from had has have he her his
i if is it its itself mouse mice animal rat rodent of on or so than that the their them then
there these they this those to was were when where which while whole with seen shown window
about along another around both each held hold keep kept length lengths make moves moving
move moved part some something somewhere degree degrees hz cm mm second seconds s
can could would will show find me moment moments time times behaviour behaviours
"""
STOP_WORDS = frozenset(_SAYS_NOTHING.split())
_IRREGULAR = {
    "ran": "run", "went": "go", "goes": "go", "lay": "lie", "lies": "lie", "lying": "lie",
    "ate": "eat", "drank": "drink", "dug": "dig", "stood": "stand", "froze": "freeze",
    "bitten": "bite", "bit": "bite", "fell": "fall", "feet": "foot", "fought": "fight",
    "drew": "draw", "drawn": "draw", "bent": "bend", "left": "left", "held": "hold",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Concept:
    """One meaning: ``family`` says what it is like, ``poles`` on which side of opposites it is."""

    name: str
    family: str
    poles: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases, as tuples of stems, to concepts.

    ``revision`` changes with the table: vectors made with another are of another space.
    """

    concepts: tuple[Concept, ...]
    phrases: dict[tuple[str, ...], Concept]
    revision: str

    def read(self, text: str) -> list[tuple[Concept | None, str]]:
        """Find the concepts of a text, the longest phrase first.

        Returns
        -------
        list
            ``(concept, words)`` in their order; a word that is not in the table comes with None,
            words that say nothing (the, mouse, is) do not come at all.
        """
        words = [str(word) for word in _TOKEN.findall(text.lower().replace("'s", ""))]
        stems = [stem(word) for word in words]
        found: list[tuple[Concept | None, str]] = []
        place = 0
        while place < len(stems):
            for length in range(min(_LONGEST_PHRASE, len(stems) - place), 0, -1):
                concept = self.phrases.get(tuple(stems[place : place + length]))
                if concept is not None:
                    found.append((concept, " ".join(words[place : place + length])))
                    break
            else:
                length = 1
                if words[place] not in STOP_WORDS:
                    found.append((None, words[place]))
            place += length
        return found


@cache
def behaviour_lexicon() -> Lexicon:
    """The table in the package."""
    text = TABLE.read_text(encoding="utf-8")
    concepts, phrases = [], {}
    for row in csv.DictReader(text.splitlines()):
        concept = Concept(row["concept"], row["family"], _poles(row["poles"]))
        concepts.append(concept)
        for phrase in row["words"].split(";"):
            phrases[tuple(stem(word) for word in _TOKEN.findall(phrase))] = concept
    revision = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Lexicon(tuple(concepts), phrases, revision)


@cache
def stem(word: str) -> str:
    """Cut the ending off a word: ``walks``, ``walked`` and ``walking`` become ``walk``.

    Not a word always, but the same for the forms of one word.
    """
    word = _IRREGULAR.get(word, word)
    for ending in ("ings", "ing", "edly", "ed", "ies", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word.removesuffix(ending)
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]  # running, stopped
    return word.removesuffix("e") if len(word) > 3 else word


def without_subject(text: str) -> str:
    """Leave out who does it, which every sentence shares: ``The mouse turns`` to ``turns``."""
    return re.sub(
        r"\b(?:the|this|a|an|another)\s+(?:mouse|animal|rat|rodent)(?:'s)?\s+", "", text, flags=re.I
    ).strip()


def _poles(text: str) -> tuple[tuple[str, float], ...]:
    pairs = (part.split(":") for part in text.split())
    return tuple((name, float(value)) for name, value in pairs)
