"""``tf.math.special``: Bessel functions and their like."""

from __future__ import annotations

from wubu.tensorflow import elementwise
from wubu.tensorflow.namespace import Namespace

special = Namespace(
    "special",
    **{
        name: getattr(elementwise, name)
        for name in (
            "bessel_i0",
            "bessel_i0e",
            "bessel_i1",
            "bessel_i1e",
            "bessel_j0",
            "bessel_j1",
            "bessel_k0",
            "bessel_k1",
            "bessel_y0",
            "bessel_y1",
        )
    },
)
