"""``wubu run``: scripts, modules, notebooks, failures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import wubu
from wubu.cli.main import run
from wubu.hooks import installed

pytestmark = pytest.mark.usefixtures("unloaded_keras")


@pytest.fixture
def script(tmp_path, monkeypatch):
    """Write a program and return its path."""
    monkeypatch.chdir(tmp_path)

    def write(text, name="program.py"):
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return write


def test_a_script_sees_its_arguments_its_folder_and_main(script, capsys):
    script("ANSWER = 42\n", "beside.py")
    path = script("import sys, beside\nprint(__name__, sys.argv[1:], beside.ANSWER, __file__ == sys.argv[0])\n")
    before = sys.argv, sys.modules["__main__"]
    assert run(["run", path, "--epochs", "3", "-v"]) == 0
    assert capsys.readouterr().out == "__main__ ['--epochs', '3', '-v'] 42 True\n"
    assert (sys.argv, sys.modules["__main__"]) == before
    assert not installed()


def test_a_module(script, tmp_path, monkeypatch, capsys):
    script("import sys\nprint(__name__, sys.argv[1:])\n", "runnable.py")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert run(["run", "-m", "runnable", "x"]) == 0
    assert capsys.readouterr().out == "__main__ ['x']\n"


@pytest.mark.parametrize(("ending", "code"), [("sys.exit()", 0), ("sys.exit(3)", 3), ("sys.exit('no')", 1)])
def test_exit_codes(script, capsys, ending, code):
    assert run(["run", script(f"import sys\n{ending}\n")]) == code
    assert capsys.readouterr().err == ("no\n" if "'no'" in ending else "")


def test_no_such_program(capsys):
    assert run(["run", "missing.py"]) == 2
    assert "No such program: missing.py" in capsys.readouterr().err
    assert run(["run"]) == 2


def test_a_traceback_shows_the_programs_lines_first(script, capsys):
    path = script(
        "import numpy as np\n"
        "from keras.layers import Dense\n"
        "from keras.models import Sequential\n"
        "def train():\n"
        "    model = Sequential([Dense(2, input_shape=(3,))])\n"
        "    model.compile('sgd', 'mse')\n"
        "    model.fit(np.ones((4, 5)), np.ones((4, 2)))\n"
        "train()\n"
    )
    assert run(["run", path]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1].endswith("line 8, in <module>")
    places = [line for line in lines if line.startswith(("  File", "  ["))]
    assert len(places) == 3 and "line 7, in train" in places[1]
    assert places[2].startswith("  [") and "wubu/" in places[2]
    assert run(["run", "--full-traceback", path]) == 1
    assert len([line for line in capsys.readouterr().err.splitlines() if line.startswith("  File")]) > 4


def test_a_missing_name_says_which_is_nearest(script, capsys):
    assert run(["run", script("from keras.layers import Denze\n")]) == 1
    assert capsys.readouterr().err.count("Did you mean 'Dense'") == 1
    assert run(["run", script("import tensorflow as tf\ntf.lite.TFLiteConverter\n")]) == 1
    assert "Not planned" in capsys.readouterr().err


def test_strict_lists_what_was_emulated(script, capsys):
    path = script("from tensorflow.python.keras.layers import Dense\nfrom keras.utils import np_utils\n")
    assert run(["run", "--strict", "--quiet", path]) == 0
    listed = capsys.readouterr().err
    assert "tensorflow.python.keras.layers: Dense" in listed
    assert "keras.utils.np_utils -> keras.utils" in listed


def test_it_adds_little_to_the_start(script):
    """A program that needs none of them waits for no library: neither torch nor h5py, NumPy or Pillow."""
    path = script("import sys\nprint(sorted({'torch', 'h5py', 'numpy', 'PIL', 'wubu.layers'} & set(sys.modules)))\n")
    environment = {**os.environ, "PYTHONPATH": str(Path(wubu.__file__).parents[1])}
    command = [sys.executable, "-m", "wubu", "run", path]
    done = subprocess.run(command, check=True, env=environment, capture_output=True, text=True)
    assert done.stdout == "[]\n"


# --- notebooks ----------------------------------------------------------------------------------------------------


def notebook(*cells):
    made = [{"cell_type": "code", "metadata": {}, "source": c, "outputs": [], "execution_count": None} for c in cells]
    text = {"cell_type": "markdown", "metadata": {}, "source": "# Title"}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [text, *made]})


def test_a_notebook_is_run_cell_by_cell(script, tmp_path, capsys):
    path = script(
        notebook(
            "%matplotlib inline\n!pip install tensorflow\nimport matplotlib.pyplot as plt\nx = 2",
            ["print('hello')\n", "x * 21"],
            "plt.plot([1, 2])\nplt.show()",
            "%%time\ny = x + 1\n!echo shell {y}",
            "x;",
            "%%html\n<b>no</b>",
        ),
        "lesson.ipynb",
    )
    assert run(["run", path, "--out", str(tmp_path / "done.ipynb")]) == 0
    said = capsys.readouterr()
    assert "hello\n42\n" in said.out and "shell 3" in said.out
    assert "left out" in said.err and "installs something" in said.err
    assert (tmp_path / "done-figure-1.png").is_file()
    cells = [c for c in json.loads((tmp_path / "done.ipynb").read_text())["cells"] if c["cell_type"] == "code"]
    assert [c["execution_count"] for c in cells] == [1, 2, 3, 4, 5, 6]
    kinds = [output["output_type"] for output in cells[1]["outputs"]]
    assert kinds == ["stream", "execute_result"]
    assert cells[1]["outputs"][1]["data"]["text/plain"] == "42"
    assert "image/png" in cells[2]["outputs"][0]["data"]
    assert cells[4]["outputs"] == []


def test_a_failing_cell_ends_the_notebook(script, tmp_path, capsys):
    path = script(notebook("a = 1", "raise ValueError('broken')", "print('never')"), "bad.ipynb")
    assert run(["run", "--out", str(tmp_path / "out.ipynb"), path]) == 1
    said = capsys.readouterr()
    assert "In cell 2:" in said.err and "ValueError: broken" in said.err and "never" not in said.out
    outputs = json.loads((tmp_path / "out.ipynb").read_text())["cells"][2]["outputs"]
    assert outputs[0]["ename"] == "ValueError" and outputs[0]["evalue"] == "broken"


def test_magic_inside_a_string_is_text(script, capsys):
    path = script(notebook('text = """\n%not magic\n!neither\n"""\nprint(text)'), "text.ipynb")
    assert run(["run", path]) == 0
    assert "%not magic\n!neither" in capsys.readouterr().out


def test_something_else_is_no_notebook(script, capsys):
    assert run(["run", script("{]", "broken.ipynb")]) == 2
    assert "Expected a notebook" in capsys.readouterr().err
