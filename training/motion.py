"""Layers that read speed and turn as numbers, fitted behind an eye that stays as it is.

python -m training.motion MODEL_FOLDER [--clips 30000] [--threads 2]

A word such as "slight left" stands for any turn
between two limits; the number is what pose trackers measure.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from napari_mousegpt.captioning.seen_facts.fact_reader import MOTION_UNITS, save_reader
from napari_mousegpt.datamodel.facts import VOCABULARY
from training.rendering.clips import RenderedClips, Renderer
from training.settings import Settings
from training.trainee import FACTS, Trainee

MOTION_SEED = 999_004
AT_ONCE = 64
EPOCHS, BATCH, HIGHEST_RATE, DECAY, DROPPED = 20, 256, 8e-4, 0.05, 0.3
KNEE = 0.3
"""From here on an error counts by its size and no longer by its square: turns have long tails."""


@dataclass(frozen=True, slots=True)
class Examples:
    """What the eye saw of clips, shape (clips, width), and speed and turn in `MOTION_UNITS`,
    shape (clips, 2).
    """

    seen: Tensor
    motion: Tensor


def collect(trainee: Trainee, settings: Settings, clips: int, *, seed: int) -> Examples:
    """Render clips of mice, a third with another one near, and look at them."""
    trainee.eval()
    device = trainee.prompts.device
    renderer = Renderer(
        128,
        device,
        seed,
        mixed=settings.mixed,
        absent=0.0,
        neighbour=settings.neighbour,
        compiled=settings.fast_cpu and device.type == "cpu",
    )
    seen: list[Tensor] = []
    motion: list[Tensor] = []
    while AT_ONCE * len(seen) < clips:
        drawn = renderer.draw(AT_ONCE)
        seen.append(_seen(trainee, drawn, settings))
        motion.append(torch.stack([drawn.speed_bl_per_s, drawn.turn_deg], 1))
    return Examples(torch.cat(seen), torch.cat(motion) / torch.tensor(MOTION_UNITS))


@torch.inference_mode()
def _seen(trainee: Trainee, clips: RenderedClips, settings: Settings) -> Tensor:
    device = trainee.prompts.device
    halved = device.type == "cuda" or settings.fast_cpu
    with torch.autocast(device.type, torch.bfloat16, enabled=halved):
        tokens, _ = trainee.look(clips.pixels.to(device))
    return trainee.mixed_input(tokens.float(), clips.span.to(device), clips.view.to(device)).cpu()


def fit_motion(trainee: Trainee, examples: Examples, *, seed: int) -> float:
    """Fit the layers of a trainee anew, and nothing else of it; return the last mean loss."""
    device = trainee.prompts.device
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    layers = trainee.motion
    last = layers[-1]
    for layer in layers:
        if isinstance(layer, nn.Linear):
            layer.reset_parameters()
    nn.init.zeros_(last.weight)
    nn.init.zeros_(last.bias)
    steps = max(EPOCHS * len(examples.seen) // BATCH, 1)
    optimiser = torch.optim.AdamW(layers.parameters(), HIGHEST_RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, HIGHEST_RATE, total_steps=steps + 1)
    lately = math.nan
    for _ in range(steps):
        rows = torch.randint(len(examples.seen), (BATCH,), generator=generator)
        values = examples.seen[rows].to(device)
        for part in layers[:-1]:
            values = part(values)
            if isinstance(part, nn.GELU):
                values = functional.dropout(values, DROPPED)
        loss = functional.smooth_l1_loss(last(values), examples.motion[rows].to(device), beta=KNEE)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        value = float(loss.detach())
        lately = value if math.isnan(lately) else 0.98 * lately + 0.02 * value
    return lately


def main() -> None:
    """Fit the layers of a model's folder and write them into it."""
    from training.weights import load_trainee

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--clips", type=int, default=30_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    settings = Settings.read("more")
    trainee, _ = load_trainee(options.model)
    examples = collect(trainee, settings, options.clips, seed=MOTION_SEED + options.seed)
    print(f"loss {fit_motion(trainee, examples, seed=options.seed):.3f}")
    save_reader(options.model, trainee.fact_weights(), {name: VOCABULARY[name] for name in FACTS})


if __name__ == "__main__":
    main()
