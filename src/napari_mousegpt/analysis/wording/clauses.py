"""Plain text before facts are read: one spelling, and which words are denied or only supposed.

Knows English negation, hedges and "another mouse"; knows no behaviour.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SPELLINGS = (
    (r"[‘’]", "'"),
    (r"\bcannot\b|\bcan't\b", "can not"),
    (r"\bwon't\b", "will not"),
    (r"n't\b", " not"),
    (r"counter[- ]?clockwise|anti[- ]?clockwise|leftwards?", "left"),
    (r"\bclockwise\b|rightwards?", "right"),
    (r"[-‐‑/_]", " "),
    (r"\b(turn|turns|turning|orient) l\b", r"\1 left"),
    (r"\b(turn|turns|turning|orient) r\b", r"\1 right"),
    (r"\bcenter", "centre"),
    (r"\bcentre of (?:the )?(?:body|mass|gravity)", "body"),
    (r"\b(?:hind|back|rear) ?(?:paw|leg|limb|foot)\b", "hindpaw"),
    (r"\b(?:hind|back|rear) ?(?:paws|legs|limbs|feet)\b", "hindpaws"),
    (r"\bhaunches\b", "hindpaws"),
    (r"\b(?:fore|front) ?(?:paw|leg|limb|foot)\b", "forepaw"),
    (r"\b(?:fore|front) ?(?:paws|legs|limbs|feet)\b", "forepaws"),
    (r"\bstays still\b|\bkeeps still\b", "remains still"),
)
_TOKEN = re.compile(r"[a-z']+|\d+(?:\.\d+)?|[.,;:!?()\n]")
_SENTENCE_ENDS = frozenset(".;!?\n")
_SCOPE_ENDS = frozenset(
    {
        "but",
        "then",
        "while",
        "whereas",
        "instead",
        "however",
        "although",
        "though",
        "before",
        "after",
        "until",
        "only",
        "just",
        "because",
        "since",
        "when",
        "as",
        "it",
    }
)
_DENIALS = frozenset(
    {
        "not",
        "never",
        "no",
        "without",
        "neither",
        "nor",
        "none",
        "lacks",
        "lacking",
        "absence",
        "hardly",
    }
)
_DENIALS_OF_TWO = {
    ("rather", "than"), ("instead", "of"), ("fails", "to"), ("failed", "to"), ("refrains", "from"),
    ("lack", "of"), ("free", "of"), ("far", "from"),
}  # fmt: skip
_ENDINGS_OF_ACTS = frozenset(
    {"stops", "stopped", "ceases", "ceased", "quits", "finishes", "finished"}
)
_NO_DENIAL = {
    ("not", "only"), ("no", "doubt"), ("no", "other"), ("not", "stop"), ("without", "stopping"),
    ("without", "pausing"), ("without", "pause"), ("not", "pause"), ("not", "until"),
    ("not", "hardly"),
}  # fmt: skip
_HEDGES = frozenset(
    {
        "may",
        "might",
        "could",
        "possibly",
        "perhaps",
        "maybe",
        "likely",
        "probably",
        "appears",
        "appear",
        "appearing",
        "seems",
        "seem",
        "seemingly",
        "apparently",
        "presumably",
        "suggesting",
        "suggests",
        "suggestive",
        "potentially",
        "possible",
        "resembling",
        "resembles",
    }
)
_HEDGES_OF_TWO = {
    ("as", "in"),
    ("as", "if"),
    ("about", "to"),
    ("prepares", "to"),
    ("or", "possibly"),
}
_NOT_KNOWN = re.compile(
    r"\b(?:can not|could not|not possible to|hard to|difficult to|impossible to|unable to) "
    r"(?:be )?(?:see|seen|tell|told|say|said|judge|judged|determine|determined|make out)\b"
    r"|\b(?:unclear|unknown|uncertain|not clear|not known|not visible|not tracked|out of view|"
    r"hidden|invisible)\b|\bwhether\b"
)
_OTHER_ANIMAL = re.compile(
    r"\b(?:an?|the|its) ?other (?:mouse|animal|one|rodent)|\banother (?:mouse|animal|rodent)"
    r"|\b(?:the|its|a) (?:cage ?mate|conspecific|intruder|partner|neighbour|neighbor|companion)"
    r"|\b(?:mouse|animal) (?:2|3|b|two|three)\b"
)
_DENIED_AFTERWARDS = re.compile(
    r"\w*(?: \w+){0,2}? (?:(?:is|was|are|were) )?"
    r"(?:absent|(?:not|never) (?:\w+ )?(?:seen|observed|shown|present|visible|noted|happen\w*|"
    r"occur\w*|detected|performed))"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, where it stands, and whether it is denied or only supposed."""

    text: str
    start: int
    stop: int
    denied: bool
    supposed: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """Text in one spelling, without stop marks at its end, and its words."""

    text: str
    words: tuple[Word, ...]

    def denied(self, start: int, stop: int) -> bool:
        """Whether the first word between two places is denied."""
        return next((word.denied for word in self.words if start <= word.start < stop), False)

    def supposed(self, start: int, stop: int) -> bool:
        """Whether a word between two places is said with a hedge."""
        return any(word.supposed for word in self.words if start <= word.start < stop)


def plain(text: str) -> str:
    """Lower case, one spelling of paws, sides and negations."""
    text = text.lower()
    for pattern, spelling in _SPELLINGS:
        text = re.sub(pattern, spelling, text)
    return re.sub(r"[ \t]+", " ", text).strip()


def sentences(text: str) -> list[str]:
    """Sentences of a plain text, without those that only say that something is not known."""
    found = re.split(r"(?<!\d)[.;!?\n]|[.;!?\n](?!\d)", plain(text))
    return [one.strip() for one in found if one.strip() and not _NOT_KNOWN.search(one)]


def others_left_out(sentence: str) -> str:
    """Blank the parts of a sentence whose subject is another animal, keeping every place."""
    parts = re.split(r"(,| while | and | but | as |;)", sentence)
    kept = []
    for place, part in enumerate(parts):
        match = _OTHER_ANIMAL.match(part.strip())
        rest = part.strip()[match.end() :] if match else ""
        alone = match is not None and (place > 0 or rest) and _has_verb(rest)
        kept.append(" " * len(part) if alone else part)
    return "".join(kept)


def judged_words(sentence: str) -> Sentence:
    """Find for each word of a sentence whether a denial or a hedge reaches it.

    A denial reaches to the end of its clause: to "but", "then" and the like, to "and" before a new
    verb, or to a comma that does not go on a list ("does not rear, groom or dig").
    """
    tokens = [(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(sentence)]
    words, denied, supposed, single = [], False, False, False
    for place, (token, start, stop) in enumerate(tokens):
        after = tokens[place + 1][0] if place + 1 < len(tokens) else ""
        if (token == "," and not (denied and _list_goes_on(tokens, place))) or (
            token in _SCOPE_ENDS and (token, after) not in _HEDGES_OF_TWO | _DENIALS_OF_TWO
        ):
            denied = supposed = False
        elif token == "and" and _is_verb(after):
            denied = single = False
        words.append(Word(token, start, stop, denied, supposed))
        if (token, after) in _NO_DENIAL:
            continue
        before = tokens[place - 1][0] if place else ""
        if token in _ENDINGS_OF_ACTS and after.endswith("ing") and before != "not":
            denied = single = True
        elif single and token.endswith("ing"):
            denied = single = False
        if (before, token) not in _NO_DENIAL and (
            token in _DENIALS or (before, token) in _DENIALS_OF_TWO
        ):
            denied = True
        if token in _HEDGES or (before, token) in _HEDGES_OF_TWO:
            supposed = True
    return Sentence(sentence, tuple(words))


def denied_afterwards(sentence: str, stop: int) -> bool:
    """Whether what ends here is denied by what follows: "rearing is not seen"."""
    return _DENIED_AFTERWARDS.match(sentence[stop:]) is not None


def _list_goes_on(tokens: list[tuple[str, int, int]], comma: int) -> bool:
    following = [token for token, _, _ in tokens[comma + 1 : comma + 7]]
    if "," in following[1:]:
        following = [*following[: following.index(",", 1)], "or"]
    if not following or not {"or", "nor"} & set(following):
        return False
    upto = following[: next(i for i, word in enumerate(following) if word in ("or", "nor"))]
    return not any(_is_verb(word) or word in ("the", "it", "then", "but") for word in upto)


def _is_verb(word: str) -> bool:
    """A finite verb by its ending, which is enough where only mice are talked about."""
    return word in ("is", "has", "was") or (
        len(word) > 3
        and word.endswith("s")
        and not word.endswith(("ss", "us", "paws", "legs", "whiskers", "its"))
    )


def _has_verb(text: str) -> bool:
    return any(_is_verb(word) or word.endswith(("ing", "ed")) for word in text.split()[:3])
