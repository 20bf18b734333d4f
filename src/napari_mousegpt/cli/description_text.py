"""How true descriptions are, as text and as JSON. Knows no options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from napari_mousegpt.cli.plain_tables import number, ranges, records, table_text

if TYPE_CHECKING:
    from napari_mousegpt.workflows.evaluate_calibration import Calibration
    from napari_mousegpt.workflows.evaluate_controls import Controls
    from napari_mousegpt.workflows.evaluate_descriptions import DescriptionEvaluation
    from napari_mousegpt.workflows.pose_contradictions import PoseChecked

FROM = {
    "labels": "by people's labels (posture and paws only where they follow from the behaviour)",
    "corrections": "by descriptions that people corrected",
    "poses": "by poses, where they are clear",
}
MEASURES = ("precision", "recall", "hallucination", "abstention")
MOST_SHOWN = 10


def descriptions_text(scored: DescriptionEvaluation) -> str:
    """Tables for a terminal."""
    model = scored.run.model if scored.run.model != scored.run.tool else None
    who = " ".join(filter(None, (scored.run.tool, model)))
    several = scored.n_recordings > 1
    which = f"{scored.n_recordings} recordings" if several else f"run {scored.run.run_id[:8]}"
    parts = [
        f"Descriptions by {who}, {which}: {scored.valid} of {scored.windows} windows validly "
        "described"
    ]
    parts += [
        _facts(scored, truth) for truth in FROM if truth in set(scored.facts.get("truth", []))
    ]
    parts += [_pose(scored.pose)] if scored.pose is not None else []
    parts += [_calibration(scored.calibration)] if scored.calibration is not None else []
    if scored.words:
        said = ", ".join(
            f"{name} {number(value)}" for name, value in scored.words.items() if name != "windows"
        )
        parts.append(
            f"Wording against {scored.words['windows']:.0f} corrected descriptions, for the "
            f"record: {said}"
        )
    return "\n\n".join(parts)


def controls_text(found: Controls) -> str:
    """Table and verdict."""
    table = found.looking.table
    rows = pd.DataFrame(
        {
            "answers compared": table["control"],
            "pairs": table["windows"],
            "same facts": [number(value) for value in table["same"]],
            "95 %": ranges(table, "low", "high"),
        }
    )
    lines = [
        "Asked again with other frames",
        "",
        table_text(rows, left=("answers compared",)),
        "",
        found.looking.verdict or "Nothing can be said: too few facts were stated.",
    ]
    return "\n".join(lines + ([f"({found.note})"] if found.note else []))


def descriptions_json(scored: DescriptionEvaluation) -> dict[str, Any]:
    """Everything as plain JSON values."""
    values: dict[str, Any] = {
        "run_id": scored.run.run_id,
        "captioner": scored.run.tool,
        "model": scored.run.model,
        "windows": scored.windows,
        "valid": scored.valid,
        "unit": scored.unit,
        "units": scored.n_units,
        "facts": records(scored.facts),
        "wording": {k: None if v != v else v for k, v in scored.words.items()},
        "pose_check": None,
        "calibration": None,
        "notes": list(scored.notes),
    }
    if scored.pose is not None:
        flagged = scored.pose.windows.dropna(subset="contradicts").drop(columns="run_id")
        values["pose_check"] = {
            "judged": scored.pose.judged,
            "contradicted": scored.pose.flagged,
            "rate": scored.pose.rate if scored.pose.judged else None,
            "by_fact": records(scored.pose.by_fact),
            "windows": records(flagged),
        }
    if scored.calibration is not None:
        one = scored.calibration
        values["calibration"] = {
            "windows": one.windows,
            "right": one.right,
            "brier": one.brier,
            "brier_of_the_mean": one.brier_of_the_mean,
            "expected_calibration_error": one.expected_error,
            "risk_coverage": records(one.risk_coverage),
        }
    return values


def controls_json(found: Controls) -> dict[str, Any]:
    """Everything as plain JSON values."""
    return {
        "compared": records(found.looking.table),
        "looks": found.looking.looks,
        "verdict": found.looking.verdict,
        "unit": found.looking.unit,
        "units": found.looking.n_units,
        "note": found.note,
    }


def _facts(scored: DescriptionEvaluation, truth: str) -> str:
    facts = scored.facts[scored.facts["truth"] == truth]
    first = facts[facts["who"] == scored.run.tool]
    rows = {
        "fact": first["fact"].tolist(),
        "windows": first["windows"].tolist(),
        **{name: [number(value) for value in first[name]] for name in MEASURES},
        "precision, 95 %": ranges(first, "precision_low", "precision_high"),
    }
    for who, other in facts.groupby("who", sort=False):
        if who != scored.run.tool:
            aligned = other.set_index("fact").reindex(first["fact"])
            rows[f"{who}"] = [
                f"{number(a)} | {number(b)}"
                for a, b in zip(aligned["precision"], aligned["recall"], strict=True)
            ]
    return "\n".join(
        [
            f"Facts {FROM[truth]}; beside it precision | recall of others",
            "",
            table_text(pd.DataFrame(rows), left=("fact",)),
        ]
    )


def _pose(pose: PoseChecked) -> str:
    if not pose.judged:
        return "Poses could refute none of the statements"
    head = (
        f"Contradicts the pose: {pose.flagged} of {pose.judged} windows ({100 * pose.rate:.0f} %) "
        "in which poses could refute something"
    )
    flagged = pose.windows.dropna(subset="contradicts")
    lines = [
        f"  {row.video} {row.individual} {row.start}:{row.stop}  {row.contradicts}"
        for row in flagged.head(MOST_SHOWN).itertuples()
    ]
    more = len(flagged) - len(lines)
    return "\n".join([head, *lines, *([f"  and {more} more"] if more > 0 else [])])


def _calibration(one: Calibration) -> str:
    curve = one.risk_coverage
    kept = [
        f"{100 * row.coverage:.0f} %: {100 * row.risk:.0f} %"
        for share in (0.5, 0.8, 1.0)
        for row in [curve.iloc[(curve["coverage"] - share).abs().argmin()]]
    ]
    return (
        f"Confidence, {one.windows} windows, {100 * one.right:.0f} % right: Brier "
        f"{number(one.brier)} (always saying {one.right:.2f} gives "
        f"{number(one.brier_of_the_mean)}), calibration error {number(one.expected_error)}\n"
        f"Wrong among the surest {', '.join(kept)}"
    )
