"""The results on disk: one JSON file that pieces of the bench add to, and the Markdown made from it."""

from __future__ import annotations

import importlib
import json
import os
import platform
import re
import subprocess
from pathlib import Path
from typing import Any

from bench import table
from bench.kinds import KINDS

ROOT = Path(__file__).resolve().parent.parent


def machine() -> dict[str, Any]:
    """What the numbers are measured on."""
    model = ""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30 if hasattr(os, "sysconf") else 0
    return {
        "cpu": model or platform.processor(),
        "cores": cores,
        "memory_gib": round(memory),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def folder() -> Path:
    """Where the results of this machine lie: machines are not compared with one another."""
    told = machine()
    words = re.findall(r"[a-z0-9.]+", re.sub(r"\(.*?\)|processor|cpu", " ", told["cpu"].lower()))
    return ROOT / "bench" / "results" / "-".join([*words, str(told["cores"]), "cores"])


def revision() -> str:
    """The commit that is measured."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--exclude=*"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


class Store:
    """The file ``results.json`` of a folder.

    Its rows are ``KIND/ROW``; each has the rounds of every contender, when and at which commit they were measured, and
    why contenders have none. A row that is measured again replaces the old one, or its rounds are added to it.

    Raises:
        ValueError: the file is of another machine.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "results.json"
        self.machine = machine()
        self.rows: dict[str, dict[str, Any]] = {}
        if self.path.exists():
            found = json.loads(self.path.read_text())
            theirs = {key: found["machine"].get(key) for key in ("cpu", "cores")}
            if theirs != {key: self.machine[key] for key in theirs}:
                raise ValueError(
                    f"{self.path} is of another machine ({theirs['cpu']}, {theirs['cores']} cores). Give --out another folder"
                )
            self.rows = found["rows"]

    def put(self, key: str, row: dict[str, Any], add: bool = False) -> None:
        """A row, measured; written at once. ``add`` keeps the rounds that there were."""
        if add and key in self.rows:
            old = self.rows[key]
            rounds = {name: [*old["rounds"].get(name, []), *row["rounds"].get(name, [])] for name in _both(old, row)}
            errors = {n: e for n, e in (old["errors"] | row["errors"]).items() if not rounds.get(n)}
            row = row | {"rounds": rounds, "errors": errors}
        self.rows[key] = row
        self.folder.mkdir(parents=True, exist_ok=True)
        written = self.path.with_suffix(".new")
        written.write_text(json.dumps({"machine": self.machine, "rows": self.rows}, indent=1) + "\n")
        written.replace(self.path)

    def of(self, kind: str) -> dict[str, dict[str, table.Rounds]]:
        """The rounds of a kind's rows, in the order of the kind."""
        module = importlib.import_module(f"bench.kinds.{kind}")
        there = {key.partition("/")[2]: row["rounds"] for key, row in self.rows.items() if key.startswith(kind + "/")}
        order = [row for row in module.ROWS if row in there] + [row for row in there if row not in module.ROWS]
        return {row: there[row] for row in order}

    def write(self) -> list[Path]:
        """A Markdown file per kind, and ``summary.md`` for the front page."""
        written = []
        for kind in KINDS:
            results = self.of(kind)
            if not results:
                continue
            module = importlib.import_module(f"bench.kinds.{kind}")
            path = self.folder / f"{kind}.md"
            path.write_text(f"{module.markdown(results)}\n\n{self.told(kind)}\n")
            written.append(path)
        from bench import summary

        parts = {kind: self.of(kind) for kind in ("steps", "start", "inference")}
        if text := summary.markdown(**parts):
            path = self.folder / "summary.md"
            path.write_text(f"{text}\n\n{self.told(*parts)}\n")
            written.append(path)
        return written

    def told(self, *kinds: str) -> str:
        """The machine, the versions, the dates and what failed, as readers are told."""
        rows = {key: row for key, row in self.rows.items() if key.partition("/")[0] in kinds}
        m = self.machine
        versions: dict[str, str] = {}
        gpus, counts = set(), []
        for row in rows.values():
            for rounds in row["rounds"].values():
                counts.append(len(rounds))
                for found in rounds:
                    versions |= found.get("versions", {})
                    gpus |= {found["gpu"]} if "gpu" in found else set()
        days = sorted({row["when"][:10] for row in rows.values()})
        commits = sorted({row["commit"] for row in rows.values()})
        rounds_told = f"{min(counts)} to {max(counts)}" if len(set(counts)) > 1 else str(max(counts, default=0))
        told = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()) if name != "wubu")
        where = ", ".join([*sorted(gpus), m["cpu"], f"{m['cores']} cores", f"{m['memory_gib']} GiB", m["system"]])
        text = (
            f"Measured on {where}, Python {m['python']}; {told}; "
            f"{days[0] if len(days) == 1 else f'{days[0]} to {days[-1]}'}, commit {', '.join(commits)}. "
            f"Every number is the median of {rounds_told} processes; contenders take turns. `@16` is "
            "`steps_per_execution=16`, `+jit` is `jit_compile=True`. Bold: the best of Keras. A dash: not measured or failed."
        )
        failed = [f"- {key.partition('/')[2]}, {n}: {e}" for key, row in rows.items() for n, e in row["errors"].items()]
        return text + ("\n\nFailed:\n\n" + "\n".join(failed) if failed else "")


def _both(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys([*old["rounds"], *new["rounds"]]))
