"""Files that can be made again: indices and scrub proxies, in the user's cache folder.

Keyed by the content they were made from, bounded in size, safe to delete at any time.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import platformdirs

ENVIRONMENT = "MOUSEGPT_CACHE"
"""Names another folder, such as one on a bigger disk."""


def cache_folder() -> Path:
    """The folder, made if need be.

    Raises
    ------
    OSError
        If it cannot be made.
    """
    named = os.environ.get(ENVIRONMENT)
    folder = Path(named) if named else Path(platformdirs.user_cache_dir("napari-mousegpt", False))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def cached_file(content: str, name: str) -> Path:
    """Where the file made from this content is, or will be; using it marks it as fresh.

    Parameters
    ----------
    content
        Fingerprint of what it is made from (`fingerprint.fingerprint`).
    name
        What it is, with every parameter and revision that changes it: ``proxy-480-1.mkv``.
    """
    path = cache_folder() / f"{content[:32]}-{name}"
    with contextlib.suppress(OSError):
        if path.exists():
            path.touch()
    return path


def trim_cache(limit_bytes: int) -> list[Path]:
    """Delete what was not used for longest until no more than this is left; return what went."""
    found = []
    for path in cache_folder().iterdir():
        with contextlib.suppress(OSError):
            state = path.stat()
            found.append((state.st_mtime, state.st_size, path))
    total = sum(size for _, size, _ in found)
    gone = []
    for _, size, path in sorted(found):
        if total <= limit_bytes:
            break
        with contextlib.suppress(OSError):
            path.unlink()
            gone.append(path)
            total -= size
    return gone
