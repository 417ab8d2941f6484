"""``tf.function``: a Python function that is traced once for each signature and then replayed.

TensorFlow traces a function when it meets a new signature (types and shapes of tensors, values of everything else) and
runs the graph from then on. Here the first call with a signature runs as plain Python, so that variables and slots come
into being; the second is recorded by the engine, where the step can be; later ones are replays. What cannot be recorded
(values read in the middle, branches on data) stays Python, with the printing of ``print`` left out as a graph would.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import sys
import threading
import time
import warnings
import weakref
from collections.abc import Callable, Hashable
from functools import update_wrapper
from typing import Any

import numpy as np
import torch

from wubu.core import nest
from wubu.core.capture import is_capturing
from wubu.engine.stepper import EagerFallbackWarning, Stepper
from wubu.tensorflow.conversion import convert
from wubu.tensorflow.dispatch import map_tensors, to_facade
from wubu.tensorflow.dtypes import as_dtype
from wubu.tensorflow.printing import through_stdout
from wubu.tensorflow.recording import records
from wubu.tensorflow.shapes import TensorShape
from wubu.tensorflow.specs import TensorSpec
from wubu.tensorflow.tensor import plain_shape, shown, stripped, type_of
from wubu.tensorflow.text import StringTensor

# A function that takes longer than this, in seconds, is a program of its own; recording it would not pay.
_LONGEST = 5.0

_eagerly = False


def run_functions_eagerly(run_eagerly: bool) -> None:
    """Run the functions of ``tf.function`` as plain Python at every call, as for debugging."""
    global _eagerly
    _eagerly = bool(run_eagerly)


def functions_run_eagerly() -> bool:
    """Whether functions run as plain Python."""
    return _eagerly


class Function:
    """A function that was given to ``tf.function``.

    Args:
        python_function: what to run.
        name: accepted.
        input_signature: a description of each argument; others are refused.
        further: accepted.
    """

    def __init__(
        self, python_function: Callable[..., Any], name: Any = None, input_signature: Any = None, **further: Any
    ) -> None:
        self.python_function = python_function
        self.input_signature = input_signature
        self._traced: dict[Hashable, Any] = {}
        self._stepper: Stepper | None = None
        self._plain: set[Hashable] = set()  # signatures that stay Python
        self._bound: weakref.WeakKeyDictionary[Any, Function] = weakref.WeakKeyDictionary()
        self._further = further
        update_wrapper(self, python_function)

    @property
    def function_spec(self) -> Any:
        """The signature of the Python function."""
        return inspect.signature(self.python_function)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        try:
            found = self._bound.get(instance)
        except TypeError:
            return self._for(instance)
        if found is None:
            found = self._for(instance)
            with contextlib.suppress(TypeError):
                self._bound[instance] = found
        return found

    def _for(self, instance: Any) -> Function:
        method = _method(self.python_function, weakref.ref(instance))
        signature = self.input_signature
        return Function(method, None, signature, **self._further)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if _eagerly:
            return self.python_function(*args, **kwargs)
        if self.input_signature is not None:
            args, kwargs = self._checked(args, kwargs)
        signature = _signature(args, kwargs) if self.input_signature is None else ()
        if is_capturing():
            return _outputs(self.python_function(*args, **kwargs))
        if signature not in self._traced:
            return self._trace(signature, args, kwargs)
        if not self._replays(signature, args, kwargs):
            with _silent():
                return _outputs(self.python_function(*args, **kwargs))
        return self._replay(signature, args, kwargs)

    def _trace(self, signature: Hashable, args: Any, kwargs: Any) -> Any:
        self._traced[signature] = None
        begin = time.perf_counter()
        try:
            result = _outputs(self.python_function(*args, **kwargs))
        except BaseException:
            self._traced.pop(signature, None)
            raise
        self._traced[signature] = nest.map_structure(_described, result)
        if time.perf_counter() - begin > _LONGEST:
            self._plain.add(signature)
        return result

    # --- as a program -------------------------------------------------------------------------------------------------

    def _replays(self, signature: Hashable, args: Any, kwargs: Any) -> bool:
        if signature in self._plain or records() or threading.current_thread() is not threading.main_thread():
            return False
        return all(_is_replayable(leaf) for leaf in nest.flatten([args, kwargs]))

    def _replay(self, signature: Hashable, args: Any, kwargs: Any) -> Any:
        if self._stepper is None:
            self._stepper = Stepper(self._step, lambda: [], mode="train")
        batch = (args, kwargs)
        tensors = [_input(leaf) for leaf in nest.flatten(batch) if isinstance(leaf, torch.Tensor)]
        self._batch = batch
        try:
            with warnings.catch_warnings(), _silent():
                warnings.simplefilter("ignore", EagerFallbackWarning)
                # The signature goes along, since programs also depend on what is no tensor.
                made = self._stepper.step((tensors, _Constant(signature)))
        finally:
            self._batch = None
        if self._stepper.reason is not None:
            self._plain.add(signature)
            self._stepper.reason = None
        # The program may write its next results into the same memory.
        return map_tensors(lambda t: to_facade(stripped(t).detach().clone()), made)

    def _step(self, batch: Any) -> Any:
        tensors, _ = batch
        waiting = iter(tensors)
        args, kwargs = nest.map_structure(
            lambda leaf: shown(next(waiting)) if isinstance(leaf, torch.Tensor) else leaf, list(self._batch)
        )
        found = _outputs(self.python_function(*args, **kwargs))
        return map_tensors(stripped, found)

    _batch: Any = None

    # --- signatures ---------------------------------------------------------------------------------------------------

    def _checked(self, args: Any, kwargs: Any) -> tuple[Any, dict[str, Any]]:
        try:
            bound = inspect.signature(self.python_function).bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(
                f"Binding inputs to tf.function failed due to `{error}`. Received args: {args} and kwargs: {kwargs} for "
                f"signature: {self._spoken_signature()}."
            ) from error
        given = list(bound.args)
        for i, spec in enumerate(self.input_signature[: len(given)]):
            given[i] = nest.map_structure(lambda s, v: self._fit(s, v, args, kwargs), spec, given[i])
        return tuple(given), dict(bound.kwargs)

    def _fit(self, spec: Any, value: Any, args: Any, kwargs: Any) -> Any:
        if not isinstance(spec, TensorSpec):
            return value
        if not isinstance(value, torch.Tensor):
            value = to_facade(convert(value, hint=as_dtype(spec.dtype)))
        if not spec.is_compatible_with(value):
            raise TypeError(
                f"Binding inputs to tf.function failed due to `Can not cast {TensorSpec.from_tensor(value)} to {spec!r}`. "
                f"Received args: {args} and kwargs: {kwargs} for signature: {self._spoken_signature()}."
            )
        return value

    def _spoken_signature(self) -> str:
        names = list(inspect.signature(self.python_function).parameters)
        return "(" + ", ".join(f"{n}: {s!r}" for n, s in zip(names, self.input_signature or ())) + ")"

    def get_concrete_function(self, *args: Any, **kwargs: Any) -> ConcreteFunction:
        """The function for one signature.

        Args:
            args, kwargs: descriptions, or values of the kind that it will be called with.
        """
        if not args and not kwargs and self.input_signature is not None:
            args = tuple(self.input_signature)
        return ConcreteFunction(self, args, kwargs)

    def experimental_get_tracing_count(self) -> int:
        """How many signatures the function was traced for."""
        return len(self._traced)

    def pretty_printed_concrete_signatures(self, verbose: bool = True) -> str:
        """The signatures so far, as text."""
        return "\n\n".join(f"{self.__name__}{key}" for key in self._traced)  # type: ignore[attr-defined]

    def __repr__(self) -> str:
        return f"<tf.function {getattr(self.python_function, '__name__', 'function')!r}>"


def _method(function: Callable[..., Any], alive: Any) -> Callable[..., Any]:
    """A function bound to an object without keeping that alive."""

    def call(*args: Any, **kwargs: Any) -> Any:
        return function(alive(), *args, **kwargs)

    update_wrapper(call, function)
    own = inspect.signature(function)
    call.__signature__ = own.replace(parameters=list(own.parameters.values())[1:])  # type: ignore[attr-defined]
    return call


class _Constant:
    """A part of a batch that is no tensor, compared by its value."""

    def __init__(self, value: Hashable) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Constant) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)


class ConcreteFunction:
    """A function for one signature.

    Args:
        function: the ``tf.function``.
        args, kwargs: the descriptions.
    """

    def __init__(self, function: Function, args: Any, kwargs: Any) -> None:
        self._function = function
        self.structured_input_signature = (args, kwargs)
        self.name = getattr(function.python_function, "__name__", "function")

    @property
    def inputs(self) -> list[Any]:
        """The descriptions."""
        return nest.flatten(list(self.structured_input_signature))

    @property
    def structured_outputs(self) -> Any:
        """What the last traced call gave, described."""
        return next((v for v in reversed(list(self._function._traced.values())) if v is not None), None)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<ConcreteFunction {self.name}{self.structured_input_signature[0]!r} at 0x{id(self):X}>"


def function(func: Callable[..., Any] | None = None, input_signature: Any = None, **further: Any) -> Any:
    """Make a function of a Python function that is traced once for each signature; see the module.

    Args:
        func: the function; without it, a decorator is returned.
        input_signature: a list of ``tf.TensorSpec``, one for each argument.
        further: ``autograph``, ``jit_compile``, ``reduce_retracing`` and others, accepted.

    Example:
        >>> @tf.function
        ... def step(x):
        ...     return x * x
    """

    def decorate(f: Callable[..., Any]) -> Function:
        return Function(f, None, input_signature, **further)

    return decorate if func is None else decorate(func)


def _outputs(result: Any) -> Any:
    """What a graph would give: tensors, also where Python gave numbers; variables are read."""

    def one(leaf: Any) -> Any:
        if isinstance(leaf, torch.nn.Parameter):
            return to_facade(stripped(leaf).detach().clone())
        if isinstance(leaf, bool | int | float | complex | str | bytes | np.ndarray | np.generic):
            return to_facade(convert(leaf))
        return leaf

    return nest.map_structure(one, result)


def _input(tensor: torch.Tensor) -> torch.Tensor:
    """A plain tensor that is an input of the program, not one of its constants, even where the program knew its value."""
    made = stripped(tensor).detach()
    made.__dict__.pop("_static", None)
    return made


def _described(leaf: Any) -> Any:
    return TensorSpec.from_tensor(leaf) if isinstance(leaf, torch.Tensor) else leaf


def _is_replayable(leaf: Any) -> bool:
    if isinstance(leaf, torch.Tensor):
        return not isinstance(leaf, StringTensor | torch.nn.Parameter) and not leaf.requires_grad
    return leaf is None or isinstance(leaf, bool | int | float | str | bytes) or not isinstance(leaf, np.ndarray)


def _signature(args: Any, kwargs: Any) -> Hashable:
    """What a trace depends on."""
    found: list[Hashable] = []
    for leaf in nest.flatten([list(args), kwargs]):
        if isinstance(leaf, torch.Tensor):
            kind: Hashable = (type_of(leaf).name, plain_shape(leaf))
            found.append(("variable", id(leaf)) if isinstance(leaf, torch.nn.Parameter) else kind)
        elif isinstance(leaf, np.ndarray):
            found.append((leaf.dtype.name, leaf.shape, "array"))
        elif isinstance(leaf, Hashable):
            found.append(leaf)
        else:
            found.append(id(leaf))
    return (_form([list(args), kwargs]), tuple(found))


def _form(structure: Any) -> Hashable:
    if isinstance(structure, TensorShape):
        return "shape"
    if isinstance(structure, dict):
        return tuple((str(k), _form(v)) for k, v in sorted(structure.items(), key=lambda pair: str(pair[0])))
    if isinstance(structure, list | tuple):
        return (type(structure).__name__, *(_form(v) for v in structure))
    return 0


class _Mute(io.TextIOBase):
    """Swallows what ``print`` writes; ``tf.print`` writes past it."""

    def write(self, text: str) -> int:
        return len(text)


@contextlib.contextmanager
def _silent() -> Any:
    """Within this block Python's ``print`` says nothing, as it says nothing when a graph runs."""
    if isinstance(sys.stdout, _Mute):
        yield
        return
    real = sys.stdout
    with through_stdout(real), contextlib.redirect_stdout(_Mute()):
        yield
