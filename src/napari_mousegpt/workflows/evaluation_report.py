"""An evaluation as one page: its tables as text, with pictures. Knows no options."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from napari_mousegpt.analysis.figure_style import as_svg, figure
from napari_mousegpt.io.durable import replace_file
from napari_mousegpt.workflows.evaluate import Evaluation
from napari_mousegpt.workflows.evaluation_table import shares_of_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 14px/1.5 sans-serif; margin: 2em auto; max-width: 80em; color: #222 }}
pre {{ overflow-x: auto; background: #f6f6f6; padding: 1em; font-size: 12px; line-height: 1.35 }}
figure {{ display: inline-block; margin: 0 2em 1em 0; vertical-align: top }}
</style></head><body><h1>{title}</h1>
{figures}
{texts}
</body></html>
"""


def write_report(result: Evaluation, texts: Sequence[str], path: Path) -> None:
    """Write one page that needs no other file and no network.

    Parameters
    ----------
    texts
        Tables as they are shown in a terminal, in order.
    """
    figures = [*_confusion(result), *_facts(result), *_risk(result)]
    page = _PAGE.format(
        title="Evaluation",
        figures="\n".join(
            f"<figure>{drawn}<figcaption>{html.escape(words)}</figcaption></figure>"
            for drawn, words in figures
        ),
        texts="\n".join(f"<pre>{html.escape(text)}</pre>" for text in texts),
    )
    warnings = "".join(f"<li>{html.escape(one)}</li>" for one in _said(result))
    page = page.replace("</h1>", f"</h1><ul>{warnings}</ul>", 1)

    def write(beside: Path) -> None:
        beside.write_text(page, encoding="utf-8")

    replace_file(path, write)


def _said(result: Evaluation) -> list[str]:
    notes = () if result.descriptions is None else result.descriptions.notes
    return list(dict.fromkeys((*result.warnings, *notes)))


def _confusion(result: Evaluation) -> list[tuple[str, str]]:
    two = result.agreement
    if two is None or not two.confusion.to_numpy().any():
        return []
    shares = shares_of_rows(two.confusion)
    with figure(1.8 + 0.42 * len(shares), 1.2 + 0.42 * len(shares)) as drawn:
        axes = drawn.subplots()
        axes.imshow(shares.to_numpy(), cmap="Blues", vmin=0, vmax=1)
        for row in range(len(shares)):
            for column in range(len(shares)):
                _share(axes, column, row, shares.iat[row, column])
        axes.set_yticks(range(len(shares)), list(shares.index))
        axes.set_xticks(range(len(shares)), list(shares), rotation=45, ha="right")
        axes.set(xlabel=f"said by {two.other}", ylabel=f"said by {two.reference}")
        return [(as_svg(drawn), f"Per cent of {two.reference}'s time")]


def _share(axes: Axes, column: int, row: int, share: float) -> None:
    if share >= 0.005:
        colour = "white" if share > 0.55 else "black"
        axes.text(column, row, f"{100 * share:.0f}", ha="center", va="center", color=colour)


def _facts(result: Evaluation) -> list[tuple[str, str]]:
    """Precision of each fact beside what a guess and a shuffle would have."""
    scored = result.descriptions
    if scored is None or not len(scored.facts):
        return []
    found = []
    for truth, facts in scored.facts.groupby("truth", sort=False):
        own = facts[facts["who"] == scored.run.tool].set_index("fact")
        with figure(4.2, 0.9 + 0.26 * len(own)) as drawn:
            axes = drawn.subplots()
            places = range(len(own))
            errors = pd.concat(
                [own["precision"] - own["precision_low"], own["precision_high"] - own["precision"]],
                axis=1,
            )
            axes.errorbar(
                own["precision"], places, xerr=errors.clip(lower=0).fillna(0).to_numpy().T,
                fmt="o", color="#4477aa", label=scored.run.tool,
            )  # fmt: skip
            for who, mark in (("commonest", "|"), ("shuffled", "x")):
                other = facts[facts["who"] == who].set_index("fact").reindex(own.index)
                axes.plot(other["precision"], places, mark, color="#888888", label=who)
            axes.set_yticks(places, list(own.index))
            axes.set(xlim=(0, 1), xlabel="share of what is stated that is true")
            axes.set_ylim(len(own) - 0.5, -0.5)
            axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
            found.append((as_svg(drawn), f"Facts by {truth}"))
    return found


def _risk(result: Evaluation) -> list[tuple[str, str]]:
    scored = result.descriptions
    if scored is None or scored.calibration is None:
        return []
    curve = scored.calibration.risk_coverage
    with figure(3.2, 2.6) as drawn:
        axes = drawn.subplots()
        axes.step(curve["coverage"], curve["risk"], where="post", color="#4477aa")
        axes.axhline(1 - scored.calibration.right, color="#888888", linestyle=":")
        axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="windows kept, surest first", ylabel="wrong")
        return [(as_svg(drawn), "Risk and coverage; dotted: without looking at confidence")]
