"""Names of individuals: one animal alone is ``individual_0``. Knows no pose format."""

from __future__ import annotations

from collections.abc import Sequence


def individual_names(names: Sequence[str], n_individuals: int | None = None) -> list[str]:
    """Name the individuals of a file.

    Parameters
    ----------
    names
        What the file calls them; may be empty.
    n_individuals
        How many there are, ``len(names)`` if None.

    Returns
    -------
    list of str
        ``["individual_0"]`` for a single animal, whatever its file calls it; otherwise the
        file's names, made unique, and ``individual_k`` where it gives none.
    """
    count = len(names) if n_individuals is None else n_individuals
    if count == 1:
        return ["individual_0"]
    chosen: list[str] = []
    for k in range(count):
        name = names[k].strip() if k < len(names) else ""
        name = name or f"individual_{k}"
        chosen.append(name if name not in chosen else f"{name} ({k})")
    return chosen
