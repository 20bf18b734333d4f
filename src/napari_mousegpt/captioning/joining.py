"""Descriptions of the parts of a long window joined into one. Knows no model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from napari_mousegpt.captioning.captioner import Answer
from napari_mousegpt.datamodel.description import LEVELS, Description, parse_description
from napari_mousegpt.datamodel.tables import SEEN


def join_parts(answers: Sequence[Answer], lengths: Sequence[int]) -> Answer:
    """Join the answers for consecutive parts of a window.

    The behaviour that fills most frames comes first among the keywords, and head, limb and torso
    are those of its first part; ``overall`` tells all parts in order. Parts that cannot be read
    are named in ``problem``; only if none can, there is no description. ``confidence`` is that of
    the parts that say this behaviour, by their length. Turns are summed, speeds averaged.
    """
    if len(answers) == 1:
        return answers[0]
    seconds = sum(answer.seconds for answer in answers)
    parts: list[tuple[Description, int]] = []
    problems: list[str] = []
    sure: list[tuple[str, float, int]] = []
    seen: list[tuple[Mapping[str, float], int]] = []
    for answer, length in zip(answers, lengths, strict=True):
        try:
            part = parse_description(answer.text or "")
        except ValueError as reason:
            problems.append(answer.problem or str(reason))
            continue
        parts.append((part, length))
        if answer.confidence is not None and part.keywords:
            sure.append((part.keywords[0], answer.confidence, length))
        seen.append((answer.seen, length))
    if not parts:
        text = "\n".join(answer.text for answer in answers if answer.text) or None
        return Answer(text, problem=problems[0], seconds=seconds)
    problem = f"{len(problems)} of {len(answers)} parts: {problems[0]}" if problems else None
    joined = _joined(parts)
    return Answer(
        joined.to_text(),
        problem=problem,
        seconds=seconds,
        confidence=_confidence_in(joined.keywords[:1], sure),
        seen={} if problems else _seen(seen),
    )


def _confidence_in(
    behaviour: tuple[str, ...], sure: Sequence[tuple[str, float, int]]
) -> float | None:
    known = [(confidence, length) for said, confidence, length in sure if (said,) == behaviour]
    frames = sum(length for _, length in known)
    return sum(confidence * length for confidence, length in known) / frames if frames else None


def _seen(parts: Sequence[tuple[Mapping[str, float], int]]) -> dict[str, float]:
    """Numbers of the whole window, where they are known of all parts."""
    speed, turn = SEEN
    found = {}
    if all(speed in part for part, _ in parts):
        frames = sum(length for _, length in parts)
        found[speed] = sum(part[speed] * length for part, length in parts) / frames
    if all(turn in part for part, _ in parts):
        found[turn] = sum(part[turn] for part, _ in parts)
    return found


def _joined(parts: Sequence[tuple[Description, int]]) -> Description:
    frames: Counter[str] = Counter()
    for part, length in parts:
        if part.keywords:
            frames[part.keywords[0]] += length
    order = [behaviour for behaviour, _ in frames.most_common()]
    said = [part for part, _ in parts]
    leading = next((part for part in said if part.keywords[:1] == tuple(order[:1])), said[0])
    sentences: list[str] = []
    for part, _ in parts:
        if not sentences or sentences[-1] != part.overall:
            sentences.append(part.overall)
    levels = {level: getattr(leading, level) for level in LEVELS[1:]}
    keywords = dict.fromkeys((*order, *leading.keywords[1:]))
    return Description(" Then: ".join(sentences), **levels, keywords=tuple(keywords))
