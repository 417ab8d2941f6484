"""Layers of pictures: against Keras where the draw is certain, by their statistics where it is not."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import torch

import wubu
from wubu import layers
from wubu.errors import WubuError

R = np.random.default_rng(0)
PICTURES = R.uniform(0, 255, size=(4, 12, 14, 3)).astype("float32")
BYTES = R.integers(0, 256, size=(4, 12, 14, 3)).astype("uint8")
ONE = (1.0, 1.0)

# A factor whose smallest and largest value are equal leaves nothing to chance.
CERTAIN = [
    ("RandomBrightness", {"factor": (0.2, 0.2)}),
    ("RandomBrightness", {"factor": (-0.3, -0.3), "value_range": (0, 200)}),
    ("RandomSaturation", {"factor": (0.3, 0.3)}),
    ("RandomSharpness", {"factor": (0.9, 0.9)}),
    ("RandomColorDegeneration", {"factor": (0.4, 0.4)}),
    ("RandomGrayscale", {"factor": 1.0}),
    ("RandomGrayscale", {"factor": 0.0}),
    ("RandomInvert", {"factor": ONE}),
    ("RandomPosterization", {"factor": (3, 3)}),
    ("Solarization", {"addition_factor": 0.0, "threshold_factor": 0.0}),
    ("RandomRotation", {"factor": (0.1, 0.1)}),
    ("RandomRotation", {"factor": (-0.2, -0.2), "fill_mode": "constant", "fill_value": 7.0, "interpolation": "nearest"}),
    ("RandomTranslation", {"height_factor": (0.2, 0.2), "width_factor": (-0.1, -0.1)}),
    ("RandomTranslation", {"height_factor": (0.2, 0.2), "width_factor": (0.3, 0.3), "fill_mode": "wrap"}),
    ("RandomZoom", {"height_factor": (0.3, 0.3)}),
    ("RandomZoom", {"height_factor": (-0.3, -0.3), "width_factor": (0.2, 0.2), "fill_mode": "nearest"}),
    ("RandomGaussianBlur", {"factor": ONE, "sigma": (0.7, 0.7), "kernel_size": 5}),
    ("RandomGaussianBlur", {"factor": (0.0, 0.0)}),
    ("AutoContrast", {}),
    ("AutoContrast", {"value_range": (0, 300)}),
    ("CenterCrop", {"height": 6, "width": 5}),
    ("CenterCrop", {"height": 20, "width": 9}),
    ("Resizing", {"height": 6, "width": 20}),
    ("Resizing", {"height": 6, "width": 20, "interpolation": "bicubic", "crop_to_aspect_ratio": True}),
    ("Resizing", {"height": 6, "width": 20, "interpolation": "nearest", "pad_to_aspect_ratio": True}),
]
RANDOM = [
    ("RandomFlip", {}),
    ("RandomFlip", {"mode": "horizontal"}),
    ("RandomRotation", {"factor": 0.3}),
    ("RandomTranslation", {"height_factor": 0.2, "width_factor": 0.2}),
    ("RandomZoom", {"height_factor": 0.3, "width_factor": 0.3}),
    ("RandomShear", {"x_factor": 0.3, "y_factor": 0.2}),
    ("RandomPerspective", {}),
    ("RandomElasticTransform", {}),
    ("RandomCrop", {"height": 6, "width": 5}),
    ("RandomBrightness", {"factor": 0.3}),
    ("RandomContrast", {"factor": (0.5, 0.5)}),
    ("RandomHue", {"factor": 0.5}),
    ("RandomSaturation", {"factor": (0.2, 0.8)}),
    ("RandomSharpness", {"factor": 0.9}),
    ("RandomColorDegeneration", {"factor": 0.9}),
    ("RandomColorJitter", {"brightness_factor": 0.2, "contrast_factor": 0.2, "saturation_factor": 0.4, "hue_factor": 0.1}),
    ("RandomGrayscale", {}),
    ("RandomInvert", {"factor": 0.5}),
    ("RandomPosterization", {"factor": (1, 5)}),
    ("RandomErasing", {}),
    ("RandomErasing", {"fill_value": (1, 2, 3)}),
    ("RandomGaussianBlur", {}),
    ("Solarization", {"addition_factor": 0.3, "threshold_factor": 0.5}),
    ("MixUp", {"alpha": 1.0}),
    ("CutMix", {}),
    ("RandAugment", {}),
    ("AugMix", {}),
]
UNCAPTURED = {"RandAugment", "AugMix"}


def as_array(x):
    return keras.ops.convert_to_numpy(x)


@pytest.mark.parametrize(("name", "arguments"), CERTAIN, ids=[f"{n}-{i}" for i, (n, _) in enumerate(CERTAIN)])
@pytest.mark.parametrize("form", ["batch", "one", "first"])
def test_against_keras(name, arguments, form):
    if form == "first" and name in ("AutoContrast", "RandomGrayscale"):
        pytest.skip("Keras takes the wrong axes here")
    x = {"batch": PICTURES, "one": PICTURES[0], "first": np.moveaxis(PICTURES, -1, 1)}[form]
    more = {"data_format": "channels_first"} if form == "first" else {}
    ours, theirs = getattr(layers, name)(**arguments, **more), getattr(keras.layers, name)(**arguments, **more)
    if form == "one" and name == "AutoContrast":
        made, wanted = ours(x), as_array(theirs(x[None]))[0]
    else:
        made, wanted = ours(x, training=True), as_array(theirs(x, training=True))
    assert tuple(made.shape) == wanted.shape == tuple(ours.compute_output_shape(x.shape))
    np.testing.assert_allclose(made.numpy(), wanted.reshape(made.shape), rtol=1e-4, atol=2e-2)


def test_equalization_is_keras_for_each_picture():
    for one in (PICTURES, BYTES.astype("float32")):
        made = layers.Equalization()(one).numpy()
        wanted = [as_array(keras.layers.Equalization()(picture[None]))[0] for picture in one]
        np.testing.assert_allclose(made, wanted, atol=1e-3)


def test_adaptive_equalization():
    # Tiles of 16 by 16 pixels: Keras's own limit on torch is cut to a whole number, which it is here.
    for size in ((32, 48), (30, 45)):
        x = R.uniform(0, 255, size=(2, *size, 3)).astype("float32")
        arguments = {"tile_grid_size": (2, 3)}
        theirs = keras.layers.ContrastLimitedAdaptiveHistogramEqualization(**arguments)
        if size == (30, 45):
            arguments["clip_limit"] = theirs.clip_limit = 0.0
        made = layers.ContrastLimitedAdaptiveHistogramEqualization(**arguments)(x)
        np.testing.assert_allclose(made.numpy(), as_array(theirs(x)), atol=1e-2)


@pytest.mark.parametrize(("name", "factor"), [("RandomHue", {"factor": (0.3, 0.3)}), ("RandomShear", {"x_factor": (0.3, 0.3)})])
def test_either_way_round(name, factor):
    ours, theirs = getattr(layers, name)(**factor)(PICTURES).numpy(), getattr(keras.layers, name)(**factor, seed=1)
    seen = [as_array(theirs(PICTURES)) for _ in range(20)]
    for i, picture in enumerate(ours):
        assert min(np.abs(picture - other[i]).max() for other in seen) < 2e-2


@pytest.mark.parametrize(("name", "arguments"), RANDOM, ids=[f"{n}-{i}" for i, (n, _) in enumerate(RANDOM)])
def test_random_layers(name, arguments):
    make = lambda **more: getattr(layers, name)(**arguments, **more)  # noqa: E731
    first, again, other = make(seed=3), make(seed=3), make(seed=4)
    made = first(PICTURES)
    assert made.dtype is torch.float32 and torch.isfinite(made).all()
    assert tuple(made.shape) == first.compute_output_shape(PICTURES.shape)
    assert torch.equal(made, again(PICTURES)), "the same seed gives the same pictures"
    draws = [other(PICTURES) for _ in range(6)]
    assert any(not torch.equal(made, draw) for draw in draws), "another seed gives others"
    assert any(not torch.equal(draws[0], draw) for draw in draws[1:]), "each call draws anew"
    assert made.min() >= -1e-3 and made.max() <= 255 + 1e-2
    kept = first(PICTURES, training=False)
    if name == "RandomCrop":
        assert kept.shape == made.shape
    else:
        assert torch.equal(kept, torch.from_numpy(PICTURES)), "in inference nothing happens"
    assert first(BYTES).dtype is torch.float32
    assert tuple(first(PICTURES[0]).shape) == first.compute_output_shape(PICTURES.shape[1:])
    back = type(first).from_config(first.get_config())
    assert back.get_config() == first.get_config()
    theirs = getattr(keras.layers, name)(**arguments, seed=3).get_config()
    assert set(first.get_config()) - {"bounding_box_format"} == set(theirs) - {"bounding_box_format"} | {"data_format", "seed"}
    getattr(keras.layers, name).from_config({**first.get_config(), "dtype": "float32"})


def test_flips_of_half_the_pictures():
    x = np.broadcast_to(np.arange(4.0, dtype="float32")[None, None, :, None], (2000, 2, 4, 1)).copy()
    made = layers.RandomFlip("horizontal", seed=0)(x)
    share = float((made[:, 0, 0, 0] == 3).float().mean())
    assert abs(share - 0.5) < 0.05
    assert set(made[:, 0, 0, 0].tolist()) == {0.0, 3.0}


def test_draws_fill_their_ranges():
    x = np.full((4000, 1, 1, 1), 100.0, "float32")
    added = layers.RandomBrightness(0.2, seed=0)(x)[:, 0, 0, 0] - 100
    assert -51.01 < float(added.min()) < -49 and 49 < float(added.max()) < 51.01
    assert abs(float(added.mean())) < 2 and abs(float(added.std()) - 102 / 12**0.5) < 1
    where = layers.RandomTranslation(0.0, 0.5, fill_mode="constant", seed=0).draw(torch.zeros(4000, 4, 8, 1))["map"]
    assert abs(float(where[:, 2].std()) - 8 / 12**0.5) < 0.1 and float(where[:, 5].abs().max()) == 0
    wiped = layers.RandomErasing(ONE, (0.1, 0.3), fill_value=0, seed=0)(np.ones((500, 30, 30, 1), "float32"))
    assert 0.1 < float((wiped == 0).float().mean()) < 0.3
    mixed = layers.MixUp(1.0, seed=0).draw(torch.zeros(4000, 1, 1, 1))["weight"]
    assert abs(float(mixed.mean()) - 0.5) < 0.03 and abs(float(mixed.std()) - 12**-0.5) < 0.02


@pytest.mark.parametrize("name", ["MixUp", "CutMix"])
def test_labels_are_mixed_with_the_pictures(name):
    x = np.eye(4, dtype="float32")[:, None, None, :] * np.ones((4, 40, 40, 1), "float32")
    made = getattr(layers, name)(seed=2)({"images": x, "labels": np.eye(4, dtype="float32")})
    np.testing.assert_allclose(made["images"].mean((1, 2)), made["labels"], atol=0.05)


def test_masks_move_with_the_pictures():
    data = {"images": PICTURES, "segmentation_masks": PICTURES[..., :1]}
    for layer in (layers.RandomFlip(seed=1), layers.Resizing(5, 6, interpolation="nearest"), layers.RandomCrop(5, 6)):
        made = layer(data, training=True)
        np.testing.assert_allclose(made["images"][..., :1], made["segmentation_masks"])
    brighter = layers.RandomBrightness(0.5)(data)
    assert np.array_equal(brighter["segmentation_masks"], data["segmentation_masks"])
    with pytest.raises(WubuError, match="bounding boxes"):
        layers.RandomRotation(0.2)({**data, "bounding_boxes": {}})


def test_as_many_boxes_for_each():
    boxes = {"boxes": R.uniform(size=(2, 3, 4)).astype("float32"), "labels": np.ones((2, 3), "int32")}
    for number in (2, 5):
        made = layers.MaxNumBoundingBoxes(number, bounding_box_format="xyxy")(
            {"images": PICTURES[:2], "bounding_boxes": dict(boxes)}
        )["bounding_boxes"]
        assert made["boxes"].shape == (2, number, 4) and made["labels"].shape == (2, number)
        assert number == 2 or made["labels"][:, 3:].eq(-1).all()


def test_a_pipeline_is_one_layer():
    pipeline = layers.Pipeline([layers.Resizing(6, 6), layers.RandomFlip(seed=1), layers.Rescaling(1 / 255)])
    assert pipeline(PICTURES).shape == (4, 6, 6, 3)
    assert pipeline.compute_output_shape((None, 12, 14, 3)) == (None, 6, 6, 3)
    again = layers.Pipeline.from_config(pipeline.get_config())
    assert [type(a) for a in again.layers] == [type(a) for a in pipeline.layers]
    assert torch.equal(again(PICTURES, training=False), pipeline(PICTURES, training=False))


@pytest.mark.parametrize(
    ("name", "arguments"), [c for c in RANDOM if c[0] not in UNCAPTURED], ids=lambda v: v if isinstance(v, str) else ""
)
def test_inside_a_model_that_trains_captured(name, arguments, recwarn):
    model = wubu.Sequential(
        [
            wubu.Input((12, 14, 3)),
            getattr(layers, name)(**arguments),
            layers.Rescaling(1 / 255),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2),
        ]
    )
    model.compile("sgd", "mse")
    model.fit(PICTURES, np.zeros((4, 2), "float32"), batch_size=2, epochs=3, verbose=0)
    assert not [str(w.message) for w in recwarn if "captur" in str(w.message).lower()]
    if name != "RandomCrop":
        still = model.predict(PICTURES, verbose=0)
        np.testing.assert_array_equal(still, model.predict(PICTURES, verbose=0))


def test_sounds_against_keras():
    x = R.normal(size=(2, 3000)).astype("float32")
    for arguments in ({"fft_length": 512, "sequence_stride": 128, "num_mel_bins": 20}, {"power_to_db": False}):
        ours, theirs = layers.MelSpectrogram(**arguments), keras.layers.MelSpectrogram(**arguments)
        made = ours(x)
        assert tuple(made.shape) == tuple(ours.compute_output_shape(x.shape))
        np.testing.assert_allclose(made.numpy(), as_array(theirs(x)), rtol=2e-3, atol=2e-2)


@pytest.mark.parametrize("mode", ["log", "magnitude", "psd", "real", "imag", "angle", "stft"])
def test_short_time_spectra_against_keras(mode):
    x = R.normal(size=(2, 300, 2)).astype("float32")
    for more in ({}, {"expand_dims": True}, {"padding": "same", "scaling": "spectrum"}, {"data_format": "channels_first"}):
        signal = np.moveaxis(x, -1, 1) if "data_format" in more else x
        ours = layers.STFTSpectrogram(mode, frame_length=50, **more)
        theirs = keras.layers.STFTSpectrogram(mode, frame_length=50, **more)
        made, wanted = ours(signal).detach().numpy(), as_array(theirs(signal))
        assert made.shape == wanted.shape == tuple(ours.compute_output_shape(signal.shape))
        np.testing.assert_allclose(made, wanted, rtol=1e-3, atol=2e-3 if mode != "angle" else 0.1)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: layers.RandomRotation(2.0),
        lambda: layers.RandomFlip("diagonal"),
        lambda: layers.RandomZoom(-1.0),
        lambda: layers.RandomGaussianBlur(kernel_size=4),
        lambda: layers.RandomBrightness(0.1, value_range=3),
        lambda: layers.Resizing(0, 4),
        lambda: layers.RandomHue(0.1)(np.zeros((2, 3, 3, 1), "float32")),
        lambda: layers.RandomFlip()(np.zeros((3, 3), "float32")),
    ],
)
def test_what_cannot_work_says_so(wrong):
    with pytest.raises(WubuError):
        wrong()
