"""``mousegpt calibrate``: a captioner's confidence mended by what people labelled."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from napari_mousegpt.cli.arguments import Json
from napari_mousegpt.cli.jobs import open_all
from napari_mousegpt.cli.outcome import print_json

if TYPE_CHECKING:
    from napari_mousegpt.workflows.calibrate import Calibrated

SHOWN_COVERAGES = (0.5, 0.8, 1.0)


def calibrate(
    recordings: Annotated[
        list[Path], typer.Argument(help="Described recordings in which people labelled.")
    ],
    unsure_below: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(
            "--unsure-below",
            min=0.0,
            max=1.0,
            help="Windows that are right less often than this are no bouts, and reviewed first.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Learn from labels how often a captioner is right that says how sure it is."""
    from napari_mousegpt.workflows.calibrate import calibrate as learn

    found = learn(open_all(recordings), unsure_below=unsure_below)
    if as_json:
        print_json(_summary(found))
    else:
        print(_in_words(found))


def _summary(found: Calibrated) -> dict[str, Any]:
    return {
        "recordings": [str(one.folder) for one in found.recordings],
        "windows": found.judged,
        "right": found.right,
        "method": found.rule.method,
        "brier_left_out": dict(zip(found.ways["way"], found.ways["brier"], strict=True)),
        "brier_as_said": found.brier,
        "expected_calibration_error_as_said": found.expected_error,
        "risk_coverage": found.risk_coverage.to_dict("records"),
        "unsure": found.unsure,
    }


def _in_words(found: Calibrated) -> str:
    ways = ", ".join(f"{row.way} {row.brier:.3f}" for row in found.ways.itertuples())
    lines = [
        f"{found.judged} judged windows, {100 * found.right:.0f} % right. Confidence as said: "
        f"Brier {found.brier:.3f}, expected calibration error {found.expected_error:.3f}.",
        f"Read by: {found.rule.method} (Brier on what was left out: {ways}).",
    ]
    for coverage in SHOWN_COVERAGES:
        kept = found.risk_coverage[found.risk_coverage["coverage"] <= coverage]
        if len(kept):
            row = kept.iloc[-1]
            lines.append(
                f"The surest {100 * row['coverage']:.0f} % (from {row['threshold']:.2f} on): "
                f"{100 * row['risk']:.0f} % wrong."
            )
    if found.unsure:
        lines.append(f"{found.unsure} windows are unsure: no bouts, and first in the review queue.")
    return "\n".join(lines)
