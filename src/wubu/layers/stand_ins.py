"""Weights without values, for runs that only find shapes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from wubu.core.variable import Variable

Place = tuple[dict[str, torch.Tensor | None], str, torch.Tensor]
_runs: list[StandIns] = []


class StandIns:
    """The weights that stand-ins have taken the place of in one run."""

    def __init__(self) -> None:
        self._kept: list[Place] = []
        self._made: dict[int, torch.Tensor] = {}

    def take(self, module: torch.nn.Module) -> None:
        """Replace every weight of a module that has values."""
        for part in module.modules():
            for table in (part._parameters, part._buffers):
                for name, tensor in list(table.items()):
                    if tensor is not None and tensor.device.type != "meta":
                        self._kept.append((table, name, tensor))  # type: ignore[arg-type]  # two kinds of tables
                        if id(tensor) not in self._made:
                            self._made[id(tensor)] = _stand_in(tensor)
                        table[name] = self._made[id(tensor)]  # type: ignore[assignment]

    def give_back(self) -> None:
        """Put the weights back."""
        for table, name, tensor in self._kept:
            table[name] = tensor


@contextmanager
def weights_on_meta(module: torch.nn.Module) -> Iterator[None]:
    """Within this block every weight of a module is a stand-in of the same shape on the ``meta`` device.

    So is every weight that a layer within it makes on the way: the values are there when the block ends.
    """
    run = StandIns()
    _runs.append(run)
    try:
        run.take(module)
        yield
    finally:
        _runs.remove(run)
        run.give_back()


def after_build(module: torch.nn.Module) -> None:
    """Tell the run under way, if there is one, that a layer has just made its weights."""
    if _runs:
        _runs[-1].take(module)


def _stand_in(tensor: torch.Tensor) -> torch.Tensor:
    """A tensor without values that answers to whatever the given one answers to, such as ``assign``."""
    empty = torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device="meta")
    made = torch.nn.Parameter(empty, False)
    if isinstance(tensor, Variable):
        Variable.adopt(made, tensor.name).__dict__.update(tensor.__dict__)
    return made
