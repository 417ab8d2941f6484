"""What every test shares: the reference backend, one thread, a home of its own, fresh names and seeds."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Before torch or keras is imported by anything:
os.environ["KERAS_BACKEND"] = "torch"
for threads in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")
os.environ.setdefault("MPLBACKEND", "Agg")
# Neither the settings nor the downloads of whoever runs the tests may decide how they end.
_home = tempfile.TemporaryDirectory(prefix="wubu-tests-")
os.environ["KERAS_HOME"] = _home.name

import pytest  # noqa: E402

REPOSITORY = Path(__file__).resolve().parent.parent


def _is_about_tensorflow(path: Path) -> bool:
    return "tensorflow" in path.relative_to(REPOSITORY).parts


_facades: list[object] = []


@pytest.fixture(autouse=True)
def fresh(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each test starts with Keras's first automatic names and the same random numbers.

    Once the facade of TensorFlow is imported, functions of the program see tensors as TensorFlow shows them; tests that
    are not about it must not notice that another one has imported it in the same process.
    """
    from wubu.core import border, names, seeds

    names.reset_names()
    seeds.set_random_seed(0)
    if border.facade is not None:
        _facades[:] = [border.facade]
    border.register(_facades[0] if _facades and _is_about_tensorflow(request.path) else None)  # type: ignore[arg-type]
    yield
    if border.facade is not None:
        _facades[:] = [border.facade]


@pytest.fixture
def unloaded_keras() -> Iterator[None]:
    """Keras as not yet imported, for tests of programs whose ``import keras`` has to find wubu.

    Another test of the same process may have imported the real one; it gets its modules back.
    """
    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == "keras"}
    yield
    sys.modules.update(kept)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the checkout; tests that need it are skipped where it is missing."""
    folder = REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"needs the data folder {folder.name}/ beside the checkout")
    return folder


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A real browser without a window; where there is none, the test is skipped."""
    spec = importlib.util.spec_from_file_location("chromium", REPOSITORY / "tests" / "browsing" / "chromium.py")
    assert spec is not None and spec.loader is not None
    chromium = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(chromium)
    program = chromium.find()
    if program is None:
        pytest.skip("needs Chromium")
    try:
        opened = chromium.Browser(program, tmp_path_factory.mktemp("profile"))
    except (AssertionError, OSError) as error:
        pytest.skip(f"Chromium does not start on this machine: {error}")
    yield opened
    opened.close()
