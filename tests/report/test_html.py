import re
from html.parser import HTMLParser

import numpy as np
import pytest

from wubu.core.text_width import cut
from wubu.errors import ShapeError
from wubu.report import classification, regression
from wubu.report.html import save_html
from wubu.report.svg_charts import Line, chart, ticks

RNG = np.random.default_rng(0)
VOID = {"meta", "link", "img", "br"}
EVIL = "<script>alert('x')</script>&\"'"


class Balanced(HTMLParser):
    """Checks that tags are closed in order; keeps tags, attributes and text."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.links, self.words = [], [], [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [v for k, v in attributes if k in ("src", "href", "xlink:href", "action")]
        assert not any(k.startswith("on") for k, _ in attributes)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data):
        self.words.append(data)


def read(path):
    page = Balanced()
    page.feed(path.read_text(encoding="utf-8"))
    assert page.open == []
    return page


def some(classes=3, n=60, names=None):
    y, p = RNG.integers(0, classes, n), RNG.dirichlet(np.ones(classes), n)
    return classification(y, p, names)


@pytest.fixture
def full(tmp_path):
    names = ["cat", "狗", EVIL]
    history = {
        "loss": [3.0, 2.0, 1.0],
        "val_loss": [3.0, 1.5, 2.0],
        "acc": [0.1, 0.5, np.nan],
        "lr": [0.1, 0.01, 1e-5],
    }
    return save_html(
        tmp_path / "report.html",
        some(3, 60, names),
        history=history,
        settings={"optimizer": {"name": "adam", EVIL: 0.001}, "shape": (28, 28), "text": EVIL},
        images=RNG.random((60, 8, 8)),
        findings=[f"overfitting {EVIL}"],
        summary=f"Model {EVIL}",
        title=f"run {EVIL}",
    )


def test_everything_is_there_and_nothing_is_fetched(full):
    page = read(full)
    text = " ".join(page.words)
    for words in (
        "accuracy",
        "Learning curves",
        "Confusion matrix",
        "Mistakes and hits",
        "Probabilities",
        "Settings",
    ):
        assert words in text
    assert "狗" in text and "best: epoch 2" in text and "Diagnosis" in text
    assert page.tags.count("img") == 48 and page.tags.count("svg") == 6
    assert all(link.startswith("data:") for link in page.links)
    assert "script" not in page.tags
    source = full.read_text(encoding="utf-8")
    addresses = set(re.findall(r"https?://[^\"'\s<)]+", source))
    assert addresses == {"http://www.w3.org/2000/svg"}  # a name, not an address
    assert "url(" not in source and "@import" not in source


def test_parts_that_are_not_given_are_left_out(tmp_path):
    page = read(save_html(tmp_path / "a.html", some()))
    text = " ".join(page.words)
    assert "Confusion matrix" in text
    assert not any(
        word in text for word in ("Learning curves", "Mistakes and hits", "Diagnosis", "Settings", "Model")
    )
    read(save_html(tmp_path / "b.html"))
    labels_only = classification([0, 1, 1], [0, 1, 0])
    assert "Probabilities" not in " ".join(read(save_html(tmp_path / "c.html", labels_only)).words)


@pytest.mark.parametrize("classes", [2, 12, 60])
def test_few_and_many_classes(tmp_path, classes):
    page = read(save_html(tmp_path / "a.html", some(classes, 400)))
    text = " ".join(page.words)
    assert ("Confusion matrix" in text) == (classes <= 40)
    assert ("smallest AUC" in text) == (classes > 8)


def test_degenerate_reports(tmp_path):
    for y, p in (
        ([0], [[1.0, 0.0]]),
        ([1, 1], [[0.5, 0.5]] * 2),
        ([0, 1], np.eye(2)),
        ([0, 1, 2], np.eye(3)),
    ):
        read(save_html(tmp_path / "a.html", classification(y, p), history={"loss": [1.0]}))


@pytest.mark.parametrize("outputs", [1, 2])
def test_regression_page(tmp_path, outputs):
    true = RNG.normal(size=(5000, outputs))
    path = save_html(tmp_path / "a.html", regression(true, true + 0.1), history={"loss": [1.0, 0.5]})
    assert "R²" in " ".join(read(path).words)
    assert path.stat().st_size < 600_000 * outputs
    read(save_html(tmp_path / "b.html", regression([1.0], [1.0])))


def test_colour_pictures_and_wrong_counts(tmp_path):
    page = read(save_html(tmp_path / "a.html", some(), images=RNG.integers(0, 256, (60, 9, 7, 3)), limit=10))
    assert page.tags.count("img") == 10
    with pytest.raises(ShapeError, match="59"):
        save_html(tmp_path / "a.html", some(), images=np.zeros((59, 8, 8)))


def test_ticks_are_round():
    assert ticks(0, 1) == [0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert ticks(1, 30, whole=True) == [5, 10, 15, 20, 25, 30]
    assert ticks(1, 3, whole=True) == [1, 2, 3]
    for low, high in RNG.normal(size=(200, 2)) * 10 ** RNG.uniform(-6, 6, (200, 1)):
        low, high = sorted((float(low), float(high)))
        found = ticks(low, high)
        assert 2 <= len(found) <= 8 and all(low - 1e-9 <= t <= high + abs(high) * 1e-9 + 1e-9 for t in found)


def test_charts_of_odd_values():
    for y in ([], [1.0], [2.0, 2.0], [float("nan")] * 3, [1, float("inf"), 3], [0.0, -1.0, 5.0]):
        for logarithmic in (False, True):
            drawn = chart("t", [Line("a", list(range(len(y))), y)], "epoch", logarithmic=logarithmic)
            assert "nan" not in drawn and "inf" not in drawn
            Balanced().feed(drawn)
    assert chart("t", [Line("", [0, 1, 2], [0, float("nan"), 1])], "x").count("<circle") == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser(full, browser, tmp_path, scheme):
    browser._call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    browser.visit(full.as_uri(), "'Confusion matrix'", "'狗'")
    browser.photograph(tmp_path / "page.png")
    assert browser.errors == []
    asked = [url for url in browser.requests if not url.startswith("data:")]
    assert asked == [full.as_uri()]
    # nothing is wider than the page, on a telephone either
    browser._call("Emulation.setDeviceMetricsOverride", width=400, height=800, deviceScaleFactor=1, mobile=False)
    browser.visit(full.as_uri(), "'Confusion matrix'")
    assert browser.ask("document.documentElement.scrollWidth") <= 400
    browser._call("Emulation.clearDeviceMetricsOverride")


def test_a_diagnosis_that_found_nothing_says_so(tmp_path):
    assert "Diagnosis" not in save_html(tmp_path / "none.html", some()).read_text(encoding="utf-8")
    assert "Nothing conspicuous" in save_html(tmp_path / "well.html", some(), findings=[]).read_text(encoding="utf-8")


def test_counts_and_shares_of_the_matrix(tmp_path):
    truth = np.repeat([0, 1], [90, 100])
    predicted = np.concatenate([np.repeat([0, 1], [80, 10]), np.repeat([0, 1], [8, 92])])
    text = " ".join(read(save_html(tmp_path / "page.html", classification(truth, predicted, ["cat", "dog"]))).words)
    assert re.search(r"cat 80 88\.9% 10 11\.1%.* dog 8 8\.0% 92 92\.0%", text)


def test_long_names_do_not_widen_the_matrix_nor_leave_a_legend(tmp_path):
    names = [f"a rather long name of a class, number {c}" for c in range(4)]
    page = save_html(tmp_path / "page.html", some(4, 80, names)).read_text(encoding="utf-8")
    assert 'class="matrix upright"' in page
    legends = re.findall(r'class="legend"[^>]*>([^<]*)<', page)
    assert len(legends) == 8 and all(re.fullmatch(r"a rather .*…: [01]\.\d{4}", text) for text in legends)
    assert 'class="matrix"' in save_html(tmp_path / "short.html", some(4, 80, list("猫狗鸟鱼"))).read_text(encoding="utf-8")


def test_labels_are_cut_by_width():
    assert cut("short: 0.5", 20) == "short: 0.5"
    assert cut("a long name: 0.5", 12) == "a long…: 0.5"
    assert cut("很长的名字: 0.5", 12) == "很长的…: 0.5"
    assert cut("no figure at all", 8) == "no figu…"
