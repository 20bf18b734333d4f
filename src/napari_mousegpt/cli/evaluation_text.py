"""An evaluation as text and as JSON. Knows no options."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from napari_mousegpt.analysis.agreement.agreement import Agreement
    from napari_mousegpt.analysis.agreement.of_several import SeveralAgreement
    from napari_mousegpt.workflows.evaluate import Evaluation


def text_of(result: Evaluation) -> str:
    """Tables for a terminal."""
    parts = [_two(result.agreement, result)] if result.agreement is not None else []
    parts += [_several(result.several, result)] if result.several is not None else []
    parts += [_points(result.points)] if len(result.points) else []
    return "\n\n".join(parts)


def json_of(result: Evaluation) -> dict[str, Any]:
    """Everything as plain JSON values; what cannot be computed is null."""
    values: dict[str, Any] = {"behaviours": list(result.behaviours), "fps": result.fps}
    two, several = result.agreement, result.several
    if two is not None:
        values |= {
            "reference": two.reference,
            "other": two.other,
            "frames": two.n_frames,
            "several_share": two.several_share,
            "unit": two.unit,
            "units": two.n_units,
            "overall": _records(two.overall),
            "per_behaviour": _records(two.behaviours),
            "confusion": {
                "codes": list(two.confusion),
                "frames": two.confusion.to_numpy().tolist(),
            },
        }
    if several is not None:
        values |= {
            "units": several.n_units,
            "coefficients": _records(several.coefficients),
            "pairs": _records(several.pairs),
        }
    kinds = result.disagreements["kind"].value_counts()
    values["points"] = _records(result.points)
    values["disagreements"] = {str(kind): int(count) for kind, count in kinds.items()}
    values["warnings"] = list(result.warnings)
    return values


def _two(two: Agreement, result: Evaluation) -> str:
    minutes = two.n_frames / result.fps / 60
    drawn = f"over {two.n_units} {two.unit}s" if two.n_units > 1 else "not possible"
    overall = pd.DataFrame(
        {
            "measure": two.overall["measure"],
            "value": [_number(value) for value in two.overall["value"]],
            "95 % interval": _ranges(two.overall, "low", "high"),
            "commonest": [_number(value) for value in two.overall["majority"]],
            "moved in time": [_number(value) for value in two.overall["shifted"]],
            "what it is": two.overall["meaning"],
        }
    )
    table = two.behaviours
    rows = pd.DataFrame(
        {
            "behaviour": table["behaviour"],
            "kappa": [_number(value) for value in table["kappa"]],
            "interval": _ranges(table, "kappa_low", "kappa_high"),
            "F1": [_number(value) for value in table["f1"]],
            "moved": [_number(value) for value in table["f1_shifted"]],
            "event F1": [_number(value) for value in table["event_f1"]],
            "bouts": _pairs(table, "bouts_reference", "bouts_other", 0),
            "seconds": _pairs(table, "duration_reference_s", "duration_other_s", 1),
            "start off by s": _medians(table, "start"),
            "stop off by s": _medians(table, "stop"),
        }
    )
    said = (two.confusion.sum(axis=0) + two.confusion.sum(axis=1)) > 0
    confusion = (two.confusion.loc[said, said] / result.fps).round(1)
    confusion.index.name = f"{two.reference} \\ {two.other}"
    return "\n".join(
        [
            f"{two.other} against {two.reference}: {minutes:.1f} minutes that both assessed; "
            f"intervals {drawn}",
            "",
            _table(overall, left=("measure", "what it is")),
            "",
            _table(rows, left=("behaviour",)),
            "",
            "Seconds by what each of them says (rows: the reference)",
            _table(confusion.reset_index(), left=(confusion.index.name,)),
        ]
    )


def _several(several: SeveralAgreement, result: Evaluation) -> str:
    table = several.coefficients
    rows = pd.DataFrame(
        {
            "behaviour": table["behaviour"],
            "Krippendorff's alpha": [_number(value) for value in table["krippendorff_alpha"]],
            "95 % interval": _ranges(table, "low", "high"),
            "Fleiss' kappa": [_number(value) for value in table["fleiss_kappa"]],
            "minutes": [f"{frames / result.fps / 60:.1f}" for frames in table["frames"]],
        }
    )
    pairs = several.pairs.copy()
    for name in pairs.columns[3:]:
        pairs[name] = [_number(value) for value in pairs[name]]
    return "\n".join(
        [_table(rows, left=("behaviour",)), "", _table(pairs, left=("first", "second"))]
    )


def _points(points: pd.DataFrame) -> str:
    rows = pd.DataFrame(
        {
            "point event": points["behaviour"],
            "F1": [_number(value) for value in points["f1"]],
            "events": _pairs(points, "events_reference", "events_other", 0),
            "pairs": points["pairs"],
            "later by s": [_number(value) for value in points["later_median_s"]],
        }
    )
    return _table(rows, left=("point event",))


def _table(table: pd.DataFrame, *, left: tuple[str, ...]) -> str:
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


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "-"
    return f"{value:.1f}" if abs(value) > 1 else f"{value:.2f}"


def _ranges(table: pd.DataFrame, low: str, high: str) -> list[str]:
    bounds = zip(table[low], table[high], strict=True)
    return [f"{_number(a)} to {_number(b)}" if math.isfinite(a) else "-" for a, b in bounds]


def _pairs(table: pd.DataFrame, first: str, second: str, digits: int) -> list[str]:
    return [
        f"{a:.{digits}f} | {b:.{digits}f}" for a, b in zip(table[first], table[second], strict=True)
    ]


def _medians(table: pd.DataFrame, which: str) -> list[str]:
    columns = [table[f"{which}_error_{part}_s"] for part in ("median", "q25", "q75")]
    return [
        f"{median:+.2f} ({low:+.2f} to {high:+.2f})" if math.isfinite(median) else "-"
        for median, low, high in zip(*columns, strict=True)
    ]


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(name): _plain(value) for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
