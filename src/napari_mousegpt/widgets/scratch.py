"""A folder for files that nobody keeps. Gone when the session ends."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path


@cache
def scratch_folder() -> Path:
    """Return the session's folder, made at the first call."""
    folder = Path(tempfile.mkdtemp(prefix="mousegpt-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
