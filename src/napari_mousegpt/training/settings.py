"""What a person chooses for training. Knows no records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Method = Literal["head", "adapter", "full"]
LARGE_PARAMETERS = 500_000_000


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """How a captioner is trained; the defaults are those of the command and the dock.

    Attributes
    ----------
    method
        ``head`` fits a layer behind what the built-in model sees, in a minute and from few labels;
        ``adapter`` trains a LoRA adapter, ``full`` all weights of a small model.
    rank
        Of the adapter.
    learning_rate
        At its highest; the usual one for an adapter or all weights if None.
    epochs
        At most, over as many records as there are.
    batch_size
        Windows per step; as many at once as memory holds, the rest in turn.
    patience
        Measurements without a better one after which training ends.
    measure_every
        Steps between measurements on held-out animals; once an epoch if None.
    measured_windows
        Held-out windows that are described at each measurement.
    augment
        Show windows also turned, mirrored and in other light.
    kinematics_share
        How often the words of the kinematics are shown, where the prompt has them: a model that
        always reads them need not look.
    save_every_s
        Seconds between states on disk.
    """

    method: Method = "adapter"
    rank: int = 16
    learning_rate: float | None = None
    epochs: int = 20
    batch_size: int = 8
    patience: int = 5
    measure_every: int | None = None
    measured_windows: int = 64
    augment: bool = True
    kinematics_share: float = 0.5
    save_every_s: float = 60.0
    seed: int = 0

    @property
    def rate(self) -> float:
        """The learning rate at its highest, for a small model where none is chosen."""
        return self.learning_rate or (1e-4 if self.method == "full" else 2e-3)

    def for_size(self, parameters: int) -> TrainSettings:
        """The settings with the rate that is usual for a model of so many parameters."""
        if self.learning_rate is not None or parameters <= LARGE_PARAMETERS:
            return replace(self, learning_rate=self.rate)
        return replace(self, learning_rate=1e-5 if self.method == "full" else 2e-4)
