"""Putting the hooks in place and away, and leaving a real TensorFlow alone."""

from __future__ import annotations

import os
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest

import wubu
from wubu.errors import ArgumentError
from wubu.hooks import install, installed, uninstall
from wubu.hooks.finder import Finder

SOURCE = str(Path(wubu.__file__).parents[1])


def python(folder: Path, code: str, *command: str) -> subprocess.CompletedProcess[str]:
    """Run code in an interpreter that finds a real-looking TensorFlow and Keras in a folder."""
    for name in ("tensorflow", "keras"):
        package = folder / "real" / name
        package.mkdir(parents=True, exist_ok=True)
        (package / "__init__.py").write_text("REAL = True\n")
    program = folder / "program.py"
    program.write_text(code)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([SOURCE, str(folder / "real")])}
    return subprocess.run([sys.executable, *command, str(program)], env=environment, capture_output=True, text=True)


def test_they_are_put_in_place_once_and_taken_away(unloaded_keras: None) -> None:
    assert not installed()
    install()
    install()
    assert sum(isinstance(finder, Finder) for finder in sys.meta_path) == 1
    import tensorflow.keras.layers

    assert installed() and "tensorflow.keras.layers" in sys.modules
    uninstall()
    assert not installed()
    assert not [n for n in sys.modules if n.partition(".")[0] == "tensorflow"]
    assert tensorflow.keras.layers.Dense is wubu.layers.Dense  # what was imported stays as it was


def test_uninstalling_gives_tensorboard_its_own_module_back(unloaded_keras: None) -> None:
    plugin = pytest.importorskip("tensorboard.plugins.hparams")
    install()
    import tensorboard.plugins.hparams.api as emulated

    assert "emulated by wubu" in repr(emulated)
    uninstall()
    assert "tensorboard.plugins.hparams.api" not in sys.modules and not hasattr(plugin, "api")


@pytest.mark.parametrize("root", ["keras", "tensorflow", "tf_keras"])
def test_a_loaded_one_is_not_replaced(root: str, unloaded_keras: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, root, types.ModuleType(root))
    with pytest.raises(ArgumentError, match=f"{root} is loaded already.*before the first import"):
        install()
    assert not installed()


def test_importing_wubu_shadows_nothing(tmp_path: Path) -> None:
    done = python(
        tmp_path,
        "import sys, wubu, wubu.tensorflow as tf\n"
        "tf.constant(1); wubu.layers.Dense(2)\n"
        "assert 'tensorflow' not in sys.modules and 'keras' not in sys.modules\n"
        "import tensorflow, keras\n"
        "assert tensorflow.REAL and keras.REAL\n",
    )
    assert done.returncode == 0, done.stderr


def test_where_it_is_asked_for_wubu_answers(tmp_path: Path) -> None:
    code = "import tensorflow, keras\nassert not hasattr(tensorflow, 'REAL') and not hasattr(keras, 'REAL')\n"
    assert python(tmp_path, "import wubu\nwubu.install()\n" + code).returncode == 0
    assert python(tmp_path, code, "-m", "wubu", "run").returncode == 0
    assert python(tmp_path, code).returncode == 1


def test_uninstalling_lets_the_real_one_in(tmp_path: Path) -> None:
    done = python(
        tmp_path,
        "import wubu\nwubu.install()\nimport tensorflow\nassert not hasattr(tensorflow, 'REAL')\n"
        "from wubu.hooks import uninstall\nuninstall()\nimport tensorflow\nassert tensorflow.REAL\n",
    )
    assert done.returncode == 0, done.stderr


def test_other_packages_are_found_as_ever(unloaded_keras: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("tensorflow_own_helpers", "kerasish", "tensorflow_datasets_like"):
        (tmp_path / f"{name}.py").write_text("WHO = __name__\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    install()
    try:
        for name in ("tensorflow_own_helpers", "kerasish", "tensorflow_datasets_like"):
            assert __import__(name).WHO == name
            del sys.modules[name]
        with pytest.raises(ModuleNotFoundError, match="No module named 'tensorflow_nothing_such'"):
            __import__("tensorflow_nothing_such")
    finally:
        uninstall()


def test_a_program_that_imports_tensorflow_sees_its_tensors(hooks: None) -> None:
    import numpy as np

    code: dict[str, Any] = {}
    exec("from tensorflow import keras\nmodel = keras.Sequential([keras.layers.Dense(2)])\n", code)
    made = code["model"](np.ones((3, 4), "float32"))
    assert made.numpy().shape == (3, 2) and repr(made).startswith("<tf.Tensor: shape=(3, 2), dtype=float32")
