"""Orders: seeds, passes, places that can be saved."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from wubu.core.seeds import set_random_seed
from wubu.data import Dataset
from wubu.data.dataset.philox import PhiloxStream, philox
from wubu.errors import ArgumentError, DataError


def numbers(data):
    return [int(x) for x in data]


def test_philox_known_answers():
    """The test vectors that its authors published for ten rounds."""
    assert [hex(n) for n in philox(0, 0, 0, 4)] == ["0x6627e8d5", "0xe169c58d", "0xbc57ac4c", "0x9b00dbd8"]
    stream = PhiloxStream(3, 4)
    assert [stream.next() for _ in range(9000)][8997:] == philox(3, 4, 8997, 3).tolist()


def test_the_seed_of_the_program_decides():
    def order():
        return numbers(Dataset.range(50).shuffle(50)), numbers(Dataset.range(50).shuffle(7))

    set_random_seed(1)
    one = order()
    set_random_seed(1)
    assert order() == one
    set_random_seed(2)
    assert order() != one


def test_passes_differ_unless_they_should_not():
    for buffer in (5, 50):
        for seed in (None, 3):
            again = Dataset.range(50).shuffle(buffer, seed)
            assert numbers(again) != numbers(again)
            alike = Dataset.range(50).shuffle(buffer, seed, reshuffle_each_iteration=False)
            assert numbers(alike) == numbers(alike)
    repeated = numbers(Dataset.range(50).shuffle(50).repeat(2))
    assert sorted(repeated[:50]) == list(range(50)) and repeated[:50] != repeated[50:]


def test_a_buffer_of_the_whole_is_a_fair_shuffle():
    set_random_seed(0)
    places = np.array([numbers(Dataset.range(10).shuffle(10)).index(0) for _ in range(1000)])
    assert np.bincount(places, minlength=10).min() > 60


def test_a_small_buffer_keeps_elements_near():
    found = numbers(Dataset.range(1000).shuffle(10, seed=1))
    assert sorted(found) == list(range(1000))
    assert all(value <= place + 9 for place, value in enumerate(found))


def test_tables_and_streams_shuffle_alike():
    table = Dataset.range(100).shuffle(13, seed=5)
    stream = Dataset.range(100).filter(lambda x: x >= 0).shuffle(13, seed=5)
    assert numbers(table) == numbers(stream)
    assert numbers(table) == numbers(stream)


PIPELINES = {
    "shuffle": lambda: Dataset.range(40).shuffle(40).batch(3),
    "seeded": lambda: Dataset.range(40).shuffle(9, seed=4).batch(3),
    "alike": lambda: Dataset.range(40).shuffle(9, reshuffle_each_iteration=False).batch(3),
    "repeated": lambda: Dataset.range(10).shuffle(10).repeat().batch(3).take(30),
    "seeded, repeated": lambda: Dataset.range(10).shuffle(4, seed=3).repeat(5).batch(3),
    "two": lambda: Dataset.zip((Dataset.range(30).shuffle(30), Dataset.range(30).shuffle(5, seed=1))).batch(2),
    "map": lambda: Dataset.range(30).map(lambda x: x * 2).shuffle(30).map(lambda x: x + 1, 2).prefetch(3),
    "filter": lambda: Dataset.range(30).filter(lambda x: x % 3 > 0).shuffle(8),
    "interleave": lambda: Dataset.range(5).interleave(lambda x: Dataset.range(x), 2, 2).shuffle(4),
    "generator": lambda: Dataset.from_generator(lambda: iter(range(25))).shuffle(6).batch(2),
    "sampled": lambda: Dataset.sample_from_datasets([Dataset.range(20), Dataset.range(50, 70)]),
    "unbatch": lambda: Dataset.range(30).batch(4).shuffle(3).unbatch().batch(5),
    "window": lambda: Dataset.range(20).window(3, shift=1).flat_map(lambda w: w.batch(3)).shuffle(5),
    "concatenated": lambda: Dataset.range(9).shuffle(9).concatenate(Dataset.range(9).shuffle(3, seed=2)).batch(2),
    "cached": lambda: Dataset.range(20).map(lambda x: x + 1).cache().shuffle(20).batch(3),
}


def listed(iterator, count=None):
    found = []
    for element in iterator:
        parts = element if isinstance(element, tuple) else (element,)
        found.append([p.tolist() for p in parts])
        if len(found) == count:
            break
    return found


@pytest.mark.parametrize("name", PIPELINES)
@pytest.mark.parametrize("taken", [0, 1, 4])
def test_a_pass_can_be_taken_up_again_in_another_process(name, taken):
    data = PIPELINES[name]()
    list(data)  # an earlier epoch
    iterator = iter(data)
    listed(iterator, taken) if taken else None
    state = json.loads(json.dumps(iterator.state_dict()))
    rest = listed(iterator)
    after = listed(iter(data))

    set_random_seed(987)  # the other process
    fresh = PIPELINES[name]()
    resumed = iter(fresh)
    resumed.load_state_dict(state)
    assert listed(resumed) == rest
    if "seeded" in name:  # epochs after it go on as they would have
        assert listed(iter(fresh)) == after


def test_passing_over_does_not_call_the_function():
    calls = []
    data = Dataset.range(10).map(lambda x: calls.append(int(x)) or x, num_parallel_calls=1)
    iterator = iter(data)
    for _ in range(6):
        next(iterator)
    state = iterator.state_dict()
    calls.clear()
    resumed = iter(data)
    resumed.load_state_dict(state)
    assert int(next(resumed)) == 6
    assert min(calls) == 6


def test_a_place_behind_the_end():
    iterator = iter(Dataset.range(10))
    for _ in range(8):
        next(iterator)
    with pytest.raises(DataError, match="at least 8"):
        iter(Dataset.range(5)).load_state_dict(iterator.state_dict())


def test_a_finished_pass_stays_finished():
    iterator = iter(Dataset.range(2))
    list(iterator)
    other = iter(Dataset.range(2))
    other.load_state_dict(iterator.state_dict())
    assert list(other) == [] == list(iterator)


def test_arguments():
    with pytest.raises(ArgumentError, match="buffer_size"):
        Dataset.range(3).shuffle(0)
    with pytest.raises(ArgumentError, match="batch_size"):
        Dataset.range(3).batch(0)
    with pytest.raises(ArgumentError, match="shards"):
        Dataset.range(3).shard(2, 2)
    with pytest.raises(ArgumentError, match="step"):
        Dataset.range(1, 5, 0)


def test_torch_order_is_not_disturbed_by_threads():
    set_random_seed(4)
    data = Dataset.range(20).shuffle(20).repeat(3).map(lambda x: x, 2).prefetch(2)
    found = []
    for element in data:
        torch.rand(3)
        found.append(int(element))
    set_random_seed(4)
    assert numbers(data) == found
