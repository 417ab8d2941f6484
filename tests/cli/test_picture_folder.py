"""``wubu train FOLDER``: pictures in folders, split, balanced, changed by chance; damaged ones, duplicates."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from PIL import Image

from wubu.cli import picture_folder
from wubu.cli.main import run
from wubu.cli.picture_folder import FolderOptions, balanced, class_weights, load_folder


def fill(folder, count, light, seed, size=(12, 12)):
    """Noise around a lightness, which tells the classes apart."""
    folder.mkdir(parents=True)
    chance = np.random.default_rng(seed)
    for i in range(count):
        pixels = chance.normal(light, 20, (*size, 3)).clip(0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"{i}.png")


@pytest.fixture
def root(tmp_path):
    fill(tmp_path / "pictures" / "dark", 40, 60, 1)
    fill(tmp_path / "pictures" / "light", 20, 190, 2)
    return tmp_path / "pictures"


@pytest.fixture
def divided(tmp_path):
    for number, (part, count) in enumerate((("train", 30), ("val", 2), ("test", 8))):
        fill(tmp_path / "divided" / part / "dark", count, 60, number)
        fill(tmp_path / "divided" / part / "light", count, 190, number + 10)
    return tmp_path / "divided"


def test_the_whole_way(root, tmp_path, capsys):
    out = tmp_path / "run"
    arguments = ["--augment", "--balance", "weights", "--epochs", "6", "--out", str(out), "--batch-size", "8"]
    assert run(["train", str(root), *arguments]) == 0
    text = capsys.readouterr().out
    assert "pictures to learn from" in text and "out of balance, " in text and "dark" in text
    report = json.loads((out / "report.json").read_text())
    assert report["accuracy"] >= 0.9 and report["folder"]["balance"]["dark"]["test"] == 8
    settings = json.loads((out / "settings.json").read_text())
    assert settings["input_shape"] == [12, 12, 3] and settings["augment"]
    capsys.readouterr()
    assert run(["evaluate", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["accuracy"] == report["accuracy"]
    assert run(["evaluate", str(out), str(root), "--json"]) == 0


def test_another_folder_is_measured_as_a_whole(root, divided, tmp_path, capsys):
    out = tmp_path / "run"
    assert run(["train", str(root), "--epochs", "4", "--out", str(out), "--quiet"]) == 0
    capsys.readouterr()
    assert run(["evaluate", str(out), str(divided / "test")]) == 0
    assert "of 16)" in capsys.readouterr().out


def test_the_split_is_stratified_and_repeatable(root):
    one, two = (load_folder(root, 3) for _ in range(2))
    np.testing.assert_array_equal(one.x_test, two.x_test)
    assert [int((one.y_test == number).sum()) for number in (0, 1)] == [8, 4]
    assert len(one.x_train) + len(one.x_val) + len(one.x_test) == 60
    assert not np.array_equal(one.x_test, load_folder(root, 4).x_test)


def test_copies_stay_together(root):
    for i in range(10):
        shutil.copy(root / "dark" / "0.png", root / "dark" / f"copy{i}.png")
    for seed in range(5):
        assert not load_folder(root, seed).notes["duplicates"]


def test_folders_for_the_parts(divided):
    shutil.copy(divided / "train" / "dark" / "0.png", divided / "test" / "dark" / "same.png")
    found = load_folder(divided)
    assert len(found.x_test) == 17
    assert len(found.notes["duplicates"]) == 1 and "1 exact duplicates" in found.describe()
    assert "val/ has only 4 pictures" in found.describe() and len(found.x_val) == 10


def test_size_and_channels(root):
    for path in root.rglob("*.png"):
        Image.open(path).convert("L").resize((30, 20)).save(path)
    assert load_folder(root).input_shape == (20, 30, 1)
    assert load_folder(root, options=FolderOptions(image_size=(8, 6), channels=3)).input_shape == (8, 6, 3)
    Image.open(root / "dark" / "1.png").resize((31, 20)).save(root / "dark" / "1.png")
    assert load_folder(root).input_shape == (224, 224, 1)


def test_many_pictures_live_in_a_file(root, monkeypatch):
    expected = load_folder(root)
    monkeypatch.setattr(picture_folder, "picture_budget", lambda: 1000)
    found = load_folder(root)
    assert isinstance(found.x_train, np.memmap)
    np.testing.assert_array_equal(found.x_train, expected.x_train)


@pytest.mark.parametrize("how", ["over", "under"])
def test_balance(how, root, tmp_path):
    y = np.repeat([0, 1], [40, 20])
    counts = np.bincount(y[balanced(y, how)])
    assert counts.tolist() == ([40, 40] if how == "over" else [20, 20])
    out = str(tmp_path / "run")
    assert run(["train", str(root), "--balance", how, "--epochs", "1", "--out", out, "--quiet"]) == 0
    assert class_weights(y) == {0: 0.75, 1: 1.5}


def test_damaged_pictures_are_listed_and_left_out(root, tmp_path, capsys):
    data = (root / "dark" / "3.png").read_bytes()
    (root / "dark" / "3.png").write_bytes(data[: len(data) // 2])
    (root / "light" / "4.png").write_text("no picture")
    found = load_folder(root)
    assert len(found.notes["unreadable"]) == 2 and len(found.x_train) + len(found.x_val) + len(found.x_test) == 58
    assert "3.png" in found.describe() and "4.png" in found.describe()
    assert run(["train", str(root), "--corrupt", "fail", "--out", str(tmp_path / "run")]) == 2
    text = capsys.readouterr().err
    assert "3.png" in text and "4.png" in text and not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: None, "an empty folder"),
        (lambda p: fill(p / "one", 4, 100, 1), "two classes or more"),
        (lambda p: (fill(p / "a", 4, 100, 1), (p / "b").mkdir()), "none of: b"),
        (lambda p: (p / "a.png").write_text(""), "a.png"),
    ],
)
def test_folders_that_cannot_be_used(tmp_path, capsys, make, message):
    folder = tmp_path / "data"
    folder.mkdir()
    make(folder)
    assert run(["train", str(folder), "--out", str(tmp_path / "run")]) == 2
    assert message in capsys.readouterr().err


def test_options_that_make_no_sense(root, capsys):
    assert run(["train", "digits", "--augment"]) == 2
    assert "--augment is for folders" in capsys.readouterr().err
    assert run(["train", str(root), "--image-size", "big"]) == 2
    assert "224x160" in capsys.readouterr().err
