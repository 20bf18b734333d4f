"""``mousegpt evaluate``: agreement of a recording with people, files or other annotators."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from napari_mousegpt.cli.arguments import Fps, Json
from napari_mousegpt.cli.outcome import print_json, say

if TYPE_CHECKING:
    from napari_mousegpt.analysis.agreement.agreement import Agreement
    from napari_mousegpt.workflows.evaluate import Evaluation
    from napari_mousegpt.workflows.evaluate_controls import Controls

Text = Optional[str]  # noqa: UP045  (typer reads the annotations)
Texts = Optional[list[str]]  # noqa: UP045
File = Optional[Path]  # noqa: UP045
PICTURES = (".png", ".svg", ".pdf")


def _picture(path: Path | None) -> Path | None:
    if path is not None and path.suffix.lower() not in PICTURES:
        raise typer.BadParameter(f"expected a file ending {', '.join(PICTURES)}, found {path.name}")
    return path


def _page(path: Path | None) -> Path | None:
    if path is not None and path.suffix.lower() not in (".html", ".htm"):
        raise typer.BadParameter(f"expected a file ending .html, found {path.name}")
    return path


def evaluate(
    recordings: Annotated[
        list[Path], typer.Argument(help="Recording, several of them, or one label file.")
    ],
    against: Annotated[
        Text,
        typer.Option(
            "--against",
            help="The reference: a label file, a folder of them, a recording, or an annotator, run "
            "or source in it. Without it, all annotators are compared with each other.",
        ),
    ] = None,
    annotator: Annotated[
        Texts,
        typer.Option(
            "--annotator",
            help="Whose bouts: a person, a run, a tool, or person, model, rule. May be repeated.",
        ),
    ] = None,
    against_annotator: Annotated[
        Text, typer.Option("--against-annotator", help="Which annotator of the reference file.")
    ] = None,
    groups: Annotated[
        File,
        typer.Option("--groups", help="csv as for compare: which recordings are of one animal."),
    ] = None,
    same_film: Annotated[
        bool,
        typer.Option("--same-film", help="Both are of one film, whatever their lengths say."),
    ] = False,
    behaviours: Annotated[
        Texts, typer.Option("--behaviours", help="Compare only these, separated by commas.")
    ] = None,
    mapping: Annotated[
        Texts,
        typer.Option("--map", help="OLD=NEW, or a file of such pairs (csv, json); repeatable."),
    ] = None,
    tolerance_s: Annotated[
        float, typer.Option("--tolerance-s", min=0, help="How far borders may be apart.")
    ] = 0.5,
    fps: Fps = None,
    draws: Annotated[
        int, typer.Option("--draws", min=0, help="Bootstrap draws for the intervals.")
    ] = 1000,
    seed: Annotated[int, typer.Option("--seed", help="Of draws and shifts.")] = 0,
    output: Annotated[
        File, typer.Option("-o", "--output", help="Write every number to this csv.")
    ] = None,
    disagreements: Annotated[
        File, typer.Option("--disagreements", help="Write the spans that differ to this csv.")
    ] = None,
    plot: Annotated[
        File, typer.Option("--plot", callback=_picture, help="Confusion matrix as png, svg or pdf.")
    ] = None,
    described_by: Annotated[
        Text,
        typer.Option("--described-by", help="Run or tool whose descriptions are scored."),
    ] = None,
    bert_model: Annotated[
        File, typer.Option("--bert-model", help="Folder of a text model, for BERTScore.")
    ] = None,
    controls: Annotated[
        bool,
        typer.Option("--controls", help="Ask again with frames blanked, shuffled and swapped."),
    ] = False,
    control_windows: Annotated[
        int, typer.Option("--control-windows", min=4, help="In how many windows.")
    ] = 24,
    report: Annotated[
        File, typer.Option("--report", callback=_page, help="Write a page with pictures (html).")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say how far people, models and rules agree, and how true descriptions are."""
    from napari_mousegpt.cli.description_text import controls_json, controls_text
    from napari_mousegpt.cli.evaluation_text import json_of, text_of
    from napari_mousegpt.io.group_table import read_groups
    from napari_mousegpt.workflows.behaviour_names import read_mapping
    from napari_mousegpt.workflows.evaluate import evaluate as compare
    from napari_mousegpt.workflows.evaluate_several import evaluate_several
    from napari_mousegpt.workflows.evaluation_settings import EvaluationSettings
    from napari_mousegpt.workflows.evaluation_table import numbers_of

    if plot is not None and against is None:
        raise typer.BadParameter(
            "a confusion matrix has two sides: name one with --against", param_hint="--plot"
        )
    if groups is not None and len(recordings) < 2:
        raise typer.BadParameter("expected several recordings to draw", param_hint="--groups")
    names = [name.strip() for text in behaviours or () for name in text.split(",")]
    settings = EvaluationSettings(
        against=against,
        annotators=tuple(annotator or ()),
        against_annotator=against_annotator,
        behaviours=tuple(filter(None, names)),
        mapping=tuple(read_mapping(mapping or ()).items()),
        tolerance_s=tolerance_s,
        fps=fps,
        n_draws=draws,
        seed=seed,
        described_by=described_by,
        bert_model=bert_model,
        same_film=same_film,
    )
    animals = read_groups(groups) if groups is not None else None
    if len(recordings) == 1:
        result = compare(recordings[0], settings)
    else:
        result = evaluate_several(recordings, settings, animals=animals)
    asked_again = (
        _controls(recordings, result, described_by, control_windows, seed) if controls else None
    )
    notes = () if result.descriptions is None else result.descriptions.notes
    for warning in dict.fromkeys((*result.warnings, *notes)) if not as_json else ():
        say(f"warning: {warning}")
    if output is not None:
        numbers_of(result).to_csv(output, index=False)
    if disagreements is not None:
        result.disagreements.to_csv(disagreements, index=False)
    if plot is not None and result.agreement is not None:
        _plot(result.agreement, result.fps, plot)
    if report is not None:
        _report(result, asked_again, report)
    if as_json:
        values = json_of(result)
        if len(recordings) > 1:
            values["recordings"] = [str(path) for path in recordings]
        values["controls"] = None if asked_again is None else controls_json(asked_again)
        print_json(values)
    else:
        print(text_of(result))
        if asked_again is not None:
            print(f"\n{controls_text(asked_again)}")


def _plot(two: Agreement, fps: float, path: Path) -> None:
    from napari_mousegpt.analysis.agreement.picture import plot_confusion

    plot_confusion(two.confusion, path, names=(two.reference, two.other), fps=fps)


def _controls(
    recordings: Sequence[Path], result: Evaluation, run: str | None, n_windows: int, seed: int
) -> Controls:
    from napari_mousegpt.cli.jobs import open_all, run_steps
    from napari_mousegpt.workflows.evaluate_controls import run_controls

    if result.descriptions is None:
        names = " ".join(map(str, recordings))
        raise ValueError(
            f"{names}: expected descriptions to ask about again, found none. "
            f"Make them with: mousegpt caption {names}"
        )
    scored = result.descriptions.run
    asked = run or (scored.run_id if len(recordings) == 1 else scored.tool)
    opened = open_all(recordings)
    return run_steps(run_controls(*opened, described_by=asked, n_windows=n_windows, seed=seed))


def _report(result: Evaluation, controls: Controls | None, path: Path) -> None:
    from napari_mousegpt.cli.description_text import controls_text
    from napari_mousegpt.cli.evaluation_text import text_of
    from napari_mousegpt.workflows.evaluation_report import write_report

    texts = [text_of(result)] + ([controls_text(controls)] if controls is not None else [])
    write_report(result, texts, path)
