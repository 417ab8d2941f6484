"""Speed and memory of wubu beside Keras on each backend, plain torch, torch.compile, Lightning and skorch.

python -m bench                        everything (hours)
python -m bench steps mlp cnn          two rows of one kind; they replace those of the results' file
python -m bench steps mlp:bf16 --add   more rounds for a row
python -m bench --quick                a short look, under five minutes
python -m bench report                 the Markdown again from the results' file
"""

from __future__ import annotations

import argparse
import importlib
import signal
import time
from pathlib import Path

from bench import peers
from bench.contenders import CONTENDERS, PLAIN, choose
from bench.kinds import KINDS
from bench.session import Session
from bench.store import Store, folder, revision

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Measure what was asked for, print the tables and write them down."""
    parser = argparse.ArgumentParser(
        "python -m bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("kind", nargs="?", choices=[*KINDS, "report"], help=f"one of {', '.join(KINDS)}, or report")
    parser.add_argument("rows", nargs="*", help="of that kind; default all")
    parser.add_argument("--quick", action="store_true", help="one round of few rows and contenders")
    parser.add_argument("--rounds", type=int, help="measurements of each (default 3)")
    parser.add_argument("--seconds", type=float, help="of one measurement, about, after its first epoch (default 6)")
    parser.add_argument("--limit", type=float, default=300, help="seconds after which a process is ended (default 300)")
    parser.add_argument(
        "--frameworks", help=f"comma-separated, of {', '.join(CONTENDERS)}; 'plain' is {','.join(PLAIN)}"
    )
    parser.add_argument("--add", action="store_true", help="add rounds to rows that are there")
    parser.add_argument(
        "--out", type=Path, help="folder of the results (default bench/results/MACHINE, or bench/results/quick)"
    )
    options = parser.parse_args()
    out = options.out or (HERE / "results" / "quick" if options.quick else folder())
    try:
        store = Store(out)
    except ValueError as error:
        parser.error(str(error))
    if options.kind != "report":
        asked = options.frameworks.split(",") if options.frameworks else PLAIN if options.quick else tuple(CONTENDERS)
        if "plain" in asked:
            asked = [*asked, *PLAIN]
        plan = []
        for kind in [options.kind] if options.kind else KINDS:
            module = importlib.import_module(f"bench.kinds.{kind}")
            for row in options.rows or (module.QUICK if options.quick else module.ROWS):
                try:
                    module.check(row)
                    there = [n for n in module.contenders(row) if n in asked]
                    plan.append((kind, row, choose(there)))
                    choose(set(asked) - {"plain"})
                except (ValueError, KeyError) as error:
                    parser.error(str(error.args[0]))
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: what was measured is kept
        session = Session(
            options.rounds or (1 if options.quick else 3),
            options.seconds or (1.5 if options.quick else 6),
            options.limit,
        )
        measure(session, store, plan, options.add)
    for path in store.write():
        if options.kind in (None, "report") or path.stem in (options.kind, "summary"):
            print(path.read_text())
    print(f"Written to {out}")


def measure(session: Session, store: Store, plan: list[tuple[str, str, list]], add: bool) -> None:  # type: ignore[type-arg]
    """The plan's rows, each written down as soon as it is measured."""
    missing: set[str] = set()
    for kind, row, contenders in plan:
        there = [c for c in contenders if peers.has(c)]
        missing |= {c.name for c in contenders} - {c.name for c in there}
        session.say(f"{kind} {row}: {len(there)} contenders, {session.rounds} rounds")
        commit, when = revision(), time.strftime("%Y-%m-%d %H:%M")
        getattr(importlib.import_module(f"bench.kinds.{kind}"), "prepare", lambda row: None)(row)
        found = session.alternate(kind, row, there)
        interrupted = found.pop("interrupted")
        key = f"{kind}/{row}"
        if not interrupted or ((add or key not in store.rows) and found["rounds"]):
            store.put(key, found | {"commit": commit, "when": when}, add)
        if interrupted:
            session.say("Interrupted; what was measured is written down")
            break
    if missing:
        session.say(f"Not installed in {peers.interpreter()}: {', '.join(sorted(missing))}")


if __name__ == "__main__":
    main()
