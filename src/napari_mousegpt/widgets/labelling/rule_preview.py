"""What a rule would label, worked out beside the window: the latest question only. Knows no form.

The answer to an earlier question that comes late is not told.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, QTimer, Signal

from napari_mousegpt.datamodel.rule_copies import BoutRule, RuleCopies, rule_source, rule_sources
from napari_mousegpt.widgets.background_job import BackgroundJob

if TYPE_CHECKING:
    import pandas as pd

    from napari_mousegpt.datamodel.rule_copies import RuleSource
    from napari_mousegpt.widgets.labelling.labelling import Labelling

PATIENCE_MS = 30


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """What a rule makes of a source."""

    title: str
    rule: BoutRule
    copies: RuleCopies


class RulePreview(QObject):
    """Answers `ask` with ``ready``, and lists the sources with ``listed``.

    Signals
    -------
    listed
        What labels can be made from: titles in order.
    ready
        A `Preview`.
    failed
        Why there is none.
    """

    listed = Signal(list)
    ready = Signal(object)
    failed = Signal(str)

    def __init__(self, labelling: Labelling, parent: QObject) -> None:
        super().__init__(parent)
        self._labelling = labelling
        self._tables: dict[str, pd.DataFrame] = {}
        self._source: RuleSource | None = None
        self._question: tuple[str, BoutRule] | None = None
        self._finding, self._making = BackgroundJob(self), BackgroundJob(self)
        self._timer = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._timer.timeout.connect(self._start)
        self._finding.done.connect(self._on_tables)
        self._making.done.connect(self._on_made)
        for job in (self._finding, self._making):
            job.failed.connect(self.failed)

    def find_sources(self) -> None:
        """Find out what labels can be made from, of the labels and descriptions of now."""
        labels, recording = self._labelling.labels, self._labelling.state.seen
        if labels is None or recording is None:
            return
        tools = {run.run_id: run.tool for run in recording.runs}
        self._source = None
        self._finding.start(
            _sources,
            labels.table(),
            recording.descriptions,
            labels.ethogram,
            tools,
            video=recording.video().id,
        )

    def ask(self, title: str, rule: BoutRule) -> None:
        """Ask what a rule makes of a source; earlier questions are forgotten."""
        self._question = title, rule
        self._timer.start()

    def forget_labels(self) -> None:
        """The labels are others: what stands in the way must be looked up anew."""
        self._source = None

    def stop(self) -> None:
        """Answer nothing more."""
        self._timer.stop()
        self._question = None
        self._finding.cancel()
        self._making.cancel()

    def _start(self) -> None:
        """One question at a time, so that answers keep coming while a slider is dragged."""
        labels, question = self._labelling.labels, self._question
        if labels is None or question is None or self._making.running:
            return
        title, rule = question
        if title not in self._tables:
            return
        if self._source is None or self._source.title != title:
            who = self._labelling.annotator or None
            self._source = rule_source(labels, title, self._tables[title], who)
        self._question = None
        self._making.start(_preview, self._source, rule, self._labelling.state.fps)

    def _on_tables(self, tables: dict[str, pd.DataFrame]) -> None:
        self._tables = tables
        self.listed.emit(list(tables))

    def _on_made(self, preview: Preview) -> None:
        self.ready.emit(preview)
        self._start()


def _sources(*what: Any, video: str) -> Generator[str, None, dict[str, pd.DataFrame]]:
    yield "looking for bouts"
    return rule_sources(*what, video=video)


def _preview(source: RuleSource, rule: BoutRule, fps: float) -> Generator[str, None, Preview]:
    yield source.title
    return Preview(source.title, rule, source.after(rule, fps=fps))
