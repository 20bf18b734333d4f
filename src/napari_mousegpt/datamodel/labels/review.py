"""Edits of what was looked at, and of descriptions. Knows no file and no window."""

from __future__ import annotations

from collections.abc import Iterable

from napari_mousegpt.datamodel.labels.assessed import Assessed
from napari_mousegpt.datamodel.labels.corrections import LEVELS_TO_CORRECT, Corrected, Correction
from napari_mousegpt.datamodel.labels.edit import Edit
from napari_mousegpt.datamodel.labels.set import LabelSet


def assess(labels: LabelSet, span: Assessed) -> Edit:
    """Say that a span was looked at; spans of the same that overlap or touch become one."""
    if span.stop <= span.start or not span.behaviours:
        raise ValueError(
            f"expected a span of frames and the behaviours looked for, found {span.start} to "
            f"{span.stop} and {list(span.behaviours)}"
        )
    joined = [
        one
        for one in _like(labels, span)
        if set(one.behaviours) == set(span.behaviours)
        and one.start <= span.stop
        and one.stop >= span.start
    ]
    whole = span.replace(
        start=min([span.start, *(one.start for one in joined)]),
        stop=max([span.stop, *(one.stop for one in joined)]),
    )
    if joined == [whole]:
        return Edit("looked at")
    return Edit("looked at", assessed_removed=tuple(joined), assessed_added=(whole,))


def unassess(labels: LabelSet, span: Assessed) -> Edit:
    """Say that a span was not looked at for these behaviours after all."""
    touched = [
        one
        for one in _like(labels, span)
        if one.start < span.stop
        and one.stop > span.start
        and set(one.behaviours) & set(span.behaviours)
    ]
    left = []
    for one in touched:
        others = tuple(word for word in one.behaviours if word not in span.behaviours)
        inside = one.replace(
            start=max(one.start, span.start), stop=min(one.stop, span.stop), behaviours=others
        )
        left += [inside] if others else []
        left += [one.replace(stop=span.start)] if one.start < span.start else []
        left += [one.replace(start=span.stop)] if one.stop > span.stop else []
    return Edit("not looked at", assessed_removed=tuple(touched), assessed_added=tuple(left))


def correct(
    labels: LabelSet,
    run_id: str,
    video: str,
    individual: str,
    start: int,
    stop: int,
    *,
    annotator: str | None = None,
    **levels: str | Iterable[str] | None,
) -> Edit:
    """Correct levels of one description; None takes an earlier correction back.

    Parameters
    ----------
    levels
        ``overall, head, limb, torso`` as text, ``keywords`` as a list of words.
    """
    unknown = set(levels) - set(LEVELS_TO_CORRECT)
    if unknown or not levels:
        raise ValueError(f"expected levels among {LEVELS_TO_CORRECT}, found {sorted(levels)}")
    removed, added = [], []
    for level, value in levels.items():
        key = Corrected(run_id, video, individual, int(start), int(stop), level)
        before = labels.corrections.get(key)
        removed += [before] if before is not None else []
        if value is not None:
            if isinstance(value, str) == (level == "keywords"):
                raise ValueError(f"expected text, or for keywords a list of words, found {value!r}")
            words = value if isinstance(value, str) else tuple(map(str, value))
            added.append(Correction(key, words, annotator))
    return Edit(
        f"correct {' and '.join(levels)} at {start}",
        corrections_removed=tuple(removed),
        corrections_added=tuple(added),
    )


def _like(labels: LabelSet, span: Assessed) -> list[Assessed]:
    whose = (span.video, span.individual, span.annotator)
    return [one for one in labels.assessed if (one.video, one.individual, one.annotator) == whose]
