"""``mousegpt predict``: can groups be told from behaviour, and by what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Optional

import typer

from napari_mousegpt.cli.arguments import Json
from napari_mousegpt.cli.compare import Groups
from napari_mousegpt.cli.outcome import print_json, say
from napari_mousegpt.cli.profile import Annotator, Recordings, RunName, Seed, Source, open_all


def _model(text: str) -> str:
    if text not in ("logistic", "forest"):
        raise typer.BadParameter(f"expected logistic or forest, found {text!r}")
    return text


def predict(
    recordings: Recordings,
    groups: Groups,
    output: Annotated[
        Optional[Path],  # noqa: UP045  (typer reads the annotations)
        typer.Option("-o", "--output", help="Folder to write to."),
    ] = None,
    model: Annotated[
        str, typer.Option("--model", callback=_model, help="logistic or forest.")
    ] = "logistic",
    source: Source = None,
    run: RunName = None,
    annotator: Annotator = None,
    transitions: Annotated[
        bool, typer.Option("--transitions", help="Also use probabilities of transitions.")
    ] = False,
    table: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--table", help="csv of further features by recording, as mean embeddings."),
    ] = None,
    reference: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--reference", help="Group that others are compared with."),
    ] = None,
    permutations: Annotated[
        int, typer.Option("--permutations", min=0, help="Of the groups, for the p value.")
    ] = 199,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Predict the group of animals that the model has not seen; folds hold whole animals."""
    import pandas as pd

    from napari_mousegpt.analysis.groups.predict_folds import PredictSettings
    from napari_mousegpt.analysis.groups.predict_words import importances_in_words
    from napari_mousegpt.analysis.profile.voice import VoiceChoice
    from napari_mousegpt.io.group_table import read_groups
    from napari_mousegpt.workflows import predict as predicting
    from napari_mousegpt.workflows.compare import cohort_profile
    from napari_mousegpt.workflows.profile import ProfileSettings

    profiling = ProfileSettings(choice=VoiceChoice(source, run, annotator), n_orders=0)
    rows = read_groups(groups)
    cohort = cohort_profile(open_all(recordings), rows, profiling, source=groups.name)
    settings = PredictSettings(model=model, n_permutations=permutations, seed=seed)  # type: ignore[arg-type]
    found = predicting.predict_recordings(
        cohort,
        settings,
        reference=reference,
        with_transitions=transitions,
        more=pd.read_csv(table) if table else None,
    )
    for sentence in found.warnings:
        say(f"warning: {sentence}")
    words = importances_in_words(found.importances, found.groups)
    files = predicting.write_prediction(found, settings, output) if output else []
    if as_json:
        importances = found.importances.to_json(orient="records", double_precision=10)
        print_json(
            {
                "groups": list(found.groups),
                "model": found.model,
                "balanced_accuracy": found.balanced_accuracy,
                "interval": [found.low, found.high],
                "p": found.p if permutations else None,
                "animals": found.animals.to_dict("records"),
                "importances": json.loads(importances),
                "words": words,
                "files": [str(path) for path in files],
            }
        )
        return
    print("\n".join([predicting.in_words(found), *words]))
    if files:
        print(f"{len(files)} files in {output}")
