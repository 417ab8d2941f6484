"""``model(x)`` on tensors of a shape that was seen before, without running a line of the layers' Python.

This is for inference with models whose whole graph is of this library's layers: what such a call does is decided by the
layers' attributes, their hooks, the weights' places, and the state of torch, all of which are looked at before each call.
A model with a function or a layer of the user's own is called as it always was.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from operator import is_
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

import numpy as np
import torch

from wubu.core import border, nest
from wubu.core.device import default_device
from wubu.engine import settings
from wubu.engine.replay import Replay, replay
from wubu.layers import call_context, changes

log = logging.getLogger("wubu.engine")

# Calls after a change before a model is looked at, calls of one shape before it is written down (more where that was in vain
# before), and shapes of a model that are.
QUIET = 4
CALLS = 8
MOST_CALLS = 1000
MOST_SHAPES = 8
# So many replays make up for writing a call down.
WORTH = 200
# What takes longer than that gains nothing.
LONGEST_SECONDS = 0.02

_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
_GLOBAL_HOOKS = [getattr(torch.nn.modules.module, f"_global{name}") for name in _HOOKS]
# Types of arrays that a layer takes as they are: float32 and integers.
_EXACT = "fbBhilq"
# Attributes that play no part in a forward pass.
_NOT_CALLED = ("loss", "optimizer")
# What an activation leaves on a tensor for the losses.
_LOGITS, _LOGITS_OF = "_keras_logits", "_keras_logits_of"

Key = tuple[Any, ...]
Call = Callable[[Any], Any]


class ReplayedCalls:
    """The replays of one model.

    Args:
        model: whose calls they are. It is not kept, and its copies start without any.
    """

    def __init__(self, model: Any) -> None:
        self._owner = id(model)
        self._changes = -1
        self._quiet = 0  # calls since a layer was changed
        self._usable = False
        self._hooks: list[Any] = []
        self._patience = CALLS
        self._replayed = 0
        self._calls: dict[Key, int] = {}
        self._known: dict[Key, _Known] = {}

    def __deepcopy__(self, memo: Any) -> None:
        return None

    def __reduce__(self) -> Any:
        return type(None), ()

    def __call__(self, model: Any, value: Any, call: Call) -> Any:
        """What ``call(value)`` gives, the outputs of the model in inference."""
        x = _tensor(value)
        if x is None or self._owner != id(model) or not _usual(x):
            return call(value)
        if self._changes != changes.count:
            self._forget()
        self._quiet += 1
        if self._quiet == QUIET:
            self._look(model)
        if not self._usable or any(self._hooks) or model._loss_carriers:
            return call(value)
        key = (x.shape, x.dtype, x.stride(), torch.is_grad_enabled(), torch.is_inference_mode_enabled())
        known = self._known.get(key)
        if known is None:
            return self._learn(model, key, x, call)
        if not known.holds():
            self._forget()
            return call(value)
        self._replayed += 1
        return known.outputs(x)

    def _forget(self) -> None:
        """Some layer was changed, or weights have moved. What was hardly used before that takes longer to be learnt again."""
        if self._known and self._replayed < WORTH * len(self._known):
            self._patience = min(2 * self._patience, MOST_CALLS)
        self._changes = changes.count
        self._quiet = self._replayed = 0
        self._usable = False
        self._calls.clear()
        self._known.clear()

    def _look(self, model: Any) -> None:
        """Find out what does not change without the count of changes."""
        modules = list(model.modules())
        self._usable = not model.run_eagerly and all(map(_is_own, modules))
        self._hooks = [*_GLOBAL_HOOKS, *(getattr(module, name) for module in modules for name in _HOOKS)]

    def _learn(self, model: Any, key: Key, x: torch.Tensor, call: Call) -> Any:
        seen = self._calls.get(key, 0)
        if seen > self._patience or (not seen and len(self._calls) >= MOST_SHAPES):
            return call(x)
        self._calls[key] = seen + 1
        if seen < self._patience:
            begin = time.perf_counter()
            made = call(x)
            if seen and time.perf_counter() - begin > LONGEST_SECONDS:
                self._calls[key] = self._patience + 1
            return made
        outputs: Any = None

        def flat(x: torch.Tensor) -> list[Any]:
            nonlocal outputs
            outputs = call(x)
            leaves = nest.flatten(outputs)
            return [*leaves, *(getattr(leaf, _LOGITS, None) for leaf in leaves)]

        _, found, reason = replay(flat, x)
        places = _places(model, found.bound) if found is not None else None
        if found is not None and places is not None and _plain(outputs) and not model._loss_carriers:
            self._known[key] = _Known(found, places, outputs)
        else:
            log.debug("%s is not replayed: %s", model.name, reason or "it has state outside its layers' weights")
        return outputs


class _Known:
    """A replay, what it relies on, and the form of its outputs."""

    def __init__(self, found: Replay, places: list[tuple[dict[str, Any], str, torch.Tensor]], outputs: Any) -> None:
        self._replay = found
        self._slots = [(holder, name) for holder, name, _ in places]
        self._tensors = [tensor for _, _, tensor in places]
        leaves = nest.flatten(outputs)
        self._count = len(leaves)
        self._logits = [getattr(leaf, _LOGITS_OF, None) for leaf in leaves]
        self._form = None if isinstance(outputs, torch.Tensor) else nest.map_structure(lambda _: 0, outputs)

    def holds(self) -> bool:
        """Whether the weights are the ones that were recorded, where they were."""
        there = [holder.get(name) for holder, name in self._slots]
        return all(map(is_, there, self._tensors)) and not self._replay.stale()

    def outputs(self, x: torch.Tensor) -> Any:
        found = self._replay(x)
        for leaf, logits, of in zip(found, found[self._count :], self._logits):
            if of is not None:
                setattr(leaf, _LOGITS, logits)
                setattr(leaf, _LOGITS_OF, of)
        return found[0] if self._form is None else nest.pack_sequence_as(self._form, found[: self._count])


def _tensor(value: Any) -> torch.Tensor | None:
    """The tensor that a call with this argument is about; None for anything that a layer has to look at first."""
    if type(value) is torch.Tensor:
        return value
    if type(value) is np.ndarray and value.dtype.char in _EXACT and default_device().type == "cpu":
        return torch.from_numpy(value) if value.flags.writeable and value.ndim else None
    return None


def _usual(x: torch.Tensor) -> bool:
    """Whether torch, the library and the tensor are in no particular state."""
    return (
        settings.current().capture
        and border.facade is None
        and call_context.current() is None
        and x.device.type == "cpu"
        and not x.requires_grad
        and getattr(x, "_keras_mask", None) is None
        and not torch.is_autocast_enabled("cpu")
        and not any(asked() for asked in _TORCHS_MODES)
    )


def _torchs_modes() -> list[Callable[[], Any]]:
    """What to ask whether somebody watches or rewrites operations: a dispatch or function mode, tracing, ``torch.func``."""
    try:
        inside = torch._C
        return [
            inside._len_torch_dispatch_stack,
            inside._len_torch_function_stack,
            inside._get_tracing_state,
            inside._functorch.peek_interpreter_stack,
        ]
    except AttributeError:  # another torch has other names: better not to replay than not to know
        return [lambda: True]


_TORCHS_MODES = _torchs_modes()


def _is_own(module: torch.nn.Module) -> bool:
    """Whether a module is one of this library's, and runs no function that is not."""
    kind = type(module).__module__
    if not kind.startswith("wubu.") or kind.startswith("wubu.layers.preprocessing") or "call" in vars(module):
        return False
    values = (value for name, value in vars(module).items() if name not in _NOT_CALLED)
    return all(map(_is_ours, values)) and all(map(_is_own_step, _steps(module)))


def _steps(module: torch.nn.Module) -> Iterator[tuple[Any, Any]]:
    """The operations of a graph, with the values that they are called with."""
    plan = vars(module).get("_plan")
    for operation, arguments, _, _ in plan.steps if plan is not None else ():
        yield operation, arguments.values


def _is_own_step(step: tuple[Any, Any]) -> bool:
    operation, values = step
    if not all(map(_is_ours, values)):
        return False
    return isinstance(operation, torch.nn.Module) or (
        type(operation).__module__.startswith("wubu.") and all(map(_is_ours, vars(operation).values()))
    )


def _is_ours(value: Any) -> bool:
    """Whether a value, if it can be called, is of this library or of torch."""
    if not callable(value):
        return True
    owner = value if isinstance(value, type | FunctionType | BuiltinFunctionType | MethodType) else type(value)
    return str(getattr(owner, "__module__", "")).split(".")[0] in ("wubu", "torch", "builtins", "_operator")


def _places(model: Any, bound: tuple[torch.Tensor, ...]) -> list[tuple[dict[str, Any], str, torch.Tensor]] | None:
    """Where the modules of a model keep these tensors; None when one of them lies elsewhere."""
    found: dict[int, tuple[dict[str, Any], str, torch.Tensor]] = {}
    for module in model.modules():
        for holder in (module._parameters, module._buffers):
            for name, tensor in holder.items():
                found.setdefault(id(tensor), (holder, name, tensor))
    places = [found.get(id(tensor)) for tensor in bound]
    return None if None in places else places  # type: ignore[return-value]


def _plain(outputs: Any) -> bool:
    """Whether outputs are tensors that carry nothing but their logits."""
    return all(
        type(leaf) is torch.Tensor and vars(leaf).keys() <= {_LOGITS, _LOGITS_OF} for leaf in nest.flatten(outputs)
    )
