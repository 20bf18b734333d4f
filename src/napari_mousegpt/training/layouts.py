"""The records in the three layouts that other trainers read, pictures as files. Knows no model.

Where a fact is not known, its level is null: other trainers cannot leave a part of an answer out.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from napari_mousegpt.captioning.prompt import Prompt
from napari_mousegpt.io.durable import replace_file
from napari_mousegpt.training.phrases import describe_facts
from napari_mousegpt.training.records import Record, clip_of

Layout = Callable[[str, str, str, tuple[str, ...]], dict[str, Any]]


def messages(system: str, question: str, answer: str, images: tuple[str, ...]) -> dict[str, Any]:
    """``messages`` with roles and ``images``."""
    said = [{"role": "system", "content": system}] if system else []
    shown = "<image>" * len(images) + question
    said += [{"role": "user", "content": shown}, {"role": "assistant", "content": answer}]
    return {"messages": said, "images": list(images)}


def conversations(
    system: str, question: str, answer: str, images: tuple[str, ...]
) -> dict[str, Any]:
    """``conversations`` of ``from`` and ``value``, with ``image``."""
    said = [{"from": "system", "value": system}] if system else []
    shown = "<image>\n" * len(images) + question
    said += [{"from": "human", "value": shown}, {"from": "gpt", "value": answer}]
    return {"conversations": said, "image": list(images)}


def query_response(
    system: str, question: str, answer: str, images: tuple[str, ...]
) -> dict[str, Any]:
    """``query`` and ``response``, with ``images``."""
    line = {"query": "<image>" * len(images) + question, "response": answer}
    return {**({"system": system} if system else {}), **line, "images": list(images)}


LAYOUTS: dict[str, Layout] = {
    "messages": messages,
    "conversations": conversations,
    "query-response": query_response,
}


def write_layouts(
    folder: Path, records: Sequence[Record], captioner: Any, *, seed: int = 0
) -> list[Path]:
    """Write every layout of the records of a folder, to learn from and held out apart.

    Parameters
    ----------
    captioner
        Whose prompt the records are asked with.

    Returns
    -------
    list of Path
        The files: JSON lines, with pictures relative to ``folder``.
    """
    lines: dict[str, list[str]] = {}
    prompt: Prompt = captioner.prompt
    for record in records:
        clip = captioner.as_seen(clip_of(record, folder))
        question = prompt.question_for(clip, span_s=captioner.span_s(clip))
        answer = _answer(record, random.Random(f"{seed} {record.id}"))
        if answer is None:
            continue
        part = "held_out" if record.held_out else "train"
        for name, layout in LAYOUTS.items():
            line = {"id": record.id, **layout(prompt.system, question, answer, record.images)}
            lines.setdefault(f"{name}.{part}.jsonl", []).append(
                json.dumps(line, ensure_ascii=False)
            )
    for name, texts in lines.items():
        replace_file(folder / name, partial(_write, text="".join(f"{text}\n" for text in texts)))
    return [folder / name for name in sorted(lines)]


def _answer(record: Record, rng: random.Random) -> str | None:
    """The answer, or None where no behaviour is known that it could begin with."""
    if record.corrected is not None:
        return record.description.to_text()
    return describe_facts(record.known(), rng).to_text() if record.behaviour else None


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
