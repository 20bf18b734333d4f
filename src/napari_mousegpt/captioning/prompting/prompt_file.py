"""A person's own prompt, from a TOML or text file. Knows no model."""

from __future__ import annotations

import tomllib
from pathlib import Path

from napari_mousegpt.captioning.prompting.placeholders import OF_CLIP, OF_RUN, check_names

LONGEST = 100_000
RULE = "---"
_HOW = (
    'Write a TOML file with system = """...""" and question = """...""", or a text file with the '
    f"system text, a line of {RULE}, and the question."
)


def read_prompt_file(path: str | Path) -> tuple[str, str]:
    """Read system text and question.

    A file that ends in ``.toml`` has both under these names; any other is text, the system before
    a line of three dashes and the question after it.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it cannot be read, has no question, or names an unknown placeholder.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path}: expected a prompt file, found none. {_HOW}")
    content = path.read_bytes()
    if len(content) > LONGEST:
        raise ValueError(f"{path.name}: expected a prompt of at most {LONGEST} bytes, found more")
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise ValueError(f"{path.name}: expected text in UTF-8, found something else. {_HOW}")
    read = _from_toml if path.suffix.lower() == ".toml" else _from_text
    system, question = (part.strip() for part in read(text, path.name))
    if not question:
        raise ValueError(f"{path.name}: expected a question, found none. {_HOW}")
    check_prompt(system, question, path.name)
    return system, question


def check_prompt(system: str, question: str, name: str) -> None:
    """See that both parts name only placeholders that they may.

    Raises
    ------
    ValueError
        Naming what is not known and all that is.
    """
    check_names(system, OF_RUN, f"{name}, system")
    check_names(question, [*OF_CLIP, *OF_RUN], f"{name}, question")


def _from_toml(text: str, name: str) -> tuple[str, str]:
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{name}: not TOML: {error}. {_HOW}") from None
    unknown = sorted(values.keys() - {"system", "question"})
    if unknown:
        raise ValueError(
            f"{name}: expected system and question, found {', '.join(unknown)}. {_HOW}"
        )
    parts = (values.get("system", ""), values.get("question", ""))
    if not all(isinstance(part, str) for part in parts):
        raise ValueError(f"{name}: expected system and question as text. {_HOW}")
    return parts


def _from_text(text: str, name: str) -> tuple[str, str]:
    lines = text.split("\n")
    rules = [place for place, line in enumerate(lines) if line.strip() == RULE]
    if len(rules) != 1:
        found = "none" if not rules else str(len(rules))
        raise ValueError(f"{name}: expected one line of {RULE}, found {found}. {_HOW}")
    return "\n".join(lines[: rules[0]]), "\n".join(lines[rules[0] + 1 :])
