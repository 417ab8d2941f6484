"""The progress line: a moving bar on a terminal, one line at the end elsewhere."""

from __future__ import annotations

import re
from typing import Any

import pytest

from wubu.callbacks import progbar
from wubu.callbacks.progbar import Progbar
from wubu.errors import ArgumentError


@pytest.fixture
def terminal(monkeypatch: Any, capsys: Any) -> None:
    """Printing goes to a terminal."""
    monkeypatch.setattr(progbar, "is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "200")


def test_one_line_per_epoch_elsewhere(model: Any, data: Any, capsys: Any) -> None:
    model().fit(*data, epochs=2, batch_size=16, verbose="auto", validation_split=0.25)
    lines = capsys.readouterr().out.split("\n")
    assert lines[0] == "Epoch 1/2" and lines[2] == "Epoch 2/2" and lines[4:] == [""]
    number = r"\d+\.\d{4}"
    assert re.fullmatch(
        rf"6/6 \[={{30}}\] - \d+s \d+[mu]?s/step - loss: {number} - mae: {number} - val_loss: {number} - val_mae: {number}",
        lines[1],
    ), lines[1]


def test_verbose_2_and_0(model: Any, data: Any, capsys: Any) -> None:
    made = model()
    made.fit(*data, epochs=2, verbose=2)
    lines = capsys.readouterr().out.split("\n")
    assert lines[0] == "Epoch 1/2" and re.fullmatch(r"4/4 - \d+s - \d+[mu]?s/step - loss: \S+ - mae: \S+", lines[1])
    made.fit(*data, verbose=0)
    made.predict(data[0])
    assert capsys.readouterr().out == ""


def test_a_single_epoch_has_no_number(model: Any, data: Any, capsys: Any) -> None:
    model().fit(*data, verbose=1)
    assert "Epoch" not in capsys.readouterr().out


def test_evaluate(model: Any, data: Any, capsys: Any) -> None:
    model().evaluate(*data)
    assert re.fullmatch(r"4/4 \[=+\] - \d+s \d+[mu]?s/step - loss: \S+ - mae: \S+\n", capsys.readouterr().out)


def test_an_unknown_number_of_steps(model: Any, data: Any, capsys: Any) -> None:
    x, y = data
    model().fit(lambda: ((x[i : i + 32], y[i : i + 32]) for i in range(0, 128, 32)), epochs=2, verbose=1)
    lines = capsys.readouterr().out.split("\n")
    assert lines[1].startswith("4/4 [") and lines[3].startswith("4/4 [")


def test_the_bar_moves_on_a_terminal(terminal: Any, capsys: Any) -> None:
    bar = Progbar(10, interval=0)
    for i in range(10):
        bar.update(i + 1, [("loss", 1.0), ("tiny", 1e-5)])
    parts = capsys.readouterr().out.split("\r")[1:]
    assert len(parts) == 10
    assert parts[0].startswith(" 1/10 [==>...........................] - ETA: ") and "\x08" not in parts[0]
    assert "loss: 1.0000 - tiny: 1.0000e-05" in parts[4]
    assert parts[-1].startswith("10/10 [==============================] - ") and parts[-1].endswith("\n")


def test_a_shorter_line_wipes_the_longer_one(terminal: Any, capsys: Any) -> None:
    bar = Progbar(2, interval=0)
    bar.update(1, [("a", "x" * 20)])
    bar.update(2, [("a", "x")])
    first, second = capsys.readouterr().out.split("\r")[1:]
    assert len(second.rstrip("\n")) >= len(first)


def test_means_of_numbers(capsys: Any) -> None:
    bar = Progbar(4, verbose=2, stateful_metrics=["last"])
    for value in (1.0, 2.0, 3.0, 4.0):
        bar.add(1, [("mean", value), ("last", value)])
    assert "mean: 2.5000 - last: 4.0000" in capsys.readouterr().out
    with pytest.raises(ArgumentError):
        Progbar(3, stateful_metrics=[], stateless_metrics=[])


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0s"), (75, "1:15"), (3700, "1:01:40")])
def test_durations(seconds: float, text: str) -> None:
    assert progbar._duration(seconds) == text


def test_the_line_is_closed_after_ctrl_c(terminal: Any, model: Any, data: Any, capsys: Any) -> None:
    from wubu.callbacks import LambdaCallback

    def interrupt(batch: int, logs: Any) -> None:
        if batch == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        model().fit(*data, batch_size=16, verbose=1, callbacks=[LambdaCallback(on_train_batch_end=interrupt)])
    assert capsys.readouterr().out.endswith("\n")


def test_nothing_is_read_between_refreshes(model: Any, data: Any, monkeypatch: Any) -> None:
    """Looking at the logs waits for the device; only an epoch's end and a refresh may."""
    from wubu.training import logs

    reads = []
    real = logs.to_host
    monkeypatch.setattr(logs, "to_host", lambda results: reads.append(1) or real(results))
    model().fit(*data, epochs=3, batch_size=8, verbose=1)
    assert len(reads) == 3


def test_old_arguments() -> None:
    from wubu.callbacks import ProgbarLogger

    ProgbarLogger(count_mode="steps", stateful_metrics=["loss"])
