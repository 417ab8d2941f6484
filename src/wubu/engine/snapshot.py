"""Undoing a step: memory and random states as they were before it, kept only where the step touched them."""

from __future__ import annotations

from typing import Any

import torch


class Snapshot:
    """Copies of storages taken just before they are first written.

    A step that fails half-way, or that was run only to be recorded, is undone with ``restore``. Copying on the first
    write keeps the cost to what the step really changes.
    """

    def __init__(self) -> None:
        self._storages: dict[int, tuple[torch.UntypedStorage, torch.UntypedStorage]] = {}
        self._cpu_random = torch.get_rng_state()
        cuda = torch.cuda.is_available() and torch.cuda.is_initialized()
        self._cuda_random = torch.cuda.get_rng_state_all() if cuda else None
        self._generators: dict[int, tuple[torch.Generator, torch.Tensor]] = {}

    def before_write(self, tensor: torch.Tensor) -> None:
        """Keep a tensor's storage as it is now, unless it is kept already."""
        storage = tensor.untyped_storage()
        key = storage._cdata
        if key not in self._storages:
            self._storages[key] = (storage, storage.clone())

    def forget(self, tensor: torch.Tensor) -> None:
        """Do without the copy of a tensor's storage: its content means nothing."""
        self._storages.pop(tensor.untyped_storage()._cdata, None)

    def before_draw(self, generator: torch.Generator) -> None:
        """Keep a generator's state as it is now, unless it is kept already."""
        if id(generator) not in self._generators:
            self._generators[id(generator)] = (generator, generator.get_state())

    @property
    def storages(self) -> list[torch.UntypedStorage]:
        """The storages that were kept, that is, those that the step wrote."""
        return [storage for storage, _ in self._storages.values()]

    def saved(self, storage: torch.UntypedStorage) -> torch.UntypedStorage:
        """A storage's content before the step."""
        return self._storages[storage._cdata][1]

    def restore(self) -> None:
        """Put everything back; may be called again."""
        for storage, saved in self._storages.values():
            storage.copy_(saved)
        torch.set_rng_state(self._cpu_random)
        if self._cuda_random is not None:
            torch.cuda.set_rng_state_all(self._cuda_random)
        for generator, state in self._generators.values():
            generator.set_state(state)


def flat_view(storage: torch.UntypedStorage, dtype: Any) -> torch.Tensor:
    """A storage as one flat tensor of a type that divides its size."""
    return torch.empty(0, dtype=dtype, device=storage.device).set_(storage)  # type: ignore[call-overload]
