"""The folder that a training run leaves behind.

::

    runs/digits-cnn-1/
        settings.json            how to repeat the run, and how to feed its models
        history.csv              one line an epoch
        curves.png               the same as a picture
        best.keras last.keras    the models of the best and the last epoch
        report.json              held-out accuracy, rates of each class
        report.html              everything on one page that can be mailed, with a diagnosis
        confusion_matrix.png     what was taken for what
        samples.png              pictures with true and predicted labels, mistakes first
        evaluation.html          the same page of the last `wubu evaluate`
        training_state.pt        while it is under way: everything that --resume needs
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from wubu.errors import ArgumentError, FileFormatError, WriteError


class RunFolder:
    """Names of the files of a run.

    Args:
        path: the folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.settings = path / "settings.json"
        self.history = path / "history.csv"
        self.curves = path / "curves.png"
        self.confusion_matrix = path / "confusion_matrix.png"
        self.samples = path / "samples.png"
        self.report = path / "report.json"
        self.page = path / "report.html"
        self.evaluation = path / "evaluation.html"
        self.best = path / "best.keras"
        self.last = path / "last.keras"
        self.state = path / "training_state.pt"

    @property
    def files(self) -> list[Path]:
        """Every file that a run can write."""
        return [value for value in vars(self).values() if value != self.path]

    @classmethod
    def create(cls, out: str | None, name: str, overwrite: bool = False) -> RunFolder:
        """Make the folder of a new run.

        Args:
            out: the folder; None takes the first free ``runs/<name>-<number>``.
            name: what the run is called where ``out`` is None.
            overwrite: whether the files of an earlier run there may be replaced.
        """
        try:
            if out is None:
                return cls(_first_free(Path("runs"), name))
            run = cls(Path(out))
            if run.settings.exists() and not overwrite:
                raise ArgumentError(
                    f"{out} holds an earlier run. Name another folder with --out, or replace that run with --overwrite"
                )
            run.path.mkdir(parents=True, exist_ok=True)
            for file in run.files:  # no file of the earlier run may pass for one of this run
                file.unlink(missing_ok=True)
            return run
        except OSError as error:
            raise WriteError(error.errno, f"Cannot make the run folder {out or 'runs'}: {error.strerror}") from error

    def remove_if_untrained(self) -> None:
        """Take back a folder in which no epoch was finished."""
        if not self.history.exists():
            self.settings.unlink(missing_ok=True)
            try:
                self.path.rmdir()
                self.path.parent.rmdir()
            except OSError:  # something else is in it, so it stays
                pass

    @classmethod
    def open(cls, path: str) -> RunFolder:
        """Find a run by its folder, or by any file in it."""
        folder = Path(path)
        if not folder.exists():
            raise ArgumentError(f"No such run folder: {path}. `wubu train` makes one")
        if folder.is_file():
            folder = folder.parent
        run = cls(folder)
        if not run.settings.is_file():
            raise FileFormatError(f"Expected a run folder, with a settings.json in it. Received: {path}")
        return run

    def write_settings(self, settings: dict[str, Any]) -> None:
        """Write the settings as JSON."""
        write_json(self.settings, settings)

    def read_settings(self) -> dict[str, Any]:
        """Read the settings back."""
        try:
            settings = json.loads(self.settings.read_text(encoding="utf-8"))
        except (ValueError, OSError) as error:
            raise FileFormatError(f"Expected JSON in {self.settings}. It cannot be read: {error}") from error
        missing = {"data", "class_names", "input_shape", "scaling", "seed"} - set(settings)
        if missing:
            raise FileFormatError(
                f"Expected the settings of a run in {self.settings}. Missing: {', '.join(sorted(missing))}"
            )
        return settings

    def load_model(self, which: str = "best") -> Any:
        """Load the model of the best or the last epoch; the last where no best one was kept."""
        from wubu.models import load_model

        file = {"best": self.best, "last": self.last}[which]
        if not file.is_file():
            raise ArgumentError(f"The run in {self.path} has no {file.name}; was its training interrupted?")
        return load_model(file)


def write_json(path: Path, value: Any) -> None:
    """Write a value as readable JSON, atomically."""
    from wubu.core.files import write_text

    write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def _first_free(parent: Path, name: str) -> Path:
    parent.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        path = parent / f"{name}-{number}"
        try:
            path.mkdir()  # also decides between two runs that start at once
            return path
        except FileExistsError:
            number += 1
