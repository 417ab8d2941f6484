"""Names within names, such as ``tf.io.gfile`` and ``tf.config.threading``, that need no module of their own."""

from __future__ import annotations

from typing import Any

from wubu.errors import did_you_mean


class Namespace:
    """A few names under one.

    Args:
        name: what it is called in messages.
        names: the names and what they mean.
    """

    _is_namespace = True

    def __init__(self, name: str, **names: Any) -> None:
        self.__name__ = name
        self.__dict__.update(names)
        self.__all__ = sorted(names)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        known = self.__dict__.get("__all__", [])
        raise AttributeError(f"{self.__dict__.get('__name__')!r} has no attribute {name!r}.{did_you_mean(name, known)}")

    def __dir__(self) -> list[str]:
        return list(self.__all__)

    def __repr__(self) -> str:
        return f"<namespace {self.__name__!r}>"
