"""TensorFlow in an interpreter of its own: ``WUBU_TF_PYTHON`` names one that has tensorflow and tf_keras."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
_CHECK = "import importlib.util as u, sys; sys.exit(not (u.find_spec('tensorflow') and u.find_spec('tf_keras')))"


def pytest_collection_modifyitems(items: list[Any]) -> None:
    for item in items:
        if HERE in Path(item.fspath).parents:
            item.add_marker(pytest.mark.tensorflow)


@pytest.fixture(scope="session")
def tf_python() -> str:
    """The interpreter that has TensorFlow; the tests are skipped without one."""
    python = os.environ.get("WUBU_TF_PYTHON", sys.executable)
    try:
        found = subprocess.run([python, "-c", _CHECK], check=False, capture_output=True).returncode == 0
    except OSError:
        found = False
    if not found:
        pytest.skip(
            f"needs tensorflow and tf_keras, which {python} does not have; `make test-tensorflow` installs them, "
            "or name an interpreter with WUBU_TF_PYTHON"
        )
    return python


@pytest.fixture(scope="session")
def run_tf(tf_python: str) -> Callable[..., str]:
    """Run a script of this folder with TensorFlow; returns what it printed."""

    def run(script: str, *arguments: object) -> str:
        environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}
        environment.pop("PYTHONPATH", None)
        command = [tf_python, str(HERE / script), *map(str, arguments)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
        assert done.returncode == 0, done.stderr[-4000:]
        return done.stdout

    return run


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory, run_tf: Callable[..., str]) -> Path:
    """The folder of what tf.keras wrote."""
    folder = tmp_path_factory.mktemp("tensorflow")
    run_tf("generate.py", folder)
    return folder


@pytest.fixture(scope="session")
def generator() -> Any:
    """The generator's functions that need no TensorFlow: the batches."""
    source = (HERE / "generate.py").read_text(encoding="utf-8")
    spec = importlib.util.spec_from_loader("generate_without_tensorflow", loader=None)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    source = source.replace("import tensorflow as tf\n", "").replace("import tf_keras as keras\n", "")
    source = source.replace("layers = keras.layers\n", "").replace("(keras.Model)", "")
    exec(compile(source, str(HERE / "generate.py"), "exec"), module.__dict__)
    return module
