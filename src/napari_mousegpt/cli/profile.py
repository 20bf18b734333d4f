"""``mousegpt profile``: time budgets, bouts, transitions, ways and zones of each animal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from napari_mousegpt.cli.arguments import Json, above_zero
from napari_mousegpt.cli.outcome import print_json, say

if TYPE_CHECKING:
    from napari_mousegpt.analysis.profile.profile_tables import Profile
    from napari_mousegpt.datamodel.recording import Recording

Text = Optional[str]  # noqa: UP045  (typer reads the annotations)
Recordings = Annotated[list[Path], typer.Argument(help="Recording folders.")]
Source = Annotated[
    Text, typer.Option("--source", help="Only bouts by person, model, rule, cluster or import.")
]
RunName = Annotated[
    Text, typer.Option("--run", help="Only bouts of this run: its id or tool, as kinematic-rules.")
]
Annotator = Annotated[Text, typer.Option("--annotator", help="Only bouts of this person.")]
Zones = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--zones", help="JSON list of zones: name, kind, vertices [[y, x], ...]."),
]
Seed = Annotated[int, typer.Option("--seed", help="Seed of everything that is drawn by chance.")]


def profile(
    recordings: Recordings,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder to write to.")],
    source: Source = None,
    run: RunName = None,
    annotator: Annotator = None,
    bins_s: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option("--bins-s", callback=above_zero, help="Length of bins for courses over time."),
    ] = None,
    zones: Zones = None,
    min_stay_s: Annotated[
        float, typer.Option("--min-stay-s", help="Shorter stays in a zone are no entry.")
    ] = 0.2,
    self_transitions: Annotated[
        bool, typer.Option("--self-transitions", help="Count behaviours that follow themselves.")
    ] = False,
    orders: Annotated[
        int, typer.Option("--orders", min=0, help="Shuffled orders for transitions; 0: none.")
    ] = 999,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Measure what each animal did: tables and figures in a folder."""
    from napari_mousegpt.analysis.profile.voice import VoiceChoice
    from napari_mousegpt.analysis.profile.zones import read_zones
    from napari_mousegpt.workflows.profile import ProfileSettings, profile_recordings
    from napari_mousegpt.workflows.profile_files import write_profile

    opened = open_all(recordings)
    settings = ProfileSettings(
        choice=VoiceChoice(source, run, annotator),
        bins_s=bins_s,
        zones=tuple(read_zones(zones)) if zones else (),
        min_stay_s=min_stay_s,
        self_transitions=self_transitions,
        n_orders=orders,
        seed=seed,
    )
    found = profile_recordings(opened, settings)
    for sentence in doubts(found):
        say(f"warning: {sentence}")
    files = write_profile(found, output, ethogram=opened[0].ethogram)
    if as_json:
        print_json(_summary(found, files))
        return
    _print(found)
    print(f"{len(files)} files in {output}")


def open_all(paths: list[Path]) -> list[Recording]:
    """Open recordings; two of one name could not be told apart."""
    from napari_mousegpt.io.recording_folder import open_recording

    opened = [open_recording(path) for path in paths]
    names = [recording.name for recording in opened]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"expected recordings of different names, found {', '.join(twice)} twice")
    return opened


def doubts(found: Profile) -> list[str]:
    """What a reader of the figures must know."""
    table, sentences = found.summary, []
    if not found.voices:
        sentences.append("no bouts and no descriptions: only ways and zones are measured")
    elif (table["known_s"] == 0).any():
        sentences.append(f"nothing is known about {int((table['known_s'] == 0).sum())} animals")
    if found.voices and table["known_because"].str.startswith("the whole video").any():
        sentences.append(
            "no spans are marked as assessed, so the whole video counts as looked at: "
            "where nobody looked, behaviours seem rarer than they are"
        )
    if "overlap_share" in table and (table["overlap_share"] > 0.001).any():
        most = 100 * table["overlap_share"].max()
        sentences.append(f"behaviours overlap in up to {most:.1f} % of the known time")
    return sentences


def _print(found: Profile) -> None:
    if not len(found.behaviours):
        return
    print(f"counted: bouts of {', '.join(found.voices)}")
    mean = found.behaviours.groupby("behaviour")[
        ["budget", "bouts_per_min", "duration_median_s"]
    ].mean()
    many = len(found.subjects) > 1
    print(f"{'mean of ' + str(len(found.subjects)) if many else '':<20} share  per min  median s")
    for name in found.names:
        row = mean.loc[name]
        print(f"{name:<20}{100 * row.iloc[0]:5.1f} %{row.iloc[1]:9.2f}{row.iloc[2]:10.2f}")


def _summary(found: Profile, files: list[Path]) -> dict[str, object]:
    import json

    tables = {
        name: json.loads(getattr(found, name).to_json(orient="records", double_precision=8))
        for name in ("summary", "behaviours", "zones")
    }
    return {"voices": list(found.voices), "files": [str(path) for path in files], **tables}
