"""Tables and numbers for a terminal and for JSON. Knows nothing about what they say."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd


def table_text(table: pd.DataFrame, *, left: tuple[str, ...]) -> str:
    """Columns under their names; those in ``left`` begin at the left, numbers end at the right."""
    cells = {str(name): [str(value) for value in table[name]] for name in table}
    widths = {name: max(map(len, [name, *column])) for name, column in cells.items()}
    lines = []
    for row in [list(cells), *map(list, zip(*cells.values(), strict=True))]:
        parts = [
            text.ljust(widths[name]) if name in left else text.rjust(widths[name])
            for name, text in zip(cells, row, strict=True)
        ]
        lines.append("  ".join(parts).rstrip())
    return "\n".join(lines)


def number(value: float) -> str:
    """Two decimals up to 1, one above, "-" for what is not known."""
    if not math.isfinite(value):
        return "-"
    return f"{value:.1f}" if abs(value) > 1 else f"{value:.2f}"


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain JSON values; what is not known is null."""
    return [
        {str(name): _plain(value) for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def ranges(table: pd.DataFrame, low: str, high: str) -> list[str]:
    """Intervals of each row, a dash where there is none."""
    bounds = zip(table[low], table[high], strict=True)
    return [f"{number(a)} to {number(b)}" if math.isfinite(a) else "-" for a, b in bounds]
