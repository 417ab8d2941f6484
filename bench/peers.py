"""The peers' environment: made once, from ``requirements.txt``, beside the project's own.

``BENCH_PYTHON`` names an interpreter that has the peers, or some of them, already.
"""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import venv
from pathlib import Path

from bench.contenders import Contender

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parent / ".venv-bench"


@functools.cache
def interpreter() -> str:
    """The interpreter that has the peers; makes its environment if need be."""
    given = os.environ.get("BENCH_PYTHON")
    if given:
        return given
    python = FOLDER / "bin" / "python"
    stamp = FOLDER / ".made"
    wanted = (HERE / "requirements.txt").read_text()
    if not stamp.exists() or stamp.read_text() != wanted:
        print(f"Making the peers' environment in {FOLDER} (TensorFlow, JAX, Keras, torch…): some minutes, once.")
        venv.create(FOLDER, with_pip=True, clear=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*command, "-r", str(HERE / "requirements.txt")], check=True)
        stamp.write_text(wanted)
    return str(python)


def has(contender: Contender) -> bool:
    """Whether the contender's interpreter has what it needs."""
    return all(module in _modules(contender.own) for module in contender.needs)


@functools.cache
def _modules(own: bool) -> frozenset[str]:
    from bench.contenders import CONTENDERS

    wanted = sorted({module for c in CONTENDERS.values() for module in c.needs})
    code = "import importlib.util,sys; print(*[m for m in sys.argv[1:] if importlib.util.find_spec(m)])"
    python = sys.executable if own else interpreter()
    try:
        done = subprocess.run([python, "-c", code, *wanted], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"The interpreter {python} does not run: {error}", file=sys.stderr)
        return frozenset()
    return frozenset(done.stdout.split())
