"""``wubu convert IN OUT``: model files from one format into another."""

from __future__ import annotations

import click


@click.command("convert")
@click.argument("source", metavar="IN", type=click.Path())
@click.argument("target", metavar="OUT", type=click.Path())
@click.option("--to", metavar="FORMAT", help="keras, h5, saved_model, tf_checkpoint, onnx… Default: by OUT's ending.")
@click.option(
    "--architecture", metavar="FILE", type=click.Path(), help="For weights alone: a model, or its JSON or YAML."
)
@click.option("--weights-only", is_flag=True, help="Write .h5 as weights by layer, and no ending as a checkpoint.")
@click.option("--allow-code", is_flag=True, help="Let code in IN run (Lambda layers). Only for files that you trust.")
def command(
    source: str, target: str, to: str | None, architecture: str | None, weights_only: bool, allow_code: bool
) -> int:
    """Write what IN holds into OUT.

    \b
    wubu convert old.h5 model.keras                  a model of Keras 1, 2 or 3 as one of today
    wubu convert saved_model/ model.onnx             for other runtimes
    wubu convert model.keras weights.safetensors     the weights alone
    wubu convert ckpt/model.ckpt model.keras --architecture model.json
    """
    from wubu.saving.conversion import convert
    from wubu.saving.formats import FORMATS

    read, write = convert(source, target, to, architecture, weights_only, safe_mode=not allow_code)
    click.echo(f"{source} ({FORMATS[read]}) -> {target} ({FORMATS[write]})")
    return 0
