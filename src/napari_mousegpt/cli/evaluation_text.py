"""An evaluation as text and as JSON. Knows no options."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from napari_mousegpt.cli.description_text import descriptions_json, descriptions_text
from napari_mousegpt.cli.plain_tables import number, ranges, records, table_text

if TYPE_CHECKING:
    from napari_mousegpt.analysis.agreement.agreement import Agreement
    from napari_mousegpt.analysis.agreement.of_several import SeveralAgreement
    from napari_mousegpt.workflows.evaluate import Evaluation


def text_of(result: Evaluation) -> str:
    """Tables for a terminal."""
    parts = [_two(result.agreement, result)] if result.agreement is not None else []
    parts += [_several(result.several, result)] if result.several is not None else []
    parts += [_points(result.points)] if len(result.points) else []
    parts += [_beside(result.beside)] if len(result.beside) > 1 else []
    parts += [descriptions_text(result.descriptions)] if result.descriptions is not None else []
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
            "overall": records(two.overall),
            "per_behaviour": records(two.behaviours),
            "confusion": {
                "codes": list(two.confusion),
                "frames": two.confusion.to_numpy().tolist(),
            },
        }
    if several is not None:
        values |= {
            "units": several.n_units,
            "coefficients": records(several.coefficients),
            "pairs": records(several.pairs),
        }
    kinds = result.disagreements["kind"].value_counts()
    values["points"] = records(result.points)
    values["disagreements"] = {str(kind): int(count) for kind, count in kinds.items()}
    values["beside"] = records(result.beside)
    scored = result.descriptions
    values["descriptions"] = None if scored is None else descriptions_json(scored)
    values["warnings"] = list(result.warnings)
    return values


def _two(two: Agreement, result: Evaluation) -> str:
    minutes = two.n_frames / result.fps / 60
    drawn = f"over {two.n_units} {two.unit}s" if two.n_units > 1 else "not possible"
    overall = pd.DataFrame(
        {
            "measure": two.overall["measure"],
            "value": [number(value) for value in two.overall["value"]],
            "95 % interval": ranges(two.overall, "low", "high"),
            "commonest": [number(value) for value in two.overall["majority"]],
            "moved in time": [number(value) for value in two.overall["shifted"]],
            "what it is": two.overall["meaning"],
        }
    )
    table = two.behaviours
    rows = pd.DataFrame(
        {
            "behaviour": table["behaviour"],
            "kappa": [number(value) for value in table["kappa"]],
            "interval": ranges(table, "kappa_low", "kappa_high"),
            "F1": [number(value) for value in table["f1"]],
            "moved": [number(value) for value in table["f1_shifted"]],
            "event F1": [number(value) for value in table["event_f1"]],
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
            table_text(overall, left=("measure", "what it is")),
            "",
            table_text(rows, left=("behaviour",)),
            "",
            "Seconds by what each of them says (rows: the reference)",
            table_text(confusion.reset_index(), left=(confusion.index.name,)),
        ]
    )


def _several(several: SeveralAgreement, result: Evaluation) -> str:
    table = several.coefficients
    rows = pd.DataFrame(
        {
            "behaviour": table["behaviour"],
            "Krippendorff's alpha": [number(value) for value in table["krippendorff_alpha"]],
            "95 % interval": ranges(table, "low", "high"),
            "Fleiss' kappa": [number(value) for value in table["fleiss_kappa"]],
            "minutes": [f"{frames / result.fps / 60:.1f}" for frames in table["frames"]],
        }
    )
    pairs = several.pairs.copy()
    for name in pairs.columns[3:]:
        pairs[name] = [number(value) for value in pairs[name]]
    return "\n".join(
        [table_text(rows, left=("behaviour",)), "", table_text(pairs, left=("first", "second"))]
    )


def _beside(beside: pd.DataFrame) -> str:
    rows = beside.copy()
    for name in rows.columns[1:]:
        rows[name] = [number(value) for value in rows[name]]
    return "\n".join(["Others against the same", "", table_text(rows, left=("who",))])


def _points(points: pd.DataFrame) -> str:
    rows = pd.DataFrame(
        {
            "point event": points["behaviour"],
            "F1": [number(value) for value in points["f1"]],
            "events": _pairs(points, "events_reference", "events_other", 0),
            "pairs": points["pairs"],
            "later by s": [number(value) for value in points["later_median_s"]],
        }
    )
    return table_text(rows, left=("point event",))


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
