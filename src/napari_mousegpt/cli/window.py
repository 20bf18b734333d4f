"""Whether a window can be opened here, and what to do if not. Opens none."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import sys

BINDINGS = ("PySide6", "PyQt6")


def why_no_window() -> str | None:
    """Say why no window can be opened, and what to do; None if one can."""
    if not any(importlib.util.find_spec(name) for name in BINDINGS):
        return "no Qt binding is installed. Install one with: pip install 'napari-mousegpt[qt]'"
    if sys.version_info < (3, 12) and _version("PySide6-Essentials").startswith("6.12"):
        return (
            "PySide6 6.12 crashes on Python before 3.12. "
            "Mend it with: pip install 'PySide6-Essentials<6.12'"
        )
    display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and not display:
        return (
            "there is no display. Work at a screen, or put in front of the command: "
            'xvfb-run -a -s "-screen 0 1600x1200x24"'
        )
    return None


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def require_window() -> None:
    """Raise with what to do, if no window can be opened.

    Raises
    ------
    RuntimeError
        If there is no Qt binding or no display.
    """
    reason = why_no_window()
    if reason is not None:
        raise RuntimeError(f"napari cannot open a window: {reason}")
