"""What capture cannot do.

The first half raises while a step is recorded: the step then runs as plain Python, with one warning that names the line.
The second half is silent: Python that is not torch runs once, while recording, and replays know nothing of it. Those
tests show what happens, so that it stays known. ``run_eagerly=True`` is the way out of all of them.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from wubu.engine.record import record
from wubu.engine.stepper import EagerFallbackWarning, Stepper
from wubu.errors import CaptureError

X = torch.arange(12.0).reshape(4, 3)


# --- those that raise ------------------------------------------------------------------------------------------------


def branch_on_a_value(x: torch.Tensor) -> torch.Tensor:
    if x.sum() > 0:
        return x
    return -x


def number_of_a_tensor(x: torch.Tensor) -> torch.Tensor:
    return x * x.max().item()


def loop_over_a_count(x: torch.Tensor) -> torch.Tensor:
    for _ in range(int(x[0, 1])):
        x = x + 1
    return x


def select_by_a_mask(x: torch.Tensor) -> torch.Tensor:
    return x[x > 3].sum()


def find_positions(x: torch.Tensor) -> torch.Tensor:
    return torch.nonzero(x)


def distinct_values(x: torch.Tensor) -> torch.Tensor:
    return torch.unique(x)


def to_numpy(x: torch.Tensor) -> torch.Tensor:
    return torch.from_numpy(np.exp(x.numpy()))


def to_a_list(x: torch.Tensor) -> torch.Tensor:
    return x * sum(x.tolist()[0])


def through_an_array_function(x: torch.Tensor) -> torch.Tensor:
    return torch.as_tensor(np.mean(np.asarray(x)))


def compare_as_python(x: torch.Tensor) -> torch.Tensor:
    return x if torch.equal(x, x + 0) else -x


RAISING: dict[Callable[[torch.Tensor], Any], str] = {
    branch_on_a_value: "Python number",
    number_of_a_tensor: "Python number",
    loop_over_a_count: "Python number",
    select_by_a_mask: "depends on the data",
    find_positions: "depends on the data",
    distinct_values: "depends on the data",
    to_numpy: "NumPy array",
    to_a_list: "Python list",
    through_an_array_function: "NumPy array",
    compare_as_python: "depends on the data",
}


@pytest.mark.parametrize("step", RAISING, ids=lambda step: step.__name__)
def test_recording_raises_and_names_the_line(step: Callable[[torch.Tensor], Any]) -> None:
    with pytest.raises(CaptureError, match=RAISING[step]) as caught:
        record(step, X.clone(), grad=False)
    assert "test_footguns.py:" in str(caught.value)


@pytest.mark.parametrize("step", RAISING, ids=lambda step: step.__name__)
def test_the_step_runs_as_plain_python_with_one_warning(step: Callable[[torch.Tensor], Any]) -> None:
    stepper = Stepper(step, lambda: [], mode="predict")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        results = [stepper.step(X.clone() + shift) for shift in range(3)]
    messages = [str(w.message) for w in caught if w.category is EagerFallbackWarning]
    assert len(messages) == 1
    assert "run_eagerly=True" in messages[0]
    for shift, result in enumerate(results):
        assert torch.equal(result, step(X.clone() + shift))


def test_memory_that_is_replaced_in_every_step_ends_in_plain_python() -> None:
    def step(x: torch.Tensor) -> torch.Tensor:
        state = torch.zeros(3)
        state.data = x[0]
        return state + 1

    stepper = Stepper(step, lambda: [], mode="predict")
    with pytest.warns(EagerFallbackWarning, match="gets other memory.*test_footguns"):
        for shift in range(6):
            assert torch.equal(stepper.step(X + shift), X[0] + shift + 1)


def test_state_that_is_made_in_every_step_ends_in_plain_python() -> None:
    states: list[torch.Tensor] = []

    def step(x: torch.Tensor) -> torch.Tensor:
        states.append(x * 2)
        return states[-1]

    stepper = Stepper(step, lambda: states, mode="predict")
    with pytest.warns(EagerFallbackWarning, match="makes new state"):
        for shift in range(6):
            assert torch.equal(stepper.step(X + shift), (X + shift) * 2)


def test_a_step_that_fails_while_recorded_leaves_no_trace() -> None:
    seen = torch.zeros(())
    weight = torch.nn.Parameter(torch.ones(3))

    def step(x: torch.Tensor) -> torch.Tensor:
        seen.add_(1)
        (x * weight).sum().backward()
        noise = torch.rand(())
        return noise + float(seen)

    state = torch.get_rng_state()
    with pytest.raises(CaptureError):
        record(step, X)
    assert float(seen) == 0
    assert weight.grad is None
    assert torch.equal(torch.get_rng_state(), state)


def test_what_the_step_itself_gets_wrong_is_its_own_error() -> None:
    stepper = Stepper(lambda x: x @ x, lambda: [], mode="predict")
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        stepper.step(X)


def test_a_weight_that_moves_makes_a_new_program() -> None:
    weight = torch.nn.Parameter(torch.ones(3))
    stepper = Stepper(lambda x: x * weight, lambda: [weight], mode="predict")
    stepper.step(X)
    weight.data = torch.full((3,), 5.0)
    assert torch.equal(stepper.step(X), X * 5)


# --- those that are silent -------------------------------------------------------------------------------------------


def replayed(step: Callable[[torch.Tensor], Any], times: int = 4) -> list[Any]:
    """Results of a step that is recorded and replayed."""
    stepper = Stepper(step, lambda: [], mode="predict")
    results = [stepper.step(X) for _ in range(times)]
    assert stepper.programs
    return results


def test_silent_python_side_effects_happen_once() -> None:
    calls = []
    replayed(lambda x: (calls.append(1), x + 1)[1])
    assert len(calls) == 1


def test_silent_python_numbers_freeze() -> None:
    counter = iter(range(100))
    results = replayed(lambda x: x * 0 + next(counter))
    assert {float(r[0, 0]) for r in results} == {0.0}


def test_silent_numpy_random_numbers_freeze() -> None:
    results = replayed(lambda x: x + float(np.random.rand()))
    assert all(torch.equal(r, results[0]) for r in results)


def test_but_torch_random_numbers_are_drawn_anew() -> None:
    results = replayed(lambda x: x + torch.rand(()))
    assert len({float(r[0, 0]) for r in results}) == len(results)


def test_silent_branches_on_python_values_freeze() -> None:
    switch = {"on": True}
    stepper = Stepper(lambda x: x + 1 if switch["on"] else x - 1, lambda: [], mode="predict")
    stepper.step(X)
    switch["on"] = False
    assert torch.equal(stepper.step(X), X + 1)


def test_unless_the_key_names_them() -> None:
    switch = {"on": True}
    stepper = Stepper(
        lambda x: x + 1 if switch["on"] else x - 1, lambda: [], mode="predict", key=lambda: switch["on"]
    )
    stepper.step(X)
    switch["on"] = False
    assert torch.equal(stepper.step(X), X - 1)
    assert torch.equal(stepper.step(X), X - 1)


def test_silent_state_that_is_rebound_rather_than_changed_freezes() -> None:
    class Model:
        total = torch.zeros(())

    def step(x: torch.Tensor) -> torch.Tensor:
        Model.total = Model.total + x.sum()  # a new tensor each time; `Model.total.add_(…)` would be right
        return Model.total

    results = replayed(step)
    assert {float(r) for r in results} == {66.0}


def test_silent_gradients_are_not_left_on_weights() -> None:
    weight = torch.nn.Parameter(torch.ones(3))

    def step(x: torch.Tensor) -> torch.Tensor:
        loss = (x * weight).sum()
        loss.backward()
        with torch.no_grad():
            weight.sub_(weight.grad, alpha=0.1)  # used inside the step it is right
        return loss.detach()

    stepper = Stepper(step, lambda: [weight])
    first = weight.detach().clone()
    stepper.step(X)
    assert torch.allclose(weight, first - 0.1 * X.sum(0))
    assert weight.grad is None
