"""A folder of pictures as DATA: ``train/CLASS/``, ``val/CLASS/`` and ``test/CLASS/``, or ``CLASS/`` split automatically."""

from __future__ import annotations

import hashlib
import math
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from wubu.cli.labelled_data import HELD_OUT, LabelledData, classes_of
from wubu.cli.picture_batches import PictureBatches
from wubu.data.images import decode
from wubu.data.images.pool import each, put
from wubu.data.picture_budget import picture_budget
from wubu.errors import ArgumentError, EmptyDataError, FileFormatError, LabelError

PARTS = {"train": ("train", "training"), "val": ("val", "valid", "validation"), "test": ("test", "testing")}
ENDINGS = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".ppm", ".tif", ".tiff", ".webp")
_SIDE = 224  # of pictures that are large, or not all of one size
_SMALL_SIDE = 256
_FEW = 50  # pictures for validation, below which the best epoch is a matter of luck
_SHOWN = 10


@dataclass(frozen=True)
class FolderOptions:
    """How a folder is to be read.

    Args:
        image_size: height and width; None: the pictures' own size if they share a small one, else 224×224.
        channels: 1 or 3; None: 1 where all pictures are grey.
        corrupt: ``"skip"`` or ``"fail"``: what to do about files that cannot be read.
        validation_split: the share of what is learnt from that is held out, where there is no folder for it.
        class_names: the classes, in order; None takes the folder's.
        whole: measure on all pictures, where the folder has no ``test/``.
    """

    image_size: tuple[int, int] | None = None
    channels: int | None = None
    corrupt: str = "skip"
    validation_split: float = 0.1
    class_names: Sequence[str] | None = None
    whole: bool = False


@dataclass(frozen=True)
class PictureFolder(LabelledData):
    """Pictures as bytes; batches of them are scaled, and changed by chance, when they are used.

    Args:
        x_val, y_val: what decides which epoch is the best.
        notes: the balance of the classes, duplicates and files that cannot be read, for ``report.json``.
        scaling: what ``scaled`` was given.
    """

    x_val: np.ndarray = field(default_factory=lambda: np.zeros(0))
    y_val: np.ndarray = field(default_factory=lambda: np.zeros(0))
    notes: dict[str, Any] = field(default_factory=dict)
    scaling: Any = None

    def scaled(self, scaling: Callable[[np.ndarray], np.ndarray]) -> PictureFolder:
        """The same; bytes are scaled batch by batch."""
        return replace(self, scaling=scaling)

    def as_one_hot(self) -> PictureFolder:
        """The same data with one-hot rows as labels."""
        if self.one_hot:
            return self
        rows = np.eye(len(self.class_names), dtype=np.float32)
        return replace(self, y_train=rows[self.y_train], y_test=rows[self.y_test], y_val=rows[self.y_val])

    def batches(self, part: str, batch_size: int, augment: bool = False, balance: str | None = None) -> PictureBatches:
        """The batches of a part: ``"train"`` (in new orders), ``"val"`` or ``"test"``."""
        x, y = getattr(self, f"x_{part}"), getattr(self, f"y_{part}")
        rows = balanced(classes_of(y), balance) if balance in ("over", "under") else None
        return PictureBatches(x, y, batch_size, self.scaling, part == "train", augment, rows)

    def test_inputs(self, batch_size: int) -> PictureBatches:
        """What a model is measured on."""
        return self.batches("test", batch_size)

    def sample(self, count: int = 512) -> LabelledData:
        """Some of the pictures, scaled, for a look at what a model makes of them."""
        train, test = (np.linspace(0, len(y) - 1, min(count, len(y))).astype(int) for y in (self.y_train, self.y_test))
        x_train, x_test = self.scaling(self.x_train[train]), self.scaling(self.x_test[test])
        return LabelledData(self.name, x_train, self.y_train[train], x_test, self.y_test[test], self.class_names)

    def describe(self) -> str:
        """The lines for the terminal."""
        lines = [
            f"{self.name}: {len(self.x_train)} pictures to learn from, {len(self.x_val)} for validation, "
            f"{len(self.x_test)} held out, {len(self.class_names)} classes, inputs {self.input_shape}"
        ]
        width = max(len(name) for name in self.class_names)
        for name, counts in self.notes["balance"].items():
            lines.append(f"  {name:<{width}}  " + "  ".join(f"{part} {count:5d}" for part, count in counts.items()))
        most, least = (f(c["train"] for c in self.notes["balance"].values()) for f in (max, min))
        if most > 1.5 * least:
            lines.append(f"The classes are out of balance, {most}:{least}. Try: --balance weights, over or under")
        same = self.notes["duplicates"]
        if same:
            pairs = "; ".join(f"{a} = {b}" for a, b in same[:3])
            lines.append(f"{len(same)} exact duplicates between what is learnt from and what is held out: {pairs}")
        return "\n".join(lines + self.notes["remarks"])


def load_folder(path: Path, seed: int = 0, options: FolderOptions | None = None) -> PictureFolder:
    """Read a folder of pictures.

    Args:
        path: the folder.
        seed: of the automatic split.
        options: how to read it.

    Raises:
        EmptyDataError: it has no pictures, or a class has none.
        LabelError: it has a single class.
        FileFormatError: files that cannot be read, with ``corrupt="fail"``, or when nothing else is there.
    """
    options = options or FolderOptions()
    found = _parts(path)
    names = list(options.class_names or sorted({name for part in found.values() for name in part}))
    unknown = sorted({name for part in found.values() for name in part} - set(names))
    if unknown:
        raise LabelError(f"Expected the classes {', '.join(names)} in {path}. Received also: {', '.join(unknown[:5])}")
    if len(names) < 2:
        raise LabelError(f"Expected pictures of two classes or more in {path}. Received one: {names[0]}")
    files = {part: [(file, names.index(n)) for n in sorted(f) for file in f[n]] for part, f in found.items()}
    bad: list[str] = []
    digests, modes, sizes = _looked_at([file for part in files.values() for file, _ in part], bad)
    size, channels = _shape(options, sizes, modes)
    arrays: dict[str, tuple[np.ndarray, np.ndarray, list[Path]]] = {}
    for part, entries in files.items():
        arrays[part] = _decoded([entry for entry in entries if entry[0] in digests], size, channels, bad)
    if bad and (options.corrupt == "fail" or not any(len(y) for _, y, _ in arrays.values())):
        raise FileFormatError(f"{len(bad)} pictures cannot be read:\n  " + "\n  ".join(bad))
    remarks = [f"{len(bad)} files cannot be read and are left out:", *(f"  {line}" for line in bad[:_SHOWN])] if bad else []
    if len(bad) > _SHOWN:
        remarks.append(f"  … and {len(bad) - _SHOWN} more")
    chance = np.random.default_rng(seed)
    _split(arrays, digests, options, chance, remarks)
    for part, (_, y, _) in arrays.items():
        empty = [name for number, name in enumerate(names) if not (y == number).any()]
        if part == "train" and empty:
            raise EmptyDataError(f"Expected pictures of each class to learn from. Received none of: {', '.join(empty)}")
        if not len(y) and part != "val":
            raise EmptyDataError(f"Expected pictures in the {part} part of {path}. Received: none")
    balance = {n: {p: int((a[1] == i).sum()) for p, a in arrays.items()} for i, n in enumerate(names)}
    first = {digests[file]: file for file in arrays["train"][2]}
    same = [(str(first[digests[f]]), str(f)) for p in ("val", "test") for f in arrays[p][2] if digests[f] in first]
    return PictureFolder(
        str(path),
        *arrays["train"][:2],
        *arrays["test"][:2],
        names,
        x_val=arrays["val"][0],
        y_val=arrays["val"][1],
        notes={"balance": balance, "duplicates": same, "unreadable": bad, "remarks": remarks},
    )


def balanced(y: np.ndarray, how: str) -> np.ndarray:
    """Rows with as many of each class: those of small classes several times, or some of large ones left out."""
    classes = [np.flatnonzero(y == number) for number in np.unique(y)]
    wanted = (max if how == "over" else min)(len(rows) for rows in classes)
    return np.sort(np.concatenate([np.resize(rows, wanted) for rows in classes]))


def class_weights(y: np.ndarray) -> dict[int, float]:
    """Weights that let each class count the same, 1 on average."""
    counts = Counter(classes_of(y).tolist())
    return {number: len(y) / (len(counts) * count) for number, count in sorted(counts.items())}


def _parts(path: Path) -> dict[str, dict[str, list[Path]]]:
    """Part -> class -> files; a single part ``"all"`` where the folder holds classes."""
    folders = {entry.name.lower(): entry for entry in sorted(path.iterdir()) if entry.is_dir() and entry.name[0] != "."}
    parts = {part: next((folders[name] for name in names if name in folders), None) for part, names in PARTS.items()}
    if parts["train"] is None:
        found = {"all": _classes(path)}
    else:
        found = {part: _classes(folder) for part, folder in parts.items() if folder is not None}
    if not any(files for classes in found.values() for files in classes.values()):
        raise EmptyDataError(
            f"Expected pictures in {path}, a folder for each class: CLASS/… or train/CLASS/…, val/… and test/…. "
            f"Received: {', '.join(sorted(entry.name for entry in path.iterdir())[:5]) or 'an empty folder'}"
        )
    return found


def _classes(folder: Path) -> dict[str, list[Path]]:
    classes = [entry for entry in sorted(folder.iterdir()) if entry.is_dir() and entry.name[0] != "."]
    return {c.name: sorted(f for f in c.rglob("*") if f.suffix.lower() in ENDINGS and f.is_file()) for c in classes}


def _looked_at(files: list[Path], bad: list[str]) -> tuple[dict[Path, str], set[str], set[tuple[int, int]]]:
    """A checksum of each file that is a picture by its header, and the modes and sizes that occur."""
    digests: dict[Path, str] = {}
    modes: set[str] = set()
    sizes: set[tuple[int, int]] = set()
    for file in files:
        try:
            picture = decode.open_picture(file)
        except FileFormatError as error:
            bad.append(str(error))
            continue
        digests[file] = hashlib.sha256(file.read_bytes()).hexdigest()
        modes.add(picture.mode)
        sizes.add((picture.height, picture.width))
    return digests, modes, sizes


def _shape(options: FolderOptions, sizes: set[tuple[int, int]], modes: set[str]) -> tuple[tuple[int, int], int]:
    size = options.image_size
    if size is None:
        own = next(iter(sizes)) if len(sizes) == 1 else (_SIDE, _SIDE)
        size = own if max(own) <= _SMALL_SIDE else (_SIDE, _SIDE)
    return size, options.channels or (1 if modes <= {"1", "L", "I;16", "I;16B", "I"} else 3)


def _decoded(
    entries: list[tuple[Path, int]], size: tuple[int, int], channels: int, bad: list[str]
) -> tuple[np.ndarray, np.ndarray, list[Path]]:
    """Pictures as bytes, in memory or, when they are many, in a file mapped into it."""
    x = _room((len(entries), *size, channels))
    failed: dict[int, str] = {}

    def one(number: int) -> None:
        try:
            put(x[number], _read(entries[number][0], size, channels))
        except FileFormatError as error:
            failed[number] = str(error)

    each(one, range(len(entries)))
    bad += [failed[number] for number in sorted(failed)]
    kept = [number for number in range(len(entries)) if number not in failed]
    for place, number in enumerate(kept) if failed else ():  # close the gaps where they are
        x[place] = x[number]
    return x[: len(kept)], np.array([entries[i][1] for i in kept], np.int64), [entries[i][0] for i in kept]


def _read(file: Path, size: tuple[int, int], channels: int) -> np.ndarray:
    picture = decode.open_picture(file)
    decode.drafted(picture, (2 * size[0], 2 * size[1]))
    picture = decode.in_eight_bits(decode.load(picture, file), file)
    picture = decode.as_mode(picture, "rgb" if channels == 3 else "grayscale", file)
    return decode.as_array(decode.resized(picture, size, "bilinear"))


def _room(shape: tuple[int, ...]) -> np.ndarray:
    if math.prod(shape) <= picture_budget():
        return np.empty(shape, np.uint8)
    return np.memmap(tempfile.TemporaryFile(prefix="wubu-pictures-"), np.uint8, "w+", shape=shape)


def _split(
    arrays: dict[str, tuple[np.ndarray, np.ndarray, list[Path]]],
    digests: dict[Path, str],
    options: FolderOptions,
    chance: np.random.Generator,
    remarks: list[str],
) -> None:
    """Take the parts that have no folder from those that have one."""
    if "all" in arrays:
        whole = arrays.pop("all")
        if options.whole:
            arrays.update(train=whole, val=_rows(whole, np.arange(0)), test=whole)
            return
        arrays["train"] = whole
    if "test" not in arrays:
        arrays["test"], arrays["train"] = _cut(arrays["train"], digests, HELD_OUT, chance)
        remarks.append(f"No test/: {len(arrays['test'][1])} pictures are held out.")
    if not options.validation_split:
        arrays.setdefault("val", _rows(arrays["train"], np.arange(0)))
        return
    own = arrays.get("val")
    if own is None or len(own[1]) < min(_FEW, options.validation_split * len(arrays["train"][1])):
        more, arrays["train"] = _cut(arrays["train"], digests, options.validation_split, chance)
        if own is not None:
            remarks.append(
                f"val/ has only {len(own[1])} pictures, too few to find the best epoch by: {len(more[1])} of train/ join it."
            )
            more = (np.concatenate([own[0], more[0]]), np.concatenate([own[1], more[1]]), own[2] + more[2])
        arrays["val"] = more


def _cut(
    part: tuple[np.ndarray, np.ndarray, list[Path]], digests: dict[Path, str], share: float, chance: np.random.Generator
) -> tuple[tuple[Any, Any, list[Path]], tuple[Any, Any, list[Path]]]:
    """A share of each class, by chance, and the rest; copies of one file stay together."""
    _, y, files = part
    taken: set[str] = set()
    for number in np.unique(y):
        own = list(dict.fromkeys(digests[files[i]] for i in np.flatnonzero(y == number)))
        count = max(1, round(share * len(own))) if len(own) > 1 else 0
        taken.update(own[i] for i in chance.permutation(len(own))[:count])
    away = np.array([digests[file] in taken for file in files], dtype=bool)
    if not away.any() or away.all():
        raise EmptyDataError(f"Expected pictures enough to hold some out. Received: {len(files)}")
    return _rows(part, np.flatnonzero(away)), _rows(part, np.flatnonzero(~away))


def _rows(part: tuple[np.ndarray, np.ndarray, list[Path]], rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[Path]]:
    x, y, files = part
    room = _room((len(rows), *x.shape[1:])) if len(rows) else np.empty((0, *x.shape[1:]), np.uint8)
    for place, row in enumerate(rows):
        room[place] = x[row]
    return room, y[rows], [files[row] for row in rows]


def parse_size(text: str | None) -> tuple[int, int] | None:
    """``"224"`` or ``"224x160"`` (height, width)."""
    if text is None:
        return None
    sides = text.lower().split("x")
    if len(sides) > 2 or not all(side.isdigit() and int(side) > 0 for side in sides):
        raise ArgumentError(f"Expected --image-size as 224 or as 224x160 (height and width). Received: {text!r}")
    return int(sides[0]), int(sides[-1])
