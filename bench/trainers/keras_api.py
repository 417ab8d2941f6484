"""Training with Keras's API: real Keras on one of its backends, or wubu."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.contenders import Contender
from bench.trainers.run import Run


def framework(contender: Contender, bf16: bool = False) -> Any:
    """The module with Keras's API; the backend was named in the environment before."""
    if contender.is_keras:
        import keras
    else:
        import wubu as keras  # type: ignore[no-redef]
    if bf16:
        keras.mixed_precision.set_global_policy("mixed_bfloat16")
    return keras


def train(run: Run) -> None:
    """One ``fit()`` that lasts as many epochs as the clock wants."""
    keras = framework(run.contender, run.bf16)
    clock = run.clock

    class Times(keras.callbacks.Callback):  # type: ignore[misc, name-defined]
        """Tells the clock."""

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if clock.ended(logs["loss"], logs.get("val_accuracy")):
                self.model.stop_training = True

    callbacks = [Times()]
    if run.callbacks is not None:
        callbacks = [
            keras.callbacks.EarlyStopping(monitor="val_loss", patience=1000),
            keras.callbacks.ReduceLROnPlateau(monitor="val_loss", patience=1000),
            keras.callbacks.ModelCheckpoint(str(Path(run.callbacks) / "best.keras"), "val_loss", save_best_only=True),
            *callbacks,
        ]
    model = run.workload.model(keras, **run.contender.compile)
    clock.begin()
    model.fit(
        *run.train,
        batch_size=run.workload.batch_size,
        epochs=clock.epochs,
        verbose=0,
        validation_data=run.valid,
        callbacks=callbacks,
    )
