import json
import warnings

import numpy as np
import pytest
import torch

from wubu.errors import ArgumentError, EmptyDataError, LabelError, NonFiniteError, ShapeError
from wubu.report import classification
from wubu.report.calibration import calibration
from wubu.report.threshold_curves import precision_recall_curve, roc_curve

sk = pytest.importorskip("sklearn.metrics")
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")


def probabilities(rng, n, classes, ties=False):
    values = rng.dirichlet(np.ones(classes), n)
    if ties:
        values = np.round(values, 1)
        values[:, -1] = 1 - values[:, :-1].sum(axis=1)
        values = values.clip(0, 1)
    return values


def cases():
    rng = np.random.default_rng(0)
    yield "random", rng.integers(0, 5, 400), probabilities(rng, 400, 5)
    yield "ties", rng.integers(0, 4, 300), probabilities(rng, 300, 4, ties=True)
    yield "an empty class", rng.choice([0, 2, 3], 200), probabilities(rng, 200, 4)
    never = probabilities(rng, 200, 4)
    never[:, 1] = 0
    yield "a class never predicted", rng.integers(0, 4, 200), never / never.sum(axis=1, keepdims=True)
    yield "one class only", np.full(50, 2), probabilities(rng, 50, 3)
    yield "two classes", rng.integers(0, 2, 300), probabilities(rng, 300, 2)
    yield "one row", np.array([1]), probabilities(rng, 1, 3)
    yield "all right", np.arange(30) % 3, np.eye(3)[np.arange(30) % 3]
    yield "all wrong", np.arange(30) % 3, np.eye(3)[(np.arange(30) + 1) % 3]
    yield "constant", rng.integers(0, 3, 60), np.full((60, 3), 1 / 3)
    yield "hundred classes", rng.integers(0, 100, 1000), probabilities(rng, 1000, 100)


CASES = {name: (y, p) for name, y, p in cases()}


@pytest.fixture(params=CASES, ids=str)
def case(request):
    return CASES[request.param]


def test_rates_are_those_of_scikit_learn(case):
    y, p = case
    report = classification(y, p)
    labels = range(p.shape[1])
    predicted = p.argmax(axis=1)
    np.testing.assert_array_equal(report.confusion, sk.confusion_matrix(y, predicted, labels=labels))
    normalized = sk.confusion_matrix(y, predicted, labels=labels, normalize="true")
    np.testing.assert_allclose(report.normalized, normalized)
    assert report.accuracy == sk.accuracy_score(y, predicted)
    assert report.balanced_accuracy == pytest.approx(sk.balanced_accuracy_score(y, predicted))
    found = sk.precision_recall_fscore_support(y, predicted, labels=labels, zero_division=0)
    for ours, theirs in zip((report.precision, report.recall, report.f1, report.support), found):
        np.testing.assert_allclose(ours, theirs)
    for mean in ("macro", "micro", "weighted"):
        found = sk.precision_recall_fscore_support(y, predicted, labels=labels, average=mean, zero_division=0)
        ours = getattr(report, mean)
        np.testing.assert_allclose([ours["precision"], ours["recall"], ours["f1"]], found[:3])


def test_specificity_and_its_kin(case):
    y, p = case
    report = classification(y, p)
    for c in range(p.shape[1]):
        tn, fp, fn, tp = sk.confusion_matrix(y == c, p.argmax(axis=1) == c, labels=[False, True]).ravel()
        expected = [
            tn / (tn + fp) if tn + fp else np.nan,
            fp / (tn + fp) if tn + fp else np.nan,
            fn / (fn + tp) if fn + tp else np.nan,
        ]
        np.testing.assert_allclose([report.specificity[c], report.fpr[c], report.fnr[c]], expected)


def test_curves_are_those_of_scikit_learn(case):
    y, p = case
    report = classification(y, p)
    for c in range(min(p.shape[1], 12)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fpr, tpr, thresholds = sk.roc_curve(y == c, p[:, c])
            precision, recall, cuts = sk.precision_recall_curve(y == c, p[:, c])
            area = sk.average_precision_score(y == c, p[:, c])
        ours = report.roc[c]
        np.testing.assert_allclose(ours.fpr, fpr)
        np.testing.assert_allclose(ours.tpr, tpr)
        np.testing.assert_allclose(ours.thresholds, thresholds)
        if 0 < (y == c).sum() < len(y):
            assert report.auc[c] == pytest.approx(sk.roc_auc_score(y == c, p[:, c]))
        else:
            assert np.isnan(report.auc[c])
        np.testing.assert_allclose(report.precision_recall[c].precision, precision)
        np.testing.assert_allclose(report.precision_recall[c].recall, recall)
        np.testing.assert_allclose(report.precision_recall[c].thresholds, cuts)
        assert report.average_precision[c] == pytest.approx(area)


def test_means_of_auc(case):
    y, p = case
    report = classification(y, p)
    if len(set(y.tolist())) == p.shape[1] > 2:
        found = sk.roc_auc_score(y, p / p.sum(axis=1, keepdims=True), multi_class="ovr", average="macro")
        assert report.as_dict()["auc"]["macro"] == pytest.approx(found)
        one_hot = np.eye(p.shape[1])[y]
        assert report.micro_roc.auc == pytest.approx(sk.roc_auc_score(one_hot, p, average="micro"))


def test_log_loss_and_top_k(case):
    y, p = case
    report = classification(y, p)
    labels = range(p.shape[1])
    scaled = p / p.sum(axis=1, keepdims=True)
    assert report.log_loss == pytest.approx(sk.log_loss(y, scaled, labels=labels))
    if p.shape[1] > 2:
        assert report.top_k_accuracy(2) == pytest.approx(sk.top_k_accuracy_score(y, p, k=2, labels=labels))


def test_calibration_is_that_of_scikit_learn(case):
    from sklearn.calibration import calibration_curve

    y, p = case
    report = classification(y, p)
    right = y == p.argmax(axis=1)
    accuracy, confidence = calibration_curve(right, p.max(axis=1), n_bins=10)
    found = report.calibration
    used = found.count > 0
    np.testing.assert_allclose(found.accuracy[used], accuracy)
    np.testing.assert_allclose(found.confidence[used], confidence)
    assert found.ece == pytest.approx(np.average(np.abs(accuracy - confidence), weights=found.count[used]))
    assert found.count.sum() == len(y)


def test_random_curves_many_times():
    rng = np.random.default_rng(1)
    for _ in range(200):
        n = int(rng.integers(2, 30))
        y, score = rng.integers(0, 2, n), np.round(rng.random(n), int(rng.integers(1, 4)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fpr, tpr, _ = sk.roc_curve(y, score)
        ours = roc_curve(y == 1, score)
        np.testing.assert_allclose(ours.fpr, fpr)
        np.testing.assert_allclose(ours.tpr, tpr)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            precision, recall, _ = sk.precision_recall_curve(y, score)
        ours_pr = precision_recall_curve(y == 1, score)
        np.testing.assert_allclose(ours_pr.precision, precision)
        np.testing.assert_allclose(ours_pr.recall, recall)


def cat_dog():
    """90 cats, of which 80 are found, and 100 dogs, of which 92 are."""
    true = ["cat"] * 90 + ["dog"] * 100
    predicted = ["cat"] * 80 + ["dog"] * 10 + ["cat"] * 8 + ["dog"] * 92
    return true, predicted


def test_cats_and_dogs():
    report = classification(*cat_dog())
    assert report.class_names == ("cat", "dog")
    assert report.confusion.tolist() == [[80, 10], [8, 92]]
    assert report.accuracy == pytest.approx(172 / 190)
    assert report.precision.tolist() == pytest.approx([80 / 88, 92 / 102])
    assert report.recall.tolist() == pytest.approx([80 / 90, 0.92])
    assert report.specificity.tolist() == pytest.approx([0.92, 80 / 90])
    assert report.fpr.tolist() == pytest.approx([0.08, 10 / 90])
    assert report.fnr.tolist() == pytest.approx([10 / 90, 0.08])
    assert report.f1.tolist() == pytest.approx([160 / 178, 184 / 202])
    assert report.y_prob is None and report.roc == () and report.calibration is None
    assert np.isnan(report.log_loss) and np.isnan(report.top_k_accuracy(1))
    first = report.top_confusions()[0]
    assert (first.true, first.predicted, first.count) == (0, 1, 10) and first.share == pytest.approx(1 / 9)
    text = report.as_text()
    assert "cat taken for dog: 10 (11.1% of cat)" in text and "AUC" not in text
    assert "accuracy 0.9053 (172 of 190)" in text
    json.dumps(report.as_dict(), allow_nan=False)


def test_all_forms_of_input_agree():
    rng = np.random.default_rng(5)
    y, p = rng.integers(0, 3, 40), probabilities(rng, 40, 3)
    names = ["a", "b", "c"]
    expected = classification(y, p, names).as_dict()
    forms = [
        (y.tolist(), p.tolist()),
        (y[:, None], p),
        (np.eye(3)[y], p),
        (np.eye(3, dtype="float32")[y], torch.tensor(p)),
        (torch.tensor(y), torch.tensor(p, requires_grad=True)),
        ([names[i] for i in y], p),
        (y.astype(float), p),
    ]
    for y_form, p_form in forms:
        assert classification(y_form, p_form, names).as_dict() == expected
    logits = np.log(p)
    np.testing.assert_allclose(classification(y, logits, from_logits=True).y_prob, p)


def test_one_probability_is_that_of_the_second_class():
    y, p = np.array([0, 1, 1, 0]), np.array([0.5, 0.51, 0.2, 0.1])
    for form in (p, p[:, None], p[:, None].astype("float32"), np.stack([1 - p, p], 1)):
        report = classification(y, form, ["no", "yes"])
        assert report.y_pred.tolist() == [0, 1, 0, 0]
        assert report.auc[1] == pytest.approx(sk.roc_auc_score(y, p))
    logits = np.log(p / (1 - p))
    np.testing.assert_allclose(classification(y, logits, from_logits=True).y_prob[:, 1], p)
    assert classification(y == 1, p).y_true.tolist() == y.tolist()


def test_mistakes_come_most_confident_first():
    y = np.array([0, 0, 1, 1, 2])
    p = np.array([[0.1, 0.9, 0], [0.2, 0.2, 0.6], [0, 1, 0], [0.95, 0.05, 0], [0.1, 0.1, 0.8]])
    report = classification(y, p)
    assert [m.index for m in report.mistakes()] == [3, 0, 1]
    assert report.mistakes(1)[0].confidence == pytest.approx(0.95)
    assert [m["index"] for m in report.as_dict()["mistakes"]] == [3, 0, 1]
    assert len(report.mistakes(None)) == 3


def test_dictionary_is_json_and_complete(case, tmp_path):
    y, p = case
    report = classification(y, p)
    path = report.to_json(tmp_path / "report.json")
    found = json.loads(path.read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert found == report.as_dict()
    assert found["confusion_matrix"] == report.confusion.tolist()
    assert found["classes"][0]["recall"] == pytest.approx(report.recall[0])
    assert ("roc" in found["classes"][0]) == (p.shape[1] <= 50)
    if "roc" in found["classes"][0]:
        assert len(found["classes"][0]["roc"]["fpr"]) <= 101
    assert "roc" not in report.as_dict(curves=False)["classes"][0]
    assert isinstance(report.as_text(), str)


def test_text_is_aligned_with_chinese_names():
    from wubu.report.text_table import width

    report = classification(
        [0, 1, 1, 0], [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.7, 0.3]], ["猫", "a longer name"]
    )
    lines = report.as_text().splitlines()
    assert len({width(line) for line in lines[:3]}) == 1
    assert "猫" in lines[1]


@pytest.mark.parametrize(
    "y, p, names, error, message",
    [
        ([], [], None, EmptyDataError, "at least one"),
        ([0, 1], [[0.5, 0.5]], None, ShapeError, "Received 1 and 2"),
        ([0, 3], [[0.5, 0.5]] * 2, None, LabelError, r"0\.\.1 for 2 classes"),
        ([0, -1], [[0.5, 0.5]] * 2, None, LabelError, "labels -1"),
        ([0, 0.5], [[0.5, 0.5]] * 2, None, LabelError, "whole"),
        ([0, np.nan], [[0.5, 0.5]] * 2, None, LabelError, "NaN"),
        ([0, 1], [[0.5, np.nan]] * 2, None, NonFiniteError, "2 rows, the first at 0"),
        ([0, 1], [[-3.0, 8.0]] * 2, None, ArgumentError, "from_logits=True"),
        ([0, 1], [[0.5, 0.5]] * 2, ["a", "b", "c"], ShapeError, "3 names"),
        (["x", "a"], [[0.5, 0.5]] * 2, ["a", "b"], LabelError, "Received: x"),
        ([[1, 1], [0, 1]], [[0.5, 0.5]] * 2, None, LabelError, "one-hot"),
        ([0, 1], np.zeros((2, 2, 2)), None, ShapeError, "(n, classes)"),
        (np.zeros((2, 2, 2)), [[0.5, 0.5]] * 2, None, ShapeError, "labels"),
    ],
)
def test_bad_input(y, p, names, error, message):
    with pytest.raises(
        error,
        match=message.replace("(n,", r"\(n,").replace("classes)", r"classes\)")
        if "(n," in message
        else message,
    ):
        classification(y, p, names)


def test_calibration_edges():
    found = calibration(np.array([1, 1, 0]), np.array([0.0, 0.1, 1.0]))
    assert found.count.tolist() == [2, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert found.ece == pytest.approx((2 * abs(1 - 0.05) + 1) / 3)
