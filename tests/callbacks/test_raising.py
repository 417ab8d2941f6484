"""A callback that raises says which it is, and leaves the model as it was at the end of the last batch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from wubu import callbacks

OPTIONS: dict[str, Any] = {"batch_size": 16, "shuffle": False, "verbose": 0}


class Fails(callbacks.Callback):
    """Raises in one hook, at its second call."""

    def __init__(self, hook: str) -> None:
        super().__init__()
        self.calls = 0

        def fail(*args: Any, **kwargs: Any) -> None:
            self.calls += 1
            if self.calls == 2:
                raise ZeroDivisionError("of the user's")

        setattr(self, hook, fail)


def trained(model: Any, data: Any, steps: int, **kwargs: Any) -> Any:
    made = model(**kwargs)
    x, y = data
    for step in range(steps):
        rows = slice(16 * (step % 8), 16 * (step % 8 + 1))
        made.train_on_batch(x[rows], y[rows])
    return made


@pytest.mark.parametrize(
    ("hook", "steps"), [("on_train_batch_end", 2), ("on_train_batch_begin", 1), ("on_epoch_end", 16), ("on_epoch_begin", 8)]
)
def test_the_weights_are_those_of_the_last_batch(model: Any, data: Any, hook: str, steps: int) -> None:
    made = model()
    with pytest.raises(ZeroDivisionError) as caught:
        made.fit(*data, epochs=3, callbacks=[callbacks.History(), Fails(hook)], **OPTIONS)
    assert caught.value.__notes__ == [f"Raised by the callback Fails, in {hook}."]
    expected = trained(model, data, steps)
    assert int(made.optimizer.iterations) == steps
    for a, b in zip(made.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-7)
    assert not made.training
    made.fit(*data, **OPTIONS)  # it can be trained further
    assert int(made.optimizer.iterations) == steps + 8


@pytest.mark.parametrize("hook", ["on_test_batch_end", "on_test_end"])
@pytest.mark.parametrize("lender", ["SwapEMAWeights", "WeightAveraging"])
def test_weights_that_were_exchanged_return(model: Any, data: Any, lender: str, hook: str) -> None:
    from wubu.optimizers import Adam

    optimizer = lambda: Adam(0.01, use_ema=lender == "SwapEMAWeights")
    lent = (
        callbacks.SwapEMAWeights() if lender == "SwapEMAWeights" else callbacks.WeightAveraging(0, evaluate_average=True)
    )
    made = model(optimizer=optimizer())
    steps = 8 if hook == "on_test_batch_end" else 16
    with pytest.raises(ZeroDivisionError):
        made.fit(*data, epochs=4, validation_data=data, callbacks=[Fails(hook), lent], **OPTIONS)
    expected = trained(model, data, steps, optimizer=optimizer())
    for a, b in zip(made.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-7)


def test_settings_return(model: Any, data: Any, tmp_path: Any) -> None:
    made = model()
    before = [w.copy() for w in made.get_weights()]
    with pytest.raises(ZeroDivisionError):
        made.fit(*data, callbacks=[callbacks.LRFinder(min_lr=1e-5, max_lr=1.0), Fails("on_train_batch_end")], **OPTIONS)
    assert float(made.optimizer.learning_rate) == np.float32(0.001)
    for a, b in zip(made.get_weights(), before, strict=True):
        np.testing.assert_array_equal(a, b)
    with pytest.raises(ZeroDivisionError):
        made.fit(*data, epochs=3, callbacks=[callbacks.GradientAccumulation(2), Fails("on_epoch_end")], **OPTIONS)
    assert made.optimizer.gradient_accumulation_steps is None
    log = callbacks.CSVLogger(str(tmp_path / "log.csv"))
    with pytest.raises(ZeroDivisionError):
        made.fit(*data, epochs=3, callbacks=[log, Fails("on_epoch_end")], **OPTIONS)
    assert log.csv_file is not None and log.csv_file.closed
    assert (tmp_path / "log.csv").read_text().count("\n") == 3


def test_an_error_of_putting_back_does_not_hide_the_first_one(model: Any, data: Any) -> None:
    class Worse(callbacks.Callback):
        def abandon(self) -> None:
            raise OSError("later")

    with pytest.raises(ZeroDivisionError):
        model().fit(*data, epochs=2, callbacks=[Worse(), Fails("on_epoch_end")], **OPTIONS)


def test_errors_of_the_data_put_back_too(model: Any, data: Any) -> None:
    def batches() -> Any:
        yield torch.as_tensor(data[0][:16]), torch.as_tensor(data[1][:16])
        raise OSError("the disk")

    made = model()
    with pytest.raises(OSError, match="the disk"):
        made.fit(batches(), steps_per_epoch=3, verbose=0, callbacks=[callbacks.GradientAccumulation(2)])
    assert made.optimizer.gradient_accumulation_steps is None
