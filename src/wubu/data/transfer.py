"""Batches on their way to a GPU: copied from pinned memory while the one before is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch

from wubu.core import nest
from wubu.data.prefetch import prefetched


def transferred(
    batches: Iterable[Any], device: torch.device, move: Callable[[Any], Any], depth: int = 2
) -> Iterator[Any]:
    """Yield batches whose tensors are on a GPU.

    A thread prepares the batches, puts them into pinned memory, from which the GPU copies by itself, and starts the copies
    on a stream of their own; whoever computes on the GPU waits for nothing but the copy of the batch at hand.

    Args:
        batches: structures of tensors on the CPU.
        device: a CUDA device.
        move: gives a batch on the device, from pinned memory and without waiting; see ``to_device``.
        depth: how many batches may be on their way.
    """
    stream = torch.cuda.Stream(device)

    def copies() -> Iterator[tuple[Any, torch.cuda.Event]]:
        for batch in batches:
            with torch.cuda.device(device), torch.cuda.stream(stream):
                moved = move(batch)
                event = torch.cuda.Event()
                event.record(stream)
            yield moved, event

    ahead = prefetched(copies(), depth)
    try:
        for batch, event in ahead:
            current = torch.cuda.current_stream(device)
            current.wait_event(event)
            for leaf in nest.flatten(batch):
                if isinstance(leaf, torch.Tensor) and leaf.device.type == "cuda":
                    leaf.record_stream(current)  # its memory is used there, not only where it was copied
            yield batch
    finally:
        ahead.close()  # type: ignore[attr-defined]
