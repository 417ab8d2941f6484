import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from wubu.errors import ArgumentError, EmptyDataError, MissingDependencyError, ShapeError
from wubu.report import classification, regression
from wubu.report.learning_curves import panels
from wubu.report.pictures import as_pictures, png

pytest.importorskip("matplotlib")
from PIL import Image  # noqa: E402

from wubu.report import figures, plots  # noqa: E402
from wubu.report.figures import as_png, show  # noqa: E402
from wubu.report.samples import choose_samples  # noqa: E402

RNG = np.random.default_rng(0)


def report(classes=4, n=200, names=None):
    y = RNG.integers(0, classes, n)
    p = RNG.dirichlet(np.ones(classes), n)
    p[np.arange(n), y] += 0.5
    return classification(y, p / p.sum(axis=1, keepdims=True), names)


def is_picture(path):
    with Image.open(path) as picture:
        picture.load()
        spread = np.asarray(picture.convert("L")).std()
    assert spread > 1, "an empty picture"
    return True


HISTORIES = {
    "plain": {"loss": [1.0, 0.5, 0.2], "accuracy": [0.1, 0.5, 0.9]},
    "validation": {
        "loss": [1.0, 0.5],
        "acc": [0.1, 0.5],
        "val_loss": [1.1, 0.9],
        "val_acc": [0.1, 0.4],
        "lr": [0.1, 0.01],
    },
    "one epoch": {"loss": [1.0]},
    "not finite": {"loss": [1.0, float("nan"), float("inf")], "val_loss": [float("nan")] * 3},
    "every other epoch": {"loss": [4.0, 3.0, 2.0, 1.0], "val_loss": [4.0, 2.0]},
    "wide": {"loss": [1000.0, 1.0, 0.001]},
    "many": {f"metric_{i}": [0.1, 0.2] for i in range(7)},
}


@pytest.mark.parametrize("name", HISTORIES)
def test_curves(tmp_path, name):
    plots.save_curves(HISTORIES[name], tmp_path / "curves.png")
    assert is_picture(tmp_path / "curves.png")


def test_panels_sort_a_history():
    found = panels(SimpleNamespace(history=HISTORIES["validation"], epoch=[4, 5]))
    assert [p.title for p in found] == ["loss", "acc", "lr"]
    assert [s.label for s in found[0].series] == ["train", "validation"]
    assert found[0].series[0].epochs == [5, 6] and found[0].best == (6, 0.9)
    assert [s.label for s in found[2].series] == ["lr"]
    assert panels(HISTORIES["every other epoch"])[0].series[1].epochs == [2, 4]
    assert panels(HISTORIES["not finite"])[0].best is None
    assert panels(HISTORIES["wide"])[0].logarithmic
    assert panels({"val_f1": [0.5], "epoch": [1], "note": ["x"]})[0].title == "val_f1"
    with pytest.raises(EmptyDataError):
        panels({})
    with pytest.raises(ArgumentError, match="list"):
        panels([1, 2])


@pytest.mark.parametrize("classes", [2, 10, 40, 120])
def test_confusion_matrix_and_curves_of_a_report(tmp_path, classes):
    found = report(classes, n=1000, names=[f"class {i}" for i in range(classes)])
    for name in ("confusion_matrix", "roc", "precision_recall", "calibration"):
        getattr(plots, f"save_{name}")(found, tmp_path / f"{name}.png")
        assert is_picture(tmp_path / f"{name}.png")


def test_degenerate_reports_are_drawn(tmp_path):
    for number, (y, p) in enumerate([([0], [[1.0, 0.0]]), ([1, 1], [[0.5, 0.5]] * 2), ([0, 1], np.eye(2))]):
        found = classification(y, p)
        for name in ("confusion_matrix", "roc", "precision_recall", "calibration"):
            getattr(plots, f"save_{name}")(found, tmp_path / f"{name}{number}.png")


def test_a_report_of_labels_has_no_curves():
    found = classification([0, 1], [1, 1])
    for name in ("roc", "precision_recall", "calibration"):
        with pytest.raises(ArgumentError, match="probabilities"):
            getattr(plots, f"save_{name}")(found)
    plots.save_confusion_matrix(found)


@pytest.mark.parametrize("shape", [(8, 8), (8, 8, 1), (8, 8, 3), (3, 8, 8), (64,), (5, 9, 4)])
def test_samples_of_any_shape(tmp_path, shape):
    images = RNG.random((30, *shape))
    y, p = RNG.integers(0, 3, 30), RNG.dirichlet(np.ones(3), 30)
    plots.save_samples(images, y, p, ["a", "b", "a very long name of a class"], tmp_path / "s.png", limit=10)
    assert is_picture(tmp_path / "s.png")


def test_mistakes_come_first_and_hits_are_not_forgotten():
    y = np.zeros(100, dtype=int)
    p = np.tile([0.9, 0.1], (100, 1))
    p[:60] = np.stack([0.4 - np.arange(60) / 200, 0.6 + np.arange(60) / 200], axis=1)
    chosen = choose_samples(classification(y, p), 20)
    assert chosen[:15].tolist() == list(range(59, 44, -1))
    assert len(chosen) == 20 and (chosen[15:] >= 60).all()
    p[3:60] = [0.9, 0.1]
    chosen = choose_samples(classification(y, p), 20)
    assert sorted(chosen[:3]) == [0, 1, 2] and len(set(chosen.tolist())) == 20
    right = classification([0, 1], np.eye(2))
    assert choose_samples(right, 20).tolist() == [0, 1]
    wrong = classification([1, 0], np.eye(2))
    assert sorted(choose_samples(wrong, 20).tolist()) == [0, 1]


def test_samples_that_do_not_fit():
    with pytest.raises(ArgumentError, match="3 and 2"):
        plots.save_samples(np.zeros((3, 8, 8)), [0, 1], np.eye(2))
    with pytest.raises(ShapeError, match="pictures"):
        plots.save_samples(np.zeros((2, 7)), [0, 1], np.eye(2))


@pytest.mark.parametrize("outputs", [1, 3])
def test_residuals(tmp_path, outputs):
    true = RNG.normal(size=(300, outputs))
    plots.save_residuals(regression(true, true + 0.1), tmp_path / "r.png")
    assert is_picture(tmp_path / "r.png")


def test_formats_and_figures(tmp_path):
    history = HISTORIES["plain"]
    figure = plots.save_curves(history, tmp_path / "c.svg")
    assert (tmp_path / "c.svg").read_text().startswith("<?xml")
    plots.save_curves(history, tmp_path / "c.pdf")
    assert (tmp_path / "c.pdf").read_bytes().startswith(b"%PDF")
    plots.save_curves(history, tmp_path / "plain")
    assert as_png(figure).startswith(b"\x89PNG")
    with pytest.raises(ArgumentError, match="format"):
        plots.save_curves(history, tmp_path / "c.docx")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["c.pdf", "c.svg", "plain"]


def test_show_outside_a_notebook(monkeypatch):
    shown = []
    monkeypatch.setattr(Image.Image, "show", lambda self: shown.append(self.size))
    show(plots.save_curves(HISTORIES["plain"]))
    assert len(shown) == 1


def test_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'wubu\[report\]'"):
        plots.save_curves(HISTORIES["plain"])


def test_neither_pyplot_nor_matplotlib_is_loaded_early():
    code = (
        "import sys, wubu.report, wubu.report.plots as p\n"
        "assert 'matplotlib' not in sys.modules\n"
        "p.save_curves({'loss': [1, 2]})\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": "src", "MPLBACKEND": "tkagg"})


def test_pictures_of_any_range():
    grey = np.arange(16.0).reshape(1, 4, 4)
    assert as_pictures(grey).max() == 255 and as_pictures(grey).min() == 0
    assert as_pictures(grey / 15).max() == 255
    assert as_pictures(grey / 30).max() == 128  # within 0..1, so that a dark picture stays dark
    assert as_pictures(grey * 10).max() == 150  # within 0..255
    assert as_pictures(grey - 8).min() == 0
    assert as_pictures(grey, (0, 30)).max() == 128
    assert as_pictures(np.full((1, 4, 4), np.nan)).tolist() == np.zeros((1, 4, 4)).tolist()
    digits = RNG.integers(0, 17, (5, 8, 8)).astype(np.uint8)
    assert as_pictures(digits).max() == 255
    assert as_pictures(np.zeros((2, 3, 8, 8))).shape == (2, 8, 8, 3)
    assert as_pictures(np.zeros((2, 784))).shape == (2, 28, 28)
    assert as_pictures(np.zeros((2, 8, 8, 4))).shape == (2, 8, 8, 3)


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3), (1, 1)])
def test_png_is_read_back(tmp_path, shape):
    picture = RNG.integers(0, 256, shape).astype(np.uint8)
    (tmp_path / "p.png").write_bytes(png(picture))
    with Image.open(tmp_path / "p.png") as found:
        np.testing.assert_array_equal(np.asarray(found), picture)


def test_signs_that_no_font_has_are_told_of_once(tmp_path, monkeypatch):
    monkeypatch.setattr(figures, "_cjk_fonts", lambda: ())
    with pytest.warns(UserWarning, match="No installed font has the signs 猫.*Noto Sans CJK") as caught:
        plots.save_confusion_matrix(classification([0, 1, 1], [0, 1, 0], ["猫", "狗"]), tmp_path / "matrix.png")
    assert len(caught) == 1


def test_a_font_installed_later_is_found(monkeypatch):
    from matplotlib import font_manager

    listed = [font for font in font_manager.fontManager.ttflist if font.name not in figures._CJK_FONTS]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", listed)
    here = [path for path in font_manager.findSystemFonts() if "wqy" in path.lower() or "cjk" in path.lower()]
    figures._cjk_fonts.cache_clear()
    try:
        assert bool(figures._cjk_fonts()) == bool(here)
    finally:
        figures._cjk_fonts.cache_clear()


@pytest.mark.parametrize(("classes", "name"), [(2, "cat"), (12, "a class with a rather long name"), (60, "class number")])
def test_the_labels_of_a_matrix_are_within_the_picture(classes, name, tmp_path):
    labels = np.arange(classes * 2) % classes
    report = classification(labels, np.roll(labels, classes // 2), [f"{name} {c}" for c in range(classes)])
    figure = plots.save_confusion_matrix(report, tmp_path / "matrix.png")
    axes = figure.axes[0]
    for text in (axes.xaxis.label, axes.yaxis.label, axes.title, *axes.get_xticklabels(), *axes.get_yticklabels()):
        box = text.get_window_extent()
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= figure.bbox.width and box.y1 <= figure.bbox.height
    shares = {text.get_text() for text in axes.texts if text.get_text().endswith("%")}
    assert shares == ({"100.0%"} if classes <= 12 else set())
