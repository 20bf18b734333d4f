"""The facts of a clip, read from what the eye of a small model saw. Knows no words, no clip.

The layers were trained together with the eye; they lie beside the weights of a model, in one file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

FILE = "seen_facts.safetensors"
PAIRS = 4
"""The eye looks at two of eight frames at a time."""
MOTION = ("motion.0", "motion.2", "motion.4")
MOTION_UNITS = (1.0, 40.0)
"""What the last of these layers counts in: body lengths per second, and degrees."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was concluded from some clips.

    Attributes
    ----------
    hidden
        What the conclusions rest on, shape (clips, width), float32 on the CPU.
    logits
        Of the values of each fact by its name, shape (clips, values) each.
    motion
        Body lengths per second, and degrees turned to the animal's left, shape (clips, 2); None
        of a model that was not taught them.
    """

    hidden: torch.Tensor
    logits: Mapping[str, torch.Tensor]
    motion: torch.Tensor | None = None


class FactReader:
    """Layers from visual tokens to facts.

    Attributes
    ----------
    values
        Values of each fact, in the order of the logits.
    """

    def __init__(
        self, weights: Mapping[str, Any], values: Mapping[str, tuple[str, ...]], device: object
    ) -> None:
        self.values = dict(values)
        self._device = device
        self._weights = {name: tensor.float().to(device) for name, tensor in weights.items()}

    @classmethod
    def load(cls, model: Path, device: object) -> FactReader | None:
        """Read the layers of a model's folder; None where it has none."""
        from safetensors import safe_open

        if not (model / FILE).is_file():
            return None
        with safe_open(model / FILE, framework="pt") as file:
            values = json.loads(file.metadata()["facts"])
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return cls(weights, {name: tuple(found) for name, found in values.items()}, device)

    @property
    def hidden_width(self) -> int:
        """How many values the conclusions rest on."""
        return int(self._weights["facts.weight"].shape[1])

    def read(self, seen: torch.Tensor, span: torch.Tensor, view: torch.Tensor) -> Seen:
        """Conclude from visual tokens.

        Parameters
        ----------
        seen
            Of each clip all tokens in order, shape (clips, tokens, width).
        span
            How long each clip is, from -1.5 for the shortest that the model knows to 1.5.
        view
            Which of the three views that the model knows.
        """
        import torch
        from torch.nn.functional import gelu, one_hot

        clips = len(seen)
        pairs = gelu(self._linear("trunk.0", seen.float().reshape(clips, PAIRS, -1)))
        told = torch.cat([span[:, None].float(), one_hot(view, 3).float()], 1).to(self._device)
        whole = torch.cat([pairs.reshape(clips, -1), told], 1)
        hidden = whole
        for name in ("mix.0", "mix.2"):
            hidden = gelu(self._linear(name, hidden))
        logits = self._linear("facts", hidden).cpu()
        sizes = [len(found) for found in self.values.values()]
        facts = dict(zip(self.values, logits.split(sizes, dim=-1), strict=True))
        return Seen(hidden.cpu(), facts, self._motion(whole))

    def _motion(self, whole: torch.Tensor) -> torch.Tensor | None:
        import torch
        from torch.nn.functional import gelu

        if f"{MOTION[0]}.weight" not in self._weights:
            return None
        for name in MOTION[:-1]:
            whole = gelu(self._linear(name, whole))
        return self._linear(MOTION[-1], whole).cpu() * torch.tensor(MOTION_UNITS)

    def _linear(self, name: str, values: torch.Tensor) -> torch.Tensor:
        from torch.nn.functional import linear

        return linear(values, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])


def save_reader(
    model: Path, weights: Mapping[str, torch.Tensor], values: Mapping[str, tuple[str, ...]]
) -> None:
    """Write the layers into a model's folder, in half precision."""
    from safetensors.torch import save_file

    halved = {name: tensor.detach().half().cpu().contiguous() for name, tensor in weights.items()}
    save_file(halved, model / FILE, metadata={"facts": json.dumps(values)})
    (model / FILE).chmod(0o644)
