"""Moments in a list, each with time, score and sentence; the words that matched stand out."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence

import pandas as pd
from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QLabel, QListWidget, QListWidgetItem

from napari_mousegpt.datamodel.matching_spans import IndividualSpan
from napari_mousegpt.widgets.chosen_windows import spans_of
from napari_mousegpt.widgets.timeline.clock import clock

SPAN = Qt.ItemDataRole.UserRole


class HitList(QListWidget):
    """One line for each moment.

    Signals
    -------
    visited
        The moment that was clicked, or on which Enter was pressed.
    """

    visited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.itemClicked.connect(self._on_item)
        self.itemActivated.connect(self._on_item)
        self._last: object = None

    @property
    def span(self) -> IndividualSpan | None:
        """The moment that is chosen here."""
        item = self.currentItem()
        return None if item is None else item.data(SPAN)

    @property
    def spans(self) -> tuple[IndividualSpan, ...]:
        """All moments, in order."""
        return tuple(self.item(place).data(SPAN) for place in range(self.count()))

    def show_moments(
        self, table: pd.DataFrame, time_s: Callable[[int], float], *, score: str
    ) -> None:
        """List rows of an interval table with ``overall``.

        Parameters
        ----------
        score
            Column to show as a number, left out where there is none.
        """
        self.clear()
        matched = table["matched"] if "matched" in table else [()] * len(table)
        scores = table[score] if score in table else [None] * len(table)
        said = table["overall"].fillna("")
        rows = zip(spans_of(table), said, scores, matched, strict=True)
        for span, sentence, value, words in rows:
            start, stop = (clock(time_s(frame), 1) for frame in (span.start, span.stop))
            first = f"{start} to {stop} · {span.individual}"
            if value is not None:
                first += f" · {value:.2f}"
            if len(words):
                first += f" · {', '.join(words)}"
            item = QListWidgetItem()
            item.setData(SPAN, span)
            label = QLabel(f"<b>{html.escape(first)}</b><br>{marked(str(sentence), words)}")
            label.setWordWrap(True)
            label.setMargin(3)
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self.addItem(item)
            self.setItemWidget(item, label)
        self._fit()

    def resizeEvent(self, event) -> None:
        """Give each line the height that its words need."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        width = self.viewport().width()
        for place in range(self.count()):
            item = self.item(place)
            label = self.itemWidget(item)
            if label is not None:
                hint = label.sizeHint()
                hint.setWidth(width)
                hint.setHeight(label.heightForWidth(width) + 4)
                item.setSizeHint(hint)

    def _on_item(self, item: QListWidgetItem) -> None:
        self.visited.emit(item.data(SPAN))


def marked(sentence: str, words: Sequence[str]) -> str:
    """A sentence as rich text with these words in bold."""
    text = html.escape(sentence)
    for word in sorted({str(one) for one in words}, key=len, reverse=True):
        pattern = re.compile(rf"\b{re.escape(html.escape(word))}\w*", re.IGNORECASE)
        text = pattern.sub(lambda found: f"<u>{found.group()}</u>", text)
    return text
