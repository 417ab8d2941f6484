"""Columns of tables beside tf_keras's DenseFeatures."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

import feature_columns  # noqa: E402

from wubu.legacy.dense_features import DenseFeatures  # noqa: E402
from wubu.ops import convert_to_numpy  # noqa: E402


def test_every_kind_of_column(run_tf: Callable[..., str]) -> None:
    from wubu.tensorflow import feature_column

    theirs = json.loads(run_tf("feature_columns.py").splitlines()[-1])
    given = {key: np.array(values) for key, values in feature_columns.table().items()}
    mine = feature_columns.columns(feature_column)
    assert set(mine) == set(theirs)
    for name, parts in mine.items():
        np.testing.assert_allclose(convert_to_numpy(DenseFeatures(parts)(given)), theirs[name], rtol=1e-6, err_msg=name)
