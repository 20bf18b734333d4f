"""A cohort whose group differences are known, and whether commands found them.

    python scripts/cohort_truth.py make FOLDER [--animals 24] [--minutes 5] [--seed 0]
    python scripts/cohort_truth.py score FOLDER

``scripts/cohort_chain`` calls it before and after the commands. Treated mice rear more, groom their
faces less, and now and then walk backwards, which is none of the known behaviours.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pandas as pd

from napari_mousegpt.sample.cohort import LESS, MORE, NEW
from napari_mousegpt.workflows.sample_cohort import GROUPS, write_cohort

PLANTED = {MORE: 1, LESS: -1}
FOLLOWS = ("walking", "distance_mm", "moving_share")
"""What must differ because treated mice walk backwards as well."""
QUARTER = 0.25
"""Share of a moment's best window that must be planted."""


def make(folder: Path, animals: int, minutes: float, seed: int) -> None:
    """Make the cohort, if it is not there."""
    if (folder / GROUPS).exists():
        return
    for recording in write_cohort(folder, animals=animals, minutes=minutes, seed=seed):
        print(f"\rgenerated {recording.name}", end="", flush=True)
    print()


def score(folder: Path) -> None:
    """Hold what compare, novelty and predict said against what was planted."""
    said = {name: json.loads((folder / f"{name}.json").read_text()) for name in _COMMANDS}
    _score_comparison(said["compare"]["tests"])
    _score_novelty(folder, said["novelty"])
    predicted = said["predict"]
    print(
        f"predict: balanced accuracy {predicted['balanced_accuracy']:.2f}, p = {predicted['p']:.3g}"
    )
    print("\n".join(f"  {words}" for words in predicted["words"][:4]))


_COMMANDS = ("compare", "novelty", "predict")


def _score_comparison(tests: list[dict[str, Any]]) -> None:
    told = [row for row in tests if row["significant"]]
    for behaviour, sign in PLANTED.items():
        rows = [row for row in told if row["measure"] == f"{behaviour}: budget"]
        found = bool(rows) and rows[0]["value"] * sign > 0
        q = f" (q = {rows[0]['q']:.2g})" if rows else ""
        direction = "more" if sign > 0 else "less"
        print(f"compare: planted {behaviour} {direction}: {'found' if found else 'missed'}{q}")
    known = (*PLANTED, *FOLLOWS)
    others = [row["measure"] for row in told if row["measure"].split(": ")[0] not in known]
    follow = [row["measure"] for row in told if row["measure"].split(": ")[0] in FOLLOWS]
    print(f"  follows from walking backwards: {', '.join(follow) or 'none'}")
    print(f"  of {len(tests)} measures, different beside these: {', '.join(others) or 'none'}")


def _score_novelty(folder: Path, said: dict[str, Any]) -> None:
    moments, out = said["moments"], said["stands_out"]
    right = sum(_is_planted(folder, moment) for moment in moments)
    print(
        f"novelty: of the first {len(moments)} moments {right} are {NEW}; {out['windows']} windows "
        f"of {out['animals']} animals stand out, p = {out['p']:.2g}"
    )
    for word in out["words"]:
        print(f"  {word['word']}: {word['share']:.0%} of them, {word['reference']:.1%} in controls")


def _is_planted(folder: Path, moment: dict[str, Any]) -> bool:
    name = Path(moment["recording"]).name.removesuffix(".mousegpt")
    truth = pd.read_csv(folder / f"{name}_truth.csv")
    new = truth[truth["behaviour"] == NEW]
    shared = new["stop"].clip(upper=moment["stop"]) - new["start"].clip(lower=moment["start"])
    return bool((shared >= QUARTER * (moment["stop"] - moment["start"])).any())


def main() -> None:
    """Make or score."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("make", "score"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--animals", type=int, default=24)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.what == "make":
        make(options.folder, options.animals, options.minutes, options.seed)
    else:
        score(options.folder)


if __name__ == "__main__":
    main()
