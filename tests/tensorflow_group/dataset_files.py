"""Files that tf.data writes and reads; needs tensorflow.

    python dataset_files.py FOLDER

Writes ``tf{.none,.GZIP,.ZLIB}.tfrecord``; reads ``wubu.*.tfrecord``, ``lines.txt`` and ``table.csv``, which must be there; what
it found goes into ``found.pickle``.
"""

import pickle
import sys
from pathlib import Path

import tensorflow as tf

folder = Path(sys.argv[1])
found = {}


def example(i):
    lists = {
        "name": tf.train.Feature(bytes_list=tf.train.BytesList(value=[f"n{i}".encode()])),
        "x": tf.train.Feature(float_list=tf.train.FloatList(value=[i / 2, i / 4])),
        "y": tf.train.Feature(int64_list=tf.train.Int64List(value=[i, -i, 2**40 + i])),
        "varying": tf.train.Feature(int64_list=tf.train.Int64List(value=list(range(i % 4)))),
    }
    if i % 2:
        lists["sometimes"] = tf.train.Feature(int64_list=tf.train.Int64List(value=[i]))
    return tf.train.Example(features=tf.train.Features(feature=lists))


found["serialized"] = [example(i).SerializeToString(deterministic=True) for i in range(20)]
for kind in ("", "GZIP", "ZLIB"):
    with tf.io.TFRecordWriter(str(folder / f"tf.{kind or 'none'}.tfrecord"), kind) as writer:
        for record in [*found["serialized"], b"", b"x" * 100_000]:
            writer.write(record)
    path = str(folder / f"wubu.{kind or 'none'}.tfrecord")
    found[kind] = list(tf.data.TFRecordDataset(path, compression_type=kind).as_numpy_iterator())

features = {
    "name": tf.io.FixedLenFeature([], tf.string),
    "x": tf.io.FixedLenFeature([2, 1], tf.float32),
    "y": tf.io.FixedLenFeature([3], tf.int64),
    "sometimes": tf.io.FixedLenFeature([], tf.int64, default_value=-5),
    "varying": tf.io.FixedLenSequenceFeature([], tf.int64, allow_missing=True),
}
found["parsed"] = [
    {k: v.numpy() for k, v in tf.io.parse_single_example(r, features).items()} for r in found["serialized"]
]
found["batch"] = {k: v.numpy() for k, v in tf.io.parse_example(found["serialized"], features).items()}
found["lines"] = list(tf.data.TextLineDataset(str(folder / "lines.txt")).as_numpy_iterator())
table = str(folder / "table.csv")
csv = tf.data.experimental.CsvDataset(table, [tf.int32, 1.5, "none", tf.constant([100], tf.int64)], header=True)
found["csv"] = list(csv.as_numpy_iterator())
csv = tf.data.experimental.CsvDataset(table, [tf.int32, ""], header=True, select_cols=[0, 2])
found["csv columns"] = list(csv.as_numpy_iterator())
batches = tf.data.experimental.make_csv_dataset(table, 2, label_name="d", num_epochs=1, shuffle=False)
found["csv batches"] = [({k: v.numpy() for k, v in x.items()}, y.numpy()) for x, y in batches]
(folder / "found.pickle").write_bytes(pickle.dumps(found))
