"""The stepper: which shapes are recorded when, what makes a program anew, and the rates that it feeds."""

from __future__ import annotations

import engine_workloads as workloads
import pytest
import torch

from wubu.engine import settings
from wubu.engine.stepper import EagerFallbackWarning, Stepper
from wubu.errors import UnknownNameError
from wubu.optimizers.adam import Adam
from wubu.optimizers.schedules.exponential_decay import ExponentialDecay
from wubu.optimizers.sgd import SGD


def counting() -> tuple[Stepper, list[int]]:
    """A stepper and the batch sizes that its step ran with as Python."""
    runs: list[int] = []

    def step(batch: torch.Tensor) -> torch.Tensor:
        runs.append(len(batch))
        return batch.sum()

    return Stepper(step, lambda: [], mode="test"), runs


def test_the_first_shape_is_recorded_at_once() -> None:
    stepper, runs = counting()
    for _ in range(3):
        stepper.step(torch.ones(4))
    assert runs == [4]
    assert len(stepper.programs) == 1


def test_an_odd_shape_runs_as_python_first_and_is_recorded_when_it_comes_again() -> None:
    stepper, runs = counting()
    stepper.step(torch.ones(4))
    for _ in range(4):
        assert float(stepper.step(torch.ones(3))) == 3
    assert runs == [4, 3, 3]
    assert len(stepper.programs) == 2


def test_the_rest_of_an_epoch() -> None:
    work = workloads.mlp()
    stepper = Stepper(work.step, work.state)
    x, y = work.data(4)
    x, y = x[:-10], y[:-10]
    eager = workloads.mlp()
    for _ in range(3):
        order = torch.randperm(len(y))
        stepper.steps((x, y), order, 0, 4, 32)
        for at in range(4):
            rows = order[at * 32 : (at + 1) * 32]
            eager.step((x[rows], y[rows]))
    assert len(stepper.programs) == 2
    assert int(work.optimizer.iterations) == 12
    for ours, theirs in zip(work.parameters, eager.parameters):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-6)


def test_run_eagerly_never_records() -> None:
    runs = []
    stepper = Stepper(lambda x: (runs.append(1), x + 1)[1], lambda: [], mode="test", run_eagerly=True)
    stepper.steps(torch.ones(6), torch.arange(6), 0, 3, 2)
    assert len(runs) == 3
    assert not stepper.programs


def test_without_capture_everything_is_plain_python() -> None:
    stepper, runs = counting()
    with settings.override(capture=False):
        stepper.step(torch.ones(4))
        stepper.step(torch.ones(4))
    assert runs == [4, 4]


def test_types_devices_and_structure_are_part_of_the_signature() -> None:
    stepper = Stepper(lambda batch: batch["x"] + 1, lambda: [], mode="test")
    stepper.step({"x": torch.ones(2)})
    for _ in range(2):
        assert stepper.step({"x": torch.ones(2, dtype=torch.float64)}).dtype is torch.float64
        assert stepper.step({"x": torch.ones(2), "y": None}).dtype is torch.float32
    assert len(stepper.programs) == 3


def test_a_tensor_that_comes_twice_is_one_input() -> None:
    stepper = Stepper(lambda batch: (batch[0] * batch[1]).sum(), lambda: [], mode="test")
    x = torch.arange(6.0)
    assert float(stepper.steps((x, x), torch.arange(6), 0, 3, 2)) == 16 + 25
    assert len(stepper.programs[0].program.inputs) == 1
    other = x.clone()
    for _ in range(3):
        assert float(stepper.steps((x, other + 1), torch.arange(6), 0, 3, 2)) == 4 * 5 + 5 * 6


def test_rows_follow_the_index() -> None:
    stepper = Stepper(lambda x: x * 1, lambda: [], mode="test")
    x, order = torch.arange(10.0), torch.tensor([9, 1, 5, 3, 7, 0, 2, 4, 6, 8])
    for start in range(3):
        assert stepper.steps(x, order, start, start + 1, 3).tolist() == order[start * 3 : start * 3 + 3].tolist()
    assert stepper.steps(x, order, 3, 4, 3).tolist() == [8.0]


def test_outputs_keep_their_structure_and_python_values() -> None:
    state = torch.zeros(())

    def step(x: torch.Tensor) -> dict[str, object]:
        state.add_(1)
        return {"a": [x + 1, "text"], "state": state, "none": None}

    stepper = Stepper(step, lambda: [state], mode="test")
    for number in range(1, 4):
        result = stepper.step(torch.ones(2))
        assert result["a"][1] == "text" and result["none"] is None
        assert result["state"] is state
        assert float(state) == number


def test_unwanted_outputs_are_not_computed() -> None:
    state = torch.zeros(())

    def step(x: torch.Tensor) -> torch.Tensor:
        state.add_(x.sum())
        return x.exp()

    stepper = Stepper(step, lambda: [state], mode="test", keep_outputs=False)
    stepper.step(torch.ones(2))
    assert torch.ops.aten.exp.default not in [n.target for n in stepper.programs[0].program.calls]


def test_results_and_state_are_ordinary_tensors() -> None:
    work = workloads.mlp()
    stepper = Stepper(work.step, work.state)
    result = stepper.step(work.data(1))
    assert not result["loss"].is_inference() and not result["loss"].requires_grad
    for tensor in work.state():
        assert not tensor.is_inference()
    (work.parameters[0].sum() * 2).backward()  # still differentiable


def test_state_that_the_first_step_makes_is_recorded_in_the_second() -> None:
    weight = torch.nn.Parameter(torch.ones(3))
    optimizer = Adam(0.1)
    steps = []

    def step(x: torch.Tensor) -> torch.Tensor:
        steps.append(1)
        loss = (weight * x).sum()
        optimizer.apply(torch.autograd.grad(loss, [weight]), [weight])  # builds itself
        return loss.detach()

    stepper = Stepper(step, lambda: [weight, *optimizer.variables])
    for _ in range(5):
        stepper.step(torch.ones(3))
    assert len(steps) == 2
    assert int(optimizer.iterations) == 5
    assert torch.allclose(weight, torch.full((3,), 0.5), atol=1e-4)


@pytest.mark.parametrize("executor", ["torchscript", "python"])
def test_a_schedule_is_followed_within_a_call_of_many_steps(executor: str) -> None:
    def make() -> workloads.Workload:
        return workloads.mlp(SGD(ExponentialDecay(0.1, decay_steps=2, decay_rate=0.5)))

    captured, eager = make(), make()
    x, y = captured.data(10)
    with settings.override(torchscript=executor == "torchscript"):
        stepper = Stepper(captured.step, captured.state)
        stepper.steps((x, y), torch.arange(len(y)), 0, 10, 32)
    for at in range(10):
        eager.step((x[at * 32 : at * 32 + 32], y[at * 32 : at * 32 + 32]))
    for ours, theirs in zip(captured.parameters, eager.parameters):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)
    assert float(captured.optimizer.step_size) == pytest.approx(0.1 * 0.5 ** (9 / 2))


def test_a_rate_that_is_set_between_calls_counts() -> None:
    work = workloads.mlp(SGD(0.1))
    stepper = Stepper(work.step, work.state)
    x, y = work.data(1)
    stepper.step((x, y))
    work.optimizer.learning_rate = 0.0
    before = [p.detach().clone() for p in work.parameters]
    stepper.step((x, y))
    assert all(torch.equal(a, b) for a, b in zip(before, work.parameters))


def test_counters_that_others_change_are_noticed() -> None:
    """Adam's bias correction depends on the count: loading a checkpoint must reach the program."""
    work, eager = workloads.mlp(), workloads.mlp()
    stepper = Stepper(work.step, work.state)
    x, y = work.data(3)
    stepper.steps((x, y), torch.arange(len(y)), 0, 1, 32)
    eager.load(work)
    for w in (work, eager):
        w.optimizer.iterations = 1000
    stepper.steps((x, y), torch.arange(len(y)), 1, 3, 32)
    for at in (1, 2):
        eager.step((x[at * 32 : at * 32 + 32], y[at * 32 : at * 32 + 32]))
    assert int(work.optimizer.iterations) == 1002
    for ours, theirs in zip(work.parameters, eager.parameters):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)


def test_eager_and_captured_steps_share_the_count() -> None:
    work = workloads.mlp()
    stepper = Stepper(work.step, work.state)
    x, y = work.data(1)
    for captured in (True, False, True, True, False):
        with settings.override(capture=captured):
            stepper.step((x, y))
    assert int(work.optimizer.iterations) == 5
    assert work.optimizer._iterations_on_host() == 5


def test_a_program_that_gives_other_numbers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from wubu.engine import compiled
    from wubu.engine.program import Program

    honest = compiled.optimise

    def broken(program: Program) -> dict[str, int]:
        changes = honest(program)
        for node in program.calls:
            if node.target is torch.ops.aten._fused_adam_.default:
                program.graph.erase_node(node)  # looks like a speed-up until the loss stops falling
        return changes

    monkeypatch.setattr(compiled, "optimise", broken)
    work, eager = workloads.mlp(), workloads.mlp()
    stepper = Stepper(work.step, work.state)
    x, y = work.data(2)
    stepper.steps((x, y), torch.arange(len(y)), 0, 2, 32)
    for at in range(2):
        eager.step((x[at * 32 : at * 32 + 32], y[at * 32 : at * 32 + 32]))
    assert int(work.optimizer.iterations) == 2
    for ours, theirs in zip(work.parameters, eager.parameters):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)


def test_a_generator_of_its_own_is_followed() -> None:
    generator = torch.Generator().manual_seed(7)
    stepper = Stepper(lambda x: x + torch.rand((), generator=generator), lambda: [], mode="test")
    ours = [float(stepper.step(torch.zeros(()))) for _ in range(4)]
    generator.manual_seed(7)
    assert ours == [float(torch.rand((), generator=generator)) for _ in range(4)]
    assert stepper.programs[0].executor.name == "python"


def test_unknown_switches_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="inplace"), settings.override(in_place=False):
        pass


def test_weights_that_keep_moving_end_in_plain_python() -> None:
    weight = torch.nn.Parameter(torch.ones(3))
    stepper = Stepper(lambda x: x * weight, lambda: [weight], mode="predict")
    with pytest.warns(EagerFallbackWarning, match="move to other memory"):
        for number in range(30):
            weight.data = torch.full((3,), float(number))
            assert float(stepper.step(torch.ones(3))[0]) == number
