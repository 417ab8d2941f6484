"""Sizes of kernels that Keras 1 took one by one: ``Convolution2D(64, 3, 3)``."""

from __future__ import annotations

from typing import Any

from wubu.core.keras1 import ARGUMENTS, KERNEL_SIZES

# An argument of a later Keras says that the numbers are meant as today: kernel_size, strides.
_TODAY = {"kernel_size", "strides", "padding", "data_format", "kernel_initializer", "filters", "use_bias"}
_FIRST = {"filters", "nb_filter"}
_ORDER = ("init", "activation", "weights", "border_mode", "subsample", "dim_ordering")


def is_keras1(kwargs: dict[str, Any]) -> bool:
    """Whether keyword arguments of a convolution are Keras 1's."""
    return bool(kwargs.keys() & (ARGUMENTS.keys() | {name for names in KERNEL_SIZES for name in names}))


def together(axes: int) -> Any:
    """Return the translation for a convolution over some axes: its sizes become one ``kernel_size``.

    Args:
        axes: 1, 2 or 3.
    """
    names = {1: ("filter_length",), 2: KERNEL_SIZES[0], 3: KERNEL_SIZES[1]}[axes]

    def translate(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        if axes == 1:
            return args, kwargs
        kwargs = dict(kwargs)
        lead = 0 if kwargs.keys() & _FIRST else 1
        sizes = args[lead : lead + axes]
        rest = args[lead + len(sizes) :]
        whole = all(isinstance(size, int) and not isinstance(size, bool) for size in sizes)
        if len(sizes) == axes and whole and not kwargs.keys() & _TODAY:
            kwargs["kernel_size"] = tuple(sizes)
            kwargs.update(zip(_ORDER, rest))
            return args[:lead], kwargs
        given = list(sizes) if whole and sizes and any(name in kwargs for name in names) else []
        if given or any(name in kwargs for name in names):
            kwargs["kernel_size"] = (*given, *(kwargs.pop(name) for name in names[len(given) :] if name in kwargs))
            return args[:lead] if given else args, kwargs
        return args, kwargs

    return translate
