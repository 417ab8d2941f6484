"""A program: one step of training as a flat list of torch operations.

A program is imperative. Its nodes run in order and may write into memory: the weights, an optimizer's moments, a metric's
total. So beside its result every node carries what memory the result lies in (``TensorMeta``), and a pass that moves,
merges or removes a node first asks ``effects`` who else reads or writes there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import fx
from torch.utils import _pytree as pytree

# One storage per bound tensor or temporary; numbers at or above this are given out by passes.
_FRESH = 1 << 40


@dataclass(frozen=True, slots=True)
class TensorMeta:
    """What is known of a tensor without holding it.

    Attributes:
        shape, stride, offset: as torch has them, in elements.
        storage: a number that two tensors share exactly when they share memory.
    """

    shape: tuple[int, ...]
    stride: tuple[int, ...]
    offset: int
    dtype: torch.dtype
    device: torch.device
    storage: int

    @classmethod
    def of(cls, tensor: torch.Tensor, storage: int) -> TensorMeta:
        """What there is to know of a tensor, given the number of its storage."""
        return cls(
            tuple(tensor.shape), tensor.stride(), int(tensor.storage_offset()), tensor.dtype, tensor.device, storage
        )

    @property
    def numel(self) -> int:
        """Number of elements."""
        count = 1
        for size in self.shape:
            count *= size
        return count

    @property
    def extent(self) -> tuple[int, int]:
        """The bytes of its storage between which it lies: first, and one past the last."""
        if self.numel == 0:
            return self.offset * self.dtype.itemsize, self.offset * self.dtype.itemsize
        last = self.offset + sum((size - 1) * step for size, step in zip(self.shape, self.stride, strict=True))
        return self.offset * self.dtype.itemsize, (last + 1) * self.dtype.itemsize

    def overlaps(self, other: TensorMeta) -> bool:
        """Whether the two may share a byte."""
        if self.storage != other.storage:
            return False
        (a, b), (c, d) = self.extent, other.extent
        return a < d and c < b

    def same_layout(self, other: TensorMeta) -> bool:
        """Whether both have one shape, stride, type and device (the memory may differ)."""
        return (
            self.shape == other.shape
            and self.dtype == other.dtype
            and self.device == other.device
            and all(n <= 1 or a == b for n, a, b in zip(self.shape, self.stride, other.stride, strict=True))
        )

    def same_place(self, other: TensorMeta) -> bool:
        """Whether both are the very same view of the same memory."""
        return self.storage == other.storage and self.offset == other.offset and self.same_layout(other)

    @property
    def channels_last(self) -> bool:
        """Whether these are pictures whose channels lie beside each other; with one channel torch cannot tell."""
        if len(self.shape) != 4 or self.shape[1] < 2:
            return False
        _, channels, height, width = self.shape
        return self.stride == (height * width * channels, 1, width * channels, channels)

    @property
    def dense(self) -> bool:
        """Whether no two elements share memory and there are no gaps."""
        expected = 1
        for size, step in sorted(
            ((n, s) for n, s in zip(self.shape, self.stride, strict=True) if n != 1), key=lambda pair: pair[1]
        ):
            if step != expected:
                return False
            expected *= size
        return True


@dataclass(frozen=True)
class Shadow:
    """A scaled copy of a bound tensor that the program changes in its place.

    Attributes:
        copy: what the program changes; set to ``origin * factor`` before a call of steps.
        origin: the bound tensor; set to ``copy / factor`` after it.
    """

    copy: torch.Tensor
    origin: torch.Tensor
    factor: float


@dataclass
class Program:
    """A recorded step.

    Attributes:
        graph: placeholders for the tensors of the batch (and the host's scalars), ``get_attr`` nodes for bound tensors,
            calls of aten operations, and one output with a flat list of results. Only the order of calls matters.
        constants: the bound tensors by the name that ``get_attr`` nodes use. They are the live weights and state.
        inputs: the placeholder of each tensor of the batch; one that came twice has one placeholder.
        input_slots: for each tensor of the batch in order, which of ``inputs`` it is.
        results: the structure of what the step returned.
        differentiates: whether it was recorded with gradients on.
        transparent: whether autograd sees its operations when it runs.
        optimizers: those that took part, in order.
        scalars: placeholders of numbers that the host gives before each step, by ("rate" or "count", optimizer).
        deferred_counts: optimizers whose step count the executor advances, once per call.
        deferred_sums: tensors that grow by a number in every step, which the executor sees to once per call.
        shadows: scaled copies that stand for bound tensors within a call.
        originals: the tensors that were bound when the step was recorded; a program is stale when one of them has moved.
    """

    graph: fx.Graph
    constants: dict[str, torch.Tensor]
    inputs: list[fx.Node]
    input_slots: list[int]
    results: pytree.TreeSpec
    differentiates: bool = False
    transparent: bool = False
    optimizers: list[Any] = field(default_factory=list)
    scalars: dict[tuple[str, int], fx.Node] = field(default_factory=dict)
    deferred_counts: list[int] = field(default_factory=list)
    deferred_sums: list[tuple[torch.Tensor, float]] = field(default_factory=list)
    shadows: list[Shadow] = field(default_factory=list)
    originals: tuple[torch.Tensor, ...] = ()
    _fresh: int = _FRESH

    @property
    def output(self) -> fx.Node:
        """The output node."""
        return next(iter(reversed(self.graph.nodes)))

    @property
    def returned(self) -> list[fx.Node]:
        """The results that a run makes anew: all but bound tensors and values that are not tensors."""
        flat: Any = self.output.args[0]
        return [result for result in flat if isinstance(result, fx.Node) and result.op != "get_attr"]

    def constant(self, node: fx.Node) -> torch.Tensor:
        """The bound tensor that a ``get_attr`` node stands for, as the program is to see it."""
        tensor = self.constants[str(node.target)]
        return tensor if self.transparent else tensor.detach()

    def pack(self, made: Sequence[torch.Tensor]) -> Any:
        """What the step returns, from what a run made."""
        fresh = iter(made)
        flat: Any = self.output.args[0]
        values = [
            result
            if not isinstance(result, fx.Node)
            else self.constants[str(result.target)]
            if result.op == "get_attr"
            else next(fresh)
            for result in flat
        ]
        return pytree.tree_unflatten(values, self.results)

    def drop_outputs(self) -> None:
        """Hand nothing out."""
        self.output.args = ([],)
        self.results = pytree.tree_structure([])

    @property
    def device_type(self) -> str:
        """Where the program runs: on the device of the state that is not on the host, if there is any."""
        return next((t.device.type for t in self.originals if t.device.type != "cpu"), "cpu")

    @property
    def constant_nodes(self) -> list[fx.Node]:
        """The nodes of bound tensors. Passes may put an operation before its operands' nodes among these."""
        return [node for node in self.graph.nodes if node.op == "get_attr"]

    @property
    def calls(self) -> list[fx.Node]:
        """The operations, in order."""
        return [node for node in self.graph.nodes if node.op == "call_function"]

    def bind(self, tensor: torch.Tensor, meta: TensorMeta) -> fx.Node:
        """Bind a tensor and return the node that stands for it."""
        for node in self.graph.nodes:
            if node.op == "get_attr" and self.constants[node.target] is tensor:
                return node
        name = f"c{len(self.constants)}"
        while name in self.constants:
            name += "_"
        self.constants[name] = tensor
        with self.graph.inserting_before(next(iter(self.graph.nodes))):
            node = self.graph.get_attr(name)
        node.meta["tensor"] = meta
        return node

    def scalar(self, kind: str, optimizer: int) -> fx.Node:
        """The placeholder of a number of the host: an optimizer's ``rate`` or its ``count`` of steps after this one."""
        key = (kind, optimizer)
        if key not in self.scalars:
            with self.graph.inserting_before(next(iter(self.graph.nodes))):
                node = self.graph.placeholder(f"{kind}{optimizer}")
            node.meta["scalar"] = float if kind == "rate" else int
            self.scalars[key] = node
        return self.scalars[key]

    def fresh_storage(self) -> int:
        """A number for memory that a pass makes up."""
        self._fresh += 1
        return self._fresh

    def copy(self) -> Program:
        """A program of its own graph; the bound tensors are the same ones."""
        graph = fx.Graph()
        values: dict[fx.Node, fx.Node] = {}
        late = ("call_function", "output")
        for node in [n for n in self.graph.nodes if n.op not in late] + [n for n in self.graph.nodes if n.op in late]:
            values[node] = graph.node_copy(node, values.__getitem__)
        twin = Program(
            graph=graph,
            constants=dict(self.constants),
            inputs=[values[node] for node in self.inputs],
            input_slots=list(self.input_slots),
            results=self.results,
            differentiates=self.differentiates,
            transparent=self.transparent,
            optimizers=list(self.optimizers),
            scalars={key: values[node] for key, node in self.scalars.items()},
            deferred_counts=list(self.deferred_counts),
            deferred_sums=list(self.deferred_sums),
            shadows=list(self.shadows),
            originals=self.originals,
            _fresh=self._fresh,
        )
        return twin

    def __str__(self) -> str:
        return str(self.graph)


def meta_of(node: fx.Node) -> TensorMeta | None:
    """The memory of a node's result; None for results that are not one tensor."""
    meta = node.meta.get("tensor")
    return meta if isinstance(meta, TensorMeta) else None


def metas_of(node: fx.Node) -> Sequence[TensorMeta]:
    """The memory of every tensor in a node's result."""
    meta = node.meta.get("tensor")
    if isinstance(meta, TensorMeta):
        return (meta,)
    return [m for m in meta or () if m is not None]


def nodes_in(arguments: Any) -> Iterator[fx.Node]:
    """The nodes in nested arguments."""
    if isinstance(arguments, fx.Node):
        yield arguments
    elif isinstance(arguments, list | tuple):
        for argument in arguments:
            yield from nodes_in(argument)
    elif isinstance(arguments, dict):
        for argument in arguments.values():
            yield from nodes_in(argument)
