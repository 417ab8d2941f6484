import io
import os
import pickle
import zipfile

import numpy as np
import pytest

from wubu.datasets.checksums import array_digest, file_digest, hash_algorithm
from wubu.datasets.safe_reading import read_npz, read_pickle
from wubu.errors import ArgumentError, FileFormatError, UnsafeFileError


class Evil:
    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def ragged():
    rows = np.empty(3, dtype=object)
    rows[:] = [[1, 2], [3], [4, 5, 6]]
    return rows


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_plain_data_and_arrays_are_read(protocol):
    data = {b"data": np.arange(6, dtype=np.uint8).reshape(2, 3), b"labels": [1, 2], b"name": b"batch"}
    found = read_pickle(io.BytesIO(pickle.dumps(data, protocol)))
    assert found[b"labels"] == [1, 2] and found[b"name"] == b"batch"
    np.testing.assert_array_equal(found[b"data"], data[b"data"])


@pytest.mark.parametrize(
    "evil",
    [
        Evil(os.system, "touch wubu-was-here"),
        Evil(eval, "1+1"),
        Evil(getattr, "text", "encode"),
        Evil(np.load, "x"),
        Evil(np.fromfile, "/etc/passwd"),
        Evil(bytes.fromhex, "00"),
    ],
)
def test_code_is_refused(tmp_path, monkeypatch, evil):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnsafeFileError, match="could run code"):
        read_pickle(io.BytesIO(pickle.dumps({"data": evil})))
    rows = np.empty(1, dtype=object)
    rows[0] = evil
    np.savez("evil.npz", x=rows)
    with pytest.raises(UnsafeFileError):
        read_npz("evil.npz")
    assert os.listdir() == ["evil.npz"]


def test_damaged_pickles_are_named():
    good = pickle.dumps({"a": np.arange(100)})
    rng = np.random.default_rng(0)
    for _ in range(300):
        bad = bytearray(good)
        for place in rng.integers(0, len(bad), 3):
            bad[place] = rng.integers(256)
        try:
            read_pickle(io.BytesIO(bytes(bad[: rng.integers(1, len(bad) + 1)])))
        except (FileFormatError, MemoryError):
            pass


def test_npz_with_and_without_ragged_arrays(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", x=ragged(), y=np.arange(3))
    found = read_npz(tmp_path / "a.npz")
    assert found["x"].tolist() == [[1, 2], [3], [4, 5, 6]] and found["y"].tolist() == [0, 1, 2]
    assert set(read_npz(tmp_path / "a.npz", ("y",))) == {"y"}


def test_bad_npz_files(tmp_path):
    np.savez(tmp_path / "a.npz", y=np.arange(1000))
    with pytest.raises(FileFormatError, match="It holds: y"):
        read_npz(tmp_path / "a.npz", ("x",))
    data = (tmp_path / "a.npz").read_bytes()
    for name, bad in {"cut": data[:500], "html": b"<html>", "empty": b""}.items():
        (tmp_path / name).write_bytes(bad)
        with pytest.raises(FileFormatError, match=name):
            read_npz(tmp_path / name)
    flipped = bytearray(data)
    flipped[300] ^= 255
    (tmp_path / "flipped").write_bytes(flipped)
    with pytest.raises(FileFormatError, match="damaged"):
        read_npz(tmp_path / "flipped")
    with zipfile.ZipFile(tmp_path / "odd.npz", "w") as archive:
        archive.writestr("x.npy", b"\x93NUMPY\x01\x00v\x00{'descr'")
    with pytest.raises(FileFormatError):
        read_npz(tmp_path / "odd.npz")
    with pytest.raises(FileNotFoundError):
        read_npz(tmp_path / "missing.npz")


def test_digest_of_arrays_ignores_the_packing(tmp_path):
    arrays = {"x": np.arange(12, dtype=np.int32).reshape(3, 4), "y": np.ones(3, np.uint8)}
    digest = array_digest(arrays)
    turned = {"y": arrays["y"], "x": np.asfortranarray(arrays["x"]).astype(">i4")}
    assert array_digest(turned) == digest
    np.savez_compressed(tmp_path / "a.npz", **arrays)
    assert array_digest(read_npz(tmp_path / "a.npz")) == digest
    for other in (
        {"x": arrays["x"], "z": arrays["y"]},
        {"x": arrays["x"].reshape(4, 3), "y": arrays["y"]},
        {"x": arrays["x"].astype(np.int64), "y": arrays["y"]},
        {"x": arrays["x"] + 1, "y": arrays["y"]},
    ):
        assert array_digest(other) != digest
    assert array_digest({"x": np.zeros((0, 3))})


def test_file_digests(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    assert file_digest(tmp_path / "a", "md5") == "900150983cd24fb0d6963f7d28e17f72"
    assert file_digest(tmp_path / "a").startswith("ba7816bf")
    assert hash_algorithm("0" * 32) == "md5" and hash_algorithm("0" * 64) == "sha256"
    assert hash_algorithm("0" * 64, "md5") == "md5"
    for arguments in (("0" * 10,), ("0" * 32, "crc")):
        with pytest.raises(ArgumentError):
            hash_algorithm(*arguments)
