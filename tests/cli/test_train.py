"""``wubu train``: the whole way, in this process and as a program."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import wubu
from wubu.cli.main import run
from wubu.cli.run_folder import RunFolder

PICTURES = ["curves.png", "confusion_matrix.png", "samples.png"]


@pytest.fixture
def table(tmp_path):
    """A small table of three classes that are easy to tell apart, as an .npz file."""
    generator = np.random.default_rng(0)
    y = np.arange(120) % 3
    x = generator.normal(0, 20, (120, 4)) + 200 * np.eye(4)[y]
    path = tmp_path / "table.npz"
    np.savez(path, x=x, y=y)
    return str(path)


def test_digits_by_default(trained):
    """Held-out accuracy of 0.97 and everything that a run folder holds."""
    report = json.loads((trained / "report.json").read_text())
    assert report["accuracy"] >= 0.97
    names = {path.name for path in trained.iterdir()}
    assert names - {"evaluation.html"} == {
        "settings.json", "history.csv", "report.json", "report.html", "best.keras", "last.keras", *PICTURES,
    }  # fmt: skip
    for name in PICTURES:
        assert (trained / name).read_bytes().startswith(b"\x89PNG")


def test_the_history_has_a_line_an_epoch(trained):
    with open(trained / "history.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    settings = json.loads((trained / "settings.json").read_text())
    assert [int(row["epoch"]) for row in rows] == list(range(1, settings["epochs"] + 1))
    assert {"loss", "accuracy", "val_loss", "val_accuracy"} <= set(rows[0])
    assert float(rows[-1]["loss"]) < float(rows[0]["loss"])
    best = min(rows, key=lambda row: float(row["val_loss"]))
    assert int(best["epoch"]) == settings["best_epoch"]


def test_the_settings_say_how_to_repeat_it(trained):
    settings = json.loads((trained / "settings.json").read_text())
    expected = {"data": "digits", "model": "cnn", "optimizer": "adam", "batch_size": 32, "seed": 0}
    assert expected.items() <= settings.items()
    assert settings["input_shape"] == [8, 8] and settings["interrupted"] is False


def test_a_run_can_be_repeated(tmp_path):
    histories = []
    for name in ("a", "b"):
        assert run(["train", "--epochs", "3", "--seed", "7", "--out", str(tmp_path / name), "--quiet"]) == 0
        histories.append((tmp_path / name / "history.csv").read_text())
    assert histories[0] == histories[1]


@pytest.mark.parametrize("model", ["linear", "mlp"])
def test_the_other_models(model, tmp_path, capsys):
    out = tmp_path / model
    assert run(["train", "digits", "--model", model, "--epochs", "12", "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "Total params" in printed and "Epoch 12/12" in printed and "Test accuracy: 0." in printed
    assert str(out) in printed


def test_a_table_from_a_file(table, tmp_path, capsys):
    out = tmp_path / "run"
    assert run(["train", table, "--out", str(out), "--epochs", "15", "--optimizer", "sgd", "--quiet"]) == 0
    assert json.loads((out / "report.json").read_text())["accuracy"] > 0.95
    assert not (out / "samples.png").exists()  # there are no pictures in a table
    capsys.readouterr()
    assert run(["evaluate", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["accuracy"] > 0.95


def test_options_reach_the_model(table, tmp_path):
    out = tmp_path / "run"
    options = ["--optimizer", "rmsprop", "--learning-rate", "0.0125", "--epochs", "1", "--device", "cpu"]
    assert run(["train", table, "--out", str(out), "--quiet", *options]) == 0
    model = RunFolder.open(str(out)).load_model("last")
    assert type(model.optimizer).__name__ == "RMSprop"
    assert float(model.optimizer.learning_rate) == pytest.approx(0.0125)


def test_patience_stops_early(table, tmp_path):
    out = tmp_path / "run"
    options = ["--epochs", "50", "--patience", "0", "--learning-rate", "10", "--optimizer", "sgd"]
    assert run(["train", table, "--out", str(out), "--quiet", *options]) == 0
    assert len((out / "history.csv").read_text().splitlines()) < 51


def test_a_known_data_set_suits_every_loss(tmp_path):
    out = tmp_path / "run"
    options = ["--loss", "categorical_crossentropy", "--epochs", "5", "--quiet"]
    assert run(["train", "digits", "--out", str(out), *options]) == 0
    assert json.loads((out / "report.json").read_text())["accuracy"] > 0.8
    assert run(["evaluate", str(out)]) == 0


def test_without_validation_the_training_loss_decides(table, tmp_path):
    out = tmp_path / "run"
    assert run(["train", table, "--out", str(out), "--epochs", "2", "--validation-split", "0", "--quiet"]) == 0
    assert "val_loss" not in (out / "history.csv").read_text()
    assert (out / "best.keras").exists()


SCRIPT = """
import wubu as keras
from wubu import layers

def plain(input_shape, num_classes):
    return keras.Sequential([keras.Input(input_shape), layers.Dense(num_classes, activation="softmax")])

def compiled(num_classes):
    model = keras.Sequential([layers.Dense(num_classes)])
    model.compile(keras.optimizers.SGD(0.5), keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["acc"])
    return model

def greedy(width): ...
def nothing(): ...
"""


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "my_script.py"
    path.write_text(SCRIPT)
    return str(path)


@pytest.mark.parametrize("function", ["plain", "compiled"])
def test_a_model_from_a_script(table, script, function, tmp_path):
    out = tmp_path / function
    options = ["--model", f"{script}:{function}", "--epochs", "10", "--out", str(out), "--quiet"]
    if function == "plain":
        options += ["--learning-rate", "0.05"]
    assert run(["train", table, *options]) == 0
    assert json.loads((out / "report.json").read_text())["accuracy"] > 0.9
    history = (out / "history.csv").read_text()
    assert ("acc," in history.replace("val_acc", "")) == (function == "compiled")


def test_runs_are_numbered(table, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert run(["train", table, "--epochs", "1", "--quiet"]) == 0
    assert sorted(path.name for path in Path("runs").iterdir()) == ["table-mlp-1", "table-mlp-2"]


def test_an_earlier_run_is_safe(table, tmp_path, capsys):
    out = str(tmp_path / "run")
    assert run(["train", table, "--epochs", "1", "--out", out, "--quiet"]) == 0
    before = (tmp_path / "run" / "history.csv").read_text()
    assert run(["train", table, "--epochs", "2", "--out", out, "--quiet"]) == 2
    assert "--overwrite" in capsys.readouterr().err
    assert (tmp_path / "run" / "history.csv").read_text() == before
    assert run(["train", table, "--epochs", "2", "--out", out, "--quiet", "--overwrite"]) == 0
    assert len((tmp_path / "run" / "history.csv").read_text().splitlines()) == 3


REFUSALS = {  # TABLE, ROWS and SCRIPT stand for files of the test
    "data set": ("mnits", "mnist"),
    "model": ("TABLE --model mpl", "mlp"),
    "optimizer": ("TABLE --optimizer adamm", "adam"),
    "loss": ("TABLE --loss sparse_categorical_crossentrpy", "sparse_categorical_crossentropy"),
    "device": ("TABLE --device quantum", "quantum"),
    "pictures": ("TABLE --model cnn", "mlp"),
    "no script": ("TABLE --model none.py:make", "none.py"),
    "no function": ("TABLE --model SCRIPT", "my_script.py:"),
    "function": ("TABLE --model SCRIPT:plian", "plain"),
    "arguments": ("TABLE --model SCRIPT:greedy", "width"),
    "no model": ("TABLE --model SCRIPT:nothing", "NoneType"),
    "one-hot rows": ("ROWS --loss sparse_categorical_crossentropy", "categorical_crossentropy"),
    "class numbers": ("TABLE --loss categorical_crossentropy", "sparse_categorical_crossentropy"),
}


@pytest.mark.parametrize(("arguments", "says"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_is_a_message_and_leaves_nothing(arguments, says, tmp_path, table, script, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    rows = str(tmp_path / "rows.npz")
    with np.load(table) as arrays:
        np.savez(rows, x=arrays["x"], y=np.eye(3)[arrays["y"]])
    for name, path in {"TABLE": table, "ROWS": rows, "SCRIPT": script}.items():
        arguments = arguments.replace(name, path)
    assert run(["train", *arguments.split()]) == 2
    message = capsys.readouterr().err
    assert says in message and "Traceback" not in message
    assert not (tmp_path / "runs").exists()


def start(tmp_path, *options):
    """Start ``wubu train`` as a program and wait until its first epoch is over."""
    out = tmp_path / "run"
    environment = {**os.environ, "PYTHONPATH": str(Path(wubu.__file__).parents[1])}
    process = subprocess.Popen(
        [sys.executable, "-m", "wubu", "train", "digits", "--epochs", "100000", "--out", str(out), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    limit = time.monotonic() + 120
    while not (out / "history.csv").exists() and time.monotonic() < limit and process.poll() is None:
        time.sleep(0.05)
    return process, out


def test_ctrl_c_ends_the_epoch_and_keeps_what_was_reached(tmp_path):
    process, out = start(tmp_path, "--quiet")
    process.send_signal(signal.SIGINT)
    printed, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors and "Test accuracy" in printed
    settings = json.loads((out / "settings.json").read_text())
    with open(out / "history.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert settings["interrupted"] and settings["epochs_done"] == len(rows) < 100000
    assert {"best.keras", "last.keras", "report.json"} <= {path.name for path in out.iterdir()}
    assert all(row["val_loss"] for row in rows)  # the last epoch was whole
