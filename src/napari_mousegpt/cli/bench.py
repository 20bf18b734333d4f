"""``mousegpt bench captions``: how fast this machine captions, with nothing to download."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Optional

import typer

from napari_mousegpt.cli.arguments import Json
from napari_mousegpt.cli.outcome import print_json

if TYPE_CHECKING:
    from napari_mousegpt.captioning.bench.measure import Figures

app = typer.Typer(help="Measure how fast this machine is.", no_args_is_help=True)

MODELS = ("tiny", "2b", "4b", "8b")
BATCH_ON_GPU, BATCH_ON_CPU = 128, 16


@app.callback()
def _bench() -> None:
    """Measure how fast this machine is."""


def _model(text: str) -> str:
    if text not in MODELS:
        raise typer.BadParameter(f"expected one of {', '.join(MODELS)}, found {text!r}")
    return text


@app.command("captions")
def captions(
    model: Annotated[
        str, typer.Option("--model", callback=_model, help="tiny, or Qwen3-VL 2b, 4b or 8b.")
    ] = "tiny",
    device: Annotated[
        Optional[str],  # noqa: UP045  (typer reads the annotation)
        typer.Option("--device", help="cpu or cuda:0; the best there is."),
    ] = None,
    batch_size: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--batch-size", min=1, help="128 on a GPU, halved when memory runs out."),
    ] = None,
    count: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--captions", min=1, help="How many; default: four batches, two on a CPU."),
    ] = None,
    frames: Annotated[int, typer.Option("--frames-per-clip", min=2)] = 8,
    side_px: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--side-px", min=32, help="A multiple of 32; default: 224, tiny 128."),
    ] = None,
    new_tokens: Annotated[int, typer.Option("--new-tokens", min=2)] = 64,
    text_tokens: Annotated[int, typer.Option("--text-tokens", min=1)] = 160,
    shared_tokens: Annotated[
        int, typer.Option("--shared-tokens", min=1, help="Of these, the same in every prompt.")
    ] = 120,
    generate: Annotated[
        bool, typer.Option("--generate", help="Also time transformers' own generate.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Run a large model on a CPU all the same.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Caption noise with a network of random weights, and say how near to the ceiling it comes."""
    from napari_mousegpt.captioning.bench.measure import measure_captions
    from napari_mousegpt.captioning.bench.workload import Workload
    from napari_mousegpt.captioning.model_loading import best_device

    device = device or best_device()
    on_gpu = device.startswith("cuda")
    if model != "tiny" and not on_gpu and not force:
        raise ValueError(
            f"the {model} model takes minutes for a caption on {device}, and more memory than "
            "many computers have. Run it on an NVIDIA GPU, measure --model tiny here, or give "
            "--force."
        )
    side_px = side_px or (128 if model == "tiny" else 224)
    if side_px % 32 or frames % 2:
        raise typer.BadParameter("expected a side that is a multiple of 32 and even frames")
    size = batch_size or (BATCH_ON_GPU if on_gpu else BATCH_ON_CPU)
    found = measure_captions(
        model,
        Workload(frames, side_px, text_tokens, shared_tokens, new_tokens),
        device=device,
        batch_size=size,
        captions=count or (4 if on_gpu else 2) * size,
        beside_generate=generate,
    )
    if as_json:
        print_json(found.as_values())
    else:
        print("\n".join(_lines(found)))


def _lines(found: Figures) -> list[str]:
    made = found.workload
    stages = ", ".join(f"{name} {seconds:.2f}" for name, seconds in found.seconds.items())
    lines = [
        f"{found.model}, {found.parameters / 1e6:,.0f} M random weights, on {found.device}",
        f"{made.frames} frames of {made.side_px} px, prompts of {found.prompt_tokens} tokens "
        f"({made.shared_tokens} shared), {made.new_tokens} new ones, {found.batch_size} at once",
        f"{found.captions_per_s:.2f} captions/s ({found.captions} captions; seconds: {stages})",
        f"{found.memory_gib:.1f} GiB",
        f"machine: {found.tflop_per_s:.2f} TFLOP/s, copies {found.copy_gb_per_s:.1f} GB/s: at "
        f"most {found.ceiling_captions_per_s:.2f} captions/s, reached "
        f"{100 * found.share_of_ceiling:.0f} %",
    ]
    if found.generate_captions_per_s:
        times = found.captions_per_s / found.generate_captions_per_s
        lines.append(
            f"plain generate: {found.generate_captions_per_s:.2f} captions/s, the engine is "
            f"{times:.1f} times as fast"
        )
    return lines
