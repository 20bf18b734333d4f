"""Trains mousegpt-tiny and measures it: one command, seeded, goes on where it stopped.

python -m training.tiny --size full --device cuda -o FOLDER
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from napari_mousegpt.captioning.seen_facts.fact_reader import FactReader
from training.checkpoints import (
    read_checkpoint,
    restore_optimiser,
    restore_weights,
    save_checkpoint,
)
from training.evaluation import evaluate
from training.motion import MOTION_SEED, collect, fit_motion
from training.network import SIDE_PX, make_network, make_processor
from training.pool import Pool, Writer
from training.real_clips import evaluate_real
from training.rendering.clips import Renderer
from training.rendering.floor import read_backgrounds
from training.settings import SIZES, Settings
from training.stages import STAGES, make_optimiser, steps_of, train_stage
from training.trainee import Trainee
from training.weights import load_trainee, save_model, write_card

LONGEST_ANSWER = 120
POOL_AT_START = 8
"""Batches rendered before the first step."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, evaluate, write the model's folder and its card."""
    options = _parser().parse_args(arguments)
    settings = Settings.read(options.size, options.config, seed=options.seed)
    device = torch.device(options.device)
    if device.type == "cpu":
        torch.set_num_threads(options.threads)
    options.output.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + options.minutes * 60
    if options.start is None:
        processor = make_processor(settings)
        trainee = Trainee(make_network(settings, processor), processor).to(device)
    else:
        trainee, processor = load_trainee(options.start)
        trainee = trainee.to(device)
    if not _train(trainee, processor, settings, options, deadline):
        print("stopped for want of time; the same command goes on from here")
        return 3
    examples = collect(trainee, settings, settings.motion_clips, seed=MOTION_SEED)
    fit_motion(trainee, examples, seed=settings.seed)
    model = options.output / "model"
    save_model(model, trainee, processor, settings)
    reader = FactReader.load(model, device)
    assert reader is not None  # it was just written
    evaluation = evaluate(trainee, processor, settings, device, reader)
    real = evaluate_real(options.real, model) if options.real else None
    print(evaluation.rows.to_string(float_format=lambda value: f"{value:.3f}"))
    print(evaluation.confusion.to_string())
    told = json.loads((options.output / "minutes.json").read_text())
    write_card(
        model,
        evaluation,
        settings,
        size=options.size,
        trainee=trainee,
        backgrounds=options.backgrounds,
        minutes=told["minutes"],
        start=options.start,
        real=real,
    )
    return 0


def _train(
    trainee: Trainee,
    processor: Any,
    settings: Settings,
    options: argparse.Namespace,
    deadline: float,
) -> bool:
    """Do all steps that are left; False if the time is over before."""
    folder, device = options.output, next(trainee.parameters()).device
    told = read_checkpoint(folder, settings.as_dict())
    state = told or {"stage": STAGES[0], "step": 0, "losses": {}, "rendered": 0}
    renderer = Renderer(
        SIDE_PX,
        device,
        settings.seed,
        mixed=settings.mixed,
        absent=settings.absent,
        neighbour=settings.neighbour,
        compiled=settings.fast_cpu and device.type == "cpu",
        backgrounds=_backgrounds(options, settings),
    )
    renderer.skip(state["rendered"])
    writer = Writer(
        processor.tokenizer,
        longest=LONGEST_ANSWER,
        keyword_weight=settings.keyword_weight,
        seed=settings.seed,
    )
    pool = Pool(renderer, writer, settings.pool, seed=settings.seed + state["rendered"])
    if told:
        restore_weights(folder, trainee)
    losses: dict[str, list[float]] = state["losses"]
    for stage in STAGES[STAGES.index(state["stage"]) :]:
        done = state["step"] if stage == state["stage"] else 0
        if done >= steps_of(stage, settings):
            continue
        optimiser = make_optimiser(trainee, stage, settings)
        if told and done:
            restore_optimiser(folder, optimiser)
        pool.fill(POOL_AT_START * settings.batch)
        started = time.monotonic()
        for step in train_stage(trainee, pool, optimiser, stage, settings, done=done):
            losses.setdefault(stage, []).append(round(step.loss, 4))
            last = step.number == steps_of(stage, settings)
            over = time.monotonic() > deadline
            if last or over or step.number % settings.save_every == 0:
                save_checkpoint(
                    folder,
                    trainee,
                    optimiser,
                    stage=stage,
                    step=step.number,
                    settings=settings.as_dict(),
                    losses=losses,
                    rendered=renderer.drawn,
                )
                _add_minutes(folder, time.monotonic() - started)
                started = time.monotonic()
                print(f"{stage} {step.number}: loss {step.loss:.3f}", flush=True)
            if over and not last:
                return False
    (folder / "losses.json").write_text(json.dumps(losses) + "\n")
    return True


def _backgrounds(options: argparse.Namespace, settings: Settings) -> torch.Tensor | None:
    if options.backgrounds is None:
        return None
    return read_backgrounds(
        options.backgrounds, count=min(settings.pool, 2048), side=SIDE_PX, seed=settings.seed
    )


def _add_minutes(folder: Path, seconds: float) -> None:
    path = folder / "minutes.json"
    before = json.loads(path.read_text())["minutes"] if path.exists() else 0.0
    path.write_text(json.dumps({"minutes": before + seconds / 60}) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.tiny", description="Train mousegpt-tiny on rendered mice."
    )
    add = parser.add_argument
    add(
        "--size",
        choices=sorted(SIZES),
        default="small",
        help="full from nothing, more to go on from what ships",
    )
    add("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    add("-o", "--output", type=Path, required=True, help="folder of the run; goes on if it is one")
    add("--start", type=Path, help="folder of a model to go on from, instead of from nothing")
    add("--threads", type=int, default=1, help="of the processor, without a GPU")
    add("--config", type=Path, help="TOML file that changes numbers of the size")
    add("--seed", type=int, default=1)
    add("--backgrounds", type=Path, help="folder of films whose floors half of the mice stand on")
    add("--real", type=Path, help="folder with labelled_clips/, to be measured at the end")
    add("--minutes", type=float, default=1e9, help="stop after so long; run again to go on")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
