"""One page with everything about a training, in one file that asks for nothing from anywhere: it can be mailed."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from wubu.core.files import write_text
from wubu.core.text_width import width
from wubu.diagnosis import Finding
from wubu.errors import ShapeError
from wubu.report.classification_report import RATES, ClassificationReport
from wubu.report.json_values import thinned
from wubu.report.learning_curves import panels
from wubu.report.page_style import CSS
from wubu.report.pictures import as_pictures, png
from wubu.report.regression_report import RegressionReport
from wubu.report.samples import choose_samples
from wubu.report.svg_charts import Line, chart
from wubu.report.text_table import number

_MATRIX_CLASSES = 40
_SHARES_CLASSES = 12  # with more classes there is no room for shares below the counts
_CURVES = 8
_POINTS = 2000
_TITLES = {"fpr": "FPR", "fnr": "FNR", "f1": "F1"}
# nothing may be fetched, whatever a class name or a setting contains
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def save_html(
    path: str | os.PathLike[str],
    report: ClassificationReport | RegressionReport | None = None,
    *,
    history: Any = None,
    settings: Mapping[str, Any] | None = None,
    images: Any = None,
    findings: Iterable[Any] | None = None,
    summary: str = "",
    diagram: str = "",
    title: str = "Training report",
    limit: int = 48,
) -> Path:
    """Write a report as one HTML page: settings, curves, matrix, mistakes, the model, the diagnosis.

    The page has no script, loads nothing, and follows the reader's light or dark setting. What is not given
    is left out.

    Args:
        path: the file to write.
        report: from ``classification`` or ``regression``.
        history: what ``fit`` returns, or a dictionary of name -> values per epoch.
        settings: name -> value, shown as a table.
        images: pictures of the report's rows, in any usual shape and range; mistakes are shown first.
        findings: of a diagnosis, each shown as a line; an empty list says that nothing was found.
        summary: the model's ``summary()`` as text.
        diagram: the model as an ``<svg>`` element, from ``model_svg``.
        title: of the page.
        limit: most pictures to show.

    Returns:
        The path.

    Raises:
        ShapeError: there are not as many pictures as rows in the report.

    Example::

        report = wubu.report.classification(y_test, model.predict(x_test))
        save_html("report.html", report, history=history, images=x_test)
    """
    sections: list[str] = []
    if report is not None:
        sections.append(_headline(report))
    if findings is not None:
        sections.append(_diagnosis(list(findings)))
    if history is not None:
        sections.append(_learning(history))
    if isinstance(report, ClassificationReport):
        sections += _classification_sections(report, images, limit)
    elif report is not None:
        sections.append(_regression_section(report))
    if diagram or summary:
        drawn = f'<div class="diagram">{diagram}</div>' if diagram else ""
        told = f"<pre>{escape(summary)}</pre>" if summary else ""
        sections.append(f'<h2>Model</h2><div class="model">{drawn}{told}</div>')
    if settings:
        rows = "".join(
            f"<tr><td>{escape(str(k))}</td><td>{escape(_text(v))}</td></tr>" for k, v in settings.items()
        )
        sections.append(f'<h2>Settings</h2><div class="scroll"><table class="settings">{rows}</table></div>')
    when = datetime.now().strftime("%Y-%m-%d %H:%M")
    page = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:,"><title>{escape(title)}</title><style>{CSS}</style></head>\n'
        f'<body><h1>{escape(title)}</h1><p class="when">{when}, wubu</p>\n'
        + "\n".join(sections)
        + "\n</body></html>\n"
    )
    return write_text(path, page)


def _headline(report: ClassificationReport | RegressionReport) -> str:
    if isinstance(report, RegressionReport):
        figures = [
            ("mean absolute error", f"{report.mae:.4g}"),
            ("root mean squared error", f"{report.rmse:.4g}"),
            ("R²", f"{report.r2:.4f}"),
            ("largest error", f"{report.largest_error:.4g}"),
            ("rows", f"{len(report.y_true):,}"),
        ]
    else:
        wrong = int((report.y_true != report.y_pred).sum())
        figures = [
            ("accuracy", f"{report.accuracy:.2%}"),
            ("wrong", f"{wrong:,} of {len(report.y_true):,}"),
            ("balanced accuracy", f"{report.balanced_accuracy:.2%}"),
            ("macro F1", f"{report.macro['f1']:.4f}"),
        ]
        if report.calibration is not None and report.micro_roc is not None:
            figures += [("AUC (micro)", number(report.micro_roc.auc)), ("log loss", number(report.log_loss))]
            figures += [("calibration error", number(report.calibration.ece))]
    cells = "".join(
        f"<div><b>{escape(value)}</b><span>{escape(name)}</span></div>" for name, value in figures
    )
    return f'<div class="figures">{cells}</div>'


def _diagnosis(findings: list[Any]) -> str:
    if not findings:
        return "<h2>Diagnosis</h2><p class='note'>Nothing conspicuous: neither in the curves nor within the model.</p>"
    lines = []
    for finding in findings:
        if isinstance(finding, Finding):
            rest = f"{escape(finding.why[:1].upper() + finding.why[1:])}. <b>Try:</b> {escape(finding.change)}"
            lines.append(f"<li><b>{escape(finding.headline)}</b> {rest}</li>")
        else:
            lines.append(f"<li>{escape(str(finding))}</li>")
    return f'<h2>Diagnosis</h2><ul class="findings">{"".join(lines)}</ul>'


def _learning(history: Any) -> str:
    charts = []
    for panel in panels(history):
        lines = [
            Line(
                "" if len(panel.series) == 1 else s.label,
                s.epochs,
                s.values,
                1 if s.label == "validation" else 0,
            )
            for s in panel.series
        ]
        title = panel.title + (f" (best: epoch {panel.best[0]})" if panel.best else "")
        charts.append(chart(title, lines, "epoch", logarithmic=panel.logarithmic))
    return f'<h2>Learning curves</h2><div class="charts">{"".join(charts)}</div>'


def _classification_sections(report: ClassificationReport, images: Any, limit: int) -> list[str]:
    sections = [_class_table(report)]
    small = len(report.class_names) <= _MATRIX_CLASSES
    sections.append(f'<div class="beside">{_matrix(report) if small else ""}{_mixed_up(report)}</div>')
    if images is not None:
        sections.append(_samples(report, images, limit))
    if report.y_prob is not None:
        sections.append(_probability_charts(report))
    return sections


def _mixed_up(report: ClassificationReport) -> str:
    rows = [
        [
            escape(report.class_names[c.true]),
            escape(report.class_names[c.predicted]),
            f"{c.count}",
            f"{c.share:.1%}",
        ]
        for c in report.top_confusions()
    ]
    if not rows:
        return ""
    head = "<thead><tr><th>true</th><th>taken for</th><th>times</th><th>of the true class</th></tr></thead>"
    return (
        f'<div><h2>Most often mixed up</h2><div class="scroll"><table class="pairs">{head}'
        f"<tbody>{_rows(rows)}</tbody></table></div></div>"
    )


def _class_table(report: ClassificationReport) -> str:
    probable = report.y_prob is not None
    heads = ["class", *(_TITLES.get(rate, rate) for rate in RATES), *(["AUC"] if probable else []), "rows"]
    rows = []
    for c, name in enumerate(report.class_names):
        cells = [escape(name), *(number(getattr(report, rate)[c]) for rate in RATES)]
        cells += [number(report.auc[c])] if probable else []
        rows.append([*cells, f"{report.support[c]:,}"])
    means = []
    for title, values in (
        ("macro mean", report.macro),
        ("weighted mean", report.weighted),
        ("micro mean", report.micro),
    ):
        cells = [title, *(number(values[rate]) for rate in RATES)]
        cells += [number(report.mean_auc[title.split()[0]])] if probable else []
        means.append([*cells, f"{len(report.y_true):,}"])
    return (
        '<h2>Classes</h2><div class="scroll"><table><thead><tr>'
        + "".join(f"<th>{head}</th>" for head in heads)
        + f"</tr></thead><tbody>{_rows(rows)}</tbody><tfoot>{_rows(means)}</tfoot></table></div>"
    )


def _rows(rows: Sequence[Sequence[str]]) -> str:
    return "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)


def _matrix(report: ClassificationReport) -> str:
    names = report.class_names
    longest = max(map(width, names))
    upright = longest > 5 and sum(map(width, names)) > 24  # columns would else be as wide as their names
    kinds = ["matrix", *(["upright"] if upright else []), *(["small"] if len(names) > _SHARES_CLASSES else [])]
    style = f'class="{" ".join(kinds)}"' + (f' style="--tall: {min(180, 8 * longest + 8)}px"' if upright else "")
    head = "".join(f"<th><span>{escape(name)}</span></th>" for name in names)
    shares = len(names) <= _SHARES_CLASSES
    body = []
    for t, name in enumerate(names):
        cells = []
        for p, count in enumerate(report.confusion[t]):
            kind = "right" if t == p else "" if count else "dim"
            share = report.normalized[t, p]
            below = f"<small>{share:.1%}</small>" if shares else ""
            told = escape(f"{count:,} of {report.support[t]:,} rows of {name} taken for {names[p]}: {share:.1%}")
            cells.append(f'<td class="{kind}" style="--share:{share:.3f}" title="{told}">{count}{below}</td>')
        body.append(f"<tr><th>{escape(name)}</th>{''.join(cells)}</tr>")
    note = "Rows: true classes. Columns: predicted. The colour is the share of the row" + (
        ", which stands below each count." if shares else "."
    )
    return (
        f'<div><h2>Confusion matrix</h2><p class="note">{note}</p><div class="scroll">'
        f'<table {style}><tr><th></th>{head}</tr>{"".join(body)}</table></div></div>'
    )


def _samples(report: ClassificationReport, images: Any, limit: int) -> str:
    if len(images) != len(report.y_true):
        raise ShapeError(f"Expected a picture for each of {len(report.y_true)} rows. Received {len(images)}")
    chosen = choose_samples(report, limit)
    shown = as_pictures(np.stack([np.asarray(images[int(i)]) for i in chosen]))
    figures = []
    for index, picture in zip(chosen.tolist(), shown):
        true, predicted = (report.class_names[c] for c in (report.y_true[index], report.y_pred[index]))
        right = true == predicted
        sure = "" if report.y_prob is None else f" ({report.confidence[index]:.0%})"
        caption = f"{true}{sure}" if right else f"{true} → {predicted}{sure}"
        data = base64.b64encode(png(picture)).decode("ascii")
        figures.append(
            f'<figure class="{"hit" if right else "wrong"}"><img alt="row {index}" title="row {index}" '
            f'src="data:image/png;base64,{data}"><figcaption>{escape(caption)}</figcaption></figure>'
        )
    return (
        '<h2>Mistakes and hits</h2><p class="note">The most confident mistakes first: true → predicted (confidence).'
        f'</p><div class="samples">{"".join(figures)}</div>'
    )


def _probability_charts(report: ClassificationReport) -> str:
    names = report.class_names
    if len(names) == 2:
        chosen = [1]
    else:
        defined = np.flatnonzero(~np.isnan(report.auc))
        chosen = sorted(defined[np.argsort(report.auc[defined], kind="stable")[:_CURVES]].tolist())
    diagonal = Line("", [0, 1], [0, 1], -1)
    roc, recall = [diagonal], []
    for place, c in enumerate(chosen):
        curve, other = report.roc[c], report.precision_recall[c]
        roc.append(Line(f"{names[c]}: {curve.auc:.4f}", _few(curve.fpr), _few(curve.tpr), place))
        label = f"{names[c]}: {other.average_precision:.4f}"
        recall.append(Line(label, _few(other.recall[::-1]), _few(other.precision[::-1]), place, steps=True))
    charts = [
        _unit_chart("ROC (AUC)", roc, "false positive rate", "true positive rate"),
        _unit_chart("precision and recall (AP)", recall, "recall", "precision"),
    ]
    found = report.calibration
    if found is not None:
        used = found.count > 0
        model = Line("", found.confidence[used].tolist(), found.accuracy[used].tolist())
        charts.append(_unit_chart("calibration", [diagonal, model], "confidence", "share that is right"))
    few = (
        f"<p class='note'>The {len(chosen)} classes with the smallest AUC.</p>"
        if len(chosen) < len(names) > 2
        else ""
    )
    return f'<h2>Probabilities</h2>{few}<div class="charts">{"".join(charts)}</div>'


def _unit_chart(title: str, lines: Sequence[Line], x_label: str, y_label: str) -> str:
    legend = "beside" if any(line.label for line in lines) else "above"
    ends = (0.0, 1.0)
    return chart(title, lines, x_label, y_label, x_range=ends, y_range=(0.0, 1.02), legend=legend)


def _few(values: np.ndarray) -> list[float]:
    return thinned(values, 201).tolist()


def _regression_section(report: RegressionReport) -> str:
    rows = thinned(np.arange(len(report.y_true)), _POINTS)
    ends = [
        float(min(report.y_true.min(), report.y_pred.min())),
        float(max(report.y_true.max(), report.y_pred.max())),
    ]
    left, right = [Line("", ends, ends, -1)], [Line("", ends, [0, 0], -1)]
    for output in range(min(report.y_true.shape[1], 8)):
        true, predicted, off = (
            v[rows, output].tolist() for v in (report.y_true, report.y_pred, report.residuals)
        )
        left.append(Line("", true, predicted, output, points=True))
        right.append(Line("", predicted, off, output, points=True))
    charts = chart("predictions", left, "true", "predicted") + chart(
        "errors", right, "predicted", "true - predicted"
    )
    return f'<h2>Predictions</h2><div class="charts">{charts}</div>'


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return "\n".join(f"{key}: {_text(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_text(item) for item in value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)
