"""``mousegpt info``: what a file is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from napari_mousegpt.cli.arguments import Json
from napari_mousegpt.cli.outcome import FAILED, print_json, say


def info(
    files: Annotated[list[Path], typer.Argument(help="Videos, poses, labels, recordings.")],
    as_json: Json = False,
) -> None:
    """Say what each file is, and whether poses and labels go with a video given with them."""
    from napari_mousegpt.io.recognise import recognise_file
    from napari_mousegpt.workflows.compare_files import compare_files

    entries = [recognise_file(path) for path in files]
    compared = compare_files(entries) if len(entries) > 1 else []
    if as_json:
        print_json({"files": entries} | ({"comparison": compared} if compared else {}))
    else:
        print("\n".join(_readable(entry) for entry in entries))
        known = {problem for entry in entries for problem in entry["problems"]}
        print("".join(f"\n{_comparison(one, known)}" for one in compared), end="")
    missing = [str(path) for path in files if not path.exists()]
    if missing:
        say(f"no such file: {', '.join(missing)}")
        raise typer.Exit(FAILED)


def _readable(entry: dict[str, Any]) -> str:
    what = " ".join(word for word in (entry["format"], entry["kind"]) if word)
    size = f"{entry['width']} x {entry['height']} pixels" if entry["width"] else None
    facts = [
        f"{entry['frames']} frames" if entry["frames"] is not None else None,
        f"{entry['fps']:g} frames/s" if entry["fps"] else None,
        size,
        entry["codec"],
    ]
    lines = [entry["path"], "  " + ", ".join([what, *filter(None, facts)])]
    named = [name for name in ("individuals", "keypoints", "behaviours") if entry[name]]
    lines += [f"  {name}: {', '.join(entry[name])}" for name in named]
    lines += _recording_lines(entry["recording"]) if entry["kind"] == "recording" else []
    lines += [f"  ! {problem}" for problem in entry["problems"]]
    return "\n".join(lines)


def _recording_lines(summary: dict[str, Any]) -> list[str]:
    lines = []
    for video in summary["videos"]:
        gone = "" if video["there"] else ", not there any more"
        start = f", starts at {video['offset_s']:g} s" if len(summary["videos"]) > 1 else ""
        frames = f"{video['frames']} frames, {video['fps']:g} frames/s"
        path = Path(video["path"]).resolve()
        lines.append(f"  {video['id']}: {path}, {frames}, {video['view']} view{start}{gone}")
    for run in summary["runs"]:
        tool = " ".join(filter(None, (run["tool"], run["model"])))
        invalid = run["descriptions"] - run["valid"]
        count = f"{run['descriptions']} descriptions"
        count += f", {invalid} of them not usable" if invalid else ""
        lines.append(f"  run {run['run_id']}: {tool}, {run['video']}, {count}")
    for group in summary["bouts"]:
        who = " ".join(filter(None, (group["source"], group["annotator"], group["run_id"])))
        kinds = f"{group['behaviours']} behaviours"
        lines.append(f"  bouts by {who}: {group['bouts']}, {kinds}, {group['video']}")
    lines.append(f"  ethogram: {', '.join(summary['ethogram'])}")
    return lines + [
        f"  imported: {Path(source['path']).name} ({source['format']} {source['kind']})"
        for source in summary["sources"]
    ]


def _comparison(compared: dict[str, Any], known: set[str]) -> str:
    """A comparison as lines, without the problems that were told with the file."""
    lines = [f"{Path(compared['file']).name} with {Path(compared['video'] or 'which video?').name}"]
    lines += [f"  {fact}" for fact in compared["facts"][1:]]
    problems = [one for one in compared["problems"] if one.partition(": ")[2] not in known]
    lines += [f"  ? {one}" for one in compared["questions"]] + [f"  ! {one}" for one in problems]
    if compared["fits"]:
        lines.append("  fits")
    return "\n".join(lines) + "\n"
