"""What is not Python in a notebook's cells: ``%magic`` lines, ``%%magic`` cells and ``!shell`` lines."""

from __future__ import annotations

import re
from collections.abc import Callable

# Lines that set up an environment, which is somebody else's business, or that only Jupyter can do.
_INSTALLERS = re.compile(r"^\s*(sudo\s+)?(python3?\s+-m\s+)?(pip3?|conda|mamba|apt|apt-get|brew)\b")
_LINE = re.compile(r"^(?P<indent>\s*)(?P<mark>[%!])(?P<rest>(?!%).*)$")
_ASSIGNED = re.compile(r"^(?P<indent>\s*)(?P<name>[A-Za-z_]\w*)\s*=\s*(?P<mark>[%!])(?P<rest>[A-Za-z./].*)$")
_QUESTION = re.compile(r"^\s*\?{0,2}[\w.]+\?{1,2}\s*$")
# Cells whose first line is one of these hold Python, or are not for Python at all.
_PYTHON_CELLS = {"time", "timeit", "capture", "prun"}


def as_python(source: str, note: Callable[[str], None]) -> str:
    """Return a cell as plain Python.

    ``%time`` and ``%%time`` run what they measure, ``%cd`` changes the folder, ``!command`` runs a command unless it
    installs something; all other magic is left out, with a note.

    Args:
        source: the cell's text.
        note: called with what was left out and why.
    """
    lines = source.splitlines()
    first = next((i for i, line in enumerate(lines) if line.strip()), None)
    if first is not None and lines[first].startswith("%%"):
        name, _, argument = lines[first][2:].strip().partition(" ")
        if name in ("bash", "sh", "script"):
            command = "\n".join(lines[first + 1 :])
            return f"__import__('subprocess').run({command!r}, shell=True)"
        if name == "writefile":
            text = "\n".join(lines[first + 1 :]) + "\n"
            return f"open({argument.strip()!r}, 'w').write({text!r});"
        if name not in _PYTHON_CELLS:
            note(f"left out, since %%{name} is Jupyter's")
            return ""
        lines[first] = ""
    return "\n".join(_kept_lines(lines, note))


def _kept_lines(lines: list[str], note: Callable[[str], None]) -> list[str]:
    made: list[str] = []
    inside: str | None = None  # the quotes of a string over several lines that is open
    for line in lines:
        was_inside = inside is not None
        inside = _open_quotes(line, inside)
        made.append(line if was_inside else _kept(line, note))
    return made


def _kept(line: str, note: Callable[[str], None]) -> str:
    found = _LINE.match(line) or _ASSIGNED.match(line)
    if found is None:
        if _QUESTION.match(line):
            note(f"left out: {line.strip()}")
            return ""
        return line
    indent, rest = found["indent"], found["rest"].strip()
    name = found.groupdict().get("name")
    if found["mark"] == "!":
        return indent + _shell(rest, name, note)
    magic, _, argument = rest.partition(" ")
    if magic in ("time", "timeit") and name is None:
        return indent + re.sub(r"^(-\w+\s*\d*\s+)+", "", argument)
    if magic == "cd" and name is None:
        return f"{indent}__import__('os').chdir({argument.strip() or '~'!r})"
    if magic == "pwd":
        return f"{indent}{name + ' = ' if name else ''}__import__('os').getcwd()"
    note(f"left out: %{rest}")
    return f"{indent}{name + ' = None' if name else 'pass'}"


def _shell(command: str, name: str | None, note: Callable[[str], None]) -> str:
    if _INSTALLERS.match(command):
        note(f"left out, since it installs something: !{command}")
        return f"{name} = []" if name else "pass"
    filled = "f" + repr(command) if "{" in command else repr(command)
    run = f"__import__('subprocess').run({filled}, shell=True, capture_output=True, text=True)"
    if name:
        return f"{name} = {run}.stdout.splitlines()"
    return f"print(*(lambda done: (done.stdout, done.stderr))({run}), sep='', end='')"


def _open_quotes(line: str, inside: str | None) -> str | None:
    """Whether a triple-quoted string is open after a line."""
    at = 0
    while at < len(line):
        if inside:
            end = line.find(inside, at)
            if end < 0:
                return inside
            at, inside = end + 3, None
            continue
        char = line[at]
        if char == "#":
            return None
        if line[at : at + 3] in ('"""', "'''"):
            inside, at = line[at : at + 3], at + 3
        elif char in "\"'":
            end = at + 1
            while end < len(line) and line[end] != char:
                end += 2 if line[end] == "\\" else 1
            at = end + 1
        else:
            at += 1
    return inside
