"""Pictures of a training and of what came out of it. Each returns the figure, and writes it where a path is given."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from wubu.core.text_width import cut, width
from wubu.errors import ArgumentError
from wubu.report.classification_report import ClassificationReport, classification
from wubu.report.figures import BAD, GOOD, PALETTE, drawing, save, show
from wubu.report.learning_curves import panels
from wubu.report.pictures import as_pictures
from wubu.report.regression_report import RegressionReport
from wubu.report.samples import choose_samples

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "save_calibration",
    "save_confusion_matrix",
    "save_curves",
    "save_precision_recall",
    "save_residuals",
    "save_roc",
    "save_samples",
    "show",
]

PathLike = str | os.PathLike[str]
_COUNTS_UP_TO = 25  # classes; beyond, numbers in cells are too small to read
_LEGEND_UP_TO = 12


def save_curves(history: Any, path: PathLike | None = None) -> Figure:
    """Draw the learning curves: a panel per quantity, training beside validation, the best epoch marked.

    Args:
        history: what ``fit`` returns, or a dictionary of name -> values per epoch.
        path: file to write, ``.png``, ``.svg`` or ``.pdf``; None writes none.

    Returns:
        The figure.

    Raises:
        EmptyDataError: the history is empty.
        MissingDependencyError: matplotlib is not installed.

    Example::

        save_curves(model.fit(x, y, validation_split=0.2), "curves.png")
    """
    found = panels(history)
    columns = min(3, len(found))
    rows = math.ceil(len(found) / columns)
    with drawing(0.6 + 3.8 * columns, 0.4 + 2.8 * rows, "drawing learning curves") as figure:
        grid = np.asarray(figure.subplots(rows, columns, squeeze=False)).ravel()
        for axes, panel in zip(grid, found):
            for number, line in enumerate(panel.series):
                colour = PALETTE[1 if line.label == "validation" else number % len(PALETTE)]
                marker = "o" if len(line.values) < 12 else None
                axes.plot(
                    line.epochs, line.values, color=colour, label=line.label, marker=marker, markersize=3
                )
            if panel.best:
                axes.plot(*panel.best, "o", color=PALETTE[1], markersize=7, fillstyle="none")
            title = f"{panel.title} (best: epoch {panel.best[0]})" if panel.best else panel.title
            axes.set(title=title, xlabel="epoch", yscale="log" if panel.logarithmic else "linear")
            axes.xaxis.get_major_locator().set_params(integer=True)
            axes.grid(alpha=0.25)
            axes.margins(y=0.12)
            last = max(line.epochs[-1] for line in panel.series)
            axes.set_xlim(0.5, last + 0.5)
            if len(panel.series) > 1 or panel.series[0].label != panel.title:
                axes.legend()
        for axes in grid[len(found) :]:
            axes.set_axis_off()
        return save(figure, path)


def save_confusion_matrix(report: ClassificationReport, path: PathLike | None = None) -> Figure:
    """Draw the confusion matrix: colours are shares of the true class, numbers are counts (and shares, of up to 12 classes).

    Args:
        report: from ``classification``.
        path: file to write; None writes none.

    Returns:
        The figure.
    """
    count = len(report.class_names)
    side = min(14.0, max(3.4, 1.8 + 0.5 * count))
    with drawing(side + 1.2, side, "drawing a confusion matrix") as figure:
        figure.set_layout_engine("compressed")  # the matrix is square whatever the names leave of the width
        axes = figure.subplots()
        image = axes.imshow(report.normalized, cmap="Blues", vmin=0, vmax=1)
        bar = figure.colorbar(image, ax=axes, fraction=0.046, pad=0.03)
        bar.ax.set_ylabel("share of the true class")
        bar.outline.set_visible(False)  # type: ignore[operator]
        step = math.ceil(count / 40)
        ticks = range(0, count, step)
        longest = max(len(name) for name in report.class_names)
        upright = longest > 3 and count * longest > 30
        axes.set_xticks(ticks, [report.class_names[t] for t in ticks], rotation=90 if upright else 0)
        axes.set_yticks(ticks, [report.class_names[t] for t in ticks])
        axes.set(xlabel="predicted", ylabel="true")
        axes.set_title(f"accuracy {report.accuracy:.2%} of {len(report.y_true):,}")
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
        if count <= _COUNTS_UP_TO:
            for t, p in np.ndindex(count, count):
                value = report.confusion[t, p]
                if value:
                    few = count <= 12
                    style: dict[str, Any] = {"ha": "center", "color": "w" if report.normalized[t, p] > 0.55 else "k"}
                    axes.text(p, t, f"{value}", va="bottom" if few else "center", fontsize=9 if few else 6, **style)
                    if few:
                        axes.text(p, t + 0.08, f"{report.normalized[t, p]:.1%}", va="top", fontsize=6, **style)
        return save(figure, path)


def save_samples(
    images: Any,
    y_true: Any,
    y_prob: Any,
    class_names: Sequence[str] | None = None,
    path: PathLike | None = None,
    limit: int = 40,
) -> Figure:
    """Draw pictures in a grid with true and predicted labels: the most confident mistakes first, then hits.

    Args:
        images: pictures in any usual shape and range (n, …); see ``as_pictures``.
        y_true: labels, as for ``classification``.
        y_prob: probabilities or predicted labels, as for ``classification``.
        class_names: a name for each class.
        path: file to write; None writes none.
        limit: most pictures to draw. If half of them are mistakes or more, a quarter is still given to hits.

    Returns:
        The figure.

    Raises:
        ShapeError: the arrays do not fit together or are no pictures.
    """
    report = classification(y_true, y_prob, class_names)
    if len(images) != len(report.y_true):
        raise ArgumentError(
            f"Expected as many pictures as labels. Received {len(images)} and {len(report.y_true)}"
        )
    chosen = choose_samples(report, limit)
    shown = as_pictures(np.stack([np.asarray(images[int(i)]) for i in chosen]))
    columns = min(8, len(chosen))
    rows = math.ceil(len(chosen) / columns)
    with drawing(1.25 * columns + 0.2, 1.55 * rows + 0.45, "drawing pictures") as figure:
        grid = np.asarray(figure.subplots(rows, columns, squeeze=False)).ravel()
        for axes in grid:
            axes.set_axis_off()
        for axes, picture, index in zip(grid, shown, chosen):
            axes.imshow(picture, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
            caption, style = _caption(report, int(index))
            axes.set_title(caption, **style)
        wrong = int((report.y_true != report.y_pred).sum())
        legend = "true → predicted" + (" (confidence)" if report.y_prob is not None else "")
        figure.suptitle(f"{wrong:,} of {len(report.y_true):,} predicted wrongly; {legend}", fontsize=10)
        return save(figure, path)


def _caption(report: ClassificationReport, index: int) -> tuple[str, dict[str, Any]]:
    true, predicted = int(report.y_true[index]), int(report.y_pred[index])
    sure = "" if report.y_prob is None else f" ({report.confidence[index]:.0%})"
    right = true == predicted
    names = [cut(report.class_names[c], 12) for c in (true, predicted)]
    gap = "\n" if width(names[0] + names[1]) > 6 else " "
    text = f"{names[0]}{sure}" if right else f"{names[0]}{gap}→ {names[1]}{sure}"
    return text, {"fontsize": 8, "color": GOOD if right else BAD, "pad": 3}


def save_roc(report: ClassificationReport, path: PathLike | None = None) -> Figure:
    """Draw the ROC curves: one per class (the second class alone where there are two).

    Args:
        report: from ``classification``, with probabilities.
        path: file to write; None writes none.
    """
    _need_probabilities(report)
    with drawing(4.8, 4.4, "drawing ROC curves") as figure:
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], color="0.6", linestyle=":", linewidth=1)
        for number, c in enumerate(_classes_to_draw(report, report.auc)):
            curve = report.roc[c]
            label = f"{cut(report.class_names[c], 28)}: AUC {curve.auc:.4f}"
            axes.plot(curve.fpr, curve.tpr, label=label, **_line(number))
        axes.set(xlabel="false positive rate", ylabel="true positive rate", title="ROC", aspect="equal")
        return save(_finished(figure, axes, "lower right"), path)


def save_precision_recall(report: ClassificationReport, path: PathLike | None = None) -> Figure:
    """Draw the precision-recall curves: one per class (the second class alone where there are two).

    Args:
        report: from ``classification``, with probabilities.
        path: file to write; None writes none.
    """
    _need_probabilities(report)
    with drawing(4.8, 4.4, "drawing precision-recall curves") as figure:
        axes = figure.subplots()
        for number, c in enumerate(_classes_to_draw(report, report.average_precision)):
            curve = report.precision_recall[c]
            label = f"{cut(report.class_names[c], 28)}: AP {curve.average_precision:.4f}"
            axes.step(curve.recall, curve.precision, where="post", label=label, **_line(number))
        axes.set(xlabel="recall", ylabel="precision", title="precision and recall", aspect="equal")
        return save(_finished(figure, axes, "lower left"), path)


def save_calibration(report: ClassificationReport, path: PathLike | None = None) -> Figure:
    """Draw how often predictions of each confidence are right, and how many there are.

    Args:
        report: from ``classification``, with probabilities.
        path: file to write; None writes none.
    """
    _need_probabilities(report)
    found = report.calibration
    assert found is not None  # there are probabilities
    with drawing(4.8, 4.8, "drawing calibration") as figure:
        top, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        top.plot([0, 1], [0, 1], color="0.6", linestyle=":", linewidth=1, label="perfectly calibrated")
        used = found.count > 0
        top.plot(
            found.confidence[used], found.accuracy[used], "o-", color=PALETTE[0], markersize=4, label="model"
        )
        top.set(ylabel="share that is right", title=f"calibration error {found.ece:.4f}", ylim=(-0.02, 1.02))
        top.legend(loc="upper left")
        below.bar(
            found.edges[:-1], found.count, np.diff(found.edges), align="edge", color=PALETTE[5], edgecolor="w"
        )
        below.set(xlabel="confidence", ylabel="rows", xlim=(0, 1))
        for axes in (top, below):
            axes.grid(alpha=0.25)
        return save(figure, path)


def save_residuals(report: RegressionReport, path: PathLike | None = None) -> Figure:
    """Draw predicted against true values, and the errors against the predictions.

    Args:
        report: from ``regression``.
        path: file to write; None writes none.
    """
    with drawing(8.4, 4.0, "drawing residuals") as figure:
        left, right = figure.subplots(1, 2)
        low = min(report.y_true.min(), report.y_pred.min())
        high = max(report.y_true.max(), report.y_pred.max())
        left.plot([low, high], [low, high], color="0.6", linestyle=":", linewidth=1)
        right.axhline(0, color="0.6", linestyle=":", linewidth=1)
        size = 12 if len(report.y_true) < 500 else 3
        rasterized = len(report.y_true) > 2000  # or an SVG of many points becomes huge
        for output in range(report.y_true.shape[1]):
            style: dict[str, Any] = {
                "s": size,
                "alpha": 0.5,
                "color": PALETTE[output % len(PALETTE)],
                "linewidths": 0,
            }
            style |= {"rasterized": rasterized}
            left.scatter(report.y_true[:, output], report.y_pred[:, output], **style)
            right.scatter(report.y_pred[:, output], report.residuals[:, output], **style)
        left.set(xlabel="true", ylabel="predicted", title=f"R² {report.r2:.4f}")
        right.set(
            xlabel="predicted", ylabel="true - predicted", title=f"mean absolute error {report.mae:.4g}"
        )
        for axes in (left, right):
            axes.grid(alpha=0.25)
        return save(figure, path)


def _line(number: int) -> dict[str, Any]:
    """A line's colour, and dashes once the colours are used up."""
    return {"color": PALETTE[number % len(PALETTE)], "linestyle": "-" if number < len(PALETTE) else "--"}


def _need_probabilities(report: ClassificationReport) -> None:
    if report.y_prob is None:
        raise ArgumentError("Expected a report of probabilities. Received one of predicted labels only")


def _classes_to_draw(report: ClassificationReport, quality: np.ndarray) -> list[int]:
    """All classes; of two the second; of many the worst, which are the interesting ones."""
    count = len(report.class_names)
    if count == 2:
        return [1]
    defined = np.flatnonzero(~np.isnan(quality) & (report.support > 0))
    if len(defined) <= _LEGEND_UP_TO:
        return defined.tolist()
    return sorted(defined[np.argsort(quality[defined], kind="stable")[:_LEGEND_UP_TO]].tolist())


def _finished(figure: Figure, axes: Axes, place: Any) -> Figure:
    axes.grid(alpha=0.25)
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc=place, fontsize=7)
    return figure
