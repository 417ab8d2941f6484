"""The course programs in ../shared/programs: laying out their data, running them, and what they have to reach.

``python tests/programs/course.py`` runs all of them whole and prints a table; it ends with 1 when one fails. Names of
programs may follow.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED = REPOSITORY.parent / "shared"
PROGRAMS = sorted(path.name for path in (SHARED / "programs").glob("*.py")) if SHARED.is_dir() else []


def prepare(folder: Path) -> None:
    """Lay out the data sets' caches and the pictures below a folder."""
    tool = SHARED / "tools" / "prepare_caches.py"
    subprocess.run([sys.executable, str(tool), str(folder)], check=True, capture_output=True)


def run(name: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program with ``wubu run``, in the folder that ``prepare`` filled."""
    variables = {
        **os.environ,
        "KERAS_HOME": str(folder / "keras"),
        "MPLBACKEND": "Agg",
        "PYTHONPATH": str(REPOSITORY / "src"),
        "SCIKIT_LEARN_DATA": str(folder / "sklearn"),
        **environment,
    }
    command = [sys.executable, "-m", "wubu", "run", str(SHARED / "programs" / name)]
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True)


def _last(pattern: str, text: str) -> float:
    found = re.findall(pattern, text)
    assert found, f"no {pattern!r} in the output"
    return float(found[-1])


def _hparams_runs(folder: Path) -> int:
    """How many runs TensorBoard's own HParams backend finds in the logs."""
    from tensorboard.backend.event_processing import plugin_event_multiplexer
    from tensorboard.plugins.hparams import metadata

    multiplexer = plugin_event_multiplexer.EventMultiplexer().AddRunsFromDirectory(str(folder / "logs" / "hparam_tuning"))
    multiplexer.Reload()
    found = multiplexer.PluginRunToTagToContent(metadata.PLUGIN_NAME)
    return sum(metadata.SESSION_START_INFO_TAG in tags for tags in found.values())


def _said(pattern: str) -> Callable[[str, Path], float]:
    return lambda text, folder: _last(pattern, text)


# What a program says of itself when it is run whole: what it is, how to read it from (output, folder), least, most.
WHOLE: dict[str, tuple[str, Callable[[str, Path], float], float, float]] = {
    "s1_alexnet.py": ("accuracy", _said(r"\bacc: ([\d.]+)"), 0.98, 1),
    "s1_cnn.py": ("accuracy", _said(r"accuracy: ([\d.]+)"), 0.985, 1),
    "s1_mnist_mlp.py": ("accuracy", _said(r"\nacc: ([\d.]+)"), 0.86, 1),
    "s2_listing_5_2.py": ("accuracy", _said(r"Evaluation \[[\d.]+, ([\d.]+)\]"), 0.975, 1),
    "s2_listing_5_5.py": ("runs", lambda text, folder: _hparams_runs(folder), 8, 8),
    "s3_housing_regression.py": ("loss", _said(r"\n([\d.]+)\s*$"), 0, 0.45),
    "s4_five_steps.py": ("accuracy", _said(r"\n([\d.]+)\s*$"), 0.978, 1),
}


def main(names: list[str]) -> int:
    """Run programs whole; the number of those that fail."""
    failed = 0
    with tempfile.TemporaryDirectory(prefix="wubu-programs-") as made:
        folder = Path(made)
        prepare(folder)
        for name in names or PROGRAMS:
            name = name if name.endswith(".py") else f"{name}.py"
            begin = time.perf_counter()
            done = run(name, folder)
            said = f"exit {done.returncode}"
            good = done.returncode == 0
            if good and name in WHOLE:
                what, read, least, most = WHOLE[name]
                value = read(done.stdout, folder)
                good = least <= value <= most
                said += f", {what} {value:.4g} (wanted {least} to {most})"
            failed += not good
            print(f"{'ok  ' if good else 'FAIL'} {name:28} {time.perf_counter() - begin:7.1f} s  {said}", flush=True)
            if done.returncode:
                print(done.stderr[-2000:])
    return min(failed, 1)


if __name__ == "__main__":
    if not PROGRAMS:
        sys.exit(f"no programs in {SHARED}")
    sys.exit(main(sys.argv[1:]))
