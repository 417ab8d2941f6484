"""Devices of one machine, by Keras's names."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import wubu
from wubu import distribution
from wubu.errors import ArgumentError


def test_devices_are_listed():
    assert distribution.list_devices("cpu") == ["cpu:0"]
    assert distribution.get_device_count("gpu") == torch.cuda.device_count()
    assert distribution.list_devices("tpu") == []
    with pytest.raises(ArgumentError, match="device_type"):
        distribution.list_devices("npu")


def test_one_device_trains_as_ever(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    spread = distribution.DataParallel(devices=["cpu:0"])
    assert spread.device_mesh.shape == (1,) and distribution.distribution() is None
    with spread.scope():
        assert distribution.distribution() is spread
        model = wubu.Sequential([wubu.layers.Dense(1)])
        model.compile("sgd", "mse")
        x = np.random.default_rng(0).normal(size=(32, 3)).astype("float32")
        losses = model.fit(x, x[:, :1], epochs=5, verbose=0).history["loss"]
    assert losses[-1] < losses[0] and distribution.distribution() is None


def test_more_devices_than_processes_are_refused(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "1")
    with pytest.raises(ArgumentError, match="torchrun --nproc_per_node=2"):
        distribution.DataParallel(devices=["cpu:0", "cpu:1"])
    with pytest.raises(ArgumentError, match="name for each axis"):
        distribution.DeviceMesh((1, 1), ["batch"])
    with pytest.raises(ArgumentError, match="DataParallel"):
        distribution.set_distribution("all")


def test_processes_are_told_of_each_other(monkeypatch):
    for name in ("MASTER_ADDR", "MASTER_PORT", "WORLD_SIZE", "RANK"):
        monkeypatch.setenv(name, "")
    distribution.initialize("10.0.0.1:1234", 2, 1)
    import os

    assert [os.environ[n] for n in ("MASTER_ADDR", "MASTER_PORT", "WORLD_SIZE", "RANK")] == [
        "10.0.0.1",
        "1234",
        "2",
        "1",
    ]
