import hashlib
import io
import os
import tarfile
import zipfile

import pytest

from wubu.errors import ArgumentError, DownloadError, FileFormatError
from wubu.utils import get_file


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder of files, reached by file:// addresses, and an empty KERAS_HOME."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"hello")
    with tarfile.open(folder / "pack.tar.gz", "w:gz") as archive:
        info = tarfile.TarInfo("inner/b.txt")
        info.size = 2
        archive.addfile(info, io.BytesIO(b"hi"))
    with zipfile.ZipFile(folder / "pack.zip", "w") as archive:
        archive.writestr("inner/b.txt", "hi")
    return folder


def test_names_and_folders(site, tmp_path):
    url = (site / "a.txt").as_uri()
    home = tmp_path / "home"
    assert get_file(origin=url) == str(home / "datasets" / "a.txt")
    assert get_file("b.txt", origin=url) == str(home / "datasets" / "b.txt")
    assert get_file("b.txt", url, cache_subdir="models") == str(home / "models" / "b.txt")
    assert get_file("b.txt", url, cache_dir=tmp_path / "x") == str(tmp_path / "x" / "datasets" / "b.txt")
    assert get_file("b.txt", url, cache_subdir=str(tmp_path / "abs")) == str(tmp_path / "abs" / "b.txt")
    assert get_file(tmp_path / "own.txt", url) == str(tmp_path / "own.txt")
    assert open(get_file("b.txt", url), "rb").read() == b"hello"


def test_cached_and_forced(site):
    url = (site / "a.txt").as_uri()
    path = get_file(origin=url)
    (site / "a.txt").write_bytes(b"new")
    assert open(get_file(origin=url), "rb").read() == b"hello"
    assert open(get_file(origin=url, force_download=True), "rb").read() == b"new"
    assert os.listdir(os.path.dirname(path)) == ["a.txt"]


@pytest.mark.parametrize("kind", ["md5", "sha256"])
def test_hashes(site, kind, capsys):
    url = (site / "a.txt").as_uri()
    good = hashlib.new(kind, b"hello").hexdigest()
    path = get_file(origin=url, file_hash=good)
    assert get_file(origin=url, file_hash=good.upper(), hash_algorithm=kind) == path
    if kind == "md5":
        assert get_file(origin=url, md5_hash=good) == path
    with open(path, "wb") as file:
        file.write(b"broken")
    get_file(origin=url, file_hash=good)
    assert open(path, "rb").read() == b"hello"
    assert open(path + ".bad-1", "rb").read() == b"broken"
    assert "kept as a.txt.bad-1" in capsys.readouterr().err
    with pytest.raises(DownloadError, match=f"Expected the {kind} 000"):
        get_file("c.txt", url, file_hash="0" * len(good))


def test_several_addresses(site):
    good = (site / "a.txt").as_uri()
    assert get_file("a.txt", [(site / "none.txt").as_uri(), good]).endswith("a.txt")


@pytest.mark.parametrize("pack", ["pack.tar.gz", "pack.zip"])
def test_unpacking_into_keras_places(site, tmp_path, pack):
    url = (site / pack).as_uri()
    base = tmp_path / "home" / "datasets"
    cases = {
        None: (pack, f"{pack}_archive"),
        "flowers": ("flowers", "flowers_archive"),
        "flowers.tgz": ("flowers_extracted", "flowers.tgz"),
    }
    for fname, (folder, archive) in cases.items():
        assert get_file(fname, url, extract=True) == str(base / folder)
        assert (base / folder / "inner" / "b.txt").read_bytes() == b"hi"
        assert (base / archive).is_file()
    keras = pytest.importorskip("keras")
    for fname, (folder, _) in cases.items():
        theirs = keras.utils.get_file(fname, url, extract=True, cache_dir=str(tmp_path / "home"))
        assert theirs == str(base / folder)


def test_unpacked_once(site):
    folder = get_file("flowers", (site / "pack.tar.gz").as_uri(), untar=True)
    os.remove(os.path.join(folder, "inner", "b.txt"))
    get_file("flowers", (site / "pack.tar.gz").as_uri(), untar=True)
    assert not os.path.exists(os.path.join(folder, "inner", "b.txt"))


def test_what_cannot_be_unpacked(site):
    with pytest.warns(UserWarning, match="no archive"):
        get_file("plain", (site / "a.txt").as_uri(), extract=True)
    (site / "pack.tar.gz").write_bytes((site / "pack.tar.gz").read_bytes()[:-20])
    with pytest.raises((FileFormatError, UserWarning)):
        get_file("cut", (site / "pack.tar.gz").as_uri(), extract=True)


def test_bad_arguments(site):
    with pytest.raises(ArgumentError, match="origin"):
        get_file("a.txt")
    with pytest.raises(ArgumentError, match="fname"):
        get_file(origin="https://example.org/")
    with pytest.raises(ArgumentError, match="below"):
        get_file("../a.txt", (site / "a.txt").as_uri())
    with pytest.raises(ArgumentError, match="hash"):
        get_file("a.txt", (site / "a.txt").as_uri(), file_hash="123")
