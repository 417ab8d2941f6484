"""How a function becomes one of TensorFlow's: plain torch tensors in, the facade's tensors and errors out."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, Literal, TypeVar, overload

import numpy as np
import torch

from wubu.core.capture import is_capturing
from wubu.errors import WubuError
from wubu.symbolic.function import any_symbolic, record
from wubu.tensorflow.callers import from_library
from wubu.tensorflow.conversion import convert
from wubu.tensorflow.errors import InvalidArgumentError, ResourceExhaustedError, UnimplementedError
from wubu.tensorflow.recording import Mode
from wubu.tensorflow.tensor import Eager, adopt, all_static, on_host, shown, stripped
from wubu.tensorflow.text import StringTensor, merged, of_array, of_places

F = TypeVar("F", bound=Callable[..., Any])


class _Found:
    """What an argument list holds."""

    __slots__ = ("facade", "owned", "tensors", "text")

    def __init__(self) -> None:
        self.facade = False
        self.tensors = False
        self.owned: list[torch.Tensor] = []  # plain tensors of the caller's, which must stay plain
        self.text: list[StringTensor] = []


def _look(value: Any, found: _Found) -> None:
    if isinstance(value, torch.Tensor):
        found.tensors = True
        if isinstance(value, Eager):
            found.facade = True
            if isinstance(value, StringTensor):
                found.text.append(value)
        elif type(value) is torch.Tensor:
            found.owned.append(value)
    elif isinstance(value, list | tuple):
        for part in value:
            _look(part, found)
    elif isinstance(value, dict):
        for part in value.values():
            _look(part, found)


def map_tensors(function: Callable[[torch.Tensor], Any], value: Any) -> Any:
    """Apply a function to the tensors of nested lists, tuples and dicts."""
    if isinstance(value, torch.Tensor):
        return function(value)
    if isinstance(value, list):
        return [map_tensors(function, part) for part in value]
    if type(value) is tuple:
        return tuple(map_tensors(function, part) for part in value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(map_tensors(function, part) for part in value))
    if type(value) is dict:
        return {key: map_tensors(function, part) for key, part in value.items()}
    return value


def _strip(tensor: torch.Tensor) -> torch.Tensor:
    return tensor if isinstance(tensor, StringTensor) else stripped(tensor)


@overload
def api(function: F, *, text: Literal["moves", "reads"] | None = None) -> F: ...


@overload
def api(function: None = None, *, text: Literal["moves", "reads"] | None = None) -> Callable[[F], F]: ...


def api(function: Any = None, *, text: Literal["moves", "reads"] | None = None) -> Any:
    """Decorate a function of plain tensors, so that it takes and gives those of the facade.

    Arguments keep their form; only tensors within are replaced. Symbolic tensors add a node to their graph. ``name=``
    is accepted everywhere. A torch error becomes an ``InvalidArgumentError``. Called by the library with plain tensors
    (as the activation of a layer, say), the function gives plain tensors.

    Args:
        text: ``moves`` for functions that only move elements, which then take text; ``reads`` for those that take
            ``StringTensor`` as such.
    """
    if function is None:
        return lambda f: api(f, text=text)
    parameters = inspect.signature(function).parameters
    takes_name = "name" in parameters
    needed = [p.default is p.empty for p in parameters.values()]  # an option that is text has a default

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if not takes_name:
            kwargs.pop("name", None)
        if any_symbolic(args, kwargs):
            return record(call, *args, **kwargs)
        if text == "moves":
            args = tuple(_texts(a, n) for a, n in zip(args, [*needed, *[False] * len(args)]))
        found = _Found()
        _look(args, found)
        _look(kwargs, found)
        plain_result = found.tensors and not found.facade and from_library()
        table = None
        if found.text:
            if text is None:
                raise InvalidArgumentError(
                    None, None, f"{function.__name__}: value for attr 'T' of string is not in the list of allowed values"
                )
            if text == "moves":
                args, kwargs, table = _places(args, kwargs, found.text)
        if found.facade or found.tensors:
            args, kwargs = map_tensors(_strip, args), map_tensors(_strip, kwargs)
        result = _run(function, args, kwargs)
        if plain_result:
            return result
        if table is not None:
            result = map_tensors(lambda t: of_places(t, table) if t.dtype is torch.int64 else t, result)
        return to_facade(result, found.owned)

    return call


def _texts(value: Any, scalar: bool) -> Any:
    """Text of Python's and NumPy's as tensors."""
    if isinstance(value, str | bytes):
        return of_array(np.array(value, dtype=object)) if scalar else value
    if isinstance(value, np.ndarray):
        return of_array(value) if value.dtype.kind in "SU" else value
    if isinstance(value, list | tuple) and value and not hasattr(value, "_fields"):
        first: Any = value
        while isinstance(first, list | tuple) and first:
            first = first[0]
        if isinstance(first, str | bytes) and not _any_tensor(value):
            return convert(value)
        if isinstance(first, torch.Tensor | np.ndarray):
            return type(value)(_texts(part, True) for part in value) if type(value) in (list, tuple) else value
    return value


def _any_tensor(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(_any_tensor(part) for part in value)
    return isinstance(value, torch.Tensor)


def _places(args: Any, kwargs: Any, parts: list[StringTensor]) -> Any:
    places, table = merged(parts)
    for plain, part in zip(places, parts):
        if "_static" in part.__dict__:
            plain.__dict__["_static"] = True
    left = {id(part): plain for part, plain in zip(parts, places)}

    def swap(tensor: torch.Tensor) -> torch.Tensor:
        return left.get(id(tensor), tensor)

    return map_tensors(swap, args), map_tensors(swap, kwargs), table


def _run(function: Any, args: Any, kwargs: Any) -> Any:
    try:
        if is_capturing() and all_static(args, kwargs):
            return on_host(function, *args, **kwargs)
        with Mode(), torch._C.DisableTorchFunctionSubclass():
            return function(*args, **kwargs)
    except (WubuError, RecursionError):
        raise
    except torch.OutOfMemoryError as error:
        raise ResourceExhaustedError(None, None, str(error)) from error
    except NotImplementedError as error:
        raise UnimplementedError(None, None, str(error)) from error
    except (RuntimeError, IndexError) as error:
        raise InvalidArgumentError(None, None, str(error)) from error


def to_facade(result: Any, owned: Any = ()) -> Any:
    """What a function of plain tensors gave, as tensors of the facade; those in ``owned`` stay plain themselves."""
    if isinstance(result, torch.Tensor):
        if type(result) is torch.Tensor and any(result is other for other in owned):
            return shown(result)
        return adopt(result)
    if isinstance(result, list | tuple | dict):
        return map_tensors(lambda t: to_facade(t, owned), result)
    return result


def inner(function: Any) -> Any:
    """The function of plain tensors that ``api`` decorated, for files that compute with it."""
    return function.__wrapped__
