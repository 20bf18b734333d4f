"""Provenance: what said something, and with which parameters. Knows no results."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Run:
    """One tool applied to one video with one set of parameters.

    ``run_id`` depends on everything that can change an answer and on nothing else: running the
    same again resumes, running anything else adds a run beside it. ``endpoint``, the server that
    answered first, is no part of it: the same model may be served elsewhere tomorrow.
    """

    run_id: str
    tool: str
    version: str
    video: str
    model: str | None = None
    revision: str | None = None
    adapter: str | None = None
    prompt: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    created: str = ""
    endpoint: str | None = None

    @property
    def prompt_sha256(self) -> str:
        """Hash of the exact prompt."""
        return hashlib.sha256(self.prompt.encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Everything as plain JSON values."""
        return {**asdict(self), "prompt_sha256": self.prompt_sha256}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Run:
        """Read what `to_json` wrote, or an older or newer release's; unknown entries are left."""
        known = {name: values[name] for name in cls.__slots__ if name in values}
        return cls(**known)


def make_run(
    *,
    tool: str,
    version: str,
    video: str,
    video_sha256: str,
    model: str | None = None,
    revision: str | None = None,
    adapter: str | None = None,
    prompt: str = "",
    parameters: Mapping[str, Any] | None = None,
    endpoint: str | None = None,
) -> Run:
    """Describe a run and derive its identity.

    The release of this package is recorded but is no part of the identity: an upgrade goes on
    with a run. ``parameters`` must hold only what can change an answer, so no batch size, device
    or concurrency.
    """
    identity = {
        "tool": tool,
        "video": video,
        "video_sha256": video_sha256,
        "model": model,
        "revision": revision,
        "adapter": adapter,
        "prompt": prompt,
        "parameters": dict(parameters or {}),
    }
    text = json.dumps(identity, sort_keys=True, ensure_ascii=False)
    return Run(
        run_id=hashlib.sha256(text.encode()).hexdigest()[:16],
        tool=tool,
        version=version,
        video=video,
        model=model,
        revision=revision,
        adapter=adapter,
        prompt=prompt,
        parameters=dict(parameters or {}),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        endpoint=endpoint,
    )
