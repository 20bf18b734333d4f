"""Agreement of what a recording says with people, files or other annotators. Knows no printing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from napari_mousegpt.analysis.agreement.agreement import Agreement, agreement
from napari_mousegpt.analysis.agreement.disagreements import disagreements
from napari_mousegpt.analysis.agreement.of_several import SeveralAgreement, agreement_of_several
from napari_mousegpt.analysis.agreement.points import point_agreement
from napari_mousegpt.analysis.agreement.tallies import DrawBy
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.workflows.behaviour_names import rename
from napari_mousegpt.workflows.described_part import describe_part
from napari_mousegpt.workflows.evaluate_beside import Beside, evaluate_beside
from napari_mousegpt.workflows.evaluate_descriptions import (
    DescriptionEvaluation,
    DescriptionSettings,
    evaluate_descriptions,
    evaluate_part,
)
from napari_mousegpt.workflows.evaluation_behaviours import alike, behaviours_compared, points_of
from napari_mousegpt.workflows.evaluation_settings import (
    EvaluationSettings,
    several_sides,
    two_sides,
)
from napari_mousegpt.workflows.evaluation_sides import Side, Sides, read_sides


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Agreement of two annotators, or of several, and where they differ.

    ``points`` is about point events (see `analysis.agreement.points`), empty without.
    ``descriptions`` says how far the descriptions of a run are true, None without any; ``beside``
    holds the measures of others against the same reference (see `evaluate_beside`).
    """

    agreement: Agreement | None
    several: SeveralAgreement | None
    points: pd.DataFrame
    disagreements: pd.DataFrame
    behaviours: tuple[str, ...]
    fps: float
    warnings: tuple[str, ...]
    descriptions: DescriptionEvaluation | None = None
    beside: pd.DataFrame = field(default_factory=pd.DataFrame)


def evaluate(path: str | Path, settings: EvaluationSettings) -> Evaluation:
    """Compare annotators of a recording, or of a label file.

    Parameters
    ----------
    path
        Recording folder or label file.
    settings
        ``against`` is a label file, a recording, or an annotator in ``path``, and is taken for the
        reference; without it all ``annotators`` of ``path`` (or everybody) are compared.

    Raises
    ------
    FileNotFoundError, ValueError
        If something cannot be read, or it is not clear whose bouts to compare.
    """
    sides = read_sides(path, fps=settings.fps)
    recording = sides.recording
    if recording is None or not recording.descriptions["valid"].any():
        return evaluate_sides(sides, settings)
    if settings.against is None and len(sides.everyone) < 2 and not settings.annotators:
        scored = evaluate_descriptions(recording, of_descriptions(settings))
        nothing, fps = pd.DataFrame(columns=["kind"]), settings.fps or recording.videos[0].fps
        return Evaluation(None, None, pd.DataFrame(), nothing, (), fps, (), scored)
    return _with_descriptions(sides, recording, settings)


def _with_descriptions(
    sides: Sides, recording: Recording, settings: EvaluationSettings
) -> Evaluation:
    if settings.against is None:
        result, reference, other = evaluate_sides(sides, settings), None, None
    else:
        reference, other, _ = two_sides(sides, settings, [])
        result = evaluate_sides(sides, settings, behaviours_needed=False)
        reference = reference.replace(bouts=rename(reference.bouts, dict(settings.mapping)))
    how = of_descriptions(settings)
    part = describe_part(recording, run_of(settings, other), reference)
    beside = result.beside
    if result.agreement is not None and reference is not None and other is not None:
        compared = [Beside(recording, reference, other, part)]
        beside = evaluate_beside(compared, result.behaviours, settings.tolerance_s)
    return replace(result, descriptions=evaluate_part(part, how), beside=beside)


def run_of(settings: EvaluationSettings, other: Side | None) -> str | None:
    """The run whose descriptions are scored: that chosen, else the one behind the annotator."""
    run = settings.described_by
    return other.runs[0] if run is None and other is not None and len(other.runs) == 1 else run


def of_descriptions(settings: EvaluationSettings) -> DescriptionSettings:
    """How descriptions are scored."""
    run, model = settings.described_by, settings.bert_model
    return DescriptionSettings(run, model, settings.n_draws, settings.seed)


def evaluate_sides(
    sides: Sides, settings: EvaluationSettings, *, behaviours_needed: bool = True
) -> Evaluation:
    """The same for annotators that are open already (see `evaluation_sides.Sides`), bouts only.

    Parameters
    ----------
    behaviours_needed
        Whether it is an error that the two have no behaviour in common; a warning if not.
    """
    warnings: list[str] = []
    if settings.against is None:
        chosen = several_sides(sides, settings.annotators)
        frames: Mapping[str, int] = sides.frames
    else:
        reference, other, frames = two_sides(sides, settings, warnings)
        chosen = [reference, other]
    fps = sides.fps
    if fps is None:
        raise ValueError(
            f"{sides.name} does not say its frame rate: give the one of the video with --fps"
        )
    return compare_sides(chosen, fps, frames, settings, warnings, needed=behaviours_needed)


def compare_sides(
    chosen: Sequence[Side],
    fps: float,
    frames: Mapping[str, int],
    settings: EvaluationSettings,
    warnings: list[str],
    *,
    needed: bool = True,
    draw_by: DrawBy | None = None,
) -> Evaluation:
    """The same for annotators that are chosen: the reference and the other, or any number."""
    chosen = alike(chosen, dict(settings.mapping), warnings)
    against = settings.against is not None
    behaviours = behaviours_compared(
        chosen, settings.behaviours, warnings, against=against, needed=needed
    )
    warnings += [problem for side in chosen for problem in side.problems]
    codings = {side.name: side.bouts for side in chosen}
    assessed = {side.name: side.assessed for side in chosen if side.assessed is not None}
    common: dict[str, Any] = {"behaviours": behaviours, "frames": frames, "assessed": assessed}
    two = several = None
    points = pd.DataFrame()
    if settings.against is not None:
        names = [name for name in points_of(chosen) if name in (settings.behaviours or (name,))]
        points = point_agreement(
            codings, fps=fps, tolerance_s=settings.tolerance_s, **common | {"behaviours": names}
        )
    if settings.against is not None and behaviours:
        two = agreement(
            chosen[0].bouts,
            chosen[1].bouts,
            names=(chosen[0].name, chosen[1].name),
            fps=fps,
            tolerance_s=settings.tolerance_s,
            n_draws=settings.n_draws,
            n_shifts=settings.n_shifts,
            seed=settings.seed,
            draw_by=draw_by,
            **common,
        )
        warnings += [*_no_better(two), *two.warnings]
    elif behaviours:
        several = agreement_of_several(
            codings,
            fps=fps,
            tolerance_s=settings.tolerance_s,
            seed=settings.seed,
            draw_by=draw_by,
            **common,
        )
    table = disagreements(codings, tolerance_frames=round(settings.tolerance_s * fps), **common)
    said = tuple(dict.fromkeys(warnings))
    return Evaluation(two, several, points, table, tuple(behaviours), fps, said)


def _no_better(two: Agreement) -> list[str]:
    """A sentence where bouts at other times agree as well: of no use, or of two films."""
    kappa = two.overall.set_index("measure").loc["kappa"]
    if not kappa["value"] <= kappa["shifted_high"]:
        return []
    return [
        f"{two.other} agrees with {two.reference} no better than with its bouts moved in time "
        f"(kappa {kappa['value']:.2f}, moved up to {kappa['shifted_high']:.2f}). Are both about "
        "one film?"
    ]
