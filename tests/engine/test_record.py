"""The recorder: what it writes down of operations that are not plain functions of tensors."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from wubu.engine.effects import is_view, written
from wubu.engine.program import TensorMeta
from wubu.engine.record import record
from wubu.engine.snapshot import Snapshot
from wubu.engine.stepper import Stepper

aten = torch.ops.aten


def targets(step, batch, grad=False):  # type: ignore[no-untyped-def]
    return [node.target for node in record(step, batch, grad=grad).program.calls]


def equal_to_eager(step, *batches, grad=True):  # type: ignore[no-untyped-def]
    """Replay a step that has no state; the results are bit for bit those of plain Python."""
    stepper = Stepper(step, lambda: [], mode="train" if grad else "predict")
    for batch in (*batches, *batches):
        ours, theirs = stepper.step(batch), step(batch)
        for a, b in zip(ours, theirs, strict=True):
            torch.testing.assert_close(a, b.detach(), rtol=1e-6, atol=1e-6)
    return stepper


def test_tensors_of_the_step_are_not_kept_alive() -> None:
    import weakref

    seen = []

    def step(x: torch.Tensor) -> torch.Tensor:
        middle = x.exp()
        seen.append(weakref.ref(middle))
        return middle.sum()

    recording = record(step, torch.ones(3), grad=False)
    assert seen[0]() is None
    assert recording.program.calls


def test_weights_are_bound_by_reference() -> None:
    weight = torch.nn.Parameter(torch.ones(3))
    program = record(lambda x: x * weight, torch.ones(3)).program
    assert list(program.constants.values())[0] is weight
    assert program.originals == (weight,)


def test_parameters_of_a_subclass_are_bound_too() -> None:
    class Mine(torch.nn.Parameter):
        pass

    weight = Mine(torch.ones(3))
    assert targets(lambda x: x * weight, torch.ones(3)) == [aten.mul.Tensor]


def test_literals_start_from_their_value_in_every_replay() -> None:
    def step(x: torch.Tensor) -> list[torch.Tensor]:
        count = torch.tensor(3.0)
        count.add_(1)
        return [x + count]

    equal_to_eager(step, torch.ones(2), torch.zeros(2))


@pytest.mark.parametrize(
    "change",
    [
        lambda y: y.unsqueeze_(1),
        lambda y: y.transpose_(0, 1),
        lambda y: y.t_(),
        lambda y: y.squeeze_(),
    ],
    ids=["unsqueeze_", "transpose_", "t_", "squeeze_"],
)
def test_shapes_that_change_in_place(change) -> None:  # type: ignore[no-untyped-def]
    def step(x: torch.Tensor) -> list[torch.Tensor]:
        y = x * 2
        change(y)
        return [y + 1]

    equal_to_eager(step, torch.rand(3, 1), grad=False)


def test_lists_of_results() -> None:
    equal_to_eager(lambda x: [part * 2 for part in torch.split(x, 2)], torch.rand(5, 2), grad=False)
    equal_to_eager(lambda x: list(x.unbind(0)), torch.rand(3, 2), grad=False)
    equal_to_eager(lambda x: list(torch.topk(x, 2)), torch.rand(5), grad=False)


def test_writes_into_views_and_slices() -> None:
    def step(x: torch.Tensor) -> list[torch.Tensor]:
        y = torch.zeros(4, 3)
        y[1:3] = x[:2]
        y[:, 0].mul_(5)
        return [y]

    equal_to_eager(step, torch.rand(4, 3), grad=False)


def test_indexing_by_tensors() -> None:
    rows = torch.tensor([2, 0])
    equal_to_eager(lambda x: [x[rows], x[:, rows]], torch.rand(3, 3), grad=False)


@pytest.mark.parametrize("kind", [torch.nn.LSTM, torch.nn.GRU, torch.nn.RNN])
def test_torchs_recurrent_kernels(kind: type[torch.nn.RNNBase]) -> None:
    layer = kind(8, 16, batch_first=True)

    def step(x: torch.Tensor) -> list[torch.Tensor]:
        outputs, _ = layer(x)
        return [outputs, *torch.autograd.grad((outputs**2).sum(), list(layer.parameters()))]

    equal_to_eager(step, torch.rand(4, 6, 8))


def test_attention() -> None:
    equal_to_eager(
        lambda x: [F.scaled_dot_product_attention(x, x, x)], torch.rand(2, 2, 5, 4), torch.rand(2, 2, 5, 4), grad=False
    )


def test_autocast() -> None:
    weight = torch.nn.Parameter(torch.rand(4, 4))

    def step(x: torch.Tensor) -> list[torch.Tensor]:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            y = x @ weight
        return [y.float(), torch.autograd.grad(y.float().sum(), weight)[0]]

    equal_to_eager(step, torch.rand(3, 4))


def test_checkpointing_and_custom_functions() -> None:
    class Double(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):  # type: ignore[no-untyped-def]
            return x * 2

        @staticmethod
        def backward(ctx, gradient):  # type: ignore[no-untyped-def]
            return gradient * 2

    weight = torch.nn.Parameter(torch.rand(4))

    def step(x: torch.Tensor) -> list[torch.Tensor]:
        y = Double.apply(weight * x).tanh()
        return [y, torch.autograd.grad(y.sum(), weight)[0]]

    equal_to_eager(step, torch.rand(4))


def test_hidden_writes_of_batch_normalisation_are_known() -> None:
    mean, variance = torch.zeros(3), torch.ones(3)
    args = (torch.rand(4, 3), None, None, mean, variance, True, 0.1, 1e-3)
    changed = written(aten.native_batch_norm.default, args, {})
    assert changed[0] is mean and changed[1] is variance
    assert written(aten.native_batch_norm.default, (*args[:5], False, 0.1, 1e-3), {}) == []


def test_views_are_told_from_copies() -> None:
    assert is_view(aten.view.default) and is_view(aten._unsafe_view.default) and is_view(aten.slice.Tensor)
    assert not is_view(aten.clone.default) and not is_view(aten.add_.Tensor)


def test_overlap_of_memory() -> None:
    flat = torch.zeros(10)
    whole, left, right = TensorMeta.of(flat, 1), TensorMeta.of(flat[:5], 1), TensorMeta.of(flat[5:], 1)
    assert whole.overlaps(left) and not left.overlaps(right)
    assert not left.overlaps(TensorMeta.of(flat[:5], 2))
    assert TensorMeta.of(torch.zeros(2, 3).t(), 1).dense
    assert not TensorMeta.of(torch.zeros(1).expand(3), 1).dense
    assert not TensorMeta.of(flat[::2], 1).dense


def test_snapshots_hold_what_was_written_and_the_random_state() -> None:
    a, generator = torch.zeros(3), torch.Generator().manual_seed(1)
    snapshot = Snapshot()
    snapshot.before_write(a)
    snapshot.before_draw(generator)
    first = torch.rand(()), torch.rand((), generator=generator)
    a.fill_(5)
    snapshot.restore()
    assert a.tolist() == [0, 0, 0]
    assert (torch.rand(()), torch.rand((), generator=generator)) == first


def test_sparse_tensors_are_refused() -> None:
    from wubu.errors import CaptureError

    with pytest.raises(CaptureError, match="dense"):
        record(lambda x: x.to_sparse().sum(), torch.eye(3), grad=False)
