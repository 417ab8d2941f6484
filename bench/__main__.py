"""Milliseconds per training step of wubu's full ``fit()``, beside every installed Keras backend and a plain torch loop.

Every measurement is a process of its own. The frameworks take turns, round after round, so that a machine that slows
down slows all of them; each one's median over the rounds counts. Results go to ``bench/results`` as JSON and Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench import peers, table
from bench.workloads import WORKLOADS

HERE = Path(__file__).resolve().parent


def measure(framework: str, workload: str, python: str, limit: float) -> dict[str, Any] | None:
    """Run one measurement; None when it fails."""
    environment = dict(os.environ)
    if python == sys.executable:
        environment["PYTHONPATH"] = str(HERE.parent / "src")
    else:
        environment.pop("PYTHONPATH", None)
    command = [python, "measure.py", framework, workload]
    try:
        done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        print(f"  {framework} takes more than {limit:.0f} s on {workload}", file=sys.stderr)
        return None
    if done.returncode != 0:
        print(f"  {framework} fails on {workload}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    return json.loads(done.stdout.strip().splitlines()[-1])


def median(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """The median of each number over the rounds, and all of the milliseconds."""
    keys = [key for key, value in rounds[0].items() if isinstance(value, int | float)]
    merged: dict[str, Any] = {key: statistics.median(r[key] for r in rounds) for key in keys}
    merged["ms_rounds"] = [r["ms"] for r in rounds]
    merged["loss"] = rounds[-1]["losses"][-1]
    return merged


def machine() -> dict[str, Any]:
    """What the numbers were measured on."""
    model = ""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    return {"cpu": model or platform.processor(), "cores": os.cpu_count(), "system": platform.platform()}


def main() -> None:
    """Measure what was asked for, print the table and write it down."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("workloads", nargs="*", help=f"of {', '.join(WORKLOADS)}; default all")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each (default 3)")
    parser.add_argument("--frameworks", help="comma-separated; default wubu, torch and every installed Keras backend")
    parser.add_argument("--timeout", type=float, default=900, help="seconds for one measurement (default 900)")
    parser.add_argument("--out", type=Path, default=HERE / "results", help="folder for the results")
    options = parser.parse_args()
    unknown = set(options.workloads) - set(WORKLOADS)
    if unknown:
        parser.error(f"unknown workload {sorted(unknown)[0]!r}; known: {', '.join(WORKLOADS)}")
    asked = options.frameworks.split(",") if options.frameworks else None
    peer_python = peers.interpreter() if asked is None or any(f in peers.PEERS for f in asked) else sys.executable
    frameworks = ["wubu", "torch", *peers.installed(peer_python)]
    if asked is not None:
        frameworks = [f for f in frameworks if f in asked]
    results: dict[str, dict[str, Any]] = {}
    for name in options.workloads or WORKLOADS:
        print(f"{name}: {WORKLOADS[name].what}", flush=True)
        rounds: dict[str, list[dict[str, Any]]] = {f: [] for f in frameworks}
        for number in range(options.rounds):
            for framework in frameworks if number % 2 == 0 else frameworks[::-1]:
                python = peer_python if framework in peers.PEERS else sys.executable
                found = measure(framework, name, python, options.timeout)
                if found is not None:
                    rounds[framework].append(found)
        results[name] = {f: median(found) for f, found in rounds.items() if found}
        print("  " + ", ".join(f"{f} {values['ms']:.3f} ms" for f, values in results[name].items()), flush=True)
    text = table.markdown(results, frameworks)
    print("\n" + text)
    record = {
        "machine": machine(),
        "versions": {"wubu's": peers.versions(sys.executable), "peers'": peers.versions(peer_python)},
        "when": time.strftime("%Y-%m-%d %H:%M:%S"),
        "rounds": options.rounds,
        "results": results,
    }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "steps.json").write_text(json.dumps(record, indent=1) + "\n")
    stated = f"{record['machine']['cpu']}, {record['machine']['cores']} cores; {record['versions']}"
    (options.out / "steps.md").write_text(f"{text}\n\nms per training step, full `fit()`; {stated}\n")


if __name__ == "__main__":
    main()
