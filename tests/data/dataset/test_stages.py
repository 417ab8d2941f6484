"""Every stage on its own; ``tests/tensorflow_group`` compares them with tf.data."""

from __future__ import annotations

import os
import time

import numpy as np
import pytest
import torch

from wubu.data import (
    AUTOTUNE,
    INFINITE_CARDINALITY,
    UNKNOWN_CARDINALITY,
    Dataset,
    Options,
    TensorSpec,
    experimental,
    set_watchdog,
)
from wubu.errors import ArgumentError, DataError, EmptyDataError, FileFormatError, MissingFileError


def values(data):
    return [e.tolist() if isinstance(e, np.ndarray) else e for e in data.as_numpy_iterator()]


STAGES = {
    "batch": (lambda d: d.batch(4), [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]),
    "batch without rest": (lambda d: d.batch(4, drop_remainder=True), [[0, 1, 2, 3], [4, 5, 6, 7]]),
    "unbatch": (lambda d: d.batch(4).unbatch(), list(range(10))),
    "rebatch": (lambda d: d.batch(4).rebatch(5), [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]),
    "take": (lambda d: d.take(3), [0, 1, 2]),
    "skip": (lambda d: d.skip(7), [7, 8, 9]),
    "skip, take": (lambda d: d.skip(2).take(3), [2, 3, 4]),
    "shard": (lambda d: d.shard(4, 1), [1, 5, 9]),
    "shard of a shard": (lambda d: d.shard(2, 1).shard(2, 1), [3, 7]),
    "repeat": (lambda d: d.take(2).repeat(3), [0, 1] * 3),
    "repeat, batch": (lambda d: d.take(3).repeat(2).batch(4), [[0, 1, 2, 0], [1, 2]]),
    "take while": (lambda d: d.take_while(lambda x: x < 3), [0, 1, 2]),
    "filter": (lambda d: d.filter(lambda x: x % 4 == 1), [1, 5, 9]),
    "concatenate": (lambda d: d.take(2).concatenate(d.skip(8)), [0, 1, 8, 9]),
    "concatenate, batch": (lambda d: d.take(2).concatenate(d.skip(7)).batch(3), [[0, 1, 7], [8, 9]]),
    "enumerate": (lambda d: d.skip(8).enumerate(5), [(5, 8), (6, 9)]),
    "zip": (lambda d: Dataset.zip((d, d.skip(8))), [(0, 8), (1, 9)]),
    "zip by position": (lambda d: Dataset.zip(d.take(1), d.skip(9)), [(0, 9)]),
    "flat map": (lambda d: d.skip(8).flat_map(lambda x: Dataset.range(x, x + 2)), [8, 9, 9, 10]),
    "interleave": (
        lambda d: d.take(2).interleave(lambda x: Dataset.range(10 * x, 10 * x + 3), 2, 2),
        [0, 1, 10, 11, 2, 12],
    ),
    "interleave in threads": (
        lambda d: d.take(2).interleave(lambda x: Dataset.range(10 * x, 10 * x + 2), 2, 1, AUTOTUNE),
        [0, 10, 1, 11],
    ),
    "window": (
        lambda d: d.window(4, shift=3).flat_map(lambda w: w.batch(4)),
        [[0, 1, 2, 3], [3, 4, 5, 6], [6, 7, 8, 9], [9]],
    ),
    "scan": (lambda d: d.take(4).scan(0, lambda s, x: (s + x, s + x)), [0, 1, 3, 6]),
    "unique": (lambda d: d.map(lambda x: x % 3).unique(), [0, 1, 2]),
    "padded batch": (
        lambda d: d.take(3).map(lambda x: torch.ones(int(x), dtype=torch.int32)).padded_batch(3, padding_values=-1),
        [[[-1, -1], [1, -1], [1, 1]]],
    ),
    "group by window": (
        lambda d: d.group_by_window(lambda x: x % 2, lambda k, g: g.batch(9), window_size=3),
        [[0, 2, 4], [1, 3, 5], [6, 8], [7, 9]],
    ),
    "bucket by length": (
        lambda d: (
            d.take(5)
            .map(lambda x: torch.full((int(x) + 1,), int(x)))
            .bucket_by_sequence_length(lambda x: len(x), [3], [2, 2], pad_to_bucket_boundary=False)
        ),
        [[[0, 0], [1, 1]], [[2, 2, 2, 0], [3, 3, 3, 3]], [[4, 4, 4, 4, 4]]],
    ),
    "choose": (
        lambda d: Dataset.choose_from_datasets([d, d.skip(5)], Dataset.from_tensor_slices([0, 1, 1, 0])),
        [0, 5, 6, 1],
    ),
    "prefetch": (lambda d: d.map(lambda x: int(x)).prefetch(2).skip(8), [8, 9]),
    "apply": (lambda d: d.apply(experimental.take_while(lambda x: x < 2)), [0, 1]),
    "map and batch": (
        lambda d: d.apply(experimental.map_and_batch(lambda x: x + 1, 5)),
        [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]],
    ),
}


@pytest.mark.parametrize("name", STAGES)
@pytest.mark.parametrize("source", ["table", "stream"])
def test_stage(name, source):
    stage, expected = STAGES[name]
    data = Dataset.range(10)
    if source == "stream":
        data = data.map(lambda x: int(x), vectorize=False).map(lambda x: x.to(torch.int64), vectorize=False)
    made = stage(data)
    for _ in range(2):
        assert values(made) == expected
    count = int(made.cardinality())
    assert count == len(expected) or count == UNKNOWN_CARDINALITY


def test_cardinality():
    data = Dataset.range(10)
    assert len(data.batch(3)) == 4 and len(data.repeat(3).take(5)) == 5
    assert int(data.repeat().cardinality()) == INFINITE_CARDINALITY == int(Dataset.counter().batch(2).cardinality())
    assert int(data.filter(lambda x: True).cardinality()) == UNKNOWN_CARDINALITY
    assert int(experimental.cardinality(data)) == 10
    assert len(data.filter(lambda x: x > 4).apply(experimental.assert_cardinality(5))) == 5
    for endless in (data.repeat(), data.filter(lambda x: True)):
        with pytest.raises(TypeError, match="cardinality"):
            len(endless)
    assert data.repeat()  # not asked for its length
    assert len(Dataset.range(20).window(4, shift=3, drop_remainder=True)) == 6


def test_repeating_nothing_ends():
    assert values(Dataset.range(0).repeat()) == []
    assert values(Dataset.range(5).filter(lambda x: x > 9).repeat().batch(2)) == []


def test_reduce_and_single_element():
    assert int(Dataset.range(5).reduce(0, lambda s, x: s + x)) == 10
    pair = Dataset.range(4).batch(2).reduce((0, 1.0), lambda s, x: (s[0] + x.sum(), s[1] * 2))
    assert int(pair[0]) == 6 and float(pair[1]) == 4
    assert int(Dataset.range(7, 8).get_single_element()) == 7
    with pytest.raises(DataError, match="none"):
        Dataset.range(0).get_single_element()


def test_sampling_stops_or_goes_on():
    parts = [Dataset.range(3), Dataset.range(100, 200)]
    assert len(values(Dataset.sample_from_datasets(parts, [0.5, 0.5], seed=1))) == 103
    assert len(values(Dataset.sample_from_datasets(parts, [0.5, 0.5], seed=1, stop_on_empty_dataset=True))) < 20
    with pytest.raises(ArgumentError, match="weight"):
        Dataset.sample_from_datasets(parts, [1.0])
    with pytest.raises(DataError, match="from 0 to 1"):
        values(Dataset.choose_from_datasets(parts, Dataset.range(3)))


def test_random_numbers():
    first = values(Dataset.random(seed=4).take(3))
    assert first == values(Dataset.random(seed=4).take(3)) and len(set(first)) == 3


def test_options_are_kept():
    options = Options()
    options.threading.private_threadpool_size = 3
    options.experimental_distribute.auto_shard_policy = "off"
    data = Dataset.range(3).with_options(options)
    assert data.options() is options and values(data) == [0, 1, 2]
    assert data.map(lambda x: x).options().deterministic is None


def test_what_is_no_data_set():
    with pytest.raises(ArgumentError, match="Expected a Dataset"):
        Dataset.zip((Dataset.range(3), [1, 2]))
    with pytest.raises(DataError, match="Expected a Dataset"):
        values(Dataset.range(3).flat_map(lambda x: x))
    with pytest.raises(DataError, match="one structure"):
        Dataset.range(3).concatenate(Dataset.from_tensors((1, 2)))
    with pytest.raises(DataError, match="of one type"):
        Dataset.range(3).concatenate(Dataset.from_tensors(1.0))


def test_padding_needs_room():
    data = Dataset.from_tensors(np.ones(5)).padded_batch(1, padded_shapes=[3])
    with pytest.raises(DataError, match=r"no larger than padded_shapes=\(3,\)"):
        values(data)


# --- generators -------------------------------------------------------------------------------------------------------


def test_a_generator_is_called_for_every_pass():
    calls = []

    def count():
        calls.append(1)
        yield from range(3)

    data = Dataset.from_generator(count, output_types="int64", output_shapes=())
    assert values(data) == values(data) == [0, 1, 2] and len(calls) == 2
    assert data.element_spec == TensorSpec((), "int64")
    assert values(Dataset.from_generator(lambda: iter([{"a": 1}, {"a": 2}]))) == [{"a": 1}, {"a": 2}]


def test_a_generator_that_breaks_its_promise():
    def bad():
        yield np.zeros(3)
        yield np.zeros(4)

    data = Dataset.from_generator(bad, output_signature=TensorSpec((3,), "float32"))
    with pytest.raises(DataError, match=r"element 1.*Expected shape \(3,\). Received: \(4,\)"):
        values(data)
    with pytest.raises(DataError, match="Expected a tuple of 2"):
        values(Dataset.from_generator(bad, output_types=("float32", "int32")))


def test_a_generator_that_raises():
    def bad():
        yield 1
        raise OSError("disk gone")

    with pytest.raises(DataError, match="failed at element 1: OSError: disk gone"):
        values(Dataset.from_generator(bad).prefetch(2))
    with pytest.raises(ArgumentError, match="lambda"):
        Dataset.from_generator(iter([1]))
    with pytest.raises(EmptyDataError):
        _ = Dataset.from_generator(lambda: iter(())).element_spec


# --- caches -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["memory", "file"])
def test_cache(where, tmp_path):
    calls = []

    def function(x):
        calls.append(int(x))
        return {"x": x * 2, "text": str(int(x)), "vary": torch.ones(int(x) % 3)}

    data = Dataset.range(6).map(function).cache(str(tmp_path / "deep" / "cache") if where == "file" else "")
    for _ in range(3):
        found = list(data)
        assert [int(e["x"]) for e in found] == [0, 2, 4, 6, 8, 10]
        assert [str(e["text"]) for e in found] == list("012345")
        assert [len(e["vary"]) for e in found] == [0, 1, 2] * 2
    assert calls == list(range(6))
    list(data.take(2))
    shuffled = [int(e["x"]) for e in data.shuffle(6, seed=1)]
    assert sorted(shuffled) == [0, 2, 4, 6, 8, 10] != shuffled


def test_a_pass_that_ends_early_keeps_nothing(tmp_path):
    calls = []
    for path in ("", str(tmp_path / "cache")):
        calls.clear()
        data = Dataset.range(5).map(lambda x: calls.append(1) or x, vectorize=False).cache(path)
        iterator = iter(data)
        next(iterator)
        iterator.close()
        assert values(data) == [0, 1, 2, 3, 4]
        assert len(calls) == 6
    assert sorted(os.listdir(tmp_path)) == ["cache.data", "cache.index"]


def test_a_cache_file_outlives_the_program(tmp_path):
    path = str(tmp_path / "cache")
    expected = values(Dataset.range(5).batch(2).cache(path))
    assert values(Dataset.range(99).map(lambda x: 1 / 0).cache(path)) == expected


@pytest.mark.parametrize("damage", ["index", "data", "missing"])
def test_a_damaged_cache_file(damage, tmp_path):
    path = str(tmp_path / "cache")
    values(Dataset.range(5).cache(path))
    if damage == "index":
        (tmp_path / "cache.index").write_text("{}")
    elif damage == "data":
        (tmp_path / "cache.data").write_bytes(b"123")
    else:
        (tmp_path / "cache.data").unlink()
    with pytest.raises(FileFormatError, match="cache"):
        values(Dataset.range(5).cache(path))


def test_save_and_load(tmp_path):
    data = Dataset.from_tensor_slices({"a": np.arange(6).reshape(3, 2), "b": ["x", "y", "z"], "c": [True, False, True]})
    data.save(str(tmp_path / "saved"))
    loaded = Dataset.load(str(tmp_path / "saved"))
    assert [{k: np.asarray(v).tolist() for k, v in e.items()} for e in loaded.as_numpy_iterator()] == [
        {k: np.asarray(v).tolist() for k, v in e.items()} for e in data.as_numpy_iterator()
    ]
    assert loaded.element_spec == data.element_spec and len(loaded) == 3


# --- threads ----------------------------------------------------------------------------------------------------------


def test_prefetch_runs_ahead_and_stops():
    import threading

    made = []

    def slow():
        for i in range(100):
            made.append(i)
            yield i

    iterator = iter(Dataset.from_generator(slow).prefetch(3))
    next(iterator)
    time.sleep(0.2)
    assert 2 <= len(made) <= 6
    iterator.close()
    time.sleep(0.1)
    assert not any(t.name == "wubu-prefetch" for t in threading.enumerate())


def test_the_watchdog_names_the_stage(capsys):
    set_watchdog(0.2)
    try:

        def stuck(x):
            time.sleep(0.7 if int(x) == 3 else 0)
            return x

        for parallel in (None, 2):
            list(Dataset.range(5).map(stuck, parallel).prefetch(1))
            said = capsys.readouterr().err
            assert "has given nothing for" in said and "map(stuck), element 3" in said
        list(Dataset.range(5))
        assert not capsys.readouterr().err
    finally:
        set_watchdog(None)


def test_files_that_are_missing(tmp_path):
    with pytest.raises(MissingFileError, match=r"\*\.jpg"):
        Dataset.list_files(str(tmp_path / "*.jpg"))
