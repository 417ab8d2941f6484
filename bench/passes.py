"""What each of the engine's switches gains by itself: ``python -m bench.passes [SWITCH…]``.

wubu with everything on and wubu with one switch off take turns on a workload where the switch has something to do. The
gain is the share of the time that the switch saves; gains do not add up, because some switches make the same time
smaller. Results go to ``passes.json`` and ``passes.md``; a switch measured again replaces its rows.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from bench import table
from bench.contenders import CONTENDERS
from bench.session import Session
from bench.store import folder, machine, revision

_STEP = "each of 50 steps from the same state beside eager's (`tests/engine/test_equality.py`)"
_PASS = "the same numbers with and without it (`tests/engine/test_passes.py`)"

# switch: workloads of ``bench steps`` where it matters, and what it is verified against
CASES: dict[str, tuple[tuple[str, ...], str]] = {
    "capture": (("mlp", "deep", "cnn"), _STEP),
    "allocator": (("cnn", "xray"), "no arithmetic changes"),
    "flush_denormals": (("mlp",), f"{_STEP}, both with denormals as zero"),
    "torchscript": (("mlp", "deep"), "bit for bit beside generated Python (`tests/engine/test_executors.py`)"),
    "autotune_threads": (("deep", "mlp"), "no arithmetic changes (`tests/engine/test_threads.py`)"),
    "cleanup": (("cnn",), _PASS),
    "fold": (("cnn",), _PASS),
    "relu_pool": (("cnn", "xray"), f"{_PASS}; outputs and gradients bit for bit"),
    "average_pooling": (("lenet5",), _PASS),
    "convolution_relu": (("cnn", "alex"), _PASS),
    "argmax": (("mlp",), _PASS),
    "wide_convolution": (("cnn",), _PASS),
    "moving_statistics": (("deep",), _PASS),
    "onednn": (("alex",), _STEP),
    "dropout_bits": (("cnn", "alex"), "rates, scale and freshness of masks (`tests/engine/test_equality.py`)"),
    "fused_adam": (("mlp", "alex"), _PASS),
    "scalar_rates": (("mlp2",), _PASS),
    "direct_gradients": (("mlp", "alex"), _PASS),
    "bias_sums": (("mlp2", "deep"), _PASS),
    "sgd_fold": (("mlp2", "deep"), _PASS),
    "sums": (("mlp",), _PASS),
    "inplace": (("cnn", "xray"), _PASS),
    "verify": (("mlp",), "costs only the first step"),
}
_ELSEWHERE = ("cuda_graph",)  # has something to do on a GPU alone
_OTHERS = ("mlp", "cnn")  # for switches that are not listed


def switches() -> dict[str, bool]:
    """wubu's switches and whether they are on."""
    from wubu.engine.settings import Settings

    standing = Settings()
    return {f.name: getattr(standing, f.name) for f in fields(standing) if isinstance(getattr(standing, f.name), bool)}


def measure(switch: str, is_on: bool, workload: str, session: Session) -> dict[str, Any]:
    """Rounds with the switch and without it."""
    wubu = CONTENDERS["wubu"]
    other = f"wubu without {switch}" if is_on else f"wubu with {switch}"
    changed = replace(wubu, name=other, off=(switch,)) if is_on else replace(wubu, name=other, on=(switch,))
    found = session.alternate("steps", workload, [wubu, changed])
    if found["interrupted"]:
        raise KeyboardInterrupt
    off, on = (other, "wubu") if is_on else ("wubu", other)
    return {
        "on": found["rounds"].get(on, []),
        "off": found["rounds"].get(off, []),
        "default": is_on,
        "errors": found["errors"],
        "commit": revision(),
        "when": time.strftime("%Y-%m-%d %H:%M"),
    }


def markdown(rows: dict[str, dict[str, Any]], told: dict[str, Any]) -> str:
    """A table, the largest gain first."""
    lines = [
        "| switch | workload | ms a step with it | without | gain | | verified against |",
        "| --- | --- | ---: | ---: | ---: | :--- | --- |",
    ]
    made = []
    for key, row in rows.items():
        switch, _, workload = key.partition("/")
        on, off = table.median(row["on"], "ms"), table.median(row["off"], "ms")
        if on != on or off != off:
            continue
        gain = 1 - on / off
        name = f"`{switch}`" + ("" if row["default"] else " (off by default)")
        bar = table.bar_of(gain) if gain >= 0.025 else ""
        verified = CASES[switch][1] if switch in CASES else _PASS
        cells = [name, workload, table.number(on), table.number(off), f"{gain:+.0%}", bar, verified]
        made.append((gain, "| " + " | ".join(cells) + " |"))
    lines += [line for _, line in sorted(made, reverse=True)]
    when = sorted({row["when"][:10] for row in rows.values()})
    commits = sorted({row["commit"] for row in rows.values()})
    rounds = sorted({len(row["on"]) for row in rows.values()})
    lines += [
        "",
        "Gain: the share of the time without the switch that it saves; below about 3 % is noise. Gains do not add up.",
        f"{told['cpu']}, {told['cores']} cores; medians of {'/'.join(map(str, rounds))} processes, taking turns; "
        f"{', '.join(when)}, commit {', '.join(commits)}.",
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser("python -m bench.passes", description=__doc__.splitlines()[0])
    parser.add_argument("switches", nargs="*", help="default: all")
    parser.add_argument("--workloads", help="comma-separated rows of `bench steps`, instead of each switch's own")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0, help="of one measurement, about, after its first epoch")
    parser.add_argument("--limit", type=float, default=300.0, help="seconds after which a process is ended")
    parser.add_argument("--out", type=Path, default=folder(), help="folder of the results")
    options = parser.parse_args()
    known = switches()
    if unknown := set(options.switches) - set(known):
        parser.error(f"unknown switch {sorted(unknown)[0]!r}; known: {', '.join(known)}")
    session = Session(options.rounds, options.seconds, options.limit)
    path = options.out / "passes.json"
    record = json.loads(path.read_text()) if path.exists() else {"rows": {}}
    record["machine"] = machine()
    for switch in options.switches or [name for name in known if name not in _ELSEWHERE]:
        own = CASES[switch][0] if switch in CASES else _OTHERS
        for workload in options.workloads.split(",") if options.workloads else own:
            session.say(f"{switch} on {workload}")
            record["rows"][f"{switch}/{workload}"] = measure(switch, known[switch], workload, session)
            options.out.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(record, indent=1) + "\n")
    text = markdown(record["rows"], record["machine"])
    (options.out / "passes.md").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
