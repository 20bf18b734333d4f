"""What a captioner gets right of held-out records while it is trained. Knows no weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from napari_mousegpt.training.batches import evenly_chosen
from napari_mousegpt.training.fact_accuracy import FactAccuracy, fact_accuracy
from napari_mousegpt.training.held_out_parts import (
    LEARNED,
    SAME,
    HeldOutParts,
    held_out_parts,
)
from napari_mousegpt.training.records import Record
from napari_mousegpt.training.settings import TrainSettings
from napari_mousegpt.training.shown_records import ShownRecords


class Measuring:
    """Describes held-out windows as captioning does, and compares with what is known.

    Attributes
    ----------
    apart
        How the windows that the step is chosen on stand apart from those that are reported on (see
        `held_out_parts.HeldOutParts`).
    choosing, reporting
        The records of either, rare behaviours as often as frequent ones.
    """

    def __init__(
        self,
        captioner: Any,
        shown: ShownRecords,
        records: Sequence[Record],
        settings: TrainSettings,
        *,
        apart: str | None = None,
    ) -> None:
        self._captioner, self._shown = captioner, shown
        parts = held_out_parts(records, seed=settings.seed)
        if apart == LEARNED:
            held = tuple(record for record in records if record.held_out)
            parts = HeldOutParts((), held, LEARNED)
        self.apart = parts.apart
        self.choosing = _evenly(parts.choosing, settings.measured_windows)
        self.reporting = _evenly(parts.reporting, settings.measured_windows)

    @property
    def is_apart(self) -> bool:
        """Whether the result is reported on windows that the step is not chosen on."""
        return self.apart != SAME

    def of(self, records: Sequence[Record]) -> FactAccuracy:
        """Describe records with the network as it is now."""
        self._captioner._network.eval()
        clips = [self._shown.measured(record) for record in records]
        answers = self._captioner.describe(clips) if clips else []
        return fact_accuracy(
            [answer.text for answer in answers], [record.known() for record in records]
        )


def _evenly(records: Sequence[Record], number: int) -> tuple[Record, ...]:
    places = evenly_chosen([record.behaviour for record in records], number)
    return tuple(records[place] for place in places)
