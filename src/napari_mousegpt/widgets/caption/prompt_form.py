"""The choices of a prompt: words, language, behaviours, drawn keypoints, examples. Asks nothing."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import QSignalBlocker, Signal
from qtpy.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QWidget,
)

from napari_mousegpt.captioning.prompting.choices import ENGLISH, MOST_EXAMPLES, PromptChoices
from napari_mousegpt.captioning.prompting.prompt_file import read_prompt_file

OWN = "from a file …"
WORDS = {
    "general": "for any view",
    "auto": "for the recording's view",
    "top": "seen from above",
    "side": "seen from the side",
    "bottom": "seen from below",
    "oblique": "seen at a slant",
    "views": "several cameras at once",
}
DRAWN = {"none": "as filmed", "points": "with keypoints", "skeleton": "with skeleton"}
LANGUAGES = (ENGLISH, "German", "French", "Spanish", "Chinese", "Japanese", "Korean")


class PromptForm(QWidget):
    """What a general model is told; ``changed`` when any of it is."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words = QComboBox(toolTip="Which words the model gets; a file holds your own")
        for name, text in WORDS.items():
            self.words.addItem(text, name)
        self.words.addItem(OWN)
        self.language = QComboBox(editable=True, toolTip="Of the answer's sentences")
        self.language.addItems(LANGUAGES)
        self.ethogram = QCheckBox("behaviours of the ethogram only")
        self.ethogram.setToolTip("The first keyword is one of them; they are told with meanings")
        self.drawn = QComboBox(toolTip="Small dots on the animal that is described")
        for name, text in DRAWN.items():
            self.drawn.addItem(text, name)
        self.examples = QSpinBox(maximum=MOST_EXAMPLES, specialValueText="none")
        self.examples.setToolTip("Windows that you corrected or confirmed, shown with the answers")
        self.example_frames = QCheckBox("with pictures", enabled=False)
        self._file: Path | None = None
        self._chosen = 0
        self._lay_out()
        self._connect()

    def choices(self) -> PromptChoices:
        """What is chosen.

        Raises
        ------
        OSError, ValueError
            If the file is not there, or no prompt; or the language is none.
        """
        system, question = (None, None) if self._file is None else read_prompt_file(self._file)
        return PromptChoices(
            preset=self.words.currentData() or "general",
            language=self.language.currentText().strip() or ENGLISH,
            ethogram=self.ethogram.isChecked(),
            keypoints_drawn=self.drawn.currentData(),
            examples=self.examples.value(),
            example_frames=self.example_frames.isChecked() and self.examples.value() > 0,
            system=system,
            question=question,
        )

    def problem(self) -> str | None:
        """Why nothing can be asked like this, in one sentence; None if it can."""
        try:
            self.choices()
        except (OSError, ValueError) as error:
            return str(error)
        return None

    def take_file(self, path: Path) -> None:
        """Ask in the words of a file, from now on as it is at the time."""
        self._file = path
        with QSignalBlocker(self.words):
            self.words.setItemText(self.words.count() - 1, path.name)
            self.words.setCurrentIndex(self.words.count() - 1)
        self._chosen = self.words.currentIndex()
        self.changed.emit()

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("Words", self.words)
        form.addRow("Answer in", self.language)
        form.addRow("", self.ethogram)
        form.addRow("Pictures", self.drawn)
        row = QWidget()
        together = QHBoxLayout(row)
        together.setContentsMargins(0, 0, 0, 0)
        together.addWidget(self.examples)
        together.addWidget(self.example_frames)
        together.addStretch(1)
        form.addRow(QLabel("Examples"), row)

    def _connect(self) -> None:
        self.words.activated.connect(self._on_words)
        self.language.currentTextChanged.connect(self.changed)
        self.drawn.currentIndexChanged.connect(self.changed)
        self.ethogram.toggled.connect(self.changed)
        self.example_frames.toggled.connect(self.changed)
        self.examples.valueChanged.connect(self._on_examples)

    def _on_words(self, row: int) -> None:
        if self.words.itemData(row) is None:
            name, _ = QFileDialog.getOpenFileName(
                self, "Prompt", "", "Prompts (*.toml *.txt *.md);;All files (*)"
            )
            if name:
                self.take_file(Path(name))
            else:
                self.words.setCurrentIndex(self._chosen)
            return
        self._file, self._chosen = None, row
        self.words.setItemText(self.words.count() - 1, OWN)
        self.changed.emit()

    def _on_examples(self, count: int) -> None:
        self.example_frames.setEnabled(count > 0)
        self.changed.emit()
