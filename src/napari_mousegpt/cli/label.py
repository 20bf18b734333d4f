"""``mousegpt label``: labels from scripts, through the same journal as the window."""

from __future__ import annotations

import getpass
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer
from typer.core import TyperCommand

from napari_mousegpt.cli.arguments import Json
from napari_mousegpt.cli.outcome import print_json, say

if TYPE_CHECKING:
    from napari_mousegpt.datamodel.labels.edit import Edit
    from napari_mousegpt.datamodel.labels.set import LabelSet
    from napari_mousegpt.io.labels.session import LabelSession

Span = tuple[str, int, int | None]


def label(
    recording: Annotated[Path, typer.Argument(help="Recording, a folder NAME.mousegpt.")],
    add: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--add", help="BEHAVIOUR:START:STOP in frames, or BEHAVIOUR:FRAME; repeat."),
    ] = None,
    remove: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--remove", help="Id of a bout, or its beginning; repeat."),
    ] = None,
    undo: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--undo", min=1, help="Take back the last N actions (--undo alone: 1)."),
    ] = None,
    redo: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--redo", min=1, help="Do N undone actions again (--redo alone: 1)."),
    ] = None,
    show: Annotated[bool, typer.Option("--list", help="List the bouts.")] = False,
    individual: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--individual", help="Who does it; default: the first."),
    ] = None,
    target: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--target", help="Towards whom."),
    ] = None,
    annotator: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--annotator", help="Who labels; default: your user name."),
    ] = None,
    video: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--video", help="Id of the video, such as cam0; default: the first."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Add, remove, undo, redo or list labels; what is added at once is one action."""
    spans = [span_of(text) for text in add or ()]
    asked = [bool(spans or remove), undo is not None, redo is not None]
    if sum(asked) > 1:
        raise typer.BadParameter("expected either --add and --remove, or --undo, or --redo")
    if not any(asked) and not show:
        raise typer.BadParameter("expected one of --add, --remove, --undo, --redo, --list")
    from napari_mousegpt.io.labels.session import LabelSession

    who = annotator or getpass.getuser()
    with LabelSession.open(recording, annotator=who, read_only=not any(asked)) as session:
        if not as_json:
            for sentence in session.recovered:
                say(sentence)
        done: list[Edit] = []
        if spans or remove:
            track = session.track(_individual(session, individual), video)
            done = _added(session, track, spans, remove or [], target)
        for _ in range(undo or 0):
            done += [edit] if (edit := session.undo()) else []
        for _ in range(redo or 0):
            done += [edit] if (edit := session.redo()) else []
        if not session.flush():
            session.close()  # says why nothing could be saved
        way = "undone: " if undo else ("done again: " if redo else "")
        _report(session, done, way, show=show, as_json=as_json)


class WithBareSteps(TyperCommand):
    """Lets ``--undo`` and ``--redo`` stand without their number, which is 1 then."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the number behind the word where it is missing."""
        words: list[str] = []
        for word, following in zip(args, [*args[1:], ""], strict=True):
            words.append(word)
            if word in ("--undo", "--redo") and not following.lstrip("-").isdigit():
                words.append("1")
        return super().parse_args(ctx, words)


def span_of(text: str) -> Span:
    """Read ``BEHAVIOUR:START:STOP`` or ``BEHAVIOUR:FRAME``; a behaviour may hold colons."""
    name, *numbers = text.rsplit(":", 2)
    if len(numbers) == 2 and not re.fullmatch(r"\s*[-+]?[\d.]+\w*\s*", numbers[0]):
        name, numbers = f"{name}:{numbers[0]}", numbers[1:]
    frames = [int(number) for number in numbers if number.strip().isdigit()]
    if not name.strip() or not numbers or len(frames) < len(numbers):
        raise typer.BadParameter(
            f"expected BEHAVIOUR:START:STOP in frames, such as rearing:120:180, found {text!r}"
        )
    if len(frames) == 2 and frames[1] <= frames[0]:
        raise typer.BadParameter(f"{text!r}: expected a stop after the start")
    return name.strip(), frames[0], frames[1] if len(frames) == 2 else None


def _individual(session: LabelSession, asked: str | None) -> str:
    known = session.recording().individuals
    if asked is not None and asked not in known:
        raise ValueError(f"there is no individual {asked!r}; there is {', '.join(known)}")
    return asked or known[0]


def _added(
    session: LabelSession, track: Any, spans: list[Span], removed: list[str], target: str | None
) -> list[Edit]:
    from napari_mousegpt.datamodel.labels.actions import add_bout, remove_bouts, several

    ids = [_whole_id(session.labels, beginning) for beginning in removed]

    def adding(span: Span) -> Any:
        return lambda labels: add_bout(labels, track, *span, target=target)

    makers = [adding(span) for span in spans]
    if ids:
        makers.insert(0, lambda labels: remove_bouts(labels, ids))
    if len(makers) == 1:
        edit = makers[0](session.labels)
    else:
        edit = several(session.labels, f"{len(spans)} labels from the command line", makers)
    return [session.apply(edit, confirmed=True)]


def _whole_id(labels: LabelSet, beginning: str) -> str:
    found = [bout.bout_id for bout in labels if bout.bout_id.startswith(beginning)]
    if beginning in found:
        return beginning
    if len(found) != 1:
        raise ValueError(
            f"expected the id of one bout, found {len(found)} that begin with {beginning!r}. "
            "See: mousegpt label REC --list"
        )
    return found[0]


def _report(
    session: LabelSession, done: list[Edit], way: str, *, show: bool, as_json: bool
) -> None:
    labels = session.labels
    bouts = sorted(labels, key=lambda one: (one.video, one.individual, one.start, one.stop))
    history = session.history
    if as_json:
        added = [bout.bout_id for edit in done for bout in edit.added if bout.bout_id in labels]
        value: dict[str, Any] = {
            "recording": str(session.folder),
            "actions": [edit.name for edit in done],
            "added": added,
            "bouts": len(labels),
            "can_undo": history.undo_count,
            "can_redo": history.redo_count,
            "problems": list(session.recovered),
        }
        if show:
            value["list"] = [bout.to_json() for bout in bouts]
        print_json(value)
        return
    for edit in done:
        print(f"{way}{edit.name}")
    if not done and not show:
        print("nothing to take back or do again")
    if show:
        for bout in bouts:
            print(_line(bout))
    print(
        f"{len(labels)} bouts; {history.undo_count} actions to undo, {history.redo_count} to redo"
    )


def _line(bout: Any) -> str:
    towards = f" -> {bout.target}" if bout.target else ""
    stop = "open" if bout.open else bout.stop
    who = bout.annotator or bout.run_id or ""
    return (
        f"{bout.bout_id}  {bout.video}  {bout.individual}{towards}  {bout.start}:{stop}  "
        f"{bout.behaviour}  ({bout.source}{' ' + who if who else ''})"
    )
