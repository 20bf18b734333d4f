"""Films that are stepped through side by side: all are asked at once and share one patience.

Napari slices one layer after the other. If each waited for its own frame, four cameras would wait
four times as long; so the first one sliced asks for all. Knows no layer.
"""

from __future__ import annotations

import time
import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from napari_mousegpt.layers.film.shown_film import ShownFilm


class Together:
    """Films of one clock, frame n of each being on at the same moment; alone at first."""

    def __init__(self) -> None:
        self._films: weakref.WeakSet[ShownFilm] = weakref.WeakSet()
        self._item: int | None = None
        self._until_s = 0.0
        self._served: weakref.WeakSet[ShownFilm] = weakref.WeakSet()

    def add(self, film: ShownFilm) -> None:
        """Let a film be asked with the others."""
        self._films.add(film)

    @property
    def watched(self) -> list[ShownFilm]:
        """Films that are on the canvas."""
        return [film for film in self._films if film.watched]

    def begin(self, film: ShownFilm, item: int, patience_s: float) -> float:
        """Have the others asked for this step too; return until when to wait (`time.monotonic`)."""
        now_s = time.monotonic()
        if item != self._item:
            self._item, self._until_s = item, now_s + patience_s
            self._served = weakref.WeakSet()
            for other in self.watched:
                if other is not film:
                    other.expect(item)
        elif film in self._served:  # looked at again, by itself
            return now_s + patience_s
        self._served.add(film)
        return self._until_s
