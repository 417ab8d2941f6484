"""What ``import wubu`` offers, and what it must not load."""

from __future__ import annotations

import ast
import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import wubu


def loaded_after(code: str) -> set[str]:
    """The modules that a fresh interpreter holds after running ``code``."""
    found = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(wubu.__file__).parents[1])},
    )
    return set(found.stdout.split())


def test_a_model_brings_only_what_it_needs() -> None:
    names = "Sequential, wubu.layers.Dense, wubu.optimizers, wubu.losses, wubu.metrics, wubu.callbacks.EarlyStopping"
    loaded = loaded_after(f"import wubu\nwubu.{names}")
    assert "torch" in loaded
    assert not loaded & {"h5py", "PIL", "sympy", "matplotlib", "sklearn", "torch._dynamo", "torch._inductor"}


def test_every_public_name_resolves():
    assert wubu.__all__ == sorted(wubu.__all__)
    for name in wubu.__all__:
        assert getattr(wubu, name) is not None, name
    assert set(wubu.__all__) <= set(dir(wubu))


def test_type_checkers_see_the_same_names():
    """The imports under TYPE_CHECKING and the list for the interpreter must not drift apart."""
    tree = ast.parse(Path(wubu.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    imported = {alias.asname or alias.name for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert imported | {"__version__", "version"} == set(wubu.__all__)


def test_an_unknown_name_suggests_the_nearest():
    with pytest.raises(AttributeError, match="Did you mean 'Sequential'"):
        wubu.Sequentail  # noqa: B018


def test_import_wubu_is_light():
    assert not loaded_after("import wubu") & {"torch", "numpy", "click"}


def test_the_library_loads_no_optional_package():
    loaded = loaded_after("import wubu\nfor name in wubu.__all__: getattr(wubu, name)")
    assert "torch" in loaded
    unwanted = {
        "matplotlib",
        "sklearn",
        "pandas",
        "tensorboard",
        "onnx",
        "keras",
        "tensorflow",
        "jax",
        "click",
    }
    assert not loaded & unwanted


def test_every_rooms_names_are_sorted_and_exist():
    source = Path(wubu.__file__).parent
    for init in sorted(source.glob("*/__init__.py")):
        module = importlib.import_module(f"wubu.{init.parent.name}")
        names = getattr(module, "__all__", None)
        if names is None:  # a room without public names, such as the command line
            continue
        orders = [sorted(set(names), key=key) for key in (None, _numerically, _constants_first)]
        assert list(names) in orders, module.__name__
        missing = [name for name in names if not hasattr(module, name)]
        assert not missing, (module.__name__, missing)


def _numerically(name: str) -> list[tuple[int, int | str]]:
    """Sorts ResNet50 before ResNet101."""
    return [(0, int(part)) if part.isdigit() else (1, part) for part in re.split(r"(\d+)", name) if part]


def _constants_first(name: str) -> tuple[int, str]:
    """Sorts as ruff does: constants, classes, functions."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)
