"""A model's drawing in Graphviz's language."""

from __future__ import annotations

from html import escape

from wubu.report.diagram_boxes import check_direction, colour_of, rows_of
from wubu.report.model_graph import Graph


def dot_text(graph: Graph, name: str, rankdir: str = "TB", dpi: int = 200, splines: str = "ortho") -> str:
    """A graph in Graphviz's language."""
    check_direction(rankdir)
    lines = [
        f"digraph {_quoted(name)} {{",
        f'rankdir={rankdir}; dpi={dpi}; splines={splines}; node [shape=plain fontname="Helvetica" fontsize=11];',
    ]
    open_groups: tuple[str, ...] = ()
    for number, box in enumerate(graph.boxes):
        shared = 0
        while shared < min(len(open_groups), len(box.groups)) and open_groups[shared] == box.groups[shared]:
            shared += 1
        lines += ["}"] * (len(open_groups) - shared)
        for group in box.groups[shared:]:
            lines.append(
                f'subgraph "cluster_{number}_{_plain(group)}" {{ label={_quoted(group)}; style=dashed;'
            )
        open_groups = box.groups
        rows = "".join(f"<tr><td>{escape(row)}</td></tr>" for row in rows_of(box))
        head = f'<tr><td bgcolor="{colour_of(box)}"><font color="white"><b>{escape(box.kind)}</b></font></td></tr>'
        table = f'<table border="0" cellborder="1" cellspacing="0" cellpadding="4">{head}{rows}</table>'
        lines.append(f"n{number} [label=<{table}>];")
    lines += ["}"] * len(open_groups)
    style = "" if graph.certain else " [style=dashed arrowhead=none]"
    lines += [f"n{start} -> n{end}{style};" for start, end in graph.arrows]
    return "\n".join([*lines, "}", ""])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _plain(text: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in text)
