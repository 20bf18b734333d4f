"""What a right click on the timeline offers while labelling. Knows labelling, no mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtGui import QColor, QIcon, QPixmap
from qtpy.QtWidgets import QMenu, QWidget

from napari_mousegpt.datamodel.labels.actions import (
    accept_bouts,
    add_bout,
    change_bouts,
    erase,
    merge_bouts,
    remove_bouts,
    split_bout,
)

if TYPE_CHECKING:
    from napari_mousegpt.datamodel.ethogram import Behaviour
    from napari_mousegpt.widgets.labelling.labelling import Labelling

CHIP_PX = 12


def bout_menu(labelling: Labelling, frame: int, bout_id: str | None, parent: QWidget) -> QMenu:
    """Offer what can be done with the bout here, else with the selected time."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if bout_id is None:
        _offer_for_selection(menu, labelling)
    elif labelling.may_edit(bout_id):
        _offer_for_own(menu, labelling, frame, bout_id)
    else:
        chosen = tuple(one for one in labelling.chosen if not labelling.may_edit(one))
        what = "Accept as mine" if len(chosen) < 2 else f"Accept {len(chosen)} as mine"
        who = labelling.annotator or None
        menu.addAction(what, lambda: labelling.do(lambda now: accept_bouts(now, chosen, who)))
    return menu


def _offer_for_own(menu: QMenu, labelling: Labelling, frame: int, bout_id: str) -> None:
    labels = labelling.labels
    if labels is None:
        return
    chosen = tuple(one for one in labelling.chosen if labelling.may_edit(one)) or (bout_id,)
    bout = labels[bout_id]
    _add_behaviours(
        menu.addMenu("Change behaviour"),
        labels.ethogram,
        lambda name: labelling.do(lambda now: change_bouts(now, chosen, behaviour=name)),
    )
    others = [one for one in labelling.state.individuals if one != bout.individual]
    if others:
        towards = menu.addMenu("Towards")
        for name in (None, *others):
            towards.addAction(name or "nobody", _change(labelling, chosen, target=name))
    menu.addSeparator()
    split = menu.addAction(
        "Split here", lambda: labelling.do(lambda now: split_bout(now, bout_id, frame))
    )
    split.setEnabled(bout.start < frame < bout.stop)
    merge = menu.addAction(
        "Merge chosen", lambda: labelling.do(lambda now: merge_bouts(now, chosen))
    )
    merge.setEnabled(len(chosen) > 1)
    what = "Remove" if len(chosen) == 1 else f"Remove {len(chosen)} bouts"
    menu.addAction(what, lambda: labelling.do(lambda now: remove_bouts(now, chosen)))


def _offer_for_selection(menu: QMenu, labelling: Labelling) -> None:
    selection, track = labelling.state.selection, labelling.track
    if selection is None or track is None or labelling.labels is None:
        return
    span = (selection.start, selection.stop)
    _add_behaviours(
        menu.addMenu("Label the selection as"),
        labelling.labels.ethogram,
        lambda name: labelling.do(
            lambda now: add_bout(now, track, name, *span, target=labelling.target)
        ),
    )
    menu.addAction(
        "Erase my labels in the selection",
        lambda: labelling.do(lambda now: erase(now, track, *span)),
    )


def _change(labelling: Labelling, chosen: tuple[str, ...], **values) -> Callable[[], object]:
    return lambda: labelling.do(lambda now: change_bouts(now, chosen, **values))


def _add_behaviours(
    menu: QMenu, ethogram: tuple[Behaviour, ...], take: Callable[[str], object]
) -> None:
    for behaviour in ethogram:
        name = behaviour.name
        action = menu.addAction(colour_chip(behaviour.colour), name)
        action.triggered.connect(lambda _=False, name=name: take(name))


def colour_chip(colour: str) -> QIcon:
    """A square of a behaviour's colour."""
    chip = QPixmap(CHIP_PX, CHIP_PX)
    chip.fill(QColor(colour))
    return QIcon(chip)
