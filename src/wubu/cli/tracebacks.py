"""What a program's failure looks like: its own lines first, the calls inside libraries folded."""

from __future__ import annotations

import itertools
import os
import traceback
from collections.abc import Iterator
from pathlib import Path

import wubu

_SOURCE = str(Path(wubu.__file__).parent)
_STANDARD = os.path.join(os.path.dirname(os.__file__), "")
_RUNNER = {str(Path(_SOURCE, "cli", name)) for name in ("program.py", "notebook.py", "run.py", "main.py")}
_CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"


def formatted(error: BaseException, everything: bool = False) -> str:
    """The traceback of a program that was run by ``wubu run``.

    Args:
        error: what it raised.
        everything: whether to show the calls inside wubu and torch too.
    """
    return "".join(_chain(traceback.TracebackException.from_exception(error), everything))


def _chain(error: traceback.TracebackException, everything: bool) -> Iterator[str]:
    if error.__cause__ is not None:
        yield from _chain(error.__cause__, everything)
        yield _CAUSE
    elif error.__context__ is not None and not error.__suppress_context__ and (everything or _is_users(error.__context__)):
        yield from _chain(error.__context__, everything)
        yield _CONTEXT
    frames = [frame for frame in error.stack if frame.filename not in _RUNNER and not _is_runner(frame)]
    if frames:
        yield "Traceback (most recent call last):\n"
    yield from _folded(frames, everything)
    yield from error.format_exception_only()


def _folded(frames: list[traceback.FrameSummary], everything: bool) -> Iterator[str]:
    for inside, group in itertools.groupby(frames, key=lambda frame: not everything and _is_inside(frame.filename)):
        found = list(group)
        if not inside:
            yield from traceback.StackSummary.from_list(found).format()
            continue
        last = found[-1]
        where = _short(last.filename)
        count = f"{len(found)} calls inside, the last" if len(found) > 1 else "one call inside"
        yield f"  [{count}: {where}, line {last.lineno}, in {last.name}]\n"


def _is_inside(filename: str) -> bool:
    """Whether a file is wubu's, torch's or the interpreter's import machinery."""
    parts = Path(filename).parts
    return (
        filename.startswith((_SOURCE, "<frozen ", _STANDARD + "importlib", _STANDARD + "contextlib"))
        or ("site-packages" in parts and "torch" in parts)
        or filename.startswith("<wubu")
    )


def _is_runner(frame: traceback.FrameSummary) -> bool:
    """Whether a frame only started the program."""
    return frame.filename.startswith("<frozen runpy") or Path(frame.filename).parts[-2:-1] == ("click",)


def _is_users(error: traceback.TracebackException) -> bool:
    """Whether what happened first happened in the program, rather than within a library that dealt with it."""
    return bool(error.stack) and not _is_inside(error.stack[-1].filename)


def _short(filename: str) -> str:
    parts = Path(filename).parts
    for package in ("wubu", "torch"):
        if package in parts:
            return "/".join(parts[len(parts) - parts[::-1].index(package) - 1 :])
    return filename
