"""Diagnosis: what is wrong with a training, in plain words, from its curves and one look at the model."""

from __future__ import annotations

from wubu.diagnosis.diagnose import diagnose
from wubu.diagnosis.finding import Finding

__all__ = ["Finding", "diagnose"]
