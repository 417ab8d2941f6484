"""Functions as a callback."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wubu.callbacks.base import HOOKS, Callback
from wubu.errors import UnknownArgumentError


class LambdaCallback(Callback):
    """Calls functions at hooks.

    Args:
        on_epoch_begin, on_epoch_end: functions of ``(epoch, logs)``.
        on_train_begin, on_train_end: functions of ``(logs)``.
        on_train_batch_begin, on_train_batch_end: functions of ``(batch, logs)``; ``on_batch_begin`` and
            ``on_batch_end`` are their older names.
        **kwargs: functions for the other hooks, by their names.

    Example:
        >>> LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch, logs["loss"]))
    """

    def __init__(
        self,
        on_epoch_begin: Callable[..., Any] | None = None,
        on_epoch_end: Callable[..., Any] | None = None,
        on_train_begin: Callable[..., Any] | None = None,
        on_train_end: Callable[..., Any] | None = None,
        on_train_batch_begin: Callable[..., Any] | None = None,
        on_train_batch_end: Callable[..., Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        unknown = [name for name in kwargs if name.startswith("on_") and name not in HOOKS]
        if unknown:
            raise UnknownArgumentError("LambdaCallback", unknown, HOOKS)
        given = {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
            **kwargs,
        }
        self.__dict__.update({name: value for name, value in given.items() if value is not None})
