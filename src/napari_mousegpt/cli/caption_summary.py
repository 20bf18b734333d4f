"""What a captioning came to, as a sentence and as JSON. Knows no options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from napari_mousegpt.datamodel.recording import Recording
    from napari_mousegpt.workflows.caption import CaptionPlan, CaptionProgress


def summary_of(plan: CaptionPlan, last: CaptionProgress, seconds: float) -> dict[str, Any]:
    """What scripts get; tokens and windows without an answer only where there can be any."""
    summary = {
        "recording": str(plan.recording.folder),
        "captioner": plan.captioner.name,
        "model": plan.captioner.model,
        "windows": plan.total,
        "captioned": last.captioned,
        "skipped": last.skipped,
        "invalid": last.invalid,
        "seconds": round(seconds, 3),
    }
    if plan.settings.sampling != "uniform" and plan.sampled is not None:
        summary |= {
            "sampling": plan.settings.sampling,
            "uniform_windows": plan.sampled.uniform,
            "still_spans": plan.sampled.still_spans,
            "not_shown_s": round(plan.sampled.not_shown_s, 3),
        }
    if hasattr(plan.captioner, "prompt_tokens"):
        summary["unanswered"] = last.unanswered
        for tokens in ("prompt_tokens", "completion_tokens"):
            summary[tokens] = getattr(plan.captioner, tokens)
    return summary


def sentence_of(summary: dict[str, Any], recording: Recording) -> str:
    """What people read."""
    folder, total = summary["recording"], summary["windows"]
    if summary["skipped"] == total:
        return f"{folder}: nothing to do, all {total} windows were described before"
    described = summary["captioned"] - summary["invalid"]
    parts = [f"{described} of {total} windows described in {summary['seconds']:.1f} s"]
    if summary["skipped"]:
        parts.append(f"{summary['skipped']} were described before")
    if summary["invalid"]:
        table = recording.descriptions
        reasons = table.loc[~table["valid"], "problem"].value_counts()
        parts.append(f"{summary['invalid']} could not be ({reasons.index[0]})")
    if summary.get("unanswered"):
        parts.append(f"{summary['unanswered']} got no answer")
    if tokens := summary.get("prompt_tokens", 0) + summary.get("completion_tokens", 0):
        parts.append(f"{tokens:,} tokens")
    return f"{folder}: {', '.join(parts)}{_sampled(summary)}\nLook at it: mousegpt view {folder}"


def _sampled(summary: dict[str, Any]) -> str:
    """What adaptive windows saved, and what of the film nobody looked at for them."""
    if "sampling" not in summary:
        return ""
    placed = (
        f"{summary['windows']} windows where the poses change, {summary['uniform_windows']} evenly"
    )
    if not summary["still_spans"]:
        return f"\n{placed}; no long stillness, all of the film was shown"
    return (
        f"\n{placed}; {summary['still_spans']} long still spans described by their middle, "
        f"{summary['not_shown_s']:.1f} s of them were not shown to the captioner"
    )
