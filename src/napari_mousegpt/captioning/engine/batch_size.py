"""How many rows fit on a device at once. Knows sizes in bytes, no model."""

from __future__ import annotations

PROBE = 8
"""Rows that are answered first, to see what one takes."""
MOST = 128
"""More rows at once gain little: the steps are no longer bound by reading the weights."""
FILLED = 0.85
"""Share of the free memory that is used: prompts differ, and others may want some."""


def rows_that_fit(taken_bytes: int, *, rows: int, free_bytes: int) -> int:
    """How many rows to take at once.

    Parameters
    ----------
    taken_bytes
        What ``rows`` rows took at their peak, weights not counted.
    free_bytes
        What the device has left beside the weights.

    Returns
    -------
    int
        A power of two from 1 to `MOST`.
    """
    fitting = int(free_bytes * FILLED / max(taken_bytes / rows, 1))
    return min(MOST, 1 << max(fitting, 1).bit_length() - 1)


class MemoryGauge:
    """What a GPU takes for rows, from when it is made."""

    def __init__(self, device: object) -> None:
        import torch

        self._device = device
        torch.cuda.reset_peak_memory_stats(device)
        self._before_bytes = torch.cuda.memory_allocated(device)

    def rows_that_fit(self, rows: int) -> int:
        """How many rows to take at once, after ``rows`` were answered."""
        import torch

        taken = torch.cuda.max_memory_allocated(self._device) - self._before_bytes
        free, _ = torch.cuda.mem_get_info(self._device)
        kept = torch.cuda.memory_reserved(self._device) - self._before_bytes
        return rows_that_fit(taken, rows=rows, free_bytes=free + kept)
