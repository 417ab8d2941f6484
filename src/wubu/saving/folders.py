"""Whole folders replaced in one moment, where the system can exchange two names."""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import sys
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from pathlib import Path

from wubu.errors import WriteError

_EXCHANGE = 2  # RENAME_EXCHANGE of Linux
_HERE = -100  # AT_FDCWD


@contextmanager
def replaced_folder(target: str | os.PathLike[str], members: Set[str]) -> Iterator[Path]:
    """Give a new folder that takes the place of ``target`` when the block ends without an error.

    Args:
        target: the folder to write.
        members: the names that such a folder has. A folder in the way is replaced only if it holds nothing else.

    Raises:
        WriteError: when something else is in the way.
    """
    final = Path(os.path.realpath(target))
    if final.exists() and not final.is_dir():
        raise WriteError(f"Expected the name of a folder to write. Received: {target}, which is a file")
    strangers = sorted({p.name for p in final.iterdir()} - members) if final.is_dir() else []
    if strangers:
        raise WriteError(
            f"{target} is a folder with other files in it ({', '.join(strangers[:4])}), which would be lost. "
            "Try: another name, or .keras at its end"
        )
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        temporary = final.with_name(f".{final.name}.{secrets.token_hex(4)}.tmp")
        temporary.mkdir()
    except OSError as error:
        raise WriteError(error.errno, f"Cannot write {target}: {error.strerror}") from error
    try:
        yield temporary
        _take_place(temporary, final)
    finally:
        with suppress(OSError):
            shutil.rmtree(temporary)


def _take_place(temporary: Path, final: Path) -> None:
    """Move a folder to its name; what stood there ends up under the temporary name."""
    if not final.exists():
        os.replace(temporary, final)
        return
    if _exchange(temporary, final):
        return
    aside = final.with_name(f".{final.name}.{secrets.token_hex(4)}.old")
    os.replace(final, aside)  # here a crash leaves the old folder under another name
    os.replace(temporary, final)
    os.replace(aside, temporary)


def _exchange(one: Path, other: Path) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    return rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0
