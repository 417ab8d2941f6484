import gzip
import json
import os
import pickle
import struct
import tarfile
from pathlib import Path

import numpy as np
import pytest

import wubu.datasets as datasets
from wubu.core.settings import set_image_data_format
from wubu.datasets import (
    boston_housing,
    california_housing,
    cifar10,
    cifar100,
    digits,
    fashion_mnist,
    imdb,
    mnist,
    reuters,
)
from wubu.datasets.checksums import array_digest
from wubu.errors import (
    ArgumentError,
    DataError,
    DownloadError,
    FileFormatError,
    UnknownArgumentError,
    UnknownNameError,
    UnsafeFileError,
)


def idx(array):
    header = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(header + array.tobytes(), 1)


def small_mnist(seed=0):
    rng = np.random.default_rng(seed)
    return {
        "x_train": rng.integers(0, 256, (60, 28, 28), dtype=np.uint8),
        "y_train": rng.integers(0, 10, 60, dtype=np.uint8),
        "x_test": rng.integers(0, 256, (10, 28, 28), dtype=np.uint8),
        "y_test": rng.integers(0, 10, 10, dtype=np.uint8),
    }


@pytest.fixture
def small(monkeypatch):
    """A stand-in of 60 + 10 images that counts as MNIST."""
    arrays = small_mnist()
    monkeypatch.setattr(mnist, "_SHAPES", {name: a.shape for name, a in arrays.items()})
    monkeypatch.setattr(
        mnist,
        "_FILE",
        type(mnist._FILE)(
            urls=mnist._FILE.urls,
            names=tuple(arrays),
            shape_problem=mnist._shape_problem,
            arrays_sha256=array_digest(arrays),
            bytes_only=True,
        ),
    )
    return arrays


def pack(path, arrays, save=np.savez_compressed):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        save(file, **arrays)


def test_digits_are_the_real_ones():
    sklearn_data = pytest.importorskip("sklearn.datasets").load_digits()
    (x_train, y_train), (x_test, y_test) = digits.load_data()
    assert x_train.shape == (1438, 8, 8) and x_test.shape == (359, 8, 8)
    assert x_train.dtype == y_train.dtype == np.uint8 and x_train.max() == 16
    ours = np.concatenate([x_train, x_test]).reshape(-1, 64)
    theirs = sklearn_data.images.reshape(-1, 64)
    labels = np.concatenate([y_train, y_test])
    a = np.lexsort(np.c_[ours, labels].T)
    b = np.lexsort(np.c_[theirs, sklearn_data.target].T)
    np.testing.assert_array_equal(ours[a], theirs[b])
    np.testing.assert_array_equal(labels[a], sklearn_data.target[b])


def test_digits_split_is_stratified_and_repeats():
    (x_train, y_train), (x_test, y_test) = digits.load_data()
    assert np.ptp(np.bincount(y_test)) <= 2
    again = digits.load_data()
    np.testing.assert_array_equal(again[0][0], x_train)
    other = digits.load_data(seed=1)
    assert not np.array_equal(other[1][0], x_test)
    assert len(digits.load_data(test_split=0)[1][0]) == 0
    with pytest.raises(ArgumentError, match="test_split"):
        digits.load_data(test_split=1)


def test_mnist_from_a_repacked_file(home, small, no_network):
    wide = {name: a.astype(np.int64) for name, a in small.items()}
    pack(home / "mnist.npz", wide, np.savez)
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    assert x_train.dtype == y_test.dtype == np.uint8
    np.testing.assert_array_equal(x_train, small["x_train"])
    np.testing.assert_array_equal(y_test, small["y_test"])


def test_mnist_that_is_not_mnist_is_kept_aside(home, small, no_network, capsys):
    pack(home / "mnist.npz", small_mnist(seed=1))
    before = (home / "mnist.npz").read_bytes()
    with pytest.raises(DownloadError) as caught:
        mnist.load_data()
    assert (home / "mnist.npz.bad-1").read_bytes() == before
    assert "mnist.npz.bad-1" in str(caught.value) and str(home / "mnist.npz") in str(caught.value)
    assert "storage.googleapis.com" in str(caught.value)
    assert "kept as mnist.npz.bad-1" in capsys.readouterr().err


def test_mnist_at_an_absolute_path_is_never_renamed(home, small, tmp_path):
    pack(tmp_path / "mine.npz", small)
    (x_train, _), _ = mnist.load_data(path=tmp_path / "mine.npz")
    assert len(x_train) == 60
    pack(tmp_path / "other.npz", {**small, "x_train": small["x_train"][:5]})
    with pytest.raises(FileFormatError, match="x_train"):
        mnist.load_data(path=str(tmp_path / "other.npz"))
    assert (tmp_path / "other.npz").exists()
    with pytest.raises(ArgumentError, match="below"):
        mnist.load_data(path="../mnist.npz")


def test_mnist_from_an_own_mirror_as_npz_or_idx(home, small, server, monkeypatch, tmp_path):
    monkeypatch.setenv("WUBU_DATASETS_MIRROR", server.url)
    monkeypatch.setattr(mnist, "_IDX_BASES", (server.url + "/idx/",))
    monkeypatch.setattr(
        mnist, "_FILE", mnist._FILE.__class__(**{**vars(mnist._FILE), "urls": ("nowhere/mnist.npz",)})
    )
    from wubu.datasets.idx import FILES

    for name, file in FILES.items():
        server.files["/idx/" + file] = idx(small[name])
    np.testing.assert_array_equal(mnist.load_data()[0][0], small["x_train"])
    assert (home / "mnist.npz").exists()
    (home / "mnist.npz").rename(tmp_path / "packed.npz")
    server.files["/mnist.npz"] = (tmp_path / "packed.npz").read_bytes()
    server.requests.clear()
    np.testing.assert_array_equal(mnist.load_data()[0][0], small["x_train"])
    assert [r[0] for r in server.requests] == ["/mnist.npz"]


# the real images, where the machine has them: $WUBU_TEST_DATA, else ../shared/data beside the repository
REAL = Path(os.environ.get("WUBU_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data") / "mnist.npz"


@pytest.mark.skipif(not REAL.exists(), reason="the real MNIST is not here")
def test_the_real_mnist(home, no_network):
    home.mkdir(parents=True)
    os.symlink(REAL, home / "mnist.npz")
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    assert x_train.shape == (60000, 28, 28) and y_train[:5].tolist() == [5, 0, 4, 1, 9]
    assert x_test.shape == (10000, 28, 28) and y_test[:5].tolist() == [7, 2, 1, 0, 4]


def test_fashion_mnist_reads_prepared_files(home, no_network):
    a = small_mnist()
    folder = home / "fashion-mnist"
    folder.mkdir(parents=True)
    for part, prefix in (("train", "train"), ("test", "t10k")):
        (folder / f"{prefix}-images-idx3-ubyte.gz").write_bytes(idx(a[f"x_{part}"]))
        (folder / f"{prefix}-labels-idx1-ubyte.gz").write_bytes(idx(a[f"y_{part}"]))
    (x_train, y_train), (x_test, y_test) = fashion_mnist.load_data()
    np.testing.assert_array_equal(x_train, a["x_train"])
    np.testing.assert_array_equal(y_test, a["y_test"])
    x_train[0, 0, 0] = 1  # arrays can be written to
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(idx(a["y_test"][:5]))
    with pytest.raises(FileFormatError, match="10 images and 5 labels"):
        fashion_mnist.load_data()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        gzip.compress(b"\0\0\x08"),
        gzip.compress(b"\0\0\x08\x03\0\0"),
        gzip.compress(b"\0\0\x0d\x01\0\0\0\x01\0\0\0\0"),
        idx(np.zeros((3, 28, 28), np.uint8))[:-9],
        idx(np.zeros(3, np.uint8)),
        gzip.compress(struct.pack(">HBB4I", 0, 8, 4, *[2**32 - 1] * 4)),
    ],
    # gzip writes the time into its header, so the content itself makes no name that two processes agree on
    ids=["empty", "page", "short", "no sizes", "wrong type", "cut", "wrong rank", "huge sizes"],
)
def test_damaged_idx_files_are_kept_aside(home, no_network, content):
    folder = home / "fashion-mnist"
    folder.mkdir(parents=True)
    (folder / "train-labels-idx1-ubyte.gz").write_bytes(idx(np.zeros(3, np.uint8)))
    (folder / "train-images-idx3-ubyte.gz").write_bytes(content)
    with pytest.raises(DownloadError, match=r"train-images-idx3-ubyte\.gz\.bad-1"):
        fashion_mnist.load_data()


def cifar_batches(folder, names, keys, n=7):
    rng = np.random.default_rng(3)
    folder.mkdir(parents=True)
    for name in names:
        batch = {b"data": rng.integers(0, 256, (n, 3072), dtype=np.uint8), b"batch_label": b"x"}
        for key, classes in keys.items():
            batch[key] = rng.integers(0, classes, n).tolist()
        (folder / name).write_bytes(pickle.dumps(batch, protocol=2))


NAMES10 = [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]


def first_batch(folder, name):
    with open(folder / name, "rb") as file:
        return pickle.load(file, encoding="bytes")


@pytest.mark.parametrize("place", ["cifar-10-batches-py", "cifar-10-batches-py-target/cifar-10-batches-py"])
def test_cifar10_from_an_unpacked_folder(home, no_network, place):
    cifar_batches(home / place, NAMES10, {b"labels": 10})
    (x_train, y_train), (x_test, y_test) = cifar10.load_data()
    assert x_train.shape == (35, 32, 32, 3) and x_test.shape == (7, 32, 32, 3) and x_train.dtype == np.uint8
    assert y_train.shape == (35, 1) and y_train.dtype == y_test.dtype == np.uint8
    first = first_batch(home / place, "data_batch_1")
    np.testing.assert_array_equal(x_train[0, :, :, 1].ravel(), first[b"data"][0][1024:2048])
    assert y_train[:7, 0].tolist() == first[b"labels"]
    try:
        set_image_data_format("channels_first")
        assert cifar10.load_data()[0][0].shape == (35, 3, 32, 32)
    finally:
        set_image_data_format("channels_last")


@pytest.mark.parametrize(
    "name", ["cifar-10-batches-py-target_archive", "cifar-10-batches-py.tar.gz", "cifar-10-python.tar.gz"]
)
def test_cifar10_from_an_archive_put_there_by_hand(home, no_network, tmp_path, name, capsys):
    cifar_batches(tmp_path / "cifar-10-batches-py", NAMES10, {b"labels": 10})
    home.mkdir(parents=True)
    with tarfile.open(home / name, "w:gz") as archive:
        archive.add(tmp_path / "cifar-10-batches-py", "cifar-10-batches-py")
    assert cifar10.load_data()[0][0].shape == (35, 32, 32, 3)
    assert "not the published archive" in capsys.readouterr().err
    assert cifar10.load_data()[0][0].shape == (35, 32, 32, 3)


def test_cifar10_that_is_not_good(home, no_network):
    cifar_batches(home / "cifar-10-batches-py", NAMES10[:-1], {b"labels": 10})
    (home / "cifar-10-python.tar.gz").write_bytes(b"<html>")
    with pytest.raises(DownloadError, match=r"cifar-10-python\.tar\.gz"):
        cifar10.load_data()
    assert sorted(p.name for p in home.iterdir()) == [
        "cifar-10-batches-py.bad-1",
        "cifar-10-python.tar.gz.bad-1",
    ]


def test_cifar_batches_cannot_run_code(home, no_network):
    class Evil:
        def __reduce__(self):
            return os.system, ("true",)

    folder = home / "cifar-10-batches-py"
    cifar_batches(folder, NAMES10, {b"labels": 10})
    (folder / "test_batch").write_bytes(pickle.dumps({b"data": Evil()}))
    with pytest.raises(DownloadError):  # kept aside like any file that is not good
        cifar10.load_data()
    from wubu.datasets.cifar import read_batch

    with pytest.raises(UnsafeFileError, match="system"):
        read_batch(home / "cifar-10-batches-py.bad-1" / "test_batch", "labels")


def test_cifar100_label_modes(home, no_network):
    keys = {b"fine_labels": 100, b"coarse_labels": 20}
    cifar_batches(home / "cifar-100-python", ["train", "test"], keys)
    first = first_batch(home / "cifar-100-python", "train")
    for mode in ("fine", "coarse"):
        (x, y), _ = cifar100.load_data(mode)
        assert x.shape == (7, 32, 32, 3) and y.shape == (7, 1) and y.dtype == np.int64
        assert y[:, 0].tolist() == first[f"{mode}_labels".encode()]
    with pytest.raises(ArgumentError, match="label_mode"):
        cifar100.load_data("middle")


def texts(n, seed):
    rng = np.random.default_rng(seed)
    rows = np.empty(n, dtype=object)
    for i in range(n):
        rows[i] = rng.integers(1, 60, rng.integers(1, 30)).tolist()
    return rows, rng.integers(0, 2, n)


@pytest.fixture
def text_files(home):
    (x, y), (u, v) = texts(40, 1), texts(30, 2)
    pack(home / "imdb.npz", {"x_train": x, "y_train": y, "x_test": u, "y_test": v})
    pack(home / "reuters.npz", {"x": x, "y": y})
    return home


VARIANTS = [
    {},
    {"num_words": 20},
    {"num_words": 20, "skip_top": 5, "oov_char": None},
    {"maxlen": 15},
    {"maxlen": 15, "start_char": None, "index_from": 0},
    {"start_char": None, "index_from": 5, "seed": 7},
    {"skip_top": 4, "start_char": 7, "oov_char": 9},
]


@pytest.mark.parametrize("arguments", VARIANTS, ids=str)
@pytest.mark.parametrize("name", ["imdb", "reuters"])
def test_texts_are_those_of_keras(text_files, monkeypatch, name, arguments):
    keras_module = pytest.importorskip(f"keras.src.datasets.{name}")
    monkeypatch.setattr(keras_module, "get_file", lambda fname, **_: str(text_files / fname))
    ours = getattr(datasets, name).load_data(**arguments)
    theirs = keras_module.load_data(**arguments)
    for (x, y), (u, v) in zip(ours, theirs):
        assert x.dtype == object and y.dtype == v.dtype
        assert x.tolist() == u.tolist()
        np.testing.assert_array_equal(y, v)


def test_texts_that_cannot_be(text_files, no_network):
    with pytest.raises(DataError, match="maxlen=1"):
        imdb.load_data(maxlen=1)
    with pytest.raises(UnknownArgumentError, match="num_words"):
        imdb.load_data(num_word=5)
    assert imdb.load_data(nb_words=20)[0][0].tolist() == imdb.load_data(num_words=20)[0][0].tolist()
    pack(text_files / "reuters.npz", {"x": np.zeros((3, 2)), "y": np.zeros(3)})
    with pytest.raises(DownloadError, match=r"reuters\.npz\.bad-1"):
        reuters.load_data()


def test_word_indexes(home, no_network, server):
    home.mkdir(parents=True)
    for name in ("imdb", "reuters"):
        (home / f"{name}_word_index.json").write_text(json.dumps({"the": 1}))
    assert imdb.get_word_index() == reuters.get_word_index() == {"the": 1}
    (home / "imdb_word_index.json").write_text("[1]")
    with pytest.raises(DownloadError):
        imdb.get_word_index()
    assert reuters.get_label_names() == pytest.importorskip("keras").datasets.reuters.get_label_names()


def test_a_downloaded_file_must_be_the_published_one(home, server, monkeypatch):
    monkeypatch.setenv("WUBU_DATASETS_MIRROR", server.url)
    monkeypatch.setattr(
        imdb, "_FILE", imdb._FILE.__class__(**{**vars(imdb._FILE), "urls": ("nowhere/imdb.npz",)})
    )
    x, y = texts(5, 1)
    pack(home / "x.npz", {"x_train": x, "y_train": y, "x_test": x, "y_test": y})
    server.files["/imdb.npz"] = (home / "x.npz").read_bytes()
    with pytest.raises(DownloadError, match="sha256"):
        imdb.load_data()
    assert (home / "imdb.npz.bad-1").exists()


@pytest.mark.parametrize("name, columns", [("boston_housing", 13), ("california_housing", 8)])
def test_housing_splits_are_those_of_keras(home, monkeypatch, no_network, name, columns):
    keras_module = pytest.importorskip(f"keras.src.datasets.{name}")
    monkeypatch.setattr(keras_module, "get_file", lambda fname, **_: str(home / fname))
    rng = np.random.default_rng(0)
    pack(home / f"{name}.npz", {"x": rng.normal(size=(700, columns)), "y": rng.normal(size=700)})
    variants = [{}, {"test_split": 0.33, "seed": 5}, {"test_split": 0}]
    if name == "california_housing":
        variants.append({"version": "small"})
    for arguments in variants:
        ours = getattr(datasets, name).load_data(**arguments)
        theirs = keras_module.load_data(**arguments)
        for a, b in zip([*ours[0], *ours[1]], [*theirs[0], *theirs[1]]):
            np.testing.assert_array_equal(a, b)
    with pytest.raises(ArgumentError, match="test_split"):
        getattr(datasets, name).load_data(test_split=1.0)


def test_housing_files_that_are_not_good(home, no_network):
    pack(home / "california_housing.npz", {"x": np.zeros((5, 9)), "y": np.zeros(5)})
    with pytest.raises(DownloadError, match="bad-1"):
        california_housing.load_data()
    with pytest.raises(ArgumentError, match="version"):
        california_housing.load_data("medium")
    with pytest.raises(DownloadError, match=r"boston_housing\.npz"):
        boston_housing.load_data()


def test_a_home_that_cannot_be_written(tmp_path, monkeypatch, small):
    from wubu.datasets import cache

    readable = tmp_path / "readonly"
    pack(readable / "datasets" / "mnist.npz", small)
    monkeypatch.setenv("KERAS_HOME", str(readable))
    monkeypatch.setattr(cache, "_writable", lambda folder: False)
    assert len(mnist.load_data()[0][0]) == 60
    assert cache.cache_path("new.npz").parts[-3:] == (".keras", "datasets", "new.npz")


def test_load_by_name():
    data = datasets.load("digits", test_split=0.5)
    assert data.class_names == tuple("0123456789") and data.largest_pixel == 16
    assert abs(len(data.x_test) - len(data.x_train)) <= 10
    assert "fashion_mnist" in datasets.names()
    with pytest.raises(UnknownNameError, match="fashion_mnist"):
        datasets.load("fashion-mnits")
