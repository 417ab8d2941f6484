"""Classes whose constructors name the nearest argument when one does not exist."""

from __future__ import annotations

import inspect
import re
from abc import ABCMeta
from typing import Any

from wubu.errors import UnknownArgumentError

_UNEXPECTED = re.compile(r"__init__\(\) got an unexpected keyword argument '(\w+)'")


class Constructed(ABCMeta):
    """The type of classes that users call and derive from.

    It derives from ABCMeta, so that a user's class may also be an abstract one; ``isinstance`` asks no registry for it.
    """

    __instancecheck__ = type.__instancecheck__
    __subclasscheck__ = type.__subclasscheck__

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().__call__(*args, **kwargs)
        except TypeError as error:
            found = _UNEXPECTED.search(str(error))
            if found is None or found[1] not in kwargs or isinstance(error, UnknownArgumentError):
                raise
            raise UnknownArgumentError(f"{cls.__name__}(…)", [found[1]], argument_names(cls)) from None


def argument_names(cls: type) -> list[str]:
    """The names of a constructor's arguments, those of the classes above it among them."""
    names: dict[str, None] = {}
    for base in cls.__mro__:
        if "__init__" in base.__dict__ and base is not object:
            parameters = list(inspect.signature(base.__dict__["__init__"]).parameters.values())[1:]
            names.update((p.name, None) for p in parameters if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL))
    return list(names)
