"""One captioner kept from plan to plan, so that its model is loaded once. Knows no window."""

from __future__ import annotations

from dataclasses import replace

from napari_mousegpt.captioning.captioner import Captioner
from napari_mousegpt.workflows.caption_plan import CaptionPlan
from napari_mousegpt.workflows.captioner_choice import address_of


class HeldCaptioner:
    """Gives plans the captioner of the plan before, where theirs would answer the same."""

    def __init__(self) -> None:
        self._captioner: Captioner | None = None
        self._identity: object = None

    def give(self, plan: CaptionPlan) -> CaptionPlan:
        """Return the plan with the captioner that is held, or hold the plan's own from now on.

        One that asks a server stays with its plan: it holds no model, and counts tokens.
        """
        if address_of(plan.captioner) is not None:
            return plan
        run, asked = plan.run, plan.asked
        identity = (
            *(run.tool, run.model, run.revision, run.adapter, run.prompt, run.endpoint),
            *(plan.captioner.parameters, asked.model, asked.adapter),
            *(asked.device, asked.batch_size),
        )
        if self._captioner is None or identity != self._identity:
            self._captioner, self._identity = plan.captioner, identity
        return replace(plan, captioner=self._captioner)
