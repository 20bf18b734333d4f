"""Workers to caption with: those of a scheduler that runs, or started on this computer.

Knows no plan. Needs distributed, of the extra ``cluster``.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CONNECT_S = 15
HERE = "127.0.0.1"
PRELOADED = "napari_mousegpt.workflows.scheduler.on_worker"


@contextmanager
def cluster_at(address: str) -> Iterator[Any]:
    """Connect to a scheduler, by its address or the path of its scheduler file.

    Raises
    ------
    ConnectionError
        If none answers there.
    FileNotFoundError
        If there is no such scheduler file.
    ImportError
        If distributed is missing.
    """
    distributed = _distributed()
    where: dict[str, Any] = {"address": address}
    if address.endswith(".json"):
        if not Path(address).is_file():
            raise FileNotFoundError(
                f"{address}: no such scheduler file. The scheduler writes it when it starts: "
                f"dask scheduler --scheduler-file {address}"
            )
        where = {"scheduler_file": address}
    try:
        client = distributed.Client(**where, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise ConnectionError(
            f"no scheduler answers at {address}. Start one with: dask scheduler; its first lines "
            f"say its address, such as tcp://192.168.0.10:8786 ({_short(error)})"
        ) from error
    try:
        yield client
    finally:
        client.close(timeout=CONNECT_S)


@contextmanager
def cluster_of_gpus(wanted: int | None) -> Iterator[Any]:
    """Start one worker for each GPU of this computer, or for so many of them.

    Raises
    ------
    ValueError
        If there is no GPU, or fewer than wanted.
    ImportError
        If distributed is missing.
    """
    _distributed()
    gpus = visible_gpus()
    if not gpus:
        raise ValueError(
            "--gpus needs NVIDIA GPUs, and torch finds none on this computer (mousegpt doctor says "
            "why). Leave it out, or start workers on this computer's cores with --workers 4."
        )
    if wanted is not None and wanted > len(gpus):
        raise ValueError(f"--gpus {wanted}: expected at most {len(gpus)}, as many as there are")
    each = [
        {"resources": {"GPU": 1}, "env": {"CUDA_VISIBLE_DEVICES": gpu}} for gpu in gpus[:wanted]
    ]
    with _cluster_here(each) as client:
        yield client


@contextmanager
def cluster_of_processes(count: int) -> Iterator[Any]:
    """Start so many workers on the cores of this computer.

    Raises
    ------
    ImportError
        If distributed is missing.
    """
    with _cluster_here([{} for _ in range(count)]) as client:
        yield client


def visible_gpus() -> list[str]:
    """What `CUDA_VISIBLE_DEVICES` would call each GPU that torch sees."""
    import torch

    count = torch.cuda.device_count()
    named = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")
    named = [name.strip() for name in named if name.strip()]
    return (named or [str(place) for place in range(count)])[:count]


@contextmanager
def _cluster_here(each: Sequence[dict[str, Any]]) -> Iterator[Any]:
    """One process for each entry, heard on this computer only, ended with the cluster."""
    distributed = _distributed()
    # A model takes what it takes: no worker is to be ended for the memory of its weights.
    alike = {"nthreads": 1, "memory_limit": 0, "host": HERE, "preload": [PRELOADED]}
    silence = {"silence_logs": logging.CRITICAL}
    workers = {
        place: {"cls": distributed.Nanny, "options": {**alike, **silence, **own}}
        for place, own in enumerate(each)
    }
    scheduler = {"cls": distributed.Scheduler, "options": {"host": HERE, "dashboard": False}}
    with (
        distributed.SpecCluster(workers=workers, scheduler=scheduler, **silence) as cluster,
        distributed.Client(cluster, timeout=CONNECT_S, set_as_default=False) as client,
    ):
        yield client


def _distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise ImportError(
            "workers need the package distributed. Install it on every machine with: "
            "pip install 'napari-mousegpt[cluster]'"
        ) from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # we say what matters
    return distributed


def _short(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
