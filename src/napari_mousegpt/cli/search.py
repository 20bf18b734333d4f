"""``mousegpt search``: windows by words, by likeness, by conditions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from napari_mousegpt.cli.arguments import Json
from napari_mousegpt.cli.embed import DescribedBy, levels_of
from napari_mousegpt.cli.jobs import open_all
from napari_mousegpt.cli.outcome import print_json
from napari_mousegpt.cli.words_model import AllowUpload, see_to_words

if TYPE_CHECKING:
    import pandas as pd

Text = Optional[str]  # noqa: UP045  (typer reads the annotations)
Seconds = Optional[float]  # noqa: UP045
_SPAN = re.compile(r"(?:(?P<recording>.+):)?(?P<video>[^:]+):(?P<start>\d+):(?P<stop>\d+)")


def _span(text: str | None) -> str | None:
    if text is not None and not _SPAN.fullmatch(text):
        raise typer.BadParameter(f"expected VIDEO:START:STOP such as cam0:60:120, found {text!r}")
    return text


def _conditions(text: str | None) -> str | None:
    if text is not None:
        from napari_mousegpt.analysis.search.kinematic_filter import parse_conditions

        try:
            parse_conditions(text)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
    return text


def search(
    inputs: Annotated[
        list[str],
        typer.Argument(help="Recordings, then the text to look for.", metavar="REC... TEXT"),
    ],
    like: Annotated[
        Text, typer.Option("--like", callback=_span, help="Moment: [REC:]VIDEO:START:STOP.")
    ] = None,
    levels: Annotated[
        str, typer.Option("--levels", callback=levels_of, help="Levels to search in.")
    ] = "overall,head,limb,torso,keywords",
    individual: Annotated[Text, typer.Option("--individual", help="Only this animal.")] = None,
    behaviour: Annotated[
        Text, typer.Option("--behaviour", help="Only where this was labelled or seen.")
    ] = None,
    from_s: Annotated[Seconds, typer.Option("--from-s", help="Only after this time.")] = None,
    to_s: Annotated[Seconds, typer.Option("--to-s", help="Only before this time.")] = None,
    where: Annotated[
        Text,
        typer.Option("--where", callback=_conditions, help="Such as 'speed > 5 cm/s'."),
    ] = None,
    text: Annotated[
        str,
        typer.Option(
            "--text",
            "--text-model",
            help="lexicon (built in), folder or name of a model, or endpoint:URL#MODEL.",
        ),
    ] = "lexicon",
    described_by: DescribedBy = None,
    limit: Annotated[int, typer.Option("--limit", min=1)] = 20,
    allow_upload: AllowUpload = False,
    as_json: Json = False,
) -> None:
    """Find windows by what is said of them; says so when there is nothing."""
    from napari_mousegpt.datamodel.timerange import TimeRange
    from napari_mousegpt.workflows.search import SearchSettings, search, search_like
    from napari_mousegpt.workflows.words_models import texts_go_to

    folders, query = recordings_and_text(inputs)
    recordings = open_all(folders)
    see_to_words(texts_go_to(text), recordings, "Searching", allowed=allow_upload)
    settings = SearchSettings(
        levels=tuple(levels.split(",")),
        text=text,
        individual=individual,
        behaviour=behaviour,
        from_s=from_s,
        to_s=to_s,
        where=where,
        described_by=described_by,
        limit=limit,
    )
    if like is not None:
        match = _SPAN.fullmatch(like)
        assert match is not None
        named = [one for one in recordings if str(one.folder) == (match["recording"] or "").strip()]
        within = named[0] if named else recordings[0]
        entry = within.video(match["video"])
        span = TimeRange.parse(f"{match['start']}:{match['stop']}", entry.frames)
        found = search_like(recordings, settings, video=entry.id, span=span, within=within)
    else:
        found = search(recordings, query, settings)
    hits = _hits(found)
    if as_json:
        print_json({"query": query, "found": len(hits), "hits": hits})
    else:
        print("\n".join(_lines(hits)) or "nothing found")


def recordings_and_text(inputs: list[str]) -> tuple[list[Path], str]:
    """Recordings come first; what is no folder is the text."""
    folders = [Path(text) for text in inputs if Path(text).is_dir()]
    words = [text for text in inputs if not Path(text).is_dir()]
    missing = [word for word in words if word.rstrip("/").endswith(".mousegpt")]
    if missing:
        raise FileNotFoundError(f"{missing[0]}: no such recording")
    if not folders:
        raise typer.BadParameter("expected a recording before the text", param_hint="REC")
    if len(words) > 1:
        raise typer.BadParameter(
            f"expected one text, found {len(words)}: put it in quotes", param_hint="TEXT"
        )
    return folders, words[0] if words else ""


def _hits(found: pd.DataFrame) -> list[dict[str, Any]]:
    hits = []
    for row in found.to_dict("records"):
        hit: dict[str, Any] = {
            name: str(row[name]) for name in ("recording", "video", "individual")
        }
        hit |= {name: int(row[name]) for name in ("start", "stop")}
        hit |= {
            name: round(float(row[name]), 4)
            for name in ("score", "alike", "covered")
            if name in row
        }
        if "matched" in row:
            hit["matched"] = list(row["matched"])
        hits.append(hit | {"overall": row["overall"] if isinstance(row["overall"], str) else None})
    return hits


def _lines(hits: list[dict[str, Any]]) -> list[str]:
    lines = []
    for number, hit in enumerate(hits, 1):
        score = next((hit[name] for name in ("score", "alike") if name in hit), None)
        value = "" if score is None else f"{score:.2f}  "
        matched = f"  [{', '.join(hit['matched'])}]" if hit.get("matched") else ""
        lines.append(
            f"{number:2d}. {value}{hit['recording']}  {hit['video']}:{hit['start']}:{hit['stop']}  "
            f"{hit['individual']}  {hit['overall'] or ''}{matched}"
        )
    return lines
