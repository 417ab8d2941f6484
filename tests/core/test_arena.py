"""Arenas: parameters in one flat tensor."""

import copy
import gc
import pickle
import weakref

import pytest
import torch

from wubu.core.arena import ALIGNMENT, pack, place_of, runs
from wubu.core.variable import Variable
from wubu.errors import NotBuiltError


def parameters(*shapes, dtype=torch.float32):
    return [Variable(torch.randn(shape, dtype=dtype)) for shape in shapes]


def test_values_identity_and_alignment():
    weights = parameters((3, 5), (7,), (), (2, 2))
    before = [w.detach().clone() for w in weights]
    keys = [id(w) for w in weights]
    pack(weights)
    assert [id(w) for w in weights] == keys
    arena = place_of(weights[0]).arena
    for index, (weight, old) in enumerate(zip(weights, before)):
        assert torch.equal(weight, old)
        assert place_of(weight).arena is arena and place_of(weight).index == index
        assert weight.data_ptr() % ALIGNMENT == 0
        assert weight.requires_grad and weight.is_leaf
    assert arena.flat.numel() == 4 * ALIGNMENT // 4


def test_gaps_are_zero():
    weights = parameters((3,), (5,))
    with torch.no_grad():
        for weight in weights:
            weight.fill_(1)
    pack(weights)
    flat = place_of(weights[0]).arena.flat
    assert flat.sum() == 8 and flat[:3].sum() == 3 and flat[16:21].sum() == 5


def test_memory_order_is_kept():
    kernel = Variable(torch.randn(3, 3, 2, 5))
    kernel.data = kernel.data.permute(3, 0, 1, 2).contiguous().permute(1, 2, 3, 0)
    strides, old = kernel.stride(), kernel.detach().clone()
    pack([kernel])
    assert kernel.stride() == strides and torch.equal(kernel, old)
    assert kernel.permute(3, 2, 0, 1).is_contiguous(memory_format=torch.channels_last)


def test_strided_view_becomes_dense():
    weight = torch.nn.Parameter(torch.arange(12.0).view(3, 4)[:, ::2])
    pack([weight])
    assert weight.tolist() == [[0, 2], [4, 6], [8, 10]] and weight.stride() == (2, 1)


def test_packed_parameters_stay():
    a, b, c = parameters((2,), (3,), (4,))
    pack([a, b])
    place = place_of(a)
    pack([c, a, b])
    assert place_of(a) is place and place_of(c).arena is not place.arena
    pack([b, a])
    assert place_of(b).arena is place.arena


def test_moved_parameters_are_packed_again():
    weights = parameters((2,), (3,))
    pack(weights)
    weights[0].data = torch.ones(2)
    assert place_of(weights[0]) is None and place_of(weights[1]) is not None
    pack(weights)
    assert place_of(weights[0]) is not None and weights[0].tolist() == [1, 1]


def test_one_arena_per_type():
    a, b = parameters((2,)) + parameters((2,), dtype=torch.float64)
    pack([a, b])
    assert place_of(a).arena is not place_of(b).arena
    assert {run.arena.flat.dtype for run in runs([a, b])} == {torch.float32, torch.float64}


def test_runs():
    a, b, c, d = parameters((2,), (3,), (4,), (5,))
    pack([a, b, c, d])
    [whole] = runs([d, b, a, c])
    assert (whole.first, whole.last) == (0, 3) and whole.slice(whole.arena.flat) is whole.arena.flat
    assert [id(t) for t in whole.tensors] == [id(t) for t in (a, b, c, d)]
    first, second = runs([a, c, d])
    assert (first.first, first.last, second.first, second.last) == (0, 0, 2, 3)
    part = second.slice(second.arena.flat)
    assert torch.equal(part[:4], c) and torch.equal(part[16:21], d)


def test_runs_needs_places():
    with pytest.raises(NotBuiltError, match="pack"):
        runs(parameters((2,)))


def test_twice_in_the_list_and_empty():
    [a] = parameters((2,))
    empty = Variable(torch.zeros(0, 3))
    pack([a, a, empty])
    assert place_of(a).index == 0 and place_of(empty) is not None
    assert len(runs([a, empty])) == 1
    pack([])
    assert runs([]) == []


def test_writing_to_either_shows_in_both():
    a, b = parameters((2,), (3,))
    pack([a, b])
    flat = place_of(a).arena.flat
    flat.zero_()
    assert a.tolist() == [0, 0]
    b.assign([1.0, 2.0, 3.0])
    assert flat.sum() == 6


def test_gradients_flow():
    a, b = parameters((2,), (2,))
    pack([a, b])
    (a * b).sum().backward()
    assert torch.equal(a.grad, b.detach())


def test_copies_do_not_carry_the_arena():
    a, b = parameters((2,), (1000,))
    pack([a, b])
    assert len(pickle.dumps(a)) < 2000
    for copied in (copy.deepcopy(a), pickle.loads(pickle.dumps(a))):
        assert torch.equal(copied, a) and place_of(copied) is None
        assert copied.data_ptr() != a.data_ptr()


def test_arena_goes_with_its_parameters():
    weights = parameters((2,), (3,))
    pack(weights)
    arena = weakref.ref(place_of(weights[0]).arena)
    del weights[0]
    gc.collect()
    assert arena() is not None
    del weights
    gc.collect()
    assert arena() is None


def test_module_still_moves_and_loads():
    module = torch.nn.Linear(3, 2)
    pack(module.parameters())
    state = {key: value.clone() * 2 for key, value in module.state_dict().items()}
    module.load_state_dict(state)
    assert all(place_of(p) is not None for p in module.parameters())
    module.double()
    assert all(place_of(p) is None for p in module.parameters())
