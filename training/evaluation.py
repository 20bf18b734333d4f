"""What a trained model says of clips it has not seen, and of clips that were tampered with.

python -m training.evaluation [MODEL_FOLDER] [--clips 1536]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.captioning.mousegpt_tiny import FOLDER, FRAMES, KNOWN_SPANS_S
from napari_mousegpt.captioning.seen_facts.conclusions import Conclusions
from napari_mousegpt.captioning.seen_facts.fact_reader import FactReader
from napari_mousegpt.datamodel.description import Description, parse_description
from napari_mousegpt.datamodel.fact_phrases import facts_said
from napari_mousegpt.datamodel.facts import Facts
from napari_mousegpt.datamodel.timerange import TimeRange
from training.answers import NO_ANIMAL
from training.rendering.clips import RenderedClips, Renderer
from training.rendering.looks import VIEWS, Style
from training.settings import Settings
from training.trainee import FACTS, Trainee

HELD_OUT_SEED, UNSEEN_SEED, NEAR_SEED = 999_001, 999_002, 999_003
AT_ONCE, LOOKED_AT_ONCE = 256, 64
CONTROLS: dict[str, Callable[[Tensor, torch.Generator], Tensor]] = {
    "frames shuffled": lambda clips, chance: torch.stack(
        [clip[torch.randperm(len(clip), generator=chance)] for clip in clips]
    ),
    "frames reversed": lambda clips, _: clips.flip(1),
    "first frame repeated": lambda clips, _: clips[:, :1].expand_as(clips),
    "blank frames": lambda clips, _: torch.full_like(clips, 127),
    "mirrored picture": lambda clips, _: clips.flip(-1),
}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Tables of shares from 0 to 1, and who was taken for whom.

    Attributes
    ----------
    rows
        One row per condition, one column per fact, by what the eye concludes, and two rows by the
        words alone; ``left or right`` and ``flipped`` are among clips that turn, ``valid`` is the
        share of readable answers.
    confusion
        Behaviours of held-out clips (rows) and what was concluded (columns).
    empty_seen, change_seen
        Share of clips without an animal of which the words say that, and of clips with a change of
        behaviour of which they say both.
    """

    rows: pd.DataFrame
    confusion: pd.DataFrame
    empty_seen: float
    change_seen: float


def evaluate(
    trainee: Trainee,
    processor: Any,
    settings: Settings,
    device: torch.device,
    reader: FactReader,
) -> Evaluation:
    """Measure held-out clips, clips of unseen looks, and the controls on a third of them.

    ``reader`` has the layers of the same model, as the package reads them.
    """
    trainee.eval()
    held_out = draw_held_out(settings, device, HELD_OUT_SEED)
    unseen = draw_held_out(settings, device, UNSEEN_SEED, style="unseen")
    near = draw_held_out(settings, device, NEAR_SEED, neighbour=1.0)
    seen = concluded(trainee, reader, held_out)
    rows = {
        "most frequent": _most_frequent(held_out.facts),
        "held out": measure(seen, held_out.facts),
        "unseen looks": measure(concluded(trainee, reader, unseen), unseen.facts),
        "another animal near": measure(concluded(trainee, reader, near), near.facts),
    }
    third = max(len(seen) // 3, 1)
    chance = torch.Generator().manual_seed(settings.seed)
    for name, tamper in CONTROLS.items():
        clips = tamper(held_out.pixels[:third], chance)
        rows[name] = measure(concluded(trainee, reader, held_out, clips), held_out.facts[:third])
    rows["another clip's answer"] = measure(seen[1:] + seen[:1], held_out.facts)
    words = answers(trainee, processor, held_out)
    rows["held out, by its words"] = measure_words(words, held_out.facts)
    told = answers(trainee, processor, unseen)
    rows["unseen looks, by its words"] = measure_words(told, unseen.facts)
    return Evaluation(
        pd.DataFrame(rows).T, _confusion(seen, held_out.facts), *_special(words, held_out)
    )


def draw_held_out(
    settings: Settings,
    device: torch.device,
    seed: int,
    *,
    style: Style = "usual",
    neighbour: float = 0.0,
) -> RenderedClips:
    """Clips of a seed that training never uses, always on made floors."""
    renderer = Renderer(
        128,
        device,
        seed,
        mixed=settings.mixed,
        absent=settings.absent,
        neighbour=neighbour,
        compiled=settings.fast_cpu and device.type == "cpu",
        style=style,
    )
    parts: list[RenderedClips] = []
    while sum(len(part.facts) for part in parts) < settings.held_out:
        parts.append(renderer.draw(min(AT_ONCE, settings.held_out)))
    return RenderedClips(
        pixels=torch.cat([part.pixels for part in parts]),
        keypoints=torch.cat([part.keypoints for part in parts]),
        facts=[one for part in parts for one in part.facts],
        changes=[one for part in parts for one in part.changes],
        speed_bl_per_s=torch.cat([part.speed_bl_per_s for part in parts]),
        turn_deg=torch.cat([part.turn_deg for part in parts]),
        span=torch.cat([part.span for part in parts]),
        view=torch.cat([part.view for part in parts]),
    )


@torch.inference_mode()
def concluded(
    trainee: Trainee, reader: FactReader, clips: RenderedClips, pixels: Tensor | None = None
) -> list[Facts | None]:
    """Facts of clips, or of other pixels in their place, as the package decides on them."""
    pixels = clips.pixels if pixels is None else pixels
    spans_s = [float(span_s) for span_s in KNOWN_SPANS_S]
    told = [
        Clip("rendered", "mouse", TimeRange(0, FRAMES), (), (0.0, spans_s[span]), VIEWS[view])
        for span, view in zip(clips.span.tolist(), clips.view.tolist(), strict=True)
    ]
    conclusions = Conclusions(reader, spans_s, VIEWS, None)
    conclusions.begin(told, [one.span_s for one in told])
    for start in range(0, len(pixels), LOOKED_AT_ONCE):
        places = range(start, min(start + LOOKED_AT_ONCE, len(pixels)))
        seen, _ = trainee.look(pixels[start : places.stop].to(trainee.prompts.device))
        conclusions.conclude(places, seen.flatten(0, 1))
    return [conclusions.of(place)[0] for place in range(len(pixels))]


def answers(
    trainee: Trainee, processor: Any, clips: RenderedClips, pixels: Tensor | None = None
) -> list[Description | None]:
    """Greedy answers to clips, or to other pixels in their place; None where unreadable."""
    pixels = clips.pixels if pixels is None else pixels
    device = trainee.prompts.device
    said: list[Description | None] = []
    for start in range(0, len(pixels), AT_ONCE):
        part = slice(start, min(start + AT_ONCE, len(pixels)))
        with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
            tokens = trainee.answer(
                pixels[part].to(device),
                clips.span[part].to(device),
                clips.view[part].to(device),
                120,
            )
        said += [_read(text) for text in processor.batch_decode(tokens, skip_special_tokens=True)]
    return said


def _read(text: str) -> Description | None:
    try:
        return parse_description(text)
    except ValueError:
        return None


def measure_words(
    said: Sequence[Description | None], truth: Sequence[Facts | None]
) -> dict[str, float]:
    """Shares that are right, and that can be read."""
    valid = sum(one is not None for one in said) / max(len(said), 1)
    facts = [Facts() if one is None else facts_said(one) for one in said]
    return measure(facts, truth) | {"valid": valid}


def measure(said: Sequence[Facts | None], truth: Sequence[Facts | None]) -> dict[str, float]:
    """Shares that are right, among the clips with an animal."""
    pairs = [
        (one or Facts(), facts) for one, facts in zip(said, truth, strict=True) if facts is not None
    ]
    shares = {
        name: _share([getattr(a, name) == getattr(b, name) for a, b in pairs]) for name in FACTS
    }
    sides = [(_side(told.turn), _side(facts.turn)) for told, facts in pairs if _side(facts.turn)]
    shares["left or right"] = _share([told == true for told, true in sides])
    shares["flipped"] = _share([bool(told) and told != true for told, true in sides])
    return shares


def _side(turn: str | None) -> str:
    return next((side for side in ("left", "right") if side in (turn or "")), "")


def _share(hits: list[bool]) -> float:
    return sum(hits) / len(hits) if hits else float("nan")


def _most_frequent(truth: list[Facts | None]) -> dict[str, float]:
    known = [facts for facts in truth if facts is not None]
    shares = {}
    for name in FACTS:
        values = pd.Series([getattr(facts, name) for facts in known])
        shares[name] = float(values.value_counts(normalize=True).iloc[0])
    return shares


def _confusion(said: Sequence[Facts | None], truth: Sequence[Facts | None]) -> pd.DataFrame:
    rows = [
        (NO_ANIMAL if facts is None else facts.behaviour, one and one.behaviour)
        for one, facts in zip(said, truth, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["true", "concluded"])
    return pd.crosstab(table["true"], table["concluded"])


def _special(said: list[Description | None], clips: RenderedClips) -> tuple[float, float]:
    empty = [
        one is not None and NO_ANIMAL in one.keywords
        for one, facts in zip(said, clips.facts, strict=True)
        if facts is None
    ]
    both = [
        one is not None and {*change} <= {*one.keywords}
        for one, change in zip(said, clips.changes, strict=True)
        if change is not None
    ]
    return _share(empty), _share(both)


def main() -> None:
    """Print what a model's folder gets right."""
    from training.weights import load_trainee, table_of

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, nargs="?", default=FOLDER)
    parser.add_argument("--clips", type=int, default=1_536, help="of each row")
    options = parser.parse_args()
    settings = Settings.read("more", held_out=options.clips)
    trainee, processor = load_trainee(options.model)
    device = torch.device("cpu")
    reader = FactReader.load(options.model, device)
    assert reader is not None  # or it could not be trained on
    found = evaluate(trainee, processor, settings, device, reader)
    print(table_of(found.rows * 100))
    print(
        f"\nno animal seen in {found.empty_seen:.0%}, both behaviours in {found.change_seen:.0%}\n"
    )
    print(table_of(found.confusion, digits=0))


if __name__ == "__main__":
    main()
