import numpy as np
import pytest
import torch
from PIL import Image

import wubu as keras
from wubu import layers as L
from wubu.errors import ArgumentError, ShapeError, UnknownNameError
from wubu.report import (
    grad_cam,
    layer_outputs,
    occlusion_map,
    save_feature_maps,
    save_grad_cam,
    save_kernels,
    save_occlusion,
)
from wubu.report.mosaic import mosaic

RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def net():
    keras.utils.set_random_seed(0) if hasattr(keras.utils, "set_random_seed") else torch.manual_seed(0)
    return keras.Sequential(
        [
            keras.Input((12, 10, 1)),
            L.Conv2D(4, 3, activation="relu", name="first"),
            L.MaxPooling2D(name="pool"),
            L.Conv2D(6, 2, activation="relu", name="second"),
            L.Flatten(name="flat"),
            L.Dense(3, activation="softmax", name="out"),
        ]
    )


@pytest.fixture
def images():
    return RNG.random((5, 12, 10, 1)).astype("float32")


def is_picture(path):
    with Image.open(path) as picture:
        assert np.asarray(picture.convert("L")).std() > 1
    return True


def test_layer_outputs(net, images):
    found = layer_outputs(net, images)
    assert list(found) == ["first", "pool", "second", "flat", "out"]
    assert found["first"].shape == (5, 10, 8, 4) and found["flat"].shape == (5, 4 * 3 * 6)
    np.testing.assert_allclose(found["out"], net.predict(images, verbose=0), rtol=1e-5)
    assert list(layer_outputs(net, images, ["pool"])) == ["pool"]
    with pytest.raises(UnknownNameError, match="second"):
        layer_outputs(net, images, ["secnd"])


def test_layers_of_nested_models_are_found(images):
    inner = keras.Sequential(
        [keras.Input((12, 10, 1)), L.Conv2D(2, 3, name="deep"), L.Flatten()], name="inner"
    )
    inputs = keras.Input((12, 10, 1))
    model = keras.Model(inputs, L.Dense(2, activation="softmax")(inner(inputs)))
    assert layer_outputs(model, images, ["deep"])["deep"].shape == (5, 10, 8, 2)
    assert grad_cam(model, images).shape == (5, 12, 10)


def manual_grad_cam(net, images, classes):
    """The formula, written out with the layers called one by one."""
    first, pool, second, flat, out = net.layers
    maps = second(pool(first(torch.tensor(images)))).detach().requires_grad_(True)
    logits = flat(maps) @ out.kernel + out.bias
    (slope,) = torch.autograd.grad(logits.gather(1, torch.tensor(classes)[:, None]).sum(), maps)
    heat = (maps * slope.mean(dim=(1, 2), keepdim=True)).sum(dim=3).relu().detach()
    heat = torch.nn.functional.interpolate(heat[:, None], size=(12, 10), mode="bilinear")[:, 0].numpy()
    top = heat.max(axis=(1, 2), keepdims=True)
    return heat / np.where(top > 0, top, 1)


def test_grad_cam_is_its_formula(net, images):
    classes = [0, 1, 2, 1, 0]
    heat = grad_cam(net, images, class_index=classes)
    assert heat.dtype == np.float32 and heat.shape == (5, 12, 10)
    np.testing.assert_allclose(heat, manual_grad_cam(net, images, classes), atol=1e-5)
    assert heat.min() >= 0 and heat.max() == pytest.approx(1)
    predicted = net.predict(images, verbose=0).argmax(axis=1)
    np.testing.assert_allclose(grad_cam(net, images), grad_cam(net, images, class_index=predicted))
    assert grad_cam(net, images, layer="first", class_index=1).shape == (5, 12, 10)


def test_grad_cam_leaves_the_model_as_it_was(net, images):
    before = [weight.detach().clone() for weight in net.weights]
    net.trainable = False
    try:
        grad_cam(net, images)
    finally:
        net.trainable = True
    assert all(torch.equal(a, b) for a, b in zip(before, net.weights))
    assert all(weight.grad is None or not weight.grad.any() for weight in net.weights)
    assert not any(layer._forward_hooks for layer in net.layers)


def test_a_sigmoid_has_two_classes(images):
    model = keras.Sequential(
        [keras.Input((12, 10, 1)), L.Conv2D(3, 3), L.Flatten(), L.Dense(1, activation="sigmoid")]
    )
    for c in (0, 1):
        assert grad_cam(model, images, class_index=c).shape == (5, 12, 10)
        assert occlusion_map(model, images[:1], class_index=c).shape == (1, 12, 10)
    np.testing.assert_allclose(
        occlusion_map(model, images[:1], class_index=0),
        -occlusion_map(model, images[:1], class_index=1),
        atol=1e-6,
    )
    with pytest.raises(ArgumentError, match=r"0\.\.1"):
        grad_cam(model, images, class_index=2)


def test_no_feature_maps_no_grad_cam():
    model = keras.Sequential([keras.Input((4,)), L.Dense(2, activation="softmax")])
    with pytest.raises(ArgumentError, match="feature maps"):
        grad_cam(model, np.zeros((1, 4), "float32"))


def test_occlusion_finds_the_part_that_matters():
    """A model whose answer is the brightness of one corner."""
    model = keras.Sequential(
        [keras.Input((12, 12, 1)), L.Flatten(), L.Dense(1, activation="sigmoid", name="d")]
    )
    kernel = np.zeros((12, 12), "float32")
    kernel[:4, 8:] = 0.2
    model.get_layer("d").set_weights([kernel.reshape(144, 1), np.zeros(1, "float32")])
    harm = occlusion_map(
        model, np.ones((2, 12, 12, 1), "float32"), class_index=1, patch=4, stride=4, fill=0.0
    )
    assert harm.shape == (2, 12, 12)
    assert (harm[:, :4, 8:] > 0.1).all()
    rest = harm.copy()
    rest[:, :4, 8:] = 0
    np.testing.assert_allclose(rest, 0, atol=1e-6)
    odd = occlusion_map(model, np.ones((1, 12, 12, 1), "float32"), patch=5, stride=3)
    assert np.isfinite(odd).all()
    with pytest.raises(ArgumentError, match="patch"):
        occlusion_map(model, np.ones((1, 12, 12, 1), "float32"), patch=13)


def test_pictures_without_a_channel_axis():
    model = keras.Sequential(
        [keras.Input((8, 8)), L.Reshape((8, 8, 1)), L.Conv2D(2, 3), L.Flatten(), L.Dense(2)]
    )
    x = RNG.random((2, 8, 8)).astype("float32")
    assert occlusion_map(model, x).shape == grad_cam(model, x).shape == (2, 8, 8)
    with pytest.raises(ShapeError):
        occlusion_map(model, np.zeros((2, 64), "float32"))


def test_drawings(net, images, tmp_path):
    save_grad_cam(net, images, tmp_path / "g.png", class_names=["a", "b", "c"])
    save_occlusion(net, images, tmp_path / "o.png", class_index=1)
    save_kernels(net, path=tmp_path / "k1.png")
    save_kernels(net, "second", tmp_path / "k2.png")
    save_kernels(net, "out", tmp_path / "k3.png")
    save_kernels(net.layers[0], path=tmp_path / "k4.png")
    save_feature_maps(net, images[0], path=tmp_path / "f1.png")
    save_feature_maps(net, images[:1], "second", tmp_path / "f2.png", limit=3)
    save_feature_maps(net, images[0], "out", tmp_path / "f3.png")
    assert all(is_picture(path) for path in tmp_path.iterdir()) and len(list(tmp_path.iterdir())) == 9


def test_kernels_of_other_layers(tmp_path):
    colour = keras.Sequential([keras.Input((8, 8, 3)), L.Conv2D(5, 3)])
    save_kernels(colour, path=tmp_path / "a.png")
    pixels = keras.Sequential([keras.Input((64,)), L.Dense(10)])
    save_kernels(pixels, path=tmp_path / "b.png")
    assert is_picture(tmp_path / "a.png") and is_picture(tmp_path / "b.png")
    with pytest.raises(ArgumentError, match="kernel"):
        save_kernels(keras.Sequential([keras.Input((4,)), L.Dropout(0.1, name="drop")]), "drop")


def test_mosaic_puts_tiles_in_their_places():
    tiles = np.arange(5 * 24 * 24, dtype=np.float32).reshape(5, 24, 24)
    picture, places, ratio = mosaic(tiles, 3)
    assert picture.shape == (2 * 24 + 3, 3 * 24 + 2 * 3) and ratio == pytest.approx(51 / 78)
    np.testing.assert_array_equal(picture[27:, 27:51], tiles[4])
    assert np.isnan(picture[24:27]).all() and len(places) == 5
