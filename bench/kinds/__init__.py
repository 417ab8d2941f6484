"""What is measured: one file per kind of row.

Each has ``ROWS`` (all rows of ``make bench``), ``QUICK`` (those of ``make bench-quick``), ``check(row)`` (raises
``ValueError`` for a row that there is not), ``contenders(row)``, ``measure(request)`` (in the measured process) and
``markdown(results)``; some have ``prepare(row)``, for what is done before.
"""

KINDS = ("steps", "start", "imports", "inference", "accuracy", "flatness")
