"""Updates of large state are recorded without being made, and programs tried on parts of it first."""

from __future__ import annotations

from collections.abc import Callable

import engine_workloads as workloads
import pytest
import torch

from wubu.engine import compiled, postpone
from wubu.engine.passes.inplace import in_place_form
from wubu.engine.program import Program
from wubu.engine.record import record
from wubu.engine.stepper import Stepper
from wubu.optimizers.adam import Adam
from wubu.optimizers.rmsprop import RMSprop
from wubu.optimizers.sgd import SGD

OPTIMIZERS: dict[str, Callable[[], object]] = {
    "adam": Adam,
    "decay": lambda: Adam(weight_decay=0.01, clipnorm=1.0),
    "sgd": lambda: SGD(0.01),
    "momentum": lambda: SGD(0.01, momentum=0.9, nesterov=True),
    "rmsprop": RMSprop,
    "average": lambda: Adam(use_ema=True),
}


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postpone, "LEAST_BYTES", 1)
    monkeypatch.setattr(postpone, "WINDOW", 1000)


def test_a_recorded_adam_changes_neither_weights_nor_moments() -> None:
    work = workloads.mlp()
    before = [p.detach().clone() for p in (*work.parameters, *work.slots())]
    recording = record(work.step, work.data(1))
    assert all(torch.equal(a, b) for a, b in zip(before, (*work.parameters, *work.slots())))
    flat = {t.untyped_storage()._cdata for t in (*work.parameters, *work.slots())}
    assert not flat & {s._cdata for s in recording.snapshot.storages}
    recording.postponed.run()
    assert not torch.equal(before[0], work.parameters[0])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_goes_as_eager(name: str) -> None:
    captured, eager = workloads.mlp(OPTIMIZERS[name]()), workloads.mlp(OPTIMIZERS[name]())
    stepper = Stepper(captured.step, captured.state)
    x, y = captured.data(5)
    for at in range(5):
        batch = x[at * 32 : at * 32 + 32], y[at * 32 : at * 32 + 32]
        stepper.step(batch)
        eager.step(batch)
        assert int(captured.optimizer.iterations) == at + 1
    assert len(stepper.programs) == 1
    for ours, theirs in zip(captured.parameters, eager.parameters):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)


def test_a_large_plain_sgd_is_folded_into_its_products(caplog: pytest.LogCaptureFixture) -> None:
    work = workloads.mlp(SGD(0.01))
    stepper = Stepper(work.step, work.state)
    stepper.step(work.data(1))
    assert stepper.programs[0].changes["fold_sgd"] >= 3
    assert not caplog.records  # no program was found to give other numbers


def test_weights_that_the_step_reads_after_the_update_have_been_updated() -> None:
    weight = torch.nn.Parameter(torch.ones(100))
    optimizer = SGD(0.5)
    optimizer.build([weight])

    def step(x: torch.Tensor) -> torch.Tensor:
        gradients = torch.autograd.grad((weight * x).sum(), [weight])
        optimizer.apply(gradients, [weight])
        return weight.detach().sum()

    stepper = Stepper(step, lambda: [weight, *optimizer.variables])
    assert [float(stepper.step(torch.ones(100))) for _ in range(3)] == [50.0, 0.0, -50.0]


def test_an_update_that_fails_its_trial_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = compiled.optimise

    def broken(program: Program) -> dict[str, int]:
        changes = honest(program)
        for node in program.calls:
            if node.target is torch.ops.aten._fused_adam_.default:
                node.kwargs = {**node.kwargs, "beta1": 0.1}
        return changes

    monkeypatch.setattr(compiled, "optimise", broken)
    captured, eager = workloads.mlp(), workloads.mlp()
    stepper = Stepper(captured.step, captured.state)
    x, y = captured.data(2)
    for at in range(2):
        batch = x[at * 32 : at * 32 + 32], y[at * 32 : at * 32 + 32]
        stepper.step(batch)
        eager.step(batch)
    assert "fuse_adam" not in stepper.programs[0].changes
    for ours, theirs in zip(captured.parameters, eager.parameters):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)


def test_a_first_step_that_builds_state_is_made_in_full() -> None:
    weight = torch.nn.Parameter(torch.ones(3))
    optimizer = Adam(0.1)

    def step(x: torch.Tensor) -> torch.Tensor:
        loss = (weight * x).sum()
        optimizer.apply(torch.autograd.grad(loss, [weight]), [weight])
        return loss.detach()

    stepper = Stepper(step, lambda: [weight, *optimizer.variables])
    for number in range(1, 4):
        stepper.step(torch.ones(3))
        assert torch.allclose(weight, torch.full((3,), 1 - 0.1 * number), atol=1e-4)


def test_a_number_that_changes_afterwards_keeps_the_value_it_had() -> None:
    total, rate = torch.zeros(10), torch.tensor(2.0)

    def step(x: torch.Tensor) -> None:
        total.addcmul_(x, rate)
        rate.add_(1)

    assert in_place_form(torch.ops.aten.addcmul.default) is torch.ops.aten.addcmul_.default
    stepper = Stepper(step, lambda: [total, rate], mode="test")
    for _ in range(3):
        stepper.step(torch.ones(10))
    assert total.tolist() == [9.0] * 10
