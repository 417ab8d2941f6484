"""``python -m wubu`` is the command line."""

from wubu.cli.main import main

main()
