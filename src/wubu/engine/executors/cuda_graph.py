"""A program captured into a CUDA graph: one launch for many steps, with no Python and no dispatch in between.

The graph reads its batch from buffers of its own. For data that is in memory it gathers the rows itself, by an index
buffer, and holds a block of steps one after the other, with a table of their learning rates: a block is one copy of its
rows' numbers and one launch. What an epoch leaves over is run step by step by a graph of one. Operations, weights and
random numbers are those of the Python executor: torch advances its generator for every launch.

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
# Steps in one graph. A launch takes some ten microseconds of the host, a step of a small network not much longer.
BLOCK = 16


class CudaGraphUnavailable(Exception):
    """The program cannot become a CUDA graph."""


class StepBlock:
    """Some steps in a row on data that is in memory, without a number of the host: plain torch, ready for a graph.

    Args:
        step: one step, a function of its batch.
        resident: the data, one row per sample.
        step_sizes: of the program's optimizers, one 0-d tensor each.
        steps, size: how many steps, of how many rows.

    Attributes:
        rows: the numbers of all steps' rows; filled before a run.
        rates: the learning rates, shape (optimizers, steps); filled before a run.
    """

    def __init__(
        self,
        step: Callable[..., list[torch.Tensor]],
        resident: Sequence[torch.Tensor],
        step_sizes: Sequence[torch.Tensor],
        steps: int,
        size: int,
    ) -> None:
        device = resident[0].device
        self.steps, self.size = steps, size
        self.resident = list(resident)
        self.rows = torch.zeros(steps * size, dtype=torch.int64, device=device)
        self.rates = torch.zeros(len(step_sizes), steps, device=device)
        self._step, self._step_sizes = step, list(step_sizes)
        self._told: list[list[float]] = []

    def fill(self, rows: torch.Tensor, rates: list[list[float]]) -> None:
        """Say which rows come next and with which rates; only what has changed travels to the device."""
        self.rows.copy_(rows)
        if rates != self._told:
            self.rates.copy_(torch.tensor(rates).reshape(self.rates.shape))
            self._told = rates

    def run(self) -> list[torch.Tensor]:
        """Run the steps; the last one's results."""
        results: list[torch.Tensor] = []
        for at in range(self.steps):
            for which, step_size in enumerate(self._step_sizes):
                step_size.copy_(self.rates[which, at])
            rows = self.rows[at * self.size : (at + 1) * self.size]
            results = self._step(*(tensor.index_select(0, rows) for tensor in self.resident))
        return results


class _Captured:
    """One CUDA graph: its input buffers, and the tensors that it writes its results into."""

    def __init__(
        self, buffers: Any, run: Callable[[], list[torch.Tensor]], differentiates: bool, warm_up: int = WARM_UP
    ) -> None:
        self.buffers = buffers
        self.graph = torch.cuda.CUDAGraph()
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream), below_autograd(differentiates):
            for _ in range(warm_up):
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
        self._many: OrderedDict[tuple[int, ...], tuple[StepBlock, _Captured]] = OrderedDict()

    def _capture(self, buffers: Any, run: Callable[[], list[torch.Tensor]], warm_up: int = WARM_UP) -> _Captured:
        """Capture a graph and undo what its warm-up did to the state."""
        if not warm_up:
            return _Captured(buffers, run, self._program.differentiates, warm_up)
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
        results: list[torch.Tensor] = []
        at = start
        while at < stop:
            steps = BLOCK if stop - at >= BLOCK else 1
            block, captured = self._block(resident, steps, size)
            ahead = [list(rate[at - start : at - start + steps]) for rate in rates]
            block.fill(index[at * size : (at + steps) * size], ahead)
            results = captured.replay()
            at += steps
        return [result.clone() for result in results]

    def _block(self, resident: Sequence[torch.Tensor], steps: int, size: int) -> tuple[StepBlock, _Captured]:
        key = (steps, size, *(tensor.data_ptr() for tensor in resident))
        found = self._many.get(key)
        if found is None:
            step_sizes = [optimizer.step_size for optimizer in self._optimizers]
            block = StepBlock(self._step, resident, step_sizes, steps, size)
            # A block comes after single steps, with which everything has been set up.
            captured = self._capture(block, block.run, WARM_UP if steps == 1 else 0)
            found = self._many[key] = block, captured
            while len(self._many) > 2 * MOST_DATA_SETS:
                self._many.popitem(last=False)
        self._many.move_to_end(key)
        return found


def _values(node: fx.Node) -> list[Any]:
    return [*node.args, *node.kwargs.values()]
