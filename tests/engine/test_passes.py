"""Each pass does something where it should, and the numbers with it are the numbers without it."""

from __future__ import annotations

from collections.abc import Callable

import engine_workloads as workloads
import pytest
import torch
from engine_workloads import Workload

from wubu.engine import settings
from wubu.engine.compiled import PASSES
from wubu.engine.passes import onednn_matmul
from wubu.engine.passes.cleanup import drop_dead, merge_equal
from wubu.engine.passes.inplace import in_place_form, overwrite_operands
from wubu.engine.passes.pipeline import PIPELINE, optimise
from wubu.engine.passes.relu_pool import lift_relu_over_permutes, move_relu_behind_pool
from wubu.engine.record import record
from wubu.engine.stepper import Stepper
from wubu.optimizers.rmsprop import RMSprop
from wubu.optimizers.sgd import SGD

aten = torch.ops.aten


def trained(make: Callable[[], Workload], **switches: bool) -> tuple[Workload, dict[str, int]]:
    """Eight captured steps with some passes switched."""
    torch.manual_seed(4)
    work = make()
    with settings.override(**switches):
        stepper = Stepper(work.step, work.state)
        x, y = work.data(8)
        stepper.steps((x, y), torch.arange(len(y)), 0, 8, work.batch_size)
    [step] = stepper.programs
    return work, step.changes


def averaging() -> Workload:
    """A network that also keeps its mean loss as a metric does: a total and a count."""
    work = workloads.mlp()
    total, count = torch.zeros(()), torch.zeros(())
    plain, listed = work.step, work.state

    def step(batch: tuple[torch.Tensor, torch.Tensor]) -> dict[str, torch.Tensor]:
        result = plain(batch)
        rows = torch.tensor(float(len(batch[0])))
        total.add_((result["loss"] * rows).sum())
        count.add_(rows)
        return result

    work.step, work.state = step, lambda: [*listed(), total, count]  # type: ignore[method-assign]
    return work


# pass's switch -> the functions of it, and a network in which it has something to do
CASES = {
    "cleanup": (["drop_aliases", "drop_dead"], workloads.cnn),
    "fold": (["fold_literals", "hoist_views"], workloads.cnn),
    "relu_pool": (["lift_relu_over_permutes", "move_relu_behind_pool"], workloads.cnn),
    "average_pooling": (["spread_average_gradients", "average_by_rows"], workloads.lenet),
    "argmax": (["take_argmax_of_logits"], workloads.mlp),
    "wide_convolution": (["widen_first_convolution"], workloads.cnn),
    "moving_statistics": (["move_statistics_in_kernels"], lambda: workloads.deep(3)),
    "onednn": (["multiply_by_onednn"], workloads.mlp2),
    "convolution_relu": (["clip_in_convolutions"], workloads.xray),
    "dropout_bits": (["expand_keep_masks"], workloads.cnn),
    "fused_adam": (["fuse_adam"], workloads.mlp),
    "scalar_rates": (["use_scalar_rates"], workloads.mlp2),
    "direct_gradients": (["write_gradients_directly"], workloads.mlp),
    "bias_sums": (["sum_by_products"], workloads.mlp2),
    "sgd_fold": (["fold_sgd"], workloads.mlp2),
    "sums": (["simplify_sums", "defer_counts", "defer_sums"], averaging),
    "inplace": (["overwrite_operands"], workloads.cnn),
}
# These change the order of a sum or the place of a rounding; the others nothing at all.
ROUNDING = {
    "fused_adam", "scalar_rates", "bias_sums", "sgd_fold", "onednn", "moving_statistics", "wide_convolution",
    "average_pooling",
}  # fmt: skip


@pytest.fixture(autouse=True)
def every_processor_the_same(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """oneDNN's products only where they are under test: another order of sums lets long trainings drift apart."""
    monkeypatch.setattr(onednn_matmul, "onednn_is_faster", lambda: "onednn" in request.node.name)
    monkeypatch.setattr(onednn_matmul, "_least", lambda: onednn_matmul.LEAST_MULTIPLICATIONS)


def test_every_switch_has_a_case() -> None:
    assert set(CASES) == set(PASSES) == {switch for switch, _ in PIPELINE}


@pytest.mark.parametrize("switch", CASES)
def test_a_pass_fires_and_changes_no_number(switch: str) -> None:
    functions, make = CASES[switch]
    with_it, changes = trained(make, **{switch: True})
    without, fewer = trained(make, **{switch: False})
    for function in functions:
        assert changes[function] > 0, changes
        assert function not in fewer
    for ours, theirs in zip(with_it.state(), without.state()):
        if ours.is_floating_point():
            if switch in ROUNDING:
                if any(ours is flat for flat in _gradients(with_it)):
                    continue
                torch.testing.assert_close(ours, theirs, rtol=2e-5, atol=1e-5)
            else:
                assert torch.equal(ours, theirs)
        else:
            assert torch.equal(ours, theirs)


def _gradients(work: Workload) -> list[torch.Tensor]:
    return [block.gradient for block in work.optimizer._state.blocks]


@pytest.mark.parametrize("make", [workloads.cnn, workloads.mlp2, lambda: workloads.deep(3)], ids=["cnn", "mlp2", "deep"])
def test_all_passes_off_gives_the_same_training(make: Callable[[], Workload]) -> None:
    every, _ = trained(make)
    none, changes = trained(make, **dict.fromkeys(PASSES, False))
    assert not changes
    for ours, theirs in zip(every.parameters, none.parameters):
        torch.testing.assert_close(ours, theirs, rtol=2e-4, atol=1e-5)


@pytest.mark.parametrize(
    "optimizer",
    [
        lambda: SGD(0.01, momentum=0.9),
        lambda: SGD(0.01, momentum=0.9, nesterov=True, clipnorm=1.0),
        lambda: SGD(0.01, weight_decay=0.01, global_clipnorm=0.5),
        lambda: RMSprop(0.001, momentum=0.5, centered=True),
    ],
    ids=["momentum", "nesterov-clip", "decay-clip", "rmsprop"],
)
def test_other_optimizers_train_as_eager(optimizer: Callable[[], object]) -> None:
    captured, _ = trained(lambda: workloads.mlp(optimizer()))
    eager, _ = _eager(lambda: workloads.mlp(optimizer()))
    for ours, theirs in zip(captured.parameters, eager.parameters):
        torch.testing.assert_close(ours, theirs, rtol=2e-5, atol=1e-6)


def _eager(make: Callable[[], Workload]) -> tuple[Workload, None]:
    torch.manual_seed(4)
    work = make()
    x, y = work.data(8)
    for at in range(8):
        rows = slice(at * work.batch_size, (at + 1) * work.batch_size)
        work.step((x[rows], y[rows]))
    return work, None


def test_descent_with_momentum_is_not_folded() -> None:
    _, changes = trained(lambda: workloads.mlp(SGD(0.01, momentum=0.9)))
    assert changes["fold_sgd"] == 0


def test_clipping_keeps_gradients_and_is_not_folded() -> None:
    _, changes = trained(lambda: workloads.mlp(SGD(0.01, clipnorm=1.0)))
    assert changes["fold_sgd"] == 0


def test_equal_operations_are_merged_only_while_their_operands_stay_as_they_are() -> None:
    state = torch.ones(3)

    def step(x: torch.Tensor) -> list[torch.Tensor]:
        a = (x + state) * 2
        b = (x + state) * 3  # x + state is the same
        state.add_(1)
        c = (x + state) * 5  # and here it is another
        return [a, b, c]

    program = record(step, torch.zeros(3), grad=False).program
    assert merge_equal(program) == 1
    state.fill_(1)
    assert [n.target for n in program.calls].count(aten.add.Tensor) == 2


def test_a_result_that_is_written_into_later_is_not_merged() -> None:
    def step(x: torch.Tensor) -> list[torch.Tensor]:
        a, b = x * 2, x * 2
        a.add_(1)
        return [a, b]

    program = record(step, torch.zeros(3), grad=False).program
    assert merge_equal(program) == 0


def test_dead_operations_go_and_lasting_writes_stay() -> None:
    state = torch.zeros(3)

    def step(x: torch.Tensor) -> torch.Tensor:
        x.exp()  # dead
        scratch = torch.zeros(3)
        scratch.add_(x)  # dead: nothing reads scratch afterwards
        kept = torch.zeros(3)
        kept.add_(x)
        state.add_(kept)
        return x + 1

    program = record(step, torch.ones(3), grad=False).program
    drop_dead(program)
    targets = [n.target for n in program.calls]
    assert aten.exp.default not in targets
    assert targets.count(aten.add_.Tensor) == 2


def test_an_operand_that_is_read_again_is_not_overwritten() -> None:
    def step(x: torch.Tensor) -> torch.Tensor:
        a = x * 2
        b = a + 1  # a is read below
        return a * b

    program = record(step, torch.ones(3), grad=False).program
    overwrite_operands(program)
    targets = [n.target for n in program.calls]
    assert targets[1] is aten.add.Tensor and targets[2] is aten.mul_.Tensor


def test_neither_weights_nor_the_batch_are_overwritten() -> None:
    weight = torch.ones(3)
    program = record(lambda x: [x.exp() * 1, weight * 2, x * 2], torch.ones(3), grad=False).program
    overwrite_operands(program)
    assert [n.target for n in program.calls] == [
        aten.exp.default, aten.mul_.Tensor, aten.mul.Tensor, aten.mul.Tensor,
    ]  # fmt: skip


def test_a_broadcast_operand_is_not_overwritten() -> None:
    program = record(lambda x: (x.sum(0) * 1).add(x), torch.ones(4, 3), grad=False).program
    overwrite_operands(program)
    assert [n.target for n in program.calls][-1] is aten.add.Tensor


def test_in_place_forms_are_pointwise() -> None:
    assert in_place_form(aten.relu.default) is aten.relu_.default
    assert in_place_form(aten.mm.default) is None
    assert in_place_form(aten.cumsum.default) is None


def test_a_relu_with_another_reader_stays_before_the_pooling() -> None:
    def step(x: torch.Tensor) -> torch.Tensor:
        y = x.relu()
        return torch.nn.functional.max_pool2d(y, 2).sum() + y.sum()

    program = record(step, torch.randn(1, 2, 4, 4), grad=False).program
    lift_relu_over_permutes(program)
    assert move_relu_behind_pool(program) == 0


@pytest.mark.parametrize("grad", [True, False])
def test_relu_and_pooling_swap_exactly(grad: bool) -> None:
    def step(x: torch.Tensor) -> list[torch.Tensor]:
        x = x.detach().requires_grad_(grad)
        y = torch.nn.functional.max_pool2d(x.relu(), 2)
        return [y, torch.autograd.grad((y * y).sum(), x)[0]] if grad else [y]

    x = torch.randn(2, 3, 8, 8)
    x[0, 0] = -1  # windows without a positive element
    x[0, 1] = 0
    expected = step(x)
    stepper = Stepper(step, lambda: [], mode="train" if grad else "predict")
    for ours, theirs in zip(stepper.step(x), expected):
        assert torch.equal(ours, theirs)
    assert stepper.programs[0].changes["move_relu_behind_pool"] == 1


def test_optimise_reports_what_each_pass_did() -> None:
    work = workloads.mlp()
    recording = record(work.step, work.data(1))
    recording.snapshot.restore()
    changes = optimise(recording.program)
    assert set(changes) == {apply.__name__ for switch, apply in PIPELINE if getattr(settings.current(), switch)}
    assert changes["write_gradients_directly"] == 6


@pytest.mark.parametrize(("kernel", "padding"), [(5, "same"), (7, "same"), (5, "valid")])
def test_wide_convolutions_equal_plain_ones(kernel: int, padding: str) -> None:
    weight = torch.nn.Parameter(torch.randn(6, kernel, kernel, 1).permute(0, 3, 1, 2))
    bias = torch.nn.Parameter(torch.randn(6))

    def step(x: torch.Tensor) -> list[torch.Tensor]:
        y = torch.conv2d(x.permute(0, 3, 1, 2), weight, bias, padding=kernel // 2 if padding == "same" else 0)
        y = y.permute(0, 2, 3, 1)
        return [y.detach(), *torch.autograd.grad((y**2).sum(), [weight, bias])]

    x = torch.rand(4, 28, 28, 1)
    with settings.override(wide_convolution=True):
        stepper = Stepper(step, lambda: [])
        made = stepper.step(x)
    assert stepper.programs[0].changes["widen_first_convolution"] == 1
    for ours, theirs in zip(made, step(x)):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-4)


def test_probabilities_that_somebody_wants_are_computed() -> None:
    def step(x: torch.Tensor) -> list[torch.Tensor]:
        probabilities = x.softmax(1)
        return [probabilities, probabilities.argmax(1)]

    stepper = Stepper(step, lambda: [], mode="predict")
    x = torch.randn(5, 4)
    made = stepper.step(x)
    assert torch.equal(made[0], x.softmax(1)) and torch.equal(made[1], x.argmax(1))
    assert stepper.programs[0].changes["take_argmax_of_logits"] == 0


def test_argmax_along_another_axis_needs_the_probabilities() -> None:
    stepper = Stepper(lambda x: x.softmax(1).argmax(0), lambda: [], mode="predict")
    x = torch.randn(5, 4)
    assert torch.equal(stepper.step(x), x.softmax(1).argmax(0))
    assert stepper.programs[0].changes["take_argmax_of_logits"] == 0


@pytest.mark.parametrize(("size", "window"), [(6, 2), (15, 3), (20, 5), (490, 49)])
def test_gradients_of_averages_are_spread_to_the_bit(size: int, window: int) -> None:
    weight = torch.nn.Parameter(torch.rand(1, 3, 1, 1))

    def step(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        means = torch.nn.functional.avg_pool2d((x * weight).contiguous(memory_format=torch.channels_last), window)
        return torch.autograd.grad((means**3).sum(), [weight])[0], means.detach()

    x = torch.rand(2, 3, size, size).contiguous(memory_format=torch.channels_last)
    results = []
    for on in (True, False):
        with settings.override(average_pooling=on):
            stepper = Stepper(step, lambda: [weight])
            stepper.step(x)
            results.append(stepper.step(x))
            assert not stepper.reason
    for ours, theirs in zip(*results):
        torch.testing.assert_close(ours, theirs, rtol=1e-6, atol=0)


def test_small_products_stay_with_mkl_rather_than_onednn() -> None:
    _, changes = trained(lambda: workloads.mlp(widths=(784, 20, 10)))
    assert changes["multiply_by_onednn"] == 0


def test_every_gradient_of_plain_descent_is_folded() -> None:
    """Kernels and biases as products, batch normalisation's as what the kernel gives; nothing is left of the arena."""
    work, changes = trained(lambda: workloads.deep(3))
    assert changes["fold_sgd"] == len(work.parameters)


def test_sums_stay_sums_under_other_optimizers() -> None:
    """So that a training that is resumed gives the bits of one that was not interrupted."""
    _, changes = trained(workloads.mlp)
    assert changes["sum_by_products"] == 0
