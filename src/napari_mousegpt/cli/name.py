"""``mousegpt name``: proposes names and merges for clusters, and keeps what is decided."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from napari_mousegpt.cli.arguments import Json
from napari_mousegpt.cli.jobs import open_all
from napari_mousegpt.cli.outcome import print_json
from napari_mousegpt.cli.words_model import AllowUpload, Endpoint, Model, words_model

if TYPE_CHECKING:
    from napari_mousegpt.workflows.name import Proposals

Text = Optional[str]  # noqa: UP045  (typer reads the annotations)


def _named(text: str | None) -> str | None:
    if text is not None and not re.fullmatch(r"\d+=.*\S.*", text):
        raise typer.BadParameter(f"expected CLUSTER=NAME such as 3='wall rearing', found {text!r}")
    return text


def _several(text: str | None) -> str | None:
    if text is not None and not re.fullmatch(r"\d+(,\d+)+", text):
        raise typer.BadParameter(f"expected clusters such as 2,5, found {text!r}")
    return text


def _one_or_several(text: str | None) -> str | None:
    return text if text is not None and re.fullmatch(r"\d+", text) else _several(text)


def name(
    recordings: Annotated[list[Path], typer.Argument(help="Recordings, clustered together.")],
    accept: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option("--accept", min=0, max=1, help="Take the names of at least this confidence."),
    ] = None,
    call: Annotated[
        Text, typer.Option("--call", callback=_named, help="Name a cluster: 3='wall rearing'.")
    ] = None,
    merge: Annotated[
        Text, typer.Option("--merge", callback=_several, help="Make clusters one: 2,5.")
    ] = None,
    reject: Annotated[
        Text,
        typer.Option(
            "--reject", callback=_one_or_several, help="Not this merge: 2,5; not this name: 3."
        ),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take back the last decision.")] = False,
    endpoint: Endpoint = None,
    model: Model = None,
    allow_upload: AllowUpload = False,
    as_json: Json = False,
) -> None:
    """Propose names and merges for clusters; decide with --accept, --call, --merge, --reject."""
    from napari_mousegpt.workflows.name import decide_for_all, propose_names
    from napari_mousegpt.workflows.name_by_model import propose_by_model

    opened = open_all(recordings)
    asked = words_model(endpoint, model, opened, "Naming clusters of", allowed=allow_upload)
    if merge is not None:
        opened = decide_for_all(opened, "merge", [int(part) for part in merge.split(",")])
    if reject is not None:
        numbers = [int(part) for part in reject.split(",")]
        refused = _proposed(propose_names(opened), numbers[0]) if len(numbers) == 1 else ""
        opened = decide_for_all(opened, "reject", numbers, refused)
    if call is not None:
        number, _, chosen = call.partition("=")
        opened = decide_for_all(opened, "name", [int(number)], chosen.strip())
    if undo:
        opened = decide_for_all(opened, "undo", [])
    found = propose_names(opened) if asked is None else propose_by_model(opened, asked)
    if accept is not None:
        for proposal in found.names:
            known = proposal.cluster in found.decided.names
            if proposal.confidence >= accept and not known:
                opened = decide_for_all(
                    opened, "name", [proposal.cluster], proposal.name, proposal.definition
                )
        found = propose_names(opened)
    if as_json:
        print_json(_summary(found))
    else:
        print("\n".join(_lines(found)))


def _proposed(found: Proposals, cluster: int) -> str:
    return next((one.name for one in found.names if one.cluster == cluster), "")


def _place(found: Proposals, row: int) -> str:
    window = found.windows.iloc[row]
    return f"{window['video']}:{window['start']}:{window['stop']}"


def _summary(found: Proposals) -> dict[str, Any]:
    return {
        "model": found.model,
        "clusters": [
            {
                "cluster": proposal.cluster,
                "name": found.decided.names.get(proposal.cluster),
                "proposed": proposal.name,
                "proposed_by": proposal.by or "keywords",
                "definition": found.decided.definitions.get(proposal.cluster)
                or proposal.definition
                or None,
                "reason": proposal.reason or None,
                "words": list(proposal.words),
                "confidence": round(proposal.confidence, 4),
                "windows": int((found.windows["cluster"] == proposal.cluster).sum()),
                "examples": [_example(found, row) for row in proposal.examples],
                "counter_examples": [_example(found, row) for row in proposal.counter_examples],
            }
            for proposal in found.names
        ],
        "merges": [
            {
                "clusters": [merge.one, merge.other],
                "score": merge.score,
                "reason": merge.reason,
                "proposed_by": merge.by or "measures",
            }
            for merge in found.merges
        ],
    }


def _example(found: Proposals, row: int) -> dict[str, Any]:
    window = found.windows.iloc[row]
    return {
        "recording": found.recordings[int(window["recording"])],
        **{name: str(window[name]) for name in ("video", "individual")},
        **{name: int(window[name]) for name in ("start", "stop")},
        "overall": window["overall"] if isinstance(window["overall"], str) else None,
    }


def _lines(found: Proposals) -> list[str]:
    lines = []
    for proposal in found.names:
        named = found.decided.names.get(proposal.cluster)
        size = int((found.windows["cluster"] == proposal.cluster).sum())
        title = f"named {named!r}" if named else f"proposed {proposal.name!r}"
        lines.append(
            f"cluster {proposal.cluster}: {title}, {size} windows, "
            f"confidence {proposal.confidence:.2f}"
        )
        if proposal.by:
            lines.append(f"  {proposal.definition}")
            lines.append(f"  because: {proposal.reason} ({proposal.by})")
        lines.append(f"  words: {', '.join(proposal.words)}")
        if proposal.examples:
            said = found.windows.iloc[proposal.examples[0]]["overall"]
            lines.append(f"  such as {_place(found, proposal.examples[0])}: {said}")
        if proposal.counter_examples:
            said = found.windows.iloc[proposal.counter_examples[0]]["overall"]
            lines.append(f"  and not {_place(found, proposal.counter_examples[0])}: {said}")
    lines += [f"may be one: {pair.one},{pair.other}: {pair.reason}" for pair in found.merges[:5]]
    return lines
