"""Where the boxes of a layered drawing go.

K. Sugiyama, S. Tagawa, M. Toda, Methods for visual understanding of hierarchical system structures, IEEE
Trans. SMC 11,
1981: boxes are put into ranks by their longest way from a start, each rank is ordered so that arrows cross
    little, and
boxes are pulled towards their neighbours. An arrow over several ranks goes through helper points in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_SWEEPS = 8
_PULLS = 10


@dataclass(frozen=True)
class Layout:
    """A finished drawing plan; the first axis runs along the ranks, the second across.

    Args:
        centres: (along, across) of each box's centre.
        routes: the points of each arrow, from the edge of a box to the edge of another.
        size: (along, across) of the whole.
    """

    centres: list[tuple[float, float]]
    routes: list[list[tuple[float, float]]]
    size: tuple[float, float]


def layout(
    sizes: Sequence[tuple[float, float]],
    arrows: Sequence[tuple[int, int]],
    gap_along: float,
    gap_across: float,
) -> Layout:
    """Place boxes.

    Args:
        sizes: (along, across) of each box.
        arrows: pairs (from, to) of boxes; they must lead forwards (no cycles).
        gap_along: free space between ranks.
        gap_across: free space between boxes of a rank.
    """
    if not sizes:
        return Layout([], [], (0.0, 0.0))
    ranks = _ranks(len(sizes), arrows)
    rank_of = list(ranks)
    across = [size[1] for size in sizes]
    links: list[tuple[int, int]] = []  # between neighbouring ranks only
    ways: list[list[int]] = []
    for start, end in arrows:
        way = [start]
        for rank in range(ranks[start] + 1, ranks[end]):
            rank_of.append(rank)
            across.append(gap_across / 2)
            way.append(len(rank_of) - 1)
        way.append(end)
        links += zip(way, way[1:])
        ways.append(way)
    rows: list[list[int]] = [[] for _ in range(max(rank_of) + 1)]
    for item, rank in enumerate(rank_of):
        rows[rank].append(item)
    before, after = _neighbours(len(rank_of), links)
    _order(rows, before, after)
    place = _pull(rows, across, before, after, gap_across)
    low = min(place[i] - across[i] / 2 for i in range(len(place)))
    place = [value - low for value in place]
    depth = [max((sizes[i][0] for i in row if i < len(sizes)), default=0.0) for row in rows]
    tops = [sum(depth[:rank]) + gap_along * rank for rank in range(len(rows))]
    along = [tops[rank] + depth[rank] / 2 for rank in rank_of]
    routes = []
    for way in ways:
        start, end = way[0], way[-1]
        points = [(along[start] + sizes[start][0] / 2, place[start])]
        for helper in way[1:-1]:  # straight through the whole rank, so that no box of it is crossed
            rank = rank_of[helper]
            points += [(tops[rank], place[helper]), (tops[rank] + depth[rank], place[helper])]
        points.append((along[end] - sizes[end][0] / 2, place[end]))
        routes.append(points)
    total = (tops[-1] + depth[-1], max(place[i] + across[i] / 2 for i in range(len(place))))
    return Layout([(along[i], place[i]) for i in range(len(sizes))], routes, total)


def _ranks(count: int, arrows: Sequence[tuple[int, int]]) -> list[int]:
    """The longest way to each box, counted in arrows; boxes are numbered so that arrows lead forwards."""
    ranks = [0] * count
    for start, end in sorted(arrows):
        ranks[end] = max(ranks[end], ranks[start] + 1)
    # a start that is used late stands just before its use, not at the top
    used = {end for _, end in arrows}
    for number in range(count):
        followers = [end for start, end in arrows if start == number]
        if number not in used and followers:
            ranks[number] = min(ranks[end] for end in followers) - 1
    return ranks


def _neighbours(count: int, links: Sequence[tuple[int, int]]) -> tuple[list[list[int]], list[list[int]]]:
    before: list[list[int]] = [[] for _ in range(count)]
    after: list[list[int]] = [[] for _ in range(count)]
    for start, end in links:
        after[start].append(end)
        before[end].append(start)
    return before, after


def _order(rows: list[list[int]], before: list[list[int]], after: list[list[int]]) -> None:
    """Sort each rank by the mean place of its neighbours, down and up again, until the arrows cross little."""
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        near = before if down else after
        position = {item: i for row in rows for i, item in enumerate(row)}
        for row in rows if down else reversed(rows):
            old = {item: i for i, item in enumerate(row)}
            row.sort(key=lambda item: _mean([position[n] for n in near[item]], old[item]))
            position.update({item: i for i, item in enumerate(row)})


def _pull(
    rows: list[list[int]], across: list[float], before: list[list[int]], after: list[list[int]], gap: float
) -> list[float]:
    place = [0.0] * len(across)
    for row in rows:
        for item, value in zip(row, _apart(row, [0.0] * len(row), across, gap)):
            place[item] = value
    for turn in range(_PULLS):
        for row in rows if turn % 2 == 0 else reversed(rows):
            wanted = []
            for item in row:
                near = (before if turn % 2 == 0 else after)[item] or before[item] + after[item]
                wanted.append(_mean([place[n] for n in near], place[item]))
            for item, value in zip(row, _apart(row, wanted, across, gap)):
                place[item] = value
    return place


def _apart(row: list[int], wanted: list[float], across: list[float], gap: float) -> list[float]:
    """The places nearest to the wanted ones, in order and without overlap.

    With the widths subtracted the places must only not fall, which the pooling of adjacent violators solves
    exactly.
    """
    offsets = [0.0]
    for left, right in zip(row, row[1:]):
        offsets.append(offsets[-1] + (across[left] + across[right]) / 2 + gap)
    pools: list[tuple[float, int]] = []  # mean, members
    for value in (w - o for w, o in zip(wanted, offsets)):
        pools.append((value, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (a, m), (b, n) = pools[-2:]
            pools[-2:] = [((a * m + b * n) / (m + n), m + n)]
    flat = [mean for mean, members in pools for _ in range(members)]
    return [value + offset for value, offset in zip(flat, offsets)]


def _mean(values: list[float] | list[int], default: float) -> float:
    return sum(values) / len(values) if values else float(default)
