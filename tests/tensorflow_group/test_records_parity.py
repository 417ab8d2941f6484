"""TFRecord files, examples, lines and CSV: what TensorFlow writes, wubu reads, and the other way round."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from wubu.data import CsvDataset, TextLineDataset, TFRecordDataset, TFRecordWriter
from wubu.data.experimental import make_csv_dataset
from wubu.data.records.example import BytesList, Example, Feature, Features, FloatList, Int64List
from wubu.data.records.parse import (
    FixedLenFeature,
    FixedLenSequenceFeature,
    parse_example,
    parse_single_example,
)

LINES = "one\ntwo\r\n\n  three  \nünf\nlast without an end"
TABLE = 'a,b,c,d\n1,2.5,"x, y",3\n2,,,4\n-3,1e3,"say ""hi""",\n'
KINDS = ["", "GZIP", "ZLIB"]


def example(i):
    features = {
        "name": Feature(bytes_list=BytesList(value=[f"n{i}".encode()])),
        "x": Feature(float_list=FloatList(value=[i / 2, i / 4])),
        "y": Feature(int64_list=Int64List(value=[i, -i, 2**40 + i])),
        "varying": Feature(int64_list=Int64List(value=range(i % 4))),
    }
    if i % 2:
        features["sometimes"] = Feature(int64_list=Int64List(value=np.array([i])))
    return Example(features=Features(feature=features))


RECORDS = [example(i).SerializeToString() for i in range(20)]
FEATURES = {
    "name": FixedLenFeature([], "string"),
    "x": FixedLenFeature([2, 1], "float32"),
    "y": FixedLenFeature([3], "int64"),
    "sometimes": FixedLenFeature([], "int64", default_value=-5),
    "varying": FixedLenSequenceFeature([], "int64", allow_missing=True),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, run_tf):
    folder = tmp_path_factory.mktemp("files")
    (folder / "lines.txt").write_bytes(LINES.encode())
    (folder / "table.csv").write_text(TABLE)
    for kind in KINDS:
        with TFRecordWriter(folder / f"wubu.{kind or 'none'}.tfrecord", kind) as writer:
            for record in [*RECORDS, b"", b"y" * 300_000]:
                writer.write(record)
    run_tf("dataset_files.py", folder)
    return folder


@pytest.fixture(scope="module")
def found(folder):
    return pickle.loads((folder / "found.pickle").read_bytes())


def test_examples_are_the_same_bytes(found):
    assert found["serialized"] == RECORDS


@pytest.mark.parametrize("kind", KINDS)
def test_records_of_tensorflow(kind, folder, found):
    data = TFRecordDataset(folder / f"tf.{kind or 'none'}.tfrecord", kind)
    assert list(data.as_numpy_iterator()) == [*found["serialized"], b"", b"x" * 100_000]


@pytest.mark.parametrize("kind", KINDS)
def test_tensorflow_reads_our_records(kind, found):
    assert found[kind] == [*RECORDS, b"", b"y" * 300_000]


def same(a, b):
    assert a.keys() == b.keys()
    for key in a:
        value = a[key].numpy()
        assert np.array_equal(value, b[key]), key
        assert np.shape(value) == np.shape(b[key])


def test_parsing_one_by_one(found):
    for record, expected in zip(RECORDS, found["parsed"]):
        same(parse_single_example(record, FEATURES), expected)


def test_parsing_together(found):
    same(parse_example(RECORDS, FEATURES), found["batch"])


def test_lines(folder, found):
    assert list(TextLineDataset(str(folder / "lines.txt")).as_numpy_iterator()) == found["lines"]


def test_csv(folder, found):
    path = str(folder / "table.csv")
    data = CsvDataset(path, ["int32", 1.5, "none", np.array([100])], header=True)
    assert list(data.as_numpy_iterator()) == found["csv"]
    assert (
        list(CsvDataset(path, ["int32", ""], header=True, select_cols=[0, 2]).as_numpy_iterator())
        == found["csv columns"]
    )


def test_csv_in_batches(folder, found):
    data = make_csv_dataset(str(folder / "table.csv"), 2, label_name="d", num_epochs=1, shuffle=False)
    for (x, y), (expected, label) in zip(data, found["csv batches"], strict=True):
        same(x, expected)
        assert np.array_equal(y, label) and y.numpy().dtype == label.dtype
        assert all(x[k].numpy().dtype == expected[k].dtype for k in x)
