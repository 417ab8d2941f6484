"""The choice of threads: by trial, on real steps, repeated now and then."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import torch

from wubu.engine import settings
from wubu.engine import threads as threads_module
from wubu.engine.threads import ThreadChoice, threads


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def run(choice: ThreadChoice, seconds: dict[int, float], total: int, size: int = 10) -> list[tuple[int, int, int]]:
    """Run steps that take a given time per number of threads; the calls that were made."""
    calls = []

    def call(start: int, stop: int) -> None:
        calls.append((start, stop, torch.get_num_threads()))
        time.sleep(seconds[torch.get_num_threads()] * (stop - start))

    for _ in range(total // size):
        choice.run(size, call)
    return calls


@pytest.mark.parametrize(("one", "two", "chosen"), [(1e-4, 1e-3, 1), (1e-3, 1e-4, 2)])
def test_the_faster_is_chosen(two_threads: None, one: float, two: float, chosen: int) -> None:
    choice = ThreadChoice()
    run(choice, {1: one, 2: two}, 300)
    assert choice.chosen == chosen
    assert torch.get_num_threads() == 2


def test_every_step_is_run_once_and_in_order(two_threads: None) -> None:
    choice = ThreadChoice()
    at = 0
    for start, stop, _ in run(choice, {1: 1e-4, 2: 1e-4}, 200, size=7):
        assert start == (0 if at == 7 else at)
        at = stop
    assert at == 7


def test_the_trial_is_repeated(two_threads: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads_module, "REST", 1)
    choice = ThreadChoice()
    seconds = {1: 1e-4, 2: 1e-3}
    run(choice, seconds, 400)
    seconds.update({1: 1e-3, 2: 1e-4})
    calls = run(choice, seconds, 2000, size=50)
    assert calls[-1][2] == 2


def test_long_steps_are_not_tried_on_one_thread(two_threads: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads_module, "LONGEST_TRIAL_SECONDS", 0.01)
    choice = ThreadChoice()
    calls = run(choice, {1: 1.0, 2: 0.01}, 10, size=1)
    assert {count for _, _, count in calls} == {2}
    assert choice.chosen == 2


def test_without_a_choice_there_is_no_trial(two_threads: None) -> None:
    with settings.override(autotune_threads=False):
        assert ThreadChoice().chosen == 2
    with threads(1):
        assert ThreadChoice().chosen == 1


def test_threads_come_back_after_an_error(two_threads: None) -> None:
    with pytest.raises(ValueError), threads(1):
        raise ValueError
    assert torch.get_num_threads() == 2


def test_a_choice_that_does_not_keep_its_promise_is_tried_again(two_threads: None) -> None:
    choice = ThreadChoice()
    seconds = {1: 1e-3, 2: 5e-4}
    run(choice, seconds, 200)
    assert choice.chosen == 2
    seconds[2] = 4e-3  # another program has taken the second core
    calls = run(choice, seconds, 400, size=50)
    assert calls[-1][2] == 1


def test_one_lucky_chunk_does_not_decide() -> None:
    assert threads_module._typical([1e-4, 5e-3, 5e-3, 5e-3]) > 3e-3
    assert threads_module._typical([1e-3, 1e-3, 1e-3, 5e-2]) == pytest.approx(1e-3)
