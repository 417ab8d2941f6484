"""Settings, names and sessions of ``K``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wubu.core import names, settings
from wubu.core.device import device_scope
from wubu.core.settings import (
    epsilon,
    floatx,
    image_data_format,
    set_epsilon,
    set_floatx,
    set_image_data_format,
)

__all__ = [
    "backend",
    "cast_to_floatx",
    "clear_session",
    "device",
    "epsilon",
    "floatx",
    "get_session",
    "get_uid",
    "image_data_format",
    "image_dim_ordering",
    "manual_variable_initialization",
    "name_scope",
    "reset_uids",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "set_image_dim_ordering",
    "set_session",
]

_answer = ["torch"]
_uids: Counter[str] = Counter()


def backend() -> str:
    """``"torch"``.

    Under ``wubu run``, programs that know of no torch are told ``"tensorflow"``: their other branch is for Theano.
    """
    return _answer[0]


def answer_backend(name: str) -> None:
    """What ``backend()`` says from now on."""
    _answer[0] = name


def image_dim_ordering() -> str:
    """Keras 1's word for the image layout: ``"tf"`` or ``"th"``."""
    return "th" if settings.image_data_format() == "channels_first" else "tf"


def set_image_dim_ordering(dim_ordering: str) -> None:
    """Set the image layout by Keras 1's word for it: ``"tf"`` or ``"th"``."""
    settings.set_image_data_format(dim_ordering)


def cast_to_floatx(x: Any) -> Any:
    """Numbers as an array of the default float type; a tensor stays one.

    Example:
        >>> cast_to_floatx([1, 2]).dtype
        dtype('float32')
    """
    import numpy as np
    import torch

    from wubu.core.dtypes import torch_dtype

    if isinstance(x, torch.Tensor):
        return x.to(torch_dtype(settings.floatx()))
    return np.asarray(x, dtype=settings.floatx())


def clear_session(free_memory: bool = True) -> None:
    """Start counting automatic names anew."""
    names.reset_names()
    _uids.clear()


def get_uid(prefix: str = "") -> int:
    """The next number of a prefix, from 1."""
    _uids[prefix] += 1
    return _uids[prefix]


def reset_uids() -> None:
    """Start numbering anew."""
    _uids.clear()


def manual_variable_initialization(value: bool) -> None:
    """Accepted: variables have their values as soon as they exist."""


def get_session(*args: Any) -> Any:
    """A session of TensorFlow 1; there is one for the whole program."""
    import importlib

    return importlib.import_module("wubu.tensorflow.v1.session").default_session()


def set_session(session: Any) -> None:
    """Accepted: what a session settles (threads, memory on a GPU) needs no settling here."""


@contextmanager
def name_scope(name: str) -> Iterator[str]:
    """Accepted: within this block old programs name their tensors."""
    yield name


def device(name: str) -> Any:
    """Within ``with device("cpu"):`` new tensors and variables are made on that device."""
    plain = name.lower().strip("/").removeprefix("device:")
    return device_scope({"gpu": "cuda", "gpu:0": "cuda"}.get(plain, plain.replace("gpu", "cuda").split(":0")[0]))
