"""The step that a program replays is the step that Python takes."""

import functools

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from wubu import optimizers
from wubu.core import capture
from wubu.core.variable import Variable

OPTIONS = [
    {},
    {"gradient_accumulation_steps": 3, "weight_decay": 0.1},
    {"use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": 2},
    {"gradient_accumulation_steps": 2, "use_ema": True, "ema_overwrite_frequency": 2, "global_clipnorm": 0.5},
]
NAMES = ["SGD", "Adam", "AdamW", "Adamax", "Adadelta", "Adagrad", "Nadam", "RMSprop", "Ftrl", "Lion", "Lamb",
         "Adafactor", "Muon", "ScheduleFreeAdamW"]  # fmt: skip


class Executor:
    """Stands in for the engine: fills the step size from a mirror of the counter."""

    def __init__(self):
        self.noted = []

    def note_optimizer(self, optimizer):
        self.noted.append(optimizer)

    def step(self, optimizer, iteration, action):
        optimizer.step_size.fill_(optimizer.learning_rate_at(iteration))
        with capture.capturing(self):
            action()


class Count(TorchDispatchMode):
    def __init__(self):
        super().__init__()
        self.calls = []

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        self.calls.append(str(function))
        return function(*args, **(kwargs or {}))


def weights():
    generator = torch.Generator().manual_seed(1)
    return [Variable(torch.randn(shape, generator=generator)) for shape in ((4, 3), (3,), (3, 2))]


def gradients(step):
    generator = torch.Generator().manual_seed(100 + step)
    return [torch.randn(shape, generator=generator) for shape in ((4, 3), (3,), (3, 2))]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_captured_equals_eager(name, options):
    schedule = optimizers.schedules.ExponentialDecay(0.1, 4, 0.5)
    eager, captured = (getattr(optimizers, name)(schedule, **options) for _ in range(2))
    plain, replayed, executor = weights(), weights(), Executor()
    eager.build(plain)
    captured.build(replayed)
    for step in range(9):
        eager.apply(gradients(step), plain)
        executor.step(captured, step, lambda step=step: captured.apply(gradients(step), replayed))
    assert executor.noted == [captured] * 9
    for a, b in zip([*plain, *eager.variables], [*replayed, *captured.variables]):
        torch.testing.assert_close(a, b, rtol=1e-6, atol=1e-7)


def test_loss_scale_captured_equals_eager():
    pairs = []
    for captured in (False, True):
        optimizer = optimizers.LossScaleOptimizer(optimizers.Adam(0.1), initial_scale=8.0, dynamic_growth_steps=2)
        own, executor = weights(), Executor()
        optimizer.build(own)
        for step in range(7):
            found = [g * float(optimizer.dynamic_scale) for g in gradients(step)]
            if step == 3:
                found[1][0] = float("inf")
            action = functools.partial(optimizer.apply, found, own)
            if captured:
                executor.step(optimizer.inner_optimizer, step, action)
            else:
                action()
        pairs.append([*own, *optimizer.variables])
    for a, b in zip(*pairs):
        torch.testing.assert_close(a, b)


@pytest.mark.parametrize(
    "optimizer,most",
    [
        (optimizers.SGD(0.1), 1),
        (optimizers.SGD(0.1, momentum=0.9), 3),
        (optimizers.SGD(0.1, momentum=0.9, nesterov=True), 4),
        (optimizers.Adam(), 1),
        (optimizers.AdamW(), 4),
        (optimizers.RMSprop(), 6),
        (optimizers.Adagrad(), 5),
        (optimizers.SGD(0.1, global_clipnorm=1.0), 8),
        (optimizers.SGD(0.1, clipvalue=1.0), 2),
    ],
    ids=lambda value: value.name if isinstance(value, optimizers.Optimizer) else str(value),
)
def test_few_operations_whatever_the_number_of_variables(optimizer, most):
    own = [Variable(torch.randn(4)) for _ in range(20)]
    optimizer.build(own)
    found = [torch.randn(4) for _ in own]
    with capture.capturing(Executor()), Count() as count:
        optimizer.apply(found)
    copies = [call for call in count.calls if "copy_" in call]
    assert len(copies) == len(own)
    # Beside the copies of the gradients: the update and the counter.
    assert len(count.calls) - len(copies) <= most + 1, count.calls


def test_nothing_waits_for_the_device_while_captured():
    for name in NAMES:
        optimizer = getattr(optimizers, name)(gradient_accumulation_steps=2, use_ema=True, ema_overwrite_frequency=2)
        own = weights()
        optimizer.build(own)
        with capture.capturing(Executor()), Count() as count:
            optimizer.apply(gradients(0), own)
        assert not any("_local_scalar_dense" in call or "nonzero" in call for call in count.calls), name


def test_eager_reads_the_counter_only_after_it_changed():
    own, optimizer = weights(), optimizers.Adam()
    optimizer.apply(gradients(0), own)
    with Count() as count:
        optimizer.apply(gradients(1), own)
    assert not any("_local_scalar_dense" in call for call in count.calls)
    optimizer.iterations = 50
    optimizer.learning_rate = 0.5
    optimizer.apply(gradients(2), own)
    assert int(optimizer.iterations) == 51 and float(optimizer.step_size) == 0.5


def test_state_tensors_cover_what_apply_changes():
    for name in NAMES:
        optimizer = getattr(optimizers, name)(use_ema=True, gradient_accumulation_steps=2)
        own = weights()
        for step in range(3):
            optimizer.apply(gradients(step), own)
        everything = [*own, *optimizer.variables]
        kept = [tensor.clone() for tensor in optimizer.state_tensors()]
        expected = [tensor.detach().clone() for tensor in everything]
        for step in range(3):
            optimizer.apply(gradients(step), own)
        with torch.no_grad():
            for tensor, value in zip(optimizer.state_tensors(), kept):
                tensor.copy_(value)
        for tensor, value in zip(everything, expected):
            assert torch.equal(tensor, value), name
