"""Pictures per second from a folder to batches: wubu's pipelines beside Keras's generator, tf.data and torch's DataLoader.

python -m bench.pipelines                     every row
python -m bench.pipelines cifar --rounds 5    one row, more rounds
python -m bench.pipelines --data FOLDER       with chest_xray_fullsize/CLASS/ and cifar10_images/train/CLASS/ in it

Without such a folder the pictures are made up. Every measurement is a process of its own; pipelines take turns, round after
round, and the median of each counts. Files are read once before, so that disks play no part.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import peers, store
from bench.pipeline_epochs import PIPELINES

HERE = Path(__file__).resolve().parent
OURS = ("wubu-generator", "wubu-folder")
COMPARED = ("keras-generator", "tf.data", "torch-loader")  # tf.data-cache keeps pictures too; it is shown beside them
Rounds = dict[str, list[list[float]]]  # pipeline -> round -> pictures per second of each epoch


@dataclass(frozen=True)
class Row:
    """A folder of pictures and what becomes of it.

    Attributes:
        what: in words.
        folder: below the data folder.
        size: of the side of the pictures in a batch.
        batch: how many make a batch.
        made_up: how many pictures of which height and width stand in for the folder where it is missing, and their mode.
    """

    what: str
    folder: str
    size: int
    batch: int
    made_up: tuple[int, int, int, str]


ROWS = {
    "xray-224": Row("full-size X-rays to 224×224", "chest_xray_fullsize", 224, 32, (48, 1300, 1600, "L")),
    "xray-1024": Row("full-size X-rays to 1024×1024", "chest_xray_fullsize", 1024, 8, (48, 1300, 1600, "L")),
    "cifar": Row("CIFAR-10 pictures, 32×32", "cifar10_images/train", 32, 32, (6000, 32, 32, "RGB")),
}


def folder_of(row: Row, data: Path, spare: Path) -> Path:
    """The row's pictures, made up where they are missing."""
    folder = data / row.folder
    if not folder.is_dir():
        folder = spare / row.folder
        if not folder.is_dir():
            print(f"{data / row.folder} is missing; pictures are made up", file=sys.stderr)
            _make_up(folder, *row.made_up)
    for path in folder.rglob("*"):  # into the system's memory
        if path.is_file():
            path.read_bytes()
    return folder


def _make_up(folder: Path, count: int, height: int, width: int, mode: str) -> None:
    import numpy as np
    from PIL import Image

    rng = np.random.default_rng(0)
    for number in range(count):
        place = folder / f"class{number % 2}"
        place.mkdir(parents=True, exist_ok=True)
        small = rng.integers(0, 256, (max(4, height // 8), max(4, width // 8), 3), dtype=np.uint8)
        picture = Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC).convert(mode)
        picture.save(place / f"{number}.jpg", quality=90)


def measure(pipeline: str, row: Row, folder: Path, python: str, limit: float) -> dict[str, Any] | None:
    """Seconds of each epoch, versions and memory, from a process of its own; None when that fails."""
    environment = dict(os.environ)
    if pipeline in OURS:
        environment["PYTHONPATH"] = str(HERE.parent / "src")
    else:
        environment.pop("PYTHONPATH", None)
    command = [python, "pipeline_epochs.py", pipeline, folder, row.size, row.size, row.batch, 2]
    try:
        done = subprocess.run(
            list(map(str, command)), cwd=HERE, env=environment, capture_output=True, text=True, timeout=limit
        )
    except subprocess.TimeoutExpired:
        print(f"  {pipeline} takes more than {limit:.0f} s", file=sys.stderr)
        return None
    if done.returncode:
        print(f"  {pipeline} fails: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    return json.loads(done.stdout.strip().splitlines()[-1])


def take_turns(
    row: Row, folder: Path, python: str, rounds: int, limit: float, versions: dict[str, dict[str, str]]
) -> Rounds:
    """All rounds of a row; fills in what versions were measured."""
    found: Rounds = {name: [] for name in PIPELINES}
    for number in range(rounds):
        for name in list(PIPELINES) if number % 2 == 0 else list(PIPELINES)[::-1]:
            ours = name in OURS or name == "torch-loader"
            measured = measure(name, row, folder, sys.executable if ours else python, limit)
            if measured is not None:
                found[name].append([measured["pictures"] / seconds for seconds in measured["seconds"]])
                versions.setdefault("wubu's" if ours else "peers'", {}).update(measured["versions"])
    return {name: speeds for name, speeds in found.items() if speeds}


def medians(rounds: Rounds) -> dict[str, list[float]]:
    """Pictures per second of the first and the second epoch."""
    return {name: [statistics.median(epoch) for epoch in zip(*speeds)] for name, speeds in rounds.items()}


def ratios(speeds: dict[str, list[float]]) -> dict[str, float]:
    """How many times as fast wubu is; 0 where nothing can be compared."""

    def best(names: tuple[str, ...], epoch: int) -> float:
        return max((speeds[name][epoch] for name in names if name in speeds), default=0.0)

    def times(ours: float, theirs: float) -> float:
        return ours / theirs if theirs else 0.0

    return {
        "first, generators": times(best(OURS[:1], 0), best(COMPARED[:1], 0)),
        "first, best": times(best(OURS, 0), best(COMPARED, 0)),
        "second, best": times(best(OURS, 1), best(COMPARED, 1)),
    }


def markdown(results: dict[str, Rounds]) -> str:
    """The tables of the first and the second epoch, and how many times as fast wubu is."""
    lines = []
    for epoch, title in enumerate(("first", "second")):
        lines += [
            f"| {title} epoch, pictures/s | " + " | ".join(PIPELINES) + " |",
            "| --- |" + " ---: |" * len(PIPELINES),
        ]
        for name, rounds in results.items():
            speeds = medians(rounds)
            cells = [f"{speeds[p][epoch]:,.0f}" if p in speeds else "–" for p in PIPELINES]
            lines.append(f"| {ROWS[name].what} | " + " | ".join(cells) + " |")
        lines.append("")
    lines += [
        "| wubu, times as fast | ImageDataGenerator beside Keras's, first epoch | the best of all, first | second |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, rounds in results.items():
        lines.append(
            f"| {ROWS[name].what} | " + " | ".join(f"{r:.2f}" for r in ratios(medians(rounds)).values()) + " |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure what was asked for, print the tables and write them down."""
    parser = argparse.ArgumentParser(
        "python -m bench.pipelines", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("rows", nargs="*", help=f"of {', '.join(ROWS)}; default all")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each (default 3)")
    parser.add_argument(
        "--data", type=Path, default=HERE.parent.parent / "shared" / "data", help="folder of the pictures"
    )
    parser.add_argument("--limit", type=float, default=300, help="seconds after which a process is ended (default 300)")
    parser.add_argument("--out", type=Path, default=store.folder(), help="folder of the results")
    options = parser.parse_args()
    unknown = set(options.rows) - set(ROWS)
    if unknown:
        parser.error(f"unknown row {sorted(unknown)[0]!r}; known: {', '.join(ROWS)}")
    python = peers.interpreter()
    versions: dict[str, dict[str, str]] = {}
    path = options.out / "pipelines.json"
    record: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {"results": {}}
    with tempfile.TemporaryDirectory() as spare:
        for name in options.rows or ROWS:
            print(f"{name}: {ROWS[name].what}", file=sys.stderr, flush=True)
            folder = folder_of(ROWS[name], options.data, Path(spare))
            record["results"][name] = take_turns(ROWS[name], folder, python, options.rounds, options.limit, versions)
    record |= {
        "cores": os.cpu_count(),
        "versions": versions,
        "when": time.strftime("%Y-%m-%d %H:%M:%S"),
    }
    text = markdown({name: record["results"][name] for name in ROWS if name in record["results"]})
    print(text)
    options.out.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=1) + "\n")
    stated = f"Pictures per second, medians, {record['cores']} cores. {record['versions']}"
    (options.out / "pipelines.md").write_text(f"{text}\n\n{stated}\n")


if __name__ == "__main__":
    main()
