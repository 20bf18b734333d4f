"""pyqtgraph on the Qt binding that napari runs on, in the colours of its theme."""

from __future__ import annotations

import os
from dataclasses import dataclass

import qtpy

# pyqtgraph would take the first binding it finds, which need not be napari's.
os.environ.setdefault("PYQTGRAPH_QT_LIB", qtpy.API_NAME)

import pyqtgraph as pg

__all__ = ["ThemeColours", "pg", "still_plot", "theme_colours"]


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


def still_plot(background: str | None) -> pg.PlotWidget:
    """A plot that shows and is not moved about: no menus, no buttons, no panning."""
    plot = pg.PlotWidget(background=background)
    plot.setMenuEnabled(False)
    plot.setMouseEnabled(x=False, y=False)
    plot.hideButtons()
    # The menu is made all the same, and without a parent it would outlive the window.
    menu = plot.getPlotItem().ctrlMenu
    menu.setParent(plot, menu.windowFlags())
    return plot
