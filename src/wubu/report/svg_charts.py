"""Line and point charts as SVG text, without a plotting library, for pages that stand alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from wubu.core.text_width import cut
from wubu.core.text_width import width as text_width

_COLOURS = 8  # classes c0..c7, which the page's style sheet gives their colours
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 42, 40
_BESIDE = 176  # pixels for a legend
_LETTER = 6.4  # pixels, of one of average width


@dataclass(frozen=True)
class Line:
    """One line of a chart.

    Args:
        label: for the legend; empty for none.
        x: values.
        y: values; a value that is not finite interrupts the line.
        colour: 0..7, or -1 for a thin dotted helper line.
        points: draw points rather than a line.
        steps: go to the next value in a right angle.
    """

    label: str
    x: Sequence[float]
    y: Sequence[float]
    colour: int = 0
    points: bool = False
    steps: bool = False


def chart(
    title: str,
    lines: Sequence[Line],
    x_label: str,
    y_label: str = "",
    *,
    width: int = 366,
    height: int = 264,
    x_range: tuple[float, float] | None = None,
    y_range: tuple[float, float] | None = None,
    logarithmic: bool = False,
    legend: str = "above",
) -> str:
    """Draw lines into one chart with axes, ticks and a legend.

    Args:
        title: above the chart.
        lines: what to draw, in order.
        x_label: below the axis.
        y_label: beside the axis.
        width: in pixels at full size; the picture scales.
        height: in pixels.
        x_range: ends of the axis; default those of the values.
        y_range: the same; ignored on a logarithmic axis.
        logarithmic: a logarithmic upright axis; values that are not positive are left out.
        legend: ``"above"`` the lines in one row, or ``"beside"`` them in a column.

    Returns:
        An ``<svg>`` element.
    """
    beside = _BESIDE if legend == "beside" else 0
    drawn = [line if not logarithmic else _log(line) for line in lines]
    xs = [v for line in drawn for v in line.x if math.isfinite(v)]
    ys = [v for line in drawn for v in line.y if math.isfinite(v)]
    x0, x1 = x_range or _span(xs, 0.0)
    y0, y1 = _span(ys, 0.06) if logarithmic or y_range is None else y_range
    plot_w, plot_h = width - _LEFT - _RIGHT, height - _TOP - _BOTTOM

    def at(x: float, y: float) -> tuple[float, float]:
        return _LEFT + (x - x0) / (x1 - x0) * plot_w, _TOP + plot_h - (y - y0) / (y1 - y0) * plot_h

    parts = [
        f'<svg class="chart" viewBox="0 0 {width + beside} {height}" width="{width + beside}" role="img" '
        f'aria-label="{escape(title)}" xmlns="http://www.w3.org/2000/svg">',
        f'<text class="title" x="{_LEFT + plot_w / 2:.0f}" y="15">{escape(title)}</text>',
    ]
    for value in ticks(x0, x1, whole=x_label == "epoch"):
        x, y = at(value, y0)
        parts.append(f'<path class="grid" d="M{x:.1f} {_TOP}V{y:.1f}"/>')
        parts.append(f'<text class="tick" x="{x:.1f}" y="{y + 14:.1f}">{_short(value)}</text>')
    for value in _powers(y0, y1) if logarithmic else ticks(y0, y1):
        x, y = at(x0, value)
        shown = _short(10**value if logarithmic else value)
        parts.append(f'<path class="grid" d="M{x:.1f} {y:.1f}H{_LEFT + plot_w}"/>')
        parts.append(f'<text class="tick side" x="{x - 6:.1f}" y="{y + 3.5:.1f}">{shown}</text>')
    parts.append(f'<path class="axis" d="M{_LEFT} {_TOP}V{_TOP + plot_h}H{_LEFT + plot_w}"/>')
    parts.append(
        f'<text class="label" x="{_LEFT + plot_w / 2:.0f}" y="{height - 6}">{escape(x_label)}</text>'
    )
    if y_label:
        middle = _TOP + plot_h / 2
        parts.append(
            f'<text class="label" transform="translate(11 {middle:.0f}) rotate(-90)">{escape(y_label)}</text>'
        )
    parts += [_shape(line, at) for line in drawn]
    parts += _legend([line for line in drawn if line.label], width, legend)
    return "".join(parts) + "</svg>"


def ticks(low: float, high: float, count: int = 6, whole: bool = False) -> list[float]:
    """Round numbers between two values, about ``count`` of them, 1, 2 or 5 times a power of ten apart.

    Example::

        ticks(0, 1)   # [0, 0.2, 0.4, 0.6, 0.8, 1]
    """
    raw = (high - low) / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * f for f in (1, 2, 5, 10) if power * f >= raw * 0.999)
    if whole:
        step = max(1.0, round(step))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]


def _span(values: Sequence[float], margin: float) -> tuple[float, float]:
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if high - low < 1e-12 * max(1.0, abs(low)):
        low, high = low - 0.5, high + 0.5
    return low - margin * (high - low), high + margin * (high - low)


def _log(line: Line) -> Line:
    y = [math.log10(v) if math.isfinite(v) and v > 0 else math.nan for v in line.y]
    return Line(line.label, line.x, y, line.colour, line.points, line.steps)


def _powers(low: float, high: float) -> list[float]:
    found = [float(p) for p in range(math.ceil(low), math.floor(high) + 1)]
    if len(found) > 8:
        found = found[:: math.ceil(len(found) / 8)]
    return found if len(found) > 1 else ticks(low, high, 4)


def _shape(line: Line, at) -> str:
    style = "helper" if line.colour < 0 else f"c{line.colour % _COLOURS}"
    pairs = [at(x, y) if math.isfinite(x) and math.isfinite(y) else None for x, y in zip(line.x, line.y)]
    if line.points:
        dots = "".join(f'<circle cx="{p[0]:.1f}" cy="{p[1]:.1f}" r="1.6"/>' for p in pairs if p)
        return f'<g class="points {style}">{dots}</g>'
    commands = []
    pen_down = False
    for pair in pairs:
        if pair is None:
            pen_down = False
        elif pen_down and line.steps:
            commands.append(f"H{pair[0]:.1f}V{pair[1]:.1f}")
        else:
            commands.append(f"{'L' if pen_down else 'M'}{pair[0]:.1f} {pair[1]:.1f}")
            pen_down = True
    alone = [p for i, p in enumerate(pairs) if p and not any(pairs[max(0, i - 1) : i] + pairs[i + 1 : i + 2])]
    dots = "".join(f'<circle cx="{p[0]:.1f}" cy="{p[1]:.1f}" r="2.5"/>' for p in alone if p)
    return f'<g class="{style}"><path class="line" d="{"".join(commands)}"/>{dots}</g>'


def _legend(lines: Sequence[Line], width: int, place: str) -> list[str]:
    parts = []
    x, y = (width + 4, _TOP + 8) if place == "beside" else (_LEFT + 8, _TOP - 8)
    for line in lines:
        style = "helper" if line.colour < 0 else f"c{line.colour % _COLOURS}"
        parts.append(f'<g class="{style}"><path class="line" d="M{x} {y - 3}h16"/></g>')
        label = cut(line.label, int((_BESIDE - 24) / _LETTER)) if place == "beside" else line.label
        parts.append(f'<text class="legend" x="{x + 20}" y="{y}">{escape(label)}</text>')
        if place == "beside":
            y += 15
        else:
            x += 32 + int(_LETTER * text_width(label))
    return parts


def _short(value: float) -> str:
    if value and not 1e-3 <= abs(value) < 1e5:
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa.removesuffix('.0')}e{int(exponent)}"
    return f"{value:.6g}"
