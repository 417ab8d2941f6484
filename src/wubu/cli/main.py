"""The entry point: the table of commands, and what an error looks like to somebody at a terminal.

Nothing here may load torch: ``wubu --help`` has to answer at once.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from wubu import __version__
from wubu.errors import WubuError, did_you_mean

# name: (the module that defines a click command called `command`, what --help says of it)
COMMANDS = {
    "convert": ("wubu.cli.convert", "Write a model file in another format."),
    "evaluate": ("wubu.cli.evaluate", "Measure a trained model on held-out data."),
    "inspect": ("wubu.cli.inspect", "Say what a model file holds, without loading it."),
    "predict": ("wubu.cli.predict", "Say what pictures show, with probabilities."),
    "run": ("wubu.cli.run", "Run a TensorFlow or Keras program as it is."),
    "train": ("wubu.cli.train", "Train a model and write a run folder."),
}

INTERRUPTED = 130  # what a shell reports of a program that Ctrl-C ended
REFUSED = 2


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called; ``--help`` needs only the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return importlib.import_module(COMMANDS[cmd_name][0]).command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            ctx.fail(f"No command {name!r}.{did_you_mean(name, COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="wubu")
@click.pass_context
def cli(context: click.Context) -> None:
    """The Keras API on PyTorch, from the command line.

    \b
    Try:  wubu train digits
          wubu evaluate runs/digits-cnn-1
          wubu predict runs/digits-cnn-1 picture.png
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code: 0, 2 for a refusal, 130 after Ctrl-C.

    Args:
        arguments: what follows ``wubu``; None takes the process's own arguments.
    """
    try:
        result = cli.main(args=arguments, prog_name="wubu", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except WubuError as error:
        click.echo(message_of(error), err=True)
        return REFUSED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    except BrokenPipeError:  # `wubu … | head`: nobody reads on, and that is no error
        sys.stdout = open(os.devnull, "w")  # the interpreter flushes it at exit
        return 1
    except OSError as error:
        from wubu.core.files import is_disk_full

        if not is_disk_full(error):
            raise
        click.echo(f"The disk is full: {error.filename or error}. Free some space and try again.", err=True)
        return REFUSED


def message_of(error: WubuError) -> str:
    """The message alone; an ``OSError``'s text without its number."""
    if isinstance(error, OSError) and error.strerror:
        return str(error.strerror)
    return str(error)


def main() -> NoReturn:
    """What the ``wubu`` script calls."""
    sys.exit(run())
