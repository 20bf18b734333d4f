"""Names in a file, the names they get in a recording, and how that was found. Knows no files."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

How = Literal["same", "chosen", "spelling", "only one", "new", "left out"]

LEFT_OUT = ""
"""What is chosen for a name that is not to be imported."""
_ALIKE = 0.8

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "still": ("immobile", "immobility", "freezing", "freeze", "pause", "inactive", "rest"),
    "walking": ("walk", "locomotion", "locomote", "ambulation", "moving", "exploration"),
    "running": ("run", "gallop", "darting", "fast locomotion"),
    "turning left": ("left turn", "turn left", "orient left", "counterclockwise turn"),
    "turning right": ("right turn", "turn right", "orient right", "clockwise turn"),
    "rearing": ("rear", "rears", "wall rear", "supported rear", "unsupported rear", "upright"),
    "face grooming": ("face groom", "head groom", "paw groom", "face wash", "face washing"),
    "body grooming": ("body groom", "body lick", "licking", "flank lick", "self grooming"),
    "scratching": ("scratch", "hindpaw scratch"),
    "sniffing": ("sniff", "investigate", "investigation", "head scan"),
    "stretch attend": ("stretch", "stretched attend", "stretch attend posture", "sap"),
    "digging": ("dig", "burrow", "burrowing"),
}
"""Other words for the behaviours of the usual ethogram: near enough to suggest, not to decide."""


@dataclass(frozen=True, slots=True)
class NameMatch:
    """One name of a file.

    Attributes
    ----------
    found
        The name in the file.
    becomes
        The name in the recording; None if it is left out.
    how
        ``same``; ``chosen`` by a person; ``spelling`` and ``only one`` are guesses (they differ
        in case and signs only, or there is one on either side); ``new`` in the recording.
    suggestion
        A name of the recording that may mean the same, not taken unless chosen.
    count
        Bouts, or frames with a pose.
    """

    found: str
    becomes: str | None
    how: How
    suggestion: str | None = None
    count: int = 0

    @property
    def guessed(self) -> bool:
        """Whether nobody but us decided what it becomes."""
        return self.how in ("spelling", "only one")


def match_names(
    counts: Mapping[str, int],
    known: Sequence[str],
    chosen: Mapping[str, str],
    *,
    only_one: bool = False,
    synonyms: Mapping[str, Sequence[str]] | None = None,
) -> tuple[NameMatch, ...]:
    """Find out which names of a recording the names of a file are.

    Parameters
    ----------
    counts
        Name in the file to how often it is there.
    known
        Names of the recording.
    chosen
        What a person decided: name in the file to name in the recording, `LEFT_OUT` to leave
        it out. Names that the file does not have are passed over (see `refuse_unknown`).
    only_one
        Whether one name on either side is the same one, whatever it is called.
    synonyms
        Name of the recording to other words for it, for suggestions.
    """
    by_spelling = {_plain(name): name for name in reversed(known)}
    matches = []
    for name, count in counts.items():
        if name in chosen:
            becomes = chosen[name].strip() or None
            how: How = "chosen" if becomes else "left out"
            matches.append(NameMatch(name, becomes, how, count=count))
        elif name in known:
            matches.append(NameMatch(name, name, "same", count=count))
        elif (spelled := by_spelling.get(_plain(name))) is not None:
            matches.append(NameMatch(name, spelled, "spelling", count=count))
        elif only_one and len(counts) == len(known) == 1:
            matches.append(NameMatch(name, known[0], "only one", count=count))
        else:
            nearest = _suggestion(name, known, synonyms or {})
            matches.append(NameMatch(name, name, "new", nearest, count))
    return tuple(matches)


def refuse_unknown(names: Collection[str], found: Collection[str], what: str, option: str) -> None:
    """Raise for names that a person gave and that are not there, with the nearest that are.

    Raises
    ------
    ValueError
        With the option, the name, what there is, and the likeliest name meant.
    """
    for name in names:
        if name in found:
            continue
        there = ", ".join(map(repr, found)) or "none"
        meant = did_you_mean(name, found)
        raise ValueError(f"{option}: expected one of the {what} {there}, found {name!r}.{meant}")


def did_you_mean(name: str, known: Collection[str]) -> str:
    """A question that names the known name nearest to one that is not; empty if none is near."""
    plain = {_plain(one): one for one in known}
    near = difflib.get_close_matches(_plain(name), plain, 1, 0.6)
    return f" Did you mean {plain[near[0]]!r}?" if near else ""


def told(matches: Sequence[NameMatch]) -> list[str]:
    """The renames, merges and drops as ``old = new``, those that keep their names left out."""
    lines = []
    for match in matches:
        if match.becomes is None:
            lines.append(f"{match.found} left out")
        elif match.becomes != match.found:
            mark = " (guess)" if match.guessed else ""
            lines.append(f"{match.found} = {match.becomes}{mark}")
    return lines


def _plain(name: str) -> str:
    """Letters and digits in lower case; signs and spaces are spelling."""
    return "".join(letter for letter in name.casefold() if letter.isalnum()) or name


def _suggestion(
    name: str, known: Sequence[str], synonyms: Mapping[str, Sequence[str]]
) -> str | None:
    plain = _plain(name)
    for meant, words in synonyms.items():
        if meant in known and plain in {_plain(word) for word in words}:
            return meant
    of_plain = {_plain(one): one for one in known}
    near = difflib.get_close_matches(plain, of_plain, 2, _ALIKE)
    alike = [difflib.SequenceMatcher(None, one, plain).ratio() for one in near]
    # "grooming" is as near to the face as to the body: no suggestion then.
    return of_plain[near[0]] if near and alike[0] > max(alike[1:], default=0) else None
