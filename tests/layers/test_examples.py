"""The examples in the docstrings give what they say."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import numpy as np
import pytest
import torch

import wubu.layers

MODULES = [
    name for _, name, package in pkgutil.walk_packages(wubu.layers.__path__, "wubu.layers.") if not package
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    module = importlib.import_module(name)
    scope = {**vars(wubu.layers), **vars(module), "torch": torch, "np": np}
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    for test in doctest.DocTestFinder(exclude_empty=True).find(module, name, extraglobs={}):
        test.globs = dict(scope)
        runner.run(test)
    assert runner.failures == 0
