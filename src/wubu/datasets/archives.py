"""Unpacking tar and zip files without writing anywhere but below the chosen folder.

An archive's member can be named ``../../etc/cron.d/x``, or be a link that a later member writes through. Such
members are left out with a warning; so are devices and pipes.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tarfile
import warnings
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import IO

from wubu.core.files import is_disk_full
from wubu.errors import ArgumentError, DiskFullError, FileFormatError

_FORMATS = ("tar", "zip")
_DAMAGED = (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError)


def archive_kind(path: str | os.PathLike[str], formats: str | Iterable[str] | None = "auto") -> str | None:
    """``"tar"`` (also compressed), ``"zip"``, or None for a file that is neither.

    Args:
        path: the file.
        formats: the kinds to consider: ``"auto"`` (all), one name, several, or None (none of them).
    """
    if formats is None:
        return None
    wanted = _FORMATS if formats == "auto" else (formats,) if isinstance(formats, str) else tuple(formats)
    for kind in wanted:
        if kind not in _FORMATS:
            raise ArgumentError(
                f"Expected archive_format to be 'auto', 'tar', 'zip' or None. Received: {kind!r}"
            )
        if (tarfile.is_tarfile if kind == "tar" else zipfile.is_zipfile)(path):
            return kind
    return None


def extract(path: str | os.PathLike[str], folder: str | os.PathLike[str], kind: str) -> Path:
    """Unpack an archive into a new folder that appears only when it is whole.

    Args:
        path: the archive.
        folder: where to unpack it. What stood there before is replaced once everything is unpacked.
        kind: ``"tar"`` or ``"zip"``, as from ``archive_kind``.

    Returns:
        The folder.

    Raises:
        FileFormatError: the archive is damaged.
        DiskFullError: the disk is full; the folder is as it was.
    """
    folder = Path(folder)
    fresh = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.tmp")
    fresh.mkdir(parents=True)
    try:
        (_extract_tar if kind == "tar" else _extract_zip)(path, fresh)
        if folder.is_dir() and not folder.is_symlink():
            old = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.old")
            os.replace(folder, old)
            os.replace(fresh, folder)
            shutil.rmtree(old, ignore_errors=True)
        else:
            os.replace(fresh, folder)
    except BaseException as error:
        shutil.rmtree(fresh, ignore_errors=True)
        if is_disk_full(error):
            raise DiskFullError(f"The disk is full while unpacking {path} into {folder}") from error
        if isinstance(error, _DAMAGED):
            raise FileFormatError(f"Cannot unpack {path}: {error or type(error).__name__}") from error
        raise
    return folder


def _extract_zip(path: str | os.PathLike[str], base: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            target = _inside(base, member.filename)
            if target is None:
                continue
            if member.is_dir():
                target.mkdir(parents=True, exist_ok=True)
                continue
            with archive.open(member) as source:
                _write(source, target)


def _extract_tar(path: str | os.PathLike[str], base: Path) -> None:
    links = []
    with tarfile.open(path) as archive:
        for member in archive:
            target = _inside(base, member.name)
            if target is None:
                continue
            if member.isdir():
                target.mkdir(parents=True, exist_ok=True)
            elif member.isfile():
                source = archive.extractfile(member)
                assert source is not None  # isfile() says that there is content
                with source:
                    _write(source, target)
                os.chmod(target, 0o644 | (member.mode & 0o111))
            elif member.issym() or member.islnk():
                _link(member, target, base)
                links.append(target)
            else:
                _skip(member.name, "neither a file nor a folder")
    for target in links:  # a link that was harmless when made may lead out through a later one
        if target.is_symlink() and not _below(base, target):
            target.unlink()
            _skip(target.name, "a link out of the folder")


def _below(base: Path, path: Path) -> bool:
    """Whether a path, links followed, is ``base`` or below it."""
    root, real = Path(os.path.realpath(base)), Path(os.path.realpath(path))
    return real == root or root in real.parents


def _inside(base: Path, name: str) -> Path | None:
    """Where a member goes, or None, with a warning, if that is not below ``base``."""
    pure = PurePosixPath(name.replace("\\", "/"))
    if pure.is_absolute() or ".." in pure.parts or any(":" in part for part in pure.parts):
        _skip(name, "a path out of the folder")
        return None
    target = base.joinpath(*pure.parts)
    # an earlier member may have been a link: look where the parent really is
    if not _below(base, target.parent):
        _skip(name, "a path out of the folder")
        return None
    return target


def _link(member: tarfile.TarInfo, target: Path, base: Path) -> None:
    """Make a link whose end is below ``base``; a hard link becomes a copy."""
    end = (base if member.islnk() else target.parent) / member.linkname
    if os.path.isabs(member.linkname) or not _below(base, end):
        _skip(member.name, f"a link out of the folder, to {member.linkname}")
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if member.issym():
        if target.is_symlink() or target.exists():
            target.unlink()
        target.symlink_to(member.linkname)
    elif end.is_file():
        shutil.copyfile(end, target)
    else:
        _skip(member.name, f"a link to {member.linkname}, which is not there")


def _write(source: IO[bytes], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_symlink():  # never write through a link that the archive itself made
        target.unlink()
    with open(target, "wb") as file:
        shutil.copyfileobj(source, file, 1 << 20)


def _skip(name: str, why: str) -> None:
    warnings.warn(f"Left out of the archive: {name!r}, {why}.", stacklevel=5)
