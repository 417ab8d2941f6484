"""Expressions of ``tf``, by the name that they are about: on random and on edge inputs, and in ways that fail.

``rnd``, ``pos``, ``unit`` and ``ints`` give random arrays, ``edge`` one of zeros, infinities and NaN; see ``describing``.
"""

# ruff: noqa: E501 - tables

from __future__ import annotations

CASES: dict[str, list[str]] = {}


def case(name: str, *expressions: str) -> None:
    """Add expressions for a name; ``{}`` stands for the name with its namespace."""
    CASES.setdefault(name, []).extend(e.replace("{}", f"tf.{name}") for e in expressions)


# --- functions of one number ---------------------------------------------------------------------------------------

for _name in (
    "math.acos math.acosh math.asin math.asinh math.atan math.atanh math.ceil math.cos math.cosh math.digamma math.erf "
    "math.erfc math.exp math.expm1 math.floor math.is_finite math.is_inf math.is_nan math.lgamma math.log math.log1p "
    "math.log_sigmoid math.reciprocal math.rint math.rsqrt math.sigmoid math.sin math.sinh math.softplus math.softsign "
    "math.sqrt math.square math.tan math.tanh math.abs math.sign math.negative math.round nn.relu nn.relu6 nn.elu nn.selu "
    "nn.softmax nn.log_softmax nn.gelu nn.silu nn.swish nn.leaky_relu nn.l2_loss nn.crelu"
).split():
    case(_name, "{}(rnd(3, 4))", "{}(pos(5).astype('float64'))", "{}(ints(4))", "{}([True])", "{}('a')", "{}([])")
    if _name not in ("math.digamma", "math.lgamma", "nn.gelu", "math.log_sigmoid", "nn.softmax", "nn.log_softmax"):
        case(_name, "{}(edge)")
    if not _name.startswith("math.is_"):
        case(_name, "grads({}, pos(3) * 0.3)")
# Where TensorFlow lacks a kernel it says so in other ways.
for _name, _lacking in (("math.reciprocal", "ints(4)"), ("nn.silu", "'a'"), ("nn.swish", "'a'")):
    CASES[_name].remove(f"tf.{_name}({_lacking})")
for _name in "acos acosh asin asinh atan atanh cos cosh exp floor sigmoid sin sinh sqrt square tan tanh abs sign negative round".split():
    case(_name, "{}(unit(4))", "{}(2.0)", "{}(2)")
for _name in "erfinv ndtri".split():
    case(f"math.{_name}", "{}(pos(4) * 0.3)", "{}(1)")
case("math.erfcinv", "{}(pos(4) * 0.3)")
for _name in "bessel_i0 bessel_i0e bessel_i1 bessel_i1e".split():
    case(f"math.{_name}", "{}(rnd(4))", "{}(3)")
for _name in "bessel_i0 bessel_i0e bessel_i1 bessel_i1e bessel_j0 bessel_j1 bessel_y0 bessel_y1 bessel_k0 bessel_k1".split():
    case(f"math.special.{_name}", "{}(pos(4))")
case("math.logical_not", "{}([True, False])", "{}(1)")
case("logical_not", "{}([True, False])")
case("bitwise.invert", "{}(ints(4))", "{}(1.0)")
for _name in ("math.real", "math.imag", "math.angle", "math.conj"):
    case(_name, "{}(tf.complex(rnd(3), rnd(3, seed=1)))", "{}(rnd(3))")
case("math.reciprocal_no_nan", "{}([2.0, 0.0])")
case("math.polygamma", "{}([1.0, 2.0, 0.0], [0.5, 1.5, 2.5])")
case("math.zeta", "{}([2.0, 3.0], [1.0, 2.0])")
case("math.igamma", "{}(pos(3), pos(3, seed=1))")
case("math.igammac", "{}(pos(3), pos(3, seed=1))")
case("math.betainc", "{}(pos(4), pos(4, seed=1), [0.1, 0.4, 0.6, 0.95])")
case("math.lbeta", "{}(pos(2, 3))")
case("math.nextafter", "{}([1.0], [2.0])")
case("math.polyval", "{}([1.0, 2.0, 3.0], 2.0)", "{}(3, 2.0)")

# --- functions of two numbers --------------------------------------------------------------------------------------

for _name in (
    "math.add math.subtract math.multiply math.divide math.truediv math.floordiv math.floormod math.mod math.pow "
    "math.maximum math.minimum math.squared_difference math.less math.less_equal math.greater math.greater_equal "
    "math.equal math.not_equal math.divide_no_nan math.multiply_no_nan math.xdivy math.xlogy math.xlog1py math.atan2"
).split():
    case(
        _name,
        "{}(pos(2, 3), pos(3, seed=1))",
        "{}(pos(2, 1), pos(1, 3, seed=1))",
        "{}(ints(4), ints(4, low=1))",
        "{}(tf.constant(1), tf.constant(1.0))",
        "{}(rnd(2), rnd(3))",
        "{}(2.0, 3)",
        "{}(tf.constant([1.0, 2.0]), np.array([1.0, 2.0]))",
        "{}(True, False)",
    )
for _name in "math.add math.subtract math.multiply math.divide math.maximum math.minimum math.divide_no_nan".split():
    case(_name, "{}(edge, edge[::-1].copy())", "grads({}, pos(2, 3), pos(3, seed=1))", "{}(rnd(0, 3), rnd(3))")
for _name in (
    "add subtract multiply divide truediv pow maximum minimum less less_equal greater greater_equal equal not_equal atan2 "
    "realdiv truncatediv truncatemod"
).split():
    case(_name, "{}(pos(3), pos(3, seed=1))", "{}(ints(3, low=1), ints(3, low=1, seed=1))")
CASES["realdiv"].pop()
case("add", "{}('a', 'b')", "{}(['a', 'b'], 'c')")
case("equal", "{}(['a', 'b'], 'a')")
case("math.floordiv", "{}([1, 2], [0, 1])", "{}([-7, 7], [2, -2])")
case("math.floormod", "{}([-7, 7], [2, -2])")
for _name in "math.logical_and math.logical_or math.logical_xor logical_and logical_or".split():
    case(_name, "{}([True, False], [True, True])", "{}([1], [True])")
for _name in "bitwise_and bitwise_or bitwise_xor left_shift right_shift".split():
    case(f"bitwise.{_name}", "{}([5, 9], [3, 1])", "{}([1.0], [1.0])")
case("clip_by_value", "{}(rnd(5), -1.0, 1.0)", "{}(ints(5), -1, 1)", "{}(rnd(5), -1, 1)")
case("math.scalar_mul", "{}(2.0, rnd(3))")
case("scalar_mul", "{}(2.0, rnd(3))")
case("add_n", "{}([rnd(3), rnd(3, seed=1)])", "{}([])")
case("math.add_n", "{}([rnd(3), rnd(3, seed=1)])")
case("math.accumulate_n", "{}([rnd(3), rnd(3, seed=1)])")

# --- reductions ------------------------------------------------------------------------------------------------------

for _name in "reduce_sum reduce_mean reduce_max reduce_min reduce_prod".split():
    for _full in (_name, f"math.{_name}"):
        case(
            _full,
            "{}(rnd(3, 4))",
            "{}(rnd(3, 4), axis=1)",
            "{}(rnd(2, 3, 4), axis=[0, -1], keepdims=True)",
            "{}(ints(3, 4))",
            "{}(ints(3, 4, low=1), axis=0)",
            "{}(rnd(3, 4), axis=5)",
            "{}([True])",
            "{}(rnd(0, 3), axis=0)",
            "{}(3.0)",
            "{}(rnd(3, 4), tf.constant(0))",
            "grads({}, pos(2, 3))",
        )
for _name in "reduce_all reduce_any".split():
    for _full in (_name, f"math.{_name}"):
        case(_full, "{}([[True, False], [True, True]])", "{}([[True, False], [True, True]], axis=1)", "{}([1])")
for _name in "math.reduce_std math.reduce_variance math.reduce_euclidean_norm math.reduce_logsumexp reduce_logsumexp".split():
    case(_name, "{}(rnd(3, 4))", "{}(rnd(3, 4), axis=1, keepdims=True)", "{}(rnd(3, 4), [0, 1])", "{}(ints(3))")
case("math.count_nonzero", "{}(ints(3, 4))", "{}(ints(3, 4), axis=0)", "{}([0.0, 1.0])", "{}(ints(3), dtype=tf.int32)")
case("math.zero_fraction", "{}([0.0, 1.0, 0.0])")
case("nn.zero_fraction", "{}([0, 1, 0])")
for _name in "argmax argmin math.argmax math.argmin".split():
    case(_name, "{}(rnd(3, 4))", "{}(rnd(3, 4), axis=1)", "{}(rnd(3, 4), axis=-1, output_type=tf.int32)",
         "{}(ints(6))", "{}(rnd(3), axis=2)")
for _name in "cumsum math.cumsum math.cumprod math.cumulative_logsumexp".split():
    case(_name, "{}(rnd(3, 4))", "{}(rnd(3, 4), axis=1, exclusive=True)", "{}(rnd(5), reverse=True)",
         "{}(rnd(5), exclusive=True, reverse=True)")
case("cumsum", "{}(ints(5))")
case("math.is_non_decreasing", "{}([1, 2, 2])", "{}([2, 1])", "{}([])")
case("math.is_strictly_increasing", "{}([1, 2, 2])", "{}([1, 2])")
case("math.bincount", "{}([1, 2, 2, 5])", "{}([1, 2], minlength=6)", "{}([1, 5], maxlength=3)",
     "{}([1, 1], weights=[0.5, 0.25])", "{}([[1, 1], [0, 2]], axis=-1)", "{}([1, 1], binary_output=True)")
case("histogram_fixed_width", "{}(rnd(20), [-1.0, 1.0], nbins=4)")
case("histogram_fixed_width_bins", "{}(rnd(6), [-1.0, 1.0], nbins=4)")
case("math.confusion_matrix", "{}([1, 2, 0], [1, 0, 0])", "{}([1, 2], [1, 2], num_classes=4)",
     "{}([1, 2], [1, 2], weights=[0.5, 2.0], dtype=tf.float32)", "{}([1, 5], [1, 2], num_classes=3)",
     "{}(np.array([1, 2]), np.array([1, 1], 'int64'), num_classes=3)", "{}([-1], [0])")

# --- creation --------------------------------------------------------------------------------------------------------

case("constant", "{}(1)", "{}(1.5)", "{}([1, 2.5])", "{}([[1, 2], [3, 4]], dtype=tf.float32)", "{}('a')", "{}(['a', 'é'])",
     "{}(b'x')", "{}(None)", "{}([[1], [2, 3]])", "{}(1.5, dtype=tf.int32)", "{}([1, 2, 3], shape=(3, 1))",
     "{}(1, shape=(2, 2))", "{}([1, 2, 3], shape=(2, 2))", "{}(2**40)", "{}([True, 1])", "{}(np.float64(1))",
     "{}([np.float64(1)])", "{}([np.int64(1), 2])", "{}(300, dtype=tf.uint8)", "{}(1j)", "{}([])", "{}({1: 2})",
     "{}('a', dtype=tf.int32)", "{}(True, dtype=tf.float32)", "{}(np.array([1.5]), dtype=tf.int32)", "{}(range(3))",
     "{}(tf.constant([1.5]), dtype=tf.int32)")
case("convert_to_tensor", "{}(1)", "{}(np.arange(3))", "{}([tf.constant(1.5), 2])", "{}(tf.constant(1.5), dtype=tf.int32)",
     "{}(1, dtype_hint=tf.float32)", "{}(1.5, dtype_hint=tf.int32)", "{}([rnd(2), rnd(2)])", "{}(tf.TensorShape([1, 2]))")
case("cast", "{}([1.7, -1.7], tf.int32)", "{}([0, 1], tf.bool)", "{}([True], tf.float32)", "{}(ints(3), 'float64')",
     "{}([1.5], tf.string)", "{}([300.0], tf.uint8)", "{}(tf.complex(1.0, 2.0), tf.float32)", "{}(edge[:9], tf.float64)",
     "{}([1.0], tf.float16)")
case("saturate_cast", "{}([300.0, -5.0], tf.uint8)", "{}([1e10], tf.int32)", "{}([1000], tf.int8)")
case("bitcast", "{}([1.0], tf.int32)", "{}(tf.constant([1], tf.int64), tf.int32)")
case("zeros", "{}([2, 3])", "{}(3)", "{}([2], tf.int32)", "{}([], tf.bool)", "{}(tf.constant([1, 2]))", "{}([2], tf.string)")
case("ones", "{}([2, 3])", "{}([2], tf.int64)", "{}((1,), dtype='float64')")
case("zeros_like", "{}(rnd(2))", "{}(ints(2))", "{}(rnd(2), dtype=tf.int32)", "{}(['a'])")
case("ones_like", "{}(rnd(2))", "{}(ints(2), tf.float32)")
case("fill", "{}([2, 2], 5)", "{}([2], 1.5)", "{}([], 1)", "{}([2], 'a')")
case("eye", "{}(3)", "{}(2, 3)", "{}(2, batch_shape=[2])", "{}(2, dtype=tf.int32)")
case("linalg.eye", "{}(3)")
case("identity", "{}(rnd(2))", "{}('a')")
case("range", "{}(5)", "{}(2, 8, 3)", "{}(5.0)", "{}(1.0, 2.0, 0.25)", "{}(5, 1, -2)", "{}(0)", "{}(5, 1)", "{}(3, dtype=tf.int64)",
     "{}(tf.constant(3))", "{}(0, 3, 0)")
case("linspace", "{}(0.0, 1.0, 5)", "{}(0.0, 1.0, 1)", "{}([0.0, 1.0], [1.0, 3.0], 3)", "{}([0.0, 1.0], [1.0, 3.0], 3, axis=1)",
     "{}(0.0, 10.0, num=3)", "{}(0.0, 1.0, 0)")
case("one_hot", "{}([0, 2, -1, 5], 3)", "{}([0, 1], 2, dtype=tf.int32)", "{}([[0], [1]], 2)", "{}([0, 1], 3, axis=0)",
     "{}([0, 1], 2, on_value=5.0, off_value=-1.0)", "{}([0.5], 2)", "{}(1, 3)", "{}([0], depth=tf.constant(2))",
     "{}(np.array([1], 'uint8'), 2)")
case("meshgrid", "{}([1, 2], [3, 4, 5])", "{}([1, 2], [3, 4], indexing='ij')", "{}([1], indexing='a')")
case("complex", "{}(1.0, 2.0)", "{}(rnd(2), rnd(2))")
case("sequence_mask", "{}([1, 3, 0])", "{}([1, 2], 4)", "{}([1, 2], dtype=tf.float32)")
case("is_tensor", "{}(tf.constant(1))", "{}(1)", "{}(tf.Variable(1))")

# --- shapes ------------------------------------------------------------------------------------------------------------

case("shape", "{}(rnd(2, 3))", "{}(1)", "{}(rnd(2), tf.int64)", "{}(['a', 'b'])")
case("shape_n", "{}([rnd(2), rnd(3, 1)])")
case("size", "{}(rnd(2, 3))", "{}(1)")
case("rank", "{}(rnd(2, 3))", "{}(1)")
case("reshape", "{}(rnd(2, 3), [3, 2])", "{}(rnd(2, 3), -1)", "{}(rnd(2, 3), [-1, 2])", "{}(rnd(2, 3), [4])", "{}(rnd(2, 3), [-1, 4])",
     "{}(rnd(2, 3), tf.constant([6]))", "{}(rnd(1), [])", "{}(['a', 'b'], [2, 1])", "{}(rnd(2, 3), (2, tf.constant(3)))")
case("transpose", "{}(rnd(2, 3))", "{}(rnd(2, 3, 4), [2, 0, 1])", "{}(rnd(2, 3), [0])", "{}(5)", "{}(rnd(2, 3), perm=(1, 0))")
case("expand_dims", "{}(rnd(2), 0)", "{}(rnd(2), -1)", "{}(rnd(2, 3), axis=1)", "{}(rnd(2), 5)", "{}('a', 0)")
case("squeeze", "{}(rnd(1, 2, 1))", "{}(rnd(1, 2, 1), 0)", "{}(rnd(1, 2, 1), [0, 2])", "{}(rnd(2), 0)", "{}(rnd(1, 2), axis=-2)")
case("broadcast_to", "{}([1, 2], [2, 2])", "{}([[1], [2]], [2, 3])", "{}([1, 2], [3])")
case("broadcast_static_shape", "{}(tf.TensorShape([1, 2]), tf.TensorShape([3, 1]))", "{}(tf.TensorShape([2]), tf.TensorShape([3]))")
case("broadcast_dynamic_shape", "{}([1, 2], [3, 1])")
case("tile", "{}([1, 2], [2])", "{}(rnd(1, 2), [2, 1])", "{}(rnd(1, 2), [2])", "{}(['a'], [2])")
case("repeat", "{}([1, 2], 2)", "{}([1, 2], [1, 3])", "{}(rnd(2, 2), 2, axis=1)", "{}(rnd(2, 2), [1, 2], axis=0)", "{}(rnd(2, 2), 2)")
case("reverse", "{}([1, 2, 3], [0])", "{}(rnd(2, 3), [1])", "{}(rnd(2, 3), [0, 1])")
case("roll", "{}([1, 2, 3], 1, 0)", "{}(rnd(2, 3), [1, -1], [0, 1])")
case("pad", "{}(rnd(2, 2), [[1, 0], [0, 1]])", "{}([1, 2, 3], [[2, 1]], 'REFLECT')", "{}([1, 2, 3], [[2, 1]], 'SYMMETRIC')",
     "{}([1, 2], [[1, 1]], constant_values=9)", "{}([1, 2], [[3, 0]], 'REFLECT')", "{}([1], [[1, 1]], 'foo')", "{}(rnd(2), [[1, 1], [1, 1]])",
     "{}(['a'], [[1, 0]])")
case("concat", "{}([rnd(2, 2), rnd(1, 2)], 0)", "{}([[1, 2], [3]], 0)", "{}([rnd(2, 1), rnd(2, 2)], axis=-1)", "{}([rnd(2), ints(2)], 0)",
     "{}([rnd(2, 2), rnd(1, 3)], 0)", "{}([1, 2], 0)", "{}([['a'], ['b']], 0)", "{}([rnd(2), rnd(2)], 3)")
case("stack", "{}([rnd(2), rnd(2, seed=1)])", "{}([rnd(2), rnd(2)], axis=1)", "{}([1, 2, 3])", "{}([rnd(2), rnd(3)])", "{}(['a', 'b'])",
     "{}([rnd(2), rnd(2)], axis=-1)", "{}([rnd(2)], axis=5)", "{}([tf.constant(1), tf.constant(2.0)])")
case("unstack", "{}(rnd(2, 3))", "{}(rnd(2, 3), axis=1)", "{}(rnd(2, 3), axis=4)")
case("split", "{}(rnd(6), 3)", "{}(rnd(2, 6), [1, 2, 3], axis=1)", "{}(rnd(5), 2)", "{}(rnd(5), [2, -1])", "{}(rnd(5), [2, 2])", "{}(['a', 'b'], 2)")
case("ensure_shape", "{}(rnd(2, 3), [None, 3])", "{}(rnd(2, 3), [3, 3])")
for _name in "nn.depth_to_space nn.space_to_depth".split():
    case(_name, "{}(rnd(1, 4, 4, 8), 2)", "{}(rnd(1, 8, 4, 4), 2, data_format='NCHW')")
CASES["nn.space_to_depth"].pop()  # not on CPUs
CASES["nn.depth_to_space"].pop()
for _name in "space_to_batch space_to_batch_nd nn.space_to_batch".split():
    case(_name, "{}(rnd(1, 4, 4, 1), [2, 2], [[0, 0], [0, 0]])", "{}(rnd(1, 2, 3, 1), [2, 2], [[0, 0], [1, 0]])")
case("batch_to_space", "{}(rnd(4, 2, 2, 1), [2, 2], [[0, 0], [1, 0]])")
case("get_static_value", "{}(tf.constant([1, 2]))")

# --- picking and putting ---------------------------------------------------------------------------------------------

case("gather", "{}(rnd(4, 3), [0, 2])", "{}(rnd(4, 3), [[0], [2]])", "{}(rnd(4, 3), [1, 0], axis=1)", "{}([1, 2], 1)", "{}([1, 2], [5])",
     "{}([1, 2], [-1])", "{}(rnd(2, 3), [[0], [2]], batch_dims=1)", "{}(rnd(2, 3, 4), [[0, 1], [2, 3]], axis=2, batch_dims=1)",
     "{}(['a', 'b'], [1, 0])", "{}(rnd(4), np.zeros(0, 'int32'))")
case("gather_nd", "{}(rnd(3, 4), [[0, 1], [2, 3]])", "{}(rnd(3, 4), [[1]])", "{}(rnd(2, 3), [[0], [2]], batch_dims=1)", "{}(rnd(3), [[7]])",
     "{}(['a', 'b'], [[1]])")
case("boolean_mask", "{}([1, 2, 3], [True, False, True])", "{}(rnd(2, 3), [True, False])", "{}(rnd(2, 3), [True, False, True], axis=1)",
     "{}(rnd(2, 2), [[True, False], [False, True]])", "{}([1, 2], [True])", "{}(['a', 'b'], [False, True])")
case("where", "{}([True, False], [1, 2], [3, 4])", "{}([[True, False], [True, True]])", "{}([True], 1.0, 2)", "{}([True, False], rnd(2), 0.0)",
     "{}([True], 1, 2.5)", "{}([1], 1, 2)", "{}(True, ['a'], ['b'])", "{}([True], 1.0)", "{}(rnd(3) > 0, rnd(3), tf.zeros(3))", "{}([0, 1, 2])")
case("slice", "{}(rnd(3, 4), [1, 0], [2, 3])", "{}([1, 2, 3], [1], [-1])", "{}([1, 2, 3], [1], [5])")
case("strided_slice", "{}(rnd(4, 4), [0, 1], [4, 4], [2, 2])", "{}([1, 2, 3, 4], [0], [3])", "{}([1, 2, 3], [0], [2], begin_mask=1, end_mask=1)",
     "{}(rnd(2, 3), [1, 0], [2, 3], shrink_axis_mask=1)")
case("scatter_nd", "{}([[1], [3]], [5, 6], [5])", "{}([[0], [0]], [1.0, 2.0], [2])", "{}([[7]], [1], [5])", "{}([[0]], rnd(1, 3), [2, 3])")
for _name in "update add sub max min".split():
    case(f"tensor_scatter_nd_{_name}", "{}(rnd(4), [[1], [3]], [5.0, -5.0])", "{}(rnd(3, 2), [[0, 1], [2, 0]], [1.0, 2.0])",
         "{}(rnd(3, 2), [[1]], [[9.0, 9.0]])", "{}(ints(3), [[7]], [1])")
for _name in ("sort", "argsort"):
    case(_name, "{}(rnd(5))", "{}(rnd(2, 4), axis=0)", "{}(ints(6), direction='DESCENDING')", "{}(rnd(3), direction='up')")
for _name in "math.top_k nn.top_k".split():
    case(_name, "{}(rnd(5), 2)", "{}(rnd(2, 4), k=3)", "{}(rnd(2), 5)", "{}([1, 3, 3, 2], 2)")
for _name in "math.in_top_k nn.in_top_k".split():
    case(_name, "{}([1, 0], rnd(2, 4), 2)")
case("searchsorted", "{}([1.0, 3.0, 5.0], [0.0, 3.0, 6.0])", "{}([1, 3, 5], [3], side='right')")
case("unique", "{}([3, 1, 3, 2])", "{}(['b', 'a', 'b'])", "{}([[1]])")
case("unique_with_counts", "{}([3, 1, 3, 2])")
case("dynamic_partition", "{}([1, 2, 3, 4], [0, 1, 0, 1], 2)", "{}(rnd(3, 2), [1, 0, 1], 2)")
case("dynamic_stitch", "{}([[0, 2], [1]], [[1, 3], [2]])")
case("reverse_sequence", "{}(ints(2, 4), [2, 3], seq_axis=1, batch_axis=0)")
case("unravel_index", "{}([5, 2], [2, 3])")
case("math.invert_permutation", "{}([2, 0, 1])")

# --- segments ----------------------------------------------------------------------------------------------------------

for _name in "sum mean prod max min".split():
    case(f"math.segment_{_name}", "{}(rnd(4, 2), [0, 0, 1, 3])", "{}([1.0, 2.0], [1, 0])", "{}([5, 6, 7], [0, 0, 1])")
    case(f"math.unsorted_segment_{_name}", "{}(rnd(4, 2), [1, 0, 1, 3], 4)", "{}([1.0, 2.0], [-1, 0], 2)")
case("math.unsorted_segment_sqrt_n", "{}(rnd(4, 2), [1, 0, 1, 3], 4)")

# --- matrices ----------------------------------------------------------------------------------------------------------

SPD = "(lambda a: a @ a.T + np.eye(3, dtype='float32'))(rnd(3, 3))"
for _name in "matmul linalg.matmul".split():
    case(_name, "{}(rnd(2, 3), rnd(3, 4))", "{}(rnd(2, 3), rnd(2, 3), transpose_b=True)", "{}(rnd(5, 2, 3), rnd(5, 3, 2))",
         "{}(rnd(2, 3), rnd(2, 3))", "{}(rnd(3), rnd(3))", "{}(ints(2, 2), ints(2, 2))", "{}(rnd(2, 2), ints(2, 2))", "{}(tf.constant(rnd(2, 2)), tf.constant(ints(2, 2)))",
         "{}(rnd(3, 2), rnd(3, 2), transpose_a=True)", "grads({}, rnd(2, 3), rnd(3, 2))")
case("linalg.matvec", "{}(rnd(2, 3), rnd(3))")
for _name in "tensordot linalg.tensordot".split():
    case(_name, "{}(rnd(2, 3), rnd(3, 4), 1)", "{}(rnd(2, 3), rnd(3, 2), [[1], [0]])", "{}(rnd(2, 3), rnd(2, 3), 2)", "{}(rnd(2), rnd(2), [0, 0])")
for _name in "einsum linalg.einsum".split():
    case(_name, "{}('ij,jk->ik', rnd(2, 3), rnd(3, 2))", "{}('bij->bji', rnd(2, 3, 4))", "{}('ii', rnd(3, 3))", "{}('i,i->', rnd(3), rnd(3))")
for _name in "norm linalg.norm".split():
    case(_name, "{}(rnd(3, 4))", "{}(rnd(3, 4), axis=1)", "{}(rnd(3, 4), ord=1, axis=0, keepdims=True)", "{}(rnd(3, 4), ord=np.inf)", "{}(rnd(3, 4), ord='fro', axis=[0, 1])")
case("linalg.normalize", "{}(rnd(3, 4), axis=1)")
for _name in "linalg.l2_normalize nn.l2_normalize math.l2_normalize".split():
    case(_name, "{}(rnd(3, 4), axis=1)", "{}(rnd(3))", "{}([0.0, 0.0])")
case("linalg.global_norm", "{}([rnd(2), rnd(3)])")
case("clip_by_norm", "{}(rnd(4), 1.0)", "{}(rnd(2, 3), 1.0, axes=[1])", "{}([0.1], 5.0)", "{}([0.0], 1.0)")
case("clip_by_global_norm", "{}([rnd(2), rnd(3)], 1.0)", "{}([rnd(2), None], 100.0)")
for _name in "inv det logdet cholesky eigvalsh expm sqrtm slogdet matrix_rank trace matrix_transpose adjoint diag_part pinv".split():
    case(f"linalg.{_name}", f"{{}}({SPD})")
case("matrix_square_root", f"{{}}({SPD})")
case("linalg.inv", "{}(np.zeros((2, 2), 'float32'))", "{}(rnd(2, 3))", "{}(ints(2, 2))")
case("linalg.cholesky", "tf.linalg.band_part({}(-np.eye(2, dtype='float32')), -1, 0)")
case("linalg.pinv", "{}(rnd(3, 2))")
for _name in "solve triangular_solve lstsq cholesky_solve".split():
    case(f"linalg.{_name}", f"{{}}({SPD}, rnd(3, 2))")
case("linalg.lstsq", "{}(rnd(4, 2), rnd(4, 1))", "{}(rnd(4, 2), rnd(4, 1), l2_regularizer=0.5)")
case("linalg.svd", "tf.abs({}(rnd(3, 2))[0])", "{}(rnd(3, 2), compute_uv=False)", "tf.abs({}(rnd(3, 2))[2])")
case("linalg.qr", "tf.abs({}(rnd(3, 2)).r)", "tf.shape({}(rnd(3, 2), full_matrices=True).q)")
case("linalg.eigh", f"{{}}({SPD})[0]")
case("linalg.eig", f"tf.sort(tf.math.real({{}}({SPD})[0]))")
case("linalg.eigvals", f"tf.sort(tf.math.real({{}}({SPD})))")
case("eig", f"tf.sort(tf.math.real({{}}({SPD})[0]))")
case("eigvals", f"tf.sort(tf.math.real({{}}({SPD})))")
case("linalg.logm", f"tf.math.real({{}}(tf.cast({SPD}, tf.complex64)))")
case("linalg.lu", f"{{}}({SPD})")
case("linalg.cross", "{}(rnd(2, 3), rnd(2, 3, seed=1))")
case("linalg.diag", "{}([1, 2])", "{}([1.0, 2.0], k=1)", "{}(rnd(2, 3))")
case("linalg.diag_part", "{}(rnd(3, 4), k=1)")
case("linalg.set_diag", "{}(rnd(3, 3), [1.0, 2.0, 3.0])")
case("linalg.tensor_diag", "{}([1, 2])", "{}(rnd(2, 2))")
case("linalg.tensor_diag_part", "{}(rnd(3, 3))")
case("linalg.band_part", "{}(rnd(3, 3), 0, -1)", "{}(rnd(3, 3), 1, 0)")

# --- networks ----------------------------------------------------------------------------------------------------------

case("nn.conv1d", "{}(rnd(2, 6, 3), rnd(3, 3, 4), 1, 'SAME')", "{}(rnd(2, 6, 3), rnd(3, 3, 4), 2, 'VALID')")
case("nn.conv2d", "{}(rnd(1, 5, 5, 2), rnd(3, 3, 2, 3), 1, 'SAME')", "{}(rnd(1, 5, 6, 2), rnd(3, 2, 2, 3), [1, 2, 2, 1], 'VALID')",
     "{}(rnd(1, 5, 5, 2), rnd(2, 2, 2, 1), 2, 'SAME')", "{}(rnd(1, 5, 5, 2), rnd(3, 3, 2, 1), 1, [[0, 0], [1, 0], [0, 1], [0, 0]])",
     "{}(rnd(1, 5, 5, 2), rnd(2, 2, 2, 1), 1, 'VALID', dilations=2)", "{}(rnd(1, 5, 5, 2), rnd(3, 3, 3, 1), 1, 'SAME')",
     "{}(rnd(1, 5, 5, 2), rnd(3, 3, 2, 1), 1, 'same')", "grads(lambda x, w: {}(x, w, 2, 'SAME'), rnd(1, 5, 5, 2), rnd(3, 3, 2, 2))")
case("nn.conv3d", "{}(rnd(1, 4, 4, 4, 1), rnd(2, 2, 2, 1, 2), [1, 1, 1, 1, 1], 'SAME')")
case("nn.convolution", "{}(rnd(1, 5, 5, 2), rnd(2, 2, 2, 1), padding='VALID')", "{}(rnd(1, 5, 5, 2), rnd(2, 2, 2, 1), padding='SAME', dilations=2)")
case("nn.atrous_conv2d", "{}(rnd(1, 6, 6, 1), rnd(2, 2, 1, 1), 2, 'VALID')")
case("nn.depthwise_conv2d", "{}(rnd(1, 5, 5, 2), rnd(2, 2, 2, 3), [1, 1, 1, 1], 'SAME')")
case("nn.separable_conv2d", "{}(rnd(1, 5, 5, 2), rnd(2, 2, 2, 3), rnd(1, 1, 6, 2), [1, 1, 1, 1], 'VALID')")
case("nn.conv1d_transpose", "{}(rnd(1, 3, 2), rnd(3, 4, 2), (1, 6, 4), 2)")
case("nn.conv2d_transpose", "{}(rnd(1, 3, 3, 2), rnd(3, 3, 4, 2), (1, 6, 6, 4), 2)", "{}(rnd(1, 3, 3, 2), rnd(3, 3, 1, 2), (1, 7, 7, 1), 2, 'VALID')",
     "{}(rnd(1, 3, 3, 2), rnd(2, 2, 1, 2), [1, 3, 3, 1], [1, 1, 1, 1], padding='SAME')")
case("nn.conv3d_transpose", "{}(rnd(1, 2, 2, 2, 1), rnd(2, 2, 2, 1, 1), (1, 4, 4, 4, 1), 2)")
case("nn.conv_transpose", "{}(rnd(1, 3, 3, 2), rnd(3, 3, 4, 2), (1, 6, 6, 4), 2)")
case("nn.atrous_conv2d_transpose", "{}(rnd(1, 4, 4, 1), rnd(2, 2, 1, 1), [1, 6, 6, 1], 2, 'VALID')")
case("nn.dilation2d", "{}(rnd(1, 4, 4, 1), rnd(2, 2, 1), [1, 1, 1, 1], 'VALID', 'NHWC', [1, 1, 1, 1])",
     "{}(rnd(1, 4, 4, 1), rnd(2, 2, 1), [1, 2, 2, 1], 'SAME', 'NHWC', [1, 1, 1, 1])")
case("nn.erosion2d", "{}(rnd(1, 4, 4, 1), rnd(2, 2, 1), [1, 1, 1, 1], 'VALID', 'NHWC', [1, 1, 1, 1])")
for _name, _shape in (("1d", "(2, 6, 3)"), ("2d", "(2, 5, 6, 3)"), ("3d", "(1, 4, 4, 4, 2)")):
    for _kind in ("max", "avg"):
        case(f"nn.{_kind}_pool{_name}", f"{{}}(rnd{_shape}, 2, 2, 'SAME')", f"{{}}(rnd{_shape}, 3, 1, 'VALID')", f"{{}}(rnd{_shape}, 3, 1, 'SAME')")
case("nn.max_pool", "{}(rnd(1, 4, 4, 2), 2, 2, 'VALID')", "{}(rnd(1, 4, 4, 2), [1, 2, 2, 1], [1, 2, 2, 1], 'SAME')")
case("nn.avg_pool", "{}(rnd(1, 5, 5, 2), 2, 2, 'SAME')")
case("nn.pool", "{}(rnd(1, 4, 4, 1), [2, 2], 'AVG', padding='VALID')", "{}(rnd(1, 5, 5, 1), [2, 2], 'MAX', padding='VALID', dilations=[2, 2])")
case("nn.max_pool_with_argmax", "{}(rnd(2, 4, 4, 2), 2, 2, 'VALID')", "{}(rnd(2, 4, 4, 2), 2, 2, 'VALID', include_batch_in_index=True)")
case("nn.softmax_cross_entropy_with_logits", "{}([[0.0, 1.0], [1.0, 0.0]], rnd(2, 2))", "{}(labels=rnd(2, 3), logits=rnd(2, 3), axis=0)", "{}([[0.0, 1.0, 0.0]], rnd(2, 2))")
case("nn.sparse_softmax_cross_entropy_with_logits", "{}([0, 1], rnd(2, 3))", "{}([[0], [2]], rnd(2, 1, 3))", "{}([0, 5], rnd(2, 3))", "{}([0], rnd(2, 3))", "{}(1, rnd(3))")
case("nn.sigmoid_cross_entropy_with_logits", "{}([0.0, 1.0], rnd(2))", "{}([0.0], rnd(2))", "{}(labels=[0.0, 1.0], logits=[100.0, -100.0])")
case("nn.weighted_cross_entropy_with_logits", "{}([0.0, 1.0], rnd(2), 2.0)")
case("nn.log_poisson_loss", "{}(pos(3), rnd(3))", "{}(pos(3) * 3, rnd(3), compute_full_loss=True)")
case("nn.compute_average_loss", "{}(rnd(3), global_batch_size=6)", "{}(rnd(3), sample_weight=[1.0, 2.0, 0.0], global_batch_size=3)")
case("nn.scale_regularization_loss", "{}([1.0, 2.0])")
case("nn.ctc_loss", "{}([[1, 2]], rnd(5, 1, 3), [2], [5], blank_index=0)", "{}([[1, 2]], rnd(1, 5, 4), [2], [5], logits_time_major=False, blank_index=-1)")
case("nn.moments", "{}(rnd(3, 4), [0])", "{}(rnd(3, 4), axes=[0, 1], keepdims=True)")
case("nn.weighted_moments", "{}(rnd(3, 4), [0], pos(3, 4))")
case("nn.sufficient_statistics", "{}(rnd(3, 4), [0])", "{}(rnd(3, 4), [1], shift=1.0)")
case("nn.normalize_moments", "{}(tf.constant(2.0), tf.constant(rnd(3)), tf.constant(pos(3) * 10), None)")
case("nn.batch_normalization", "{}(rnd(2, 3), rnd(3), pos(3), rnd(3), pos(3), 1e-3)", "{}(rnd(2, 3), 0.0, 1.0, None, None, 1e-3)")
for _name in "nn.lrn nn.local_response_normalization".split():
    case(_name, "{}(rnd(1, 2, 2, 8))", "{}(rnd(1, 1, 1, 6), depth_radius=1, bias=2.0, alpha=0.5, beta=0.75)")
case("nn.bias_add", "{}(rnd(2, 3), rnd(3))", "{}(rnd(2, 3), rnd(2))", "{}(rnd(2, 3, 4, 4), rnd(3), data_format='NCHW')")
case("nn.embedding_lookup", "{}(rnd(4, 2), [0, 3, 3])", "{}(rnd(4, 2), [0, 3], max_norm=1.0)", "{}(rnd(4, 2), [9])")
case("nn.dropout", "{}(rnd(3), 0.0)", "{}(rnd(3), 1.5)", "{}(ints(3), 0.5)")
case("nn.collapse_repeated", "{}([[1, 1, 2, 2, 1], [3, 3, 3, 0, 0]], [5, 3])")
case("nn.gelu", "{}(rnd(4), approximate=True)")
case("nn.swish", "{}(rnd(3), 2.0)")
case("nn.leaky_relu", "{}(rnd(3), 0.5)")
case("nn.softmax", "{}(rnd(2, 3), axis=0)", "{}(1.0)", "{}(rnd(2), axis=4)", "{}(edge[:6] * 100)")
case("nn.sigmoid", "{}(rnd(3))")
case("nn.tanh", "{}(rnd(3))")
case("nn.softplus", "{}(rnd(3))")
case("nn.softsign", "{}(rnd(3))")
case("math.softmax", "{}(rnd(2, 3))")
case("math.log_softmax", "{}(rnd(2, 3))")
