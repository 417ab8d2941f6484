"""``tf.random``: draws from distributions, by torch's generators; seeds give the same numbers again, not TensorFlow's."""

from __future__ import annotations

import enum
import hashlib
from typing import Any

import torch

from wubu.core.seeds import SeedGenerator
from wubu.random import draws
from wubu.tensorflow import dtypes
from wubu.tensorflow.conversion import convert, host_value_of, integer, sizes
from wubu.tensorflow.dispatch import api
from wubu.tensorflow.dtypes import as_dtype, torch_type
from wubu.tensorflow.errors import InvalidArgumentError
from wubu.tensorflow.namespace import Namespace
from wubu.tensorflow.sampling import (
    fixed_unigram_candidate_sampler,
    log_uniform_candidate_sampler,
    uniform_candidate_sampler,
)

# fmt: off
__all__ = [
    "Algorithm", "Generator", "categorical", "create_rng_state", "experimental", "fixed_unigram_candidate_sampler",
    "fold_in", "gamma", "get_global_generator", "log_uniform_candidate_sampler", "normal", "poisson",
    "set_global_generator", "set_seed", "shuffle", "split", "stateless_binomial", "stateless_categorical",
    "stateless_gamma", "stateless_normal", "stateless_poisson", "stateless_truncated_normal", "stateless_uniform",
    "truncated_normal", "uniform", "uniform_candidate_sampler",
]
# fmt: on

_global_seed: int | None = None
_streams: dict[int, SeedGenerator] = {}


def set_seed(seed: Any) -> None:
    """Begin the numbers of all operations anew.

    Args:
        seed: a whole number. Python's and NumPy's generators have seeds of their own; ``tf.keras.utils.set_random_seed``
            sets them all.
    """
    global _global_seed
    _global_seed = integer(seed)
    _streams.clear()
    torch.manual_seed(_global_seed % 2**63)


def _mixed(*numbers: int) -> int:
    """One seed of several numbers."""
    text = ",".join(str(n) for n in numbers).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little") >> 1


def stream(seed: Any) -> SeedGenerator | None:
    """Where an operation with a seed of its own draws from: it goes on from call to call until ``set_seed``."""
    if seed is None:
        return None
    number = integer(seed)
    if number not in _streams:
        _streams[number] = SeedGenerator(_mixed(_global_seed or 0, number))
    return _streams[number]


@api
def normal(
    shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = dtypes.float32, seed: Any = None
) -> torch.Tensor:
    """Numbers of a normal distribution."""
    return _normal(shape, mean, stddev, dtype, stream(seed))


@api
def truncated_normal(
    shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = dtypes.float32, seed: Any = None
) -> torch.Tensor:
    """Numbers of a normal distribution, none farther than two standard deviations from the mean."""
    made = draws.truncated_normal(sizes(shape), dtype=as_dtype(dtype).name, seed=stream(seed))
    return made * convert(stddev, dtype) + convert(mean, dtype)


@api
def uniform(
    shape: Any, minval: Any = 0, maxval: Any = None, dtype: Any = dtypes.float32, seed: Any = None
) -> torch.Tensor:
    """Numbers spread evenly over [minval, maxval); whole ones need a ``maxval``."""
    return _uniform(shape, minval, maxval, dtype, stream(seed))


@api
def shuffle(value: Any, seed: Any = None) -> torch.Tensor:
    """The slices along the first axis in a random order."""
    return draws.shuffle(convert(value), 0, stream(seed))


@api
def categorical(logits: Any, num_samples: Any, dtype: Any = None, seed: Any = None) -> torch.Tensor:
    """Classes drawn by unnormalised log-probabilities: (batch, num_samples)."""
    kind = as_dtype(dtypes.int64 if dtype is None else dtype).name
    return draws.categorical(convert(logits), integer(num_samples), kind, stream(seed))


@api
def gamma(
    shape: Any, alpha: Any, beta: Any = None, dtype: Any = dtypes.float32, seed: Any = None
) -> torch.Tensor:
    """Numbers of gamma distributions, as many of each ``alpha`` as the shape says."""
    return _gamma(shape, alpha, beta, dtype, stream(seed))


@api
def poisson(shape: Any, lam: Any, dtype: Any = dtypes.float32, seed: Any = None) -> torch.Tensor:
    """Numbers of Poisson distributions, as many of each ``lam`` as the shape says."""
    return _poisson(shape, lam, dtype, stream(seed))


def _normal(shape: Any, mean: Any, stddev: Any, dtype: Any, seed: Any) -> torch.Tensor:
    made = draws.normal(sizes(shape), dtype=as_dtype(dtype).name, seed=seed)
    return made * convert(stddev, dtype) + convert(mean, dtype)


def _uniform(shape: Any, minval: Any, maxval: Any, dtype: Any, seed: Any) -> torch.Tensor:
    kind = as_dtype(dtype)
    if kind.is_integer:
        if maxval is None:
            raise ValueError("Must specify maxval for integer dtype.")
        low, high = integer(minval), integer(maxval)
        if low >= high:
            raise InvalidArgumentError(None, None, f"Need minval < maxval, got {low} >= {high} [Op:RandomUniformInt]")
        return draws.randint(sizes(shape), low, high, kind.name, seed)
    low_value = convert(minval, dtype)
    span = convert(1 if maxval is None else maxval, dtype) - low_value
    return draws.uniform(sizes(shape), dtype=kind.name, seed=seed) * span + low_value


def _gamma(shape: Any, alpha: Any, beta: Any, dtype: Any, seed: Any) -> torch.Tensor:
    kind = as_dtype(dtype)
    a = convert(alpha, hint=kind)
    b = None if beta is None else convert(beta, hint=kind)
    spread = a if b is None else a + torch.zeros_like(b)
    made = draws.gamma((*sizes(shape), *spread.shape), spread, kind.name, seed)
    return made if b is None else made / b


def _poisson(shape: Any, lam: Any, dtype: Any, seed: Any) -> torch.Tensor:
    rate = convert(lam, hint=dtypes.float32)
    rate = rate if rate.dtype.is_floating_point else rate.float()
    wide = rate.expand(*sizes(shape), *rate.shape).contiguous()
    generator = seed.generator(wide.device) if isinstance(seed, SeedGenerator) else seed
    return torch.poisson(wide, generator=generator).to(torch_type(dtype))


# --- without state ---------------------------------------------------------------------------------------------------


def stateless_stream(seed: Any) -> SeedGenerator:
    """A stream that begins at a pair of numbers."""
    pair = [int(n) for n in host_value_of(convert(seed)).reshape(-1)]
    if len(pair) != 2:
        raise InvalidArgumentError(None, None, f"seed must have shape [2], not [{len(pair)}]")
    return SeedGenerator(_mixed(*pair))


@api
def stateless_normal(
    shape: Any, seed: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = dtypes.float32, alg: Any = None
) -> torch.Tensor:
    """Numbers of a normal distribution, the same at every call with one pair of seeds."""
    return _normal(shape, mean, stddev, dtype, stateless_stream(seed))


@api
def stateless_uniform(
    shape: Any, seed: Any, minval: Any = 0, maxval: Any = None, dtype: Any = dtypes.float32, alg: Any = None
) -> torch.Tensor:
    """Numbers spread evenly, the same at every call with one pair of seeds."""
    return _uniform(shape, minval, maxval, dtype, stateless_stream(seed))


@api
def stateless_truncated_normal(
    shape: Any, seed: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = dtypes.float32, alg: Any = None
) -> torch.Tensor:
    """Numbers of a truncated normal distribution, the same at every call with one pair of seeds."""
    made = draws.truncated_normal(sizes(shape), dtype=as_dtype(dtype).name, seed=stateless_stream(seed))
    return made * convert(stddev, dtype) + convert(mean, dtype)


@api
def stateless_categorical(
    logits: Any, num_samples: Any, seed: Any, dtype: Any = dtypes.int64, alg: Any = None
) -> torch.Tensor:
    """Classes drawn by log-probabilities, the same at every call with one pair of seeds."""
    return draws.categorical(convert(logits), integer(num_samples), as_dtype(dtype).name, stateless_stream(seed))


@api
def stateless_gamma(
    shape: Any, seed: Any, alpha: Any, beta: Any = None, dtype: Any = dtypes.float32
) -> torch.Tensor:
    """Numbers of gamma distributions in a whole shape, the same at every call with one pair of seeds."""
    kind = as_dtype(dtype)
    made = draws.gamma(sizes(shape), convert(alpha, hint=kind).expand(sizes(shape)), kind.name, stateless_stream(seed))
    return made if beta is None else made / convert(beta, hint=kind)


@api
def stateless_poisson(shape: Any, seed: Any, lam: Any, dtype: Any = dtypes.int32) -> torch.Tensor:
    """Numbers of Poisson distributions in a whole shape, the same at every call with one pair of seeds."""
    rate = convert(lam, hint=dtypes.float32).float().expand(sizes(shape)).contiguous()
    return torch.poisson(rate, generator=stateless_stream(seed).generator(rate.device)).to(torch_type(dtype))


@api
def stateless_binomial(
    shape: Any, seed: Any, counts: Any, probs: Any, output_dtype: Any = dtypes.int32
) -> torch.Tensor:
    """How many of ``counts`` tries succeed, the same at every call with one pair of seeds."""
    made = draws.binomial(sizes(shape), convert(counts), convert(probs), "float32", stateless_stream(seed))
    return made.to(torch_type(output_dtype))


@api
def split(seed: Any, num: Any = 2, alg: Any = None) -> torch.Tensor:
    """Further pairs of seeds from one: (num, 2)."""
    stream_ = stateless_stream(seed)
    return torch.randint(-(2**31), 2**31 - 1, (integer(num), 2), generator=stream_.generator("cpu")).to(torch.int32)


@api
def fold_in(seed: Any, data: Any, alg: Any = None) -> torch.Tensor:
    """Another pair of seeds from one and a number."""
    pair = [int(n) for n in host_value_of(convert(seed)).reshape(-1)]
    mixed = _mixed(*pair, integer(data))
    return torch.tensor([mixed % 2**31, (mixed >> 31) % 2**31], dtype=torch.int32)


@api
def stateless_shuffle(value: Any, seed: Any, alg: Any = None) -> torch.Tensor:
    """The slices along the first axis in an order that a pair of seeds decides."""
    return draws.shuffle(convert(value), 0, stateless_stream(seed))


class Algorithm(enum.Enum):
    """How numbers are made; torch has ways of its own, so this is accepted only."""

    PHILOX = 1
    THREEFRY = 2
    AUTO_SELECT = 3


class Generator:
    """A stream of random numbers of its own.

    Args:
        seed: a whole number; None for one that nobody can foresee.

    Example:
        >>> generator = tf.random.Generator.from_seed(1)
        >>> generator.normal([2]).shape
        TensorShape([2])
    """

    def __init__(self, copy_from: Any = None, state: Any = None, alg: Any = None, seed: int | None = None) -> None:
        if copy_from is not None:
            seed = copy_from._seed
        if state is not None:
            seed = _mixed(*[int(n) for n in host_value_of(state).reshape(-1)])
        self._seed = torch.seed() >> 1 if seed is None else seed
        self._stream = SeedGenerator(self._seed)
        self.algorithm = Algorithm.PHILOX.value

    @classmethod
    def from_seed(cls, seed: Any, alg: Any = None) -> Generator:
        """A stream that begins at a seed."""
        return cls(seed=_mixed(integer(seed)))

    @classmethod
    def from_non_deterministic_state(cls, alg: Any = None) -> Generator:
        """A stream that nobody can foresee."""
        return cls()

    @classmethod
    def from_state(cls, state: Any, alg: Any = None) -> Generator:
        """A stream that begins at a state."""
        return cls(state=state)

    @classmethod
    def from_key_counter(cls, key: Any, counter: Any, alg: Any = None) -> Generator:
        """A stream that begins at a key and a counter."""
        return cls(seed=_mixed(integer(key), *[int(n) for n in host_value_of(counter).reshape(-1)]))

    def reset_from_seed(self, seed: Any) -> None:
        """Begin anew at a seed."""
        self._seed = _mixed(integer(seed))
        self._stream = SeedGenerator(self._seed)

    def split(self, count: Any = 1) -> list[Generator]:
        """Further streams."""
        return [Generator(seed=self._stream.next()) for _ in range(integer(count))]

    def make_seeds(self, count: Any = 1) -> Any:
        """Seeds for functions without state, (2, count)."""
        from wubu.tensorflow.dispatch import to_facade

        numbers = [[self._stream.next() for _ in range(integer(count))] for _ in range(2)]
        return to_facade(torch.tensor(numbers, dtype=torch.int64))

    def normal(self, shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = dtypes.float32) -> Any:
        """Numbers of a normal distribution."""
        return api(_normal)(shape, mean, stddev, dtype, self._stream)

    def uniform(self, shape: Any, minval: Any = 0, maxval: Any = None, dtype: Any = dtypes.float32) -> Any:
        """Numbers spread evenly over [minval, maxval)."""
        return api(_uniform)(shape, minval, maxval, dtype, self._stream)

    def truncated_normal(self, shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = dtypes.float32) -> Any:
        """Numbers of a normal distribution, none farther than two standard deviations from the mean."""

        def draw(of: Any) -> torch.Tensor:
            made = draws.truncated_normal(sizes(of), dtype=as_dtype(dtype).name, seed=self._stream)
            return made * convert(stddev, dtype) + convert(mean, dtype)

        return api(draw)(shape)

    def binomial(self, shape: Any, counts: Any, probs: Any, dtype: Any = dtypes.int32) -> Any:
        """How many of ``counts`` tries succeed."""

        def draw(of: Any) -> torch.Tensor:
            return draws.binomial(sizes(of), convert(counts), convert(probs), "float32", self._stream).to(torch_type(dtype))

        return api(draw)(shape)


_global_generator: Generator | None = None


def get_global_generator() -> Generator:
    """The stream that all share who ask for it."""
    global _global_generator
    if _global_generator is None:
        _global_generator = Generator()
    return _global_generator


def set_global_generator(generator: Generator) -> None:
    """Set the stream that all share."""
    global _global_generator
    _global_generator = generator


def create_rng_state(seed: Any, alg: Any) -> Any:
    """The state of a stream that begins at a seed."""
    from wubu.tensorflow.dispatch import to_facade

    given = host_value_of(convert(seed)).reshape(-1).tolist()
    return to_facade(torch.tensor([*given, 0, 0][: max(len(given), 3)], dtype=torch.int64))


experimental = Namespace(
    "experimental",
    Algorithm=Algorithm,
    Generator=Generator,
    create_rng_state=create_rng_state,
    get_global_generator=get_global_generator,
    set_global_generator=set_global_generator,
    stateless_fold_in=fold_in,
    stateless_shuffle=stateless_shuffle,
    stateless_split=split,
)
