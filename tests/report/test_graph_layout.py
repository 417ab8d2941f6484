import random

import pytest

from wubu.report.graph_layout import layout


def random_graph(seed):
    rng = random.Random(seed)
    count = rng.randint(1, 25)
    sizes = [(rng.uniform(20, 60), rng.uniform(40, 150)) for _ in range(count)]
    arrows = {(a, b) for b in range(1, count) for a in rng.sample(range(b), min(b, rng.randint(0, 3)))}
    return sizes, sorted(arrows)


@pytest.mark.parametrize("seed", range(60))
def test_boxes_do_not_overlap_and_arrows_lead_on(seed):
    sizes, arrows = random_graph(seed)
    plan = layout(sizes, arrows, 30, 24)
    for i, (a, b) in enumerate(plan.centres):
        assert sizes[i][0] / 2 - 1e-6 <= a <= plan.size[0] - sizes[i][0] / 2 + 1e-6
        assert sizes[i][1] / 2 - 1e-6 <= b <= plan.size[1] - sizes[i][1] / 2 + 1e-6
        for j in range(i):
            apart_along = abs(a - plan.centres[j][0]) - (sizes[i][0] + sizes[j][0]) / 2
            apart_across = abs(b - plan.centres[j][1]) - (sizes[i][1] + sizes[j][1]) / 2
            assert max(apart_along, apart_across) > -1e-6
    for (start, end), route in zip(arrows, plan.routes):
        assert route[0][0] == pytest.approx(plan.centres[start][0] + sizes[start][0] / 2)
        assert route[-1][0] == pytest.approx(plan.centres[end][0] - sizes[end][0] / 2)
        assert all(p[0] <= q[0] + 1e-6 for p, q in zip(route, route[1:]))


def test_routes_do_not_cross_boxes():
    for seed in range(60):
        sizes, arrows = random_graph(seed)
        plan = layout(sizes, arrows, 30, 24)
        for route in plan.routes:
            for (a0, b0), (a1, b1) in zip(route[1:-1:2], route[2:-1:2]):  # the parts beside boxes
                assert b0 == b1
                for (a, b), (along, across) in zip(plan.centres, sizes):
                    beside = a + along / 2 <= a0 + 1e-6 or a - along / 2 >= a1 - 1e-6
                    assert beside or abs(b - b0) >= across / 2 - 1e-6


def test_a_chain_is_straight_and_nothing_is_nothing():
    plan = layout([(20, 50)] * 4, [(0, 1), (1, 2), (2, 3)], 10, 10)
    assert {b for _, b in plan.centres} == {25} and plan.size == (110, 50)
    assert layout([], [], 1, 1).size == (0, 0)


def test_a_late_input_stands_near_its_use():
    plan = layout([(10, 10)] * 5, [(0, 1), (1, 2), (2, 4), (3, 4)], 10, 10)
    assert plan.centres[3][0] == plan.centres[2][0]
