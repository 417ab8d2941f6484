"""Reading what nobody vouches for: a budget for what is made, and errors that name the file."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager

from wubu.core.budget import budget
from wubu.errors import FileFormatError, MissingFileError, SerializationError, WubuError
from wubu.saving.limits import MIB

# The rooms whose names a configuration can use. They register themselves when they are imported, which a program that
# only loads a model may not have done; models lie above this room, so nothing here can import them by name.
_ROOMS = (
    "activations",
    "constraints",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "models",
    "ops",
    "optimizers",
    "regularizers",
)
# What a configuration that makes no sense leads constructors to raise.
_MISFITS = (WubuError, KeyError, IndexError, AttributeError, TypeError, ValueError, RuntimeError)
_FREE = 128 * MIB
_SLOTS = 16  # weights are made with optimizer slots, and some files hold them without


@contextmanager
def from_untrusted(size: int, name: str) -> Iterator[None]:
    """Within this block a file's content becomes objects.

    Args:
        size: the bytes that the file has; what is made has to be in proportion.
        name: the file's name.

    Raises:
        FileFormatError: in place of whatever a damaged file led to.
    """
    wake_rooms()
    try:
        with budget(_FREE + _SLOTS * size, name):
            yield
    except (MissingFileError, KeyboardInterrupt):
        raise
    except (FileFormatError, SerializationError) as error:
        if name in str(error):
            raise
        raise type(error)(f"{name}: {error}") from error
    except RecursionError as error:
        raise FileFormatError(f"{name} is nested too deeply, or refers to itself") from error
    except (MemoryError, ArithmeticError) as error:
        raise FileFormatError(f"{name} asks for more than this machine has: {error}") from error
    except _MISFITS as error:
        text = str(error) if isinstance(error, WubuError) else f"{type(error).__name__}: {error}"
        raise FileFormatError(f"{name} could not be turned into a model: {text}") from error


def wake_rooms() -> None:
    """Have every room register its names."""
    for room in _ROOMS:
        importlib.import_module(f"wubu.{room}")
