"""Every public initializer against real Keras: distributions, exact properties, seeds, names, configs."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import torch
from scipy import stats

from wubu import initializers
from wubu.core.seeds import SeedGenerator, set_random_seed
from wubu.errors import ArgumentError, ShapeError, UnknownNameError

RANDOM: list[tuple[str, dict[str, Any]]] = [
    ("GlorotNormal", {}),
    ("GlorotUniform", {}),
    ("HeNormal", {}),
    ("HeUniform", {}),
    ("LecunNormal", {}),
    ("LecunUniform", {}),
    ("RandomNormal", {}),
    ("RandomNormal", {"mean": 2.0, "stddev": 3.0}),
    ("RandomUniform", {}),
    ("RandomUniform", {"minval": -1.0, "maxval": 5.0}),
    ("TruncatedNormal", {}),
    ("TruncatedNormal", {"mean": 2.0, "stddev": 3.0}),
    ("VarianceScaling", {}),
    ("VarianceScaling", {"scale": 3.0, "mode": "fan_out", "distribution": "normal"}),
    ("VarianceScaling", {"scale": 0.5, "mode": "fan_avg", "distribution": "untruncated_normal"}),
    ("VarianceScaling", {"distribution": "uniform", "input_axes": [0], "output_axes": [1, 2]}),
]
EXACT: list[tuple[str, dict[str, Any], tuple[int, ...]]] = [
    ("Zeros", {}, (2, 3)),
    ("Ones", {}, (2, 3)),
    ("Constant", {}, (2, 3)),
    ("Constant", {"value": 3.5}, (2, 3)),
    ("Constant", {"value": [1.0, 2.0, 3.0]}, (2, 3)),
    ("Constant", {"value": np.array([[1.0], [2.0]])}, (2, 3)),
    ("Identity", {}, (3, 3)),
    ("Identity", {"gain": 2.0}, (2, 4)),
    ("STFT", {}, (8, 1, 5)),
    ("STFT", {"side": "imag", "window": "hamming", "scaling": "spectrum", "periodic": True}, (8, 1, 9)),
    ("STFT", {"window": "blackman", "scaling": None}, (8, 1, 5)),
    ("STFT", {"window": "bartlett"}, (8, 1, 5)),
    ("STFT", {"window": "cosine", "periodic": True}, (8, 1, 5)),
    ("STFT", {"window": None}, (8, 1, 5)),
]


@pytest.mark.parametrize("shape", [(60, 40, 30), (3, 3, 32, 64)])
@pytest.mark.parametrize(("name", "arguments"), RANDOM)
def test_distribution(name: str, arguments: dict[str, Any], shape: tuple[int, ...]) -> None:
    ours = getattr(initializers, name)(**arguments)(shape)
    theirs = getattr(keras.initializers, name)(**arguments, seed=11)(shape)
    assert ours.shape == shape and ours.dtype is torch.float32
    a, b = ours.numpy().ravel(), theirs.numpy().ravel()
    spread = b.std()
    assert abs(a.mean() - b.mean()) < 0.04 * spread
    assert abs(a.std() / spread - 1) < 0.02
    # Keras lets a few in a million of its truncated values escape; the bounds of the others are sharp.
    if stats.kurtosis(b) < -0.2:
        low, high = np.quantile(b, [0.0002, 0.9998])
        assert abs(a.max() - high) < 0.05 * spread and abs(a.min() - low) < 0.05 * spread
    assert stats.ks_2samp(a, b).pvalue > 1e-3


@pytest.mark.parametrize(("name", "arguments"), RANDOM)
def test_seeds(name: str, arguments: dict[str, Any]) -> None:
    cls = getattr(initializers, name)
    shape = (4, 3, 5)
    seeded = cls(**arguments, seed=3)
    torch.testing.assert_close(seeded(shape), seeded(shape), rtol=0, atol=0)
    torch.testing.assert_close(seeded(shape), cls(**arguments, seed=3)(shape), rtol=0, atol=0)
    torch.testing.assert_close(seeded(shape), seeded.clone()(shape), rtol=0, atol=0)
    assert not torch.equal(seeded(shape), cls(**arguments, seed=4)(shape))
    stream = cls(**arguments, seed=SeedGenerator(3))
    first, second = stream(shape), stream(shape)
    assert not torch.equal(first, second)
    torch.testing.assert_close(cls(**arguments, seed=SeedGenerator(3))(shape), first, rtol=0, atol=0)
    free = cls(**arguments)
    set_random_seed(1)
    one, two = free(shape), free(shape)
    assert not torch.equal(one, two)
    set_random_seed(1)
    torch.testing.assert_close(cls(**arguments)(shape), one, rtol=0, atol=0)


@pytest.mark.parametrize("name", ["RandomNormal", "RandomUniform", "GlorotUniform", "HeUniform"])
def test_an_integer_seed_gives_keras_s_own_values(name: str) -> None:
    ours, theirs = (getattr(library, name)(seed=1234)((6, 5)) for library in (initializers, keras.initializers))
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(("name", "arguments", "shape"), EXACT)
def test_exact_values(name: str, arguments: dict[str, Any], shape: tuple[int, ...]) -> None:
    ours = getattr(initializers, name)(**arguments)(shape)
    theirs = getattr(keras.initializers, name)(**arguments)(shape)
    assert ours.is_contiguous() and ours.dtype is torch.float32
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("dtype", ["float64", "bfloat16", "float16"])
@pytest.mark.parametrize("name", sorted({c[0] for c in (*RANDOM, *EXACT)} | {"Orthogonal"} - {"STFT"}))
def test_types(name: str, dtype: str) -> None:
    if name == "STFT":
        return
    made = getattr(initializers, name)()((4, 4), dtype)
    assert made.dtype is getattr(torch, dtype) and torch.all(torch.isfinite(made))
    assert initializers.Zeros()((2,), "int32").dtype is torch.int32


@pytest.mark.parametrize("shape", [(5, 5), (7, 4), (4, 7), (3, 3, 2, 4), (2, 2, 2, 16)])
def test_orthogonal(shape: tuple[int, ...]) -> None:
    made = initializers.Orthogonal(gain=2.0)(shape)
    assert made.shape == shape
    matrix = made.reshape(-1, shape[-1]) / 2.0
    if matrix.shape[0] < matrix.shape[1]:
        matrix = matrix.T
    torch.testing.assert_close(matrix.T @ matrix, torch.eye(matrix.shape[1]), rtol=0, atol=1e-5)


def test_orthogonal_is_uniform() -> None:
    # Without a correction of signs the diagonal of such matrices leans to one side.
    diagonal = torch.stack([initializers.Orthogonal()((3, 3)).diagonal() for _ in range(400)])
    assert torch.all(diagonal.mean(0).abs() < 0.15)


def test_shapes_that_do_not_fit() -> None:
    with pytest.raises(ShapeError, match="two axes"):
        initializers.Orthogonal()((3,))
    with pytest.raises(ShapeError, match="matrices"):
        initializers.Identity()((3,))
    with pytest.raises(ShapeError, match="fits the shape"):
        initializers.Constant([1.0, 2.0])((3,))
    with pytest.raises(ShapeError, match="frame length"):
        initializers.STFT()((3,))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"scale": 0}, "scale"),
        ({"mode": "fan"}, "fan_in"),
        ({"distribution": "norm"}, "distribution"),
        ({"seed": "7"}, "seed"),
    ],
)
def test_wrong_arguments(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        initializers.VarianceScaling(**arguments)
    with pytest.raises(ArgumentError, match="window='hat'"):
        initializers.STFT(window="hat")


@pytest.mark.parametrize(
    ("name", "arguments"), [*RANDOM, *((n, a) for n, a, _ in EXACT), ("Orthogonal", {"gain": 0.5, "seed": 3})]
)
def test_configs(name: str, arguments: dict[str, Any]) -> None:
    ours, theirs = getattr(initializers, name)(**arguments), getattr(keras.initializers, name)(**arguments)
    if name == "Identity" and arguments:  # Keras forgets the gain
        assert initializers.deserialize(initializers.serialize(ours)).gain == ours.gain
        return
    assert initializers.serialize(ours) == keras.initializers.serialize(theirs)
    for config in (initializers.serialize(ours), keras.initializers.serialize(theirs)):
        back = initializers.deserialize(config)
        assert type(back) is type(ours) and initializers.serialize(back) == config
    again = keras.initializers.deserialize(initializers.serialize(ours))
    assert keras.initializers.serialize(again) == keras.initializers.serialize(theirs)


def test_a_stream_of_seeds_in_a_config() -> None:
    config = initializers.serialize(initializers.RandomNormal(seed=SeedGenerator(3)))
    assert initializers.deserialize(config).seed.seed == 3
    theirs = keras.initializers.serialize(keras.initializers.RandomNormal(seed=keras.random.SeedGenerator(3)))
    assert initializers.deserialize(theirs).seed.seed == 3


def test_configs_of_older_keras() -> None:
    config = {"class_name": "GlorotUniformV2", "config": {"seed": None, "dtype": "float32"}}
    assert isinstance(initializers.deserialize(config), initializers.GlorotUniform)
    config = {"class_name": "Zeros", "config": {"dtype": "float32"}}
    assert isinstance(initializers.get(config), initializers.Zeros)
    config = {"class_name": "VarianceScaling", "config": {"distribution": "normal", "scale": 2.0, "mode": "fan_in"}}
    assert initializers.get(config).distribution == "truncated_normal"


def test_every_public_name_is_here() -> None:
    theirs = {n for n in dir(keras.initializers) if not n.startswith("_")}
    assert theirs <= set(initializers.__all__)
    for name in theirs - {"deserialize", "get", "serialize", "Initializer"}:
        assert isinstance(initializers.get(name), getattr(initializers, name))


@pytest.mark.parametrize(
    ("name", "cls"),
    [
        ("normal", "RandomNormal"),
        ("one", "Ones"),
        ("uniform", "RandomUniform"),
        ("zero", "Zeros"),
        ("glorot_uniform_initializer", "GlorotUniform"),
        ("zeros_initializer", "Zeros"),
        ("heNormal", "HeNormal"),
    ],
)
def test_names_of_other_eras(name: str, cls: str) -> None:
    assert type(initializers.get(name)) is getattr(initializers, cls)


def test_get() -> None:
    assert initializers.get(None) is None

    def mine(shape: Any, dtype: Any = None) -> torch.Tensor:
        return torch.ones(shape)

    assert initializers.get(mine) is mine
    for value in (np.ones((2, 3)), torch.ones(2, 3)):
        given = initializers.get(value)
        assert torch.equal(given((2, 3)), torch.ones(2, 3))
        with pytest.raises(ShapeError, match=r"\(3, 2\).*\(2, 3\)"):
            given((3, 2))
        assert initializers.serialize(given)["class_name"] == "Constant"
    with pytest.raises(UnknownNameError, match="Unknown initializer: 'glorot_unifrom'.*'glorot_uniform'"):
        initializers.get("glorot_unifrom")
    with pytest.raises(ValueError, match="initializer"):
        initializers.get(3.5)
    with pytest.raises(NotImplementedError, match="__call__"):
        initializers.Initializer()((2,))
