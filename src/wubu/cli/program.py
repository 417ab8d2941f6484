"""A user's program in this process: its arguments, its ``__main__``, its failure."""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wubu.core import border, legacy
from wubu.errors import ArgumentError
from wubu.hooks import install, installed, uninstall

if TYPE_CHECKING:
    from wubu.cli.notebook import Notebook

# What only programs of TensorFlow 1 say: they build a graph with placeholders and run it in a session.
_GRAPH_ERA = re.compile(r"\btf\.(Session|InteractiveSession|placeholder)\s*\(|tensorflow\.examples\.tutorials")

# What programs say that know of Keras's other backends.
_KNOWS_TORCH = re.compile(r"\btorch\b|\bjax\b|\bkeras\.ops\b|KERAS_BACKEND")


class Program:
    """A script, a module or a notebook.

    Args:
        name: a path or a module's name.
        arguments: what it finds in ``sys.argv[1:]``.
        as_module: whether ``name`` is a module's.
        out: for a notebook, where to write it with its outputs.
        quiet: whether old names are used in silence.
        strict: whether the emulated names are listed at the end.
        full_traceback: whether calls inside wubu are shown when it fails.
    """

    def __init__(
        self,
        name: str,
        arguments: list[str],
        *,
        as_module: bool = False,
        out: str | None = None,
        quiet: bool = False,
        strict: bool = False,
        full_traceback: bool = False,
    ) -> None:
        self.name, self.arguments, self.as_module, self.out = name, arguments, as_module, out
        self.quiet, self.strict, self.full_traceback = quiet, strict, full_traceback

    def run(self) -> int:
        """Run it to its end; the exit code that Python would give."""
        path, folder = self._find()
        notebook = _notebook(path)
        with _hooks(self.quiet), _as_main([str(path) if path else self.name, *self.arguments], folder) as main:
            try:
                return self._run(path, notebook, main)
            except SystemExit as end:
                return _exit_code(end)
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                from wubu.cli.tracebacks import formatted

                sys.stdout.flush()
                click.echo(formatted(error, everything=self.full_traceback), err=True, nl=False)
                return 1
            finally:
                if self.strict:
                    _list_emulated()

    def _find(self) -> tuple[Path | None, str]:
        """The file, and the folder that Python would put first on its path."""
        if self.as_module:
            return None, ""
        path = Path(self.name)
        if path.is_dir() and (path / "__main__.py").is_file():
            path = path / "__main__.py"
        if not path.is_file():
            raise ArgumentError(f"No such program: {self.name}")
        return path, str(path.resolve().parent)

    def _run(self, path: Path | None, notebook: Notebook | None, main: types.ModuleType) -> int:
        if path is None:
            import runpy

            runpy.run_module(self.name, run_name="__main__", alter_sys=True)
            return 0
        if notebook is not None:
            _set_era(notebook.code)
            return notebook.run(main, self.out, self.full_traceback)
        source = path.read_bytes()
        _set_era(source.decode("utf-8", "replace"))
        main.__file__ = str(path)
        exec(compile(source, str(path), "exec"), vars(main))
        return 0


def _notebook(path: Path | None) -> Notebook | None:
    """The notebook that a file is, if it is one."""
    if path is None or path.suffix != ".ipynb":
        return None
    from wubu.cli.notebook import Notebook

    return Notebook.read(path)


def _set_era(source: str) -> None:
    """Settle what follows from when a program was written: what it means by ``tensorflow``, and which backend it expects."""
    from wubu.hooks.backend_name import expect_backend
    from wubu.hooks.tensorflow_paths import prefer_graphs

    prefer_graphs(bool(_GRAPH_ERA.search(source)) and "compat.v1 as tf" not in source)
    expect_backend("torch" if _KNOWS_TORCH.search(source) else "tensorflow")


def _exit_code(end: SystemExit) -> int:
    if end.code is None:
        return 0
    if isinstance(end.code, int):
        return end.code
    click.echo(end.code, err=True)
    return 1


def _list_emulated() -> None:
    from wubu.hooks.record import listing

    lines = listing()
    click.echo("Emulated:" if lines else "Nothing was emulated.", err=True)
    for line in lines:
        click.echo(f"  {line}", err=True)
    old = legacy.told()
    if old:
        click.echo("Old forms:", err=True)
        for name, modern in sorted(old.items()):
            click.echo(f"  {name} -> {modern}", err=True)


@contextmanager
def _hooks(quiet: bool) -> Iterator[None]:
    """The import hooks, and one line on stderr for each old name."""
    from wubu.hooks.backend_name import expect_backend
    from wubu.hooks.tensorflow_paths import prefer_graphs, prefers_graphs

    before, facade = installed(), border.facade
    install()
    legacy.forget()
    legacy.tell_through((lambda text: None) if quiet else (lambda text: click.echo(f"wubu: {text}", err=True)))
    try:
        yield
    finally:
        border.register(facade)
        legacy.tell_through(None)
        expect_backend("torch")
        if prefers_graphs():
            prefer_graphs(False)
            graph = sys.modules.get("wubu.tensorflow.v1.graph")
            if graph is not None:
                graph.build_graphs(False)
                graph.reset_default_graph()
        if not before:
            uninstall()


@contextmanager
def _as_main(argv: list[str], folder: str) -> Iterator[types.ModuleType]:
    """A fresh ``__main__``, ``sys.argv`` and first entry of ``sys.path``; all as before afterwards."""
    main = types.ModuleType("__main__")
    main.__dict__["__builtins__"] = __builtins__
    main.__dict__["__annotations__"] = {}
    before: tuple[Any, ...] = (sys.argv, sys.path[:], sys.modules.get("__main__"))
    sys.argv = argv
    sys.path.insert(0, folder)
    sys.modules["__main__"] = main
    try:
        yield main
    finally:
        sys.argv, sys.path[:] = before[0], before[1]
        sys.modules["__main__"] = before[2]
