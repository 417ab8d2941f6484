"""Who asks: the library sees a tensor of the facade as the torch tensor that it is, the program as TensorFlow's."""

from __future__ import annotations

import sys

_LIBRARY = ("wubu.", "torch.")


def from_library(depth: int = 2) -> bool:
    """Whether the function that called the caller belongs to wubu or torch.

    Args:
        depth: how many frames up to look; 2 is the caller's caller.
    """
    name = sys._getframe(depth).f_globals.get("__name__")
    return name is not None and (name.startswith(_LIBRARY) or name == "torch")
