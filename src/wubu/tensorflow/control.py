"""Conditions, loops and maps as functions; and what TensorFlow needs around its graphs, which does nothing here."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from wubu.core import nest
from wubu.core.device import device_scope
from wubu.errors import ArgumentError
from wubu.ops.core.control_flow import cond as keras_cond
from wubu.symbolic.function import any_symbolic
from wubu.tensorflow.conversion import convert, integer
from wubu.tensorflow.dispatch import map_tensors, to_facade
from wubu.tensorflow.dtypes import as_dtype
from wubu.tensorflow.errors import InvalidArgumentError
from wubu.tensorflow.shaping import concat, stack
from wubu.tensorflow.tensor import Eager, host_value, shown, stripped


def _tensors(structure: Any) -> Any:
    """Every leaf as a tensor of the facade; None stays."""

    def one(leaf: Any) -> Any:
        if leaf is None or isinstance(leaf, Eager) or hasattr(leaf, "__tf_container__"):
            return leaf
        return shown(leaf) if isinstance(leaf, torch.Tensor) else to_facade(convert(leaf))

    return nest.map_structure(one, structure)


def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any], name: Any = None) -> Any:
    """``true_fn()`` where a condition holds, else ``false_fn()``."""
    if not callable(true_fn) or not callable(false_fn):
        raise TypeError("'true_fn' and 'false_fn' must be callable.")
    if any_symbolic(pred):
        return keras_cond(pred, true_fn, false_fn)
    return true_fn() if _holds(pred) else false_fn()


def _holds(pred: Any) -> bool:
    if isinstance(pred, torch.Tensor):
        return bool(host_value(pred))
    return bool(pred)


def case(pred_fn_pairs: Any, default: Any = None, exclusive: bool = False, strict: bool = False, name: Any = None) -> Any:
    """The result of the first function whose condition holds, else of ``default``."""
    pairs = list(pred_fn_pairs.items()) if isinstance(pred_fn_pairs, dict) else list(pred_fn_pairs)
    true = [function for pred, function in pairs if _holds(pred)]
    if exclusive and len(true) > 1:
        raise InvalidArgumentError(None, None, "Input error: exclusive=True: more than 1 conditions evaluated as True")
    if true:
        return true[0]()
    if default is None:
        raise InvalidArgumentError(None, None, "None of the conditions evaluated as True, and there is no default")
    return default()


def switch_case(branch_index: Any, branch_fns: Any, default: Any = None, name: Any = None) -> Any:
    """The result of the function with a number, else of ``default`` (or of the last)."""
    place = integer(branch_index)
    table = dict(branch_fns) if not isinstance(branch_fns, list | tuple) or (
        branch_fns and isinstance(branch_fns[0], tuple)
    ) else dict(enumerate(branch_fns))
    if place in table:
        return table[place]()
    return default() if default is not None else table[max(table)]()


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    shape_invariants: Any = None,
    parallel_iterations: Any = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    maximum_iterations: Any = None,
    name: Any = None,
) -> Any:
    """Apply ``body`` to variables while ``cond`` of them holds.

    Args:
        cond: a function of the variables.
        body: a function of the variables that gives new ones.
        loop_vars: a list or tuple of tensors, or of structures of them.
        maximum_iterations: the most turns.
        shape_invariants, parallel_iterations, back_prop, swap_memory: accepted.

    Returns:
        The variables in the end, in the structure of ``loop_vars``.
    """
    values = list(_tensors(loop_vars)) if isinstance(loop_vars, list | tuple) else [_tensors(loop_vars)]
    most = None if maximum_iterations is None else integer(maximum_iterations)
    turn = 0
    while (most is None or turn < most) and _holds(cond(*values)):
        made = body(*values)
        made = list(made) if isinstance(made, list | tuple) else [made]
        if len(made) != len(values):
            raise ValueError(
                f"The number of inputs and outputs of the body must be the same: {len(values)} and {len(made)} were found."
            )
        values = [_tensors(part) for part in made]
        turn += 1
    return type(loop_vars)(values) if type(loop_vars) in (list, tuple) else values[0]


def map_fn(
    fn: Callable[..., Any],
    elems: Any,
    dtype: Any = None,
    parallel_iterations: Any = None,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    name: Any = None,
    fn_output_signature: Any = None,
) -> Any:
    """Apply a function to each slice along the first axis and stack the results.

    Args:
        fn: a function of one slice (a structure of slices, where ``elems`` is one).
        elems: a tensor or a structure of tensors.
        dtype, fn_output_signature: the type of the results, where it differs from that of ``elems``.
        parallel_iterations, back_prop, swap_memory, infer_shape: accepted.
    """
    columns = _tensors(elems)
    leaves = nest.flatten(columns)
    if not leaves:
        raise ValueError("elems must be a Tensor or (possibly nested) sequence of Tensors. Got an empty structure.")
    results = []
    for i in range(len(leaves[0])):
        results.append(_tensors(fn(nest.map_structure(lambda t: t[i], columns))))  # noqa: B023
    if not results:
        kind = fn_output_signature if fn_output_signature is not None else dtype
        return columns if kind is None else nest.map_structure(
            lambda d: to_facade(torch.empty(0, dtype=as_dtype(getattr(d, "dtype", d)).torch)), kind
        )
    made = nest.map_structure(lambda *parts: stack(list(parts)), *results)
    wanted = fn_output_signature if fn_output_signature is not None else dtype
    if wanted is not None:
        _check_types(made, wanted)
    return made


def _check_types(made: Any, wanted: Any) -> None:
    for tensor, kind in zip(nest.flatten(made), nest.flatten(wanted)):
        name = as_dtype(getattr(kind, "dtype", kind))
        if isinstance(tensor, Eager) and tensor.get_shape() is not None:
            from wubu.tensorflow.tensor import type_of

            if type_of(tensor) != name:
                raise InvalidArgumentError(
                    None,
                    None,
                    f"TensorArray dtype is {name.spoken} but Op is trying to write dtype {type_of(tensor).spoken}",
                )


def vectorized_map(fn: Callable[..., Any], elems: Any, fallback_to_while_loop: bool = True, warn: bool = True) -> Any:
    """``map_fn``, all at once where torch can do that."""
    columns = _tensors(elems)

    def plain(slices: Any) -> Any:
        return map_tensors(stripped, fn(map_tensors(shown, slices)))

    try:
        return map_tensors(to_facade, torch.vmap(plain)(map_tensors(stripped, columns)))
    except (RuntimeError, ValueError):
        if not fallback_to_while_loop:
            raise
        return map_fn(fn, elems)


def _fold(
    fn: Callable[..., Any], elems: Any, initializer: Any, reverse: bool, keep: bool
) -> tuple[Any, list[Any]]:
    columns = _tensors(elems)
    count = len(nest.flatten(columns)[0])
    order = list(range(count))[:: -1 if reverse else 1]
    parts = [nest.map_structure(lambda t: t[i], columns) for i in order]  # noqa: B023
    state = parts.pop(0) if initializer is None else _tensors(initializer)
    states = [state] if keep and initializer is None else []
    for part in parts:
        state = _tensors(fn(state, part))
        if keep:
            states.append(state)
    return state, states[::-1] if reverse else states


def scan(
    fn: Callable[..., Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: Any = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    reverse: bool = False,
    name: Any = None,
) -> Any:
    """Carry a state along the first axis, ``state = fn(state, element)``, and stack all states.

    Args:
        fn: gives the next state.
        elems: a tensor or a structure of tensors.
        initializer: the first state; default the first element.
        reverse: whether to begin at the end.
        parallel_iterations, back_prop, swap_memory, infer_shape: accepted.
    """
    _, states = _fold(fn, elems, initializer, reverse, True)
    return nest.map_structure(lambda *parts: stack(list(parts)), *states)


def foldl(fn: Callable[..., Any], elems: Any, initializer: Any = None, *further: Any, **accepted: Any) -> Any:
    """Combine the slices along the first axis from the first on."""
    return _fold(fn, elems, initializer, False, False)[0]


def foldr(fn: Callable[..., Any], elems: Any, initializer: Any = None, *further: Any, **accepted: Any) -> Any:
    """Combine the slices along the first axis from the last on."""
    return _fold(fn, elems, initializer, True, False)[0]


def py_function(func: Callable[..., Any] | None = None, inp: Any = None, Tout: Any = None, name: Any = None) -> Any:
    """Call a Python function with tensors; its results become tensors of given types."""
    assert func is not None
    return _typed(func(*[_tensors(x) for x in _listed(inp)]), Tout)


def numpy_function(
    func: Callable[..., Any] | None = None, inp: Any = None, Tout: Any = None, stateful: bool = True, name: Any = None
) -> Any:
    """Call a Python function with arrays; its results become tensors of given types."""
    assert func is not None
    return _typed(func(*[_array(x) for x in _listed(inp)]), Tout)


def _listed(inp: Any) -> list[Any]:
    return [] if inp is None else list(inp) if isinstance(inp, list | tuple) else [inp]


def _array(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        found = host_value(value)
        return np.array(found) if found.ndim else found[()]
    return np.asarray(value)


def _typed(result: Any, types: Any) -> Any:
    if types is None or (isinstance(types, list | tuple) and not types):
        return []
    if isinstance(types, list | tuple):
        parts = result if isinstance(result, list | tuple) else [result]
        return [_one(part, kind) for part, kind in zip(parts, types)]
    return _one(result, types)


def _one(value: Any, kind: Any) -> Any:
    wanted = as_dtype(getattr(kind, "dtype", kind))
    if value is None:
        raise ArgumentError("Expected a value from the function. Received: None")
    if isinstance(value, torch.Tensor):
        return shown(value)
    return to_facade(convert(value, wanted))


# --- around graphs -------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def device(device_name: Any) -> Iterator[None]:
    """Make tensors on a device within this block; a device that is not there means the one in use, as TensorFlow places it.

    Args:
        device_name: such as ``"/GPU:0"``, ``"/device:CPU:0"`` or None.
    """
    name = None if device_name is None else str(getattr(device_name, "to_string", lambda: device_name)())
    name = name and name.split("/")[-1]
    if not name or callable(device_name) or (name.lower().replace("device:", "").startswith("gpu")
                                             and not torch.cuda.is_available()):
        yield
        return
    with device_scope(name):
        yield


@contextlib.contextmanager
def control_dependencies(control_inputs: Any) -> Iterator[None]:
    """Run what is in this block after some operations: Python's order is the order here."""
    for item in control_inputs or ():
        if callable(item) and not isinstance(item, torch.Tensor):
            item()
    yield


@contextlib.contextmanager
def init_scope() -> Iterator[None]:
    """Within this block nothing is part of a function that is being traced; here nothing ever is."""
    yield


def executing_eagerly() -> bool:
    """Whether operations give values at once: always."""
    return True


def inside_function() -> bool:
    """Whether a graph is being made: never."""
    return False


def group(*inputs: Any, **kwargs: Any) -> None:
    """An operation that does several; eager ones are done already."""
    for part in inputs:
        if callable(part) and not isinstance(part, torch.Tensor):
            part()


def tuple_(tensors: Any, control_inputs: Any = None, name: Any = None) -> Any:
    """The same tensors, all of them computed."""
    return list(tensors)


def no_op(name: Any = None) -> None:
    """Nothing."""


def identity_n(input: Any, name: Any = None) -> list[Any]:
    """The same tensors."""
    return [_tensors(part) for part in input]


class TensorArray:
    """A list of tensors that grows as it is written.

    Args:
        dtype: the type of its tensors.
        size: how many there are at first.
        dynamic_size, clear_after_read, tensor_array_name, handle, flow, infer_shape, colocate_with_first_write_call:
            accepted.
        element_shape: their shape.

    Example:
        >>> array = tf.TensorArray(tf.float32, size=2)
        >>> array.write(0, 1.0).write(1, 2.0).stack().numpy()
        array([1., 2.], dtype=float32)
    """

    __tf_container__ = True

    def __init__(
        self, dtype: Any, size: Any = None, dynamic_size: Any = None, clear_after_read: Any = None,
        tensor_array_name: Any = None, handle: Any = None, flow: Any = None, infer_shape: bool = True,
        element_shape: Any = None, **accepted: Any,
    ) -> None:
        self.dtype = as_dtype(dtype)
        self.element_shape = element_shape
        self.dynamic_size = bool(dynamic_size)
        self._items: list[Any] = [None] * (0 if size is None else integer(size))

    def size(self, name: Any = None) -> Any:
        """How many tensors there are."""
        return to_facade(torch.tensor(len(self._items), dtype=torch.int32))

    def write(self, index: Any, value: Any, name: Any = None) -> TensorArray:
        """Put a tensor at a place."""
        place = integer(index)
        if place >= len(self._items):
            if not self.dynamic_size:
                from wubu.tensorflow.errors import OutOfRangeError

                raise OutOfRangeError(
                    None,
                    None,
                    f"Tried to write to index {place} but array is not resizeable and size is: {len(self._items)}",
                )
            self._items += [None] * (place + 1 - len(self._items))
        self._items[place] = value if isinstance(value, Eager) else to_facade(convert(value, self.dtype))
        return self

    def read(self, index: Any, name: Any = None) -> Any:
        """The tensor at a place."""
        place = integer(index)
        if self._items[place] is None:
            raise InvalidArgumentError(None, None, f"Could not read index {place} twice or before it was written")
        return self._items[place]

    def stack(self, name: Any = None) -> Any:
        """All tensors along a new first axis."""
        if not self._items:
            return to_facade(torch.empty(0, dtype=self.dtype.torch))
        like = next((t for t in self._items if t is not None), None)
        filled = [t if t is not None else (like * 0 if like is not None else to_facade(convert(0, self.dtype)))
                  for t in self._items]
        return stack(filled)

    def concat(self, name: Any = None) -> Any:
        """All tensors along their first axis."""
        return concat(list(self._items), 0)

    def gather(self, indices: Any, name: Any = None) -> Any:
        """Tensors at places, stacked."""
        return stack([self._items[int(i)] for i in host_value(convert(indices))])

    def unstack(self, value: Any, name: Any = None) -> TensorArray:
        """Put the slices along the first axis of a tensor."""
        self._items = list(_tensors(value))
        return self

    def scatter(self, indices: Any, value: Any, name: Any = None) -> TensorArray:
        """Put the slices of a tensor at places."""
        for place, part in zip(host_value(convert(indices)), _tensors(value)):
            self.write(int(place), part)
        return self

    def split(self, value: Any, lengths: Any, name: Any = None) -> TensorArray:
        """Put parts of given lengths of a tensor."""
        from wubu.tensorflow.shaping import split

        self._items = split(value, lengths)
        return self

    def identity(self) -> TensorArray:
        """The same array."""
        return self

    def grad(self, *args: Any, **kwargs: Any) -> Any:
        """Gradients flow through by themselves."""
        return self

    @property
    def flow(self) -> Any:
        """A tensor that stands for the order of writing."""
        return to_facade(torch.zeros(()))
