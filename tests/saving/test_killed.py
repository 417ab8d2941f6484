"""Trainings that are killed, and disks that fill up: nothing that was good before is lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import wubu
from wubu.errors import DiskFullError, FileFormatError
from wubu.saving.training_state import previous_of, read_state, write_state


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
def test_killed_at_thirty_moments_and_resumed_it_ends_bit_for_bit_the_same(tmp_path: Path, repository: Path) -> None:
    script = Path(__file__).with_name("killed_training.py")
    paths = [str(repository / "src"), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path), "30", "1"],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["kills"] == 30
    assert report["lost"] == []
    assert report["different"] == []


def test_a_state_comes_back(tmp_path: Path) -> None:
    state = {
        "weights": [torch.arange(6.0).reshape(2, 3), torch.tensor(2, dtype=torch.int64)],
        "array": np.arange(3),
        "nested": {"none": None, "text": "é", "flag": True, "pair": (1, 2.5), 3: [np.float32(1.5)]},
    }
    write_state(tmp_path / "s", state)
    found = read_state(tmp_path / "s")
    assert torch.equal(found["weights"][0], state["weights"][0]) and found["nested"]["pair"] == (1, 2.5)
    assert found["nested"][3] == [1.5] and found["nested"]["none"] is None
    assert read_state(tmp_path / "nothing") is None
    with pytest.raises(TypeError):
        write_state(tmp_path / "s", {"x": object()})


def test_a_damaged_state_is_noticed_and_the_one_before_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "s"
    write_state(path, {"v": 1})
    write_state(path, {"v": 2})
    for at in (3, 20, 200):
        data = bytearray(path.read_bytes())
        data[at] ^= 1
        path.write_bytes(data)
        assert read_state(path) == {"v": 1}
        write_state(path, {"v": 2}, keep_previous=False)
    path.write_bytes(b"")
    assert read_state(path) == {"v": 1}
    previous_of(path).write_bytes(b"x")
    with pytest.raises(FileFormatError, match="delete it"):
        read_state(path)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if mount is None or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("needs the right to mount a small tmpfs")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=False)


def _model(units: int) -> Any:
    model = wubu.Sequential([wubu.Input((64,)), wubu.layers.Dense(units), wubu.layers.Dense(2)])
    model.compile("adam", "mse")
    model.train_on_batch(np.ones((2, 64)), np.ones((2, 2)))
    return model


@pytest.mark.parametrize("name", ("m.keras", "m.h5", "m", "w.weights.h5", "w.h5", "w.ckpt", "w.safetensors", "w.pt", "state"))
def test_a_full_disk_leaves_what_was_there(small_disk: Path, name: str) -> None:
    small, large = _model(8), _model(4000)
    path = small_disk / name

    def save(model: Any) -> None:
        if name == "state":
            write_state(path, {"w": model.get_weights()})
        elif name.startswith("m"):
            model.save(path)
        else:
            model.save_weights(path)

    save(small)
    before = sorted(p.name for p in small_disk.rglob("*") if p.is_file())
    with pytest.raises(DiskFullError, match="full"):
        save(large)
    assert sorted(p.name for p in small_disk.rglob("*") if p.is_file()) == before, "no litter, nothing gone"
    if name == "state":
        assert len(read_state(path)["w"]) == 4
        return
    again = _model(8)
    if name.startswith("m"):
        again = wubu.saving.load_model(path)
    else:
        again.load_weights(path)
    for a, b in zip(small.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
