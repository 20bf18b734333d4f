"""Names in PyTables attributes, spelled as protocol-0 pickles. Knows no class, calls nothing.

pandas keeps the column names of a table in such attributes. A pickle is a program, so
it is not run here: each of the twelve instructions that a list of names needs is carried out by
the lines below, and any other is refused before the first one is carried out.
"""

from __future__ import annotations

import pickletools
from typing import Any

SIZE_LIMIT = 1 << 20
"""Bytes; HDF5 itself keeps ordinary attributes under 64 KiB."""

INSTRUCTIONS = frozenset(
    (
        "MARK",
        "LIST",
        "DICT",
        "TUPLE",
        "UNICODE",
        "INT",
        "LONG",
        "PUT",
        "GET",
        "APPEND",
        "SETITEM",
        "STOP",
    )
)

_MARK = object()


def loads(data: bytes) -> Any:
    """Build the lists, tuples, dictionaries, strings and integers that ``data`` spells.

    Parameters
    ----------
    data
        A protocol-0 pickle, as read from an attribute.

    Raises
    ------
    ValueError
        If ``data`` is larger than `SIZE_LIMIT`, holds an instruction outside `INSTRUCTIONS`
        (one that would import or call something, for example) or is not a whole pickle.
    """
    if len(data) > SIZE_LIMIT:
        raise ValueError(f"expected a header of at most {SIZE_LIMIT} bytes, found {len(data)}")
    try:
        program = [(opcode.name, argument) for opcode, argument, _ in pickletools.genops(data)]
    except Exception as error:  # the disassembler has no closed list of complaints
        raise ValueError(f"expected a list of names, found damaged bytes: {error}") from None
    foreign = sorted({name for name, _ in program} - INSTRUCTIONS)
    if foreign:
        raise ValueError(
            "expected a header that spells names and numbers only, found the pickle "
            f"instruction(s) {', '.join(foreign)}, which could run code; nothing was run"
        )
    try:
        return _carry_out(program)
    except (IndexError, KeyError, TypeError, AttributeError):
        raise ValueError("expected a list of names, found damaged bytes") from None


def _carry_out(program: list[tuple[str, Any]]) -> Any:
    stack: list[Any] = []
    memo: dict[int, Any] = {}
    for name, argument in program:
        match name:
            case "MARK":
                stack.append(_MARK)
            case "LIST":
                stack.append(_since_mark(stack))
            case "TUPLE":
                stack.append(tuple(_since_mark(stack)))
            case "DICT":
                items = _since_mark(stack)
                stack.append({_key(k): v for k, v in zip(items[::2], items[1::2], strict=False)})
            case "UNICODE" | "INT" | "LONG":
                stack.append(argument)
            case "PUT":
                memo[argument] = stack[-1]
            case "GET":
                stack.append(memo[argument])
            case "APPEND":
                item = stack.pop()
                stack[-1].append(item)
            case "SETITEM":
                value, key = stack.pop(), stack.pop()
                stack[-1][_key(key)] = value
    if stack[-1] is _MARK:
        raise TypeError
    return stack.pop()


def _since_mark(stack: list[Any]) -> list[Any]:
    items = []
    while (item := stack.pop()) is not _MARK:
        items.append(item)
    return items[::-1]


def _key(key: Any) -> str | int:
    if not isinstance(key, (str, int)):
        raise TypeError  # hashing a deeply nested tuple would overflow the C stack
    return key
