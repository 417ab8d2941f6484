"""What the tests of hostile files share: files that are good but for one thing, and the limits that reading keeps to."""

from __future__ import annotations

import io
import json
import os
import signal
import struct
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import wubu
from wubu.errors import FileFormatError, SerializationError, UnsafeFileError, WubuError

Maker = Callable[[Path], Path]

SECONDS = 5  # of the processor's: a machine that is busy with other work takes longer by the clock
BYTES = 2**30
CANARY = "WUBU_CANARY"


class Cases:
    """Files by name; those under ``unsafe`` have to be refused as such."""

    def __init__(self) -> None:
        self.makers: dict[str, Maker] = {}
        self.must_be_unsafe: set[str] = set()

    def case(self, function: Maker) -> Maker:
        """A file that is refused."""
        self.makers[function.__name__] = function
        return function

    def unsafe(self, function: Maker) -> Maker:
        """A file that is refused because it would do harm."""
        self.must_be_unsafe.add(function.__name__)
        return self.case(function)

    def __setitem__(self, name: str, maker: Maker) -> None:
        self.makers[name] = maker

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self.makers))

    def check(self, name: str, folder: Path) -> None:
        """Make a file and see it refused."""
        path = self.makers[name](folder)
        error = refusal(path)
        assert not os.popen(f"echo ${CANARY}").read().strip(), "the file ran code"
        assert not (folder.parent / "evil.txt").exists() and not (folder / "evil.txt").exists()
        if name in self.must_be_unsafe:
            assert isinstance(error, UnsafeFileError), error
        assert isinstance(error, FileFormatError | SerializationError), f"{type(error).__name__}: {error}"
        assert path.name.split(".")[0] in str(error), f"the message should name the file: {error}"


class Payload:
    """Something that leaves a trace when it is unpickled."""

    def __reduce__(self) -> Any:
        return os.putenv, (CANARY, "dead")


def model() -> Any:
    layers = wubu.layers
    made = wubu.Sequential([wubu.Input((4,)), layers.Dense(3, name="first"), layers.Dense(2, name="second")])
    made.compile("adam", "mse")
    made.train_on_batch(np.ones((2, 4)), np.ones((2, 2)))
    return made


def good_file(path: Path) -> Path:
    model().save(path)
    return path


def members_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {n: archive.read(n) for n in archive.namelist()}


def keras_file(
    folder: Path,
    config: Any = None,
    change: Callable[[Any], None] | None = None,
    h5: Callable[[h5py.File], None] | None = None,
    compression: int = zipfile.ZIP_STORED,
    **extra: bytes,
) -> Path:
    """A .keras file that is good but for what is changed in it."""
    path = folder / "hostile.keras"
    members = members_of(good_file(folder / "good.keras"))
    if config is not None:
        members["config.json"] = config if isinstance(config, bytes) else json.dumps(config).encode()
    if change is not None:
        found = json.loads(members["config.json"])
        change(found)
        members["config.json"] = json.dumps(found).encode()
    if h5 is not None:
        buffer = io.BytesIO(members["model.weights.h5"])
        with h5py.File(buffer, "r+") as file:
            h5(file)
        members["model.weights.h5"] = buffer.getvalue()
    members.update({k.replace("__", "/"): v for k, v in extra.items()})
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def h5_file(folder: Path, change: Callable[[h5py.File], None]) -> Path:
    path = good_file(folder / "hostile.h5")
    with h5py.File(path, "r+") as file:
        change(file)
    return path


def config_of(file: h5py.File) -> Any:
    return json.loads(file.attrs["model_config"])


def checkpoint(folder: Path) -> Path:
    model().save_weights(folder / "ckpt")
    return folder / "ckpt"


def patched(path: Path, change: Callable[[bytearray], Any]) -> None:
    data = bytearray(path.read_bytes())
    found = change(data)
    path.write_bytes(bytes(found if found is not None else data))


def safetensors_file(folder: Path, header: Any, body: bytes = bytes(100), length: int | None = None) -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path = folder / "x.safetensors"
    path.write_bytes(struct.pack("<Q", len(text) if length is None else length) + text + body)
    return path


@contextmanager
def limits() -> Iterator[None]:
    """Within this block little time and memory may be used."""

    def late(*_: Any) -> None:
        raise TimeoutError(f"more than {20 * SECONDS} seconds")

    before = _peak()
    start = time.process_time()
    signal.signal(signal.SIGALRM, late)
    signal.alarm(20 * SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        seconds = time.process_time() - start
    assert seconds < SECONDS, f"took {seconds:.1f} s"
    if before is not None:
        used = (_peak(reset=False) or 0) - before
        assert used < BYTES, f"took {used / 2**20:.0f} MiB"


def _peak(reset: bool = True) -> int | None:
    """The most memory that was in use since this was last reset, in bytes; None where the system does not tell."""
    try:
        if reset:
            Path("/proc/self/clear_refs").write_text("5")
        text = Path("/proc/self/status").read_text()
    except OSError:
        return None
    return int(text.split("VmHWM:")[1].split()[0]) * 1024


def refusal(path: Path) -> WubuError:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if path.suffix in (".keras", ".h5") or path.is_dir():
            with pytest.raises(WubuError) as caught, limits():
                wubu.saving.load_model(path)
        else:
            receiver = model()
            with pytest.raises(WubuError) as caught, limits():
                receiver.load_weights(path)
    return caught.value
