"""Whole sentences on the canvas, in napari's text overlay. Knows no animal and no layer."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from napari.components.canvas import Canvas

FONT_SIZE, SMALL_FONT_SIZE = 13.0, 10.0
MOST_SENTENCES = 4
_BOX_COLOUR = (0.04, 0.04, 0.06, 0.75)
_LETTER_PX_PER_POINT = 0.70 * 96 / 72
# Hard spaces widen the box, which napari otherwise makes a little too narrow.
_MARGIN = "\u00a0" * 3


class SentenceOverlay:
    """Shows sentences; gives the overlay back as it was found, hidden, when there are none."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._overlay = canvas.overlays.text
        self._sentences: Sequence[str] = ()
        canvas.events.size.connect(self._wrap)

    def show(self, sentences: Sequence[str]) -> None:
        """Show these sentences, one below the other."""
        before, self._sentences = self._sentences, sentences[:MOST_SENTENCES]
        if self._sentences:
            overlay = self._overlay
            overlay.font_size = SMALL_FONT_SIZE if len(self._sentences) > 1 else FONT_SIZE
            overlay.box, overlay.box_color, overlay.color = True, _BOX_COLOUR, "white"
            self._wrap()
            overlay.visible = True
        elif before:
            self._overlay.visible = False

    def move_to(self, side: str) -> None:
        """Stand at the ``top`` or ``bottom`` of the canvas."""
        if self._sentences:
            self._overlay.position = f"{side}_center"

    def _wrap(self) -> None:
        """Break a sentence into lines that fit the canvas; of several, each has one line."""
        if not self._sentences:
            return
        letter_px = _LETTER_PX_PER_POINT * self._overlay.font_size
        letters = max(24, int(0.9 * self._canvas.size[1] / letter_px))
        if len(self._sentences) > 1:
            lines = [textwrap.shorten(one, letters, placeholder=" …") for one in self._sentences]
        else:
            lines = textwrap.wrap(self._sentences[0], letters)
        self._overlay.text = "\n".join(f"{_MARGIN}{line}{_MARGIN}" for line in lines)
