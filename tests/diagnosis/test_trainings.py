"""Every sickness is named, and healthy trainings get no finding."""

from __future__ import annotations

import pytest
from diagnosis_trainings import HEALTHY, SICK

from wubu.diagnosis.finding import ORDER

pytestmark = pytest.mark.filterwarnings("ignore:The loss of epoch")


@pytest.mark.parametrize("name", SICK)
def test_a_sick_training_is_named(name, record_property):
    expected, make = SICK[name]
    found = make().fit().diagnose()
    record_property("diagnosis", ("sick", name, expected, ", ".join(f.name for f in found) or "-"))
    assert expected in [f.name for f in found][:2]
    (finding,) = [f for f in found if f.name == expected]
    assert finding.seen and finding.why and finding.change
    assert expected == "diverged" or any(letter.isdigit() for letter in finding.seen)
    assert str(finding).startswith(finding.headline)


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_training_gets_no_finding(name, record_property):
    found = HEALTHY[name]().fit().diagnose()
    record_property("diagnosis", ("healthy", name, "-", ", ".join(f.name for f in found) or "-"))
    assert found == []


def test_every_sickness_is_among_the_trainings():
    assert {name for name, _ in SICK.values()} == set(ORDER)


@pytest.mark.parametrize("name", HEALTHY)
def test_fit_says_nothing_after_a_healthy_training(name, capsys):
    training = HEALTHY[name]()
    training.fit(verbose=2)
    said = capsys.readouterr().out
    assert not [sickness for sickness in ORDER if sickness[0].upper() + sickness[1:] in said]
