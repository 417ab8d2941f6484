"""The text file ``checkpoint`` beside TensorFlow's checkpoints, which names the latest of them."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from wubu.core.files import write_text
from wubu.errors import FileFormatError
from wubu.saving.limits import MIB

_LINE = re.compile(r'^\s*(model_checkpoint_path|all_model_checkpoint_paths)\s*:\s*(["\'])(.*)\2\s*$')
_ESCAPE = re.compile(r"\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)")


def update_checkpoint_state(folder: str, latest: str, others: Sequence[str] = (), latest_filename: str = "checkpoint") -> None:
    """Say which checkpoint is the latest.

    Args:
        folder: where the checkpoints are.
        latest: the prefix of the latest, relative to the folder or absolute.
        others: prefixes of all that are kept, oldest first; the latest is added.
        latest_filename: the file's name.
    """
    kept = [p for p in others if p != latest] + [latest]
    lines = [f'model_checkpoint_path: "{_escaped(latest)}"']
    lines += [f'all_model_checkpoint_paths: "{_escaped(p)}"' for p in kept]
    write_text(os.path.join(folder, latest_filename), "\n".join(lines) + "\n")


def read_checkpoint_state(folder: str, latest_filename: str = "checkpoint") -> tuple[str | None, list[str]]:
    """The latest checkpoint's prefix and those of all that are kept; (None, []) without the file."""
    path = os.path.join(folder, latest_filename)
    try:
        if os.path.getsize(path) > MIB:
            raise FileFormatError(f"{path} should list checkpoints, but it has {os.path.getsize(path):,} bytes")
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        return None, []
    except UnicodeDecodeError as error:
        raise FileFormatError(f"{path} should list checkpoints as text: {error}") from error
    latest, kept = None, []
    for line in text.splitlines():
        found = _LINE.match(line)
        if found is None:
            continue
        prefix = os.path.join(folder, _ESCAPE.sub(_unescaped, found.group(3)))
        if found.group(1) == "model_checkpoint_path":
            latest = prefix
        else:
            kept.append(prefix)
    return latest, kept


def latest_checkpoint(folder: str | os.PathLike[str], latest_filename: str | None = None) -> str | None:
    """The prefix of the latest checkpoint in a folder, or None when there is none.

    Args:
        folder: where the checkpoints are.
        latest_filename: the name of the file that lists them. Default ``checkpoint``.
    """
    latest, _ = read_checkpoint_state(os.fspath(folder), latest_filename or "checkpoint")
    return latest if latest is not None and os.path.isfile(f"{latest}.index") else None


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _unescaped(found: re.Match[str]) -> str:
    code = found.group(1)
    if code[0] in "01234567":
        return chr(int(code, 8))
    if code[0] == "x":
        return chr(int(code[1:], 16))
    return {"n": "\n", "t": "\t", "r": "\r"}.get(code, code)
