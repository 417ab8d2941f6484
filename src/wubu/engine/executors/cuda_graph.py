"""A program captured into a CUDA graph: one launch a step, with no Python and no dispatch in between.

The graph reads its batch from buffers of its own. For data that is in memory it gathers the rows itself, by an index
buffer, so that a step is one small copy and one launch. Operations, weights and random numbers are those of the Python
executor: torch advances its generator for every launch.

A CUDA graph freezes the host's numbers, so programs for it keep learning rates and step counts as tensors: they are
made without the passes ``fused_adam`` and ``scalar_rates``.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import fx

from wubu.engine.codegen import python_source
from wubu.engine.executors.base import Counts, Rates, below_autograd
from wubu.engine.passes.scalar_rates import strip_rates
from wubu.engine.program import Program, metas_of
from wubu.engine.snapshot import Snapshot

# Runs before the capture: libraries set up their workspaces and choose their algorithms.
WARM_UP = 3
# Graphs that gather their rows are bound to their data, which they keep in memory.
MOST_DATA_SETS = 2


class CudaGraphUnavailable(Exception):
    """The program cannot become a CUDA graph."""


class _Captured:
    """One CUDA graph: its input buffers, and the tensors that it writes its results into."""

    def __init__(
        self, buffers: list[torch.Tensor], run: Callable[[], list[torch.Tensor]], differentiates: bool
    ) -> None:
        self.buffers = buffers
        self.graph = torch.cuda.CUDAGraph()
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream), below_autograd(differentiates):
            for _ in range(WARM_UP):
                run()
        torch.cuda.current_stream().wait_stream(stream)
        with below_autograd(differentiates), torch.cuda.graph(self.graph):
            self.results = run()

    def replay(self) -> list[torch.Tensor]:
        """Run the graph; the results are valid until the next replay."""
        self.graph.replay()
        return self.results


class CudaGraphExecutor:
    """Replays a program as a CUDA graph.

    Args:
        program: the step; everything in it lies on one CUDA device.

    Raises:
        CudaGraphUnavailable: part of the program is elsewhere, or needs numbers of the host.
    """

    name = "cuda_graph"

    def __init__(self, program: Program) -> None:
        # A literal number may stay on the host: kernels take it by value.
        devices = {
            meta.device
            for node in [*program.inputs, *program.constant_nodes]
            for meta in metas_of(node)
            if not (node.meta.get("literal") and meta.numel == 1)
        }
        if len(devices) != 1 or next(iter(devices)).type != "cuda":
            raise CudaGraphUnavailable(f"the step uses {sorted(map(str, devices))}, not one CUDA device")
        if any(isinstance(value, torch.Generator) for node in program.calls for value in _values(node)):
            raise CudaGraphUnavailable("the step draws from a generator of its own")
        if any(kind != "rate" for kind, _ in program.scalars):
            raise CudaGraphUnavailable("the step counts on the host")
        self._program = program
        self._step, self.source = python_source.generate(strip_rates(program.copy()))
        self._optimizers = program.optimizers
        self._metas = [node.meta["tensor"] for node in program.inputs]
        self._one: _Captured | None = None
        self._many: OrderedDict[tuple[int, ...], _Captured] = OrderedDict()

    def _capture(self, buffers: list[torch.Tensor], run: Callable[[], list[torch.Tensor]]) -> _Captured:
        """Capture a graph and undo what its warm-up did to the state."""
        snapshot = Snapshot()
        for tensor in self._program.constants.values():
            snapshot.before_write(tensor)
        captured = _Captured(buffers, run, self._program.differentiates)
        torch.cuda.synchronize()
        snapshot.restore()
        return captured

    def _rate(self, rates: Rates, at: int, before: list[float]) -> None:
        for which, (optimizer, ahead) in enumerate(zip(self._optimizers, rates)):
            if ahead[at] != before[which]:
                optimizer.step_size.fill_(ahead[at])
                before[which] = ahead[at]

    def one(self, inputs: Sequence[torch.Tensor], rates: Rates, counts: Counts) -> list[torch.Tensor]:
        """Run one step on the program's inputs."""
        if self._one is None:
            buffers = [torch.empty_strided(m.shape, m.stride, dtype=m.dtype, device=m.device) for m in self._metas]
            for buffer, tensor in zip(buffers, inputs):
                buffer.copy_(tensor)
            self._rate(rates, 0, [float("nan")] * len(rates))
            self._one = self._capture(buffers, lambda: self._step(*buffers))
        for buffer, tensor in zip(self._one.buffers, inputs):
            buffer.copy_(tensor, non_blocking=True)
        self._rate(rates, 0, [float("nan")] * len(rates))
        return [result.clone() for result in self._one.replay()]

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
        device = self._metas[0].device if self._metas else torch.device("cuda")
        index = index.to(device, non_blocking=True)
        before = [float("nan")] * len(rates)
        key = (size, *(tensor.data_ptr() for tensor in resident))
        captured = self._many.get(key)
        if captured is None:
            rows = index[start * size : (start + 1) * size].clone()
            self._rate(rates, 0, before)
            captured = self._many[key] = self._capture(
                [rows, *resident], lambda: self._step(*(t.index_select(0, rows) for t in resident))
            )
            while len(self._many) > MOST_DATA_SETS:
                self._many.popitem(last=False)
        rows = captured.buffers[0]
        results: list[torch.Tensor] = []
        for at in range(start, stop):
            rows.copy_(index[at * size : (at + 1) * size])
            self._rate(rates, at - start, before)
            results = captured.replay()
        return [result.clone() for result in results]


def _values(node: fx.Node) -> list[Any]:
    return [*node.args, *node.kwargs.values()]

