"""Which object a name means: the rooms' public names, and what users register."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import ContextDecorator
from typing import Any, TypeVar

from wubu.errors import ArgumentError, UnknownNameError

T = TypeVar("T")

_rooms: dict[str, dict[str, Any]] = {}
_aliases: dict[str, dict[str, Any]] = {}
_modules: dict[str, str] = {}
_custom: dict[str, Any] = {}
_custom_names: dict[Any, str] = {}
_scoped = threading.local()


def register_room(
    room: str, names: Mapping[str, Any], aliases: Mapping[str, Any] | None = None, keras_module: str | None = None
) -> None:
    """Tell the registry what a room offers; called once, at the end of the room's ``__init__``.

    Args:
        room: the room's name, such as ``"layers"``.
        names: its public names and what they mean.
        aliases: other names, and what they mean (an object) or stand for (a public name).
        keras_module: the module that Keras's configs give for it; default ``keras.<room>``.
    """
    _rooms.setdefault(room, {}).update(names)
    found = _aliases.setdefault(room, {})
    for alias, target in (aliases or {}).items():
        found[alias] = names[target] if isinstance(target, str) else target
    _modules[room] = keras_module or f"keras.{room}"


def room_names(room: str) -> dict[str, Any]:
    """A room's public names and what they mean."""
    return dict(_rooms.get(room, {}))


def lookup(room: str, name: str, kind: str | None = None) -> Any:
    """Return what a name means in a room.

    The order: custom objects, public names, aliases, then the same without regard to case and underscores.

    Args:
        room: the room's name, such as ``"optimizers"``.
        name: for example ``"adam"``.
        kind: what to call it in the error; default the room's name without its ending.

    Raises:
        UnknownNameError: with the nearest known name.
    """
    custom = find_custom(name)
    if custom is not None:
        return custom
    names, aliases = _rooms.get(room, {}), _aliases.get(room, {})
    if name in names:
        return names[name]
    if name in aliases:
        return aliases[name]
    plain = _plain(name)
    # A function and a class often share a plain name: what is lower-case stays first choice for a lower-case name.
    for table in (names, aliases):
        hits = [(key, value) for key, value in table.items() if _plain(key) == plain]
        if hits:
            return hits[0][1]
    raise UnknownNameError(kind or room.removesuffix("s"), name, [*names, *aliases])


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def room_of(thing: Any) -> tuple[str, str] | None:
    """The room and the public name of a built-in class or function, or None."""
    for room, names in _rooms.items():
        name = getattr(thing, "__name__", None)
        if name in names and names[name] is thing:
            return room, name
    for room, names in _rooms.items():
        for name, value in names.items():
            if value is thing:
                return room, name
    return None


def keras_module_of(room: str) -> str:
    """The module that Keras's configs give for a room."""
    return _modules.get(room, f"keras.{room}")


# Rooms above those that read files; a file that names one of their classes brings it in.
_LATE_ROOMS = ("applications", "distillation", "utils")

Resolver = Callable[[str | None, str], Any]
_resolvers: list[Resolver] = []


def add_resolver(resolver: Resolver) -> None:
    """Register a function of (module, name) that knows further things a config can name, or returns None."""
    _resolvers.append(resolver)


def find_builtin(module: str | None, name: str) -> Any:
    """Return the built-in that a Keras config's module and class name mean, or None.

    Paths of any era are understood: ``keras.layers``, ``keras.src.layers.core.dense``, ``tensorflow.python.keras…``.
    """
    for resolver in _resolvers:
        found = resolver(module, name)
        if found is not None:
            return found
    parts = (module or "").split(".")
    for room in _LATE_ROOMS:
        if room in parts and room not in _rooms:
            importlib.import_module(f"wubu.{room}")
    named = [room for room in _rooms if room in parts]
    for room in [*named, *(r for r in _rooms if r not in named)]:
        names = _rooms[room]
        if name in names:
            return names[name]
        if name in _aliases[room]:
            return _aliases[room][name]
    return None


# --- what users register ------------------------------------------------------------------------------------------


def register_keras_serializable(package: str = "Custom", name: str | None = None) -> Callable[[T], T]:
    """Decorate a class or function so that saved models can name it.

    Args:
        package: a prefix that keeps names apart; the registered name is ``package>name``.
        name: default the object's own name.

    Example:
        >>> @register_keras_serializable(package="my_layers")
        ... class Scale(wubu.layers.Layer): ...
    """

    def decorate(thing: T) -> T:
        own = getattr(thing, "__name__", str(thing)) if name is None else name
        if isinstance(thing, type) and not hasattr(thing, "get_config"):
            raise ArgumentError(f"A class needs a get_config method to be registered. Received: {thing}")
        full = f"{package}>{own}"
        _custom[full] = thing
        _custom_names[thing] = full
        return thing

    return decorate


def get_registered_name(obj: Any) -> str:
    """``package>name`` of something registered, else its own name."""
    return _custom_names.get(obj, getattr(obj, "__name__", str(obj)))


def get_registered_object(
    name: str, custom_objects: Mapping[str, Any] | None = None, module_objects: Mapping[str, Any] | None = None
) -> Any:
    """The object that a registered name means, or None; ``module_objects`` are looked in last."""
    found = find_custom(name, custom_objects)
    return found if found is not None else (module_objects or {}).get(name)


def get_custom_objects() -> dict[str, Any]:
    """The global dictionary of custom objects; it can be changed in place."""
    return _custom


class CustomObjectScope(ContextDecorator):
    """Within this block the names of the given dictionaries mean the given objects.

    Args:
        custom_objects: a dictionary of classes and functions by name.
        *more: further ones, as tf.keras had them.

    Example:
        >>> with custom_object_scope({"Scale": int}):
        ...     pass
    """

    def __init__(self, custom_objects: Mapping[str, Any] | None = None, *more: Mapping[str, Any]) -> None:
        self.custom_objects: dict[str, Any] = {}
        for found in (custom_objects, *more):
            self.custom_objects.update(found or {})

    def __enter__(self) -> CustomObjectScope:
        _scopes().append(self.custom_objects)
        return self

    def __exit__(self, *_: Any) -> None:
        _scopes().pop()


custom_object_scope = CustomObjectScope


def _scopes() -> list[dict[str, Any]]:
    if not hasattr(_scoped, "stack"):
        _scoped.stack = []
    return _scoped.stack


def find_custom(name: str, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """What users gave for a name: the argument first, then the innermost scope, then the registered ones."""
    tables = [custom_objects or {}, *reversed(_scopes()), _custom]
    for table in tables:
        if name in table:
            return table[name]
    for table in tables:
        if name.startswith("Custom>") and name.removeprefix("Custom>") in table:
            return table[name.removeprefix("Custom>")]
    return _custom.get(f"Custom>{name}")


def find_in_loaded_modules(module: str | None, name: str) -> Any:
    """A class or function of a module that the program itself has already imported; nothing is imported for it."""
    found = sys.modules.get(module or "")
    thing = getattr(found, name, None)
    if isinstance(thing, type) and hasattr(thing, "get_config") and thing.__module__ == module:
        return thing
    return None
