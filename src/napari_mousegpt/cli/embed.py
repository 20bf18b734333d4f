"""``mousegpt embed``: vectors of the windows of recordings, in one space for all."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from napari_mousegpt.cli.arguments import Json
from napari_mousegpt.cli.jobs import open_all, run_steps
from napari_mousegpt.cli.outcome import print_json, say
from napari_mousegpt.cli.words_model import AllowUpload, see_to_words

Text = Optional[str]  # noqa: UP045  (typer reads the annotations)
_LEVELS = ("overall", "head", "limb", "torso", "keywords")
DescribedBy = Annotated[
    Text,
    typer.Option("--described-by", help="Captioner or run whose words count; default: the last."),
]


def weights_of(text: str | None) -> str | None:
    """Check the form of ``text=1,kinematics=0.5``."""
    if text is not None:
        parse_weights(text)
    return text


def parse_weights(text: str) -> dict[str, float]:
    """Read ``text=1,kinematics=0.5``."""
    weights = {}
    for part in text.split(","):
        name, equals, value = part.partition("=")
        try:
            if not equals:
                raise ValueError
            weights[name.strip()] = float(value)
        except ValueError:
            raise typer.BadParameter(
                f"expected weights such as text=1,kinematics=0.5, found {text!r}"
            ) from None
    return weights


def levels_of(text: str) -> str:
    """Check a list of levels."""
    unknown = [name for name in text.split(",") if name not in _LEVELS]
    if unknown:
        raise typer.BadParameter(f"expected some of {','.join(_LEVELS)}, found {unknown[0]!r}")
    return text


def embed(
    recordings: Annotated[list[Path], typer.Argument(help="Recordings that share one space.")],
    text: Annotated[
        str,
        typer.Option(
            "--text",
            "--text-model",
            help="lexicon (built in), folder or name of a model, or endpoint:URL#MODEL.",
        ),
    ] = "lexicon",
    levels: Annotated[
        str, typer.Option("--levels", callback=levels_of, help="Levels of the text that count.")
    ] = ",".join(_LEVELS),
    weights: Annotated[
        Text,
        typer.Option(
            "--weights", callback=weights_of, help="text=1,kinematics=1,posture=0 or other numbers."
        ),
    ] = None,
    described_by: DescribedBy = None,
    dimensions: Annotated[
        int, typer.Option("--dimensions", min=2, max=512, help="Of each block, at most.")
    ] = 64,
    window_s: Annotated[
        float, typer.Option("--window-s", min=0.05, help="Without text: length of a window.")
    ] = 2.0,
    like: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--like", help="Recording whose space is taken over instead of a new one."),
    ] = None,
    allow_upload: AllowUpload = False,
    as_json: Json = False,
) -> None:
    """Turn descriptions and kinematics into vectors, in one space for all recordings."""
    from napari_mousegpt.io.recording_folder import open_recording
    from napari_mousegpt.workflows.embed import EmbedSettings, embed
    from napari_mousegpt.workflows.words_models import texts_go_to

    opened = open_all(recordings)
    see_to_words(texts_go_to(text), opened, "Embedding", allowed=allow_upload)
    settings = EmbedSettings(
        text=text,
        levels=tuple(levels.split(",")),
        weights=parse_weights(weights) if weights else None,
        dimensions=dimensions,
        described_by=described_by,
        window_s=window_s,
    )
    fitted_in = open_recording(like) if like else None
    result = run_steps(embed(opened, settings, fitted_in=fitted_in))
    summary = {
        "recordings": [str(recording.folder) for recording in result.recordings],
        "runs": [run.run_id for run in result.runs],
        "space": result.space_id,
        "text": result.text,
        "weights": result.weights,
        "dimensions": result.dimensions,
        "windows": result.windows,
        "embedded": result.embedded,
    }
    if as_json:
        print_json(summary)
        return
    if result.embedded < result.windows:
        say(
            f"warning: {result.windows - result.embedded} windows have no vector: "
            "their text is not valid, or they have no pose"
        )
    blocks = ", ".join(f"{name} {weight:g}" for name, weight in result.weights.items())
    print(
        f"{result.embedded} of {result.windows} windows embedded in {result.dimensions} dimensions "
        f"({blocks}); space {result.space_id}\n"
        f"Next: mousegpt cluster {' '.join(str(path) for path in recordings)}"
    )
