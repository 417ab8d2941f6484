"""The run's report as one HTML page that can be mailed: settings, curves, matrix, mistakes, diagram, diagnosis."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wubu.cli.held_out import HeldOut
    from wubu.cli.labelled_data import LabelledData

# Settings that only a program reads.
_UNSHOWN = ("class_names", "scaling", "background")


def write_page(
    path: str | Path,
    network: Any,
    result: HeldOut,
    labelled: LabelledData,
    settings: Mapping[str, Any],
    history: Mapping[str, list[float]],
    trained_on: LabelledData | None,
) -> None:
    """Write the page.

    Args:
        path: the file.
        network: the model that was measured.
        result: what was measured.
        labelled: the data that it was measured on, scaled.
        settings: of the run.
        history: name -> a value per epoch.
        trained_on: the data that it was trained on, scaled, for the diagnosis; None when it is not at hand.
    """
    from wubu import report

    lines: list[str] = []
    network.summary(print_fn=lambda text, **_: lines.append(str(text)))
    report.save_html(
        path,
        result.report,
        history=history or None,
        settings={name: value for name, value in settings.items() if name not in _UNSHOWN and value is not None},
        images=labelled.x_test if labelled.has_pictures else None,
        findings=findings(network, settings, history, trained_on),
        summary="\n".join(lines),
        diagram=_diagram(network),
        title=f"{labelled.name}: {settings.get('model', 'a model')}",
    )


def findings(
    network: Any, settings: Mapping[str, Any], history: Mapping[str, list[float]], trained_on: LabelledData | None
) -> list[Any]:
    """What a diagnosis finds; models that cannot be run outside their own training have their curves looked at alone."""
    from wubu.report import diagnose

    if trained_on is not None and getattr(network, "compiled", False):
        try:
            some = trained_on.sample()
            return diagnose(
                network,
                history,
                some.x_train,
                some.y_train,
                validation_data=(some.x_test, some.y_test),
                batch_size=settings.get("batch_size"),
            )
        except Exception:  # a report is worth having without this part
            pass
    return diagnose(network, history)


def read_history(path: Path) -> dict[str, list[float]]:
    """The curves of a run's ``history.csv``; none where there is no such file, or it is not one of a run."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        names = [name for name in (rows[0] if rows else ()) if name != "epoch"]
        return {name: [float(row[name]) for row in rows] for name in names}
    except (OSError, ValueError, TypeError):
        return {}


def _diagram(network: Any) -> str:
    from wubu.errors import WubuError
    from wubu.report import model_svg

    try:
        return model_svg(network)
    except (WubuError, AttributeError):  # a model of the user's own class need not have a graph
        return ""
