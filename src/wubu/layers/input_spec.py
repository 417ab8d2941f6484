"""What a layer expects of its inputs, checked before it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wubu.core import nest
from wubu.core.dtypes import standardize_dtype
from wubu.errors import ShapeError


class InputSpec:
    """Rank, sizes and type that one input must have; what is None is not checked.

    Args:
        dtype: the expected type.
        shape: the expected shape; None matches any size.
        ndim: the expected number of axes.
        max_ndim: the largest number of axes.
        min_ndim: the smallest number of axes.
        axes: sizes by axis, such as ``{-1: 64}``.
        allow_last_axis_squeeze: whether a last axis of size 1 may be missing or extra.
        name: the input's name, for inputs given as a dict.
        optional: whether the input may be None.
    """

    def __init__(
        self,
        dtype: Any = None,
        shape: Sequence[int | None] | None = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: Mapping[int, int | None] | None = None,
        allow_last_axis_squeeze: bool = False,
        name: str | None = None,
        optional: bool = False,
    ) -> None:
        self.dtype = standardize_dtype(dtype) if dtype is not None else None
        self.shape = tuple(shape) if shape is not None else None
        self.ndim = len(self.shape) if self.shape is not None else ndim
        self.max_ndim, self.min_ndim = max_ndim, min_ndim
        self.axes = {int(k): v for k, v in (axes or {}).items()}
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        self.name, self.optional = name, optional

    def surely_fits(self, shape: tuple[int, ...]) -> bool:
        """Whether a shape fits, found quickly; False also where a closer look is needed."""
        rank = len(shape)
        if (self.ndim is not None and rank != self.ndim) or (self.min_ndim is not None and rank < self.min_ndim):
            return False
        if self.max_ndim is not None or self.shape is not None:
            return False
        for axis, size in self.axes.items():
            if size is not None and (not -rank <= axis < rank or shape[axis] != size):
                return False
        return True

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this specification again."""
        keys = ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes", "optional")
        return {key: getattr(self, key) for key in keys}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> InputSpec:
        """Make a specification from what ``get_config`` gave."""
        return cls(**config)

    def __repr__(self) -> str:
        parts = [f"{k}={v}" for k, v in self.get_config().items() if v]
        return f"InputSpec({', '.join(parts)})"


def check(spec: Any, inputs: Any, owner: str) -> None:
    """Raise a ShapeError that names the layer and the axis when inputs do not fit."""
    specs = nest.flatten(spec)
    values = nest.flatten(inputs)
    if isinstance(spec, Mapping) and isinstance(inputs, Mapping):
        specs, values = [spec[k] for k in spec if k in inputs], [inputs[k] for k in spec if k in inputs]
    if len(values) != len(specs):
        raise ShapeError(f"Layer {owner!r} expects {len(specs)} input(s). Received: {len(values)}")
    for one, value in zip(specs, values, strict=True):
        if one is not None and hasattr(value, "shape"):
            _check_one(one, tuple(value.shape), owner)


def _check_one(spec: InputSpec, shape: tuple[int | None, ...], owner: str) -> None:
    received = f"Received: an input of shape {shape}"
    if spec.shape is not None and spec.allow_last_axis_squeeze:
        if spec.shape[-1:] == (1,) and len(shape) == len(spec.shape) - 1:
            return
        if shape[-1:] == (1,) and len(shape) == len(spec.shape) + 1:
            shape = shape[:-1]
    if spec.ndim is not None and len(shape) != spec.ndim:
        more = " Did you forget the channels axis, or the batch axis?" if len(shape) == spec.ndim - 1 else ""
        raise ShapeError(f"Layer {owner!r} expects an input with {spec.ndim} axes. {received}.{more}")
    if spec.max_ndim is not None and len(shape) > spec.max_ndim:
        raise ShapeError(f"Layer {owner!r} expects an input with at most {spec.max_ndim} axes. {received}")
    if spec.min_ndim is not None and len(shape) < spec.min_ndim:
        raise ShapeError(f"Layer {owner!r} expects an input with at least {spec.min_ndim} axes. {received}")
    for axis, size in spec.axes.items():
        if size is not None and -len(shape) <= axis < len(shape) and shape[axis] not in (size, None):
            raise ShapeError(f"Layer {owner!r} expects axis {axis} of its input to have size {size}. {received}")
    if spec.shape is not None:
        for axis, (want, got) in enumerate(zip(spec.shape, shape, strict=True)):
            if want is not None and got is not None and want != got:
                raise ShapeError(
                    f"Layer {owner!r} expects an input of shape {spec.shape}; axis {axis} does not fit. {received}"
                )
