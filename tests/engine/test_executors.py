"""The executors: chosen in order, equal to one another, and safe when the best is not available."""

from __future__ import annotations

import shutil

import engine_workloads as workloads
import pytest
import torch

from wubu.engine import settings
from wubu.engine.codegen import python_source
from wubu.engine.compiled import PASSES, CompiledStep
from wubu.engine.executors import torchscript
from wubu.engine.executors.base import below_autograd
from wubu.engine.executors.choose import Choice, choices, settings_of
from wubu.engine.executors.cuda_graph import CudaGraphExecutor, CudaGraphUnavailable, StepBlock
from wubu.engine.executors.python_loop import PythonExecutor
from wubu.engine.executors.torchscript import TorchScriptExecutor, TorchScriptUnavailable
from wubu.engine.passes.pipeline import optimise
from wubu.engine.passes.scalar_rates import strip_rates
from wubu.engine.record import record
from wubu.engine.stepper import Stepper


def program_of(work: workloads.Workload, **switches: bool):  # type: ignore[no-untyped-def]
    recording = record(work.step, work.data(1))
    recording.snapshot.restore()
    with settings.override(**switches):
        optimise(recording.program)
    return recording.program


def names(device: str, **arguments: bool) -> list[str]:
    return [choice.name for choice in choices(device, **arguments)]


def test_the_order_of_choice() -> None:
    assert names("cpu") == ["TorchScriptExecutor", "PythonExecutor", "PythonExecutor"]
    assert names("cuda") == ["CudaGraphExecutor", "PythonExecutor", "PythonExecutor"]
    assert names("mps") == ["PythonExecutor", "PythonExecutor"]
    assert names("cpu", jit_compile=True)[0] == "InductorExecutor"
    with settings.override(torchscript=False):
        assert names("cpu") == ["PythonExecutor", "PythonExecutor"]


def test_the_last_resort_is_the_program_as_recorded() -> None:
    *_, last = choices("cpu")
    assert settings_of(last, PASSES) == dict.fromkeys(PASSES, False)


@pytest.mark.parametrize("make", [workloads.mlp, workloads.mlp2, workloads.cnn], ids=["mlp", "mlp2", "cnn"])
def test_torchscript_and_python_give_the_same_bits(make) -> None:  # type: ignore[no-untyped-def]
    states = []
    for executor in (TorchScriptExecutor, PythonExecutor):
        torch.manual_seed(0)
        work = make()
        made = executor(program_of(work))
        x, y = work.data(3)
        rates = [[0.001] * 3]
        made.many([x, y], torch.arange(len(y)), 0, 3, work.batch_size, rates, [1])
        made.one([x[: work.batch_size], y[: work.batch_size]], rates, [4])
        states.append([t.clone() for t in work.state()])
    for ours, theirs in zip(*states):
        assert torch.equal(ours, theirs)


def test_without_torchscript_generated_python_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("torch.jit is gone")

    monkeypatch.setattr(torch.jit, "CompilationUnit", refuse)
    work = workloads.mlp()
    stepper = Stepper(work.step, work.state)
    stepper.step(work.data(1))
    assert stepper.programs[0].executor.name == "python"


def test_an_operation_that_torchscript_loses_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    program = program_of(workloads.mlp())
    honest = torchscript._kinds
    monkeypatch.setattr(torchscript, "_kinds", lambda graph: (k for k in honest(graph) if k != "aten::_fused_adam_"))
    with pytest.raises(TorchScriptUnavailable, match="_fused_adam_"):
        TorchScriptExecutor(program)


def test_torchscript_leaves_torchs_own_settings_as_they_were() -> None:
    before = (
        torch._C._jit_set_profiling_executor(True), torch._C._jit_set_profiling_mode(True),
        torch._C._jit_texpr_fuser_enabled(),
    )  # fmt: skip
    work = workloads.mlp()
    Stepper(work.step, work.state).step(work.data(1))
    after = (
        torch._C._jit_set_profiling_executor(before[0]), torch._C._jit_set_profiling_mode(before[1]),
        torch._C._jit_texpr_fuser_enabled(),
    )  # fmt: skip
    assert after == (True, True, before[2])


def test_programs_run_below_autograd_and_still_give_ordinary_tensors() -> None:
    weight = torch.ones(3)
    with below_autograd():
        made = weight * 2
        weight.add_(1)
    assert not made.is_inference() and not made.requires_grad
    made.requires_grad_().sum().backward()
    assert made.grad is not None


def test_a_cuda_graph_refuses_what_is_on_a_cpu() -> None:
    with pytest.raises(CudaGraphUnavailable, match="cpu"):
        CudaGraphExecutor(program_of(workloads.mlp()))


@pytest.mark.parametrize("make", [workloads.mlp, workloads.mlp2, workloads.cnn], ids=["mlp", "mlp2", "cnn"])
def test_programs_for_cuda_graphs_hold_no_number_of_the_host(make) -> None:  # type: ignore[no-untyped-def]
    """Their twin on a CPU: the same program in generated Python, with step sizes set from outside."""
    choice = next(iter(choices("cuda")))
    work, eager = make(), make()
    program = strip_rates(program_of(work, onednn=False, **settings_of(choice, PASSES)))
    assert not program.scalars
    step = CompiledStep(program, PythonExecutor(program), {})
    x, y = work.data(4)
    state = torch.get_rng_state()
    for at in range(4):
        batch = [x[at * work.batch_size :][: work.batch_size], y[at * work.batch_size :][: work.batch_size]]
        work.optimizer.step_size.fill_(work.optimizer.learning_rate_at(at))
        step.one(batch)
    torch.set_rng_state(state)
    for at in range(4):
        eager.step((x[at * work.batch_size :][: work.batch_size], y[at * work.batch_size :][: work.batch_size]))
    assert int(work.optimizer.iterations) == 4
    for ours, theirs in zip(work.parameters, eager.parameters):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("make", [workloads.mlp, workloads.mlp2], ids=["adam", "sgd"])
def test_a_block_of_steps_needs_nothing_from_the_host(make) -> None:  # type: ignore[no-untyped-def]
    """What a CUDA graph of many steps holds, run on a CPU: two blocks, with rates that change within a block."""
    choice = next(iter(choices("cuda")))
    work, eager = make(), make()
    program = strip_rates(program_of(work, onednn=False, **settings_of(choice, PASSES)))
    step, _ = python_source.generate(program)
    x, y = work.data(6)
    size = work.batch_size
    order = torch.randperm(len(y))
    rates = [0.01 / (1 + at) for at in range(6)]
    block = StepBlock(step, [x, y], [work.optimizer.step_size], 3, size)
    with below_autograd(program.differentiates):
        for at in (0, 3):
            block.fill(order[at * size : (at + 3) * size], [rates[at : at + 3]])
            block.run()
    for at in range(6):
        eager.optimizer.learning_rate = rates[at]
        rows = order[at * size : (at + 1) * size]
        eager.step((x[rows], y[rows]))
    for ours, theirs in zip(work.parameters, eager.parameters):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("g++") is None, reason="Inductor needs a C++ compiler")
def test_inductor_runs_the_step() -> None:
    work, eager = workloads.mlp(), workloads.mlp()
    stepper = Stepper(work.step, work.state, jit_compile=True)
    x, y = work.data(3)
    stepper.steps((x, y), torch.arange(len(y)), 0, 3, 32)
    assert stepper.programs[0].executor.name == "inductor"
    for at in range(3):
        eager.step((x[at * 32 : at * 32 + 32], y[at * 32 : at * 32 + 32]))
    for ours, theirs in zip(work.parameters, eager.parameters):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)


def test_a_failing_compiler_is_gone_round(monkeypatch: pytest.MonkeyPatch) -> None:
    from wubu.engine.executors import choose

    def fail(program: object) -> None:
        raise RuntimeError("no compiler")

    monkeypatch.setattr(choose, "InductorExecutor", fail)
    work = workloads.mlp()
    stepper = Stepper(work.step, work.state, jit_compile=True)
    stepper.step(work.data(1))
    assert stepper.programs[0].executor.name == "torchscript"
    assert isinstance(Choice(fail).name, str)
