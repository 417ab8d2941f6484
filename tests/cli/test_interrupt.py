"""Ctrl-C while training."""

from __future__ import annotations

import os
import signal
import threading

import numpy as np
import pytest

import wubu
from wubu.cli.interrupt import Interrupt
from wubu.cli.main import run


def press():
    os.kill(os.getpid(), signal.SIGINT)


def test_the_first_is_noted_and_the_second_raises(capsys):
    before = signal.getsignal(signal.SIGINT)
    with Interrupt() as interrupt:
        assert not interrupt.asked
        press()
        assert interrupt.asked
        with pytest.raises(KeyboardInterrupt):
            press()
    assert signal.getsignal(signal.SIGINT) is before
    assert "end of this epoch" in capsys.readouterr().err


def test_other_threads_change_nothing():
    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=lambda: Interrupt().__enter__())
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGINT) is before


def test_the_second_keeps_the_steps_that_were_made(tmp_path, monkeypatch):
    """Interrupted within the first epoch: the models and the report are there, a history is not."""
    path, out = tmp_path / "table.npz", tmp_path / "run"
    np.savez(path, x=np.random.default_rng(0).normal(size=(64, 3)), y=np.arange(64) % 2)
    fit = wubu.Model.fit

    def interrupted(self, *arguments, **options):
        class Press(wubu.callbacks.Callback):
            def on_train_batch_end(self, batch, logs=None):
                press()

        options["callbacks"].append(Press())
        return fit(self, *arguments, **options)

    monkeypatch.setattr(wubu.Model, "fit", interrupted)
    assert run(["train", str(path), "--out", str(out), "--quiet"]) == 130
    names = {file.name for file in out.iterdir()}
    assert {"best.keras", "last.keras", "report.json", "settings.json"} <= names
    assert "history.csv" not in names
