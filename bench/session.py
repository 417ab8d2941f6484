"""Measurements in turn: every one is a process of its own, and contenders alternate, round after round.

A machine that slows down so slows all of them.
"""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import peers
from bench.contenders import Contender
from bench.worker import MARK, Request

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Session:
    """How to measure.

    Attributes:
        rounds: measurements of each contender in each row.
        seconds: about how long one measures after its first epoch.
        limit: seconds after which a process is ended.
        say: prints progress.
    """

    rounds: int = 3
    seconds: float = 6.0
    limit: float = 300.0
    say: Callable[[str], None] = lambda text: print(text, file=sys.stderr, flush=True)

    def alternate(self, kind: str, row: str, contenders: list[Contender]) -> dict[str, Any]:
        """All rounds of a row: the numbers by contender, and by contender why there are none.

        An interrupt ends it early, with the rounds that there are and True as ``interrupted``.

        Args:
            kind: a module of ``bench.kinds``.
            row: one of its rows.
            contenders: who takes turns; one that fails is not tried again.
        """
        rounds: dict[str, list[dict[str, Any]]] = {c.name: [] for c in contenders}
        errors: dict[str, str] = {}
        interrupted = False
        try:
            self._take_turns(kind, row, contenders, rounds, errors)
        except KeyboardInterrupt:
            interrupted = True
        found = {name: done for name, done in rounds.items() if done}
        return {"rounds": found, "errors": errors, "interrupted": interrupted}

    def _take_turns(
        self, kind: str, row: str, contenders: list[Contender], rounds: dict[str, list[Any]], errors: dict[str, str]
    ) -> None:
        for number in range(self.rounds):
            for contender in contenders if number % 2 == 0 else contenders[::-1]:
                if contender.name in errors:
                    continue
                found = self.once(kind, row, contender)
                if isinstance(found, str):
                    errors[contender.name] = found
                    self.say(f"  {contender.name} fails: {found}")
                    continue
                rounds[contender.name].append(found)
                numbers = {k: v for k, v in found.items() if isinstance(v, float)}
                self.say(f"  {contender.name:24}" + "  ".join(f"{k} {v:.4g}" for k, v in numbers.items()))

    def once(self, kind: str, row: str, contender: Contender) -> dict[str, Any] | str:
        """One measurement, or why there is none."""
        python = sys.executable if contender.own else peers.interpreter()
        environment = dict(os.environ)
        environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), *([str(ROOT / "src")] if contender.own else [])])
        environment["TF_CPP_MIN_LOG_LEVEL"] = "3"
        with tempfile.TemporaryDirectory() as folder:
            if contender.is_keras:
                environment["KERAS_BACKEND"] = contender.backend
                environment["KERAS_HOME"] = folder  # Keras writes its settings there
            name = contender.name.partition(" ")[0]  # without what is switched
            request = Request(kind, row, name, self.seconds, time.time(), contender.off, contender.on, folder)
            command = [python, "-m", "bench.worker", json.dumps(dataclasses.asdict(request))]
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
            try:
                out, err = process.communicate(timeout=self.limit)
            except subprocess.TimeoutExpired:
                _end(process)
                return f"takes more than {self.limit:.0f} s"
            except BaseException:
                _end(process)
                raise
        for line in reversed(out.splitlines()):
            if line.startswith(MARK):
                result: dict[str, Any] = json.loads(line[len(MARK) :])
                return result
        last = [line for line in err.splitlines() if line.strip()][-1:]
        return (last[0].strip() if last else f"ends with {process.returncode}")[:200]


def _end(process: subprocess.Popen[str]) -> None:
    """End a process and its children (compilers)."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (OSError, AttributeError):
        process.kill()
    process.wait()
