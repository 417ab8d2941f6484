"""safetensors and torch's files, against the packages that define them; and models of plain torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import wubu
from wubu.errors import FileFormatError
from wubu.saving import safetensors_file, torch_state

layers = wubu.layers


def model() -> Any:
    return wubu.Sequential(
        [
            wubu.Input((8, 8, 3)),
            layers.Conv2D(4, 3, name="conv"),
            layers.BatchNormalization(epsilon=1e-5, name="norm"),
            layers.Activation("relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2, name="out"),
        ]
    )


def test_the_package_reads_our_safetensors_and_we_read_its(tmp_path: Path) -> None:
    package = pytest.importorskip("safetensors.torch")
    ours = model()
    ours.save_weights(tmp_path / "ours.safetensors")
    found = package.load_file(tmp_path / "ours.safetensors")
    assert found.keys() == ours.state_dict().keys()
    for name, tensor in ours.state_dict().items():
        assert torch.equal(found[name], tensor.detach())
    kinds = (torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int8, torch.uint8, torch.bool)
    tensors = {str(d).removeprefix("torch."): (torch.arange(6) % 2).to(d).reshape(2, 3) for d in kinds}
    tensors["empty"], tensors["number"] = torch.zeros(0, 3), torch.tensor(3.5)
    package.save_file(tensors, tmp_path / "theirs.safetensors", {"k": "v"})
    read, metadata = safetensors_file.read(tmp_path / "theirs.safetensors")
    assert metadata == {"k": "v"} and read.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert read[name].dtype is tensor.dtype and torch.equal(read[name], tensor)
    safetensors_file.write(tmp_path / "again.safetensors", tensors)
    again = package.load_file(tmp_path / "again.safetensors")
    assert all(torch.equal(again[name], tensor) for name, tensor in tensors.items())


class Plain(torch.nn.Module):
    """The same network in plain torch."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = torch.nn.Conv2d(3, 4, 3)
        self.bn = torch.nn.BatchNorm2d(4)
        self.fc = torch.nn.Linear(4, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc(torch.relu(self.bn(self.conv(x))).mean((2, 3)))


@pytest.mark.parametrize("wrapped", (False, True))
def test_weights_of_a_plain_torch_model(tmp_path: Path, wrapped: bool) -> None:
    plain = Plain()
    plain.train()
    plain(torch.randn(4, 3, 8, 8))  # statistics that matter
    plain.eval()
    state = plain.state_dict()
    torch.save({"epoch": 3, "model_state_dict": state} if wrapped else state, tmp_path / "plain.pt")
    ours = model()
    ours.load_weights(tmp_path / "plain.pt")
    x = torch.randn(5, 3, 8, 8)
    expected = plain(x).detach().numpy()
    np.testing.assert_allclose(ours.predict(x.permute(0, 2, 3, 1), verbose=0), expected, rtol=1e-4, atol=1e-5)


def test_what_does_not_fit_is_named(tmp_path: Path) -> None:
    torch.save({"a.weight": torch.zeros(3, 3), "a.bias": torch.zeros(3)}, tmp_path / "x.pt")
    with pytest.raises(FileFormatError, match="3 layers with weights"):
        model().load_weights(tmp_path / "x.pt")
    torch.save({"conv.kernel": torch.zeros(1)}, tmp_path / "y.pt")
    with pytest.raises(FileFormatError, match="conv.kernel"):
        model().load_weights(tmp_path / "y.pt")
    with pytest.warns(UserWarning, match="keep their values"):
        model().load_weights(tmp_path / "y.pt", skip_mismatch=True)


def test_a_state_dict_of_ours_is_plain(tmp_path: Path) -> None:
    ours = model()
    ours.save_weights(tmp_path / "x.pt")
    found = torch.load(tmp_path / "x.pt", weights_only=True)
    assert all(type(v) is torch.Tensor for v in found.values())
    assert torch_state.read(tmp_path / "x.pt").keys() == ours.state_dict().keys()
