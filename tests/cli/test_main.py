"""The entry point: help at once, errors as a message."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

import wubu
from wubu.cli import main
from wubu.errors import ArgumentError, DiskFullError


def wubu_command(*arguments: str) -> subprocess.CompletedProcess:
    """Run ``wubu`` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "wubu", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(wubu.__file__).parents[1])},
    )


def test_help_answers_at_once():
    times = []
    for _ in range(3):
        begin = time.perf_counter()
        result = wubu_command("--help")
        times.append(time.perf_counter() - begin)
        assert result.returncode == 0
        assert all(name in result.stdout for name in main.COMMANDS)
    assert min(times) < 0.5


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["train", "--help"], ["predict", "--help"]])
def test_help_does_not_load_torch(arguments):
    code = (
        f"from wubu.cli.main import run\ncode = run({arguments!r})\n"
        "import sys\nassert 'torch' not in sys.modules and 'numpy' not in sys.modules\nsys.exit(code)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(wubu.__file__).parents[1])}
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert result.returncode == 0, result.stderr


def test_without_arguments_it_prints_the_help(capsys):
    assert main.run([]) == 0
    assert "Commands:" in capsys.readouterr().out


def test_an_unknown_command_names_the_nearest(capsys):
    assert main.run(["tran"]) == 2
    assert "Did you mean 'train'?" in capsys.readouterr().err


def test_an_unknown_option_is_refused(capsys):
    assert main.run(["train", "--epoch", "3"]) == 2
    assert "--epochs" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (ArgumentError("Expected this. Received: that"), 2, "Expected this. Received: that\n"),
        (DiskFullError(28, "The disk is full while writing x"), 2, "The disk is full while writing x\n"),
        (
            OSError(28, "No space left on device", "history.csv"),
            2,
            "The disk is full: history.csv. Free some space and try again.\n",
        ),
        (KeyboardInterrupt(), 130, "Interrupted.\n"),
    ],
)
def test_an_error_is_its_message_alone(monkeypatch, capsys, error, code, text):
    @click.command("broken")
    def broken():
        raise error

    monkeypatch.setattr(main.LazyGroup, "get_command", lambda self, context, name: broken)
    assert main.run(["train"]) == code
    assert capsys.readouterr().err.lstrip() == text


def test_every_command_can_be_loaded():
    group = main.cli
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None and command.name == name
        assert command.help
