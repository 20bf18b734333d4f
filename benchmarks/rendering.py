"""Clips for training rendered per second, painted step by step and in one pass.

python -m benchmarks.rendering [--clips 64] [--threads 2]
"""

from __future__ import annotations

import argparse
import time

import torch

from training.network import SIDE_PX
from training.rendering.clips import Renderer
from training.settings import Settings

ROUNDS = 3


def main() -> None:
    """Print the best of some rounds for both ways, in turn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=64, help="at once")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    near = Settings.read("more").neighbour
    ways = {
        name: Renderer(SIDE_PX, torch.device("cpu"), 1, neighbour=near, compiled=compiled)
        for name, compiled in (("step by step", False), ("in one pass", True))
    }
    best = dict.fromkeys(ways, 0.0)
    for renderer in ways.values():
        renderer.draw(options.clips)  # compiles
    for _ in range(ROUNDS):
        for name, renderer in ways.items():
            started_s = time.perf_counter()
            renderer.draw(options.clips)
            best[name] = max(best[name], options.clips / (time.perf_counter() - started_s))
    for name, clips_per_s in best.items():
        print(f"{name}: {clips_per_s:.1f} clips/s")


if __name__ == "__main__":
    main()
