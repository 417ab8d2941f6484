import errno
import os
import stat

import h5py
import numpy as np
import pytest

from wubu.core import files
from wubu.core.files import atomic_open, atomic_path, is_disk_full, write_bytes, write_text
from wubu.errors import DiskFullError, WriteError


def only(folder):
    return sorted(p.name for p in folder.iterdir())


def test_writes_text_and_bytes_and_makes_folders(tmp_path):
    target = tmp_path / "new" / "a.txt"
    assert write_text(target, "五步\r\n") == target
    assert target.read_bytes() == "五步\r\n".encode()
    write_bytes(target, b"second")
    assert target.read_bytes() == b"second"
    assert only(target.parent) == ["a.txt"]


def test_an_error_leaves_the_old_file_and_no_litter(tmp_path):
    target = tmp_path / "a.bin"
    target.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), atomic_open(target) as file:
        file.write(b"half of the new")
        raise KeyboardInterrupt
    assert target.read_bytes() == b"old"
    assert only(tmp_path) == ["a.bin"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_named_and_the_old_file_stays(tmp_path, number):
    target = tmp_path / "a.bin"
    target.write_bytes(b"old")
    with pytest.raises(DiskFullError, match="a.bin") as caught, atomic_open(target):
        raise OSError(number, os.strerror(number))
    assert caught.value.errno == errno.ENOSPC
    assert target.read_bytes() == b"old"
    assert only(tmp_path) == ["a.bin"]


def test_a_full_disk_found_only_by_fsync(tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(DiskFullError):
        write_bytes(tmp_path / "a.bin", b"new")
    assert only(tmp_path) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_real_full_device():
    with pytest.raises(DiskFullError):
        write_bytes("/dev/full", b"x" * 100_000)
    assert not stat.S_ISREG(os.stat("/dev/full").st_mode)


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="needs /dev/null")
def test_a_device_is_not_replaced_by_a_file():
    write_bytes("/dev/null", b"gone")
    assert not stat.S_ISREG(os.stat("/dev/null").st_mode)


def test_disk_full_is_found_inside_other_errors():
    assert is_disk_full(RuntimeError("Can't write data (file write failed: errno = 28, …)"))
    outer = ValueError("could not save")
    outer.__cause__ = OSError(errno.ENOSPC, "x")
    assert is_disk_full(outer)
    assert not is_disk_full(OSError(errno.EACCES, "Permission denied"))


def test_hdf5_and_numpy_write_through_the_path(tmp_path):
    with atomic_path(tmp_path / "w.h5") as path:
        assert path.suffix == ".h5"
        with h5py.File(path, "w") as file:
            file["w"] = np.arange(3)
    with h5py.File(tmp_path / "w.h5") as file:
        assert file["w"][2] == 2
    assert only(tmp_path) == ["w.h5"]


def test_permissions_are_those_of_a_new_file_then_those_of_the_old(tmp_path):
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    target = tmp_path / "target"
    write_bytes(target, b"1")
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    target.chmod(0o640)
    write_bytes(target, b"2")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_bytes(b"old")
    link.symlink_to(real)
    write_bytes(link, b"new")
    assert link.is_symlink() and real.read_bytes() == b"new"


def test_targets_that_cannot_be_files(tmp_path):
    with pytest.raises(WriteError, match="folder"):
        write_bytes(tmp_path, b"")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WriteError, match="inner"):
        write_bytes(tmp_path / "file" / "inner", b"")
    with pytest.raises(ValueError, match="mode"), atomic_open(tmp_path / "x", "rb"):
        pass


def test_a_long_name(tmp_path):
    name = "长" * 80 + ".txt"
    write_text(tmp_path / name, "x")
    assert only(tmp_path) == [name]
