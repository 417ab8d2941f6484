"""A Jupyter notebook, run cell by cell without Jupyter."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from wubu.cli.cell_magic import as_python
from wubu.cli.cell_output import Outputs
from wubu.errors import FileFormatError


class Notebook:
    """The cells of a file.

    Args:
        path: the file.
        content: what the file says: format 4, or format 3 with its worksheets.
    """

    def __init__(self, path: Path, content: dict[str, Any]) -> None:
        self.path, self.content = path, content
        sheets = content.get("worksheets") or [content]
        self.cells: list[dict[str, Any]] = [
            cell for sheet in sheets for cell in sheet.get("cells", ()) if cell.get("cell_type") == "code"
        ]

    @classmethod
    def read(cls, path: Path) -> Notebook:
        """Read a notebook.

        Raises:
            FileFormatError: when the file is not one.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise FileFormatError(f"Expected a notebook, which is JSON. Received: {path}, where {error}") from error
        if not isinstance(content, dict) or not ({"cells", "worksheets"} & content.keys()):
            raise FileFormatError(f"Expected a notebook with cells. Received: {path}")
        return cls(path, content)

    @property
    def code(self) -> str:
        """The code of all cells."""
        return "\n".join(_source(cell) for cell in self.cells)

    def run(self, main: types.ModuleType, out: str | None, full_traceback: bool) -> int:
        """Run the cells in order, in one namespace; stop at the first that fails.

        Figures are saved beside the notebook (or beside ``out``) as ``NAME-figure-1.png`` and so on.

        Args:
            main: the namespace.
            out: where to write the notebook with its outputs; None for nowhere.
            full_traceback: whether a failure shows the calls inside wubu.

        Returns:
            The exit code.
        """
        target = Path(out) if out else self.path
        outputs = Outputs(target.with_suffix(""))
        namespace = vars(main)
        namespace["display"] = outputs.display
        code = 0
        try:
            for number, cell in enumerate(self.cells, 1):
                outputs.start(number)
                with _captured(outputs):
                    code = _run_cell(_source(cell), number, namespace, outputs, full_traceback)
                    outputs.take_figures()
                _keep(cell, number, outputs, "worksheets" in self.content)
                if code:
                    break
        finally:
            if out:
                from wubu.core.files import write_text

                write_text(out, json.dumps(self.content, indent=1, ensure_ascii=False) + "\n")
        return code


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    return "".join(source) if isinstance(source, list) else str(source)


def _run_cell(source: str, number: int, namespace: dict[str, Any], outputs: Outputs, full_traceback: bool) -> int:
    """Run one cell; the value of its last line is shown, unless the line ends in a semicolon."""
    name = f"<cell {number}>"
    try:
        text = as_python(source, lambda note: click.echo(f"wubu: cell {number}: {note}", err=True))
        _remember_source(name, text)
        tree = ast.parse(text, name)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec"), namespace)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), name, "eval"), namespace)
            if value is not None and not text.rstrip().endswith(";"):
                outputs.result(value)
        return 0
    except SystemExit:
        raise
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        from wubu.cli.tracebacks import formatted

        text = formatted(error, everything=full_traceback)
        outputs.error(error, text)
        outputs.complain(f"In cell {number}:\n{text}")
        return 1


def _remember_source(name: str, text: str) -> None:
    """So that a traceback can show the cell's lines."""
    import linecache

    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)


def _keep(cell: dict[str, Any], number: int, outputs: Outputs, old_format: bool) -> None:
    cell["outputs"] = outputs.finish()
    cell["prompt_number" if old_format else "execution_count"] = number


@contextlib.contextmanager
def _captured(outputs: Outputs) -> Iterator[None]:
    """What is printed goes on to the terminal and into the cell's outputs."""
    with (
        contextlib.redirect_stdout(_Tee(sys.stdout, lambda text: outputs.stream("stdout", text))),
        contextlib.redirect_stderr(_Tee(sys.stderr, lambda text: outputs.stream("stderr", text))),
    ):
        yield


class _Tee(io.TextIOBase):
    """A text stream that also tells a function what is written."""

    def __init__(self, stream: Any, also: Any) -> None:
        self._stream, self._also = stream, also

    def write(self, text: str) -> int:
        self._stream.write(text)
        self._also(text)
        return len(text)

    def flush(self) -> None:
        self._stream.flush()

    def isatty(self) -> bool:
        return False  # moving progress bars have no place in a notebook's outputs

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return getattr(self._stream, "encoding", None) or "utf-8"
