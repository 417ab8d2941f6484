"""How a layer class is made and how its objects are: arguments remembered, ``build`` made safe to call directly."""

from __future__ import annotations

import inspect
from abc import ABCMeta
from functools import wraps
from typing import Any

from wubu.core import legacy
from wubu.core.device import real_device_scope
from wubu.layers import stand_ins
from wubu.layers.call_context import name_scope


class CallSignature:
    """What a layer's ``call`` accepts.

    Attributes:
        names: the names of its positional parameters, without self.
        training: whether it takes ``training``.
        mask: whether it takes ``mask``.
        defaults: the defaults of those parameters that have one.
    """

    __slots__ = ("defaults", "mask", "mask_names", "names", "training", "var_keyword", "var_positional")

    def __init__(self, call: Any) -> None:
        try:
            parameters = list(inspect.signature(call).parameters.values())[1:]
        except (TypeError, ValueError):
            parameters = []
        kinds = inspect.Parameter
        self.names = [p.name for p in parameters if p.kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD)]
        named = {p.name for p in parameters if p.kind not in (kinds.VAR_KEYWORD, kinds.VAR_POSITIONAL)}
        self.var_keyword = any(p.kind == kinds.VAR_KEYWORD for p in parameters)
        self.var_positional = any(p.kind == kinds.VAR_POSITIONAL for p in parameters)
        self.training = "training" in named
        self.mask = "mask" in named
        self.mask_names = {n for n in named if n.endswith("_mask") and n.removesuffix("_mask") in named}
        self.defaults = {p.name: p.default for p in parameters if p.default is not kinds.empty}


class LayerMeta(ABCMeta):
    """The type of layer classes; a user's class may be an abstract one as well, and ``isinstance`` asks no registry for it.

    An object's constructor arguments are translated from older versions first and remembered afterwards, so that a class
    of the user's without a ``get_config`` still has one.
    """

    __instancecheck__ = type.__instancecheck__
    __subclasscheck__ = type.__subclasscheck__

    def __init__(cls, name: str, bases: tuple[type, ...], space: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(name, bases, space, **kwargs)
        if "build" in space:
            cls.build = _guarded_build(space["build"])  # type: ignore[attr-defined]
        if "call" in space:
            cls._call_signature = CallSignature(space["call"])  # type: ignore[attr-defined]

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        args, kwargs = legacy.translate(cls, args, kwargs)
        made = super().__call__(*args, **kwargs)
        if isinstance(made, cls) and "_modules" in made.__dict__:
            made.__dict__.setdefault("_init_arguments", (args, kwargs))
        return made


def _guarded_build(build: Any) -> Any:
    """Wrap a ``build`` so that the layer is built afterwards however it was called."""

    @wraps(build)
    def guarded(self: Any, *args: Any, **kwargs: Any) -> Any:
        outermost = not self.__dict__.get("_building", False)
        if not outermost:
            return build(self, *args, **kwargs)
        scope = name_scope()
        scope.append(self.name)
        self.__dict__["_building"] = True
        try:
            with real_device_scope():
                result = build(self, *args, **kwargs)
        finally:
            scope.pop()
            self.__dict__["_building"] = False
        self._after_build(args, kwargs)
        stand_ins.after_build(self)
        return result

    return guarded
