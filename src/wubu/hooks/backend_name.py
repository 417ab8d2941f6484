"""What ``K.backend()`` says: old programs ask whether it is TensorFlow or Theano, and know of nothing else."""

from __future__ import annotations

import importlib
import sys

_expected = ["torch"]
_MODULE = "wubu.backend.settings"


def expect_backend(name: str) -> None:
    """Say what the program is told from now on."""
    _expected[0] = name
    if _MODULE in sys.modules:
        tell_backend()


def tell_backend() -> None:
    """Let ``wubu.backend`` know; done when a program first imports it."""
    importlib.import_module(_MODULE).answer_backend(_expected[0])
