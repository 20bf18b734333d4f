"""ELAN ``.eaf``: annotations on tiers between time slots in milliseconds. Knows no video.

A tier is an individual (its participant, if it names one), an annotation's text the behaviour.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.io.doors.safe_xml import parse_xml
from napari_mousegpt.io.doors.text_rows import HEAD_BYTES, TEXT_LIMIT_BYTES, number
from napari_mousegpt.io.label_formats.bout_rows import Row, bouts_in_seconds
from napari_mousegpt.io.label_formats.frame_clock import make_clock
from napari_mousegpt.io.label_formats.media_clocks import file_name

suffixes = frozenset({".eaf"})

_ROOT = "ANNOTATION_DOCUMENT"


def matches(path: Path) -> bool:
    """Whether the name of ELAN's outermost element stands in the beginning of the file."""
    try:
        with path.open("rb") as file:
            return f"<{_ROOT}".encode() in file.read(HEAD_BYTES)
    except OSError:
        return False


def read(
    path: Path,
    *,
    fps: float | None = None,
    times_s: NDArray[np.floating] | None = None,
) -> pd.DataFrame:
    """Read bouts, with ``tier`` as a further column.

    Annotations that refer to another one, instead of to times, have its times. Slots without a
    time lie evenly between their neighbours, as ELAN shows them.

    Raises
    ------
    ValueError
        If the file is not of ELAN, declares entities, or no frame rate is known.
    """
    with path.open("rb") as file:
        content = file.read(TEXT_LIMIT_BYTES + 1)
    if len(content) > TEXT_LIMIT_BYTES:
        raise ValueError(f"{path.name}: expected at most {TEXT_LIMIT_BYTES} bytes of XML")
    root = parse_xml(content, path.name)
    if root.tag != _ROOT:
        raise ValueError(f"{path.name}: expected an element {_ROOT}, found {root.tag}")
    clock, problems = make_clock(path.name, fps=fps, times_s=times_s)
    slots_s, unaligned = _slots(root)
    times_of = _times_of_annotations(root, slots_s)
    video = next((file_name(e.get("MEDIA_URL", "")) for e in root.iter("MEDIA_DESCRIPTOR")), "")
    rows = [row | {"video": video} for tier in root.iter("TIER") for row in _rows(tier, times_of)]
    if unaligned:
        problems.append(f"time slots without a time, placed between their neighbours: {unaligned}")
    return bouts_in_seconds(rows, clock, problems=problems, ethogram=_vocabulary(root))


def _slots(root: Element) -> tuple[dict[str, float], int]:
    """Time of each slot; slots without one are placed between those before and behind."""
    names = [slot.get("TIME_SLOT_ID", "") for slot in root.iter("TIME_SLOT")]
    times_s = np.array(
        [number(slot.get("TIME_VALUE", "")) / 1000 for slot in root.iter("TIME_SLOT")], np.float64
    )
    known = np.isfinite(times_s)
    if known.any() and not known.all():
        positions = np.arange(len(times_s))
        times_s = np.interp(positions, positions[known], times_s[known])
    return dict(zip(names, times_s.tolist(), strict=True)), int((~known).sum())


def _times_of_annotations(
    root: Element, slots_s: dict[str, float]
) -> dict[str, tuple[float, float]]:
    times: dict[str, tuple[float, float]] = {}
    for annotation in root.iter("ALIGNABLE_ANNOTATION"):
        start, stop = annotation.get("TIME_SLOT_REF1", ""), annotation.get("TIME_SLOT_REF2", "")
        times[annotation.get("ANNOTATION_ID", "")] = (
            slots_s.get(start, np.nan),
            slots_s.get(stop, np.nan),
        )
    refers = {
        annotation.get("ANNOTATION_ID", ""): annotation.get("ANNOTATION_REF", "")
        for annotation in root.iter("REF_ANNOTATION")
    }
    for name in refers:
        chain = [name]
        while chain[-1] in refers and chain[-1] not in times and len(chain) <= len(refers):
            chain.append(refers[chain[-1]])
        times.update(dict.fromkeys(chain, times.get(chain[-1], (np.nan, np.nan))))
    return times


def _rows(tier: Element, times_of: dict[str, tuple[float, float]]) -> list[Row]:
    name = tier.get("TIER_ID", "")
    rows: list[Row] = []
    for annotation in tier.iter():
        if annotation.tag not in ("ALIGNABLE_ANNOTATION", "REF_ANNOTATION"):
            continue
        start_s, stop_s = times_of[annotation.get("ANNOTATION_ID", "")]
        rows.append(
            {
                "individual": tier.get("PARTICIPANT") or name,
                "start_s": start_s,
                "stop_s": stop_s,
                "behaviour": (annotation.findtext("ANNOTATION_VALUE") or "").strip() or name,
                "kind": "state",
                "source": "person",
                "annotator": tier.get("ANNOTATOR", ""),
                "tier": name,
            }
        )
    return rows


def _vocabulary(root: Element) -> list[Row]:
    """Behaviours that controlled vocabularies list."""
    listed: dict[str, Row] = {}
    for vocabulary in root.iter("CONTROLLED_VOCABULARY"):
        for entry in vocabulary.iter():
            if entry.tag in ("CV_ENTRY", "CVE_VALUE") and (entry.text or "").strip():
                name = (entry.text or "").strip()
                meaning = entry.get("DESCRIPTION", "")
                listed[name] = {"name": name, "meaning": meaning, "kind": "state"}
    return list(listed.values())
