"""``mousegpt compare``: do groups of animals differ, and by how much."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Optional

import typer

from napari_mousegpt.cli.arguments import Json
from napari_mousegpt.cli.outcome import print_json, say
from napari_mousegpt.cli.profile import (
    Annotator,
    Recordings,
    RunName,
    Seed,
    Source,
    Zones,
    doubts,
    open_all,
)

Names = Optional[list[str]]  # noqa: UP045  (typer reads the annotations)
Groups = Annotated[
    Path,
    typer.Option("--groups", help="csv: recording or animal, group; cage, epoch, start_s, stop_s."),
]


def compare(
    recordings: Recordings,
    groups: Groups,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder to write to.")],
    source: Source = None,
    run: RunName = None,
    annotator: Annotator = None,
    zones: Zones = None,
    measure: Annotated[
        Names,
        typer.Option("--measure", help="Such as budget or 'rearing: budget'; may be repeated."),
    ] = None,
    covariate: Annotated[
        Names, typer.Option("--covariate", help="Column of the csv; may be repeated.")
    ] = None,
    reference: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--reference", help="Group that others are compared with."),
    ] = None,
    alpha: Annotated[
        float, typer.Option("--fdr", min=0.0, max=1.0, help="False discovery rate.")
    ] = 0.05,
    permutations: Annotated[
        int, typer.Option("--permutations", min=99, help="If there are too many to try all.")
    ] = 9999,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Compare groups with the animal as the unit: tests, effect sizes, figures, methods text."""
    from napari_mousegpt.analysis.groups.compare import CompareSettings
    from napari_mousegpt.analysis.groups.compare_words import findings, methods_text, warnings_of
    from napari_mousegpt.analysis.profile.voice import VoiceChoice
    from napari_mousegpt.analysis.profile.zones import read_zones
    from napari_mousegpt.io.group_table import read_groups
    from napari_mousegpt.workflows import compare as comparing
    from napari_mousegpt.workflows.profile import ProfileSettings

    profiling = ProfileSettings(
        choice=VoiceChoice(source, run, annotator),
        zones=tuple(read_zones(zones)) if zones else (),
        n_orders=0,
    )
    table = read_groups(groups)
    cohort = comparing.cohort_profile(open_all(recordings), table, profiling, source=groups.name)
    found = comparing.compare_recordings(
        cohort,
        CompareSettings(alpha=alpha, n_permutations=permutations, seed=seed),
        measures=measure,
        covariates=covariate or (),
        reference=reference,
    )
    for sentence in (*doubts(cohort.profile), *warnings_of(found)):
        say(f"warning: {sentence}")
    files = comparing.write_comparison(found, output, voices=cohort.profile.voices)
    said = findings(found)
    if as_json:
        tests = json.loads(found.tests.to_json(orient="records", double_precision=10))
        print_json(
            {
                "tests": tests,
                "findings": said,
                "methods": methods_text(found),
                "files": [str(path) for path in files],
            }
        )
        return
    print("\n".join(said) or f"no measure differs at a false discovery rate of {alpha:g}")
    print(f"{len(files)} files in {output}")
