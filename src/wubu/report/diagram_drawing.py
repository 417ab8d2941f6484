"""Drawing a model's boxes and arrows by ourselves, as SVG text or as pixels."""

from __future__ import annotations

from html import escape
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from wubu.core.text_width import width as text_width
from wubu.report.diagram_boxes import check_direction, colour_of, rows_of
from wubu.report.graph_layout import Layout, layout
from wubu.report.model_graph import Box, Graph

_CHAR, _LINE, _HEAD, _PAD = 7.0, 16, 22, 9  # pixels: a letter, a line of text, a box's head, its margins
_GAP_ALONG, _GAP_ACROSS = 30.0, 24.0
_MARGIN = 14


def svg_text(graph: Graph, rankdir: str = "TB") -> str:
    """A graph as an ``<svg>`` element, laid out by ourselves."""
    plan, flip = _plan(graph, rankdir)
    wide, high = plan.size if flip else plan.size[::-1]
    wide, high = wide + 2 * _MARGIN, high + 2 * _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}" width="{wide:.0f}" '
        f'height="{high:.0f}" font-family="Helvetica, Arial, sans-serif" font-size="12">',
        f'<rect width="{wide:.0f}" height="{high:.0f}" fill="#fff"/>',
    ]
    for title, (x0, y0, x1, y1) in _frames(graph, plan, flip):
        parts.append(
            f'<rect x="{x0:.1f}" y="{y0:.1f}" width="{x1 - x0:.1f}" height="{y1 - y0:.1f}" rx="6" fill="#f3f5f8" '
            f'stroke="#9aa3ad" stroke-dasharray="4 3"/><text x="{x0 + 6:.1f}" y="{y0 + 11:.1f}" font-size="10" '
            f'fill="#5b6470">{escape(title)}</text>'
        )
    dashes = "" if graph.certain else ' stroke-dasharray="4 3"'
    for route in plan.routes:
        points = [_turned(point, flip) for point in route]
        parts.append(
            f'<path d="{_curve(points, flip)}" fill="none" stroke="#5b6470" stroke-width="1.3"{dashes}/>'
        )
        if graph.certain:
            corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in _head(points[-1], flip))
            parts.append(f'<polygon points="{corners}" fill="#5b6470"/>')
    for box, centre in zip(graph.boxes, plan.centres):
        x, y = _turned(centre, flip)
        w, h = _size(box)
        left, top = x - w / 2, y - h / 2
        rows = rows_of(box)
        parts.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{w:.1f}" height="{h}" rx="4" fill="#fff" stroke="#9aa3ad"/>'
            f'<path d="M{left:.1f} {top + _HEAD:.1f}v-{_HEAD - 4}q0 -4 4 -4h{w - 8:.1f}q4 0 4 4v{_HEAD - 4}z" '
            f'fill="{colour_of(box)}"/>'
            f'<text x="{x:.1f}" y="{top + 15:.1f}" text-anchor="middle" fill="#fff" font-weight="bold">'
            f"{escape(box.kind)}</text>"
        )
        for number, row in enumerate(rows):
            below = top + _HEAD + 14 + _LINE * number
            parts.append(
                f'<text x="{x:.1f}" y="{below:.1f}" text-anchor="middle" fill="#222">{escape(row)}</text>'
            )
    return "".join(parts) + "</svg>\n"


def draw_raster(graph: Graph, rankdir: str, scale: float) -> Image.Image:
    """A graph as a picture of pixels.

    Args:
        graph: what to draw.
        rankdir: ``"TB"`` or ``"LR"``.
        scale: pixels for a pixel of the SVG.
    """

    plan, flip = _plan(graph, rankdir)
    wide, high = plan.size if flip else plan.size[::-1]
    largest = 16000  # more pixels a side than most viewers take
    scale = min(scale, largest / (max(wide, high) + 2 * _MARGIN))
    picture = Image.new(
        "RGB", (round((wide + 2 * _MARGIN) * scale), round((high + 2 * _MARGIN) * scale)), "white"
    )
    pen = ImageDraw.Draw(picture)
    texts = [text for box in graph.boxes for text in (box.kind, *box.groups, *rows_of(box))]
    font, small = _font("".join(texts), 12 * scale), _font("".join(texts), 10 * scale)

    def scaled(*values: float) -> list[float]:
        return [value * scale for value in values]

    def write(x: float, y: float, text: str, colour: str, kind: Any, anchor: str = "mm") -> None:
        pen.text((x * scale, y * scale), text.replace("×", "x"), colour, kind, anchor=anchor)

    for title, (x0, y0, x1, y1) in _frames(graph, plan, flip):
        pen.rounded_rectangle(scaled(x0, y0, x1, y1), 6 * scale, "#f3f5f8", "#9aa3ad")
        write(x0 + 6, y0 + 3, title, "#5b6470", small, "la")
    for route in plan.routes:
        points = [_turned(point, flip) for point in route]
        line = [tuple(scaled(*point)) for point in _sampled(points, flip)]
        pen.line(line, "#5b6470" if graph.certain else "#b9c0c8", max(1, round(1.3 * scale)), joint="curve")
        if graph.certain:
            pen.polygon([tuple(scaled(*corner)) for corner in _head(points[-1], flip)], "#5b6470")
    for box, centre in zip(graph.boxes, plan.centres):
        x, y = _turned(centre, flip)
        w, h = _size(box)
        left, top = x - w / 2, y - h / 2
        pen.rounded_rectangle(scaled(left, top, left + w, top + h), 4 * scale, "white", "#9aa3ad")
        pen.rounded_rectangle(
            scaled(left, top, left + w, top + _HEAD),
            4 * scale,
            colour_of(box),
            corners=(True, True, False, False),
        )
        write(x, top + _HEAD / 2, box.kind, "white", font)
        for number, row in enumerate(rows_of(box)):
            write(x, top + _HEAD + 10 + _LINE * number, row, "#222222", font)
    return picture


def _font(text: str, size: float) -> Any:
    """A font of the system that has the text's signs, else the plain one that Pillow brings."""
    names = ["DejaVuSans.ttf", "Arial.ttf", "Helvetica.ttc"]
    if any(ord(sign) > 0x2E80 for sign in text):  # Chinese, Japanese or Korean
        names = ["NotoSansCJK-Regular.ttc", "PingFang.ttc", "msyh.ttc", "simhei.ttf", *names]
    for name in names:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


def _plan(graph: Graph, rankdir: str) -> tuple[Layout, bool]:
    """The layout, and whether ranks run from left to right."""
    flip = check_direction(rankdir) == "LR"
    sizes = [_size(box) for box in graph.boxes]
    ordered = [(w, h) if flip else (h, w) for w, h in sizes]
    return layout(ordered, graph.arrows, _GAP_ALONG + (16 if flip else 0), _GAP_ACROSS), flip


def _turned(point: tuple[float, float], flip: bool) -> tuple[float, float]:
    along, across = point
    return (along + _MARGIN, across + _MARGIN) if flip else (across + _MARGIN, along + _MARGIN)


def _size(box: Box) -> tuple[float, int]:
    rows = rows_of(box)
    widest = max([text_width(box.kind) * 1.1, *(text_width(row) for row in rows)])
    return max(70.0, widest * _CHAR + 2 * _PAD), _HEAD + (_LINE * len(rows) + 6 if rows else 0)


def _frames(graph: Graph, plan: Layout, flip: bool) -> list[tuple[str, tuple[float, float, float, float]]]:
    """Frames around nested models, the outer ones first."""
    edges: dict[tuple[str, ...], list[float]] = {}
    for box, centre in zip(graph.boxes, plan.centres):
        x, y = _turned(centre, flip)
        w, h = _size(box)
        for depth in range(1, len(box.groups) + 1):
            room = 7 + 3 * (3 - min(depth, 3))
            new = [x - w / 2 - room, y - h / 2 - room - 6, x + w / 2 + room, y + h / 2 + room]
            old = edges.setdefault(box.groups[:depth], new)
            old[:] = [min(old[0], new[0]), min(old[1], new[1]), max(old[2], new[2]), max(old[3], new[3])]
    ordered = sorted(edges.items(), key=lambda item: len(item[0]))
    return [(groups[-1], (e[0], e[1], e[2], e[3])) for groups, e in ordered]


def _curve(points: list[tuple[float, float]], flip: bool) -> str:
    """A smooth line: between two points it leaves and arrives along the ranks."""
    text = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        if flip:
            middle = (x0 + x1) / 2
            text += f"C{middle:.1f} {y0:.1f} {middle:.1f} {y1:.1f} {x1:.1f} {y1:.1f}"
        else:
            middle = (y0 + y1) / 2
            text += f"C{x0:.1f} {middle:.1f} {x1:.1f} {middle:.1f} {x1:.1f} {y1:.1f}"
    return text


def _sampled(points: list[tuple[float, float]], flip: bool, steps: int = 12) -> list[tuple[float, float]]:
    """Points on that smooth line, for a pen that draws only straight ones."""
    found = [points[0]]
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        for step in range(1, steps + 1):
            t = step / steps
            ease = t * t * (3 - 2 * t)
            along = t * t * t + 3 * t * (1 - t) * 0.5  # the curve's own parameter along the ranks
            if flip:
                found.append((x0 + (x1 - x0) * along, y0 + (y1 - y0) * ease))
            else:
                found.append((x0 + (x1 - x0) * ease, y0 + (y1 - y0) * along))
    return found


def _head(end: tuple[float, float], flip: bool) -> list[tuple[float, float]]:
    x, y = end
    return [(x, y), (x - 8, y - 4), (x - 8, y + 4)] if flip else [(x, y), (x - 4, y - 8), (x + 4, y - 8)]
