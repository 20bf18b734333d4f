"""What a trained model says of clips it has not seen, and of clips that were tampered with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from napari_mousegpt.datamodel.description import Description, parse_description
from napari_mousegpt.datamodel.fact_phrases import facts_said
from napari_mousegpt.datamodel.facts import Facts
from training.answers import NO_ANIMAL
from training.rendering.clips import RenderedClips, Renderer
from training.rendering.looks import Style
from training.settings import Settings
from training.trainee import FACTS, Trainee

HELD_OUT_SEED, UNSEEN_SEED = 999_001, 999_002
AT_ONCE = 256
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
        One row per condition, one column per fact; ``left or right`` and ``flipped`` are among
        clips that turn, ``valid`` is the share of readable answers.
    confusion
        Behaviours of held-out clips (rows) and what was said (columns).
    empty_seen, change_seen
        Share of clips without an animal of which that was said, and of clips with a change of
        behaviour of which both were.
    """

    rows: pd.DataFrame
    confusion: pd.DataFrame
    empty_seen: float
    change_seen: float


def evaluate(
    trainee: Trainee, processor: Any, settings: Settings, device: torch.device
) -> Evaluation:
    """Measure held-out clips, clips of unseen looks, and the controls on a third of them."""
    trainee.eval()
    held_out = draw_held_out(settings, device, HELD_OUT_SEED, "usual")
    said = answers(trainee, processor, held_out)
    unseen = draw_held_out(settings, device, UNSEEN_SEED, "unseen")
    rows = {
        "most frequent": _most_frequent(held_out.facts),
        "held out": measure(said, held_out.facts),
        "unseen looks": measure(answers(trainee, processor, unseen), unseen.facts),
    }
    third = max(len(said) // 3, 1)
    chance = torch.Generator().manual_seed(settings.seed)
    for name, tamper in CONTROLS.items():
        clips = tamper(held_out.pixels[:third], chance)
        told = answers(trainee, processor, held_out, clips)
        rows[name] = measure(told, held_out.facts[:third])
    rows["another clip's answer"] = measure(said[1:] + said[:1], held_out.facts)
    return Evaluation(
        pd.DataFrame(rows).T, _confusion(said, held_out.facts), *_special(said, held_out)
    )


def draw_held_out(
    settings: Settings, device: torch.device, seed: int, style: Style
) -> RenderedClips:
    """Clips of a seed that training never uses, always on made floors."""
    renderer = Renderer(
        128, device, seed, mixed=settings.mixed, absent=settings.absent, style=style
    )
    parts: list[RenderedClips] = []
    while sum(len(part.facts) for part in parts) < settings.held_out:
        parts.append(renderer.draw(min(AT_ONCE, settings.held_out)))
    return RenderedClips(
        pixels=torch.cat([part.pixels for part in parts]),
        keypoints=torch.cat([part.keypoints for part in parts]),
        facts=[one for part in parts for one in part.facts],
        changes=[one for part in parts for one in part.changes],
        span=torch.cat([part.span for part in parts]),
        view=torch.cat([part.view for part in parts]),
    )


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


def measure(said: list[Description | None], truth: list[Facts | None]) -> dict[str, float]:
    """Shares that are right, among the clips with an animal."""
    pairs = [
        (Facts() if one is None else facts_said(one), facts)
        for one, facts in zip(said, truth, strict=True)
        if facts is not None
    ]
    shares = {"valid": sum(one is not None for one in said) / max(len(said), 1)}
    for name in FACTS:
        shares[name] = _share([getattr(a, name) == getattr(b, name) for a, b in pairs])
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


def _confusion(said: list[Description | None], truth: list[Facts | None]) -> pd.DataFrame:
    rows = [
        (
            NO_ANIMAL if facts is None else facts.behaviour,
            "unreadable" if one is None else (one.keywords or ("nothing",))[0],
        )
        for one, facts in zip(said, truth, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["true", "said"])
    return pd.crosstab(table["true"], table["said"])


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
