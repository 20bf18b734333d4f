"""The described window of the present frame, and what was corrected in it. Knows tables only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_mousegpt.datamodel.labels.corrections import LEVELS_TO_CORRECT
from napari_mousegpt.layers.said import SaidIndex, keywords_of

if TYPE_CHECKING:
    from napari_mousegpt.widgets.viewer_state import ViewerState


@dataclass(frozen=True, slots=True)
class WindowWords:
    """What is said of one animal in one window.

    Attributes
    ----------
    words
        Text by level; keywords with commas between.
    originals
        What the model said at the levels that were corrected.
    problem
        Why there is no description, None if there is one.
    """

    run_id: str
    video: str
    individual: str
    start: int
    stop: int
    words: dict[str, str]
    originals: dict[str, str]
    corrected_by: str | None
    problem: str | None

    @property
    def key(self) -> tuple[str, str, str, int, int]:
        """Which description it is, as `datamodel.labels.review.correct` wants it."""
        return self.run_id, self.video, self.individual, self.start, self.stop

    @property
    def is_changed(self) -> bool:
        """Whether a person says something else than the model, and does not only confirm it."""
        return any(self.words[level] != said for level, said in self.originals.items())

    @property
    def first_word(self) -> str:
        """The behaviour that it names, "" for none."""
        return (as_keywords(self.words["keywords"]) or [""])[0]

    @property
    def first_word_of_model(self) -> str:
        """The behaviour that the model named."""
        said = self.originals.get("keywords", self.words["keywords"])
        return (as_keywords(said) or [""])[0]


def words_at(state: ViewerState) -> WindowWords | None:
    """The window at the state's frame: of the animal looked at, else of the first described."""
    said = state.said
    if said is None:
        return None
    names = [state.individual] if state.individual else list(state.individuals)
    rows = (said.row_at(name, state.frame) for name in names)
    row = next((row for row in rows if row is not None), None)
    return None if row is None else _words(said, row)


def start_of_window(state: ViewerState, by: int) -> int | None:
    """Where the next window starts (``by`` 1) or the one before (-1); None if there is none."""
    shown, said = words_at(state), state.said
    if said is None:
        return None
    names = [shown.individual] if shown else [state.individual or "", *state.individuals]
    starts = next((said.by_individual[n][0] for n in names if n in said.by_individual), None)
    if starts is None:
        return None
    here = shown.start if shown is not None else state.frame
    if by > 0:
        place = int(np.searchsorted(starts, here, side="right"))
    else:
        place = int(np.searchsorted(starts, here, side="left")) - 1
    return int(starts[place]) if 0 <= place < len(starts) else None


def corrected_count(said: SaidIndex) -> tuple[int, int]:
    """How many windows of the run that is shown were corrected, and how many there are."""
    of_each = [rows for _, _, rows in said.by_individual.values()]
    rows = np.concatenate(of_each) if of_each else np.zeros(0, np.int64)
    if "corrected_by" not in said.table:
        return 0, len(rows)
    return int(said.table["corrected_by"].notna().to_numpy()[rows].sum()), len(rows)


def as_keywords(text: str) -> list[str]:
    """Words between commas or semicolons, each once."""
    words = (word.strip() for word in text.replace(";", ",").split(","))
    return list(dict.fromkeys(word for word in words if word))


def _words(said: SaidIndex, row: int) -> WindowWords:
    values = said.description(row)
    stored = values.get("original")
    before: dict[str, Any] = json.loads(stored) if isinstance(stored, str) else {}
    by = values.get("corrected_by")
    return WindowWords(
        str(values["run_id"]),
        str(values["video"]),
        str(values["individual"]),
        int(values["start"]),
        int(values["stop"]),
        {level: _text(values[level]) for level in LEVELS_TO_CORRECT},
        {level: _text(value) for level, value in before.items()},
        by if isinstance(by, str) else None,
        None if values["valid"] else _text(values["problem"]) or "no usable answer",
    )


def _text(value: str | Sequence[str] | None) -> str:
    if isinstance(value, str):
        return value
    return ", ".join(keywords_of(value))
