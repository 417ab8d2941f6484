"""Names of types beside Keras."""

from __future__ import annotations

import itertools

import keras
import pytest

import wubu.backend as K

TYPES = ["bool", "uint8", "int8", "int16", "int32", "float16", "bfloat16", "float32"]


@pytest.mark.parametrize(("a", "b"), list(itertools.combinations_with_replacement([*TYPES, int, float], 2)))
def test_types_meet_as_in_keras(a, b):
    assert K.result_type(a, b) == keras.backend.result_type(a, b)


@pytest.mark.parametrize("name", TYPES)
def test_kinds(name):
    assert K.is_float_dtype(name) == keras.backend.is_float_dtype(name)
    assert K.is_int_dtype(name) == keras.backend.is_int_dtype(name)
    assert K.standardize_dtype(name) == keras.backend.standardize_dtype(name)
