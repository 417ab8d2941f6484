"""What a notebook's cell leaves behind: text, values, figures, an error; in the notebook's format."""

from __future__ import annotations

import base64
import sys
import traceback
from pathlib import Path
from typing import Any

import click


class Outputs:
    """The outputs of the cell under way.

    Args:
        stem: the path that figures are named after, without an ending.
    """

    def __init__(self, stem: Path) -> None:
        self.stem = stem
        self.figures = 0
        # As they are before a cell's printing is captured, since a value is no printed text.
        self._terminal, self._errors = sys.stdout, sys.stderr
        self._found: list[dict[str, Any]] = []
        self._number = 0

    def start(self, number: int) -> None:
        """Begin a cell."""
        self._found, self._number = [], number

    def finish(self) -> list[dict[str, Any]]:
        """The outputs of the cell."""
        return self._found

    def stream(self, name: str, text: str) -> None:
        """Take printed text."""
        last = self._found[-1] if self._found else None
        if last is not None and last["output_type"] == "stream" and last["name"] == name:
            last["text"] += text
        else:
            self._found.append({"output_type": "stream", "name": name, "text": text})

    def display(self, *values: Any, **kwargs: Any) -> None:
        """What ``display(…)`` does in a notebook: show values."""
        for value in values:
            data = _data_of(value)
            self._show(data["text/plain"])
            self._found.append({"output_type": "display_data", "data": data, "metadata": {}})

    def result(self, value: Any) -> None:
        """Take the value of a cell's last line."""
        data = _data_of(value)
        self._show(data["text/plain"])
        self._found.append(
            {"output_type": "execute_result", "execution_count": self._number, "data": data, "metadata": {}}
        )

    def error(self, error: BaseException, text: str) -> None:
        """Take what a cell failed with."""
        self._found.append(
            {
                "output_type": "error",
                "ename": type(error).__name__,
                "evalue": "".join(traceback.format_exception_only(error)).strip().partition(": ")[2],
                "traceback": text.splitlines(),
            }
        )

    def _show(self, text: str) -> None:
        print(text, file=self._terminal, flush=True)

    def complain(self, text: str) -> None:
        """Tell of a failure on the terminal alone; ``error`` puts it into the outputs."""
        self._terminal.flush()
        self._errors.write(text)

    def take_figures(self) -> None:
        """Save the figures that Matplotlib has open, and close them."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is None:
            return
        for number in pyplot.get_fignums():
            figure = pyplot.figure(number)
            self.figures += 1
            path = self.stem.with_name(f"{self.stem.name}-figure-{self.figures}.png")
            try:
                figure.savefig(path, bbox_inches="tight")
                image = base64.b64encode(path.read_bytes()).decode("ascii")
            except OSError as error:
                click.echo(f"wubu: cell {self._number}: figure not saved: {error}", err=True)
                continue
            data = {"image/png": image, "text/plain": f"<figure: {path.name}>"}
            self._found.append({"output_type": "display_data", "data": data, "metadata": {}})
        pyplot.close("all")


def _data_of(value: Any) -> dict[str, str]:
    """A value in the forms that it can show itself in."""
    data = {"text/plain": repr(value)}
    for kind, method in (("text/html", "_repr_html_"), ("image/svg+xml", "_repr_svg_"), ("image/png", "_repr_png_")):
        show = getattr(value, method, None)
        if isinstance(value, type) or not callable(show):
            continue
        made = show()
        if isinstance(made, bytes):
            made = base64.b64encode(made).decode("ascii")
        if isinstance(made, str):
            data[kind] = made
    return data
