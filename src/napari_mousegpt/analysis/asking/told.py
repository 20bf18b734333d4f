"""Answers in sentences, from the tables of a profile. Every figure is one of these tables'.

Knows no file; does not know what was asked in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.asking.question import LEAST, Question
from napari_mousegpt.analysis.asking.row_sentences import (
    bouts,
    count_sentence,
    ever_sentence,
    first_sentence,
    length_sentence,
    percent,
    time_sentence,
    times,
)
from napari_mousegpt.analysis.profile.profile_tables import Profile

ANIMAL = ["recording", "individual"]
MOST_LINES = 12
MOST_MOMENTS = 20
CHANCE = 0.05
_FIGURES = [*ANIMAL, "behaviour", "measure", "value"]


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """An answer.

    Attributes
    ----------
    sentences
        What is said, in order.
    figures
        What it rests on: ``recording, individual, behaviour, measure, value``, with the names and
        values of the profile's tables.
    moments
        Bouts or windows it rests on: ``recording, video, individual, start, stop, overall``.
    """

    sentences: tuple[str, ...]
    figures: pd.DataFrame = field(default_factory=lambda: _nothing())
    moments: pd.DataFrame = field(default_factory=pd.DataFrame)


def tell(question: Question, profile: Profile) -> Told:
    """Answer a question from a profile of the part of the film that it asks about.

    Raises
    ------
    ValueError
        If nobody's bouts are there to count, or the kind needs another table.
    """
    tables = {
        name: _asked(getattr(profile, name), question)
        for name in ("summary", "behaviours", "transitions")
    }
    tellers: dict[str, Callable[[], tuple[list[str], pd.DataFrame]]] = {
        "overview": lambda: _overview(tables["behaviours"], tables["summary"]),
        "time": lambda: _each(tables["behaviours"], time_sentence, ("time_s", "budget", "known_s")),
        "count": lambda: _each(tables["behaviours"], count_sentence, ("n_bouts", "bouts_per_min")),
        "ever": lambda: _each(tables["behaviours"], ever_sentence, ("n_bouts", "latency_s")),
        "length": lambda: _each(
            tables["behaviours"],
            length_sentence,
            ("duration_median_s", "duration_mean_s", "n_bouts"),
        ),
        "first": lambda: _each(tables["behaviours"], first_sentence, ("latency_s",)),
        "when": lambda: _each(tables["behaviours"], count_sentence, ("n_bouts",)),
        "who": lambda: _who(tables["behaviours"], question),
        "after": lambda: _beside(tables["transitions"], question, "source", "target"),
        "before": lambda: _beside(tables["transitions"], question, "target", "source"),
        "travel": lambda: _travel(tables["summary"]),
    }
    if question.kind not in tellers:
        raise ValueError(f"a profile does not tell {question.kind}")
    if question.kind != "travel" and not profile.voices:
        raise ValueError("no bout is there to count: mousegpt caption or mousegpt label first")
    never = [name for name in question.behaviours if name not in profile.names]
    nobody = [f"Nobody said {name} anywhere in these recordings" for name in never]
    if question.behaviours and len(never) == len(question.behaviours):
        return Told(tuple(nobody))
    sentences, figures = tellers[question.kind]()
    return Told((*sentences, *nobody), figures, _moments(profile, question))


def _asked(table: pd.DataFrame, question: Question) -> pd.DataFrame:
    """Rows that a question is about; of several cameras the first."""
    if not len(table):
        return table
    table = table[table["video"] == table.groupby("recording")["video"].transform("first")]
    for name in ANIMAL:
        if (wanted := getattr(question, name)) is not None:
            table = table[table[name] == wanted]
    if question.behaviours and "behaviour" in table and question.kind != "overview":
        table = table[table["behaviour"].isin(question.behaviours)]
    return table


def _each(
    rows: pd.DataFrame,
    say: Callable[[Mapping], str],
    measures: Sequence[str],
) -> tuple[list[str], pd.DataFrame]:
    """One sentence for each animal and behaviour; of many animals what is in the middle."""
    who = _namer(rows)
    lines = [f"{who(row)}: {say(row)}" for row in rows.to_dict("records")]
    if len(lines) > MOST_LINES:
        lines = [_of_many(part, str(name), measures[0]) for name, part in rows.groupby("behaviour")]
    else:
        lines += _together(rows, who) if measures[0] in ("time_s", "n_bouts") else []
    return lines, _figures(rows, measures)


def _together(rows: pd.DataFrame, who: Callable[[Mapping], str]) -> list[str]:
    """Several behaviours of one animal added up, as grooming of face and of body is."""
    lines = []
    for _, part in rows.groupby(ANIMAL, sort=False):
        if len(part) > 1:
            time_s, count = part["time_s"].sum(), int(part["n_bouts"].sum())
            lines.append(
                f"{who(part.iloc[0].to_dict())}, added up: {time_s:.1f} s in {bouts(count)}"
            )
    return lines


def _of_many(part: pd.DataFrame, name: str, measure: str) -> str:
    values = part[measure].to_numpy(float)
    known = values[np.isfinite(values)]
    if not known.size:
        return f"{name}: {measure} is known of none of {len(values)} animals"
    return (
        f"{name}: {measure} {np.median(known):.2f} (median of {known.size} animals, "
        f"{known.min():.2f} to {known.max():.2f})"
    )


def _who(rows: pd.DataFrame, question: Question) -> tuple[list[str], pd.DataFrame]:
    measure = "n_bouts" if question.by_count else "time_s"
    sums = rows.groupby(ANIMAL, sort=False, as_index=False)[
        ["time_s", "budget", "n_bouts", "bouts_per_min"]
    ].sum()
    known_s = rows.groupby(ANIMAL, sort=False)["known_s"].first().to_numpy()
    # Animals that were seen for longer have more time in everything: then shares are compared.
    even = known_s.min() >= 0.95 * known_s.max()
    ranked_by = measure if even else {"time_s": "budget", "n_bouts": "bouts_per_min"}[measure]
    ordered = sums.sort_values(ranked_by, ascending=question.end == LEAST, kind="stable")
    who = _namer(rows)
    names = " and ".join(question.behaviours)
    shown = [
        f"{who(row)} {_said(row, ranked_by)}" for row in ordered.head(MOST_LINES).to_dict("records")
    ]
    if len(sums) == 1:
        first = f"There is only one animal: {shown[0]}"
    else:
        best = ordered[ordered[ranked_by] == ordered[ranked_by].iloc[0]].to_dict("records")
        first = (
            f"{' and '.join(who(row) for row in best)}: the {question.end} {names}"
            f"{'' if even else ' for the time that each is known'} ({'; '.join(shown)})"
        )
    return [first], _figures(rows, (measure, "budget", "bouts_per_min"))


def _said(row: Mapping, measure: str) -> str:
    value = row[measure]
    return {
        "time_s": f"{value:.1f} s",
        "n_bouts": bouts(int(value)),
        "budget": percent(value),
        "bouts_per_min": f"{value:.2f} bouts a minute",
    }[measure]


def _beside(
    table: pd.DataFrame, question: Question, given: str, other: str
) -> tuple[list[str], pd.DataFrame]:
    """What follows or goes before, summed over animals; against chance where there is but one."""
    lines, rows = [], table[table[given].isin(question.behaviours)] if len(table) else table
    one_animal = len(rows) > 0 and len(rows[ANIMAL].drop_duplicates()) == 1
    verb = "After" if given == "source" else "Before"
    for name in question.behaviours:
        part = rows[rows[given] == name] if len(rows) else rows
        counts = part.groupby(other)["count"].sum() if len(part) else pd.Series(dtype=int)
        total = int(counts.sum())
        if not total:
            lines.append(f"{verb} {name}: nothing, as far as is known")
            continue
        counts = counts[counts > 0].sort_values(ascending=False, kind="stable")
        said = [
            f"{one} {times(count)} ({percent(count / total)})"
            f"{_chance(part, other, one) if one_animal else ''}"
            for one, count in counts.items()
        ]
        lines.append(f"{verb} {name} ({times(total)} in all): {', '.join(said)}")
    figures = _nothing()
    if len(rows):
        figures = rows.assign(
            behaviour=rows["source"] + " > " + rows["target"], measure="count", value=rows["count"]
        )[_FIGURES]
    return lines, figures[figures["value"] > 0].reset_index(drop=True)


def _chance(part: pd.DataFrame, other: str, name: object) -> str:
    row = part[part[other] == name].iloc[0]
    if "q" not in part or not row["q"] < CHANCE:
        return ""
    more = "more" if row["z"] > 0 else "less"
    return f", {more} than by chance, q = {row['q']:.2g}"


def _travel(summary: pd.DataFrame) -> tuple[list[str], pd.DataFrame]:
    if "distance_bl" not in summary or not summary["distance_bl"].notna().any():
        raise ValueError("the way travelled needs poses: mousegpt import VIDEO --pose FILE")
    who = _namer(summary)
    in_mm = "distance_mm" in summary and summary["distance_mm"].notna().any()
    lines = []
    for row in summary.to_dict("records"):
        way = f"{row['distance_bl']:.1f} body lengths"
        if in_mm:
            way = f"{row['distance_mm'] / 1000:.2f} m ({way})"
        pace = f"{row['speed_mean_bl_per_s']:.2f} body lengths/s on average"
        moving = f"moving for {percent(row['moving_share'])} of the time"
        lines.append(f"{who(row)}: {way}, {pace}, {moving}")
    wanted = ("distance_mm", "distance_bl", "speed_mean_bl_per_s", "moving_share")
    measures = [name for name in wanted if name in summary]
    return lines, _figures(summary.assign(behaviour=""), measures)


def _overview(behaviours: pd.DataFrame, summary: pd.DataFrame) -> tuple[list[str], pd.DataFrame]:
    who, lines = _namer(summary), []
    for animal in summary.to_dict("records"):
        said = []
        if len(behaviours):
            rows = behaviours[(behaviours[ANIMAL] == pd.Series(animal)[ANIMAL]).all(axis=1)]
            shown = rows[rows["time_s"].fillna(0) > 0].sort_values("time_s", ascending=False)
            said = [f"{one['behaviour']} {percent(one['budget'])}"
                    for one in shown.to_dict("records")]  # fmt: skip
        left = animal["unlabelled_share"]
        said += [f"nothing named {percent(left)}"] if not left < 0.0005 else []
        lines.append(
            f"{who(animal)}, of {animal['known_s']:.1f} s that are known: {', '.join(said)}"
        )
    figures = _figures(behaviours, ("budget", "time_s")) if len(behaviours) else _nothing()
    return lines[:MOST_LINES], figures


def _nothing() -> pd.DataFrame:
    return pd.DataFrame(columns=_FIGURES)


def _figures(rows: pd.DataFrame, measures: Sequence[str]) -> pd.DataFrame:
    keys = [*ANIMAL, "behaviour"]
    return rows.melt(keys, list(measures), "measure", "value")[_FIGURES].reset_index(drop=True)


def _moments(profile: Profile, question: Question) -> pd.DataFrame:
    """The first bouts of what was asked about, in order of time."""
    seen = profile.bouts
    if not len(seen) or not question.behaviours:
        return pd.DataFrame()
    seen = _asked(seen, question).sort_values(["recording", "start"], kind="stable")
    columns = ["video", "individual", "start", "stop", "start_s", "duration_s", "overall"]
    told = seen.assign(overall=seen["behaviour"])[["recording", *columns]]
    return told.head(MOST_MOMENTS).reset_index(drop=True)


def _namer(rows: pd.DataFrame) -> Callable[[Mapping], str]:
    several = rows["recording"].nunique() > 1
    alone = rows["individual"].nunique() == 1

    def name(row: Mapping) -> str:
        if several:
            return f"{row['recording']}{'' if alone else ' ' + str(row['individual'])}"
        return "The mouse" if alone and row["individual"] == "individual_0" else row["individual"]

    return name
