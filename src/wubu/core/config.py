"""Object to config and back, in the form that Keras 3 writes, so that either reads the other's.

A config is JSON-like: ``{"module": "keras.layers", "class_name": "Dense", "config": {…}, "registered_name": None}``.
Nothing here runs code that a config carries unless safe mode is off; classes come from the registry, from
``custom_objects``, or from modules that the program has imported itself.
"""

from __future__ import annotations

import base64
import functools
import inspect
import marshal
import threading
import types
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from wubu.core import registry
from wubu.core.dtypes import standardize_dtype, torch_dtype
from wubu.core.policy import DTypePolicy, DTypePolicyMap
from wubu.core.seeds import SeedGenerator
from wubu.errors import SerializationError, UnsafeFileError

MAX_DEPTH = 200
_PLAIN = (str, int, float, bool, type(None))
_state = threading.local()


class SafeMode:
    """Whether configs may carry code (Lambda functions): the innermost ``with`` block decides; safe by default."""

    def __init__(self, safe_mode: bool | None = True) -> None:
        self.safe_mode = safe_mode

    def __enter__(self) -> SafeMode:
        self._before = getattr(_state, "safe", None)
        _state.safe = self.safe_mode
        return self

    def __exit__(self, *error: Any) -> None:
        _state.safe = self._before


def in_safe_mode() -> bool:
    """Whether code in configs is refused."""
    if getattr(_state, "safe", None) is not None:
        return bool(_state.safe)
    return not getattr(_state, "unsafe_everywhere", False)


def enable_unsafe_deserialization() -> None:
    """Allow code in configs from now on, in this thread."""
    _state.unsafe_everywhere = True


@contextmanager
def _shared_objects() -> Iterator[dict[int, Any]]:
    before = getattr(_state, "shared", None)
    _state.shared = {} if before is None else before
    try:
        yield _state.shared
    finally:
        _state.shared = before


# --- object to config ---------------------------------------------------------------------------------------------


def serialize_keras_object(obj: Any) -> Any:
    """Return the config of an object: a layer, a loss, a function, or a nested structure of them.

    Args:
        obj: None, a number, a string, a list, a tuple, a dict, an array, a tensor, a function, a class, or an object
            with ``get_config``.

    Raises:
        SerializationError: when it is none of these.
    """
    if obj is None or isinstance(obj, _PLAIN):
        return obj
    if isinstance(obj, bytes):
        return {"class_name": "__bytes__", "config": {"value": obj.decode()}}
    if isinstance(obj, list | tuple):  # JSON has no tuples, and Keras reads none
        return [serialize_keras_object(x) for x in obj]
    if isinstance(obj, Mapping) and not hasattr(obj, "get_config"):
        return {key: serialize_keras_object(value) for key, value in obj.items()}
    if isinstance(obj, np.generic):
        return obj.item()
    if isinstance(obj, torch.Tensor):
        config = {"value": obj.detach().cpu().tolist(), "dtype": standardize_dtype(obj.dtype)}
        return {"class_name": "__tensor__", "config": config}
    if isinstance(obj, np.ndarray):
        return {"class_name": "__numpy__", "config": {"value": obj.tolist(), "dtype": obj.dtype.name}}
    if isinstance(obj, torch.dtype):
        return standardize_dtype(obj)
    if isinstance(obj, slice):
        parts = {k: serialize_keras_object(getattr(obj, k)) for k in ("start", "stop", "step")}
        return {"class_name": "__slice__", "config": parts}
    if obj is Ellipsis:
        return {"class_name": "__ellipsis__", "config": {}}
    if hasattr(obj, "__keras_tensor_config__"):
        return {"class_name": "__keras_tensor__", "config": obj.__keras_tensor_config__()}
    if isinstance(obj, types.FunctionType | types.BuiltinFunctionType | functools.partial) and _is_lambda(obj):
        return _serialize_lambda(obj)
    if isinstance(obj, type) or inspect.isroutine(obj):
        return _serialize_named(obj)
    if hasattr(obj, "get_config"):
        return _serialize_object(obj)
    raise SerializationError(
        f"Expected an object with a get_config method. Received: {obj!r} of type {type(obj).__name__}. "
        "Try: give its class a get_config, or keep it out of the saved configuration"
    )


def _is_lambda(thing: Any) -> bool:
    return isinstance(thing, types.FunctionType) and thing.__name__ == "<lambda>"


def _serialize_lambda(function: Any) -> dict[str, Any]:
    code = base64.b64encode(marshal.dumps(function.__code__)).decode("ascii")
    closure = [cell.cell_contents for cell in function.__closure__] if function.__closure__ else None
    config = {"code": code, "defaults": function.__defaults__, "closure": closure}
    return {"class_name": "__lambda__", "config": config}


def _where(thing: Any) -> tuple[str | None, str, str | None]:
    """The module, class name and registered name that go into a config."""
    found = registry.room_of(thing)
    if found is not None:
        room, name = found
        return getattr(thing, "_keras_module", None) or registry.keras_module_of(room), name, None
    if thing in (DTypePolicy, DTypePolicyMap):
        return "keras" if thing is DTypePolicy else "keras.dtype_policies", thing.__name__, None
    if thing is SeedGenerator:
        return "keras.random", "SeedGenerator", None
    registered = registry.get_registered_name(thing)
    return getattr(thing, "__module__", None), thing.__name__, registered


def _serialize_named(thing: Any) -> dict[str, Any]:
    module, name, registered = _where(thing)
    kind = "__typespec__" if isinstance(thing, type) else "function"
    if kind == "function":
        return {
            "module": "builtins" if module and module.startswith("keras") else module,
            "class_name": "function",
            "config": name,
            "registered_name": registered or name,
        }
    return {"module": module, "class_name": kind, "config": name, "registered_name": registered}


def _serialize_object(thing: Any) -> dict[str, Any]:
    module, name, registered = _where(type(thing))
    config = thing.get_config()
    made: dict[str, Any] = {
        "module": module,
        "class_name": name,
        "config": _serialize_values(config),
        "registered_name": registered,
    }
    build = getattr(thing, "get_build_config", None)
    if build is not None:
        found = build()
        if found is not None:
            made["build_config"] = _serialize_values(found)
    compiled = getattr(thing, "get_compile_config", None)
    if compiled is not None:
        found = compiled()
        if found is not None:
            made["compile_config"] = _serialize_values(found)
    return made


def _serialize_values(config: Mapping[str, Any]) -> dict[str, Any]:
    return {key: serialize_keras_object(value) for key, value in config.items()}


# --- config to object ---------------------------------------------------------------------------------------------


def deserialize_keras_object(
    config: Any,
    custom_objects: Mapping[str, Any] | None = None,
    safe_mode: bool | None = None,
    module_objects: Mapping[str, Any] | None = None,
    printable_module_name: str = "object",
    **kwargs: Any,
) -> Any:
    """Make an object from what ``serialize_keras_object`` gave, or from a config that Keras wrote.

    Args:
        config: the config; plain values and structures come back as they are, with configs inside turned into objects.
        custom_objects: names of your own and what they mean.
        safe_mode: False allows Lambda functions to run. Default: the scope's, which is True.
        module_objects: names to look in first (an argument that Keras 2 had).
        printable_module_name: what to call the thing in errors.

    Raises:
        SerializationError: when a name is not known or a config is malformed.
        UnsafeFileError: when the config carries code and safe mode is on.
    """
    tables = dict(module_objects or {})
    tables.update(custom_objects or {})
    with SafeMode(safe_mode if safe_mode is not None else getattr(_state, "safe", None)):
        with registry.custom_object_scope(tables), _shared_objects():
            return _deserialize(config, 0)


def _deserialize(config: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise SerializationError(f"Expected a config of at most {MAX_DEPTH} levels. Received: one that is deeper")
    if config is None or isinstance(config, _PLAIN[1:]):
        return config
    if isinstance(config, str):
        return config
    if isinstance(config, list | tuple):
        return [_deserialize(x, depth + 1) for x in config]
    if not isinstance(config, Mapping):
        if hasattr(config, "get_config") or callable(config):
            return config
        raise SerializationError(f"Expected a config. Received: {config!r}")
    if "class_name" not in config or "config" not in config:
        return {key: _deserialize(value, depth + 1) for key, value in config.items()}
    name, inner = config["class_name"], config["config"]
    special = _SPECIAL.get(name)
    if special is not None:
        return special(inner, depth)
    if name == "function":
        return _find_function(config)
    if name == "__typespec__":
        return _find_class(config.get("module"), inner, config.get("registered_name"))
    return _deserialize_object(config, depth)


def _deserialize_object(config: Mapping[str, Any], depth: int) -> Any:
    shared_id = config.get("shared_object_id")
    shared = getattr(_state, "shared", None)
    if shared_id is not None and shared is not None and shared_id in shared:
        return shared[shared_id]
    cls = _find_class(config.get("module"), config["class_name"], config.get("registered_name"))
    inner = config["config"]
    if isinstance(inner, str):  # Keras 1 wrote a bare function name here
        return cls(inner)
    if not isinstance(inner, Mapping):
        raise SerializationError(f"Expected the config of {config['class_name']!r} to be a dict. Received: {inner!r}")
    if not hasattr(cls, "from_config"):
        raise SerializationError(f"{config['class_name']!r} has no from_config, so it cannot be made from a config.")
    try:
        made = cls.from_config(dict(inner))
    except TypeError as error:
        raise SerializationError(
            f"{config['class_name']!r} could not be made from its config: {error}. Received config: {inner!r:.500}"
        ) from error
    build = config.get("build_config")
    if build and hasattr(made, "build_from_config") and not getattr(made, "built", True):
        made.build_from_config(_deserialize(build, depth + 1))
    compiled = config.get("compile_config")
    if compiled and hasattr(made, "compile_from_config"):
        made.compile_from_config(compiled)
    if shared_id is not None and shared is not None:
        shared[shared_id] = made
    return made


def _find_class(module: str | None, name: str, registered: str | None) -> Any:
    for key in (registered, name):
        if key:
            found = registry.find_custom(key)
            if found is not None:
                return found
    if name in ("DTypePolicy", "FloatDTypePolicy"):
        return DTypePolicy
    if name == "DTypePolicyMap":
        return DTypePolicyMap
    if name == "SeedGenerator":
        return SeedGenerator
    found = registry.find_builtin(module, name)
    if found is None:
        found = registry.find_in_loaded_modules(module, name)
    if found is None:
        raise SerializationError(
            f"Could not find the class {name!r} (module {module!r}, registered as {registered!r}). Try: pass "
            f"custom_objects={{{name!r}: …}}, or decorate the class with @register_keras_serializable()"
        )
    return found


def _find_function(config: Mapping[str, Any]) -> Any:
    name = config["config"]
    if not isinstance(name, str):
        raise SerializationError(f"Expected a function's name. Received: {name!r}")
    for key in (config.get("registered_name"), name):
        if key:
            found = registry.find_custom(key)
            if found is not None:
                return found
    for room in ("activations", "losses", "metrics", "initializers", "ops"):
        found = registry.room_names(room).get(name)
        if found is not None:
            return found
    found = registry.find_builtin(config.get("module"), name)
    if found is None:
        raise SerializationError(
            f"Could not find the function {name!r} (module {config.get('module')!r}). Try: pass "
            f"custom_objects={{{name!r}: …}}, or decorate it with @register_keras_serializable()"
        )
    return found


def deserialize_lambda(config: Mapping[str, Any]) -> types.FunctionType:
    """Make a function from bytecode; refused in safe mode.

    Raises:
        UnsafeFileError: in safe mode.
    """
    if in_safe_mode():
        raise UnsafeFileError(
            "The file holds a Lambda: Python bytecode that would run on loading. Received: safe_mode=True. "
            "Try: safe_mode=False if you trust where the file comes from, or custom_objects with a function of your own"
        )
    code = marshal.loads(base64.b64decode(config["code"]))
    closure = config.get("closure")
    cells = tuple(types.CellType(value) for value in closure) if closure else None
    defaults = config.get("defaults")
    import builtins

    scope = {"__builtins__": builtins, "np": np, "torch": torch}
    return types.FunctionType(code, scope, "<lambda>", tuple(defaults) if defaults else None, cells)


def _lambda(inner: Any, depth: int) -> Any:
    return deserialize_lambda(inner.get("value", inner) if isinstance(inner, Mapping) else {"code": inner})


def _tensor(inner: Any, depth: int) -> torch.Tensor:
    return torch.tensor(inner["value"], dtype=torch_dtype(inner["dtype"]))


_SPECIAL: dict[str, Any] = {
    "__tensor__": _tensor,
    "__numpy__": lambda inner, depth: np.array(inner["value"], dtype=np.dtype(str(inner["dtype"]))),
    "__tuple__": lambda inner, depth: tuple(_deserialize(x, depth + 1) for x in inner["value"]),
    "__bytes__": lambda inner, depth: inner["value"].encode("utf-8"),
    "__ellipsis__": lambda inner, depth: Ellipsis,
    "__slice__": lambda inner, depth: slice(*(_deserialize(inner[k], depth + 1) for k in ("start", "stop", "step"))),
    "__lambda__": _lambda,
}
