"""What many pictures may take: fifty thousand pass through a process of its own, whose memory is looked at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

COUNT = 50_000
BUDGET = 200_000_000
BESIDE = 150_000_000  # batches on their way, paths, orders, and what the allocator holds back

PROGRAM = """
import json, re, sys
import wubu
from wubu.data import set_picture_budget

def peak():  # of this program alone: that of getrusage begins with the parent's
    with open("/proc/self/status") as file:
        return int(re.search(r"VmHWM:\\s*(\\d+) kB", file.read())[1]) * 1024

set_picture_budget("200 MB")
folder, api = sys.argv[1:]

def one_pass(folder):
    if api == "dataset":
        data = wubu.utils.image_dataset_from_directory(folder, image_size=(64, 64), batch_size=100, verbose=False)
        return lambda: data
    iterator = wubu.preprocessing.image.ImageDataGenerator().flow_from_directory(folder, (64, 64), batch_size=100)
    return lambda: (next(iterator) for _ in range(len(iterator)))

for _ in one_pass(folder + "/few")():
    pass
before = peak()
seen = sum(len(pictures) for pictures, _ in one_pass(folder + "/many")())
print(json.dumps({"seen": seen, "grown": peak() - before}))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``few/`` and ``many/``, of two classes each: many names of the same few files."""
    folder = tmp_path_factory.mktemp("many")
    rng = np.random.default_rng(0)
    originals = []
    for i in range(50):
        place = folder / "few" / "ab"[i % 2]
        place.mkdir(parents=True, exist_ok=True)
        small = Image.fromarray(rng.integers(0, 256, (4, 4, 3), dtype=np.uint8))
        small.resize((64, 64)).save(place / f"{i}.jpg", quality=50)
        originals.append(place / f"{i}.jpg")
    for name in "ab":
        (folder / "many" / name).mkdir(parents=True)
    for i in range(COUNT):
        os.link(originals[i % len(originals)], folder / "many" / "ab"[i % 2] / f"{i}.jpg")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("api", ["dataset", "generator"])
def test_fifty_thousand_pictures_stay_within_the_budget(api: str, folder: Path) -> None:
    """Decoded they are three times the budget."""
    if not Path("/proc/self/status").exists():
        pytest.skip("the system does not tell how much memory a program took")
    source = Path(__file__).parents[3] / "src"
    environment = {**os.environ, "PYTHONPATH": str(source)}
    command = [sys.executable, "-c", PROGRAM, str(folder), api]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.strip().splitlines()[-1])
    assert found["seen"] == COUNT
    assert 0.5 * BUDGET < found["grown"] < BUDGET + BESIDE
