"""The ``.keras`` format: a zip of ``metadata.json``, ``config.json``, ``model.weights.h5`` and ``assets/``.

Real Keras 3 reads what this writes, and the reverse. A folder with the same files (Keras's unzipped form) is read too.
"""

from __future__ import annotations

import datetime
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

import h5py

from wubu import __version__
from wubu.core.config import SafeMode, deserialize_keras_object, serialize_keras_object
from wubu.core.files import atomic_path
from wubu.core.registry import custom_object_scope
from wubu.errors import FileFormatError, SerializationError, UnsafeFileError
from wubu.saving.eras import compile_arguments
from wubu.saving.eras.current import era_of, to_current
from wubu.saving.hdf5 import open_hdf5
from wubu.saving.limits import MAX_CONFIG_BYTES, check_expansion, parse_json
from wubu.saving.loading import from_untrusted
from wubu.saving.state import load_state, save_state
from wubu.saving.stores import H5Reader, H5Writer, ReadStore
from wubu.saving.weights_h5 import weights_bytes
from wubu.saving.zip_files import open_zip

CONFIG, METADATA, WEIGHTS, ASSETS = "config.json", "metadata.json", "model.weights.h5", "assets"
_NPZ = "model.weights.npz"
# The version of Keras whose format this is; Keras does not refuse others, but tools show it.
FORMAT_VERSION = "3.15.1"
_IN_MEMORY = 2**30  # bytes of weights up to which HDF5 is put together in memory


def save(model: Any, path: str | Path, zipped: bool = True) -> None:
    """Write a model as ``.keras``.

    Args:
        model: any model; a subclassed one needs a ``get_config`` to be read back.
        path: the file, or with ``zipped=False`` the folder.

    Raises:
        SerializationError: when something in the configuration is no JSON.
        DiskFullError: when the disk is full; the old file stays.
    """
    config = config_json(model)
    if not zipped:
        _save_folder(model, Path(path), config)
        return
    with atomic_path(path) as temporary, zipfile.ZipFile(temporary, "w", allowZip64=True) as archive:
        _fill(archive, model, config, Path(temporary).parent)


def save_to_file_object(model: Any, file: IO[bytes]) -> None:
    """Write a model as ``.keras`` into an open file."""
    with zipfile.ZipFile(file, "w", allowZip64=True) as archive:
        _fill(archive, model, config_json(model), None)


def _fill(archive: zipfile.ZipFile, model: Any, config: str, beside: Path | None) -> None:
    archive.writestr(METADATA, metadata_json())
    archive.writestr(CONFIG, config)
    size = sum(w.numel() * w.element_size() for w in model.weights)
    # What is large goes beside the target, where there must be room for it anyway.
    with tempfile.TemporaryDirectory(prefix=".wubu-", dir=beside if size > _IN_MEMORY else None) as scratch:
        assets = Path(scratch, ASSETS)
        if size > _IN_MEMORY:
            weights = Path(scratch, WEIGHTS)
            with h5py.File(weights, "w") as file:
                save_state(model, H5Writer(file), assets)
            archive.write(weights, WEIGHTS)
        else:
            archive.writestr(WEIGHTS, weights_bytes(model, assets))
        for found in sorted(assets.rglob("*")) if assets.is_dir() else ():
            if found.is_file():
                archive.write(found, f"{ASSETS}/{found.relative_to(assets).as_posix()}")


def _save_folder(model: Any, path: Path, config: str) -> None:
    path.mkdir(parents=True, exist_ok=True)
    for name, content in ((METADATA, metadata_json().encode()), (CONFIG, config.encode())):
        with atomic_path(path / name) as temporary:
            temporary.write_bytes(content)
    with tempfile.TemporaryDirectory(prefix=".wubu-", dir=path) as scratch:
        assets = Path(scratch, ASSETS)
        with atomic_path(path / WEIGHTS) as temporary:
            temporary.write_bytes(weights_bytes(model, assets))
        if assets.is_dir():
            shutil.rmtree(path / ASSETS, ignore_errors=True)
            shutil.move(assets, path / ASSETS)


def config_json(model: Any) -> str:
    """The configuration of a model, compile arguments included, as Keras's JSON."""
    try:
        return json.dumps(serialize_keras_object(model))
    except (TypeError, ValueError) as error:
        if isinstance(error, SerializationError):
            raise
        raise SerializationError(
            f"The configuration of model {model.name!r} is no JSON: {error}. "
            "Try: give the class at fault a get_config that returns numbers, text, lists and dicts"
        ) from error


def metadata_json() -> str:
    """Who wrote the file, and when."""
    now = datetime.datetime.now().strftime("%Y-%m-%d@%H:%M:%S")
    return json.dumps({"keras_version": FORMAT_VERSION, "date_saved": now, "written_by": f"wubu {__version__}"})


# --- reading ------------------------------------------------------------------------------------------------------


def load(
    path: str | Path | IO[bytes],
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """Read a model from ``.keras``, or from a folder of the same files.

    Raises:
        FileFormatError: when the file is damaged or something else.
        UnsafeFileError: when it carries code, and ``safe_mode`` is on, or asks for what no model needs.
    """
    name = _name_of(path)
    with opened(path) as archive:
        config, version = archive.config(), archive.version()
        size = archive.weights_size()
        with from_untrusted(size, name):
            model = model_from_config(config, custom_objects, compile, safe_mode, name, version)
            with archive.store() as store, archive.assets() as assets:
                load_state(model, store, name, assets)
    return model


def load_weights(model: Any, path: str | Path, skip_mismatch: bool = False) -> None:
    """Read the state of a model out of a ``.keras`` file, whose architecture is ignored."""
    with opened(path) as archive, archive.store() as store, archive.assets() as assets:
        load_state(model, store, str(path), assets, skip_mismatch)


def model_from_config(
    config: Any,
    custom_objects: Mapping[str, Any] | None,
    compile: bool,
    safe_mode: bool,
    name: str,
    version: str | None = None,
) -> Any:
    """Make a model from the configuration of a ``.keras`` file; its weights are fresh.

    Args:
        config: the configuration.
        custom_objects, compile, safe_mode: see ``load``.
        name: the file's name, for errors.
        version: the version of Keras that wrote it.
    """
    if not isinstance(config, dict) or "class_name" not in config:
        raise FileFormatError(f"{name}: {CONFIG} should describe a model, with a class_name. It does not")
    era = era_of(config, version)
    compiled = config.get("compile_config") if compile else None
    config = to_current({**config, "compile_config": compiled if era == 3 else None}, version, name)
    model = deserialize_keras_object(config, custom_objects=custom_objects, safe_mode=safe_mode)
    if not hasattr(model, "weights"):
        raise FileFormatError(f"{name} should hold a model. Received: {type(model).__name__}")
    if compiled and era < 3:
        arguments = compile_arguments.compile_config(compiled, getattr(model, "output_names", []))
        with custom_object_scope(custom_objects or {}), SafeMode(safe_mode):
            model.compile_from_config(arguments)
    return model


class Archive:
    """The parts of a ``.keras`` file, zipped or not, read only as far as they are safe."""

    def __init__(self, name: str) -> None:
        self.name = name

    def names(self) -> list[str]:
        """The names of all members."""
        raise NotImplementedError

    def size(self, member: str) -> int:
        """The bytes of a member."""
        raise NotImplementedError

    def read(self, member: str) -> bytes:
        """The content of a member."""
        raise NotImplementedError

    def config(self) -> Any:
        """The configuration."""
        if CONFIG not in self.names():
            raise FileFormatError(
                f"{self.name} should be a .keras file, with a {CONFIG} in it. It holds: {self.names()[:8]}"
            )
        if self.size(CONFIG) > MAX_CONFIG_BYTES:
            raise UnsafeFileError(f"{self.name}: {CONFIG} has {self.size(CONFIG):,} bytes")
        return parse_json(self.read(CONFIG), f"{self.name}:{CONFIG}")

    def metadata(self) -> dict[str, Any]:
        """Who wrote the file, and when; empty when it does not say."""
        if METADATA not in self.names() or self.size(METADATA) > MAX_CONFIG_BYTES:
            return {}
        found = parse_json(self.read(METADATA), f"{self.name}:{METADATA}")
        return found if isinstance(found, dict) else {}

    def version(self) -> str | None:
        """The version of Keras that the file names."""
        found = self.metadata().get("keras_version")
        return found if isinstance(found, str) else None

    def weights_size(self) -> int:
        """The bytes of the weights' member."""
        return sum(self.size(m) for m in (WEIGHTS, _NPZ) if m in self.names())

    @contextmanager
    def store(self) -> Iterator[ReadStore]:
        """The state."""
        if WEIGHTS in self.names():
            with self._open(WEIGHTS) as file, open_hdf5(file, f"{self.name}:{WEIGHTS}") as h5:
                yield H5Reader(h5)
        elif _NPZ in self.names():
            raise UnsafeFileError(
                f"{self.name} holds its weights as {_NPZ}: pickled Python objects, which could run code when they are "
                "read. Try: save the model with the weights as HDF5"
            )
        else:
            raise FileFormatError(f"{self.name} should hold the weights as {WEIGHTS}. It holds: {self.names()[:8]}")

    @contextmanager
    def _open(self, member: str) -> Iterator[Any]:
        yield io.BytesIO(self.read(member))

    @contextmanager
    def assets(self) -> Iterator[Path | None]:
        """A folder with the assets, or None when there are none."""
        inside = [n for n in self.names() if n.startswith(f"{ASSETS}/") and not n.endswith("/")]
        if not inside:
            yield None
            return
        with tempfile.TemporaryDirectory(prefix="wubu-assets-") as folder:
            for member in inside:
                target = Path(folder, *_safe_parts(member, self.name))
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(self.read(member))
            yield Path(folder, ASSETS)


class _Zip(Archive):
    def __init__(self, file: zipfile.ZipFile, name: str) -> None:
        super().__init__(name)
        self._file = file
        infos = file.infolist()
        self._infos = {i.filename: i for i in infos}
        total = sum(i.file_size for i in infos)
        check_expansion(name, total, sum(i.compress_size for i in infos))

    def names(self) -> list[str]:
        return list(self._infos)

    def size(self, member: str) -> int:
        return self._infos[member].file_size

    def read(self, member: str) -> bytes:
        info = self._infos[member]
        check_expansion(f"{self.name}:{member}", info.file_size, info.compress_size)
        if info.flag_bits & 1:
            raise FileFormatError(f"{self.name}: {member} is encrypted")
        try:
            with self._file.open(info) as file:
                # one byte more than declared: a member must not be longer than it says
                content = file.read(info.file_size + 1)
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
            raise _damaged(self.name, error) from error
        except Exception as error:
            if type(error).__name__ == "error":  # zlib.error and lzma's
                raise _damaged(self.name, error) from error
            raise
        if len(content) != info.file_size:
            raise FileFormatError(f"{self.name}: {member} is cut short or longer than it says")
        return content


class _Folder(Archive):
    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self._path = path
        self._root = path.resolve()

    def names(self) -> list[str]:
        files = (p for p in self._path.rglob("*") if p.is_file())
        return [p.relative_to(self._path).as_posix() for p in files]

    def _at(self, member: str) -> Path:
        found = (self._path / member).resolve()
        if not found.is_relative_to(self._root):
            raise UnsafeFileError(f"{self.name}: {member} leads out of the folder")
        return found

    def size(self, member: str) -> int:
        return self._at(member).stat().st_size

    def read(self, member: str) -> bytes:
        return self._at(member).read_bytes()

    @contextmanager
    def _open(self, member: str) -> Iterator[Any]:
        yield self._at(member)


@contextmanager
def opened(path: str | Path | IO[bytes]) -> Iterator[Archive]:
    """Open a ``.keras`` file or folder.

    Raises:
        FileFormatError: when it is no zip.
    """
    if isinstance(path, str | Path) and Path(path).is_dir():
        yield _Folder(Path(path))
        return
    name = _name_of(path)
    with ExitStack() as stack:
        try:
            file = stack.enter_context(open_zip(path, name))
        except FileNotFoundError:
            raise
        except UnsafeFileError:
            raise
        except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError) as error:
            raise _damaged(name, error) from error
        yield _Zip(file, name)


def _name_of(path: Any) -> str:
    return str(path) if isinstance(path, str | Path) else str(getattr(path, "name", "the file object"))


def _damaged(name: str, error: Exception) -> FileFormatError:
    return FileFormatError(f"{name} should be a .keras file (a zip archive), but it is damaged or something else: {error}")


def _safe_parts(member: str, name: str) -> tuple[str, ...]:
    """The parts of a member's path, none of which leads out of the folder it is unpacked into."""
    parts = PurePosixPath(member.replace("\\", "/")).parts
    if not parts or parts[0].startswith("/") or any(p == ".." or ":" in p or "\0" in p for p in parts):
        raise UnsafeFileError(f"{name}: the member {member!r} would be written outside its folder")
    return parts
