"""pyqtgraph on the Qt binding that napari runs on, in the colours of its theme."""

from __future__ import annotations

import os
from dataclasses import dataclass

import qtpy

# pyqtgraph would take the first binding it finds, which need not be napari's.
os.environ.setdefault("PYQTGRAPH_QT_LIB", qtpy.API_NAME)

import pyqtgraph as pg

__all__ = ["ThemeColours", "pg", "theme_colours"]


@dataclass(frozen=True, slots=True)
class ThemeColours:
    """Colours of napari's present theme, as ``#rrggbb``."""

    background: str
    raised: str
    line: str
    text: str
    faint_text: str
    accent: str


def theme_colours() -> ThemeColours:
    """Read the theme that is set in napari's Preferences."""
    from napari.settings import get_settings
    from napari.utils.theme import get_theme

    theme = get_theme(get_settings().appearance.theme)
    return ThemeColours(
        background=theme.background.as_hex("long"),
        raised=theme.foreground.as_hex("long"),
        line=theme.primary.as_hex("long"),
        text=theme.text.as_hex("long"),
        faint_text=theme.secondary.as_hex("long"),
        accent=theme.current.as_hex("long"),
    )
