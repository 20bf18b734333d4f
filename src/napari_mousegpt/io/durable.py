"""Writing so that nothing is half written: whole files replaced, lines appended and synced."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any


def replace_file(path: Path, write: Callable[[Path], None], *, synced: bool = True) -> None:
    """Let ``write`` fill a file beside ``path``, sync it, and put it in place of ``path``.

    Whatever happens before the last step, the old file is still there and whole. Not synced, which
    is soon done, a power cut may leave a broken file: only for what can be made again.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.new")
    try:
        write(beside)
        if synced:
            with beside.open("rb+") as file:
                os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        if error.filename == str(beside):  # people know the file they asked for, not this one
            error.filename = str(path)
        raise
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
    if synced:
        sync_folder(path.parent)


def write_json(path: Path, value: Any) -> None:
    """Replace ``path`` by this value as indented JSON."""
    text = json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False)
    replace_file(path, lambda beside: _write_text(beside, text + "\n"))


def append_lines(path: Path, values: Iterable[Any]) -> None:
    """Append each value as one line of JSON, and sync once.

    A line that an earlier kill left unfinished is cut off first.
    """
    lines = [json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n" for value in values]
    if not lines:
        return
    with path.open("ab+") as file:
        file.truncate(end_of_last_line(file))
        file.write("".join(lines).encode())
        file.flush()
        os.fsync(file.fileno())


def read_lines(path: Path, from_byte: int = 0) -> tuple[list[Any], int]:
    """Read the values of all whole lines from ``from_byte`` on.

    Returns
    -------
    values, end
        ``end`` is the byte behind the last whole line.

    Raises
    ------
    ValueError
        If a whole line is not JSON.
    """
    if not path.exists():
        return [], 0
    with path.open("rb") as file:
        file.seek(from_byte)
        content = file.read()
    whole = content[: content.rfind(b"\n") + 1]
    values = []
    for number, line in enumerate(whole.splitlines(), 1):
        if not line.strip():
            continue
        try:
            values.append(json.loads(line))
        except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
            raise ValueError(
                f"{path.name}: line {number} after byte {from_byte} is not JSON ({error}). "
                "Mend or delete that line; all others are whole."
            ) from None
    return values, from_byte + len(whole)


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def end_of_last_line(file: Any) -> int:
    """Byte behind the last newline; searched from the end in blocks, as journals grow long."""
    position = file.seek(0, os.SEEK_END)
    while position:
        step = min(position, 1 << 16)
        position -= step
        file.seek(position)
        newline = file.read(step).rfind(b"\n")
        if newline >= 0:
            return position + newline + 1
    return 0


def sync_folder(folder: Path) -> None:
    """Make a rename itself durable, where the system can (Windows cannot open folders)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
