"""A class's old name: calling it makes an object of today's class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wubu.core import legacy
from wubu.layers.meta import LayerMeta

Arguments = tuple[tuple[Any, ...], dict[str, Any]]


class OldClassMeta(LayerMeta):
    """The type of old names. ``isinstance`` and ``issubclass`` ask today's class; a subclass is an ordinary class."""

    _today: type
    _translate: Callable[[tuple[Any, ...], dict[str, Any]], Arguments]
    _is_old_name: bool

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if "_is_old_name" not in cls.__dict__:
            return super().__call__(*args, **kwargs)
        legacy.note(cls.__name__, cls._today.__name__)
        args, kwargs = cls.__dict__["_translate"].__func__(args, kwargs)
        return cls._today(*args, **kwargs)

    def __instancecheck__(cls, instance: Any) -> bool:
        if "_is_old_name" in cls.__dict__:
            return isinstance(instance, cls._today)
        return super().__instancecheck__(instance)

    def __subclasscheck__(cls, subclass: type) -> bool:
        if "_is_old_name" in cls.__dict__:
            return issubclass(subclass, cls._today)
        return super().__subclasscheck__(subclass)


def old_class(
    name: str, today: type, translate: Callable[[tuple[Any, ...], dict[str, Any]], Arguments] | None = None
) -> Any:
    """Make a class that stands for another one under an old name.

    Args:
        name: the old name.
        today: the class of today.
        translate: turns positional and keyword arguments of then into those of today. Default: as they are.
    """
    change = translate or (lambda args, kwargs: (args, kwargs))

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        # Only subclasses come here.
        args, kwargs = legacy.translate(today, *change(args, kwargs))
        today.__init__(self, *args, **kwargs)  # type: ignore[misc]

    space = {
        "__doc__": f"{today.__name__} under the name of an older Keras.",
        "__module__": __name__,
        "__init__": __init__,
        "_is_old_name": True,
        "_today": today,
        "_translate": staticmethod(change),
    }
    return OldClassMeta(name, (today,), space)
