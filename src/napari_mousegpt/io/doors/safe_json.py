"""JSON of bounded size and depth, also gzipped. Knows no schema.

Values of unknown files are taken apart with `entries`, `items`, `text` and `real`, which never
raise: what is not of the expected kind is empty.
"""

from __future__ import annotations

import gzip
import json
import math
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

JSON_LIMIT_BYTES = 64 << 20
"""Size of a JSON text, unpacked where it is gzipped."""
ATTRIBUTE_LIMIT = 16 << 20
"""Characters of a JSON text within another file."""


def read_json(
    path: Path,
    *,
    limit_bytes: int = JSON_LIMIT_BYTES,
    parse_float: Callable[[str], Any] | None = None,
) -> Any:
    """Read a JSON file in UTF-8, gzipped or not.

    Parameters
    ----------
    path
        Of the file.
    limit_bytes
        Size of the text beyond which nothing is parsed.
    parse_float
        What to make of the text of a number with a point; a float if None.

    Raises
    ------
    ValueError
        If it is no JSON, too large or too deep.
    OSError
        If it cannot be read.
    """
    content = _content(path, limit_bytes + 1)
    if len(content) > limit_bytes:
        raise ValueError(f"{path.name}: expected at most {limit_bytes} bytes of JSON, found more")
    try:
        return json.loads(content, parse_float=parse_float)
    except RecursionError:
        raise ValueError(
            f"{path.name}: expected JSON of moderate depth, found a deeper one"
        ) from None
    except ValueError as error:
        raise ValueError(f"{path.name}: expected JSON, found something else ({error})") from None


def parse_json(content: str) -> Any:
    """Parse a short text, such as an attribute; None if it is no JSON, too large or too deep."""
    if len(content) > ATTRIBUTE_LIMIT:
        return None
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def json_head(path: Path, n_bytes: int) -> str:
    """Read the beginning of a JSON text, gzipped or not."""
    return _content(path, n_bytes).decode("utf-8-sig", "replace")


def entries(value: Any) -> dict[str, Any]:
    """Return the object, or {} for anything else."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """Return the array, or [] for anything else."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str:
    """Return a string or number as text, or "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def real(value: Any) -> float:
    """Return a number as float, or NaN for anything else, also for one too large."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.nan


def _content(path: Path, n_bytes: int) -> bytes:
    with path.open("rb") as file:
        if file.read(2) != b"\x1f\x8b":
            file.seek(0)
            return file.read(n_bytes)
        file.seek(0)
        try:
            with gzip.open(file) as unpacked:
                return unpacked.read(n_bytes)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise ValueError(
                f"{path.name}: expected a gzip file, found a damaged one ({error})"
            ) from None
