"""``wubu train --resume``: a run that was interrupted or killed ends as one that was not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import wubu
from wubu.cli.main import run

KILLER = """
import os, random, signal, sys, time
from pathlib import Path
import wubu, wubu.models
from wubu.cli import architectures, train
from wubu.cli.main import run

folder, arguments = sys.argv[1], sys.argv[2:]
dice = random.Random(4)

def forked(arguments, delay):
    child = os.fork()
    if child == 0:
        os._exit(run(arguments))
    if delay is not None:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        sys.exit(f"exit code {os.WEXITSTATUS(status)}")
    return os.WIFEXITED(status)

start = time.monotonic()
forked(["train", *arguments, "--out", folder + "/straight", "--quiet"], None)
whole = time.monotonic() - start
begin = ["train", *arguments, "--out", folder + "/killed", "--quiet"]
ended, kills = False, 0
while not ended:
    begun = Path(folder, "killed", "settings.json").exists()
    delay = dice.uniform(0.05, 0.6 * whole) if kills < 6 else None
    ended = forked(["train", "--resume", folder + "/killed", "--quiet"] if begun else begin, delay)
    kills += not ended
print(kills)
"""


def arrays(path: Path) -> list[np.ndarray]:
    model = wubu.saving.load_model(path)
    return [*model.get_weights(), *(v.numpy() for v in model.optimizer.variables)]


def assert_same_run(a: Path, b: Path) -> None:
    assert (a / "history.csv").read_text() == (b / "history.csv").read_text()
    for name in ("last.keras", "best.keras"):
        for left, right in zip(arrays(a / name), arrays(b / name), strict=True):
            np.testing.assert_array_equal(left, right)
    assert json.loads((a / "report.json").read_text()) == json.loads((b / "report.json").read_text())


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
def test_killed_and_resumed(tmp_path: Path, repository: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(repository / "src"), "OMP_NUM_THREADS": "1"}
    arguments = ["digits", "--model", "mlp", "--epochs", "8", "--patience", "6"]
    command = [sys.executable, "-c", KILLER, str(tmp_path), *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(done.stdout.splitlines()[-1]) >= 1
    assert_same_run(tmp_path / "straight", tmp_path / "killed")
    assert not (tmp_path / "killed" / "training_state.pt").exists()


def test_interrupted_and_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    r = np.random.default_rng(0)
    path = tmp_path / "table.npz"
    np.savez(path, x=r.normal(size=(80, 3)), y=np.arange(80) % 2)
    begin = ["train", str(path), "--epochs", "5", "--quiet"]
    assert run([*begin, "--out", str(tmp_path / "straight")]) == 0
    fit = wubu.Model.fit

    class Press(wubu.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            if epoch == 2:
                os.kill(os.getpid(), signal.SIGINT)

    def pressed(self: Any, *arguments: Any, **options: Any) -> Any:
        options["callbacks"].append(Press())
        return fit(self, *arguments, **options)

    monkeypatch.setattr(wubu.Model, "fit", pressed)
    out = str(tmp_path / "cut")
    assert run([*begin, "--out", out]) == 130
    assert f"wubu train --resume {out}" in capsys.readouterr().err
    monkeypatch.setattr(wubu.Model, "fit", fit)
    assert run(["train", "--resume", out, "--quiet"]) == 0
    assert_same_run(tmp_path / "straight", tmp_path / "cut")
    assert run(["train", "--resume", out, "--quiet"]) == 2
    assert "nothing to resume" in capsys.readouterr().err
    assert run(["train", "--resume", str(tmp_path / "nowhere"), "--quiet"]) == 2
