"""The page that training and evaluating write."""

from __future__ import annotations

import re

import numpy as np

from wubu.cli.main import run
from wubu.cli.report_page import read_history


def test_training_writes_a_page_with_everything(trained):
    page = (trained / "report.html").read_text(encoding="utf-8")
    for part in ("Learning curves", "Confusion matrix", "Mistakes and hits", "Model", "Settings", "<svg", "Total params"):
        assert part in page, part
    # This training is healthy; whether its last epochs were worth their time hangs on the last bits of sums.
    assert "Nothing conspicuous" in page or "Wasted epochs" in page
    addresses = re.findall(r"""(?:src|href)=["']([^"']+)""", page)
    assert addresses and all(address.startswith("data:") for address in addresses)


def test_evaluating_writes_one_too(trained, tmp_path, capsys):
    page = tmp_path / "page.html"
    assert run(["evaluate", str(trained), "--html", str(page)]) == 0
    assert f"Report: {page}" in capsys.readouterr().out
    assert "Learning curves" in page.read_text(encoding="utf-8")
    assert run(["evaluate", str(trained), "--json"]) == 0
    assert (trained / "evaluation.html").exists() and "Report" not in capsys.readouterr().out


def test_a_sick_training_has_its_diagnosis_on_the_page(tmp_path, capsys):
    out = tmp_path / "sick"
    assert run(["train", "digits", "--model", "mlp", "--out", str(out), "--epochs", "5", "--learning-rate", "1e-7"]) == 0
    assert "Learning rate too low" in (out / "report.html").read_text(encoding="utf-8")


def test_a_page_that_cannot_be_written(trained, tmp_path, capsys):
    missing = tmp_path / "file"
    missing.write_text("")
    assert run(["evaluate", str(trained), "--html", str(missing / "page.html")]) != 0
    assert str(missing) in capsys.readouterr().err


def test_curves_are_read_from_a_runs_file_only(tmp_path):
    file = tmp_path / "history.csv"
    assert read_history(file) == {}
    file.write_text("epoch,loss,val_loss\n1,2.0,nan\n2,1.0,1.5\n")
    history = read_history(file)
    assert history["loss"] == [2.0, 1.0] and np.isnan(history["val_loss"][0])
    file.write_text("epoch,loss\n1,two\n")
    assert read_history(file) == {}
