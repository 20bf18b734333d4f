"""``mousegpt ask``: questions in plain language, answered with what the answer rests on."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from napari_mousegpt.analysis.asking.question import KINDS
from napari_mousegpt.cli.arguments import Json
from napari_mousegpt.cli.jobs import open_all
from napari_mousegpt.cli.outcome import FAILED, print_json, say
from napari_mousegpt.cli.profile import Annotator, RunName, Source
from napari_mousegpt.cli.search import recordings_and_text
from napari_mousegpt.cli.words_model import AllowUpload, Endpoint, Model

if TYPE_CHECKING:
    from napari_mousegpt.workflows.ask import Answered

SHOWN = 10
EXAMPLES = "\b\nQuestions such as these work:\n" + "\n".join(f"  {one}" for one in KINDS.values())


def ask(
    inputs: Annotated[
        list[str],
        typer.Argument(help="Recordings, then the question in quotes.", metavar="REC... QUESTION"),
    ],
    groups: Annotated[
        Optional[Path],  # noqa: UP045  (typer reads the annotation)
        typer.Option("--groups", help="csv of compare, for questions about groups."),
    ] = None,
    source: Source = None,
    run: RunName = None,
    annotator: Annotator = None,
    endpoint: Endpoint = None,
    model: Model = None,
    allow_upload: AllowUpload = False,
    as_json: Json = False,
) -> None:
    """Answer a question: how long, how often, when, who most, what follows, groups, find."""
    from napari_mousegpt.analysis.asking.grammar import read_question
    from napari_mousegpt.analysis.asking.question import NotUnderstood, nearest_example
    from napari_mousegpt.analysis.profile.voice import VoiceChoice
    from napari_mousegpt.cli.words_model import words_model
    from napari_mousegpt.io.group_table import read_groups
    from napari_mousegpt.workflows.ask import ask as answer
    from napari_mousegpt.workflows.model_reader import reader_of

    folders, question = recordings_and_text(inputs)
    if not question.strip():
        raise typer.BadParameter("expected a question in quotes", param_hint="QUESTION")
    recordings = open_all(folders)
    choice = VoiceChoice(source, run, annotator)
    table = read_groups(groups) if groups else None
    chosen = words_model(endpoint, model, recordings, "Asking about", allowed=allow_upload)
    reader = read_question if chosen is None else reader_of(chosen)
    try:
        found = answer(recordings, question, choice=choice, groups=table, reader=reader)
    except NotUnderstood as problem:
        if as_json:
            refusal = {"answer": str(problem), "examples": list(KINDS.values())}
            print_json({"question": question, "understood": False, **refusal})
        else:
            say(f"not understood: {problem}")
            say(f"try such as {nearest_example(question)!r}; all kinds: mousegpt ask --help")
        raise typer.Exit(FAILED) from None
    if as_json:
        print_json({"question": question, "understood": True, **_summary(found)})
    else:
        print("\n".join(_lines(found)))


def _summary(found: Answered) -> dict[str, Any]:
    return {
        "kind": found.question.kind,
        "meaning": found.meaning,
        "answer": list(found.told.sentences),
        "notes": list(found.notes),
        "based_on": list(found.voices),
        "figures": [_plain(row) for row in found.told.figures.to_dict("records")],
        "moments": [
            {
                **{name: str(row[name]) for name in ("recording", "video", "individual")},
                **{name: int(row[name]) for name in ("start", "stop")},
                "overall": row["overall"] if isinstance(row["overall"], str) else None,
            }
            for row in found.told.moments.to_dict("records")
        ],
    }


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    value = float(row["value"])
    return {**row, "value": value if math.isfinite(value) else None}


def _lines(found: Answered) -> list[str]:
    lines = [*found.told.sentences]
    lines += [f"Note: {note}" for note in found.notes]
    basis = f" (bouts of {', '.join(found.voices)})" if found.voices else ""
    lines.append(f"Understood as: {found.meaning}{basis}")
    moments = found.told.moments.to_dict("records")
    for row in moments[:SHOWN]:
        stop_s = row["start_s"] + row["duration_s"]
        lines.append(
            f"  {row['start_s']:.1f}-{stop_s:.1f} s  {row['recording']}  "
            f"{row['video']}:{row['start']}:{row['stop']}  {row['individual']}  "
            f"{row['overall'] or ''}"
        )
    if len(moments) > SHOWN:
        lines.append(f"  and {len(moments) - SHOWN} more")
    return lines
