"""Rules of the code base that no linter knows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src" / "wubu"
FILES = sorted(SOURCE.rglob("*.py"))
LONGEST = 600  # lines; a longer file holds a second concept


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_file_is_short_and_says_what_it_holds(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= LONGEST
    assert text.lstrip().startswith(('"""', 'r"""'))


def test_nothing_imports_the_hub():
    """Inside the library names come from the file that defines them; only the command line is a user."""
    hub = re.compile(r"^\s*(from wubu import (?!__version__)|import wubu\s*$|import wubu as)", re.MULTILINE)
    users = {SOURCE / "__init__.py"}
    found = [
        str(path)
        for path in FILES
        if path not in users
        and "cli" not in path.parts
        and hub.search(_code(path.read_text(encoding="utf-8")))
    ]
    assert not found


def _code(text: str) -> str:
    """The text without its docstrings, whose examples are written as users write them."""
    return re.sub(r'r?""".*?"""', "", text, flags=re.DOTALL)
