"""``confidence.json`` of a recording: how the confidence of each run is read. Knows no fitting."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from napari_mousegpt.datamodel.confidence_rule import ConfidenceRule, rule_from
from napari_mousegpt.io.durable import write_json

CONFIDENCE = "confidence.json"
FORMAT_VERSION = 1


def read_confidence_rules(folder: Path) -> dict[str, ConfidenceRule]:
    """Rules by run; none without the file, and none of those that cannot be read.

    A confidence is then shown as the captioner said it, which loses nothing.
    """
    try:
        values = json.loads((folder / CONFIDENCE).read_text(encoding="utf-8"))
        runs = dict(values["runs"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    rules = {}
    for run_id, rule in runs.items():
        try:
            rules[str(run_id)] = rule_from(rule)
        except (ValueError, TypeError, AttributeError):
            continue
    return rules


def write_confidence_rules(folder: Path, rules: Mapping[str, ConfidenceRule]) -> None:
    """Keep rules by run, in place of those that were kept before."""
    runs = {run_id: rule.to_json() for run_id, rule in rules.items()}
    write_json(folder / CONFIDENCE, {"format_version": FORMAT_VERSION, "runs": runs})
