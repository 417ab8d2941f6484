"""``wubu evaluate``."""

from __future__ import annotations

import json

import numpy as np
import pytest

from wubu.cli.main import run


def test_it_repeats_what_training_reported(trained, capsys):
    assert run(["evaluate", str(trained), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    report = json.loads((trained / "report.json").read_text())
    assert result["accuracy"] == report["accuracy"]
    assert result["loss"] == pytest.approx(report["loss"], rel=1e-5)


def test_it_prints_the_rates_of_each_class(trained, capsys):
    assert run(["evaluate", str(trained / "best.keras")]) == 0
    printed = capsys.readouterr().out
    assert "Test accuracy: 0.9" in printed and "precision" in printed.lower()


def test_the_last_model(trained, capsys):
    assert run(["evaluate", str(trained), "--which", "last", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["model"] == "last"


def test_other_data_of_the_same_kind(trained, tmp_path, capsys):
    from wubu.datasets import digits

    _, (x, y) = digits.load_data()
    path = tmp_path / "some.npz"
    np.savez(path, x_train=x[:1], y_train=y[:1], x_test=x[:50], y_test=y[:50], class_names=list("0123456789"))
    assert run(["evaluate", str(trained), str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["accuracy"] > 0.9


def test_data_of_another_kind_is_refused(trained, tmp_path, capsys):
    path = tmp_path / "other.npz"
    np.savez(path, x=np.zeros((10, 5)), y=np.arange(10) % 2)
    assert run(["evaluate", str(trained), str(path)]) == 2
    assert "(8, 8)" in capsys.readouterr().err


def test_what_is_no_run_is_refused(tmp_path, capsys):
    assert run(["evaluate", str(tmp_path / "none")]) == 2
    assert run(["evaluate", str(tmp_path)]) == 2
    (tmp_path / "settings.json").write_text("{")
    assert run(["evaluate", str(tmp_path)]) == 2
    (tmp_path / "settings.json").write_text("{}")
    assert run(["evaluate", str(tmp_path)]) == 2
    errors = capsys.readouterr().err
    assert "No such run folder" in errors and "settings.json" in errors and "Missing: " in errors


def test_a_damaged_model_is_refused(trained, tmp_path, capsys):
    (tmp_path / "settings.json").write_bytes((trained / "settings.json").read_bytes())
    (tmp_path / "best.keras").write_bytes((trained / "best.keras").read_bytes()[:500])
    assert run(["evaluate", str(tmp_path)]) == 2
    errors = capsys.readouterr().err
    assert "best.keras" in errors and "Traceback" not in errors
