"""The bench: its models are the same on both sides, contenders take turns, results merge, tables say what was measured."""

from __future__ import annotations

import gc
import importlib
import json
import math
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest

import wubu

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))


def bench(name: str) -> Any:
    return importlib.import_module(f"bench.{name}")


def rounds(*numbers: float, key: str = "ms") -> list[dict[str, Any]]:
    return [{key: n} for n in numbers]


@pytest.mark.parametrize(
    "name", ["mlp", "mlp2", "deep", "cnn", "xray", "lenet5", "cifar", "lstm", "transformer", "resnet50"]
)
def test_both_sides_train_the_same_model(name: str) -> None:
    workload = bench("workloads").WORKLOADS[name]
    ours = workload.model(wubu)
    theirs = bench("torch_models").build(name)
    more = 4 * 64 if name == "lstm" else 0  # torch's recurrent layers have two biases
    assert sum(p.numel() for p in theirs.parameters()) == more + sum(math.prod(w.shape) for w in ours.trainable_weights)
    if name != "resnet50":
        x, y = bench("data").random_rows(workload, 2)
        theirs.eval()
        assert ours.predict(x, verbose=0).shape == tuple(theirs(bench("torch_models").tensors(x, y)[0]).shape)


def test_the_clock_counts_what_lies_between_epochs() -> None:
    times = iter([10.0, 13.0, 14.0, 16.0, 16.5])
    clock = bench("trainers.run").Clock(seconds=3.0, least=2, now=lambda: next(times))
    clock.begin()
    assert [clock.ended(1.0), clock.ended(0.9), clock.ended(0.8)] == [False, False, True]  # 16 - 13 s
    assert clock.first == 3.0
    assert clock.durations == [1.0, 2.0]


def test_contenders_take_turns_and_failures_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    session = bench("session").Session(rounds=3, say=lambda text: None)
    asked: list[str] = []

    def once(kind: str, row: str, contender: Any) -> Any:
        asked.append(contender.name)
        return "no such thing" if contender.name == "skorch" else {"ms": float(len(asked))}

    monkeypatch.setattr(session, "once", once)
    found = session.alternate("steps", "mlp", bench("contenders").choose(["torch", "wubu", "skorch"]))
    assert asked == ["wubu", "torch", "skorch", "torch", "wubu", "wubu", "torch"]
    assert found["errors"] == {"skorch": "no such thing"}
    assert [r["ms"] for r in found["rounds"]["wubu"]] == [1.0, 5.0, 6.0]


def test_a_piece_replaces_its_rows_or_adds_rounds(tmp_path: Path) -> None:
    Store = bench("store").Store
    store = Store(tmp_path)
    row = {"errors": {}, "commit": "c", "when": "2026-01-01 10:00"}
    store.put("steps/mlp", row | {"rounds": {"wubu": rounds(1.0), "keras-jax": rounds(4.0)}})
    store.put("steps/cnn", row | {"rounds": {"wubu": rounds(5.0)}})
    again = Store(tmp_path)
    again.put("steps/mlp", row | {"rounds": {"wubu": rounds(2.0)}}, add=True)
    again.put("steps/cnn", row | {"rounds": {"wubu": rounds(7.0)}})
    found = Store(tmp_path).of("steps")
    assert found == {"mlp": {"wubu": rounds(1.0, 2.0), "keras-jax": rounds(4.0)}, "cnn": {"wubu": rounds(7.0)}}
    again.put("start/mlp", row | {"rounds": {}, "errors": {"torch": "no such thing"}})
    assert [path.name for path in again.write()] == ["steps.md", "start.md", "summary.md"]
    assert "2026-01-01, commit c" in (tmp_path / "steps.md").read_text()
    assert "- mlp, torch: no such thing" in (tmp_path / "start.md").read_text()
    assert "**1.50** | 4.00 (jax)" in (tmp_path / "summary.md").read_text()


def test_results_of_another_machine_are_not_mixed_in(tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text(json.dumps({"machine": {"cpu": "Z80", "cores": 1}, "rows": {}}))
    with pytest.raises(ValueError, match="another machine.*--out"):
        bench("store").Store(tmp_path)


def test_a_table_compares_with_the_best_of_keras_and_with_torch() -> None:
    table = bench("table")
    found = {"wubu": rounds(1.0, 9.0, 2.0), "keras-jax": rounds(8.0), "keras-jax@16": rounds(4.0), "torch": rounds(6.0)}
    head, _, line = table.compared({"mlp": found}, "ms").splitlines()
    assert [cell.strip() for cell in head.strip("|").split("|")][1:5] == ["wubu", "keras-jax", "keras-jax@16", "torch"]
    assert [cell.strip() for cell in line.strip("|").split("|")] == [
        "mlp", "2.00", "8.00", "**4.00**", "6.00", "0.50", "0.33", "█" * 10,
    ]  # fmt: skip
    rate = table.ratio({"wubu": rounds(20.0), "keras-jax": rounds(10.0)}, "ms", ("keras-jax",), more_is_better=True)
    assert rate == 0.5  # below 1 is ahead, whatever is counted


def test_every_kind_knows_its_rows() -> None:
    for name in bench("kinds").KINDS:
        kind = bench(f"kinds.{name}")
        for row in (*kind.ROWS, *kind.QUICK):
            kind.check(row)
            assert "wubu" in kind.contenders(row)
        with pytest.raises(ValueError, match="nothing"):
            kind.check("nothing")


def test_measurements_of_passes_name_switches_and_workloads_that_exist() -> None:
    passes = bench("passes")
    assert {*passes.CASES, *passes._ELSEWHERE} <= set(passes.switches())
    for workloads, verified in passes.CASES.values():
        for row in (*workloads, *passes._OTHERS):
            bench("kinds.steps").check(row)
        for file in re.findall(r"`(tests/[^`]*)`", verified):
            assert (ROOT / file).exists()


@pytest.mark.parametrize("contender", ["wubu", "torch"])
def test_a_step_is_measured_in_a_process_of_its_own(contender: str) -> None:
    session = bench("session").Session(seconds=0.01, say=lambda text: None)
    [who] = bench("contenders").choose([contender])
    found = session.once("steps", "lstm:callbacks", who)
    assert not isinstance(found, str), found
    assert found["ms"] > 0
    assert found["epochs"] == 3
    assert found["loss_last"] < found["loss_first"]
    assert found["versions"]["torch"] == importlib.import_module("torch").__version__
    assert found["peak_mb"] > 50


def test_the_interpreter_of_the_peers_may_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    peers = bench("peers")
    monkeypatch.setenv("BENCH_PYTHON", sys.executable)
    peers.interpreter.cache_clear()
    assert peers.interpreter() == sys.executable
    monkeypatch.undo()
    peers.interpreter.cache_clear()


def test_a_switch_stays_off(monkeypatch: pytest.MonkeyPatch) -> None:
    from bench import worker
    from wubu.engine import settings

    monkeypatch.setattr(os, "environ", dict(os.environ))
    worker._switch({"inplace": False})
    gc.collect()
    try:
        assert not settings.current().inplace and settings.current().fold
    finally:
        worker._held.pop().__exit__(None, None, None)
    assert settings.current().inplace
