"""A real TensorBoard server, looked at with a real browser, shows what the callback and a sweep of hyperparameters wrote.

The photographs stay in pytest's temporary folder.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import wubu
from wubu import tensorboard as tb
from wubu.datasets import digits

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("tensorboard") is None, reason="needs the package tensorboard"),
]
SHARED = Path(__file__).resolve().parents[3] / "shared"
PATIENCE = 240.0  # seconds, for a machine with other work
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


def program_of_the_course(folder: Path) -> bool:
    """The sweep of a program as it was written, on few steps; False where the program is not at hand."""
    program, data = SHARED / "programs" / "s2_listing_5_5.py", SHARED / "data" / "mnist.npz"
    if not (program.exists() and data.exists()):
        return False
    home = folder / "home"
    (home / "datasets").mkdir(parents=True)
    (home / "datasets" / "mnist.npz").symlink_to(data)
    few = {"KERAS_MAX_EPOCHS": "1", "KERAS_MAX_STEPS_PER_EPOCH": "40", "KERAS_HOME": str(home)}
    command = [sys.executable, "-m", "wubu", "run", str(program)]
    done = subprocess.run(command, cwd=folder, env={**os.environ, **few}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    shutil.rmtree(home)
    return True


@pytest.fixture(scope="module")
def server(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of both."""
    logs = tmp_path_factory.mktemp("logs")
    train(logs / "training")
    (logs / "sweep").mkdir()
    if not program_of_the_course(logs / "sweep"):
        sweep(logs / "sweep")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(logs), "--port", str(port)]
    said = (logs.parent / "server.log").open("w+")
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--reload_multifile", "true", "--reload_interval", "1"],
        stdout=said,
        stderr=subprocess.STDOUT,
        env={**os.environ, "TENSORBOARD_NO_UPDATE": "1"},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until(lambda: _has_read_all(address), process, said)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        said.close()


def _wait_until(condition: Callable[[], bool], process: subprocess.Popen[bytes], said: Any) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        if process.poll() is not None or time.monotonic() > end:
            said.seek(0)
            raise AssertionError(f"the server does not show the runs; it said: {said.read()[-3000:]}")
        time.sleep(0.5)


def _has_read_all(address: str) -> bool:
    """Whether the server knows every run with its last kind of data: it reads files bit by bit."""
    try:
        with urllib.request.urlopen(f"{address}/data/plugin/scalars/tags", timeout=30) as answer:
            scalars = json.load(answer)
        with urllib.request.urlopen(f"{address}/data/plugin/histograms/tags", timeout=30) as answer:
            histograms = json.load(answer)
    except OSError:
        return False
    trials = [run for run, tags in scalars.items() if run.startswith("sweep") and "accuracy" in tags]
    return len(trials) == 8 and "training/validation" in scalars and "training/train" in histograms


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


def own_errors(browser: Any) -> list[str]:
    """What the page complains about, but for requests that a busy server has dropped: it asks again."""
    return [error for error in browser.errors if not error.startswith("Failed to load resource: net::")]


@pytest.mark.parametrize("page", SHOWN)
def test_a_page_shows_what_was_written(page: str, server: str, browser: Any, tmp_path: Path) -> None:
    browser.visit(f"{server}/#{page}", *SHOWN[page])
    browser.photograph(tmp_path / f"{page}.png")
    assert own_errors(browser) == []
    assert {url for url in browser.requests if url.startswith("http") and not url.startswith(server)} == set()


def test_parallel_coordinates_of_the_sweep(server: str, browser: Any, tmp_path: Path) -> None:
    lines = "all(document, 'path').filter(p => (p.getAttribute('d') || '').startsWith('M') && !p.closest('iron-icon'))"
    browser.visit(
        f"{server}/#hparams",
        "'num_units'",
        f"{lines}.filter(p => p.getBoundingClientRect().width > 300).length >= 8",
        prepare="all(document, 'paper-tab').find(t => t.textContent.includes('PARALLEL')).click()",
    )
    browser.photograph(tmp_path / "parallel_coordinates.png")
    assert own_errors(browser) == []


def test_the_graph_opens_into_its_layers(server: str, browser: Any, tmp_path: Path) -> None:
    opened = ["'convolution'", "'flat'", "'classes'", "all(document, 'g.node').length >= 4"]
    browser.visit(
        f"{server}/#graphs",
        *opened,
        prepare="if (all(document, 'g.node').length < 4) all(document, 'g.node .buttoncontainer')[0]"
        ".dispatchEvent(new MouseEvent('click', {bubbles: true}))",
    )
    browser.photograph(tmp_path / "layers.png")
