"""Rules of the code base that no linter knows."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import wubu

SOURCE = Path(__file__).resolve().parent.parent / "src" / "wubu"
FILES = sorted(SOURCE.rglob("*.py"))
LONGEST = 600  # lines; a longer file holds a second concept


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_file_is_short_and_says_what_it_holds(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= LONGEST or path.name == "__init__.py"  # a list of names is one concept
    assert text.lstrip().startswith(('"""', 'r"""'))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_nothing_imports_the_hub(path):
    """Inside the library classes come from the file that defines them; only the command line is a user."""
    if path == SOURCE / "__init__.py" or "cli" in path.parts:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert "wubu" not in [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom) and node.module == "wubu":
            assert not {alias.name for alias in node.names} & set(wubu._HOMES)
