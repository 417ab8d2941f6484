"""The choice of threads: by trial, on real steps, repeated now and then."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from wubu.engine import openmp, settings
from wubu.engine import threads as threads_module
from wubu.engine.threads import Team, ThreadChoice, threads


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


ONE, TWO, SPLIT = Team(1, 1), Team(2, 2), Team(1, 2)


def run(choice: ThreadChoice, seconds: dict[int, float], total: int, size: int = 10) -> list[tuple[int, int, int]]:
    """Run steps that take a given time per number of threads of torch's; the calls that were made."""
    calls = []

    def call(start: int, stop: int) -> None:
        calls.append((start, stop, torch.get_num_threads()))
        time.sleep(seconds[torch.get_num_threads()] * (stop - start))

    for _ in range(total // size):
        choice.run(size, call)
    return calls


@pytest.mark.parametrize(("one", "two", "chosen"), [(1e-4, 1e-3, ONE), (1e-3, 1e-4, TWO)])
def test_the_faster_is_chosen(two_threads: None, one: float, two: float, chosen: Team) -> None:
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
    assert choice.chosen == TWO


def test_without_a_choice_there_is_no_trial(two_threads: None) -> None:
    with settings.override(autotune_threads=False):
        assert ThreadChoice().chosen == TWO
    with threads(ONE):
        assert ThreadChoice().chosen == ONE


def test_threads_come_back_after_an_error(two_threads: None) -> None:
    with pytest.raises(ValueError), threads(ONE):
        raise ValueError
    assert torch.get_num_threads() == 2


def test_a_choice_that_does_not_keep_its_promise_is_tried_again(two_threads: None) -> None:
    choice = ThreadChoice()
    seconds = {1: 1e-3, 2: 5e-4}
    run(choice, seconds, 200)
    assert choice.chosen == TWO
    seconds[2] = 4e-3  # another program has taken the second core
    calls = run(choice, seconds, 400, size=50)
    assert calls[-1][2] == 1


def test_one_lucky_chunk_does_not_decide() -> None:
    assert threads_module._typical([1e-4, 5e-3, 5e-3, 5e-3]) > 3e-3
    assert threads_module._typical([1e-3, 1e-3, 1e-3, 5e-2]) == pytest.approx(1e-3)


needs_split = pytest.mark.skipif(not openmp.can_split(), reason="needs GNU's OpenMP and MKL")


@needs_split
def test_products_may_have_more_threads_than_operations(two_threads: None) -> None:
    choice = ThreadChoice(multiplies=True)
    seen = []

    def call(start: int, stop: int) -> None:
        seen.append(torch.get_num_threads())
        quick = torch.get_num_threads() == 1 and "mkl_get_max_threads() : 2" in torch.__config__.parallel_info()
        time.sleep((1e-4 if quick else 1e-3) * (stop - start))

    for _ in range(60):
        choice.run(10, call)
    assert choice.chosen == SPLIT and set(choice.seconds) == {ONE, TWO, SPLIT}
    assert seen[-1] == 1 and torch.get_num_threads() == 2


@needs_split
def test_a_split_team_multiplies_with_all_threads(two_threads: None) -> None:
    with threads(SPLIT):
        assert torch.get_num_threads() == 1 and workers() == 2
    assert torch.get_num_threads() == 2 and workers() == 2
    with threads(ONE):
        assert workers() == 1


def workers() -> int:
    """How many threads a product of MKL's takes: those that have used the processor meanwhile."""
    a, b = torch.rand(1500, 1500), torch.rand(1500, 1500)
    before = _processor_times()
    for _ in range(3):
        torch.mm(a, b)
    spent = [now - before.get(thread, 0) for thread, now in _processor_times().items()]
    return sum(time > max(spent) / 3 for time in spent)


def _processor_times() -> dict[str, int]:
    """Nanoseconds on a processor, of each thread of this process."""
    found = {}
    for path in Path("/proc/self/task").iterdir():
        found[path.name] = int((path / "schedstat").read_text().split()[0])
    return found


def test_a_hopeless_candidate_is_left_out_early(two_threads: None) -> None:
    choice = ThreadChoice()
    calls = run(choice, {1: 1e-2, 2: 1e-4}, 40, size=1)
    assert choice.chosen == TWO
    assert sum(stop - start for start, stop, count in calls if count == 1) <= 3
