"""Which behaviours two or more annotators can be compared in, and under which names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from napari_mousegpt.workflows.behaviour_names import rename, same_but_for_spelling
from napari_mousegpt.workflows.evaluation_sides import Side


def points_of(chosen: Sequence[Side]) -> list[str]:
    """Behaviours of point events, sorted."""
    tables = [side.bouts.loc[side.bouts["kind"] == "point", "behaviour"] for side in chosen]
    return sorted({str(name) for table in tables for name in table})


def alike(chosen: Sequence[Side], mapping: Mapping[str, str], warnings: list[str]) -> list[Side]:
    """Sides whose behaviours have the names of the first, where only the spelling differs."""
    renamed = [
        side.replace(
            bouts=rename(side.bouts, mapping),
            listed=tuple(mapping.get(name, name) for name in side.listed),
        )
        for side in chosen
    ]
    first = {*renamed[0].bouts["behaviour"], *renamed[0].listed}
    result = [renamed[0]]
    for side in renamed[1:]:
        spelt = same_but_for_spelling(side.bouts["behaviour"].unique(), sorted(first))
        if spelt:
            pairs = ", ".join(f"{old!r} as {new!r}" for old, new in spelt.items())
            warnings.append(f"{side.name}: took {pairs}, which differ in spelling only")
        result.append(side.replace(bouts=rename(side.bouts, spelt)))
    return result


def behaviours_compared(
    chosen: Sequence[Side],
    wanted: Sequence[str],
    warnings: list[str],
    *,
    against: bool,
    needed: bool,
) -> list[str]:
    """Those that can be compared; what only a model names says nothing about the reference.

    Parameters
    ----------
    wanted
        Only these, if any.
    warnings
        To which sentences about what is left out are added.
    against
        Whether the first is the reference of the other.
    needed
        Whether it is an error that the two have no behaviour in common; a warning if not.

    Raises
    ------
    ValueError
        If nobody says what is wanted, or nothing is left.
    """
    used = [set(side.bouts["behaviour"]) for side in chosen]
    points = set(points_of(chosen))
    if points and not against:
        warnings.append(
            f"point events are compared two by two, with --against: {', '.join(sorted(points))}"
        )
    everything = set().union(*used) - points
    if wanted:
        unknown = [name for name in wanted if name not in everything | points]
        if unknown:
            raise ValueError(
                f"nobody says {', '.join(unknown)}; said are {', '.join(sorted(everything))}. "
                "Bring names together with --map OLD=NEW."
            )
        return [name for name in wanted if name not in points]
    by_people = all(side.by_people for side in chosen)
    known = used[0] | set(chosen[0].listed)
    kept = everything if by_people or not against else everything & known
    for place, side in enumerate(chosen):
        alone = used[place] - points - set().union(*used[:place], *used[place + 1 :])
        left_out, compared = sorted(alone - kept), sorted(alone & kept)
        if left_out:
            warnings.append(
                f"only {side.name} says {', '.join(left_out)}: left out. Nothing says that "
                f"{chosen[0].name} looked for it; --behaviours or --map bring it in"
            )
        if compared:
            warnings.append(
                f"only {side.name} says {', '.join(compared)}: to the others it never happened"
            )
    if not kept and not points:
        nothing_common = (
            f"{chosen[0].name} and {chosen[1].name} have no behaviour in common: "
            f"{', '.join(sorted(used[0])) or 'none'} against "
            f"{', '.join(sorted(used[1])) or 'none'}. Bring names together with --map OLD=NEW."
        )
        if needed:
            raise ValueError(nothing_common)
        warnings.append(nothing_common)
    return sorted(kept)
