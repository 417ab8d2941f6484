"""The course programs run unmodified; shortened here, whole with ``make programs``."""

from __future__ import annotations

import course
import pytest

# Listing 5-8 reads the model that listing 5-7 has written.
AFTER = {"s2_listing_5_8.py": "s2_listing_5_7.py"}
ALONE = [name for name in course.PROGRAMS if name not in AFTER]


@pytest.mark.skipif(not course.PROGRAMS, reason="needs the folder shared/ beside the checkout")
@pytest.mark.parametrize("name", ALONE)
def test_program(name, course_data, tmp_path):
    for entry in ("images", "keras", "sklearn"):
        (tmp_path / entry).symlink_to(course_data / entry)
    follow = [name, *(later for later, first in AFTER.items() if first == name)]
    for one in follow:
        done = course.run(one, tmp_path, KERAS_MAX_EPOCHS="1", KERAS_MAX_STEPS_PER_EPOCH="1")
        assert done.returncode == 0, done.stderr[-3000:]
    if name == "s2_listing_5_5.py":
        assert course._hparams_runs(tmp_path) == 8
