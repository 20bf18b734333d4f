"""The card of a trained captioner: what it learned from, how well, and how to use it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from napari_mousegpt.training.held_out_parts import FEWEST_WINDOWS, GROUPS, LEARNED, SAME

CARD, METRICS = "README.md", "training.json"
KINDS = {
    "head": ("A layer behind what the eye concludes of", "napari-mousegpt"),
    "adapter": ("A LoRA adapter for", "peft"),
    "full": ("All weights of", "transformers"),
}


def model_card(values: Mapping[str, Any]) -> str:
    """Write the card out of what stands in ``training.json``.

    Parameters
    ----------
    values
        As `workflows.train` writes them: ``base``, ``method``, ``data``, ``split``, ``before``,
        ``after``, ``chosen_on``, ``history``, ``settings``, ``versions``, ``command``.
    """
    data, split = values["data"], values["split"]
    before, after = values["before"], values["after"]
    kind, library = KINDS[values["method"]]
    lines = [
        "---",
        f"base_model: {values['base']}",
        f"library_name: {library}",
        "pipeline_tag: image-text-to-text",
        "tags: [mouse, behaviour, napari-mousegpt]",
        "---",
        "",
        f"# {values['name']}",
        "",
        f"{kind} `{values['base']}` (revision `{values['base_revision']}`), trained by "
        f"napari-mousegpt to describe mice as in {data['recordings_number']} recording(s).",
        "",
        "    " + values["command"],
        "",
        "## How well",
        "",
        f"Measured on {after['windows']} held-out windows of "
        f"{len(values['chosen_on']['reported_groups'])} {_unit(split)}(s) that it did not learn "
        "from, described as captioning does.",
        *(f"**Note:** {warning.rstrip('.')}." for warning in split["warnings"]),
        "",
        "| fact | known | before | after |",
        "|---|---|---|---|",
        *(
            f"| {name} | {count} | {_share(before, name)} | {_share(after, name)} |"
            for name, count in after["known"].items()
        ),
        f"| all | {sum(after['known'].values())} | {_all(before)} | {_all(after)} |",
        "",
        "A fact that is not said, or an answer that cannot be read, is wrong. "
        f"{after['invalid']} of {after['windows']} answers could not be read. {_chosen(values)}",
        "",
        "## What it learned from",
        "",
        f"{data['learned_number']} windows; {data['corrected_number']} with text that a person "
        "wrote, the others said by a grammar from labels and poses.",
        "",
        "| behaviour | learned | held out |",
        "|---|---|---|",
        *(
            f"| {name} | {data['learned'].get(name, 0)} | {data['held_out'].get(name, 0)} |"
            for name in sorted({*data["learned"], *data["held_out"]})
        ),
        "",
        "| recording | sha256 of the film (first and last MiB, size) |",
        "|---|---|",
        *(f"| {name} | `{sha}` |" for name, sha in data["videos"].items()),
        "",
        f"Records: sha256 `{data['records_sha256']}`. Learned from: "
        f"{', '.join(split['learned'])}. Held out: {', '.join(split['held_out'])}.",
        "",
        "## Settings and versions",
        "",
        *(f"- {name}: {value}" for name, value in values["settings"].items()),
        *(f"- {name} {version}" for name, version in values["versions"].items()),
        "",
    ]
    return "\n".join(lines)


def _chosen(values: Mapping[str, Any]) -> str:
    """On which windows the weights were chosen, and what that means for the numbers."""
    on = values["chosen_on"]
    if on["apart"] == LEARNED:
        hold = values["settings"]["hold"]
        return (
            f"How strongly the layer is held to the base model's conclusions ({hold:g}) was "
            "chosen by leaving out parts of what was learned from. Before: the base model, by "
            "these names for the behaviours that it knows."
        )
    step = f"The weights are those of step {values['best_step']} of {values['steps_done']}, "
    if on["apart"] == SAME:
        return (
            f"{step}chosen by these same windows: on other animals expect somewhat less (windows "
            f"to choose on are kept apart from {FEWEST_WINDOWS} held-out windows on)."
        )
    on_them = f"{on['windows']} windows, {_all(on)} of the facts right"
    if on["apart"] == GROUPS:
        names = ", ".join(on["groups"])
        return f"{step}chosen on other held-out {_unit(values['split'])}s ({names}; {on_them})."
    return (
        f"{step}chosen on earlier windows of the same held-out animals ({on_them}): on other "
        "animals expect perhaps a little less."
    )


def _unit(split: Mapping[str, Any]) -> str:
    return "recording" if split["unit"] == "time" else str(split["unit"])


def _share(measured: Mapping[str, Any], name: str) -> str:
    known = measured["known"].get(name, 0)
    return f"{100 * measured['right'].get(name, 0) / known:.0f} %" if known else "-"


def _all(measured: Mapping[str, Any]) -> str:
    known = sum(measured["known"].values())
    return f"{100 * sum(measured['right'].values()) / known:.0f} %" if known else "-"
