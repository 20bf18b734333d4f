"""What a training says of itself while it runs and at its end. Knows no widget."""

from __future__ import annotations

from typing import Any

from napari_mousegpt.widgets.caption.pace import in_words


def progress_in_words(values: dict[str, Any]) -> str:
    """One line about a step."""
    if values["note"] and values["loss"] is None:
        return f"{values['note'].capitalize()} …"
    parts = [f"Step {values['step']} of {values['steps']}"]
    if values["note"]:
        parts.insert(0, values["note"])
    if values["accuracy"] is not None:
        parts.append(f"{100 * values['accuracy']:.0f} % of held-out facts right")
    if values["seconds_left"] is not None:
        parts.append(f"at most {in_words(values['seconds_left'])} left")
    return " · ".join(parts)


def result_in_words(values: dict[str, Any]) -> str:
    """How well it went, and what a person must know of it."""
    before, after = (_accuracy(values[name]) for name in ("before", "after"))
    sentences = [
        f"{before:.0f} → {after:.0f} % of the facts right on {values['after']['windows']} "
        f"windows that were not learned from ({values['data']['learned_number']} were).",
        *(f"Note: {warning}." for warning in values["split"]["warnings"]),
    ]
    return "\n".join(sentences)


def _accuracy(measured: dict[str, Any]) -> float:
    known = sum(measured["known"].values())
    return 100 * sum(measured["right"].values()) / known if known else float("nan")
