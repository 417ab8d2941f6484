"""Every error that wubu raises on purpose.

::

    WubuError
    ├── ArgumentError            (ValueError)   an argument has a value that cannot work
    │   ├── UnknownNameError                    a string names nothing; the nearest name is given
    │   ├── UnknownArgumentError (TypeError)    a keyword argument does not exist
    │   └── ShapeError                          shapes that do not fit together
    ├── DataError                (ValueError)   the data cannot be trained on
    │   ├── EmptyDataError                      no rows, no files, no batches
    │   ├── LabelError                          labels do not fit the loss or the number of classes
    │   └── NonFiniteError                      NaN or infinity where numbers were expected
    ├── NotBuiltError            (ValueError)   weights or shapes asked for before they exist
    │   └── NeverCalledError     (AttributeError) a layer's symbolic input or output before its first symbolic call
    ├── NotCompiledError         (ValueError)   fit, evaluate… before compile
    ├── SerializationError       (ValueError)   an object cannot become a config, or a config an object
    ├── FileFormatError          (ValueError)   a file is not what it says, or is damaged
    │   ├── UnsafeFileError                     a file asks for something that is not allowed
    │   └── MissingFileError     (FileNotFoundError) there is no such file
    ├── WriteError               (OSError)      a file cannot be written
    │   └── DiskFullError                       … because the disk is full; the old file is untouched
    ├── DownloadError            (OSError)      a download failed; says where to put the file by hand
    ├── MissingDependencyError   (ImportError)  an optional package is needed; says how to install it
    └── CaptureError             (RuntimeError) a step cannot become a program; caught by the engine

A message says what was expected, what was received, and what to try.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class WubuError(Exception):
    """Base of every error that wubu raises on purpose."""


class ArgumentError(WubuError, ValueError):
    """An argument has a value that cannot work."""


class UnknownNameError(ArgumentError):
    """A string names nothing.

    Args:
        kind: what was looked for, such as ``"loss"``.
        name: the name that was not found.
        known: the names that exist; the nearest are suggested.
    """

    def __init__(self, kind: str, name: object, known: Iterable[str] = ()) -> None:
        self.kind, self.name = kind, name
        super().__init__(f"Unknown {kind}: {name!r}.{did_you_mean(str(name), known)}")


class UnknownArgumentError(ArgumentError, TypeError):
    """A keyword argument does not exist."""

    def __init__(self, owner: str, names: Iterable[str], known: Iterable[str] = ()) -> None:
        known = list(known)
        parts = [f"{name!r}{did_you_mean(name, known)}" for name in names]
        super().__init__(f"{owner} got an argument that it does not have: {'; '.join(parts)}")


class ShapeError(ArgumentError):
    """Shapes that do not fit together."""


class DataError(WubuError, ValueError):
    """The data cannot be trained on."""


class EmptyDataError(DataError):
    """No rows, no files or no batches."""


class LabelError(DataError):
    """Labels do not fit the loss or the number of classes."""


class NonFiniteError(DataError):
    """NaN or infinity where numbers were expected."""


class NotBuiltError(WubuError, ValueError):
    """Weights or shapes were asked for before they exist."""


class NeverCalledError(NotBuiltError, AttributeError):
    """A layer's symbolic input or output was asked for before there was one; ``hasattr`` says no."""


class NotCompiledError(WubuError, ValueError):
    """``fit``, ``evaluate`` or the like was called before ``compile``."""


class SerializationError(WubuError, ValueError):
    """An object cannot become a config, or a config cannot become an object."""


class FileFormatError(WubuError, ValueError):
    """A file is not what it says, or is damaged."""


class UnsafeFileError(FileFormatError):
    """A file asks for something that is not allowed, such as running code."""


class MissingFileError(FileFormatError, FileNotFoundError):
    """There is no such file, or a file that belongs to it is missing."""


class WriteError(WubuError, OSError):
    """A file cannot be written."""


class DiskFullError(WriteError):
    """The disk is full; what stood at the target before is untouched."""


class DownloadError(WubuError, OSError):
    """A download failed; the message says where to put the file by hand."""


class MissingDependencyError(WubuError, ImportError):
    """An optional package is needed.

    Args:
        package: the import name, such as ``"matplotlib"``.
        extra: the extra of wubu that brings it, such as ``"report"``.
        purpose: what needs it.
    """

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        super().__init__(f"{purpose} needs {package}, which is not installed. Try: pip install 'wubu[{extra}]'")


class CaptureError(WubuError, RuntimeError):
    """A training step cannot be turned into a program; the engine then runs it as plain Python."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``" Did you mean 'x'?"``, or the list of known names when it is short, or nothing."""
    names = sorted({str(k) for k in known})
    lowered = {n.lower(): n for n in names}
    near = [lowered[n] for n in difflib.get_close_matches(name.lower(), lowered, n=3, cutoff=0.6)]
    if near:
        return " Did you mean " + " or ".join(repr(n) for n in near) + "?"
    if 0 < len(names) <= 20:
        return " Known: " + ", ".join(repr(n) for n in names) + "."
    return ""
