"""``jit_compile=True``: the program compiled by torch's Inductor.

Compilation takes seconds to minutes and needs a C++ compiler (on a CPU) or Triton (on a GPU). Bound tensors become the
compiled function's arguments, one per storage, because Inductor must know which of them share memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import fx

from wubu.engine.executors.base import Counts, Rates
from wubu.engine.passes.cleanup import drop_aliases, drop_dead
from wubu.engine.passes.fold import fold_literals
from wubu.engine.passes.scalar_rates import strip_rates
from wubu.engine.program import Program
from wubu.engine.snapshot import flat_view

aten = torch.ops.aten


class InductorExecutor:
    """Runs a program that Inductor has compiled.

    Args:
        program: the step as it was recorded; Inductor fuses better than the passes for other executors do.
    """

    name = "inductor"

    def __init__(self, program: Program) -> None:
        own = strip_rates(program.copy())
        for apply in (drop_aliases, drop_dead, fold_literals, drop_dead):
            apply(own)
        self._optimizers = own.optimizers
        graph, self._bases = _with_bases(own)
        module = fx.GraphModule(torch.nn.Module(), graph)
        self._call: Any = torch.compile(module, backend="inductor", dynamic=False, fullgraph=True)
        self.source = module.code

    def _step(self, inputs: Sequence[torch.Tensor], rates: Rates, at: int) -> list[torch.Tensor]:
        for optimizer, ahead in zip(self._optimizers, rates):
            optimizer.step_size.fill_(ahead[at])
        return list(self._call(*inputs, *self._bases))

    def one(self, inputs: Sequence[torch.Tensor], rates: Rates, counts: Counts) -> list[torch.Tensor]:
        """Run one step on the program's inputs."""
        with torch.no_grad():
            return self._step(inputs, rates, 0)

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
        results: list[torch.Tensor] = []
        with torch.no_grad():
            for at in range(start, stop):
                rows = index.narrow(0, at * size, size)
                results = self._step([t.index_select(0, rows) for t in resident], rates, at - start)
        return results


def _with_bases(program: Program) -> tuple[fx.Graph, list[torch.Tensor]]:
    """The program's graph with bound tensors as arguments, and those arguments."""
    graph = fx.Graph()
    values: dict[fx.Node, fx.Node] = {node: graph.placeholder(f"x{i}") for i, node in enumerate(program.inputs)}
    groups: dict[int, list[fx.Node]] = {}
    for node in program.constant_nodes:
        groups.setdefault(program.constants[str(node.target)].untyped_storage()._cdata, []).append(node)
    bases: list[torch.Tensor] = []
    arguments: list[tuple[fx.Node, list[fx.Node]]] = []
    for nodes in groups.values():
        tensor = program.constants[str(nodes[0].target)].detach()
        alone = len(nodes) == 1
        bases.append(tensor if alone else flat_view(tensor.untyped_storage(), tensor.dtype))
        arguments.append((graph.placeholder(f"base{len(bases)}"), nodes))
    for base, nodes in arguments:
        if len(nodes) == 1:
            values[nodes[0]] = base
            continue
        for node in nodes:
            bound = program.constants[str(node.target)]
            place = (list(bound.shape), list(bound.stride()), bound.storage_offset())
            values[node] = graph.call_function(aten.as_strided.default, (base, *place))
    for node in program.calls:
        values[node] = graph.node_copy(node, lambda old: values[old])
    graph.output(tuple(values[node] for node in program.returned))
    return graph, bases
