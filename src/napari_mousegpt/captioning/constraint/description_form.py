"""The one written form of a description, as a grammar, and how to end one begun. Knows no tokens.

The form is that of `Description.to_text`: the five keys in order, no free space, no escapes. A
level holds text or null; where head, limb and torso are null, keywords may be empty: nothing to
see.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from napari_mousegpt.datamodel.description import LEVELS

FORM_REVISION = 1
"""Raised when the same model may answer otherwise."""

MOST_KEYWORDS = 5
LONGEST_OVERALL, LONGEST_LEVEL, LONGEST_KEYWORD = 400, 240, 40
"""Characters; a string that reaches this is closed."""

NOTHING_TO_SEE = "nothing to see"
"""What ``overall`` says where an answer has to end before it said anything."""

# Controls, direction marks, private use and non-characters: what shows nothing, or hides something.
_HIDDEN = (
    r"\x00-\x1f\x7f-\x9f\xad\u200b\u200e-\u200f\u2028-\u202e\u2060-\u206f\ue000-\uf8ff"
    r"\ufeff\ufff0-\uffff\U00040000-\U0010ffff"
)
_BLANK = r"\x20\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"

_KEYS = tuple(
    f"{', ' if place else '{'}{json.dumps(level)}: ".encode() for place, level in enumerate(LEVELS)
)
_LIST = b', "keywords": ['
_VALUE = re.compile(rb'(": ")([^"]+)')
_WORD = re.compile(rb'"([^"]+)')


def grammar_text(labels: Sequence[str] | None) -> str:
    """Write the grammar of descriptions in EBNF.

    Parameters
    ----------
    labels
        What the first keyword can be; any text if None.

    Raises
    ------
    ValueError
        If there is no label, or one that cannot stand in JSON as it is.
    """
    label = "word"
    if labels is not None:
        _check_labels(labels)
        label = " | ".join(_literal(f'"{one}"') for one in labels)
    more = f'("," " " word){{0,{MOST_KEYWORDS - 1}}}'
    nulls = _literal("null" + ", ".join(["", *(f'"{level}": null' for level in LEVELS[2:])]))
    return f"""
root ::= {_literal('{"overall": ')} text {_literal(', "head": ')} (levels some | {nulls} maybe)
levels ::= opt {_literal(', "limb": ')} opt {_literal(', "torso": ')} opt
opt ::= text | "null"
some ::= {_literal(_LIST.decode())} words {_literal("]}")}
maybe ::= {_literal(_LIST.decode() + "]}")}
words ::= label {more}
label ::= {label}
text ::= "\\"" first char* "\\""
word ::= "\\"" first char* "\\""
first ::= [^"\\\\{_HIDDEN}{_BLANK}]
char ::= [^"\\\\{_HIDDEN}]
"""


def outline(begun: bytes, *, labelled: bool) -> bytes:
    """Shorten what was written to what decides how it goes on: each text becomes ``x``.

    The first keyword stays if it is a label. An unfinished character stays as well. The outline of
    an outline that was written on is the outline of the whole.
    """
    levels, found, words = begun.partition(_LIST)
    levels = _VALUE.sub(lambda match: match[1] + _shortened(match[2]), levels)
    if not found:
        return levels
    first, quote, others = b"", b"", words
    if labelled:  # up to the quote that ends the label
        parts = words.split(b'"', 2)
        if len(parts) < 3:
            return levels + found + words
        first, quote, others = b'"'.join(parts[:2]), b'"', parts[2]
    pieces = others.split(b'"')
    for place in range(1, len(pieces), 2):
        pieces[place] = _shortened(pieces[place])
    return levels + found + first + quote + b'"'.join(pieces)


def in_text(shape: bytes, *, labelled: bool) -> bool:
    """Whether an outline ends in a text of which something is written; a label is none."""
    levels, found, words = shape.partition(_LIST)
    if found:
        quotes = words.count(b'"')
        return quotes % 2 == 1 and not words.endswith(b'"') and not (labelled and quotes == 1)
    _, opened, rest = levels.rpartition(b'": "')
    return bool(opened and rest) and b'"' not in rest


def opens_words(begun: bytes) -> bool:
    """Whether the first keyword is open."""
    _, found, words = begun.partition(_LIST)
    return bool(found) and words.count(b'"') == 1


def longest_text(shape: bytes) -> int:
    """How many characters the string that is open may have."""
    if _LIST in shape:
        return LONGEST_KEYWORD
    return LONGEST_LEVEL if _KEYS[1] in shape else LONGEST_OVERALL


def ending(shape: bytes, labels: Sequence[str] | None) -> str:
    """The shortest text that makes a description of what was begun.

    Unlike the grammar it may leave a level or the keywords empty, which reads as not said.
    """
    rest = shape
    end = ""
    for place, key in enumerate(_KEYS):
        value = f'"{NOTHING_TO_SEE}"' if place == 0 else "null"
        missing, rest = _after(rest, key)
        if missing is None:
            missing, rest = _after_value(rest, value)
        else:
            missing += value
        end += missing or ""
    missing, rest = _after(rest, _LIST)
    if missing is not None:
        return end + missing + "]}"
    return end + _end_of_words(rest, labels)


def _after(rest: bytes, literal: bytes) -> tuple[str | None, bytes]:
    """What of a literal is missing, None if nothing is; and what comes after it."""
    if rest.startswith(literal):
        return None, rest[len(literal) :]
    return literal[len(rest) :].decode(), b""


def _after_value(rest: bytes, value: str) -> tuple[str | None, bytes]:
    if rest.startswith(b'"'):
        content, closed, after = rest[1:].partition(b'"')
        if closed:
            return None, after
        if content or value == "null":
            return '"', b""
        return value[1:], b""
    if rest.startswith(b"null"):
        return None, rest[4:]
    return value[len(rest) :], b""


def _end_of_words(words: bytes, labels: Sequence[str] | None) -> str:
    """End the list: a label that is begun becomes the first that begins so."""
    if words.endswith(b"]}"):
        return ""
    if words.endswith(b"]"):
        return "}"
    if words.count(b'"') % 2:
        begun = words.rpartition(b'"')[2]
        if labels is not None and begun and words.count(b'"') == 1:
            label = min((one for one in labels if one.encode().startswith(begun)), key=len)
            return label.encode()[len(begun) :].decode(errors="replace") + '"]}'
        return '"]}'
    return {b",": ' ""]}', b" ": '""]}'}.get(words[-1:], "]}")


def _shortened(content: bytes) -> bytes:
    """``x`` for the characters that are whole, and the bytes of one that is not."""
    for length in range(min(3, len(content)) + 1):
        whole, part = content[: len(content) - length], content[len(content) - length :]
        try:
            whole.decode()
        except UnicodeDecodeError:
            continue
        return (b"x" if whole else b"") + part
    return b"x"


def _check_labels(labels: Sequence[str]) -> None:
    wrong = [one for one in labels if not one.isprintable() or not one or set(one) & set('"\\')]
    if wrong or not labels:
        raise ValueError(
            f"expected labels of printable characters without quotes, found {wrong or 'none'}. "
            "Rename these behaviours in the ethogram."
        )


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
