"""Folders of files: what is in the batches, what is kept, and what a bad folder is told."""

from __future__ import annotations

import os
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from wubu.data import Dataset
from wubu.data.folders.audio_dataset import audio_dataset_from_directory, read_wav, resampled
from wubu.data.folders.image_dataset import image_dataset_from_directory
from wubu.data.folders.split import split_dataset
from wubu.data.folders.text_dataset import text_dataset_from_directory
from wubu.data.folders.timeseries import timeseries_dataset_from_array
from wubu.errors import ArgumentError, DataError, EmptyDataError, FileFormatError, LabelError, MissingFileError

SIZE = (8, 10)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    for i in range(9):
        place = tmp_path / "pictures" / ("a", "b", "c")[i % 3]
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (*SIZE, 3)).astype(np.uint8)).save(place / f"{i}.png")
    return tmp_path / "pictures"


def load(folder: Path, **kwargs: Any) -> Any:
    return image_dataset_from_directory(folder, **{"image_size": SIZE, "verbose": False, **kwargs})


def remove_files(folder: Path) -> None:
    for path in folder.rglob("*.png"):
        path.unlink()


@pytest.mark.parametrize("keep", [True, False, "file"])
def test_the_disk_is_read_once_when_pictures_are_kept(keep: Any, pictures: Path, tmp_path: Path) -> None:
    data = load(pictures, batch_size=4, seed=1, keep=str(tmp_path / "kept") if keep == "file" else keep)
    first = {tuple(x.reshape(-1)[:9].tolist()): int(y) for xs, ys in data for x, y in zip(xs, ys)}
    remove_files(pictures)
    if keep is False:
        with pytest.raises(MissingFileError, match="png"):
            list(data)
        return
    second = {tuple(x.reshape(-1)[:9].tolist()): int(y) for xs, ys in data for x, y in zip(xs, ys)}
    assert second == first and len(first) == 9


def test_a_file_of_pictures_outlives_the_program_unless_they_change(pictures: Path, tmp_path: Path) -> None:
    keep = str(tmp_path / "kept")
    expected = [x for x, _ in load(pictures, shuffle=False, keep=keep)]
    again = load(pictures, shuffle=False, keep=keep)
    table = again._node.input.input.inputs[0]._table
    assert table.store.complete and all(torch.equal(a, b) for a, (b, _) in zip(expected, again))
    path = next(pictures.rglob("*.png"))
    Image.new("RGB", SIZE[::-1]).save(path)
    os.utime(path, ns=(1, 1))
    changed = load(pictures, shuffle=False, keep=keep)
    assert not changed._node.input.input.inputs[0]._table.store.complete
    assert not all(torch.equal(a, b) for a, (b, _) in zip(expected, changed))


def test_the_budget_is_kept(pictures: Path, monkeypatch: Any) -> None:
    from wubu.data import picture_budget as budget

    monkeypatch.setattr(budget, "_limit", budget._taken + 4 * 240 + 100)
    data = load(pictures, batch_size=3, shuffle=False)
    for _ in range(2):
        assert sum(len(x) for x, _ in data) == 9
    store = data._node.input.input.inputs[0]._table.store
    assert store._used == 4 and not store.complete
    before = budget._taken
    del data, store
    assert budget._taken == before - 4 * 240
    assert budget.as_bytes("1.5 MB") == 1_500_000 and budget.as_bytes("2GiB") == 2**31
    with pytest.raises(ArgumentError, match="200 MB"):
        budget.as_bytes("much")


def test_what_training_moves_is_small(pictures: Path) -> None:
    data = load(pictures, shuffle=False, data_format="channels_first")
    node, whole = data._node.compact
    from wubu.data.dataset.run import Run

    small = next(node.open(Run(node)))
    assert small[0].dtype is torch.uint8
    expected = next(iter(data))
    assert all(torch.equal(a, b) for a, b in zip(whole(small), expected))
    assert expected[0].shape == (9, 3, *SIZE)


def test_both_parts(pictures: Path, capsys: Any) -> None:
    train, held_out = load(pictures, validation_split=0.4, subset="both", seed=2, verbose=True)
    assert len(train.file_paths) == 6 and len(held_out.file_paths) == 3
    assert not set(train.file_paths) & set(held_out.file_paths)
    said = capsys.readouterr().out
    assert "Found 9 files belonging to 3 classes." in said and "Using 6 files for training." in said


def test_large_photographs_are_decoded_at_a_fraction(tmp_path: Path) -> None:
    place = tmp_path / "p" / "a"
    place.mkdir(parents=True)
    ramp = np.linspace(0, 255, 400)[None, :, None].repeat(300, 0).repeat(3, 2)
    Image.fromarray(ramp.astype(np.uint8)).save(place / "x.jpg", quality=95)
    (quick,), (exact,) = (list(load(tmp_path / "p", labels=None, draft=d)) for d in (True, False))
    assert quick.shape == exact.shape == (1, *SIZE, 3)
    assert (quick - exact).abs().max() < 4


BAD = {
    "no folder": (lambda p: p / "nowhere", {}, MissingFileError, "nowhere"),
    "a file": (lambda p: next(p.rglob("*.png")), {}, MissingFileError, "It is a file"),
    "no classes": (lambda p: p / "a", {}, EmptyDataError, "labels=None"),
    "two labels for nine": (lambda p: p, {"labels": [0, 1]}, LabelError, "each of the 9 files.*2 labels"),
    "binary with three": (lambda p: p, {"label_mode": "binary"}, LabelError, "two classes"),
    "unknown class": (lambda p: p, {"class_names": ["a", "z"]}, ArgumentError, r"Not among them: \['z'\]"),
    "labels as text": (lambda p: p, {"labels": "guess"}, ArgumentError, "inferred"),
    "mode": (lambda p: p, {"color_mode": "rgbb"}, ArgumentError, "Did you mean 'rgb'"),
    "interpolation": (lambda p: p, {"interpolation": "bilinaer"}, ArgumentError, "bilinear"),
    "size": (lambda p: p, {"image_size": (3,)}, ArgumentError, "height, width"),
    "subset alone": (lambda p: p, {"subset": "training"}, ArgumentError, "go together"),
    "no seed": (lambda p: p, {"subset": "training", "validation_split": 0.2}, ArgumentError, "seed"),
    "crop and pad": (
        lambda p: p,
        {"crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True},
        ArgumentError,
        "not both",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_folders_and_arguments(name: str, pictures: Path) -> None:
    place, kwargs, error, message = BAD[name]
    with pytest.raises(error, match=message):
        load(place(pictures), **kwargs)


def test_a_folder_without_pictures_says_what_is_there(pictures: Path) -> None:
    remove_files(pictures)
    (pictures / "a" / "notes.txt").write_text("x")
    with pytest.raises(EmptyDataError, match=r"pictures in .*It has notes.txt"):
        load(pictures)


@pytest.mark.parametrize("content", [b"", b"no picture", "half"])
def test_a_picture_that_cannot_be_read_is_named(content: Any, pictures: Path) -> None:
    path = sorted(pictures.rglob("*.png"))[4]
    path.write_bytes(path.read_bytes()[:-100] if content == "half" else content)
    with pytest.raises(FileFormatError, match=str(path)):
        list(load(pictures, batch_size=2))


def test_texts(tmp_path: Path) -> None:
    for i in range(4):
        place = tmp_path / "ab"[i % 2]
        place.mkdir(exist_ok=True)
        (place / f"{i}.txt").write_text(f"text {i}")
    data = text_dataset_from_directory(tmp_path, batch_size=3, shuffle=False, verbose=False)
    texts, labels = next(iter(data))
    assert texts.tolist() == [b"text 0", b"text 2", b"text 1"] and labels.tolist() == [0, 0, 1]
    with pytest.raises(EmptyDataError, match="sounds"):
        audio_dataset_from_directory(tmp_path, verbose=False)


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_sounds_of_any_width(width: int, tmp_path: Path) -> None:
    values = np.array([0.0, 0.5, -0.5, -1.0])
    scaled = (values * 2 ** (8 * width - 1)).astype(np.int64) + (128 if width == 1 else 0)
    data = b"".join(int(v).to_bytes(width, "little", signed=width > 1) for v in scaled)
    with wave.open(str(tmp_path / "x.wav"), "wb") as file:
        file.setparams((1, width, 100, 0, "NONE", ""))
        file.writeframes(data)
    sound, rate = read_wav(tmp_path / "x.wav")
    assert rate == 100 and sound[:, 0].tolist() == values.tolist()


def test_sound_at_another_rate() -> None:
    time = np.arange(800) / 8000
    wanted = np.sin(2 * np.pi * 440 * np.arange(1600) / 16000)
    found = resampled(np.sin(2 * np.pi * 440 * time).astype(np.float32)[:, None], 8000, 16000)
    assert found.shape == (1600, 1) and np.abs(found[100:-100, 0] - wanted[100:-100]).max() < 1e-2
    back = resampled(found, 16000, 8000)
    assert np.abs(back[100:-100, 0] - np.sin(2 * np.pi * 440 * time)[100:-100]).max() < 2e-2


def test_sounds_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.wav").write_bytes(b"RIFFnothing")
    with pytest.raises(DataError, match="x.wav is none"):
        list(audio_dataset_from_directory(tmp_path, verbose=False))
    with pytest.raises(ArgumentError, match="ragged"):
        audio_dataset_from_directory(tmp_path, ragged=True)


def test_windows() -> None:
    series = np.arange(20)
    data = timeseries_dataset_from_array(series[:-5], series[5:], 5, batch_size=4)
    windows, targets = next(iter(data))
    assert windows[1].tolist() == [1, 2, 3, 4, 5] and targets.tolist() == [5, 6, 7, 8]
    for kwargs, message in (
        ({"sequence_length": 40}, "at least one window"),
        ({"sequence_length": 3, "sampling_rate": 0}, "sampling_rate"),
        ({"sequence_length": 3, "start_index": 9, "end_index": 5}, "end_index"),
    ):
        with pytest.raises(ValueError, match=message):
            timeseries_dataset_from_array(series, None, **kwargs)


def test_splits() -> None:
    data = Dataset.range(10).map(lambda x: (x, x * 2)).batch(4)
    left, right = split_dataset(data, right_size=3)
    assert [b[0].tolist() for b in left] == [[0, 1, 2, 3], [4, 5, 6]] and len(right) == 1
    torch_data = torch.utils.data.TensorDataset(torch.arange(10))
    left, right = split_dataset(torch_data, left_size=0.7, shuffle=True, seed=1)
    assert len(left) == 7 and len(right) == 3
    for kwargs in ({}, {"left_size": 10}, {"left_size": 1.5}, {"left_size": 0.6, "right_size": 0.6}):
        with pytest.raises(ArgumentError):
            split_dataset(np.arange(10), **kwargs)
    with pytest.raises(DataError, match="end"):
        split_dataset(Dataset.range(3).repeat(), left_size=1)
