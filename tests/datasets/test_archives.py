import io
import os
import tarfile
import zipfile

import pytest

from wubu.datasets.archives import archive_kind, extract
from wubu.errors import ArgumentError, FileFormatError


def tar(path, members):
    """members: (name, bytes) files, (name, "->", target) symbolic links, (name, "=>", target) hard links."""
    with tarfile.open(path, "w:gz") as archive:
        for name, *rest in members:
            info = tarfile.TarInfo(name)
            if rest[0] == "fifo":
                info.type = tarfile.FIFOTYPE
                archive.addfile(info)
            elif isinstance(rest[0], bytes):
                info.size = len(rest[0])
                archive.addfile(info, io.BytesIO(rest[0]))
            else:
                info.type = tarfile.SYMTYPE if rest[0] == "->" else tarfile.LNKTYPE
                info.linkname = rest[1]
                archive.addfile(info)
    return path


def test_tar_and_zip_are_unpacked(tmp_path):
    tar(tmp_path / "a.tgz", [("d/a.txt", b"a"), ("d/link", "->", "a.txt"), ("hard", "=>", "d/a.txt")])
    assert archive_kind(tmp_path / "a.tgz") == "tar"
    out = extract(tmp_path / "a.tgz", tmp_path / "out", "tar")
    assert (out / "d" / "link").read_bytes() == (out / "hard").read_bytes() == b"a"
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("d/", "")
        archive.writestr("d/b.txt", "b")
    assert archive_kind(tmp_path / "b.zip") == "zip"
    assert (extract(tmp_path / "b.zip", tmp_path / "out2", "zip") / "d" / "b.txt").read_bytes() == b"b"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.tgz", "b.zip", "out", "out2"]


def test_nothing_leaves_the_folder(tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(b"mine")
    inner = tmp_path / "inner"
    inner.mkdir()
    members = [
        ("../evil1", b"x"),
        ("/tmp/wubu-evil2", b"x"),
        ("C:/evil3", b"x"),
        ("..\\evil4", b"x"),
        ("out", "->", ".."),
        ("out2", "->", "/"),
        ("hard", "=>", "../secret"),
        ("leak", "->", "../secret"),
        ("a", "->", "d/.."),  # harmless until the next member makes it point outside
        ("d", "->", "."),
        ("a/evil5", b"x"),
        ("pipe", "fifo"),
        ("good", b"x"),
    ]
    with pytest.warns(UserWarning, match="Left out of the archive"):
        out = extract(tar(tmp_path / "a.tgz", members), inner / "t", "tar")
    assert sorted(p.name for p in out.iterdir()) == ["d", "good"]
    assert sorted(p.name for p in inner.iterdir()) == ["t"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.tgz", "inner", "secret"]
    assert not os.path.exists("/tmp/wubu-evil2")
    assert secret.read_bytes() == b"mine"


def test_a_file_is_not_written_through_a_link_of_the_archive(tmp_path):
    out = extract(
        tar(tmp_path / "a.tgz", [("a", b"1"), ("b", "->", "a"), ("b", b"2")]), tmp_path / "out", "tar"
    )
    assert (out / "a").read_bytes() == b"1" and (out / "b").read_bytes() == b"2"


def test_zip_members_outside(tmp_path):
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("../evil", "x")
        archive.writestr("ok", "x")
    with pytest.warns(UserWarning, match="evil"):
        out = extract(tmp_path / "b.zip", tmp_path / "deep" / "out", "zip")
    assert [p.name for p in out.iterdir()] == ["ok"] and not (tmp_path / "deep" / "evil").exists()


def test_a_damaged_archive_leaves_the_old_folder(tmp_path):
    path = tar(tmp_path / "a.tgz", [("a", os.urandom(50_000))])
    extract(path, tmp_path / "out", "tar")
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(FileFormatError, match=r"a\.tgz"):
        extract(path, tmp_path / "out", "tar")
    assert (tmp_path / "out" / "a").stat().st_size == 50_000
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.tgz", "out"]


def test_unpacking_again_replaces(tmp_path):
    extract(tar(tmp_path / "a.tgz", [("old", b"")]), tmp_path / "out", "tar")
    extract(tar(tmp_path / "a.tgz", [("new", b"")]), tmp_path / "out", "tar")
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["new"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.tgz", "out"]


def test_kinds(tmp_path):
    (tmp_path / "x").write_bytes(b"plain")
    assert archive_kind(tmp_path / "x") is None
    assert archive_kind(tmp_path / "x", None) is None
    assert archive_kind(tmp_path / "x", "zip") is None
    with pytest.raises(ArgumentError, match="rar"):
        archive_kind(tmp_path / "x", "rar")
