"""``get_file``: a file from the network, kept in the cache, unpacked if asked for."""

from __future__ import annotations

import os
import urllib.parse
import warnings
from collections.abc import Sequence
from pathlib import Path

from wubu.datasets.archives import archive_kind, extract
from wubu.datasets.cache import cache_path
from wubu.datasets.checksums import file_digest, hash_algorithm
from wubu.datasets.downloads import fetch
from wubu.errors import ArgumentError, FileFormatError


def get_file(
    fname: str | os.PathLike[str] | None = None,
    origin: str | Sequence[str] | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: str | Sequence[str] | None = "auto",
    cache_dir: str | os.PathLike[str] | None = None,
    force_download: bool = False,
) -> str:
    """Return the path of a file in the cache, downloading it if it is not there, or not good.

    An interrupted download continues where it stopped. A file whose hash is wrong is kept as ``NAME.bad-1``.

    Args:
        fname: the file's name in the cache; default the last part of the address. With ``extract``, a name
            without a dot names the folder to unpack into.
        origin: the address (https, http, ftp, file), or several of the same file, best first.
        untar: the file is a tar archive to unpack; ``extract`` is the newer name.
        md5_hash: expected md5; ``file_hash`` is the newer name.
        file_hash: expected hash of the file.
        cache_subdir: folder below the home, or an absolute path.
        hash_algorithm: ``"md5"``, ``"sha256"``, or ``"auto"``, which goes by the hash's length.
        extract: unpack the archive. Members that would land outside the folder are left out.
        archive_format: ``"auto"``, ``"tar"``, ``"zip"``, several of them, or None.
        cache_dir: the home; default ``$KERAS_HOME``, else ``~/.keras``.
        force_download: download even if the file is there.

    Returns:
        The path of the file, or with ``extract`` of the folder it was unpacked into.

    Raises:
        ArgumentError: no address, or no name can be found.
        DownloadError: the file cannot be had; the message says where to put it by hand.
        FileFormatError: the archive is damaged.

    Example::

        path = get_file("notes.txt", origin="https://example.org/notes.txt")
    """
    origins = [origin] if isinstance(origin, str) else list(origin or [])
    if not origins:
        raise ArgumentError("Expected origin, the address of the file to download. Received none")
    if md5_hash is not None and file_hash is None:
        file_hash, hash_algorithm = md5_hash, "md5"
    given = "" if fname is None else os.fspath(fname)
    name = given or os.path.basename(urllib.parse.urlsplit(origins[0]).path)
    if not name:
        raise ArgumentError(f"Expected fname, as the address has no file name at its end: {origins[0]}")
    folder = name
    if extract or untar:
        if given and "." in Path(name).name:
            folder = str(Path(name).with_name(Path(name).name.split(".")[0] + "_extracted"))
        else:
            name = f"{name}_archive"
    target = cache_path(name, cache_subdir, Path(cache_dir) if cache_dir is not None else None)
    fetch(target, origins, _hash_check(file_hash, hash_algorithm), refresh=force_download, own_mirror=False)
    if not (extract or untar):
        return str(target)
    unpacked = target.with_name(Path(folder).name)
    _unpack(target, unpacked, "tar" if untar else archive_format)
    return str(unpacked)


def _hash_check(expected: str | None, algorithm: str):
    kind = hash_algorithm(expected, algorithm) if expected else ""

    def check(path: Path, downloaded: bool) -> None:
        if expected and (found := file_digest(path, kind)) != expected.lower():
            raise FileFormatError(f"Expected the {kind} {expected}, received {found}")

    return check


def _unpack(archive: Path, folder: Path, formats: str | Sequence[str] | None) -> None:
    if folder.is_dir() and folder.stat().st_mtime >= archive.stat().st_mtime:
        return
    kind = archive_kind(archive, formats)
    if kind is None:
        warnings.warn(f"{archive} is no archive that can be unpacked.", stacklevel=3)
        return
    extract(archive, folder, kind)
