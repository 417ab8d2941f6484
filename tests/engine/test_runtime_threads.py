"""Denormals are zero in every thread that computes, in those that were there before too."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import os, torch
torch.set_num_threads(2)
tiny, ones = torch.full((1 << 20,), 1e-39), torch.ones(1 << 20)
torch.set_flush_denormal(False)
assert int((tiny * ones != 0).sum()) == 1 << 20  # two threads have worked, and keep denormals
from wubu.engine import runtime
runtime.prepare()
left = int(((tiny * ones).view(torch.int32) != 0).sum())
print(left, torch.get_num_threads())
"""


def test_threads_that_were_there_before_flush_denormals_too() -> None:
    environment = {"PATH": "", "PYTHONPATH": ":".join(sys.path), "OMP_NUM_THREADS": "2"}
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["0", "2"]
