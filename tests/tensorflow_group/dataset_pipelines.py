"""Pipelines that tf.data and wubu both run; as a script, what tf.data gives for them (needs tensorflow).

python dataset_pipelines.py FILE SEED
"""

from __future__ import annotations

import pickle
import sys

import numpy as np

X = np.arange(24, dtype=np.float32).reshape(8, 3)
Y = np.arange(8)


def uneven(D):
    return D.from_tensor_slices(np.array([1, 3, 2, 5, 4])).flat_map(lambda n: D.range(0, n).batch(10))


PIPELINES = {
    "slices": lambda D: D.from_tensor_slices((X, Y)),
    "slices of a dict": lambda D: D.from_tensor_slices({"a": X, "b": {"c": Y}}),
    "slices of lists": lambda D: D.from_tensor_slices(([1, 2, 3], [0.5, 1.5, 2.5], [True, False, True])),
    "slices of text": lambda D: D.from_tensor_slices(["a", "bb", "ccc"]),
    "one element": lambda D: D.from_tensors((X, [1, 2])),
    "range": lambda D: D.range(3, 20, 4),
    "range down": lambda D: D.range(5, 0, -2),
    "empty range": lambda D: D.range(0),
    "map": lambda D: D.range(5).map(lambda x: x * 2),
    "map of pairs": lambda D: D.from_tensor_slices((X, Y)).map(lambda x, y: (x + 1, {"y": y * 2})),
    "parallel map": lambda D: D.range(20).map(lambda x: x * x, num_parallel_calls=4),
    "map, batch": lambda D: D.from_tensor_slices((X, Y)).map(lambda x, y: (x / 2, y)).batch(3),
    "batch": lambda D: D.from_tensor_slices((X, Y)).batch(3),
    "batch without rest": lambda D: D.from_tensor_slices((X, Y)).batch(3, drop_remainder=True),
    "batch of batches": lambda D: D.range(10).batch(2).batch(3),
    "batch of text": lambda D: D.from_tensor_slices(["a", "bb", "ccc"]).batch(2),
    "unbatch": lambda D: D.from_tensor_slices((X, Y)).batch(3).unbatch(),
    "rebatch": lambda D: D.range(10).batch(3).unbatch().batch(4),
    "shuffle": lambda D: D.range(20).shuffle(20, seed=3),
    "shuffle with a small buffer": lambda D: D.range(50).shuffle(7, seed=11),
    "shuffle with a large buffer": lambda D: D.range(10).shuffle(100, seed=0),
    "shuffle alike": lambda D: D.range(20).shuffle(5, seed=3, reshuffle_each_iteration=False),
    "shuffle, repeat, batch": lambda D: D.range(10).shuffle(4, seed=5).repeat(3).batch(4),
    "repeat, shuffle, batch": lambda D: D.range(5).repeat(3).shuffle(6, seed=5).batch(4),
    "filter, shuffle": lambda D: D.range(30).filter(lambda x: x % 3 == 1).shuffle(4, seed=2),
    "shuffle, map, batch": lambda D: (
        D.from_tensor_slices((X, Y)).shuffle(5, seed=1).map(lambda x, y: (x * 2, y)).batch(3)
    ),
    "map, shuffle, batch": lambda D: (
        D.from_tensor_slices((X, Y)).map(lambda x, y: (x * 2, y)).shuffle(5, seed=1).batch(3)
    ),
    "two shuffles": lambda D: D.range(20).shuffle(6, seed=1).shuffle(9, seed=2),
    "repeat": lambda D: D.range(3).repeat(2),
    "repeat none": lambda D: D.range(3).repeat(0),
    "repeat forever": lambda D: D.range(3).repeat().take(8),
    "take": lambda D: D.range(9).take(4),
    "take all": lambda D: D.range(9).take(-1),
    "take too many": lambda D: D.range(3).take(10),
    "skip": lambda D: D.range(9).skip(4),
    "skip all": lambda D: D.range(9).skip(-1),
    "take of batches": lambda D: D.range(20).batch(3).take(2),
    "skip of batches": lambda D: D.range(20).batch(3).skip(5),
    "take while": lambda D: D.range(9).take_while(lambda x: x < 5),
    "cache": lambda D: D.range(5).map(lambda x: x + 1).cache(),
    "cache, shuffle": lambda D: D.range(9).cache().shuffle(4, seed=3),
    "prefetch": lambda D: D.range(5).prefetch(2),
    "filter": lambda D: D.range(20).filter(lambda x: x % 2 == 0),
    "filter, batch": lambda D: D.range(20).filter(lambda x: x % 3 == 0).batch(4),
    "filter of pairs": lambda D: D.from_tensor_slices((X, Y)).filter(lambda x, y: y > 3),
    "enumerate": lambda D: D.from_tensor_slices(X).enumerate(start=2),
    "zip": lambda D: D.zip((D.range(5), D.from_tensor_slices(X))),
    "zip of dicts": lambda D: D.zip({"a": D.range(3), "b": D.range(4)}),
    "zip of pairs": lambda D: D.zip((D.from_tensor_slices((X, Y)), D.range(100))),
    "zip, shuffle, batch": lambda D: D.zip((D.range(9), D.range(9, 18))).shuffle(9, seed=1).batch(2),
    "concatenate": lambda D: D.range(3).concatenate(D.range(10, 12)),
    "concatenate, batch": lambda D: D.range(3).concatenate(D.range(10, 15)).batch(2),
    "shard": lambda D: D.range(11).shard(3, 1),
    "shard of a map": lambda D: D.range(11).filter(lambda x: x != 4).shard(3, 2),
    "flat_map": lambda D: D.from_tensor_slices(X).flat_map(lambda x: D.from_tensor_slices(x)),
    "interleave": lambda D: D.range(1, 6).interleave(
        lambda x: D.from_tensors(x).repeat(6), cycle_length=2, block_length=4
    ),
    "interleave unevenly": lambda D: D.range(1, 7).interleave(lambda x: D.range(x), cycle_length=3, block_length=2),
    "parallel interleave": lambda D: D.range(1, 7).interleave(
        lambda x: D.range(x), cycle_length=3, block_length=1, num_parallel_calls=2
    ),
    "window": lambda D: D.range(7).window(3).flat_map(lambda w: w.batch(3)),
    "window with shift and stride": lambda D: (
        D.range(12).window(3, shift=2, stride=2, drop_remainder=True).flat_map(lambda w: w.batch(3))
    ),
    "window with a large shift": lambda D: D.range(12).window(2, shift=5).flat_map(lambda w: w.batch(3)),
    "window of pairs": lambda D: (
        D.from_tensor_slices((X, Y))
        .window(3, 1, drop_remainder=True)
        .flat_map(lambda x, y: D.zip((x.batch(3), y.batch(3))))
    ),
    "padded batch": lambda D: uneven(D).padded_batch(2),
    "padded batch to a shape": lambda D: uneven(D).padded_batch(2, padded_shapes=[6]),
    "padded batch with a value": lambda D: uneven(D).padded_batch(
        3, padded_shapes=[None], padding_values=np.int64(-1), drop_remainder=True
    ),
    "padded batch of pairs": lambda D: uneven(D).map(lambda x: (x, x[0])).padded_batch(2, padded_shapes=([None], [])),
    "scan": lambda D: D.range(6).scan(np.int64(0), lambda s, x: (s + x, s + x)),
    "unique": lambda D: D.from_tensor_slices([1, 37, 2, 37, 2, 1]).unique(),
    "group by window": lambda D: D.range(11).group_by_window(lambda x: x % 2, lambda k, w: w.batch(3), window_size=3),
    "bucket by length": lambda D: D.from_tensor_slices(
        np.array([1, 5, 2, 7, 3, 9, 6], np.int32)
    ).bucket_by_sequence_length(lambda n: n, bucket_boundaries=[4], bucket_batch_sizes=[2, 3]),
    "choose": lambda D: D.choose_from_datasets(
        [D.range(3).repeat(), D.range(10, 13).repeat(), D.range(20, 22)],
        D.from_tensor_slices(np.array([0, 1, 2, 1, 0, 2, 2, 1])),
    ),
    "apply": lambda D: D.range(5).apply(lambda d: d.map(lambda x: x + 1)),
    "snapshot of options": lambda D: D.range(5).batch(2),
}


def plain(element):
    """An element as lists, numbers, tuples and dicts; types along with them."""
    if isinstance(element, tuple):
        return tuple(plain(e) for e in element)
    if isinstance(element, dict):
        return {k: plain(v) for k, v in element.items()}
    array = np.asarray(element)
    kind = "string" if array.dtype.kind in "OSU" else array.dtype.name
    return kind, array.shape, array.tolist()


def spec(value):
    """Shapes and types as text."""
    if isinstance(value, tuple):
        return tuple(spec(v) for v in value)
    if isinstance(value, dict):
        return {k: spec(v) for k, v in value.items()}
    shape = value.shape if value.shape is None or isinstance(value.shape, tuple) else tuple(value.shape.as_list())
    return str(shape), getattr(value.dtype, "name", None) or str(value.dtype).removeprefix("torch.")


def count(stop=3):
    for i in range(int(stop)):
        yield i, [i / 2] * i


def main(path, seed):
    import tensorflow as tf

    tf.random.set_seed(seed)
    found = {}
    for name, make in PIPELINES.items():
        data = make(tf.data.Dataset)
        passes = [[plain(e) for e in data.as_numpy_iterator()] for _ in range(2)]
        found[name] = {"passes": passes, "count": int(data.cardinality())}
        try:
            found[name]["spec"] = spec(data.element_spec)
        except (AttributeError, ValueError):  # unknown ranks, and data sets within elements
            pass
    signature = (tf.TensorSpec((), tf.int32), tf.TensorSpec((None,), tf.float32))
    data = tf.data.Dataset.from_generator(count, output_signature=signature, args=(4,))
    found["generator"] = {"passes": [[plain(e) for e in data.as_numpy_iterator()]], "spec": spec(data.element_spec)}
    with open(path, "wb") as file:
        pickle.dump(found, file)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
