"""Recording: one real run of a step becomes a flat program of aten operations.

The step runs as it always does, on real data, under a dispatch mode that sees every operation below autograd: the
forward pass, what ``backward`` calls, the optimizer's update, the metrics. The tensors of the batch become inputs.
Every other tensor that the step did not make itself (weights, moments, totals) is bound by reference, so that a replay
reads and writes the live state.

What a flat program cannot express raises ``CaptureError`` with the line of the step that asked for it: numbers read from
tensors, results whose shape depends on values, and the conversions to NumPy that would freeze a value silently.
``torch.fx.experimental.proxy_tensor.make_fx`` does much the same but refuses subclasses of ``nn.Parameter``.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import fx
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils import _pytree as pytree
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.weak import WeakTensorKeyDictionary

from wubu.core import capture
from wubu.engine.effects import written
from wubu.engine.leaks import LeakWatch, user_line
from wubu.engine.optimizer_view import counter, scratch
from wubu.engine.postpone import Postponed
from wubu.engine.program import Program, TensorMeta
from wubu.engine.snapshot import Snapshot
from wubu.errors import CaptureError

aten = torch.ops.aten

_MASKED = (torch.bool, torch.uint8)
_INDEXING = {aten.index.Tensor, aten._unsafe_index.Tensor}
# Asked for by autograd's own book-keeping; they compute nothing.
_SILENT_NAMESPACES = ("profiler",)
_RESEATING = {aten.set_.source_Tensor, aten.set_.source_Storage, aten.set_.source_Storage_storage_offset, aten.set_.default}


@dataclass
class Recording:
    """What one recorded run leaves behind.

    Attributes:
        program: the step.
        outputs: what the run returned.
        postponed: updates that were recorded and not made; ``postponed.run()`` makes them.
        moved: the line that gave a tensor other memory (``x.data = …``); the program is then of no use.
        snapshot: the state before it; ``snapshot.restore()`` undoes the run.
    """

    program: Program
    outputs: Any
    snapshot: Snapshot
    postponed: Postponed
    moved: str | None = None


class Recorder(TorchDispatchMode):
    """The dispatch mode that writes the program down.

    Args:
        inputs: the tensors of the batch.
        transparent: whether autograd is to differentiate the program; then nothing may be hidden from it.
    """

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        # True, torch's default, would import torch.compile's machinery (a second or more) for nothing.
        return False

    def __init__(self, inputs: list[torch.Tensor], transparent: bool = False) -> None:
        super().__init__()
        self._hides = transparent and torch.is_grad_enabled()
        self.graph = fx.Graph()
        self.constants: dict[str, torch.Tensor] = {}
        self.optimizers: list[Any] = []
        self.snapshot = Snapshot()
        self.postponed = Postponed()
        self._nodes: WeakTensorKeyDictionary = WeakTensorKeyDictionary()
        self._numbers: dict[int, int] = {}  # a storage's address -> its number
        self._shells: list[StorageWeakRef] = []  # keep those addresses from being used again, not the memory
        self._bound: set[int] = set()  # numbers of storages that existed before the step
        self._makers: dict[int, fx.Node] = {}  # number of a storage the step made -> a node that lies in it
        self._literals: set[fx.Node] = set()
        self._gradients: list[tuple[torch.Tensor, torch.Tensor | None]] = []
        self.inputs: list[fx.Node] = []
        self.input_slots: list[int] = []
        for tensor in inputs:
            known = self._nodes.get(tensor)
            if known is None:
                known = self.graph.placeholder(f"x{len(self.inputs)}")
                self._set(known, tensor, bound=True)
                self.inputs.append(known)
            self.input_slots.append(self.inputs.index(known))

    # -- the protocol of core.capture

    def note_optimizer(self, optimizer: Any) -> None:
        """An optimizer takes part: its rate is fed from outside, in this run as in every replay."""
        if not any(optimizer is known for known in self.optimizers):
            self.optimizers.append(optimizer)
        with torch.utils._python_dispatch._disable_current_modes(), torch.no_grad():
            rate = float(optimizer.learning_rate_at(int(counter(optimizer))))
            self.snapshot.before_write(optimizer.step_size)
            optimizer.step_size.fill_(rate)
            for tensor in scratch(optimizer):  # nobody misses what these held before
                self.snapshot.forget(tensor)

    # -- tensors and nodes

    def _meta(self, tensor: torch.Tensor) -> TensorMeta:
        if tensor.layout is not torch.strided:
            raise CaptureError(f"a {tensor.layout} tensor is used ({user_line()}); only dense tensors are captured")
        return TensorMeta.of(tensor, self._number(tensor))

    def _number(self, tensor: torch.Tensor) -> int:
        storage = tensor.untyped_storage()
        number = self._numbers.get(storage._cdata)
        if number is None:
            number = self._numbers[storage._cdata] = len(self._numbers)
            self._shells.append(StorageWeakRef(storage))
        return number

    def _set(self, node: fx.Node, tensor: torch.Tensor, bound: bool = False) -> None:
        meta = self._meta(tensor)
        node.meta["tensor"] = meta
        self._nodes[tensor] = node
        if bound:
            self._bound.add(meta.storage)
        elif meta.storage not in self._bound:
            self._makers.setdefault(meta.storage, node)

    def node(self, tensor: torch.Tensor) -> fx.Node:
        """The node that stands for a tensor."""
        node = self._nodes.get(tensor)
        if node is not None:
            return node
        if type(tensor) is not torch.Tensor and not isinstance(tensor, torch.nn.Parameter):
            if torch.utils._python_dispatch.is_traceable_wrapper_subclass(tensor):
                raise CaptureError(f"a tensor of type {type(tensor).__name__} is used ({user_line()})")
        maker = self._makers.get(self._number(tensor)) if tensor.layout is torch.strided else None
        if maker is not None:
            # A new Python object for memory that the step made: autograd gives one out now and then.
            node = self.graph.call_function(
                aten.as_strided.default, (maker, list(tensor.shape), list(tensor.stride()), tensor.storage_offset())
            )
            self._set(node, tensor)
            return node
        name = f"c{len(self.constants)}"
        node = self.graph.get_attr(name)
        self._set(node, tensor, bound=True)
        self.constants[name] = tensor
        if tensor.requires_grad and tensor.is_leaf:
            self._gradients.append((tensor, tensor.grad))
        return node

    def _as_nodes(self, value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            return self.node(value)
        if isinstance(value, list | tuple):
            return type(value)(self._as_nodes(v) for v in value)
        if isinstance(value, dict):
            return {name: self._as_nodes(v) for name, v in value.items()}
        if isinstance(value, torch.Generator):
            self.snapshot.before_draw(value)
        return value

    def undo(self) -> None:
        """Put state back as it was before the step."""
        self.snapshot.restore()
        self.forget_gradients()

    def forget_gradients(self) -> None:
        """Take back the ``.grad`` that ``backward`` left on weights: those tensors belong to this run alone."""
        for tensor, gradient in self._gradients:
            tensor.grad = gradient

    def is_literal(self, tensor: torch.Tensor) -> bool:
        """Whether a bound tensor is a literal of the step rather than state."""
        node = self._nodes.get(tensor)
        return node is not None and bool(node.meta.get("literal"))

    # -- operations

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if not isinstance(func, torch._ops.OpOverload):
            raise CaptureError(f"{func} is used, which is not a plain operation ({user_line()})")
        if func.namespace in _SILENT_NAMESPACES:
            return func(*args, **kwargs)
        if self._hides and not torch.is_grad_enabled():
            raise CaptureError(f"gradients are off for a part of it, or it brings its own ({user_line()})")
        self._refuse(func, args)
        if func is aten.lift_fresh.default and self._nodes.get(args[0]) is None:
            return self._literal(args[0])
        if torch.Tag.inplace_view in func.tags:
            return self._reshape_in_place(func, args, kwargs)
        node_args = self._as_nodes(args)
        node_kwargs = self._as_nodes(kwargs)
        node = self.graph.call_function(func, node_args, node_kwargs)
        if self.postponed.takes(func, args, kwargs, lambda tensor: self._number(tensor) in self._bound):
            if not func._schema.returns:
                return None
            node.meta["tensor"] = self._meta(args[0])
            return args[0]
        if self.postponed.stand_in_the_way(func, args, kwargs):
            for target in self.postponed.targets():
                self.snapshot.before_write(target)
            self.postponed.run()
        for target in written(func, args, kwargs):
            if self._number(target) in self._bound:
                self.snapshot.before_write(target)
        result = func(*args, **kwargs)
        if isinstance(result, torch.Tensor):
            self._result(node, result)
        elif isinstance(result, list | tuple):
            self._results(node, func, result)
        elif result is not None:
            raise CaptureError(f"{func} gives a Python value, {result!r}, in the middle of the step ({user_line()})")
        return result

    def _refuse(self, func: Any, args: Any) -> None:
        """Raise for what a flat program cannot do."""
        if func is aten._local_scalar_dense.default:
            node = self._nodes.get(args[0])
            if node is not None and node in self._literals:
                return
            raise CaptureError(
                f"a Python number is read from a tensor in the middle of the step ({user_line()}). "
                "Use torch.where or other tensor operations there"
            )
        tags = func.tags
        if torch.Tag.data_dependent_output in tags:
            raise CaptureError(f"{func} gives a Python value that depends on the data ({user_line()})")
        if torch.Tag.dynamic_output_shape in tags:
            if func in _INDEXING and not any(
                index is not None and index.dtype in _MASKED for index in args[1]
            ):
                return
            raise CaptureError(
                f"the shape that {func} gives depends on the data ({user_line()}). "
                "Keep the shape and use torch.where or a mask"
            )
        if func in _RESEATING:
            raise CaptureError(f"a tensor is re-seated with set_ ({user_line()})")

    def _reshape_in_place(self, func: Any, args: Any, kwargs: Any) -> Any:
        """``x.unsqueeze_(1)`` and its like: in the program, a view that the object stands for from now on."""
        plain = _without_writing(func)
        source = self.node(args[0])
        if plain is None or source.op == "get_attr":
            raise CaptureError(f"{func} changes the shape of a tensor in place ({user_line()})")
        node = self.graph.call_function(plain, (source, *self._as_nodes(args[1:])), self._as_nodes(kwargs))
        result = func(*args, **kwargs)
        self._set(node, args[0])
        return result

    def _literal(self, tensor: torch.Tensor) -> torch.Tensor:
        """``torch.tensor(3.0)`` in the step: every replay starts from a copy of the value it had."""
        with torch.utils._python_dispatch._disable_current_modes():
            kept = tensor.detach().clone()
        name = f"c{len(self.constants)}"
        source = self.graph.get_attr(name)
        self._set(source, kept, bound=True)
        source.meta["literal"] = True
        self.constants[name] = kept
        node = self.graph.call_function(aten.clone.default, (source,))
        self._set(node, tensor)
        self._literals.add(node)
        return tensor

    def _result(self, node: fx.Node, tensor: torch.Tensor) -> None:
        if self._nodes.get(tensor) is None:  # else: written in place, and known
            self._set(node, tensor)
        else:
            node.meta["tensor"] = self._meta(tensor)

    def _results(self, node: fx.Node, func: Any, tensors: Any) -> None:
        metas: list[Any] = []
        for position, tensor in enumerate(tensors):
            if not isinstance(tensor, torch.Tensor):
                if tensor is not None:
                    raise CaptureError(f"{func} gives a Python value, {tensor!r} ({user_line()})")
                metas.append(None)
                continue
            metas.append(self._meta(tensor))
            if self._nodes.get(tensor) is None:
                item = self.graph.call_function(operator.getitem, (node, position))
                self._set(item, tensor)
        node.meta["tensor"] = tuple(metas)


def _without_writing(func: Any) -> Any:
    """``aten.unsqueeze.default`` for ``aten.unsqueeze_.default``: the form with the same arguments; None if none is."""
    packet = getattr(aten, func._schema.name.removeprefix("aten::").removesuffix("_"), None)
    wanted = [argument.name for argument in func._schema.arguments]
    for overload in packet.overloads() if packet is not None else ():
        found = getattr(packet, overload)
        if [argument.name for argument in found._schema.arguments] == wanted:
            return found
    return None


def record(
    fn: Callable[[Any], Any], batch: Any, *, grad: bool = True, transparent: bool = False
) -> Recording:
    """Run a step once for real and write it down.

    Args:
        fn: the step, a function of one batch.
        batch: nested lists, tuples and dicts of tensors; other leaves are part of the program.
        grad: whether the step differentiates.
        transparent: whether the program is to be differentiated by autograd whenever it runs.

    Raises:
        CaptureError: the step does what a flat program cannot. Its effects on state are undone.

    Example:
        >>> total = torch.zeros(())
        >>> recording = record(lambda batch: total.add_(batch.sum()), torch.ones(3))
        >>> [str(node.target) for node in recording.program.calls]
        ['aten.sum.default', 'aten.add_.Tensor']
    """
    leaves = [leaf for leaf in pytree.tree_leaves(batch) if isinstance(leaf, torch.Tensor)]
    leaks = LeakWatch()
    with torch.set_grad_enabled(grad):
        recorder = Recorder(leaves, transparent)
    try:
        with torch.set_grad_enabled(grad), capture.capturing(recorder), leaks, recorder:
            outputs = fn(batch)
        results, spec = pytree.tree_flatten(outputs)
        recorder.graph.output([recorder._as_nodes(result) for result in results])
    except BaseException:
        recorder.undo()
        raise
    recorder.forget_gradients()
    program = Program(
        graph=recorder.graph,
        constants=recorder.constants,
        inputs=recorder.inputs,
        input_slots=recorder.input_slots,
        results=spec,
        differentiates=grad,
        transparent=transparent,
        optimizers=recorder.optimizers,
        originals=tuple(t for t in recorder.constants.values() if not recorder.is_literal(t)),
    )
    return Recording(program, outputs, recorder.snapshot, recorder.postponed, leaks.moved)
