"""Puts the actions of labelling into the viewer's key map, one for each behaviour. No widget."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from napari_mousegpt.widgets.keys import Action, KeyMap
from napari_mousegpt.widgets.labelling.actions import LabelActions

if TYPE_CHECKING:
    from napari_mousegpt.datamodel.ethogram import Behaviour
    from napari_mousegpt.datamodel.labels.edit import Edit
    from napari_mousegpt.widgets.labelling.labelling import Labelling

GROUP, BEHAVIOURS, ANIMALS = "Labels", "Behaviours", "Animals"
MODE = "label"
MOST_ANIMALS = 9
STEPS = ("undo", "redo")


class LabelKeys:
    """Keys of labelling: there while somebody labels, those of the behaviours as they are now."""

    def __init__(self, labelling: Labelling, keys: KeyMap, actions: LabelActions) -> None:
        self._labelling = labelling
        self._keys = keys
        self._actions = actions
        self._shown: tuple[Behaviour, ...] = ()
        labelling.session_changed.connect(self._on_session)
        labelling.labels_changed.connect(self._on_labels)
        self._on_session()

    def set_active(self, active: bool) -> None:
        """Let single letters label, or give them back to the viewer."""
        self._keys.set_mode(MODE if active and self._labelling.session is not None else None)

    def let_go(self) -> None:
        """Take all keys out again, and hear no more of the labels."""
        self._labelling.session_changed.disconnect(self._on_session)
        self._labelling.labels_changed.disconnect(self._on_labels)
        self.set_active(False)
        for group in (GROUP, BEHAVIOURS, ANIMALS):
            self._keys.remove_group(group)

    def _on_session(self) -> None:
        for group in (GROUP, BEHAVIOURS, ANIMALS):
            self._keys.remove_group(group)
        self._shown = ()
        if self._labelling.session is not None:
            self._keys.add(*_editing(self._labelling, self._actions))
            self._keys.add(*self._animals())
            self._on_labels(None)
        self.set_active(True)

    def _on_labels(self, edit: Edit | None) -> None:
        labels = self._labelling.labels
        if labels is None or labels.ethogram == self._shown:
            return
        self._shown = labels.ethogram
        self._keys.remove_group(BEHAVIOURS)
        for behaviour in labels.ethogram:
            run = partial(self._actions.behaviour, behaviour.name)
            name = f"label.behaviour.{behaviour.name}"
            key = key_of_behaviour(behaviour.key)
            try:
                self._keys.add(Action(name, behaviour.name, BEHAVIOURS, run, key, mode=MODE))
            except ValueError as taken:
                self._labelling.failed.emit(f"{behaviour.name} has no key: {taken}")
                self._keys.add(Action(name, behaviour.name, BEHAVIOURS, run, mode=MODE))

    def _animals(self) -> list[Action]:
        names = self._labelling.state.individuals[:MOST_ANIMALS]
        if len(names) < 2:
            return []
        actions = self._actions
        found = []
        for place, name in enumerate(names, 1):
            for what, title, run, key in (
                ("animal", f"label {name}", actions.label_animal, f"Ctrl+{place}"),
                ("target", f"towards {name}", actions.towards, f"Alt+{place}"),
            ):
                call = partial(run, name)
                found.append(Action(f"label.{what}.{place}", title, ANIMALS, call, (key,)))
        nobody = partial(actions.towards, None)
        return [*found, Action("label.target.0", "towards nobody", ANIMALS, nobody, ("Alt+0",))]


class KeysWhileLabelling:
    """Actions of a page, which all have one group: in the key map while somebody labels."""

    def __init__(self, labelling: Labelling, keys: KeyMap, *actions: Action) -> None:
        self._labelling = labelling
        self._keys = keys
        self._actions = actions
        labelling.session_changed.connect(self._on_session)
        self._on_session()

    def let_go(self) -> None:
        """Take the keys out again, and hear no more of sessions."""
        self._labelling.session_changed.disconnect(self._on_session)
        self._keys.remove_group(self._actions[0].group)

    def _on_session(self) -> None:
        self._keys.remove_group(self._actions[0].group)
        if self._labelling.session is not None:
            self._keys.add(*self._actions)


def key_of_behaviour(key: str) -> tuple[str, ...]:
    """A behaviour's one character as the key map writes it; capital letters are with Shift."""
    if not key:
        return ()
    return (f"Shift+{key}",) if key.isalpha() and key.isupper() else (key.upper(),)


def _editing(labelling: Labelling, actions: LabelActions) -> list[Action]:
    rows = (
        ("accept", "accept what a model says, go to its next bout", actions.accept, "Return"),
        ("accept_all", "accept everything this model says", actions.accept_all, "Ctrl+Return"),
        ("reject", "reject what a model says, go to its next bout", actions.reject, "Backspace"),
        ("remove", "remove the chosen bouts", actions.remove, "Del"),
        ("set_start", "let the bout start here", actions.set_start, "["),
        ("set_stop", "let the bout end here", actions.set_stop, "]"),
        ("extend", "move the nearer edge here", actions.extend, "Shift+Return"),
        ("border", "move the nearest border here, of both bouts", actions.border, "Alt+Return"),
        ("split", "split the bout here", actions.split, "/"),
        ("merge", "merge the chosen bouts", actions.merge, "Ctrl+M"),
        ("erase", "erase my labels in the selection", actions.erase_selection, "Shift+Del"),
        ("next", "next bout", actions.next_bout, "PgDown"),
        ("previous", "previous bout", actions.previous_bout, "PgUp"),
        ("play", "play the chosen bout again and again", actions.play, "Ctrl+Space"),
        ("undo", "undo", labelling.undo, "Ctrl+Z"),
        ("redo", "redo", labelling.redo, "Ctrl+Shift+Z"),
    )
    # In the mode they go before napari's own keys, such as those that delete points.
    return [
        Action(
            f"label.{name}",
            title,
            GROUP,
            run,
            (key,),
            mode=None if name in STEPS else MODE,
            repeats=name in STEPS,
        )
        for name, title, run, key in rows
    ]
