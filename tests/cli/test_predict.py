"""``wubu predict``."""

from __future__ import annotations

import json

import numpy as np
import pytest

from wubu.cli.main import run
from wubu.cli.predict import table


def test_a_picture_is_recognised(trained, picture, capsys):
    path, label = picture
    assert run(["predict", str(trained), path, path, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 2
    assert rows[0]["image"] == path and rows[0]["label"] == label
    assert list(rows[0]["probabilities"]) == list("0123456789")
    assert sum(rows[0]["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    assert rows[0]["probability"] == max(rows[0]["probabilities"].values())


def test_ink_on_paper_is_recognised_too(trained, picture, tmp_path, capsys):
    from PIL import Image, ImageOps

    path, label = picture
    inverted = str(tmp_path / "paper.png")
    ImageOps.invert(Image.open(path)).save(inverted)
    assert run(["predict", str(trained), path, inverted, "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert second["label"] == label
    assert np.allclose(list(first["probabilities"].values()), list(second["probabilities"].values()), atol=1e-3)


def test_the_table(trained, picture, capsys):
    path, label = picture
    assert run(["predict", str(trained), path]) == 0
    head, row = capsys.readouterr().out.strip().splitlines()
    assert head.split() == ["image", "label", *"0123456789"]
    assert row.split()[:2] == [path, label]


def test_a_table_shows_the_ten_likeliest_of_many():
    classes = {f"class{number}": number / 100 for number in range(30)}
    lines = table([{"image": "a.png", "label": "class29", "probabilities": classes}]).splitlines()
    assert lines[0].split() == ["image", "label", *(f"class{number}" for number in range(20, 30))]


def test_refusals(trained, tmp_path, picture, capsys):
    text = tmp_path / "text.png"
    text.write_text("hello")
    assert run(["predict", str(trained), str(text)]) == 2
    assert run(["predict", str(trained), str(tmp_path / "none.png")]) == 2
    assert run(["predict", str(tmp_path / "none"), picture[0]]) == 2
    assert run(["predict", str(trained)]) == 2
    errors = capsys.readouterr().err
    assert "text.png" in errors and "No such picture" in errors and "No such run folder" in errors
    assert "Traceback" not in errors
