"""The programs that users are shown run as they stand."""

from __future__ import annotations

import re
import runpy
import shlex
from pathlib import Path

import pytest

from wubu.cli.main import cli

REPOSITORY = Path(__file__).resolve().parent.parent
EXAMPLES = sorted((REPOSITORY / "examples").glob("*.py"))
READMES = ["README.md", "README.zh-CN.md"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(path), run_name="__main__")


@pytest.mark.parametrize("name", READMES)
def test_the_readmes_program_runs(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", (REPOSITORY / name).read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, name, "exec"), {"__name__": "__main__"})


@pytest.mark.parametrize("name", READMES)
def test_the_readmes_commands_exist(name):
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    lines = re.findall(r"^wubu (.+?)(?:\s+#.*)?$", text, re.MULTILINE)
    assert len(lines) >= 5
    for line in lines:
        command, *arguments = shlex.split(line)
        found = cli.get_command(None, command)
        found.make_context(command, arguments, resilient_parsing=False)


@pytest.mark.parametrize("name", READMES)
def test_links_lead_somewhere(name):
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (REPOSITORY / target).exists(), target


def test_both_readmes_show_the_same_programs():
    first, second = (
        [
            re.sub(r"\s*#.*", "", block)
            for block in re.findall(r"```\w+\n(.*?)```", (REPOSITORY / name).read_text(encoding="utf-8"), re.DOTALL)
        ]
        for name in READMES
    )
    assert first == second
