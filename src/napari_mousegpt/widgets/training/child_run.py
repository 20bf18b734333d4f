"""One training in a process of its own, seen from the window's side. Knows no widget."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from napari_mousegpt.widgets.child_process import ChildProcess
from napari_mousegpt.widgets.training.request import TrainRequest


class ChildTraining(ChildProcess):
    """`steps` runs it; `cancel` ends it after the present step, with its state kept."""

    def __init__(self, request: TrainRequest) -> None:
        super().__init__(
            "napari_mousegpt.widgets.training.child_main",
            does="trains",
            kept="Train goes on from the last state.",
        )
        self._request = request

    def steps(self) -> Generator[tuple[str, dict[str, Any]], None, None]:
        """Yield what the process tells, as kind and values.

        Raises
        ------
        RuntimeError
            As `ChildProcess.told` does.
        """
        yield from self.told(self._request.to_line())
