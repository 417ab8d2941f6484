"""The executor that works everywhere: generated Python, one torch call per operation."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from wubu.engine.codegen import python_source
from wubu.engine.executors.base import Counts, Rates, mode_of
from wubu.engine.program import Program


class PythonExecutor:
    """Runs a program as a generated Python function.

    Args:
        program: the step.

    Attributes:
        source: the generated function's text.
    """

    name = "python"

    def __init__(self, program: Program) -> None:
        self._step, self.source = python_source.generate(program)
        self._program = program
        self._scalars = list(program.scalars)

    def _values(self, at: int, rates: Rates, counts: Counts) -> list[float]:
        return [rates[o][at] if kind == "rate" else counts[o] + at for kind, o in self._scalars]

    def one(self, inputs: Sequence[torch.Tensor], rates: Rates, counts: Counts) -> list[torch.Tensor]:
        """Run one step on the program's inputs."""
        with mode_of(self._program):
            return self._step(*inputs, *self._values(0, rates, counts))

    def many(
        self,
        resident: Sequence[torch.Tensor],
        index: torch.Tensor,
        start: int,
        stop: int,
        size: int,
        rates: Rates,
        counts: Counts,
    ) -> list[torch.Tensor]:
        """Run steps ``start`` to ``stop - 1`` on rows gathered by index; the last one's results."""
        step, take = self._step, torch.index_select
        results: list[torch.Tensor] = []
        with mode_of(self._program):
            for at in range(start, stop):
                rows = index.narrow(0, at * size, size)
                batch = [take(tensor, 0, rows) for tensor in resident]
                results = step(*batch, *self._values(at - start, rates, counts))
        return results
