"""Rules of the code base that no linter knows."""

from __future__ import annotations

import ast
from pathlib import Path

import wubu

SOURCE = Path(__file__).resolve().parent.parent / "src" / "wubu"
FILES = sorted(SOURCE.rglob("*.py"))
LONGEST = 600  # lines; a longer file holds a second concept


def test_every_file_says_what_it_holds():
    silent = [path for path in FILES if not path.read_text(encoding="utf-8").lstrip().startswith(('"""', 'r"""'))]
    assert not silent


def test_no_file_is_long():
    """A list of public names is one concept however long it is."""
    lengths = {path: path.read_text(encoding="utf-8").count("\n") for path in FILES}
    assert not {path: n for path, n in lengths.items() if n > LONGEST and path.name != "__init__.py"}


def test_nothing_imports_the_hub():
    """Inside the library classes come from the file that defines them; only the command line is a user."""
    users = [path for path in FILES if path != SOURCE / "__init__.py" and "cli" not in path.parts]
    assert not [path for path in users if _imports_the_hub(ast.parse(path.read_text(encoding="utf-8")))]


def _imports_the_hub(tree: ast.AST) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and "wubu" in [alias.name for alias in node.names]:
            return True
        if isinstance(node, ast.ImportFrom) and node.module == "wubu":
            if {alias.name for alias in node.names} & set(wubu._HOMES):
                return True
    return False
