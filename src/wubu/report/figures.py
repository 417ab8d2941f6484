"""Making matplotlib figures without a display, saving them, showing them in a notebook.

The object interface is used throughout: pyplot would keep figures alive and look for a display.
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wubu.core.files import atomic_path
from wubu.errors import ArgumentError, MissingDependencyError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Colours that remain apart for colour-blind readers (Okabe and Ito, 2008).
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#999999", "#000000")
GOOD, BAD = "#00704a", "#b3261e"
DPI = 120
# Fonts with Chinese, Japanese and Korean signs, of Linux, macOS and Windows.
_CJK_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "SimHei",
    "Arial Unicode MS",
)


@contextmanager
def drawing(width: float, height: float, purpose: str = "a picture") -> Iterator[Figure]:
    """Give an empty figure, in a style of its own whatever the user's matplotlib settings are.

    Args:
        width: in inches, of 120 pixels.
        height: in inches.
        purpose: what is drawn, for the message when matplotlib is missing.

    Raises:
        MissingDependencyError: matplotlib is not installed.
    """
    try:
        import matplotlib
        from matplotlib import font_manager
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingDependencyError("matplotlib", "report", purpose) from error
    installed = {font.name for font in font_manager.fontManager.ttflist}
    style: Any = {
        "font.family": ["DejaVu Sans", *(name for name in _CJK_FONTS if name in installed)],
        "font.size": 9,
        "axes.titlesize": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.unicode_minus": False,
        "legend.frameon": False,
        "lines.linewidth": 1.6,
    }
    # asking for the backend's setting would load pyplot
    defaults: Any = {
        key: value for key, value in matplotlib.rcParamsDefault.items() if not key.startswith("backend")
    }
    with matplotlib.rc_context({**defaults, **style}):
        yield Figure(figsize=(width, height), dpi=DPI, layout="constrained", facecolor="white")


def save(figure: Figure, path: str | os.PathLike[str] | None) -> Figure:
    """Write a figure to a file, atomically, in the format of its extension (PNG without one), and return it.

    Args:
        figure: the figure.
        path: where to; None writes nothing.

    Raises:
        ArgumentError: the extension is no format that matplotlib writes.
    """
    if path is None:
        return figure
    kind = Path(path).suffix.lstrip(".").lower() or "png"
    known = figure.canvas.get_supported_filetypes()
    if kind not in known:
        raise ArgumentError(f"Expected a picture format among {', '.join(sorted(known))}. Received: {path}")
    with atomic_path(path) as temporary, _quiet():
        figure.savefig(temporary, format=kind, dpi=DPI)
    return figure


def as_png(figure: Figure) -> bytes:
    """A figure as the bytes of a PNG file."""
    stream = io.BytesIO()
    with _quiet():
        figure.savefig(stream, format="png", dpi=DPI)
    return stream.getvalue()


def show(figure: Figure) -> Any:
    """Show a figure: in a notebook below the cell, elsewhere in the system's picture viewer."""
    data = as_png(figure)
    try:
        from IPython import get_ipython
        from IPython.display import Image, display
    except ImportError:
        get_ipython = None
    if get_ipython is not None and get_ipython() is not None:
        return display(Image(data=data, width=figure.get_figwidth() * DPI / 1.5))
    from PIL import Image as Picture

    Picture.open(io.BytesIO(data)).show()
    return None


@contextmanager
def _quiet() -> Iterator[None]:
    """No warning for each sign that no installed font has: the picture shows boxes there, which says it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from")
        yield
