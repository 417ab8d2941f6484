"""``tf.GradientTape``: gradients of what is computed while the tape runs, by torch's autograd."""

from __future__ import annotations

import enum
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import torch

from wubu.core import nest
from wubu.core.variable import Variable as CoreVariable
from wubu.layers import call_context
from wubu.tensorflow.conversion import convert
from wubu.tensorflow.dispatch import to_facade
from wubu.tensorflow.recording import tapes
from wubu.tensorflow.tensor import Eager, adopt, shown, stripped, type_of

log = logging.getLogger("wubu.tensorflow")


class UnconnectedGradients(enum.Enum):
    """What the gradient for something that the target does not depend on is: None or zeros."""

    NONE = "none"
    ZERO = "zero"


class GradientTape:
    """Records what is computed within a ``with`` block, so that it can be differentiated.

    Trainable variables are watched by themselves, other tensors by ``watch``. Tapes may be nested; an outer one records
    the gradients of an inner one, which gives higher derivatives.

    Args:
        persistent: whether ``gradient`` may be called more than once.
        watch_accessed_variables: whether trainable variables are watched by themselves.

    Example:
        >>> x = tf.constant(3.0)
        >>> with tf.GradientTape() as tape:
        ...     tape.watch(x)
        ...     y = x * x
        >>> tape.gradient(y, x)
        <tf.Tensor: shape=(), dtype=float32, numpy=6.0>
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self._persistent = persistent
        self._watches_variables = watch_accessed_variables
        self._watched: dict[int, Any] = {}
        self._grad_before: list[bool] = []
        self._used = False
        self._shared = False  # whether another tape has recorded some of the same operations
        self._recording = False

    def __enter__(self) -> GradientTape:
        if self._recording:
            raise ValueError("Tape is still recording, This can happen if you try to re-enter an already-active tape.")
        self._begin()
        return self

    def __exit__(self, *exception: Any) -> None:
        if self._recording:
            self._end()

    def _begin(self) -> None:
        running = tapes()
        for other in running:
            other._shared = self._shared = True
        running.append(self)
        self._recording = True
        self._grad_before.append(torch.is_grad_enabled())
        torch._C._set_grad_enabled(True)

    def _end(self) -> None:
        tapes()[:] = [tape for tape in tapes() if tape is not self]
        self._recording = False
        torch._C._set_grad_enabled(self._grad_before.pop())

    def watch(self, tensor: Any) -> None:
        """Record what is computed from a tensor, or from those in a structure."""
        for one in nest.flatten(tensor):
            if not isinstance(one, torch.Tensor):
                raise ValueError(
                    f"Passed in object {one} of type {type(one).__name__!r}, not tf.Tensor or tf.Variable or ExtensionType."
                )
            if not (one.is_floating_point() or one.is_complex()):
                log.warning("The dtype of the watched tensor must be floating (e.g. tf.float32), got %r", type_of(one))
                continue
            if not one.requires_grad:
                one.requires_grad_(True)
            self._watched[id(one)] = one

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """Within this block nothing is recorded on this tape."""
        if not self._recording:
            raise ValueError("Tape is not recording.")
        running = tapes()
        place = running.index(self)
        before = torch.is_grad_enabled()
        running.remove(self)
        self._recording = False
        torch._C._set_grad_enabled(bool(running))
        try:
            yield
        finally:
            running.insert(place, self)
            self._recording = True
            torch._C._set_grad_enabled(before)

    def reset(self) -> None:
        """Forget what was recorded and watched."""
        self._watched.clear()
        self._used = False

    def watched_variables(self) -> tuple[Any, ...]:
        """The variables that ``watch`` was called for, and those that were read since, in the order of first use."""
        return tuple(v for v in self._watched.values() if isinstance(v, CoreVariable))

    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: Any = UnconnectedGradients.NONE,
    ) -> Any:
        """The gradient of the sum of the target with respect to each source.

        Args:
            target: a tensor, or a structure of tensors whose gradients are added.
            sources: a tensor or variable, or a structure of them.
            output_gradients: a weight for each element of the target, in its structure.
            unconnected_gradients: ``"none"`` or ``"zero"``, for sources that the target does not depend on.

        Returns:
            A gradient for each source, in their structure.

        Raises:
            RuntimeError: for the second call on a tape that is not persistent.
        """
        self._use()
        flat = nest.flatten(sources)
        weights = None if output_gradients is None else nest.flatten(output_gradients)
        outputs, seeds = [], []
        for i, one in enumerate(nest.flatten(target)):
            if isinstance(one, torch.Tensor) and one.requires_grad:
                outputs.append(stripped(one) if not any(one is s for s in flat) else one)
                given = None if weights is None else weights[i]
                seeds.append(torch.ones_like(outputs[-1]) if given is None else convert(given, type_of(one)))
        found = self._differentiate(outputs, seeds, flat)
        zero = UnconnectedGradients(getattr(unconnected_gradients, "value", unconnected_gradients))
        if zero is UnconnectedGradients.ZERO:
            found = [torch.zeros_like(_plain(s)) if g is None else g for g, s in zip(found, flat)]
        return nest.pack_sequence_as(sources, [g if g is None else to_facade(g) for g in found])

    def _use(self) -> None:
        if self._used and not self._persistent:
            raise RuntimeError(
                "A non-persistent GradientTape can only be used to compute one set of gradients (or jacobians)"
            )
        self._used = True

    def _is_watched(self, source: Any) -> bool:
        if not isinstance(source, torch.Tensor) or not source.requires_grad:
            return False
        if id(source) in self._watched or not source.is_leaf:
            return True
        return self._watches_variables and isinstance(source, CoreVariable)

    def _differentiate(
        self, outputs: list[torch.Tensor], seeds: list[torch.Tensor], sources: list[Any], batched: bool = False
    ) -> list[Any]:
        wanted = [s for s in sources if self._is_watched(s)]
        if not outputs or not wanted:
            return [None] * len(sources)
        # Whoever records now may differentiate these gradients in turn.
        again = bool(tapes()) or (call_context.current() is not None and torch.is_grad_enabled())
        keep = again or self._persistent or self._shared or batched
        with torch.set_grad_enabled(again), torch._C.DisableTorchFunctionSubclass():
            found = torch.autograd.grad(
                outputs, wanted, seeds, retain_graph=keep, create_graph=again, allow_unused=True, is_grads_batched=batched
            )
        by_source = {id(s): g for s, g in zip(wanted, found)}
        return [by_source.get(id(s)) for s in sources]

    def jacobian(
        self,
        target: Any,
        sources: Any,
        unconnected_gradients: Any = UnconnectedGradients.NONE,
        parallel_iterations: Any = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """The derivative of every element of the target with respect to every element of each source.

        Returns:
            For each source a tensor of the target's shape followed by the source's.
        """
        self._use()
        y = stripped(target)
        flat = nest.flatten(sources)
        rows = self._rows_of(y, flat)
        zero = UnconnectedGradients(getattr(unconnected_gradients, "value", unconnected_gradients))
        made = []
        for row, source in zip(rows, flat):
            if row is None and zero is UnconnectedGradients.ZERO:
                row = torch.zeros((y.numel(), *_plain(source).shape), dtype=y.dtype, device=y.device)
            made.append(None if row is None else adopt(row.reshape(*y.shape, *row.shape[1:])))
        return nest.pack_sequence_as(sources, made)

    def _rows_of(self, y: torch.Tensor, sources: list[Any]) -> list[Any]:
        """The gradients of each element of a tensor, stacked."""
        if not y.requires_grad:
            return [None] * len(sources)
        seeds = torch.eye(y.numel(), dtype=y.dtype, device=y.device).reshape(y.numel(), *y.shape)
        try:
            return self._differentiate([y], [seeds], sources, batched=True)
        except RuntimeError:  # an operation that torch cannot run for many at once
            persistent, self._persistent = self._persistent, True
            try:
                each = [self._differentiate([y], [seed], sources) for seed in seeds]
            finally:
                self._persistent = persistent
        return [None if row[0] is None else torch.stack(row) for row in zip(*each)]

    def batch_jacobian(
        self,
        target: Any,
        source: Any,
        unconnected_gradients: Any = UnconnectedGradients.NONE,
        parallel_iterations: Any = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """The Jacobian of each sample: (batch, *target's other axes, *source's other axes)."""
        self._use()
        y = stripped(target)
        if y.dim() < 1 or y.shape[0] != _plain(source).shape[0]:
            raise ValueError("Need first dimension of target shape and source shape to match.")
        sums = y.reshape(y.shape[0], -1).sum(0)  # samples do not influence each other
        with torch.enable_grad():
            rows = self._rows_of(sums if sums.requires_grad else y.reshape(y.shape[0], -1).sum(0), [source])[0]
        if rows is None:
            zero = UnconnectedGradients(getattr(unconnected_gradients, "value", unconnected_gradients))
            if zero is UnconnectedGradients.NONE:
                return None
            rows = torch.zeros((sums.numel(), *_plain(source).shape), dtype=y.dtype, device=y.device)
        return adopt(rows.movedim(0, 1).reshape(*y.shape, *_plain(source).shape[1:]))


def _plain(source: Any) -> torch.Tensor:
    return stripped(source) if isinstance(source, torch.Tensor) else convert(source)


class _Custom(torch.autograd.Function):
    """A result whose gradient somebody else computes."""

    @staticmethod
    def forward(ctx: Any, gradient: Any, count: int, *tensors: torch.Tensor) -> Any:
        ctx.gradient, ctx.inputs = gradient, len(tensors) - count
        return tuple(t.clone() for t in tensors[:count])

    @staticmethod
    def backward(ctx: Any, *upstream: Any) -> Any:
        with torch.set_grad_enabled(torch.is_grad_enabled()):
            found = ctx.gradient(*upstream)
        return (None, None, *([None] * len(upstream)), *found)


def custom_gradient(f: Callable[..., Any] | None = None) -> Any:
    """Decorate a function that returns its result and a function from upstream gradients to gradients.

    Example:
        >>> @tf.custom_gradient
        ... def clipped(x):
        ...     return x * 10, lambda upstream: tf.clip_by_value(upstream, -1.0, 1.0)
    """
    if f is None:
        return custom_gradient

    @wraps(f)
    def decorated(*args: Any, **kwargs: Any) -> Any:
        args = tuple(a if isinstance(a, torch.Tensor) else to_facade(convert(a)) for a in args)
        recording = torch.is_grad_enabled()
        with torch.no_grad():
            running, tapes()[:] = list(tapes()), []
            try:
                result, gradient = f(*args, **kwargs)
            finally:
                tapes()[:] = running
        flat = [stripped(convert(r)) for r in nest.flatten(result)]
        if not recording:
            return nest.pack_sequence_as(result, [to_facade(r) for r in flat])

        def backward(*upstream: torch.Tensor) -> list[Any]:
            found = gradient(*[shown(u) for u in upstream])
            if isinstance(found, tuple) and len(found) == 2 and isinstance(found[1], list):
                found = found[0]  # gradients of variables come second
            parts = list(found) if isinstance(found, list | tuple) else [found]
            return [stripped(p) if isinstance(p, torch.Tensor) else p for p in parts]

        with torch._C.DisableTorchFunctionSubclass():
            made = _Custom.apply(backward, len(flat), *flat, *[stripped(a) for a in args])
        return nest.pack_sequence_as(result, [to_facade(m) for m in made])

    return decorated


def stop_gradient(input: Any, name: Any = None) -> Any:
    """The values, through which no gradient flows."""
    return nest.map_structure(lambda t: to_facade(_plain(t).detach()), input)


def recompute_grad(f: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a function whose inner values are computed again for the gradient instead of being kept."""
    from torch.utils.checkpoint import checkpoint

    def recorded(*args: Any, **kwargs: Any) -> Any:
        with GradientTape():  # the second time, too
            return f(*args, **kwargs)

    @wraps(f)
    def decorated(*args: Any, **kwargs: Any) -> Any:
        return checkpoint(recorded, *args, use_reentrant=False, **kwargs)

    return decorated


def grad_pass_through(f: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a function whose gradient is taken to be that of the identity."""

    @wraps(f)
    def decorated(*args: Any, **kwargs: Any) -> Any:
        return custom_gradient(lambda *a: (f(*a, **kwargs), lambda *upstream: list(upstream)))(*args)

    return decorated


class ForwardAccumulator:
    """Jacobian-vector products: how what is computed within a ``with`` block changes when the primals move.

    Args:
        primals: a tensor or variable, or a structure of them.
        tangents: the directions, in the same structure.

    Example:
        >>> x = tf.constant([2.0, 3.0])
        >>> with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, 0.0])) as acc:
        ...     y = tf.reduce_sum(x ** 2.0)
        >>> acc.jvp(y)
        <tf.Tensor: shape=(), dtype=float32, numpy=4.0>
    """

    def __init__(self, primals: Any, tangents: Any) -> None:
        self._primals = nest.flatten(primals)
        self._tangents = [convert(t) for t in nest.flatten(tangents)]
        self._tape = GradientTape(persistent=True)

    def __enter__(self) -> ForwardAccumulator:
        self._tape.__enter__()
        self._tape.watch(self._primals)
        return self

    def __exit__(self, *exception: Any) -> None:
        self._tape.__exit__(*exception)

    def jvp(self, primals: Any, unconnected_gradients: Any = UnconnectedGradients.NONE) -> Any:
        """The change of each result; None, or zeros, for those that do not depend on the primals."""
        zero = UnconnectedGradients(getattr(unconnected_gradients, "value", unconnected_gradients))
        return nest.map_structure(lambda y: self._one(y, zero is UnconnectedGradients.ZERO), primals)

    def _one(self, y: Any, zeros: bool) -> Any:
        # The gradient is linear in its seed; differentiating it by the seed gives the product in the other direction.
        if not isinstance(y, torch.Tensor) or not y.requires_grad:
            return adopt(torch.zeros_like(_plain(y))) if zeros else None
        with torch.enable_grad(), torch._C.DisableTorchFunctionSubclass():
            seed = torch.zeros_like(stripped(y)).requires_grad_(True)
            first = torch.autograd.grad(stripped(y), self._primals, seed, create_graph=True, allow_unused=True)
            pairs = [(g, t) for g, t in zip(first, self._tangents) if g is not None and g.requires_grad]
            if not pairs:
                return adopt(torch.zeros_like(seed)) if zeros else None
            found = torch.autograd.grad([g for g, _ in pairs], seed, [t for _, t in pairs], retain_graph=True)[0]
        return adopt(found.detach())


def is_tensor(value: Any) -> bool:
    """Whether something is a tensor or a variable of the facade."""
    return isinstance(value, Eager | torch.Tensor)


__all__ = [
    "ForwardAccumulator",
    "GradientTape",
    "UnconnectedGradients",
    "custom_gradient",
    "grad_pass_through",
    "is_tensor",
    "recompute_grad",
    "stop_gradient",
]
