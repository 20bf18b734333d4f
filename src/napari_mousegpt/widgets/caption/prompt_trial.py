"""The prompt page and the process that answers it: which window is tried, and whether it may be.

Knows no form but that of the prompt.
"""

from __future__ import annotations

from qtpy.QtWidgets import QWidget

from napari_mousegpt.io.upload_consent import allow_upload
from napari_mousegpt.widgets.caption.consent_box import with_consent
from napari_mousegpt.widgets.caption.job import Forecast
from napari_mousegpt.widgets.caption.look_ahead import Outlook
from napari_mousegpt.widgets.caption.prompt_form import PromptForm
from napari_mousegpt.widgets.caption.prompt_page import PromptPage
from napari_mousegpt.widgets.caption.try_window import TryWindow


class PromptTrial:
    """Joins `PromptPage` and `TryWindow`: the window that is shown is the one that is tried."""

    def __init__(self, parent: QWidget, form: PromptForm) -> None:
        self._parent = parent
        self.page = PromptPage(form)
        self.asked = TryWindow(parent)
        self._outlook: Outlook | None = None
        self.page.tried.connect(self.ask)
        self.page.cancelled.connect(self.asked.cancel)
        self.asked.doing.connect(self.page.busy)
        self.asked.answered.connect(self.page.show_answer)
        self.asked.failed.connect(self.page.show_problem)

    def offer(self, outlook: Outlook) -> None:
        """Take the window that is shown, to be tried."""
        self._outlook = outlook
        self.page.can_try(outlook.clip is not None and outlook.clip.problem is None)

    def forget(self, *, takes_prompt: bool) -> None:
        """Something else is chosen or looked at: what was answered is not to it."""
        self._outlook = None
        self.page.takes_prompt(takes_prompt)
        self.page.can_try(False)
        self.page.forget()

    def ask(self) -> None:
        """Ask about the window that is shown, once it is known that its pictures may go out."""
        outlook = self._outlook
        if outlook is None or outlook.window is None or outlook.clip is None:
            return
        settings, folder = outlook.question.settings, outlook.plan.recording.folder
        one = Forecast(outlook.forecast.run_id, 1, 1, 1, 0)
        source = with_consent(self._parent, outlook.question.source, settings, one)
        if source is None:
            return
        if source.upload_to is not None:
            allow_upload(folder, source.upload_to)
        self.asked.ask(folder, settings, outlook.window, outlook.clip.individual)

    def stop(self) -> None:
        """Ask no more, and let go of the model."""
        self.asked.cancel()
        self.asked.stop()
