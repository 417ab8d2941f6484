"""``wubu predict RUN IMAGE…``: what a trained model sees in pictures."""

from __future__ import annotations

import json
from typing import Any

import click

MOST_COLUMNS = 10  # classes that a table shows beside each other


@click.command("predict")
@click.argument("run", type=click.Path())
@click.argument("images", nargs=-1, required=True, metavar="IMAGE...", type=click.Path())
@click.option("--which", type=click.Choice(["best", "last"]), default="best", show_default=True)
@click.option("--invert/--no-invert", default=None, help="Exchange light and dark. Default: where it has to be.")
@click.option("--script", type=click.Path(), help="A Python file that defines the model's own classes.")
@click.option("--device", help="cpu, cuda, cuda:1… Default: a GPU where there is one.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    run: str,
    images: tuple[str, ...],
    which: str,
    invert: bool | None,
    script: str | None,
    device: str | None,
    as_json: bool,
) -> None:
    """Say what each IMAGE shows, by the model of the run folder RUN, as a table of probabilities."""
    from pathlib import Path

    import numpy as np

    from wubu.cli.architectures import import_script
    from wubu.cli.held_out import probabilities
    from wubu.cli.pictures import read_picture
    from wubu.cli.run_folder import RunFolder
    from wubu.core.device import set_device

    set_device(device)
    folder = RunFolder.open(run)
    settings = folder.read_settings()
    shape = tuple(settings["input_shape"])
    x = np.stack([read_picture(image, shape, settings.get("background"), invert) for image in images])
    if script:
        import_script(Path(script))
    model = folder.load_model(which)
    class_names = settings["class_names"]
    y_prob = probabilities(np.asarray(model.predict(x, verbose=0)), len(class_names))
    rows = [
        {
            "image": image,
            "label": class_names[int(p.argmax())],
            "probability": float(p.max()),
            "probabilities": {name: float(value) for name, value in zip(class_names, p)},
        }
        for image, p in zip(images, y_prob)
    ]
    click.echo(json.dumps(rows, indent=2, ensure_ascii=False) if as_json else table(rows))


def table(rows: list[dict[str, Any]]) -> str:
    """Lines of equal width: the picture, the label, and a probability a class (the ten likeliest of many)."""
    from wubu.core.text_width import left, right, width

    classes = list(rows[0]["probabilities"])
    if len(classes) > MOST_COLUMNS:
        likeliest = {name: max(row["probabilities"][name] for row in rows) for name in classes}
        kept = set(sorted(classes, key=lambda name: -likeliest[name])[:MOST_COLUMNS])
        classes = [name for name in classes if name in kept]
    lines = [["image", "label", *classes]]
    for row in rows:
        lines.append([row["image"], row["label"], *(f"{row['probabilities'][name]:.4f}" for name in classes)])
    widths = [max(width(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            left(cell, columns) if column < 2 else right(cell, columns)
            for column, (cell, columns) in enumerate(zip(line, widths))
        ).rstrip()
        for line in lines
    )
