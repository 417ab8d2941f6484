"""Programs in the style of each era, vision to custom loops, run as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from wubu.cli.main import run

pytestmark = pytest.mark.usefixtures("unloaded_keras")

FOLDER = Path(__file__).parent / "eras"
PROGRAMS = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.glob("*/*.py"))


@pytest.mark.parametrize("name", PROGRAMS)
def test_program(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code = run(["run", str(FOLDER / name)])
    assert code == 0, capsys.readouterr().err[-3000:]


def test_every_era_has_its_six():
    kinds = {"autoencoder.py", "custom_loop.py", "gan.py", "tabular.py", "text.py", "vision.py"}
    for era in ("keras1", "keras2", "tfkeras2", "keras3"):
        assert kinds <= {path.name for path in (FOLDER / era).iterdir()}, era


def test_old_forms_are_told_of_once(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    program = tmp_path / "old.py"
    program.write_text(
        "from keras.layers import Convolution2D\n"
        "for i in range(3):\n"
        "    Convolution2D(4, 3, 3, border_mode='same')\n"
    )
    assert run(["run", str(program)]) == 0
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("wubu: ")]
    assert lines == [
        "wubu: Convolution2D is an old form; today: Conv2D",
        "wubu: border_mode= is an old form; today: padding=",
    ]
    assert run(["run", "--quiet", str(program)]) == 0
    assert capsys.readouterr().err == ""
