"""Whether a function of the user's looks as if it did nothing but compute, so that it may be called for many at once.

This reads the function's code and what it refers to. It is careful: a function that is not understood counts as one
that does more. Those that pass are still compared with their results one by one (see ``vectorize``).
"""

from __future__ import annotations

import dis
import functools
import random
import types
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

_TROUBLE = frozenset(
    "append extend insert pop popleft remove clear print open read write input next send random randint uniform normal "
    "choice shuffle sample permutation default_rng getrandbits item tolist numpy numpy_function py_function time "
    "perf_counter sleep load_img read_file decode_jpeg decode_png decode_image imread get_next exec eval setattr "
    "random_flip_left_right random_flip_up_down random_crop random_brightness random_contrast random_hue "
    "random_saturation random_jpeg_quality stateless_uniform set_item assign assign_add assign_sub".split()
)
_STORES = frozenset({"STORE_GLOBAL", "DELETE_GLOBAL", "STORE_ATTR", "DELETE_ATTR", "YIELD_VALUE", "IMPORT_NAME"})
_PLAIN = (
    bool,
    int,
    float,
    complex,
    str,
    bytes,
    type(None),
    torch.dtype,
    torch.device,
    torch.Tensor,
    np.dtype,
    np.generic,
)
_TRUSTED = ("torch", "numpy", "math", "operator", "wubu", "builtins", "functools")
_DEPTH = 4


def only_computes(function: Any, depth: int = 0) -> bool:
    """Whether a function seems to do nothing but compute its result from its arguments."""
    if depth > _DEPTH:
        return False
    if isinstance(function, functools.partial):
        values = (*function.args, *function.keywords.values())
        return all(_harmless(v, depth) for v in values) and only_computes(function.func, depth + 1)
    if isinstance(function, types.FunctionType):
        return _code_only_computes(function.__code__, function, depth)
    return isinstance(function, types.BuiltinFunctionType) and _module(function) in _TRUSTED


def _code_only_computes(code: types.CodeType, function: types.FunctionType, depth: int) -> bool:
    if _TROUBLE & set(code.co_names):
        return False
    for instruction in dis.get_instructions(code):
        if instruction.opname in _STORES:
            return False
        if instruction.opname == "STORE_DEREF" and instruction.argval in code.co_freevars:
            return False
        if instruction.opname == "LOAD_GLOBAL" and not _harmless(_global(function, instruction.argval), depth):
            return False
    for cell in function.__closure__ or ():
        try:
            value = cell.cell_contents
        except ValueError:
            return False
        if not _harmless(value, depth):
            return False
    values = (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values())
    inner = (c for c in code.co_consts if isinstance(c, types.CodeType))
    return all(_harmless(v, depth) for v in values) and all(_code_only_computes(c, function, depth) for c in inner)


def _global(function: types.FunctionType, name: str) -> Any:
    if name in function.__globals__:
        return function.__globals__[name]
    builtins = function.__globals__.get("__builtins__", {})
    return builtins.get(name) if isinstance(builtins, dict) else getattr(builtins, name, None)


def _harmless(value: Any, depth: int) -> bool:
    if value is random or isinstance(value, random.Random | np.random.Generator | np.random.RandomState | Iterator):
        return False
    if isinstance(value, _PLAIN) or value is np or value is torch:
        return True
    if isinstance(value, types.ModuleType):
        return value.__name__.split(".")[0] in _TRUSTED
    if isinstance(value, tuple | list):
        return all(_harmless(v, depth) for v in value)
    if isinstance(value, dict):
        return all(_harmless(v, depth) for v in value.values())
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "biuf"
    if isinstance(value, type):
        return _module(value) in _TRUSTED
    if callable(value) and _module(value) in _TRUSTED:
        return not isinstance(value, torch.nn.Module)
    return callable(value) and only_computes(value, depth + 1)


def _module(value: Any) -> str:
    return (getattr(value, "__module__", None) or "builtins").split(".")[0]
