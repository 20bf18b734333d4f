"""What of a base is taught: its conclusions, its words, or all of it. Knows no dock."""

from __future__ import annotations

from qtpy.QtGui import QStandardItemModel
from qtpy.QtWidgets import QComboBox

from napari_mousegpt.training.settings import Method
from napari_mousegpt.workflows.train import base_settings, usual_method

METHODS: dict[Method, str] = {
    "head": "what it concludes from what it sees",
    "adapter": "its words (an adapter)",
    "full": "all of it",
}
METHOD_HELP = (
    "What it concludes: the built-in model only, a minute, best from few labels. Its words: any "
    "model, longer. All of it: small models, many labels."
)


class MethodChoice(QComboBox):
    """The methods, of which a base may not take the first."""

    def __init__(self) -> None:
        super().__init__()
        for name, text in METHODS.items():
            self.addItem(text, name)
        self.setToolTip(METHOD_HELP)

    @property
    def method(self) -> Method:
        """The one that is chosen."""
        chosen: Method = self.currentData()
        return chosen

    @property
    def takes_epochs(self) -> bool:
        """Whether training goes over the labels several times."""
        return self.method != "head"

    def for_base(self, base: str) -> None:
        """Choose what is usual for a base, and offer what it takes."""
        try:
            usual = usual_method(base_settings(base))
        except (OSError, RuntimeError):  # a path that is being typed, such as ~someb
            usual = "adapter"
        items = self.model()
        assert isinstance(items, QStandardItemModel)
        items.item(self.findData("head")).setEnabled(usual == "head")
        self.setCurrentIndex(self.findData(usual))
