"""Putting the hooks in place, and taking them away."""

from __future__ import annotations

import sys

from wubu.errors import ArgumentError
from wubu.hooks import record
from wubu.hooks.emulated_module import EmulatedModule
from wubu.hooks.finder import ROOTS, Finder


def install() -> None:
    """Let ``import tensorflow``, ``import keras`` and everything below them find wubu, for the rest of this process.

    Call it before the first such import. Calling it twice changes nothing.

    Raises:
        ArgumentError: when a real TensorFlow or Keras is loaded already: two cannot share a name.

    Example:
        >>> import wubu
        >>> wubu.install()
        >>> from tensorflow.keras.layers import Dense
    """
    if installed():
        return
    real = [root for root in ROOTS if root in sys.modules and not isinstance(sys.modules[root], EmulatedModule)]
    if real:
        raise ArgumentError(
            f"{real[0]} is loaded already, from {getattr(sys.modules[real[0]], '__file__', 'somewhere')}. "
            "Try: call wubu.install() before the first import of it"
        )
    sys.meta_path.insert(0, Finder())


def installed() -> bool:
    """Whether the hooks are in place."""
    return any(isinstance(finder, Finder) for finder in sys.meta_path)


def uninstall() -> None:
    """Take the hooks and the emulated modules away; what a program imported from them stays as it is."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, Finder)]
    for name, module in list(sys.modules.items()):
        if isinstance(module, EmulatedModule):
            del sys.modules[name]
            owner, _, last = name.rpartition(".")
            parent = sys.modules.get(owner)
            if parent is not None and not isinstance(parent, EmulatedModule) and vars(parent).get(last) is module:
                delattr(parent, last)  # such as tensorboard.plugins.hparams.api
    record.forget()
