"""Making matplotlib figures without a display, saving them, showing them in a notebook.

The object interface is used throughout: pyplot would keep figures alive and look for a display.
"""

from __future__ import annotations

import io
import logging
import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
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
    "Noto Sans CJK JP",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "STHeiti",
    "Microsoft YaHei",
    "SimHei",
    "SimSun",
    "Arial Unicode MS",
)
# How their files are called, small letters alone.
_CJK_FILES = re.compile(r"cjk|notosanssc|sourcehan|wqy|droidsansfallback|pingfang|hiragino|heiti|msyh|simhei|simsun|arialuni")


@lru_cache(maxsize=1)
def _cjk_fonts() -> tuple[str, ...]:
    """The best font of this machine that has Chinese signs, if there is one."""
    from matplotlib import font_manager

    known = font_manager.fontManager
    if not any(font.name in _CJK_FONTS for font in known.ttflist):
        # matplotlib keeps a list of fonts; one that was installed after the list was made is not in it
        for path in font_manager.findSystemFonts():
            if _CJK_FILES.search(re.sub(r"[^a-z]", "", Path(path).name.lower())):
                with suppress(RuntimeError, OSError):  # a damaged file, or a format that is not drawn from
                    known.addfont(path)
    installed = {font.name for font in known.ttflist}
    return tuple(name for name in _CJK_FONTS if name in installed)[:1]


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
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingDependencyError("matplotlib", "report", purpose) from error
    style: Any = {
        "font.family": ["DejaVu Sans", *_cjk_fonts()],
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
    """One warning for all signs that no installed font has, rather than one for each."""
    about_fonts = logging.getLogger("matplotlib.font_manager")
    level = about_fonts.level
    about_fonts.setLevel(logging.ERROR)  # a font that comes in one weight only is good enough
    try:
        yield from _gathering()
    finally:
        about_fonts.setLevel(level)


def _gathering() -> Iterator[None]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    signs = []
    for warning in caught:
        found = re.match(r"Glyph (\d+) .*missing from", str(warning.message))
        if found is None:
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
        else:
            signs.append(chr(int(found[1])))
    if signs:
        some = "".join(dict.fromkeys(signs))[:12]
        warnings.warn(
            f"No installed font has the signs {some}: the picture shows boxes in their place. Try: installing one of "
            "Noto Sans CJK (apt install fonts-noto-cjk), WenQuanYi, Source Han Sans",
            stacklevel=5,
        )
