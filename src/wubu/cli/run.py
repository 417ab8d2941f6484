"""``wubu run``: a program written for TensorFlow or Keras, of any year, on wubu."""

from __future__ import annotations

from typing import Any

import click


@click.command(
    "run",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False, "allow_extra_args": True},
)
@click.option("-m", "module", metavar="MODULE", help="Run a module, as python -m does, instead of a file.")
@click.option("--quiet", is_flag=True, help="Say nothing of old names.")
@click.option("--strict", is_flag=True, help="List at the end which names of TensorFlow and Keras wubu stood in for.")
@click.option("--full-traceback", is_flag=True, help="Show the calls inside wubu too when the program fails.")
@click.option("--out", type=click.Path(), help="For a notebook: write it here, with the outputs.")
@click.argument("program", nargs=-1, type=click.UNPROCESSED, metavar="SCRIPT.py|NOTEBOOK.ipynb [ARGS]...")
def command(program: tuple[str, ...], module: str | None, out: str | None, **options: Any) -> int:
    """Run a program as it is, with wubu in the place of TensorFlow and Keras.

    The program's own arguments follow its name.

    \b
    Examples:  wubu run train.py --epochs 3
               wubu run -m package.train
               wubu run lesson.ipynb --out lesson-done.ipynb
    """
    from wubu.cli.program import Program
    from wubu.errors import ArgumentError

    arguments = list(program)
    if module is None and not arguments:
        raise ArgumentError("Expected a program to run. Try: wubu run SCRIPT.py")
    name = module if module is not None else arguments.pop(0)
    if out is None and name.endswith(".ipynb") and arguments[:1] == ["--out"] and len(arguments) > 1:
        out, arguments = arguments[1], arguments[2:]  # click ends its options at the notebook's name
    if out is not None and not name.endswith(".ipynb"):
        raise ArgumentError("--out is for notebooks. Try: wubu run NOTEBOOK.ipynb --out executed.ipynb")
    return Program(name, arguments, as_module=module is not None, out=out, **options).run()
