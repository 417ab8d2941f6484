"""``ImageDataGenerator`` beside Keras's: the same pictures, labels and orders for the same seeds."""

from __future__ import annotations

import pickle
import threading
import warnings

import numpy as np
import pytest
from PIL import Image

from wubu.data.images import ImageDataGenerator, Iterator
from wubu.errors import ArgumentError, EmptyDataError, FileFormatError, MissingFileError

legacy = pytest.importorskip("keras.src.legacy.preprocessing.image")


@pytest.fixture
def pictures():
    """Six smooth colour pictures that are not square, shape (6, 21, 30, 3)."""
    y, x = np.mgrid[0:21, 0:30]
    waves = [[127 + 60 * np.sin(x / 5 + i + k) + 60 * np.cos(y / 4 + k) for k in range(3)] for i in range(6)]
    return np.array(waves, np.float32).transpose(0, 2, 3, 1)


@pytest.fixture
def folder(tmp_path):
    """Three classes with 4, 3 and 5 pictures of several kinds and sizes."""
    chance = np.random.default_rng(0)
    for name, count in (("b", 3), ("a", 4), ("c", 5)):
        (tmp_path / name).mkdir()
        for i in range(count):
            mode, ending = [("RGB", "jpg"), ("L", "png"), ("RGBA", "png"), ("P", "bmp")][i % 4]
            shape = (20 + i, 31 - i) if mode in ("L", "P") else (20 + i, 31 - i, len(mode))
            pixels = chance.integers(0, 255, shape, dtype=np.uint8)
            Image.fromarray(pixels).convert(mode).save(tmp_path / name / f"{i}.{ending}")
    (tmp_path / "a" / "notes.txt").write_text("no picture")
    return tmp_path


OPTIONS = [
    {"rotation_range": 40},
    {"width_shift_range": 0.3, "height_shift_range": 0.2},
    {"width_shift_range": 5, "height_shift_range": [1, 2, 3]},
    {"shear_range": 20, "zoom_range": 0.4},
    {"horizontal_flip": True, "vertical_flip": True},
    {"brightness_range": (0.3, 1.7), "channel_shift_range": 60},
    {"samplewise_center": True, "samplewise_std_normalization": True, "rescale": 1 / 255},
    {"rotation_range": 30, "zoom_range": (0.8, 1.3), "horizontal_flip": True, "brightness_range": (0.5, 1.2)},
    {"rotation_range": 10, "preprocessing_function": lambda x: x - np.random.uniform(0, 3)},
]


@pytest.mark.parametrize("fill_mode", ["nearest", "constant", "reflect", "wrap"])
@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: "-".join(options))
def test_random_changes_are_keras(pictures, options, fill_mode):
    pytest.importorskip("scipy")
    batches = []
    for module in (legacy.ImageDataGenerator, ImageDataGenerator):
        generator = module(fill_mode=fill_mode, cval=7.0, **options)
        iterator = generator.flow(pictures, np.arange(6), batch_size=4, seed=3)
        batches.append([next(iterator) for _ in range(3)])
    for (x, y), (own_x, own_y) in zip(*batches):
        np.testing.assert_array_equal(own_y, y)
        np.testing.assert_allclose(own_x, x, atol=0.05)


def test_nearest_pixels_and_channels_first(pictures):
    pytest.importorskip("scipy")
    planes = np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))
    options = {"rotation_range": 25, "interpolation_order": 0, "data_format": "channels_first", "rescale": 0.5}
    x, own = (
        next(module(**options).flow(planes, batch_size=6, seed=1))
        for module in (legacy.ImageDataGenerator, ImageDataGenerator)
    )
    assert (np.abs(x - own) > 1e-3).mean() < 0.001


def test_features_measured_by_fit(pictures):
    for options in (
        {"featurewise_center": True, "featurewise_std_normalization": True},
        {"zca_whitening": True, "featurewise_center": True, "zca_epsilon": 0.1, "rescale": 1 / 255},
    ):
        found = []
        for module in (legacy.ImageDataGenerator, ImageDataGenerator):
            generator = module(**options)
            generator.fit(pictures[:, :8, :8], augment=False, seed=2)
            found.append(next(generator.flow(pictures[:, :8, :8], batch_size=6, shuffle=False)))
        np.testing.assert_allclose(found[1], found[0], atol=2e-3)


@pytest.mark.parametrize("mode", ["categorical", "binary", "sparse", "input", None])
@pytest.mark.parametrize("color_mode", ["rgb", "rgba", "grayscale"])
def test_folders_are_keras(folder, mode, color_mode):
    made = []
    for module in (legacy.ImageDataGenerator, ImageDataGenerator):
        iterator = module(rescale=1 / 255, validation_split=0.4).flow_from_directory(
            folder, (16, 12), color_mode, class_mode=mode, batch_size=3, seed=5, subset="training"
        )
        made.append((iterator, [next(iterator) for _ in range(4)], [iterator[i] for i in range(len(iterator))]))
    (keras, *batches), (own, *own_batches) = made
    assert own.filenames == keras.filenames and own.class_indices == keras.class_indices
    assert own.samples == keras.samples == own.n and own.image_shape == keras.image_shape
    np.testing.assert_array_equal(own.classes, keras.classes)
    for left, right in zip(batches, own_batches):
        for a, b in zip(left, right):
            for part, own_part in zip(*((v,) if mode is None else v for v in (a, b))):
                np.testing.assert_allclose(own_part, part, atol=1e-6)


def test_tables_are_keras(folder, pictures):
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(
        {
            "filename": ["a/0.jpg", "b/0.jpg", "c/1.png", "c/gone.png", "a/1.png"],
            "class": ["a", "b", "c", "c", "a"],
            "weight": [1.0, 2.0, 3.0, 4.0, 5.0],
            "value": [0.1, 0.2, 0.3, 0.4, 0.5],
        }
    )
    for options in (
        {"weight_col": "weight"},
        {"class_mode": "raw", "y_col": ["value", "weight"]},
        {"class_mode": "multi_output", "y_col": ["value", "weight"]},
        {"class_mode": "sparse", "classes": ["c", "a"]},
    ):
        found = []
        for module in (legacy.ImageDataGenerator, ImageDataGenerator):
            with pytest.warns(UserWarning, match="1 invalid image filename"):
                iterator = module().flow_from_dataframe(table, str(folder), target_size=(8, 8), seed=2, **options)
            found.append(next(iterator))
        for left, right in zip(*found):
            for a, b in zip(left, right) if isinstance(left, list) else [(left, right)]:
                np.testing.assert_allclose(b, a)


def test_pictures_are_read_once(folder, monkeypatch):
    iterator = ImageDataGenerator(horizontal_flip=True).flow_from_directory(folder, (16, 16), batch_size=5)
    first = [iterator[i] for i in range(len(iterator))]
    monkeypatch.setattr(type(iterator), "_read", lambda *_: pytest.fail("the disk was read in the second pass"))
    assert len(first) == len([iterator[i] for i in range(len(iterator))]) == 3


def test_sixteen_bits_stay(tmp_path):
    (tmp_path / "a").mkdir()
    Image.fromarray(np.full((4, 4), 40_000, np.uint16)).save(tmp_path / "a" / "deep.png")
    iterator = ImageDataGenerator().flow_from_directory(tmp_path, (4, 4), "grayscale", class_mode=None)
    assert iterator.next().max() == 40_000


def test_saved_pictures(pictures, tmp_path):
    ImageDataGenerator().flow(pictures, batch_size=4, save_to_dir=tmp_path, save_prefix="p", save_format="jpeg").next()
    assert len(list(tmp_path.glob("p_*.jpeg"))) == 4


def test_a_subclass_is_asked_for_each_picture(pictures):
    class Brighter(ImageDataGenerator):
        def apply_transform(self, x, transform_parameters):
            return x + 1

    np.testing.assert_array_equal(Brighter().flow(pictures, batch_size=6, shuffle=False).next(), pictures + 1)


def test_other_processes_get_a_copy(folder):
    iterator = ImageDataGenerator().flow_from_directory(folder, (8, 8), batch_size=2, seed=1)
    copy = pickle.loads(pickle.dumps(iterator))
    np.testing.assert_array_equal(copy[0][0], iterator[0][0])


def test_training_evaluating_predicting(folder):
    import wubu
    from wubu import layers

    model = wubu.Sequential([layers.Input((8, 8, 3)), layers.Flatten(), layers.Dense(3, activation="softmax")])
    model.compile("adam", "categorical_crossentropy", ["accuracy"])
    generator = ImageDataGenerator(rescale=1 / 255, rotation_range=10)
    train = generator.flow_from_directory(folder, (8, 8), batch_size=5)
    history = model.fit_generator(train, steps_per_epoch=4, epochs=2, validation_data=train, validation_steps=2, verbose=0)
    assert len(history.history["val_accuracy"]) == 2
    assert len(model.evaluate_generator(train, steps=2)) == 2
    assert model.predict(train, verbose=0).shape == (12, 3)
    with pytest.warns(UserWarning, match="fewer than steps=8"):
        assert len(model.predict_generator(train, steps=8)) == 2 * 12 + 2 * 5


# --- bad input -----------------------------------------------------------------------------------------------------


def test_folders_that_cannot_be_used(tmp_path, folder):
    generator = ImageDataGenerator()
    with pytest.raises(MissingFileError, match="nowhere"):
        generator.flow_from_directory(tmp_path / "nowhere")
    with pytest.raises(EmptyDataError, match="pictures without subfolders"):
        generator.flow_from_directory(folder / "a")
    (tmp_path / "empty" / "class").mkdir(parents=True)
    with pytest.raises(EmptyDataError, match=r"none in class"):
        generator.flow_from_directory(tmp_path / "empty")
    with pytest.raises(ArgumentError, match="validation_split"):
        generator.flow_from_directory(folder, subset="validation")
    with pytest.raises(ArgumentError, match="different sizes"):
        generator.flow_from_directory(folder, target_size=None)
    with pytest.raises(ArgumentError, match="batch_size"):
        generator.flow_from_directory(folder, batch_size=0)


def test_damaged_files_are_named(folder):
    data = (folder / "a" / "0.jpg").read_bytes()
    (folder / "a" / "0.jpg").write_bytes(data[: len(data) // 2])
    iterator = ImageDataGenerator().flow_from_directory(folder, (16, 16), batch_size=12)
    with pytest.raises(FileFormatError, match=r"0\.jpg"):
        next(iterator)


def test_random_damage_is_always_named(folder):
    """Bytes at random places are changed or cut off: a picture, or an error with its path; never a crash or a hang."""
    chance = np.random.default_rng(1)
    paths = [path for path in sorted(folder.rglob("*")) if path.suffix in (".jpg", ".png", ".bmp")]
    original = {path: path.read_bytes() for path in paths}
    iterator = ImageDataGenerator().flow_from_directory(folder, (16, 16), batch_size=1, shuffle=False)
    files = {path: number for number, path in enumerate(iterator.filepaths)}
    for trial in range(300):
        path = paths[trial % len(paths)]
        data = bytearray(original[path])
        for place in chance.integers(0, len(data), 5):
            data[place] = chance.integers(256)
        path.write_bytes(bytes(data[: chance.integers(len(data) + 1)] if trial % 3 == 0 else data))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                assert iterator._read(files[str(path)]).shape[:2] == (16, 16)
            except FileFormatError as error:
                assert path.name in str(error)
    assert threading.active_count() < 20


def test_numbers_of_batches(pictures):
    iterator = ImageDataGenerator().flow(pictures, batch_size=4)
    assert isinstance(iterator, Iterator) and len(iterator) == 2
    with pytest.raises(ArgumentError, match="below 2"):
        iterator[2]
