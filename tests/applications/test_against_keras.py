"""Each model against Keras's own: the same layers by name, the same weights by shape, the same outputs."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from wubu import applications
from wubu.errors import ArgumentError

SMALL = [
    ("VGG16", 32, 138_357_544),
    ("VGG19", 32, 143_667_240),
    ("ResNet50", 64, 25_636_712),
    ("ResNet50V2", 64, 25_613_800),
    ("MobileNetV2", 64, 3_538_984),
    ("DenseNet121", 64, 8_062_504),
    ("EfficientNetB0", 64, 5_330_571),
    ("Xception", 75, 22_910_480),
    ("InceptionV3", 80, 23_851_784),
    ("MobileNet", 64, 4_253_864),
    ("MobileNetV3Small", 64, 2_554_968),
    ("EfficientNetV2B0", 64, 7_200_312),
    ("ConvNeXtTiny", 64, 28_589_128),
    pytest.param("InceptionResNetV2", 80, 55_873_736, marks=pytest.mark.slow),
]


def automatic(name):
    """Layers without a name of their own are numbered by when they were made, which says nothing."""
    return name.rstrip("0123456789").rstrip("_") if name.split("_")[0] in ("conv2d", "batch", "activation", "add", "input",
        "zero", "average", "max", "concatenate", "rescaling", "normalization", "global", "re", "multiply", "dropout",
        "flatten", "custom", "layer") else name  # fmt: skip


@pytest.mark.parametrize(("name", "size", "_"), SMALL)
def test_layers_weights_and_outputs(name, size, _):
    options = {"weights": None, "include_top": False, "pooling": "avg", "input_shape": (size, size, 3)}
    theirs, ours = getattr(keras.applications, name)(**options), getattr(applications, name)(**options)
    assert [automatic(x.name) for x in ours.layers] == [automatic(x.name) for x in theirs.layers]
    assert [tuple(w.shape) for w in ours.weights] == [tuple(w.shape) for w in theirs.weights]
    ours.set_weights(theirs.get_weights())
    x = np.random.default_rng(0).uniform(-1, 1, (2, size, size, 3)).astype("float32")
    expected = keras.ops.convert_to_numpy(theirs(x, training=False))
    made = ours(x, training=False).detach().numpy()
    np.testing.assert_allclose(made, expected, rtol=1e-3, atol=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize(("name", "size", "parameters"), SMALL)
def test_parameters_as_published(name, size, parameters):
    # On the meta device nothing is allocated, so that models of half a gigabyte are counted in no time.
    from wubu.core.device import device_scope

    with device_scope("meta"):
        assert getattr(applications, name)(weights=None).count_params() == parameters


@pytest.mark.parametrize(
    ("name", "options", "parameters"),
    [
        ("LeNet5", {}, 61_706),
        ("AlexNet", {}, 60_965_224),
        ("AlexNet", {"groups": 1}, 62_378_344),
        ("ResNet101", {"weights": None}, 44_707_176),
        ("ResNet152", {"weights": None}, 60_419_944),
        ("ResNet152V2", {"weights": None}, 60_380_648),
        ("DenseNet169", {"weights": None}, 14_307_880),
        ("DenseNet201", {"weights": None}, 20_242_984),
        ("GoogLeNet", {}, 6_998_552),
        ("MobileNetV3Large", {"weights": None}, 5_507_432),
        ("EfficientNetB1", {"weights": None}, 7_856_239),
        ("EfficientNetB4", {"weights": None}, 19_466_823),
        ("EfficientNetB7", {"weights": None}, 66_658_687),
        ("EfficientNetV2B3", {"weights": None}, 14_467_622),
        ("EfficientNetV2S", {"weights": None}, 21_612_360),
        ("EfficientNetV2L", {"weights": None}, 119_027_848),
        ("ConvNeXtXLarge", {"weights": None}, 350_196_968),
        ("NASNetMobile", {"weights": None}, 5_326_716),
        ("NASNetLarge", {"weights": None}, 88_949_818),
    ],
)
def test_parameters_of_the_others(name, options, parameters):
    from wubu.core.device import device_scope

    with device_scope("meta"):
        assert getattr(applications, name)(**options).count_params() == parameters


def test_networks_with_layers_of_their_own_are_saved(tmp_path):
    """Keras's files name these layers by the module that has them, which brings that module in."""
    import subprocess
    import sys

    theirs = keras.applications.ConvNeXtTiny(weights=None, include_top=False, input_shape=(32, 32, 3), pooling="avg")
    theirs.save(tmp_path / "theirs.keras")
    x = np.random.default_rng(0).uniform(0, 255, (1, 32, 32, 3)).astype("float32")
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "y.npy", keras.ops.convert_to_numpy(theirs(x)))
    code = (
        "import numpy as np, wubu; m = wubu.saving.load_model('theirs.keras'); "
        "assert np.allclose(m(np.load('x.npy')).detach().numpy(), np.load('y.npy'), rtol=1e-3, atol=1e-4)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
    ours = applications.ConvNeXtTiny(weights=None, include_top=False, input_shape=(32, 32, 3))
    ours.save(tmp_path / "ours.keras")
    back = keras.saving.load_model(tmp_path / "ours.keras")
    assert [tuple(w.shape) for w in back.weights] == [tuple(w.shape) for w in ours.weights]


@pytest.mark.parametrize("mode", ["caffe", "tf", "torch"])
@pytest.mark.parametrize("layout", ["channels_last", "channels_first"])
def test_preprocess_input(mode, layout):
    shape = (2, 4, 5, 3) if layout == "channels_last" else (2, 3, 4, 5)
    x = np.random.default_rng(0).uniform(0, 255, shape).astype("float32")
    theirs = keras.applications.imagenet_utils.preprocess_input(x.copy(), data_format=layout, mode=mode)
    import torch

    ours = applications.imagenet_utils.preprocess_input(x.copy(), data_format=layout, mode=mode)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-4)
    tensor = applications.imagenet_utils.preprocess_input(torch.tensor(x), data_format=layout, mode=mode)
    np.testing.assert_allclose(tensor.numpy(), theirs, rtol=1e-5, atol=1e-4)


def test_weights_of_keras_load(tmp_path):
    theirs = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(64, 64, 3), alpha=0.35)
    theirs.save_weights(tmp_path / "m.weights.h5")
    ours = applications.MobileNetV2(
        weights=tmp_path / "m.weights.h5", include_top=False, input_shape=(64, 64, 3), alpha=0.35
    )
    for a, b in zip(ours.get_weights(), theirs.get_weights()):
        np.testing.assert_array_equal(a, b)


def test_decode_predictions(tmp_path, monkeypatch):
    import json

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr("wubu.applications.imagenet.CLASS_INDEX_MD5", None)
    (tmp_path / "models").mkdir()
    names = {str(i): [f"n{i:08}", f"thing {i}"] for i in range(1000)}
    (tmp_path / "models" / "imagenet_class_index.json").write_text(json.dumps(names))
    probabilities = np.zeros((1, 1000), "float32")
    probabilities[0, [7, 3]] = 0.6, 0.4
    best = applications.imagenet_utils.decode_predictions(probabilities, top=2)[0]
    assert [(b[1], round(b[2], 3)) for b in best] == [("thing 7", 0.6), ("thing 3", 0.4)]
    with pytest.raises(ArgumentError, match="1000"):
        applications.imagenet_utils.decode_predictions(probabilities[:, :10])


def test_bad_arguments_are_explained():
    with pytest.raises(ArgumentError, match="1000 classes"):
        applications.VGG16(classes=10)
    with pytest.raises(ArgumentError, match="at least 32x32"):
        applications.VGG16(weights=None, input_shape=(16, 16, 3), include_top=False)
    with pytest.raises(ArgumentError, match="imagenet"):
        applications.ResNet50(weights="nowhere.h5")
    with pytest.raises(ArgumentError, match="pooling"):
        applications.ResNet50(weights=None, include_top=False, pooling="sum", input_shape=(64, 64, 3))
