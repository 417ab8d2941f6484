"""Settings of an experiment as attributes."""

from __future__ import annotations

import json
from collections.abc import ItemsView, KeysView, ValuesView
from typing import Any

from wubu.errors import ArgumentError, did_you_mean


class Config:
    """A dictionary whose entries are attributes, and which can be frozen.

    Args:
        **kwargs: the first entries.

    Example:
        >>> config = Config(learning_rate=0.1)
        >>> config.epochs = 3
        >>> config.as_dict()
        {'learning_rate': 0.1, 'epochs': 3}
    """

    def __init__(self, **kwargs: Any) -> None:
        object.__setattr__(self, "_config", dict(kwargs))
        object.__setattr__(self, "_frozen", False)

    @property
    def frozen(self) -> bool:
        """Whether changes are errors."""
        return self._frozen

    def freeze(self) -> None:
        """Make changes errors."""
        object.__setattr__(self, "_frozen", True)

    def unfreeze(self) -> None:
        """Allow changes again."""
        object.__setattr__(self, "_frozen", False)

    def _changeable(self) -> dict[str, Any]:
        if self._frozen:
            raise ArgumentError("The config is frozen, so it cannot change. Try: unfreeze()")
        return self._config

    def as_dict(self) -> dict[str, Any]:
        """The entries as a dictionary of their own."""
        return dict(self._config)

    def to_json(self) -> str:
        """The entries as JSON."""
        return json.dumps(self._config)

    def keys(self) -> KeysView[str]:
        """The names."""
        return self._config.keys()

    def values(self) -> ValuesView[Any]:
        """The values."""
        return self._config.values()

    def items(self) -> ItemsView[str, Any]:
        """Names and values."""
        return self._config.items()

    def get(self, keyname: str, value: Any = None) -> Any:
        """An entry, or a default."""
        return self._config.get(keyname, value)

    def pop(self, *args: Any) -> Any:
        """Take an entry out."""
        return self._changeable().pop(*args)

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Take entries over."""
        self._changeable().update(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in self._config:
            return self._config[name]
        raise AttributeError(f"The config has no entry {name!r}.{did_you_mean(name, list(self._config))}")

    def __setattr__(self, name: str, value: Any) -> None:
        self._changeable()[name] = value

    def __delattr__(self, name: str) -> None:
        del self._changeable()[name]

    __getitem__ = __getattr__
    __setitem__ = __setattr__
    __delitem__ = __delattr__

    def __contains__(self, name: object) -> bool:
        return name in self._config

    def __len__(self) -> int:
        return len(self._config)

    def __iter__(self) -> Any:
        return iter(dict(self._config))

    def __repr__(self) -> str:
        return f"Config({', '.join(f'{k}={v!r}' for k, v in self._config.items())})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Config) and self._config == other._config

    __hash__ = None  # type: ignore[assignment]

    def __getstate__(self) -> dict[str, Any]:
        return {"config": self._config, "frozen": self._frozen}

    def __setstate__(self, state: dict[str, Any]) -> None:
        object.__setattr__(self, "_config", state["config"])
        object.__setattr__(self, "_frozen", state["frozen"])
