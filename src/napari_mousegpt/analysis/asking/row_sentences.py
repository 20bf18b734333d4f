"""Rows of a profile in words. Knows no question."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np


def time_sentence(row: Mapping) -> str:
    """Time, share and number of bouts."""
    if not np.isfinite(row["time_s"]):
        return f"{row['behaviour']} {row['n_bouts']} times; it is an event without duration"
    return (
        f"{row['behaviour']} {row['time_s']:.1f} s, {percent(row['budget'])} of the "
        f"{row['known_s']:.1f} s that are known, in {bouts(row['n_bouts'])}"
    )


def count_sentence(row: Mapping) -> str:
    """Number of bouts and rate."""
    rate = row["bouts_per_min"]
    rate_words = "" if not np.isfinite(rate) else f", {rate:.2f} a minute"
    return f"{bouts(row['n_bouts'])} of {row['behaviour']}{rate_words}"


def ever_sentence(row: Mapping) -> str:
    """Whether it came at all, and when first."""
    if row["latency_censored"]:
        return f"no, no {row['behaviour']} in the {row['known_s']:.1f} s that are known"
    return f"yes, {count_sentence(row)}, the first after {row['latency_s']:.1f} s"


def length_sentence(row: Mapping) -> str:
    """How long bouts last."""
    if not np.isfinite(row["duration_median_s"]):
        return f"there is no bout of {row['behaviour']} with a duration"
    cut = f"; {row['n_cut']} of them cut off by the end of what is known" if row["n_cut"] else ""
    return (
        f"{row['behaviour']} lasts {row['duration_median_s']:.2f} s (median of "
        f"{bouts(row['n_bouts'])}; mean {row['duration_mean_s']:.2f} s, longest "
        f"{row['duration_longest_s']:.2f} s{cut})"
    )


def first_sentence(row: Mapping) -> str:
    """Time until the first."""
    if not np.isfinite(row["latency_s"]):
        return f"nothing is known about {row['behaviour']}"
    if row["latency_censored"]:
        return f"no {row['behaviour']} in the {row['latency_s']:.1f} s looked at"
    return f"the first {row['behaviour']} after {row['latency_s']:.1f} s"


def bouts(count: float) -> str:
    """A number of bouts."""
    return "1 bout" if count == 1 else f"{int(count)} bouts"


def times(count: float) -> str:
    """How many times."""
    return "once" if count == 1 else f"{int(count)} times"


def percent(share: float) -> str:
    """A share in percent."""
    return "an unknown share" if not np.isfinite(share) else f"{100 * share:.1f} %"
