"""The whole chain on 24 generated mice whose differences are known: what is found, what is not.

    python benchmarks/cohort_chain.py [--folder FOLDER] [--animals 24] [--minutes 5]

Runs the commands caption, embed, cluster, name, profile, compare, novelty and predict, prints what
they print, and holds it against what was planted: treated mice rear more, groom their faces less,
and now and then walk backwards, which is none of the known behaviours. A folder that is given is
kept, and what is there already is not made again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from napari_mousegpt.sample.cohort import LESS, MORE, NEW
from napari_mousegpt.workflows.sample_cohort import GROUPS, write_cohort

PLANTED = {MORE: 1, LESS: -1}
FOLLOWS = ("walking", "distance_mm", "moving_share")
"""What must differ because treated mice walk backwards as well."""
FIRST_HITS = 20


def mousegpt(*arguments: object) -> str:
    """Run a command, print what it says, and return its stdout."""
    words = [str(word) for word in arguments]
    shown = [word for word in words if not word.endswith(".mousegpt")]
    print(f"\n$ mousegpt {' '.join(shown)}", flush=True)
    started_s = time.perf_counter()
    command = [sys.executable, "-c", "from napari_mousegpt.cli import main; main()", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = (done.stdout if "--json" not in words else "").splitlines()
    print("\n".join(line[:160] for line in [*lines[:30], *done.stderr.splitlines()[-6:]]))
    print(f"  ({time.perf_counter() - started_s:.0f} s)", flush=True)
    if done.returncode:
        sys.exit(f"mousegpt {words[0]} ended with {done.returncode}")
    return done.stdout


def make(folder: Path, animals: int, minutes: float) -> list[Path]:
    """Make the cohort, if it is not there."""
    if not (folder / GROUPS).exists():
        started_s = time.perf_counter()
        for recording in write_cohort(folder, animals=animals, minutes=minutes):
            print(f"\rgenerated {recording.name}", end="", flush=True)
        print(f" ({time.perf_counter() - started_s:.0f} s)")
    return sorted(folder.glob("*.mousegpt"))


def score_comparison(tests: list[dict]) -> None:
    """Print which planted effects were found, and what else."""
    told = [row for row in tests if row["significant"]]
    for behaviour, sign in PLANTED.items():
        rows = [row for row in told if row["measure"] == f"{behaviour}: budget"]
        right = bool(rows) and rows[0]["value"] * sign > 0
        print(f"  planted {behaviour} {'more' if sign > 0 else 'less'}: found {right}")
    known = (*PLANTED, *FOLLOWS)
    others = [row["measure"] for row in told if row["measure"].split(": ")[0] not in known]
    print(f"  of {len(tests)} measures, different beside what was planted: {others or 'none'}")


def score_novelty(folder: Path, moments: list[dict]) -> None:
    """Print how many of the first hits are the planted behaviour."""
    right = 0
    for moment in moments[:FIRST_HITS]:
        name = Path(moment["recording"]).name.removesuffix(".mousegpt")
        truth = pd.read_csv(folder / f"{name}_truth.csv")
        new = truth[truth["behaviour"] == NEW]
        shared = new["stop"].clip(upper=moment["stop"]) - new["start"].clip(lower=moment["start"])
        right += bool((shared >= 0.25 * (moment["stop"] - moment["start"])).any())
    print(f"  first {len(moments[:FIRST_HITS])} unusual moments: {right} are {NEW}")


def main() -> None:
    """Run the chain."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--animals", type=int, default=24)
    parser.add_argument("--minutes", type=float, default=5.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        cohort = make(folder, options.animals, options.minutes)
        groups = pd.read_csv(folder / GROUPS)
        controls = groups.loc[groups["group"] == "control", "recording"]
        mousegpt("caption", *cohort, "--captioner", "kinematic-rules")
        mousegpt("embed", *cohort)
        mousegpt("cluster", *cohort, "--map", "none")
        mousegpt("name", *cohort)
        rules = ("--source", "rule")
        mousegpt("profile", *cohort, *rules, "--orders", 199, "-o", folder / "profile")
        with_groups = (*cohort, *rules, "--groups", folder / GROUPS)
        said = mousegpt("compare", *with_groups, "-o", folder / "compare", "--json")
        score_comparison(json.loads(said)["tests"])
        reference = [
            word for name in controls for word in ("--reference", folder / f"{name}.mousegpt")
        ]
        said = mousegpt("novelty", *cohort, *reference, "--no-calibrate", "--json")
        score_novelty(folder, json.loads(said)["moments"])
        mousegpt("predict", *with_groups, "--permutations", 99, "-o", folder / "predict")


if __name__ == "__main__":
    main()
