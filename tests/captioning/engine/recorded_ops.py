"""What a CUDA graph does, on a CPU: the tensor operations of one run, over the same memory again.

Nothing of Python runs in a replay, inputs are read from where they lay, and results come to lie
where they lay before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def recorded(run: Callable[[], None]) -> Callable[[], None]:
    """Run once while noting each operation; return what repeats them."""
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils._pytree import tree_leaves

    noted: list[tuple[Any, tuple[Any, ...], dict[str, Any], Any]] = []

    class Note(TorchDispatchMode):
        def __torch_dispatch__(self, func, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
            result = func(*args, **(kwargs or {}))
            noted.append((func, args, kwargs or {}, result))
            return result

    with Note():
        run()

    def replay() -> None:
        for func, args, kwargs, result in noted:
            again = func(*args, **kwargs)
            for old, new in zip(tree_leaves(result), tree_leaves(again), strict=True):
                # A view shows memory that others fill.
                if isinstance(old, torch.Tensor) and old.data_ptr() != new.data_ptr():
                    old.copy_(new)

    return replay
