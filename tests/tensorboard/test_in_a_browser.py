"""A real TensorBoard server, looked at with a real browser, shows what the callback and a sweep of hyperparameters wrote.

The photographs stay in pytest's temporary folder.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import wubu
from wubu import tensorboard as tb
from wubu.datasets import digits

sys.path.insert(0, str(Path(__file__).parent))
from browser import Browser  # noqa: E402

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
    pytest.mark.skipif(importlib.util.find_spec("tensorboard") is None, reason="needs the package tensorboard"),
]
L = wubu.layers


def some_digits() -> Any:
    (x, y), _ = digits.load_data()
    return (x[:320, ..., None] / 16).astype("float32"), y[:320].astype("int64")


def train(folder: Path) -> None:
    """A training with everything written."""
    x, y = some_digits()
    model = wubu.Sequential(
        [
            wubu.Input((8, 8, 1)),
            L.Conv2D(4, 3, activation="relu", name="convolution"),
            L.Flatten(name="flat"),
            L.Dense(10, activation="softmax", name="classes"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    callback = wubu.callbacks.TensorBoard(folder, histogram_freq=1, write_images=True)
    model.fit(x, y, epochs=3, validation_split=0.25, verbose=0, callbacks=[callback])


def sweep(folder: Path) -> None:
    """Eight trials over units, dropout and optimizer, as programs do it that sweep by hand."""
    x, y = some_digits()
    units = tb.HParam("num_units", tb.Discrete([16, 32]))
    dropout = tb.HParam("dropout", tb.RealInterval(0.1, 0.2))
    optimizer = tb.HParam("optimizer", tb.Discrete(["adam", "sgd"]))
    with tb.create_file_writer(folder).as_default():
        tb.hparams_config([units, dropout, optimizer], [tb.Metric("accuracy", display_name="Accuracy")])
    trials = [
        {units: n, dropout: rate, optimizer: name}
        for n in units.domain.values
        for rate in (dropout.domain.min_value, dropout.domain.max_value)
        for name in optimizer.domain.values
    ]
    for number, trial in enumerate(trials):
        with tb.create_file_writer(folder / f"run-{number}").as_default():
            tb.hparams(trial)
            model = wubu.Sequential(
                [
                    L.Flatten(input_shape=(8, 8, 1)),
                    L.Dense(trial[units], activation="relu"),
                    L.Dropout(trial[dropout]),
                    L.Dense(10, activation="softmax"),
                ]
            )
            model.compile(trial[optimizer], "sparse_categorical_crossentropy", metrics=["accuracy"])
            model.fit(x, y, verbose=0)
            tb.summary.scalar("accuracy", model.evaluate(x, y, verbose=0)[1], step=1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of both."""
    logs = tmp_path_factory.mktemp("logs")
    train(logs / "training")
    sweep(logs / "sweep")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(logs), "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--reload_multifile", "true"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TENSORBOARD_NO_UPDATE": "1"},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for_runs(address, 10)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def _wait_for_runs(address: str, runs: int) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}/data/runs", timeout=5) as answer:
                if answer.read().count(b'"') >= 2 * runs:
                    return
        except OSError:
            pass
        time.sleep(0.5)
    raise AssertionError("the server does not show the runs")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests."""
    assert CHROMIUM is not None
    opened = Browser(CHROMIUM, tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()


# What has to be seen on each page: texts in quotes marks, and JavaScript.
SHOWN = {
    "scalars": ["'epoch_loss'", "'epoch_accuracy'", "'training/train'", "'training/validation'"]
    + ["all(document, '.line-plot path.line').filter(p => p.getBoundingClientRect().width > 50).length >= 2"],
    "timeseries": ["'epoch_loss'", "all(document, 'line-chart').length > 1"],
    "histograms": ["'sequential/classes/kernel/histogram'"] + ["all(document, '.histogram path.outline').length >= 12"],
    "distributions": ["'classes/kernel/histogram'", "all(document, '.area-plot path.area').length > 5"],
    "images": ["'convolution/kernel/image'", "all(document, 'img').filter(i => i.naturalWidth > 0).length > 2"],
    "graphs": ["'training/train'", "'sequential'", "all(document, 'g.node').length > 0"],
    "hparams": ["'num_units'", "'dropout'", "'optimizer'", "'Accuracy'", "'0.20000'", "'sgd'"],
}


@pytest.mark.parametrize("page", SHOWN)
def test_a_page_shows_what_was_written(page: str, server: str, browser: Browser, tmp_path: Path) -> None:
    browser.errors.clear()
    browser.open(f"{server}/#{page}")
    browser.wait_for(*SHOWN[page])
    time.sleep(0.5)  # for the photograph: charts are drawn with a movement
    browser.photograph(tmp_path / f"{page}.png")
    assert browser.errors == []


def test_parallel_coordinates_of_the_sweep(server: str, browser: Browser, tmp_path: Path) -> None:
    browser.errors.clear()
    browser.open(f"{server}/#hparams")
    browser.wait_for("'PARALLEL COORDINATES VIEW'", "'num_units'")
    browser.ask("all(document, 'paper-tab').find(t => t.textContent.includes('PARALLEL')).click()")
    lines = "all(document, 'path').filter(p => p.getAttribute('d').startsWith('M') && !p.closest('iron-icon'))"
    browser.wait_for(f"{lines}.filter(p => p.getBoundingClientRect().width > 300).length >= 8")
    browser.photograph(tmp_path / "parallel_coordinates.png")
    assert browser.errors == []


def test_the_graph_opens_into_its_layers(server: str, browser: Browser, tmp_path: Path) -> None:
    browser.open(f"{server}/#graphs")
    browser.wait_for("all(document, 'g.node .buttoncontainer').length > 0")
    browser.ask("all(document, 'g.node .buttoncontainer')[0].dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    browser.wait_for("'convolution'", "'flat'", "'classes'", "all(document, 'g.node').length >= 4")
    time.sleep(0.5)
    browser.photograph(tmp_path / "layers.png")
