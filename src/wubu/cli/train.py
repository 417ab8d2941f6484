"""``wubu train DATA``: prepare, build, compile, train, evaluate, and a folder that holds the result."""

from __future__ import annotations

import math
import platform
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from wubu.cli.labelled_data import LabelledData
    from wubu.cli.recorder import Recorder
    from wubu.cli.run_folder import RunFolder


@click.command("train")
@click.argument("data", default="digits")
@click.option(
    "--model",
    metavar="NAME",
    help="mlp, cnn, linear or SCRIPT.py:function. Default: cnn for pictures, mlp for tables.",
)
@click.option("--epochs", type=click.IntRange(min=1), help="Default: 10, up to 60 for small data.")
@click.option("--batch-size", type=click.IntRange(min=1), default=32, show_default=True)
@click.option("--optimizer", help="By name, as in compile(). Default: adam.")
@click.option("--learning-rate", type=click.FloatRange(min=0, min_open=True), help="Default: the optimizer's.")
@click.option("--loss", help="By name. Default: cross-entropy for the labels at hand.")
@click.option("--validation-split", type=click.FloatRange(0, 1, max_open=True), default=0.1, show_default=True)
@click.option("--patience", type=click.IntRange(min=0), help="Stop after so many epochs without a better one.")
@click.option("--image-size", metavar="SIZE", help="Of pictures in a folder: 224 or 224x160 (height, width).")
@click.option("--augment", is_flag=True, help="Turn, move, mirror and light the pictures of a folder by chance.")
@click.option("--balance", type=click.Choice(["over", "under", "weights"]), help="Let small classes count as much.")
@click.option("--corrupt", type=click.Choice(["skip", "fail"]), default="skip", show_default=True,
              help="What to do about pictures that cannot be read.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True)
@click.option("--device", help="cpu, cuda, cuda:1… Default: a GPU where there is one.")
@click.option("--out", type=click.Path(), help="The run folder. Default: runs/DATA-MODEL-NUMBER.")
@click.option("--overwrite", is_flag=True, help="Replace an earlier run in --out.")
@click.option("--resume", metavar="RUN", type=click.Path(), help="Go on with the interrupted run in this folder.")
@click.option("--quiet", is_flag=True, help="Only the result, without summary and progress.")
def command(
    data: str, out: str | None, overwrite: bool, resume: str | None, quiet: bool, **options: Any
) -> int:
    """Train a model on DATA and write a run folder.

    DATA is digits (1,797 real handwritten digits, part of wubu), mnist, fashion_mnist, cifar10 (downloaded
    when they are first used), an .npz file with x_train, y_train, x_test, y_test (or x and y), or a folder of
    pictures: train/CLASS/, val/CLASS/ and test/CLASS/, or CLASS/, which is then split.

    Ctrl-C ends the epoch under way and keeps what was reached. An interrupted run, or one that was killed, goes on
    with --resume RUN, and ends as if it had not been interrupted.
    """
    from wubu.cli import architectures, labelled_data
    from wubu.cli.run_folder import RunFolder
    from wubu.cli.scaling import Scaling
    from wubu.core.device import set_device
    from wubu.core.seeds import set_random_seed

    run = None if resume is None else RunFolder.open(resume)
    if run is not None:
        data, options = _resumed(run, options)
    set_device(options["device"])
    set_random_seed(options["seed"])
    labelled = labelled_data.load(data, options["seed"], _folder_options(data, options))
    scaling = Scaling.fit(labelled.x_train)
    options["model"] = options["model"] or architectures.suited(labelled.input_shape)
    options["epochs"] = options["epochs"] or _default_epochs(len(labelled.x_train))
    network = architectures.build(options["model"], labelled.input_shape, len(labelled.class_names))
    _compile(network, labelled, options)
    if (data in labelled_data.KNOWN or hasattr(labelled, "batches")) and not _is_sparse(network.loss):
        labelled = labelled.as_one_hot()  # how a known data set writes its labels is no concern of the user's
    labelled = labelled.scaled(scaling)

    if not quiet:
        click.echo(labelled.describe())
        network.summary(print_fn=click.echo)
    run = run or RunFolder.create(out, _run_name(data, options["model"]), overwrite)
    settings = {
        "data": data,
        **options,
        "input_shape": list(labelled.input_shape),
        "class_names": labelled.class_names,
        "scaling": scaling.to_dict(),
        "one_hot": labelled.one_hot,
        "background": labelled.background,
        **_versions(),
    }
    run.write_settings(settings)
    recorder = _fit(network, labelled, run, options, 0 if quiet else "auto")
    interrupted = recorder.interrupt.asked
    settings.update(
        seconds=round(recorder.seconds, 3),
        epochs_done=recorder.epochs,
        best_epoch=recorder.best_epoch,
        interrupted=interrupted,
    )
    run.write_settings(settings)
    network.save(run.last)
    recorder.restore_best()
    _report(network, run, recorder, labelled, settings)
    if interrupted:
        again = f"wubu train --resume {run.path}"
        click.echo(f"Interrupted after epoch {recorder.epochs} of {options['epochs']}. Go on with: {again}", err=True)
        return 130
    run.state.unlink(missing_ok=True)
    return 0


def _resumed(run: RunFolder, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The data and the options that a run was begun with; ``--epochs`` may name another number of them.

    Raises:
        ArgumentError: when the run came to its end.
    """
    from wubu.errors import ArgumentError

    settings = run.read_settings()
    if settings.get("interrupted") is False and not run.state.exists():
        raise ArgumentError(f"The run in {run.path} came to its end, so there is nothing to resume")
    kept = {name: settings.get(name, value) for name, value in options.items()}
    if options["epochs"] is not None:
        kept["epochs"] = options["epochs"]
    return settings["data"], kept


def _fit(network: Any, labelled: LabelledData, run: RunFolder, options: dict[str, Any], verbose: int | str) -> Recorder:
    """Train; what was recorded comes back, also after Ctrl-C. A refusal before any epoch leaves no folder."""
    from wubu.callbacks.backup_and_restore import BackupAndRestore
    from wubu.callbacks.early_stopping import EarlyStopping
    from wubu.cli.interrupt import Interrupt
    from wubu.cli.recorder import Recorder

    given, validating = _given(labelled, options)
    recorder = Recorder(run, "val_loss" if validating else "loss", Interrupt())
    # It stays until the report is written: a run that is killed on the way there is resumed, too.
    callbacks: list[Any] = [recorder, BackupAndRestore(run.path, delete_checkpoint=False)]
    if options["patience"] is not None:
        callbacks.append(EarlyStopping(monitor=recorder.monitor, patience=options["patience"]))
    try:
        with recorder.interrupt:
            network.fit(
                **given,
                epochs=options["epochs"],
                callbacks=callbacks,
                verbose=verbose,
            )
    except KeyboardInterrupt:  # the second Ctrl-C does not wait for the end of the epoch; its steps count
        pass
    except Exception:
        run.remove_if_untrained()
        raise
    return recorder


def _given(labelled: LabelledData, options: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """The data as ``fit`` takes it, and whether some of it is for validation."""
    from wubu.cli.picture_folder import PictureFolder, class_weights

    if isinstance(labelled, PictureFolder):
        batches = labelled.batches("train", options["batch_size"], options["augment"], options["balance"])
        validating = len(labelled.x_val) > 0
        weights = class_weights(labelled.y_train) if options["balance"] == "weights" else None
        held_out = labelled.batches("val", options["batch_size"]) if validating else None
        return {"x": batches, "validation_data": held_out, "class_weight": weights}, validating
    x, y = _shuffled(labelled.x_train, labelled.y_train, options["seed"])
    validating = int(len(x) * options["validation_split"]) >= 1  # as fit rounds
    split = options["validation_split"] if validating else 0.0
    return {"x": x, "y": y, "batch_size": options["batch_size"], "validation_split": split}, validating


def _folder_options(data: str, options: dict[str, Any]) -> Any:
    """How to read a folder; None for other data, which has no use for such options.

    Raises:
        ArgumentError: when one was given all the same.
    """
    from pathlib import Path

    from wubu.cli.picture_folder import FolderOptions, parse_size
    from wubu.errors import ArgumentError

    if Path(data).is_dir():
        split, size = options["validation_split"], parse_size(options["image_size"])
        return FolderOptions(image_size=size, corrupt=options["corrupt"], validation_split=split)
    for name in ("image_size", "augment", "balance"):
        if options[name]:
            raise ArgumentError(f"--{name.replace('_', '-')} is for folders of pictures. Received: {data}")
    return None


def _compile(network: Any, labelled: LabelledData, options: dict[str, Any]) -> None:
    """Compile, unless a script has done it and no option says otherwise."""
    from wubu import losses, optimizers

    asked = any(options[name] is not None for name in ("loss", "learning_rate", "optimizer"))
    if getattr(network, "compiled", False) and not asked:
        return
    options["optimizer"] = options["optimizer"] or "adam"
    if options["loss"] is None:
        options["loss"] = "categorical_crossentropy" if labelled.one_hot else "sparse_categorical_crossentropy"
    losses.get(options["loss"])  # an unknown name ends here, before anything is printed
    optimizer = optimizers.get(options["optimizer"])
    if optimizer is not None and options["learning_rate"] is not None:
        optimizer.learning_rate = options["learning_rate"]
    network.compile(optimizer=optimizer, loss=options["loss"], metrics=["accuracy"])


def _is_sparse(loss: Any) -> bool:
    """Whether a loss, by name, function or object, takes class numbers rather than one-hot rows."""
    name = loss if isinstance(loss, str) else getattr(loss, "name", None) or getattr(loss, "__name__", "")
    return "sparse" in str(name)


def _report(
    network: Any, run: RunFolder, recorder: Recorder, labelled: LabelledData, settings: dict[str, Any]
) -> None:
    """Measure the best model on the held-out part, print it, and write the report and the pictures."""
    from wubu.cli.held_out import measure, say
    from wubu.cli.report_page import write_page
    from wubu.cli.run_folder import write_json
    from wubu.errors import MissingDependencyError

    result = measure(network, labelled.test_inputs(256), labelled.y_test, labelled.class_names)
    click.echo(say(result))
    notes = {"folder": labelled.notes} if hasattr(labelled, "notes") else {}
    write_json(run.report, {"data": labelled.name, "epoch": recorder.best_epoch, **result.to_dict(), **notes})
    try:
        from wubu.report import plots

        if recorder.epochs:
            plots.save_curves(recorder.history, run.curves)
        plots.save_confusion_matrix(result.report, run.confusion_matrix)
        if labelled.has_pictures:
            plots.save_samples(labelled.x_test, result.y_true, result.y_prob, labelled.class_names, run.samples)
        write_page(run.page, network, result, labelled, settings, recorder.history, labelled)
    except MissingDependencyError as error:
        click.echo(f"No pictures: {error}", err=True)
    click.echo(f"Run folder: {run.path}")


def _shuffled(x: Any, y: Any, seed: int) -> tuple[Any, Any]:
    """Mix the rows: fit takes the validation part from the end, and files are often sorted by class."""
    import numpy as np

    order = np.random.default_rng(seed).permutation(len(x))
    return x[order], y[order]


def _default_epochs(samples: int) -> int:
    """About 600,000 samples seen in all, within 10 and 60 epochs."""
    return min(60, max(10, math.ceil(600_000 / samples / 10)))


def _run_name(data: str, model: str) -> str:
    from pathlib import Path

    return "-".join(Path(part.rpartition(":")[0] or part).stem for part in (data, model))


def _versions() -> dict[str, str]:
    import torch

    from wubu import __version__
    from wubu.core.device import default_device

    return {
        "wubu": __version__,
        "torch": torch.__version__,
        "python": platform.python_version(),
        "device_used": str(default_device()),
    }
