"""``tf.Tensor``: a torch tensor that shows itself to the program as TensorFlow's does.

Memory, operations and gradients are torch's. What differs is what the program sees: printing, ``shape``, ``dtype``,
``numpy()``, the operators' rules (``operators.py``). wubu and torch see the torch tensor, so values may wander anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

import numpy as np
import torch
from torch.utils._python_dispatch import _disable_current_modes

from wubu.core.capture import is_capturing
from wubu.errors import ArgumentError
from wubu.tensorflow.callers import from_library
from wubu.tensorflow.dtypes import DType, as_dtype
from wubu.tensorflow.errors import InvalidArgumentError
from wubu.tensorflow.recording import Mode
from wubu.tensorflow.shapes import TensorShape

_base: Any = torch._C.TensorBase
_shape_of = _base.shape.__get__
_dtype_of = _base.dtype.__get__
_device_of = _base.device.__get__

# Methods that torch's tensors have and TensorFlow's do not. NumPy's functions look for some of them and would get torch
# tensors from them, where a program of TensorFlow's gets arrays.
_NOT_TENSORFLOWS = (
    "T all any argmax argmin argsort astype clip copy cumprod cumsum diagonal dot flatten item max mean min nonzero prod "
    "ravel repeat reshape round sort squeeze std sum swapaxes take tolist trace transpose var backward detach view permute "
    "unsqueeze float long int half double softmax"
).split()


class Eager:
    """What tensors and variables of the facade share."""

    __slots__ = ()

    @property
    def shape(self) -> Any:
        """The sizes, a ``tf.TensorShape``; the library sees torch's."""
        with torch._C.DisableTorchFunctionSubclass():
            found = _shape_of(self)
        return found if from_library() else TensorShape(found)

    @property
    def dtype(self) -> Any:
        """The type, such as ``tf.float32``; the library sees torch's."""
        if not from_library():
            return type_of(self)
        with torch._C.DisableTorchFunctionSubclass():
            return _dtype_of(self)

    @property
    def device(self) -> Any:
        """The device's name in TensorFlow's form; the library sees torch's object."""
        with torch._C.DisableTorchFunctionSubclass():
            found = _device_of(self)
        if from_library():
            return found
        kind = "GPU" if found.type == "cuda" else found.type.upper()
        return f"/job:localhost/replica:0/task:0/device:{kind}:{found.index or 0}"

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(plain_shape(self))

    def get_shape(self) -> TensorShape:
        """The sizes."""
        return TensorShape(plain_shape(self))

    def set_shape(self, shape: Any) -> None:
        """Raise ValueError unless a shape is this tensor's; values that exist have no unknown sizes to fill in."""
        own = TensorShape(plain_shape(self))
        if not own.is_compatible_with(shape):
            raise ValueError(f"Tensor's shape {own} is not compatible with supplied shape {TensorShape(shape)}.")

    def numpy(self, **kwargs: Any) -> Any:
        """The values: an array, or a NumPy number when there are no axes."""
        array = host_value(self)
        return np.array(array) if array.ndim else array[()]

    def ref(self) -> Reference:
        """Something that may stand in sets and as the key of dicts; ``deref()`` gives the tensor back."""
        return Reference(self)

    experimental_ref = ref

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """The values; eager tensors have them at once."""
        return self.numpy()

    # --- Python's and NumPy's protocols ----------------------------------------------------------------------------

    __array_priority__ = 100

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        array = host_value(self)
        return np.array(array) if dtype is None else array.astype(dtype)

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        return array[()] if return_scalar else array

    def __bool__(self) -> bool:
        return bool(host_value(self))

    def __int__(self) -> int:
        return int(self._scalar())

    def __float__(self) -> float:
        return float(self._scalar())

    def __complex__(self) -> complex:
        return complex(self._scalar())

    def __index__(self) -> int:
        return host_value(self).__index__()  # only without brackets

    def _scalar(self) -> Any:
        array = host_value(self)
        if array.size != 1:
            raise TypeError("only 0-dimensional arrays can be converted to Python scalars")
        return array.reshape(())[()]  # programs rely on one number in brackets being one too

    def __round__(self, digits: int = 0) -> Any:
        return round(self._scalar(), digits)

    def __len__(self) -> int:
        shape = plain_shape(self)
        if not shape:
            raise TypeError("Scalar tensor has no `len()`")
        return shape[0]

    def __iter__(self) -> Any:
        if not plain_shape(self):
            raise TypeError("Cannot iterate over a scalar tensor.")
        return iter(torch.unbind(self))  # type: ignore[arg-type]

    def __contains__(self, value: Any) -> bool:
        return any(bool(np.all(part == value)) for part in host_value(self))

    def __format__(self, spec: str) -> str:
        return self.numpy().__format__(spec)


class Tensor(Eager, torch.Tensor):  # type: ignore[override, misc]
    """Numbers (or text) in an array of any number of axes, as TensorFlow shows them.

    Made by ``tf.constant``, ``tf.convert_to_tensor`` and every function of the facade.

    Example:
        >>> tf.constant([[1, 2]])
        <tf.Tensor: shape=(1, 2), dtype=int32, numpy=array([[1, 2]], dtype=int32)>
    """

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return run(func, args, kwargs or {})

    def __setitem__(self, key: Any, value: Any) -> None:
        if not from_library():
            raise TypeError(
                "'tensorflow.python.framework.ops.EagerTensor' object does not support item assignment. "
                "Try: tf.tensor_scatter_nd_update, or a tf.Variable"
            )
        with torch._C.DisableTorchFunctionSubclass():
            _base.__setitem__(self, key, value)

    def __repr__(self, **kwargs: Any) -> str:  # type: ignore[override]
        return (
            f"<tf.Tensor: shape={TensorShape(plain_shape(self))}, dtype={type_of(self).name}, numpy={numpy_text(self)}>"
        )

    def __str__(self) -> str:
        values = str(self.numpy())
        if "\n" in values:
            values = "\n" + values
        return f"tf.Tensor({values}, shape={TensorShape(plain_shape(self))}, dtype={type_of(self).name})"

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        return adopt(stripped(self).detach().clone())

    def __reduce_ex__(self, protocol: Any) -> Any:
        return _rebuilt, (stripped(self).detach(),)

    __hash__ = torch.Tensor.__hash__

    @property
    def name(self) -> NoReturn:  # type: ignore[override]
        """Tensors have none when they are eager."""
        raise AttributeError("Tensor.name is undefined when eager execution is enabled.")


def _hidden(name: str) -> property:
    found = getattr(torch.Tensor, name, None)

    def get(self: Any) -> Any:
        if found is None or not from_library():
            raise AttributeError(
                f"'tensorflow.python.framework.ops.EagerTensor' object has no attribute {name!r}. "
                f"Try: a function of tf, or .numpy().{name}"
            )
        if not callable(found):  # a property of torch's
            with torch._C.DisableTorchFunctionSubclass():
                return found.__get__(self)
        return found.__get__(self)

    return property(get)


for _name in _NOT_TENSORFLOWS:
    setattr(Tensor, _name, _hidden(_name))


class Reference:
    """A tensor by identity: may stand in sets and as a key.

    Args:
        tensor: what it refers to.
    """

    def __init__(self, tensor: Any) -> None:
        self._tensor = tensor

    def deref(self) -> Any:
        """The tensor."""
        return self._tensor

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and self._tensor is other._tensor

    def __hash__(self) -> int:
        return id(self._tensor)

    def __repr__(self) -> str:
        return f"<Reference wrapping {self._tensor!r}>"


def _rebuilt(value: torch.Tensor) -> Tensor:
    return adopt(value)


# --- the torch tensor within ---------------------------------------------------------------------------------------


def plain_shape(tensor: Any) -> tuple[int, ...]:
    """The sizes as a plain tuple."""
    with torch._C.DisableTorchFunctionSubclass():
        return tuple(_shape_of(tensor))


def type_of(tensor: Any) -> DType:
    """TensorFlow's type of a torch tensor or one of the facade's."""
    own = getattr(type(tensor), "_own_type", None)
    if own is not None:
        return own
    with torch._C.DisableTorchFunctionSubclass():
        return as_dtype(_dtype_of(tensor))


def stripped(tensor: Any) -> torch.Tensor:
    """The same values as a plain torch tensor, through which gradients flow."""
    if type(tensor) is torch.Tensor:
        return tensor
    with torch._C.DisableTorchFunctionSubclass():
        found = torch.ops.aten.alias(tensor)
        if type(found) is not torch.Tensor:
            found = found.as_subclass(torch.Tensor)
    _copy_notes(tensor, found)
    return found


def adopt(result: Any, owned: Iterable[Any] = ()) -> Any:
    """Make fresh plain tensors, alone or in a list or tuple, into ones of the facade, in place.

    Args:
        result: what an operation gave.
        owned: tensors that belong to somebody else and stay what they are, such as the operation's arguments.
    """
    if type(result) is torch.Tensor:
        if not any(result is other for other in owned):
            result.__class__ = Tensor  # type: ignore[assignment]
    elif isinstance(result, list | tuple):
        for part in result:
            adopt(part, owned)
    elif isinstance(result, dict):
        for part in result.values():
            adopt(part, owned)
    return result


def shown(tensor: torch.Tensor) -> Tensor:
    """A plain tensor that somebody else holds, as one of the facade: another object with the same memory."""
    if isinstance(tensor, Eager):
        return tensor  # type: ignore[return-value]
    with torch._C.DisableTorchFunctionSubclass():
        found = torch.ops.aten.alias(tensor)
    if type(found) is not torch.Tensor:
        found = found.as_subclass(torch.Tensor)
    _copy_notes(tensor, found)
    found.__class__ = Tensor  # type: ignore[assignment]
    return found


def _copy_notes(source: torch.Tensor, target: torch.Tensor) -> None:
    """Carry over what layers leave on a tensor for those that follow: masks, logits."""
    notes = source.__dict__
    if notes:
        for key in ("_keras_mask", "_keras_logits", "_static"):
            if key in notes:
                target.__dict__[key] = notes[key]


def run(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """Run a function of torch's on tensors of the facade; the results are the facade's too."""
    if is_capturing() and all_static(args, kwargs):
        return on_host(func, *args, **kwargs)
    with Mode(), torch._C.DisableTorchFunctionSubclass():
        result = func(*args, **kwargs)
    if getattr(func, "__name__", "") == "__get__":
        return result  # .grad, ._base…: tensors that somebody else holds
    return adopt(result, (*args, *kwargs.values()))


# --- values that are known while a step is being recorded ----------------------------------------------------------


def mark_static(tensor: Any) -> Any:
    """Note that a tensor's value follows from shapes and constants alone, so that it may be read while a step is recorded."""
    for part in tensor if isinstance(tensor, list | tuple) else (tensor,):
        if isinstance(part, torch.Tensor):
            part.__dict__["_static"] = True
    return tensor


def all_static(args: Any, kwargs: dict[str, Any]) -> bool:
    """Whether every tensor among arguments is marked."""
    found = False
    for value in (*args, *kwargs.values()):
        for part in value if isinstance(value, list | tuple) else (value,):
            if isinstance(part, torch.Tensor):
                if "_static" not in part.__dict__:
                    return False
                found = True
    return found


def on_host(func: Any, *args: Any, **kwargs: Any) -> Any:
    """Run something outside of the program that is being recorded."""
    with _disable_current_modes(), torch._C.DisableTorchFunction(), torch.no_grad():
        result = func(*args, **kwargs)
    return mark_static(adopt(result))


def host_value(tensor: Any) -> np.ndarray:
    """The values as an array, which must not be changed.

    Raises:
        CaptureError: while a step is recorded, unless the value is known beforehand.
    """
    text = getattr(tensor, "_text", None)
    if text is not None:
        return text()
    if "_static" in tensor.__dict__ and is_capturing():
        with _disable_current_modes(), torch._C.DisableTorchFunction():
            return _to_numpy(tensor)
    # Not DisableTorchFunction: whoever records has to notice that a value is read.
    with torch._C.DisableTorchFunctionSubclass():
        return _to_numpy(tensor)


def _to_numpy(tensor: torch.Tensor) -> np.ndarray:
    if _device_of(tensor).type == "meta":
        raise ArgumentError(
            "A value was asked for where only shapes are known: a functional model is being built. "
            "Try: do this inside a Layer's call, or without reading values"
        )
    found = torch.Tensor.detach(tensor).cpu()
    if _dtype_of(found) is torch.bfloat16:
        kind = as_dtype("bfloat16").as_numpy_dtype
        return torch.Tensor.numpy(torch.Tensor.float(found)).astype(kind)
    return torch.Tensor.numpy(found.resolve_conj().resolve_neg())


# --- printing ------------------------------------------------------------------------------------------------------


def numpy_text(tensor: Any) -> str:
    """The values as ``repr`` shows them after ``numpy=``."""
    values = tensor.numpy()
    if not isinstance(values, np.ndarray):
        return repr(values.item() if isinstance(values, np.generic) else values)
    text = repr(values)
    return "\n" + text if "\n" in text else text


def needs(condition: bool, message: str) -> None:
    """Raise InvalidArgumentError unless a condition holds."""
    if not condition:
        raise InvalidArgumentError(None, None, message)
