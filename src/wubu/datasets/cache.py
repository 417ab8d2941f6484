"""Where data sets are kept: ``$KERAS_HOME/datasets``, as Keras keeps them."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from wubu.core.settings import keras_home
from wubu.errors import ArgumentError


def cache_path(
    name: str | os.PathLike[str], subdir: str = "datasets", home: str | Path | None = None
) -> Path:
    """The path of a cached file: the one that exists, else the one to write.

    A home that cannot be written is still read from; what is missing there goes to ``.keras`` in the folder
    of temporary files, as in Keras.

    Args:
        name: a file name, a path relative to the data sets' folder, or an absolute path, which is taken as
            it is.
        subdir: folder below the home.
        home: the home; default ``$KERAS_HOME``, else ``~/.keras``.

    Raises:
        ArgumentError: a relative path that leads out of the folder.
    """
    given = Path(name).expanduser()
    if given.is_absolute():
        return given
    if ".." in given.parts:
        raise ArgumentError(
            f"Expected a name below the data sets' folder, or an absolute path. Received: {name}"
        )
    base = Path(home).expanduser() if home is not None else keras_home()
    preferred = base / subdir / given
    if preferred.exists() or _writable(preferred.parent):
        return preferred
    return Path(tempfile.gettempdir()) / ".keras" / subdir / given


def _writable(folder: Path) -> bool:
    """Whether files can be made in a folder, which may have to be made first."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)
