"""The peers' environment: made once, from ``requirements.txt``, beside the project's own.

``BENCH_PYTHON`` names an interpreter that has the peers already.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parent / ".venv-bench"
PEERS = ("keras-tensorflow", "keras-jax", "keras-torch")
_MODULES = {"keras-tensorflow": "tensorflow", "keras-jax": "jax", "keras-torch": "torch"}


def interpreter() -> str:
    """The interpreter that has the peers; makes its environment if need be."""
    given = os.environ.get("BENCH_PYTHON")
    if given:
        return given
    python = FOLDER / "bin" / "python"
    stamp = FOLDER / ".made"
    wanted = (HERE / "requirements.txt").read_text()
    if not stamp.exists() or stamp.read_text() != wanted:
        print(f"Making the peers' environment in {FOLDER} (TensorFlow, JAX, Keras, torch): some minutes, once.")
        venv.create(FOLDER, with_pip=True, clear=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*command, "-r", str(HERE / "requirements.txt")], check=True)
        stamp.write_text(wanted)
    return str(python)


def installed(python: str) -> list[str]:
    """The peers that an interpreter has."""
    code = "import importlib.util,sys; print(*[m for m in sys.argv[1:] if importlib.util.find_spec(m)])"
    command = [python, "-c", code, "keras", *_MODULES.values()]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"The peers' interpreter {python} does not run: {error}", file=sys.stderr)
        return []
    return [peer for peer in PEERS if "keras" in found and _MODULES[peer] in found]


def versions(python: str) -> dict[str, str]:
    """The versions of what an interpreter has, by package."""
    code = (
        "import importlib.metadata as m,json,sys\n"
        "names={d.metadata['Name'].lower().replace('_','-') for d in m.distributions() if d.metadata['Name']}\n"
        "print(json.dumps({n:m.version(n) for n in sys.argv[1:] if n in names}))"
    )
    command = [python, "-c", code, "torch", "keras", "tensorflow", "tensorflow-cpu", "jax", "numpy"]
    import json

    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else {}
