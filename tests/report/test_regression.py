import json

import numpy as np
import pytest
import torch

from wubu.errors import EmptyDataError, NonFiniteError, ShapeError
from wubu.report import regression

sk = pytest.importorskip("sklearn.metrics")
RNG = np.random.default_rng(0)

CASES = {
    "random": (RNG.normal(size=100), RNG.normal(size=100)),
    "good": (np.arange(50.0), np.arange(50.0) + RNG.normal(size=50)),
    "several outputs": (RNG.normal(size=(40, 3)), RNG.normal(size=(40, 3))),
    "perfect": (np.arange(9.0), np.arange(9.0)),
    "constant": (np.ones(9), RNG.normal(size=9)),
    "constant and right": (np.ones(9), np.ones(9)),
    "a constant output": (np.c_[np.ones(9), np.arange(9.0)], np.c_[np.zeros(9), np.arange(9.0)]),
}


@pytest.mark.parametrize("name", CASES)
def test_figures_are_those_of_scikit_learn(name):
    true, predicted = CASES[name]
    report = regression(true, predicted)
    assert report.mae == pytest.approx(sk.mean_absolute_error(true, predicted))
    assert report.mse == pytest.approx(sk.mean_squared_error(true, predicted))
    assert report.rmse == pytest.approx(sk.root_mean_squared_error(true, predicted))
    assert report.r2 == pytest.approx(sk.r2_score(true, predicted))
    assert report.median_error == pytest.approx(sk.median_absolute_error(true, predicted))
    if true.ndim == 1:
        assert report.largest_error == pytest.approx(sk.max_error(true, predicted))
    np.testing.assert_allclose(report.residuals, (true - predicted).reshape(len(true), -1))
    assert json.loads(json.dumps(report.as_dict(), allow_nan=False))["samples"] == len(true)


def test_forms_of_input_and_worst_rows(tmp_path):
    report = regression([1, 2, 3], torch.tensor([[1.0], [5.0], [2.5]]))
    assert report.worst(2) == [1, 2]
    assert report.bias == pytest.approx((3 - 0.5) / 3)
    assert "mean absolute error" in report.as_text() and "R²" in report.as_text()
    assert json.loads(report.to_json(tmp_path / "r.json").read_text())["mae"] == pytest.approx(3.5 / 3)


def test_one_row_has_no_r2():
    report = regression([1.0], [2.0])
    assert np.isnan(report.r2) and report.as_dict()["r2"] is None


def test_bad_input():
    with pytest.raises(EmptyDataError):
        regression([], [])
    with pytest.raises(ShapeError, match=r"\(2, 1\)"):
        regression([1, 2], [1, 2, 3])
    with pytest.raises(NonFiniteError, match="predictions.*row 1"):
        regression([1, 2], [1, np.inf])
