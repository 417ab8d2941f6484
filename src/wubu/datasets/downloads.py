"""Fetching a file into the cache: resumed where it stopped, from the first mirror that gives a good file.

While a download runs its bytes stand in ``NAME.part``; a later run continues there. The file gets its name
only when it has been read and found good. A file that is not good is renamed ``NAME.bad-1``, never deleted.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import ssl
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, TypeVar

from wubu.core.files import is_disk_full
from wubu.errors import DiskFullError, DownloadError, FileFormatError

T = TypeVar("T")
Read = Callable[[Path, bool], T]

TIMEOUT = 20.0  # seconds without an answer or a byte
_TRIES = 3  # attempts in a row, from one mirror, that bring no byte
_CHUNK = 1 << 18
_MIRROR = "WUBU_DATASETS_MIRROR"


def with_own_mirror(urls: Sequence[str]) -> list[str]:
    """The addresses to try, those under ``$WUBU_DATASETS_MIRROR`` (a folder of such files) first."""
    own = os.environ.get(_MIRROR, "").rstrip("/")
    names = dict.fromkeys(url.rsplit("/", 1)[-1] for url in urls)
    return [f"{own}/{name}" for name in names if own] + list(urls)


def fetch(
    target: Path,
    urls: Sequence[str],
    read: Read[T],
    *,
    refresh: bool = False,
    timeout: float = TIMEOUT,
    hint: str = "",
    own_mirror: bool = True,
) -> T:
    """Return what ``read`` makes of ``target``, downloading it first if it is missing or not good.

    Args:
        target: where the file belongs.
        urls: where it can be had, best first.
        read: ``read(path, downloaded)`` returns the content, or raises ``FileFormatError`` when it is not
            good. ``downloaded`` is True for bytes from the network, which may be judged more strictly than
            a file that somebody put there.
        refresh: download even if a good file is there.
        timeout: seconds without an answer after which a mirror is given up.
        hint: a line of advice of the caller's own for somebody without a network.
        own_mirror: whether ``$WUBU_DATASETS_MIRROR`` is tried first.

    Raises:
        DownloadError: no mirror gave a good file. The message names the file to put in place by hand.
        DiskFullError: the disk is full; what has arrived stays, and a later run continues.
    """
    if target.exists() and not refresh:
        try:
            return read(target, False)
        except FileFormatError as error:
            aside = keep_aside(target)
            say(f"{target} is not good: {error}\nIt was kept as {aside.name}; getting a new one.")
    if own_mirror:
        hint = f"{_mirror_hint(urls)}\n{hint}".strip()
        urls = with_own_mirror(urls)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    with _exclusive(target):
        if target.exists() and not refresh:  # another process was faster
            with contextlib.suppress(FileFormatError):
                return read(target, False)
        problems: list[tuple[str, str]] = []
        for url in urls:
            try:
                content = _from_mirror(url, part, target.name, read, timeout)
            except (_Failed, FileFormatError) as error:
                problems.append((url, str(error)))
                continue
            except OSError as error:
                if is_disk_full(error):
                    raise DiskFullError(
                        f"The disk is full while downloading {target.name}. What has arrived is in {part}; "
                        "free some space and run again to continue"
                    ) from error
                raise
            os.replace(part, target)
            _note_path(part).unlink(missing_ok=True)
            return content
    raise DownloadError(_advice(target, problems, hint))


def keep_aside(path: Path, name: str | None = None) -> Path:
    """Rename a file that is not good to the first free ``NAME.bad-1``, ``NAME.bad-2``…; return that path."""
    number = 1
    while (aside := path.with_name(f"{name or path.name}.bad-{number}")).exists():
        number += 1
    os.replace(path, aside)
    return aside


def say(text: str) -> None:
    """Tell the user, beside the program's own output."""
    print(text, file=sys.stderr, flush=True)


class _Failed(Exception):
    """One mirror did not give the file; the next is tried."""


def _from_mirror(url: str, part: Path, name: str, read: Read[T], timeout: float) -> T:
    if _download(url, part, name, timeout):
        with contextlib.suppress(FileFormatError):
            return read(part, True)
        # the first bytes came from another mirror or another version of the file: once more, from the start
        part.unlink()
        _download(url, part, name, timeout)
    try:
        return read(part, True)
    except FileFormatError as error:
        say(f"What {url} gave is not good: {error}\nIt was kept as {keep_aside(part, name).name}.")
        raise


def _download(url: str, part: Path, name: str, timeout: float) -> bool:
    """Fill ``part`` from one address, continuing what is there; tell whether anything was continued."""
    say(f"Downloading {name} from {url}")
    resumed = False
    fruitless = 0
    while True:
        before = _size(part)
        try:
            resumed |= _transfer(url, part, name, timeout)
            return resumed
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code not in (408, 429):
                raise _Failed(f"HTTP {error.code} {error.reason}") from error
            reason = f"HTTP {error.code} {error.reason}"
        except urllib.error.URLError as error:  # no connection: asking again at once will not help
            raise _Failed(_short(error.reason)) from error
        except (TimeoutError, ConnectionError, http.client.HTTPException, ssl.SSLError) as error:
            reason = f"interrupted at {_size(part):,} bytes ({_short(error)})"
        except ValueError as error:  # not an address
            raise _Failed(_short(error)) from error
        fruitless = 0 if _size(part) > before else fruitless + 1
        if fruitless >= _TRIES:
            raise _Failed(reason)
        if fruitless:
            time.sleep(0.25 * 2**fruitless)


def _transfer(url: str, part: Path, name: str, timeout: float) -> bool:
    """One request. True if it continued a part that was there."""
    have = _size(part)
    note = _read_note(part)
    headers = {"User-Agent": "wubu", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
        validator = note.get("etag") or note.get("modified")
        if validator and note.get("url") == url:
            headers["If-Range"] = validator  # a changed file comes whole instead
    try:
        response = urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=timeout)
    except urllib.error.HTTPError as error:
        if error.code == 416 and have:
            if str(error.headers.get("Content-Range", "")).endswith(f"/{have}"):
                return True  # it was whole already
            part.unlink()
            return _transfer(url, part, name, timeout)
        raise
    with response:
        continued = getattr(response, "status", None) == 206 and _range_start(response) == have > 0
        if getattr(response, "status", None) == 206 and not continued:
            part.unlink(missing_ok=True)
            raise ConnectionError("the server gave another part than the one asked for")
        _write_note(part, url, response)
        length = response.headers.get("Content-Length")
        total = None if length is None else int(length) + (have if continued else 0)
        with open(part, "r+b" if part.exists() else "wb") as file:
            file.seek(have if continued else 0)
            file.truncate()
            _copy(response, file, total, name)
    if total is not None and _size(part) < total:
        raise ConnectionError(f"the connection ended after {_size(part):,} of {total:,} bytes")
    return continued


def _copy(response: IO[bytes], file: IO[bytes], total: int | None, name: str) -> None:
    shown = 0.0
    moving = sys.stderr.isatty()
    while chunk := response.read(_CHUNK):
        file.write(chunk)
        now = time.monotonic()
        if moving and now - shown > 0.2:
            shown = now
            done = file.tell()
            part = f"{done / 1e6:,.1f} MB" if not total else f"{done / 1e6:,.1f} of {total / 1e6:,.1f} MB"
            print(f"\r{name}: {part}\x1b[K", end="", file=sys.stderr, flush=True)
    if moving:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    file.flush()
    os.fsync(file.fileno())


def _range_start(response: Any) -> int:
    text = str(response.headers.get("Content-Range", ""))  # bytes 100-199/200
    with contextlib.suppress(ValueError, IndexError):
        return int(text.split()[1].split("-")[0])
    return -1


def _note_path(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _read_note(part: Path) -> dict[str, str]:
    with contextlib.suppress(OSError, ValueError):
        note = json.loads(_note_path(part).read_text(encoding="utf-8"))
        if isinstance(note, dict):
            return note
    return {}


def _write_note(part: Path, url: str, response: Any) -> None:
    """Remember where the part came from, and which version of the file it is a part of."""
    etag = response.headers.get("ETag")
    note = {"url": url, "modified": response.headers.get("Last-Modified")}
    if etag and not etag.startswith("W/"):  # a weak tag does not promise equal bytes
        note["etag"] = etag
    _note_path(part).write_text(json.dumps(note), encoding="utf-8")


@contextlib.contextmanager
def _exclusive(target: Path) -> Iterator[None]:
    """Let one process at a time download ``target``: the ranks of one training start together."""
    try:
        import fcntl
    except ImportError:  # Windows: no lock; the file still appears whole or not at all
        yield
        return
    lock = target.with_name(f".{target.name}.lock")
    waiting = False
    while True:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(descriptor).st_ino == os.stat(lock).st_ino:
                break
        except BlockingIOError:
            if not waiting:
                say(f"Waiting for another process that downloads {target.name}")
                waiting = True
            time.sleep(0.2)
        except FileNotFoundError:
            pass  # the holder finished between open and lock: what we hold has lost its name
        except OSError:  # a file system without locks
            break
        os.close(descriptor)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
        os.close(descriptor)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _short(error: object) -> str:
    text = str(error)
    return text if text else type(error).__name__


def _mirror_hint(urls: Sequence[str]) -> str:
    names = " or ".join(dict.fromkeys(url.rsplit("/", 1)[-1] for url in urls))
    return f"Or set {_MIRROR} to the address of a folder (https://… or file:///…) that holds {names}."


def _advice(target: Path, problems: Sequence[tuple[str, str]], hint: str) -> str:
    lines = [f"Cannot download {target.name}. Tried:"]
    lines += [f"  {url}: {reason}" for url, reason in problems]
    lines += [
        "Without a network, get the file elsewhere from one of these addresses, put it here and run again:",
        f"  {target}",
    ]
    lines += [hint] if hint else []
    bad = sorted(target.parent.glob(f"{target.name}.bad-*"))
    if bad:
        lines.append(f"Kept aside because not good: {', '.join(p.name for p in bad)}")
    part = target.with_name(target.name + ".part")
    if size := _size(part):
        lines.append(f"{size:,} bytes have arrived in {part.name}; the next run continues there.")
    return "\n".join(lines)
