"""Names, definitions and merges as a language model may propose them: what it is asked, and what
of its answer is taken. Knows no model and no file; a person decides.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from napari_mousegpt.analysis.clusters.naming import ClusterEvidence

SYSTEM = """You name clusters of short descriptions of what laboratory mice do in video.
For each cluster you get the words that set it apart with the share of its windows that have them,
sentences near its centre, and counter-examples: sentences of the nearest other cluster.
Give each cluster a name of two to five words for what the mouse does there and not in the
counter-examples; a definition of one sentence by which a person could decide whether a window
belongs to it, from what can be seen; and the reason. If a cluster is a mixture, name it so.
No two names may be equal. Then propose merges of two clusters that are one behaviour, with the
reason; none if there are none. Use only what the sentences say. Answer with one JSON object."""
LONGEST_NAME, LONGEST_TEXT = 60, 600
MOST_AT_ONCE = 30
_SENTENCE, _EXAMPLES, _COUNTER, _WORDS = 220, 5, 3, 8

NAMING_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "clusters": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "cluster": {"type": "integer"},
                    "name": {"type": "string"},
                    "definition": {"type": "string"},
                    "reason": {"type": "string"},
                },
                "required": ["cluster", "name", "definition", "reason"],
                "additionalProperties": False,
            },
        },
        "merges": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "one": {"type": "integer"},
                    "other": {"type": "integer"},
                    "reason": {"type": "string"},
                },
                "required": ["one", "other", "reason"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["clusters", "merges"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class SpokenName:
    """A name for a cluster, by which a person could decide, and why."""

    cluster: int
    name: str
    definition: str
    reason: str


@dataclass(frozen=True, slots=True)
class SpokenMerge:
    """Two clusters that a model takes for one behaviour, and why."""

    one: int
    other: int
    reason: str


@dataclass(frozen=True, slots=True)
class SpokenNames:
    """All that one answer proposed."""

    names: tuple[SpokenName, ...]
    merges: tuple[SpokenMerge, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it in the form that was asked for."""
        return {
            "clusters": [
                {name: getattr(one, name) for name in ("cluster", "name", "definition", "reason")}
                for one in self.names
            ],
            "merges": [
                {name: getattr(one, name) for name in ("one", "other", "reason")}
                for one in self.merges
            ],
        }


def naming_question(evidence: Sequence[ClusterEvidence], sentences: Sequence[object]) -> str:
    """What a model gets to see of clusters, as JSON.

    Parameters
    ----------
    sentences
        What is said of each window, row by row; what is no text is left out.
    """

    def said(rows: Sequence[int], most: int) -> list[str]:
        texts = [sentences[row] for row in rows]
        unique = dict.fromkeys(text[:_SENTENCE] for text in texts if isinstance(text, str))
        return list(unique)[:most]

    shown = [
        {
            "cluster": found.cluster,
            "windows": found.size,
            "words": {word: round(share, 2) for word, share, _ in found.words[:_WORDS]},
            "sentences": said(found.examples, _EXAMPLES),
            "counter_examples": said(found.counter_examples, _COUNTER),
        }
        for found in evidence
    ]
    return json.dumps({"clusters": shown}, ensure_ascii=False)


def read_spoken(values: Mapping[str, Any], numbers: Sequence[int]) -> SpokenNames:
    """Take what was asked for out of an answer.

    Raises
    ------
    ValueError
        If a cluster is missing, unknown or named twice, or a text is none.
    """
    names = tuple(
        SpokenName(
            _number(entry, "cluster", numbers),
            _text(entry, "name", LONGEST_NAME),
            _text(entry, "definition", LONGEST_TEXT),
            _text(entry, "reason", LONGEST_TEXT),
        )
        for entry in values["clusters"]
    )
    named = [one.cluster for one in names]
    if sorted(named) != sorted(numbers):
        raise ValueError(f"expected one name for each of the clusters {list(numbers)}, found names "
                         f"for {named}")  # fmt: skip
    taken = [one.name.casefold() for one in names]
    twice = sorted({name for name in taken if taken.count(name) > 1})
    if twice:
        raise ValueError(f"expected different names, found {twice[0]!r} twice")
    merges = [
        SpokenMerge(
            min(_number(entry, "one", numbers), _number(entry, "other", numbers)),
            max(_number(entry, "one", numbers), _number(entry, "other", numbers)),
            _text(entry, "reason", LONGEST_TEXT),
        )
        for entry in values["merges"]
    ]
    if any(merge.one == merge.other for merge in merges):
        raise ValueError("expected two different clusters to merge")
    return SpokenNames(names, tuple({(one.one, one.other): one for one in merges}.values()))


def _number(entry: Mapping[str, Any], part: str, known: Sequence[int]) -> int:
    value = entry[part]
    if isinstance(value, bool) or value not in known:
        raise ValueError(f"expected {part} among {list(known)}, found {value!r}")
    return int(value)


def _text(entry: Mapping[str, Any], part: str, longest: int) -> str:
    value = entry[part]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"expected {part} as text, found {value!r}")
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())
    if len(line) > longest:
        raise ValueError(f"expected {part} of at most {longest} letters, found {len(line)}")
    return line
