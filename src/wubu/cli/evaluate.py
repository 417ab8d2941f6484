"""``wubu evaluate RUN [DATA]``: how well a trained model does on held-out data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from wubu.cli.picture_folder import FolderOptions


@click.command("evaluate")
@click.argument("run", type=click.Path())
@click.argument("data", required=False)
@click.option("--which", type=click.Choice(["best", "last"]), default="best", show_default=True)
@click.option("--batch-size", type=click.IntRange(min=1), default=256, show_default=True)
@click.option("--script", type=click.Path(), help="A Python file that defines the model's own classes.")
@click.option("--device", help="cpu, cuda, cuda:1… Default: a GPU where there is one.")
@click.option("--html", type=click.Path(), help="Where the page goes. Default: evaluation.html in the run folder.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    run: str,
    data: str | None,
    which: str,
    batch_size: int,
    script: str | None,
    device: str | None,
    html: str | None,
    as_json: bool,
) -> None:
    """Measure the model of the run folder RUN on the held-out part of DATA.

    Without DATA it is the data that the run was trained on. The numbers are printed, and a page with the matrix,
    the mistakes, the learning curves and a diagnosis is written.
    """
    from pathlib import Path

    from wubu.cli import labelled_data
    from wubu.cli.architectures import import_script
    from wubu.cli.held_out import measure, say
    from wubu.cli.report_page import read_history, write_page
    from wubu.cli.run_folder import RunFolder
    from wubu.cli.scaling import Scaling
    from wubu.core.device import set_device
    from wubu.errors import DataError, MissingDependencyError, ShapeError

    set_device(device)
    folder = RunFolder.open(run)
    settings = folder.read_settings()
    if script:
        import_script(Path(script))
    model = folder.load_model(which)
    labelled = labelled_data.load(data or settings["data"], settings["seed"], _as_trained(data, settings))
    if list(labelled.input_shape) != settings["input_shape"]:
        raise ShapeError(
            f"Expected inputs of shape {tuple(settings['input_shape'])}, which the model was trained on. "
            f"Received {labelled.input_shape} in {labelled.name}"
        )
    class_names = settings["class_names"]
    if len(labelled.class_names) > len(class_names):
        raise DataError(
            f"Expected at most the {len(class_names)} classes that the model was trained on. "
            f"Received {len(labelled.class_names)} in {labelled.name}"
        )
    if settings.get("one_hot"):
        labelled = labelled.as_one_hot()
    labelled = labelled.scaled(Scaling.from_dict(settings["scaling"]))
    result = measure(model, labelled.test_inputs(batch_size), labelled.y_test, class_names, batch_size)
    if as_json:
        click.echo(json.dumps({"data": labelled.name, "model": which, **result.to_dict(curves=False)}))
    else:
        click.echo(say(result))
    same = data is None or data == settings["data"]
    try:
        page, history = html or folder.evaluation, read_history(folder.history)
        write_page(page, model, result, labelled, settings, history, labelled if same else None)
    except (OSError, MissingDependencyError) as error:
        if html:
            raise
        click.echo(f"No page: {error}", err=True)  # a run folder that may only be read is evaluated all the same
        return
    if not as_json:
        click.echo(f"Report: {page}")


def _as_trained(data: str | None, settings: dict[str, Any]) -> FolderOptions | None:
    """How a folder is read, so that its pictures suit the model; all of them, where it is another folder."""
    from pathlib import Path

    shape = settings["input_shape"]
    if len(shape) != 3 or not Path(data or settings["data"]).is_dir():
        return None
    from wubu.cli.picture_folder import FolderOptions

    return FolderOptions(
        image_size=(shape[0], shape[1]),
        channels=shape[2],
        corrupt=settings.get("corrupt") or "skip",
        validation_split=settings.get("validation_split", 0.1),
        class_names=settings["class_names"],
        whole=data is not None and Path(data).resolve() != Path(settings["data"]).resolve(),
    )
