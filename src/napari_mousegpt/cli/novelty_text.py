"""What ``mousegpt novelty`` says, for people and for scripts. Knows no option."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from napari_mousegpt.workflows.novelty import Novelties, StandsOut


def as_values(found: Novelties) -> dict[str, Any]:
    """One object for ``--json``."""
    from napari_mousegpt.analysis.novelty.novelty import mean_of

    return {
        "round": found.round,
        "looked_at": found.looked_at,
        "method": found.method,
        "stands_out": None if found.stands_out is None else _outstanding(found.stands_out),
        "moments": _moments(found),
        "calibration": {
            "behaviours": [asdict(one) for one in found.hidden],
            "mean": dict(mean_of(found.hidden)) or None,
        },
    }


def as_lines(found: Novelties) -> list[str]:
    """Lines to print."""
    lines = [f"round {found.round}, {found.looked_at} windows looked at before"]
    lines += _verdict(found.stands_out)
    for number, row in enumerate(_moments(found), 1):
        near = ""
        if found.stands_out is not None:
            near = f"p {row['p']:.3f}, animals {row['asked_near']}+{row['reference_near']}  "
        lines.append(
            f"{number:2d}. {row['novelty']:.3f}  {near}{row['recording']}  "
            f"{row['video']}:{row['start']}:{row['stop']}  {row['individual']}  "
            f"{row['overall'] or ''}"
        )
    return lines + _calibration(found)


def _verdict(out: StandsOut | None) -> list[str]:
    if out is None:
        return []
    sides = f"{out.asked} animals against {out.reference} for reference, groups dealt anew"
    if not out.windows:
        p = "" if out.p != out.p else f" (p = {out.p:.2g}, {sides})"
        lines = [f"nothing stands out{p}: the moments below come first, but are no finding"]
        if out.smallest_p > 0.05:
            lines.append(f"with so few animals no p can be below {out.smallest_p:.2g}")
        return lines
    lines = [f"{out.windows} windows of {out.animals} animals stand out (p = {out.p:.2g}, {sides})"]
    if out.words:
        said = ", ".join(
            f"{word} ({100 * a:.0f} %, reference {100 * b:.0f} %)" for word, a, b in out.words
        )
        lines.append(f"said of them: {said}")
    lines.append("p of each, and how many animals on either side do something like it:")
    return lines


def _calibration(found: Novelties) -> list[str]:
    from napari_mousegpt.analysis.novelty.novelty import mean_of

    mean = mean_of(found.hidden)
    if not mean:
        return ["calibration: no behaviour with five windows or more to hide"]
    how = "looked for among the rest"
    if found.method == "group":
        how = "taken out of the reference, and looked for in the other animals"
    lines = [f"calibration: each behaviour hidden once, {how} ({len(found.hidden)} behaviours)"]
    lines += [
        f"  {one.behaviour} ({one.windows} windows): AUROC {one.auroc:.2f}, AUPRC "
        f"{one.auprc:.2f} (chance {one.chance_auprc:.2f}), FPR at 95 % found "
        f"{one.fpr_at_95_tpr:.2f}"
        for one in found.hidden
    ]
    lines.append(
        f"  mean: AUROC {mean['auroc']:.2f}, AUPRC {mean['auprc']:.2f} (chance "
        f"{mean['chance_auprc']:.2f}), FPR at 95 % found {mean['fpr_at_95_tpr']:.2f}"
    )
    return lines


def _moments(found: Novelties) -> list[dict[str, Any]]:
    return [
        {
            "recording": row["recording"],
            **{name: str(row[name]) for name in ("video", "individual")},
            **{name: int(row[name]) for name in ("start", "stop")},
            "novelty": round(float(row["novelty"]), 4),
            "overall": row["overall"] if isinstance(row["overall"], str) else None,
            **({} if found.stands_out is None else _animals(row)),
        }
        for row in found.moments.to_dict("records")
    ]


def _animals(row: dict[Any, Any]) -> dict[str, Any]:
    near = {name: int(row[name]) for name in ("asked_near", "reference_near")}
    return {"p": round(float(row["p"]), 5), **near}


def _outstanding(out: StandsOut) -> dict[str, Any]:
    words = [
        {"word": word, "share": round(a, 4), "reference": round(b, 4)} for word, a, b in out.words
    ]
    p = None if out.p != out.p else out.p
    return asdict(out) | {"p": p, "words": words}
