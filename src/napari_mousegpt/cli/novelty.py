"""``mousegpt novelty``: the strangest moments of recordings, and rounds of looking at them."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from napari_mousegpt.cli.arguments import Json
from napari_mousegpt.cli.jobs import open_all
from napari_mousegpt.cli.outcome import print_json

if TYPE_CHECKING:
    from napari_mousegpt.workflows.novelty import Novelties

Texts = Optional[list[str]]  # noqa: UP045  (typer reads the annotations)
_SPAN = re.compile(r"([^:=]+):(\d+):(\d+)(?:=(.+))?")


def _method(text: str) -> str:
    if text not in ("neighbours", "forest"):
        raise typer.BadParameter(f"expected neighbours or forest, found {text!r}")
    return text


def _spans(texts: list[str] | None) -> list[str]:
    for text in texts or ():
        if not _SPAN.fullmatch(text):
            raise typer.BadParameter(f"expected VIDEO:START:STOP such as cam0:60:120, found {text}")
    return texts or []


def _named(texts: list[str] | None) -> list[str]:
    for text in texts or ():
        match = _SPAN.fullmatch(text)
        if match is None or not match[4]:
            raise typer.BadParameter(f"expected VIDEO:START:STOP=NAME, found {text!r}")
    return texts or []


def novelty(
    recordings: Annotated[list[Path], typer.Argument(help="Embedded recordings.")],
    reference: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Option("--reference", help="Known recordings, such as controls; may be repeated."),
    ] = None,
    dismiss: Annotated[
        Texts,
        typer.Option("--dismiss", callback=_spans, help="Nothing new: VIDEO:START:STOP."),
    ] = None,
    call: Annotated[
        Texts, typer.Option("--call", callback=_named, help="Name it: VIDEO:START:STOP=NAME.")
    ] = None,
    method: Annotated[
        str, typer.Option("--method", callback=_method, help="neighbours or forest.")
    ] = "neighbours",
    limit: Annotated[int, typer.Option("--limit", min=1, help="Moments to show.")] = 20,
    seed: Annotated[int, typer.Option("--seed", min=0)] = 0,
    calibrate: Annotated[
        bool, typer.Option("--calibrate/--no-calibrate", help="Hide each known behaviour once.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Find what is unlike everything else, or unlike the reference recordings."""
    from napari_mousegpt.workflows.novelty import NoveltySettings, find_novelties, settle

    opened = open_all(recordings)
    verdicts = [*(dismiss or ()), *(call or ())]
    if verdicts and len(opened) > 1:
        raise typer.BadParameter(
            "a time range belongs to one recording: give that one alone", param_hint="--dismiss"
        )
    for text in verdicts:
        match = _SPAN.fullmatch(text)
        assert match is not None
        video = opened[0].video(match[1]).id
        settle(opened[0], video, int(match[2]), int(match[3]), match[4])
    settings = NoveltySettings(method=method, limit=limit, seed=seed, calibrate=calibrate)
    found = find_novelties(opened, settings, references=open_all(reference or []))
    if as_json:
        print_json(_summary(found))
    else:
        print("\n".join(_lines(found)))


def _moments(found: Novelties) -> list[dict[str, Any]]:
    return [
        {
            "recording": row["recording"],
            **{name: str(row[name]) for name in ("video", "individual")},
            **{name: int(row[name]) for name in ("start", "stop")},
            "novelty": round(float(row["novelty"]), 4),
            "overall": row["overall"] if isinstance(row["overall"], str) else None,
        }
        for row in found.moments.to_dict("records")
    ]


def _summary(found: Novelties) -> dict[str, Any]:
    from napari_mousegpt.analysis.novelty import mean_of

    return {
        "round": found.round,
        "looked_at": found.looked_at,
        "moments": _moments(found),
        "calibration": {
            "behaviours": [asdict(one) for one in found.hidden],
            "mean": dict(mean_of(found.hidden)) or None,
        },
    }


def _lines(found: Novelties) -> list[str]:
    from napari_mousegpt.analysis.novelty import mean_of

    lines = [f"round {found.round}, {found.looked_at} windows looked at before"]
    for number, row in enumerate(_moments(found), 1):
        lines.append(
            f"{number:2d}. {row['novelty']:.3f}  {row['recording']}  "
            f"{row['video']}:{row['start']}:{row['stop']}  {row['individual']}  "
            f"{row['overall'] or ''}"
        )
    mean = mean_of(found.hidden)
    if mean:
        lines.append(
            "calibration: each behaviour hidden once and looked for among the rest "
            f"({len(found.hidden)} behaviours)"
        )
        lines += [
            f"  {one.behaviour} ({one.windows} windows): AUROC {one.auroc:.2f}, AUPRC "
            f"{one.auprc:.2f} (chance {one.chance_auprc:.2f}), FPR at 95 % found "
            f"{one.fpr_at_95_tpr:.2f}"
            for one in found.hidden
        ]
        lines.append(
            f"  mean: AUROC {mean['auroc']:.2f}, AUPRC {mean['auprc']:.2f} (chance "
            f"{mean['chance_auprc']:.2f}), FPR at 95 % found {mean['fpr_at_95_tpr']:.2f}"
        )
    else:
        lines.append("calibration: no behaviour with five windows or more to hide")
    return lines
