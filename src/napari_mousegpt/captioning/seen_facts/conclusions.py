"""What the eye concluded from the clips of one call, by their places. Knows no words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.captioning.seen_facts.agreeing_facts import likeliest_facts
from napari_mousegpt.captioning.seen_facts.fact_reader import FactReader, Seen
from napari_mousegpt.captioning.seen_facts.label_head import LabelHead
from napari_mousegpt.captioning.seen_facts.turn_words import turn_shares
from napari_mousegpt.datamodel.facts import Facts
from napari_mousegpt.datamodel.tables import SEEN

if TYPE_CHECKING:
    import torch


class Conclusions:
    """Reads facts of clips, and keeps them until the next call.

    Parameters
    ----------
    reader
        Of the model.
    spans_s, views
        What the model was taught, in its order.
    head
        What a person's labels add; None for the built-in behaviours.
    """

    def __init__(
        self,
        reader: FactReader,
        spans_s: Sequence[float],
        views: Sequence[str],
        head: LabelHead | None,
    ) -> None:
        self._reader, self._spans_s, self._views = reader, list(spans_s), list(views)
        self._head = head
        self._clips: Sequence[tuple[float, str]] = []
        self._found: dict[int, tuple[Facts, float]] = {}
        self._motion: dict[int, dict[str, float]] = {}

    @property
    def hidden_width(self) -> int:
        """How many values the conclusions rest on."""
        return self._reader.hidden_width

    def begin(self, clips: Sequence[Clip], spans_s: Sequence[float]) -> None:
        """Begin a call: the clips as the model sees them, and the spans that it is told."""
        self._clips = [
            (span_s, clip.camera_view) for clip, span_s in zip(clips, spans_s, strict=True)
        ]
        self._found, self._motion = {}, {}

    def conclude(self, places: Sequence[int], seen: torch.Tensor) -> None:
        """Take the visual tokens of clips, shape (tokens of all clips, width)."""
        concluded = self.read(places, seen)
        built_in = self._reader.values["behaviour"]
        logits = {name: values.double().numpy() for name, values in concluded.logits.items()}
        values, kinds = dict(self._reader.values), built_in
        if self._head is not None:
            logits["behaviour"] = self._head.logits(
                concluded.hidden.numpy(), logits["behaviour"], built_in
            )
            values["behaviour"], kinds = self._head.labels, self._head.kinds
        shares = {name: _shares(found) for name, found in logits.items()}
        if concluded.motion is not None:
            shares["turn"] = turn_shares(concluded.motion[:, 1].double().numpy())
        for row, place in enumerate(places):
            one = {name: found[row] for name, found in shares.items()}
            self._found[place] = likeliest_facts(one, values, kinds)
            if concluded.motion is not None:
                speed, turn = concluded.motion[row].tolist()
                self._motion[place] = dict(zip(SEEN, (max(speed, 0.0), turn), strict=True))

    def read(self, places: Sequence[int], seen: torch.Tensor) -> Seen:
        """What the layers say of the clips, with nothing decided."""
        import torch

        spans = [self._spans_s.index(self._clips[place][0]) for place in places]
        views = [self._views.index(self._clips[place][1]) for place in places]
        told = (torch.tensor(spans) / len(self._spans_s) - 0.5) * 3
        return self._reader.read(
            seen.reshape(len(places), -1, seen.shape[-1]), told, torch.tensor(views)
        )

    def motion(self, place: int) -> dict[str, float]:
        """How fast the body of a clip moves and how far it turns, by the names of `tables.SEEN`;
        nothing of a model that was not taught that.
        """
        return self._motion.get(place, {})

    def of(self, place: int) -> tuple[Facts, float]:
        """The facts of a clip, and how likely its behaviour is."""
        return self._found[place]


def _shares(logits: Any) -> Any:
    whole = np.logaddexp.reduce(logits, axis=1, keepdims=True)
    return np.exp(logits - whole)
