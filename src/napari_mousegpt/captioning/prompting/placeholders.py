"""Names in braces in a prompt, and what is put in their place. Knows no prompt and no clip."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

OF_RUN: Mapping[str, str] = {
    "answer_form": "the keys that an answer must have, and the behaviours where they are listed",
    "view": "what a camera in this place shows and what it hides",
    "animals": "how many animals there are, and which is meant",
    "keypoints": "what the drawn dots mean; empty if none are drawn",
    "language": "which language the answer is in; empty for English",
}
"""The same for every window: these may stand in both parts."""

OF_CLIP: Mapping[str, str] = {
    "span_s": "seconds from the first to the last frame",
    "n_frames": "how many frames there are",
    "camera_view": "top, bottom, side or oblique",
    "cameras": "each camera of the clip with its view",
    "individual": "name of the animal",
    "kinematics": "its movement in words, from its poses; empty without poses",
    "others": "where the other animals are and what they do to it, from poses; empty without",
}
"""Another for every window: these may stand in the question only."""

_NAME = re.compile(r"\{\{([A-Za-z_]\w*)\}\}|\{([A-Za-z_]\w*)\}")


def names_in(text: str) -> list[str]:
    """The names that stand in single braces, in order, each once."""
    return list(dict.fromkeys(found[2] for found in _NAME.finditer(text) if found[2]))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in place of their names.

    ``{{name}}`` becomes ``{name}``; other braces, such as those of JSON, stay. A line of nothing
    but names, all of them empty, is left out.
    """
    return _by_line(text, lambda found: f"{{{found[1]}}}" if found[1] else values[found[2]])


def fill_some(text: str, values: Mapping[str, str]) -> str:
    """Fill the names that have values, and leave the others for `fill`."""
    return _by_line(
        text,
        lambda found: found[0] if found[2] not in values else escaped(values[found[2]]),
    )


def escaped(text: str) -> str:
    """Write a text so that `fill` leaves it as it is."""
    return re.sub(r"\{([A-Za-z_]\w*)\}", r"{{\1}}", text)


def check_names(text: str, known: Iterable[str], where: str) -> None:
    """See that a text names only what there is.

    Raises
    ------
    ValueError
        Naming what is not known and all that is.
    """
    known = list(known)
    unknown = [name for name in names_in(text) if name not in known]
    if not unknown:
        return
    hint = ""
    if any(name in OF_CLIP for name in unknown):
        hint = (
            " What differs from window to window belongs into the question, so that the rest can "
            "be worked out once."
        )
    raise ValueError(
        f"{where}: unknown {', '.join(f'{{{name}}}' for name in unknown)}. Expected only "
        f"{', '.join(f'{{{name}}}' for name in known)}; write {{{{{unknown[0]}}}}} for the word in "
        f"braces itself.{hint}"
    )


def _by_line(text: str, value: Callable[[re.Match[str]], str]) -> str:
    lines = []
    for line in text.split("\n"):
        filled = _NAME.sub(value, line)
        if filled.strip() or not _NAME.search(line):
            lines.append(filled)
    return "\n".join(lines)
