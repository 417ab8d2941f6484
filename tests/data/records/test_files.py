"""Records, lines and CSV: damage is found and named."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from wubu.core.crc32c import crc32c, crc32c_of_each
from wubu.core.protobuf import packed_integers, varint
from wubu.data import CsvDataset, Dataset, FixedLengthRecordDataset, TextLineDataset, TFRecordDataset, TFRecordWriter
from wubu.data.experimental import make_csv_dataset
from wubu.data.records.example import BytesList, Example, Feature, Features, FloatList, Int64List
from wubu.data.records.parse import FixedLenFeature, VarLenFeature, parse_example, parse_single_example
from wubu.errors import ArgumentError, DataError, EmptyDataError, FileFormatError, MissingFileError, UnknownNameError

RECORDS = [bytes([i % 256]) * (i * 37 % 5000) for i in range(300)]


def listed(data):
    return list(data.as_numpy_iterator())


@pytest.fixture
def records(tmp_path):
    path = tmp_path / "some.tfrecord"
    with TFRecordWriter(path) as writer:
        for record in RECORDS:
            writer.write(record)
    return path


def test_checksums():
    assert crc32c(b"123456789") == 0xE3069283
    data = np.random.default_rng(0).bytes(100_000)
    assert crc32c(data) == crc32c(data[70_000:], crc32c(data[:70_000]))
    parts = [data[:n] for n in (0, 1, 5, 300, 4096, 9000, 70_000)] + [data[i : i + 200] for i in range(400)]
    assert crc32c_of_each(parts) == [crc32c(part) for part in parts]


def test_packed_integers():
    numbers = [0, 1, -1, 127, 128, 2**40, -(2**63), 2**63 - 1]
    assert packed_integers(b"".join(varint(n) for n in numbers)).tolist() == numbers
    for damaged in (b"\x80", b"\xff" * 11 + b"\x01"):
        with pytest.raises(IndexError):
            packed_integers(damaged)


def test_there_and_back(records):
    assert listed(TFRecordDataset(records)) == RECORDS
    assert listed(TFRecordDataset([records, str(records)]).skip(299).take(2)) == [RECORDS[-1], RECORDS[0]]
    both = Dataset.from_tensor_slices([str(records)] * 2)
    assert listed(TFRecordDataset(both)) == RECORDS * 2
    assert sorted(listed(TFRecordDataset([records] * 2, num_parallel_reads=2))) == sorted(RECORDS * 2)


@pytest.mark.parametrize("place", [0, 5, 9, 13, 100, -1])
def test_every_flipped_byte_is_found(records, place):
    data = bytearray(records.read_bytes())
    data[place] ^= 1
    records.write_bytes(data)
    with pytest.raises(FileFormatError, match="some.tfrecord is"):
        listed(TFRecordDataset(records))


def test_records_before_the_damage_are_given(records):
    data = bytearray(records.read_bytes())
    data[-3] ^= 1
    records.write_bytes(data)
    found = []
    with pytest.raises(FileFormatError, match="record 299"):
        for record in TFRecordDataset(records):
            found.append(record)
    assert len(found) == 299


@pytest.mark.parametrize("left", [5, 11, 14, 5000])
def test_cut_short(records, left):
    records.write_bytes(records.read_bytes()[:-left])
    with pytest.raises(FileFormatError, match="cut short in record"):
        listed(TFRecordDataset(records))


def test_what_is_no_file_of_records(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"hello, this is text")
    with pytest.raises(FileFormatError, match="no TFRecord file"):
        listed(TFRecordDataset(path))
    with pytest.raises(MissingFileError, match="nowhere"):
        listed(TFRecordDataset(tmp_path / "nowhere"))
    for kind in ("GZIP", "ZLIB"):
        with pytest.raises(FileFormatError):
            listed(TFRecordDataset(path, kind))
    with pytest.raises(ArgumentError, match="compression_type"):
        TFRecordDataset(path, "RAR")


def test_a_length_that_lies_takes_no_memory(tmp_path):
    import struct

    from wubu.core.crc32c import mask

    path = tmp_path / "x.gz"
    head = struct.pack("<Q", 2**50)
    with gzip.open(path, "wb") as file:
        file.write(head + struct.pack("<I", mask(crc32c(head))) + b"abc")
    with pytest.raises(FileFormatError, match="cut short"):
        listed(TFRecordDataset(path, "GZIP"))


def example(**features):
    return Example(features=Features(feature=features))


def test_examples():
    made = example(
        a=Feature(int64_list=Int64List(value=[1, -2])),
        b=Feature(bytes_list=BytesList(value=[b"x", b""])),
        c=Feature(float_list=FloatList(value=np.float32([0.5]))),
        d=Feature(),
    )
    data = made.SerializeToString()
    again = Example.FromString(data)
    assert again == made and again.features.feature["a"].int64_list.value == [1, -2]
    assert again.features.feature["d"].WhichOneof("kind") is None
    other = Example()
    assert other.ParseFromString(data) == len(data) and other == made and "int64_list" in repr(other)


@pytest.mark.parametrize("seed", range(20))
def test_damaged_examples_are_told(seed):
    rng = np.random.default_rng(seed)
    data = example(a=Feature(int64_list=Int64List(value=range(50))), b=Feature(bytes_list=BytesList(value=[b"xyz"])))
    raw = bytearray(data.SerializeToString())
    for _ in range(50):
        damaged = raw.copy()
        damaged[rng.integers(len(raw))] = rng.integers(256)
        try:
            Example.FromString(bytes(damaged[: rng.integers(1, len(raw) + 1)]))
        except FileFormatError:
            pass


def test_parsing():
    data = example(a=Feature(int64_list=Int64List(value=[1, 2])), t=Feature(bytes_list=BytesList(value=[b"x"])))
    raw = data.SerializeToString()
    found = parse_single_example(
        raw,
        {
            "a": FixedLenFeature([2, 1], "int64"),
            "t": FixedLenFeature([], "string"),
            "none": FixedLenFeature([2], "float32", default_value=1.5),
            "v": VarLenFeature("int64"),
        },
    )
    assert found["a"].tolist() == [[1], [2]] and found["t"].numpy() == b"x"
    assert found["none"].tolist() == [1.5, 1.5] and found["v"].tolist() == []
    for feature, message in (
        (FixedLenFeature([3], "int64"), "2 values"),
        (FixedLenFeature([2], "float32"), "It holds"),
    ):
        with pytest.raises(DataError, match=message):
            parse_single_example(raw, {"a": feature})
    with pytest.raises(DataError, match="'zz' is missing"):
        parse_single_example(raw, {"zz": FixedLenFeature([], "int64")})
    with pytest.raises(ArgumentError):
        parse_single_example(3, {"a": VarLenFeature("int64")})
    assert parse_example([raw, raw], {"a": VarLenFeature("int64")})["a"].shape == (2, 2)


def test_records_of_examples_in_a_pipeline(tmp_path):
    path = tmp_path / "x.tfrecord"
    with TFRecordWriter(path) as writer:
        for i in range(10):
            writer.write(example(y=Feature(int64_list=Int64List(value=[i]))).SerializeToString())
        writer.write(b"no example")

    def parse(record):
        return parse_single_example(record, {"y": FixedLenFeature([], "int64")})["y"]

    assert [int(y) for y in TFRecordDataset(path).take(10).map(parse, 2)] == list(range(10))
    with pytest.raises(DataError, match=r"map\(parse\) failed at element 10 \(record 10 of file '.*x.tfrecord'\)"):
        list(TFRecordDataset(path).map(parse))


def test_lines(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"one\r\ntwo\n\nlast")
    assert listed(TextLineDataset(path)) == [b"one", b"two", b"", b"last"]
    with gzip.open(tmp_path / "a.gz", "wb") as file:
        file.write(b"x\ny\n")
    assert listed(TextLineDataset(tmp_path / "a.gz", "GZIP").skip(1)) == [b"y"]


def test_pieces_of_equal_size(tmp_path):
    (tmp_path / "a.bin").write_bytes(b"HHaabbccF")
    data = FixedLengthRecordDataset(tmp_path / "a.bin", 2, header_bytes=2, footer_bytes=1)
    assert listed(data) == [b"aa", b"bb", b"cc"]
    with pytest.raises(DataError, match="a.bin.*9 bytes"):
        listed(FixedLengthRecordDataset(tmp_path / "a.bin", 2))


TABLE = 'a,b,c\n1,2.5,"x, y"\n2,,z\n'


def test_csv(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(TABLE)
    data = CsvDataset(path, ["int32", 0.5, "string"], header=True)
    assert listed(data) == [(1, 2.5, b"x, y"), (2, 0.5, b"z")]
    assert [len(b[0]) for b in data.batch(5)] == [2]
    assert listed(CsvDataset(path, ["string"], header=True, exclude_cols=[0, 1])) == [(b"x, y",), (b"z",)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,2\n3,x\n", "float32 in column 1, line 2 of .*t.csv. Received: 'x'"),
        ("1,2\n3\n", "Expected 2 fields in line 2"),
        (",2\n", "it is empty"),
        ("1.5,2\n", "int32 in column 0"),
    ],
)
def test_csv_that_does_not_fit(text, message, tmp_path):
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(DataError, match=message):
        listed(CsvDataset(tmp_path / "t.csv", ["int32", "float32"]))


def test_csv_as_a_table(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("x,y,name\n" + "".join(f"{i},{i / 2},n{i}\n" for i in range(10)))
    data = make_csv_dataset(str(path), 4, label_name="y", num_epochs=1, shuffle=False)
    batches = list(data)
    assert [len(y) for _, y in batches] == [4, 4, 2]
    assert batches[0][0]["x"].tolist() == [0, 1, 2, 3] and str(batches[0][0]["name"][3]) == "n3"
    endless = make_csv_dataset(str(path), 4, select_columns=["x"], shuffle_seed=1)
    assert all(len(b["x"]) == 4 for b in endless.take(10))
    with pytest.raises(UnknownNameError, match="nam"):
        make_csv_dataset(str(path), 4, label_name="nam")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(EmptyDataError, match="empty.csv"):
        make_csv_dataset(str(tmp_path / "empty.csv"), 4)
