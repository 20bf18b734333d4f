"""An edit: what one labelling action takes away and what it puts in its place. Knows no file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from napari_mousegpt.datamodel.ethogram import Behaviour
from napari_mousegpt.datamodel.labels.assessed import Assessed
from napari_mousegpt.datamodel.labels.bout import Bout
from napari_mousegpt.datamodel.labels.corrections import Correction

Ethogram = tuple[Behaviour, ...]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Edit:
    """One action, which one undo takes back whole.

    Attributes
    ----------
    name
        What it does, in words of a menu: "add rearing".
    removed, added
        Bouts as they were and as they are after it; a changed bout is in both, with one id.
    ethogram
        The ethogram before and after, where it changes.
    assessed_removed, assessed_added
        Spans that somebody looked at.
    corrections_removed, corrections_added
        Corrections of descriptions.
    """

    name: str
    removed: tuple[Bout, ...] = ()
    added: tuple[Bout, ...] = ()
    ethogram: tuple[Ethogram, Ethogram] | None = None
    assessed_removed: tuple[Assessed, ...] = ()
    assessed_added: tuple[Assessed, ...] = ()
    corrections_removed: tuple[Correction, ...] = ()
    corrections_added: tuple[Correction, ...] = ()

    def __bool__(self) -> bool:
        """Whether it changes anything."""
        return (
            self.removed != self.added
            or self.ethogram is not None
            or self.assessed_removed != self.assessed_added
            or self.corrections_removed != self.corrections_added
        )

    def inverse(self) -> Edit:
        """Return the edit that takes this one back exactly."""
        return Edit(
            self.name,
            removed=self.added,
            added=self.removed,
            ethogram=None if self.ethogram is None else self.ethogram[::-1],
            assessed_removed=self.assessed_added,
            assessed_added=self.assessed_removed,
            corrections_removed=self.corrections_added,
            corrections_added=self.corrections_removed,
        )

    def then(self, later: Edit, name: str | None = None) -> Edit:
        """Return one edit that does this and then another, which was made for what is after it."""
        removed, added = _joined(self.removed, self.added, later.removed, later.added)
        gone, seen = _joined(
            self.assessed_removed, self.assessed_added, later.assessed_removed, later.assessed_added
        )
        taken, said = _joined(
            self.corrections_removed,
            self.corrections_added,
            later.corrections_removed,
            later.corrections_added,
        )
        ethograms = [one for one in (self.ethogram, later.ethogram) if one is not None]
        return Edit(
            name or self.name,
            removed,
            added,
            (ethograms[0][0], ethograms[-1][1]) if ethograms else None,
            gone,
            seen,
            taken,
            said,
        )


def _joined(
    removed: tuple[_T, ...],
    added: tuple[_T, ...],
    removed_later: tuple[_T, ...],
    added_later: tuple[_T, ...],
) -> tuple[tuple[_T, ...], tuple[_T, ...]]:
    """What two edits in a row remove and add; what the first added and the second removed, not."""
    between, gone = set(added), set(removed_later)
    return (
        (*removed, *(one for one in removed_later if one not in between)),
        (*(one for one in added if one not in gone), *added_later),
    )
