"""Further expressions of ``tf``: pictures, text, files, loops, gradients, containers; see ``cases``."""

# ruff: noqa: E501 - tables

from __future__ import annotations

CASES: dict[str, list[str]] = {}


def case(name: str, *expressions: str) -> None:
    """Add expressions for a name; ``{}`` stands for the name with its namespace."""
    CASES.setdefault(name, []).extend(e.replace("{}", f"tf.{name}") for e in expressions)


# --- pictures --------------------------------------------------------------------------------------------------------

PICTURE = "ints(6, 7, 3, low=0, high=256, dtype='uint8')"
SEVERAL = "pos(2, 6, 7, 3) / 3"

for _method in "bilinear nearest bicubic area lanczos3 lanczos5 gaussian mitchellcubic".split():
    for _size in ("(3, 4)", "(9, 5)", "(12, 14)", "(6, 7)"):
        case("image.resize", f"{{}}({SEVERAL}, {_size}, method='{_method}')")
    case("image.resize", f"{{}}({PICTURE}, (4, 10), '{_method}')", f"{{}}({SEVERAL}, (3, 3), '{_method}', antialias=True)")
case("image.resize", "{}(rnd(4, 4), (2, 2))", f"{{}}({PICTURE}, (2, 2), 'foo')", f"{{}}({PICTURE}, (3, 3), preserve_aspect_ratio=True)",
     f"{{}}({PICTURE}, [2])", f"{{}}({PICTURE}, (2.5, 2))", f"{{}}({PICTURE}, tf.constant([3, 3]))")
for _name in "flip_left_right flip_up_down rot90 transpose".split():
    case(f"image.{_name}", f"{{}}({PICTURE})", f"{{}}({SEVERAL})", "{}(rnd(4, 4))" if _name.startswith("flip") else f"{{}}({PICTURE})")
case("image.rot90", f"{{}}({PICTURE}, k=3)")
case("image.central_crop", f"{{}}({PICTURE}, 0.5)", f"{{}}({SEVERAL}, 0.7)", f"{{}}({PICTURE}, 1.5)", f"{{}}({PICTURE}, 1.0)")
case("image.crop_to_bounding_box", f"{{}}({PICTURE}, 1, 2, 3, 4)", f"{{}}({PICTURE}, 1, 2, 6, 4)")
case("image.pad_to_bounding_box", f"{{}}({PICTURE}, 1, 2, 9, 10)", f"{{}}({PICTURE}, 5, 0, 9, 10)")
case("image.resize_with_crop_or_pad", f"{{}}({PICTURE}, 4, 9)", f"{{}}({SEVERAL}, 8, 3)")
case("image.resize_with_pad", f"{{}}({PICTURE}, 4, 9)", f"{{}}({SEVERAL}, 8, 3)")
case("image.crop_and_resize", f"{{}}({SEVERAL}, [[0.1, 0.1, 0.8, 0.9], [0.0, 0.0, 1.2, 1.0]], [0, 1], (3, 3))",
     f"{{}}({SEVERAL}, [[0.5, 0.2, 0.1, 0.9]], [1], (2, 4), method='nearest', extrapolation_value=5.0)")
case("image.extract_patches", "{}(rnd(1, 6, 6, 2), [1, 2, 2, 1], [1, 2, 2, 1], [1, 1, 1, 1], 'VALID')",
     "{}(rnd(1, 6, 6, 1), [1, 3, 3, 1], [1, 2, 2, 1], [1, 1, 1, 1], 'SAME')", "{}(rnd(1, 7, 7, 1), [1, 2, 2, 1], [1, 1, 1, 1], [1, 2, 2, 1], 'VALID')")
case("image.extract_glimpse", "{}(rnd(1, 6, 6, 1), [2, 2], [[0.0, 0.0]])")
case("image.adjust_brightness", f"{{}}({PICTURE}, 0.2)", f"{{}}({SEVERAL}, -0.3)")
case("image.adjust_contrast", f"{{}}({SEVERAL}, 2.0)", f"{{}}({PICTURE}, 0.5)")
case("image.adjust_saturation", f"{{}}({SEVERAL}, 0.5)", f"{{}}({PICTURE}, 2.0)")
case("image.adjust_hue", f"{{}}({SEVERAL}, 0.3)", f"{{}}({PICTURE}, -0.2)")
case("image.adjust_gamma", f"{{}}({SEVERAL}, 2.0)", f"{{}}({PICTURE}, 0.5, 1.5)", f"{{}}({PICTURE}, -1.0)")
case("image.convert_image_dtype", f"{{}}({PICTURE}, tf.float32)", "{}([[[0.1, 0.5, 1.0]]], tf.uint8)", "{}([[[0.1, 0.5, 1.5]]], tf.uint8, saturate=True)",
     f"{{}}({PICTURE}, tf.uint16)", "{}(np.array([[[30000]]], 'uint16'), tf.uint8)", f"{{}}({PICTURE}, tf.int16)", "{}([[[0.5]]], tf.float64)")
case("image.rgb_to_grayscale", f"{{}}({PICTURE})", f"{{}}({SEVERAL})")
case("image.grayscale_to_rgb", "{}(tf.constant(rnd(2, 2, 1)))", "{}(tf.constant(rnd(2, 2, 3)))")
for _name in "rgb_to_hsv hsv_to_rgb rgb_to_yiq yiq_to_rgb rgb_to_yuv yuv_to_rgb".split():
    case(f"image.{_name}", f"{{}}({SEVERAL})")
case("image.rgb_to_hsv", f"{{}}(tf.constant({PICTURE}))", "{}([[[0.5, 0.5, 0.5], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]])")
case("image.per_image_standardization", f"{{}}({PICTURE})", f"{{}}({SEVERAL})", "{}(np.ones((2, 2, 1), 'float32'))")
case("image.psnr", f"{{}}({SEVERAL}, {SEVERAL} * 0.9, 1.0)", f"{{}}({PICTURE}, {PICTURE}[::-1], 255)", f"{{}}({PICTURE}, {PICTURE}, 255)")
BIG = "(pos(2, 20, 22, 3) / 3)"
case("image.ssim", f"{{}}({BIG}, {BIG} * 0.8, 1.0)", f"{{}}({BIG}[0], {BIG}[1], 1.0, filter_size=5)", f"{{}}({SEVERAL}, {SEVERAL}, 1.0)",
     "{}(ints(12, 12, 3, low=0, high=256, dtype='uint8'), ints(12, 12, 3, low=0, high=256, seed=1, dtype='uint8'), 255)")
case("image.ssim_multiscale", "{}(pos(180, 180, 1) / 3, pos(180, 180, 1, seed=1) / 3, 1.0)", "{}(pos(90, 90, 1) / 3, pos(90, 90, 1) / 4, 1.0, power_factors=(0.5, 0.5), filter_size=9)")
case("image.total_variation", f"{{}}(tf.constant({SEVERAL}))", "{}(tf.constant(rnd(3, 3, 1)))")
case("image.sobel_edges", f"{{}}(tf.constant({SEVERAL}))")
case("image.image_gradients", f"{{}}(tf.constant({SEVERAL}))", "{}(tf.constant(rnd(3, 3, 1)))")
case("image.encode_png", f"tf.io.decode_png({{}}({PICTURE}))", f"tf.io.decode_png({{}}({PICTURE}[:, :, :1]))", "{}(rnd(2, 2, 3))",
     "tf.io.decode_png({}(ints(3, 3, 4, low=0, high=256, dtype='uint8')))", "tf.io.decode_png({}(ints(3, 3, 1, low=0, high=60000, dtype='uint16')), dtype=tf.uint16)")
case("image.encode_jpeg", "tf.io.decode_jpeg({}(np.full((16, 16, 3), 100, 'uint8')))", "{}(tf.constant(rnd(2, 2, 3)))", "tf.shape(tf.io.decode_jpeg({}(np.zeros((5, 6, 1), 'uint8'))))")
case("image.decode_png", f"{{}}(tf.io.encode_png({PICTURE}), channels=1).shape", f"{{}}(tf.io.encode_png({PICTURE}), channels=4)", "{}(b'abc')")
case("image.decode_jpeg", "{}(b'abc')", "{}(tf.io.encode_jpeg(np.zeros((5, 6, 3), 'uint8')), channels=1)")
case("image.decode_image", "{}(b'abc')", f"{{}}(tf.io.encode_png({PICTURE}))", f"{{}}(tf.io.encode_png({PICTURE}), dtype=tf.float32)",
     f"{{}}(tf.io.encode_png({PICTURE}), channels=3).shape")
case("image.decode_bmp", "{}(b'abc')")
case("image.decode_gif", "{}(b'abc')")
case("image.is_jpeg", "{}(tf.io.encode_jpeg(np.zeros((2, 2, 3), 'uint8')))", "{}(b'abc')")
case("image.extract_jpeg_shape", "{}(tf.io.encode_jpeg(np.zeros((5, 6, 3), 'uint8')))")
case("image.decode_and_crop_jpeg", "{}(tf.io.encode_jpeg(np.full((16, 16, 3), 100, 'uint8')), [2, 3, 4, 5])")
case("image.adjust_jpeg_quality", "{}(np.full((16, 16, 3), 0.5, 'float32'), 95).shape")
BOXES = "[[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 1.1], [2.0, 2.0, 3.0, 3.0], [0.0, 0.2, 1.0, 1.2]]"
case("image.non_max_suppression", f"{{}}({BOXES}, [0.9, 0.8, 0.7, 0.95], 3)", f"{{}}({BOXES}, [0.9, 0.8, 0.7, 0.95], 4, iou_threshold=0.9)",
     f"{{}}({BOXES}, [0.9, 0.8, 0.7, 0.95], 4, score_threshold=0.85)")
case("image.non_max_suppression_with_scores", f"{{}}({BOXES}, [0.9, 0.8, 0.7, 0.95], 3)", f"{{}}({BOXES}, [0.9, 0.8, 0.7, 0.95], 4, iou_threshold=1.0, soft_nms_sigma=0.5)")
case("image.non_max_suppression_padded", f"{{}}({BOXES}, [0.9, 0.8, 0.7, 0.95], 4, pad_to_max_output_size=True)[1]")
case("image.combined_non_max_suppression", "tuple({}(np.array([[[[0, 0, 1, 1.0]], [[0, 0, 1, 1.1]], [[0.2, 0.2, 0.3, 0.3]]]], 'float32'), np.array([[[0.9], [0.8], [0.7]]], 'float32'), 3, 3))")
case("image.draw_bounding_boxes", "{}(np.zeros((1, 6, 6, 3), 'float32'), [[[0.2, 0.2, 0.8, 0.8]]], [[1.0, 0.5, 0.0]])")
for _name, _arguments in (
    ("flip_left_right", ""), ("flip_up_down", ""), ("brightness", "0.2"), ("contrast", "0.5, 1.5"), ("saturation", "0.5, 1.5"), ("hue", "0.2"),
    ("crop", "(3, 3, 3)"), ("jpeg_quality", "60, 90"),
):  # fmt: skip
    _comma = f", {_arguments}" if _arguments else ""
    _base = f"image.random_{_name}" if _name != "crop" else "image.random_crop"
    case(_base, f"tf.shape({{}}({PICTURE}{_comma}))", f"{{}}({PICTURE}{_comma}).dtype")
    case(f"image.stateless_random_{_name}", f"tf.shape({{}}({PICTURE}{_comma}, seed=(1, 2)))")
case("image.random_brightness", "{}(rnd(2, 2, 1), -1.0)")
case("image.random_contrast", "{}(rnd(2, 2, 1), 0.5, 0.2)")
case("image.random_crop", "{}(rnd(2, 2, 1), (3, 3, 1))")
case("image.random_hue", "{}(rnd(2, 2, 3), 0.7)")
case("image.ResizeMethod", "[{}.BILINEAR, {}.NEAREST_NEIGHBOR, {}.AREA]")

# --- text --------------------------------------------------------------------------------------------------------------

case("strings.lower", "{}(['AbC', 'D'])", "{}('X')", "{}(1)")
case("strings.upper", "{}(['AbC'])", "{}('é', encoding='utf-8')")
case("strings.strip", "{}([' a ', 'b\\n'])")
case("strings.length", "{}(['abc', ''])", "{}('é')", "{}('é', unit='UTF8_CHAR')")
case("strings.substr", "{}('hello', 1, 3)", "{}(['hello', 'world'], [0, -2], [2, 2])", "{}('ab', 5, 1)")
case("strings.regex_replace", "{}('a1b22', '[0-9]+', '#')", "{}(['ab'], '(a)(b)', r'\\2\\1')", "{}('aaa', 'a', 'b', replace_global=False)", "{}('a.b!', '[%s]' % '[:punct:]', '')")
case("strings.regex_full_match", "{}(['abc', 'ab'], 'a.c')")
case("strings.to_number", "{}(['1.5', '2'])", "{}('3', tf.int32)", "{}('x')")
for _name in ("as_string", "strings.as_string"):
    case(_name, "{}([1, 2])", "{}(1.5)", "{}(3.14159, precision=2)", "{}([True])", "{}([1.5], scientific=True)", "{}([5], width=3, fill='0')", "{}(['a'])")
case("strings.join", "{}(['a', 'b'], separator=' ')", "{}([['a', 'b'], ['c', 'd']])", "{}([['a', 'b'], 'c'], '-')")
case("strings.reduce_join", "{}([['a', 'b'], ['c', 'd']], axis=1)", "{}(['a', 'b'], separator='+')", "{}([['a', 'b'], ['c', 'd']])")
case("strings.split", "{}('a b  c')", "{}(['a b', 'c'])", "{}('a,b,,c', sep=',')", "{}(['a-b-c'], '-', maxsplit=1)")
case("strings.bytes_split", "{}('abc')", "{}(['ab', 'c'])")
case("strings.unicode_split", "{}('héy', 'UTF-8')")
case("strings.unicode_decode", "{}('héy', 'UTF-8')", "{}(['ab', 'c'], 'UTF-8')")
case("strings.unicode_encode", "{}([104, 233], 'UTF-8')")
case("strings.unicode_transcode", "{}('hé', 'UTF-8', 'UTF-16-BE')")
case("strings.format", "{}('x={} y={}', (1, tf.constant([1, 2])))", "{}('a', (1,))")
case("strings.ngrams", "{}(['a', 'b', 'c'], 2)", "{}([['a', 'b', 'c']], ngram_width=3, separator='-')")
for _name in ("to_hash_bucket", "to_hash_bucket_fast"):
    case(f"strings.{_name}", "{}(['a', 'b'], 10).dtype", "tf.reduce_max({}(['a', 'b', 'c'], 1))")
case("strings.to_hash_bucket_strong", "{}(['a', 'b'], 10, key=[1, 2]).dtype")
case("strings.unsorted_segment_join", "{}(['a', 'b', 'c'], [1, 0, 1], 2, separator=':')")

# --- files and records -------------------------------------------------------------------------------------------------

case("io.decode_raw", "{}(b'\\x01\\x00\\x02\\x00', tf.int16)", "{}([b'ab', b'cd'], tf.uint8)", "{}(b'abc', tf.int16)", "{}(b'\\x00\\x01', tf.int16, little_endian=False)")
case("io.decode_csv", "{}(['1,2.5,a', '4,,b'], [0, 1.5, 'x'])", "{}('1,2', [[0], [0]])", "{}(['x'], [0])", "{}([''], [tf.constant([], tf.int32)])")
case("io.encode_base64", "{}('hello')", "{}('hello', pad=True)")
case("io.decode_base64", "{}('aGVsbG8')")
case("io.serialize_tensor", "tf.io.parse_tensor({}(rnd(2, 3)), tf.float32)", "tf.io.parse_tensor({}(['a', 'b']), tf.string)")
case("io.parse_tensor", "{}(tf.io.serialize_tensor([1]), tf.float32)", "{}(b'\\xff\\xff', tf.float32)")
case("io.decode_compressed", "{}(__import__('zlib').compress(b'abc'), 'ZLIB')")
case("io.read_file", "{}('/nowhere/at/all')")
case("io.gfile", "{}.exists('/nowhere')", "{}.isdir('/')", "{}.listdir('/nowhere')", "{}.glob('/nowhere/*')", "{}.remove('/nowhere/x')", "{}.join('a', 'b')", "{}.GFile('/nowhere/x').read()")
EXAMPLE = "tf.train.Example(features=tf.train.Features(feature={'a': tf.train.Feature(int64_list=tf.train.Int64List(value=[1, 2])), 'b': tf.train.Feature(bytes_list=tf.train.BytesList(value=[b'x'])), 'c': tf.train.Feature(float_list=tf.train.FloatList(value=[1.5]))})).SerializeToString()"
case("io.parse_single_example", f"{{}}({EXAMPLE}, {{'a': tf.io.FixedLenFeature([2], tf.int64), 'b': tf.io.FixedLenFeature([], tf.string), 'c': tf.io.FixedLenFeature([1], tf.float32)}})",
     f"{{}}({EXAMPLE}, {{'d': tf.io.FixedLenFeature([], tf.int64, default_value=7)}})", f"{{}}({EXAMPLE}, {{'d': tf.io.FixedLenFeature([], tf.int64)}})",
     f"{{}}({EXAMPLE}, {{'a': tf.io.FixedLenFeature([3], tf.int64)}})", f"{{}}({EXAMPLE}, {{'a': tf.io.FixedLenSequenceFeature([], tf.int64, allow_missing=True)}})")
case("io.parse_example", f"{{}}([{EXAMPLE}, {EXAMPLE}], {{'a': tf.io.FixedLenFeature([2], tf.int64)}})")
case("io.FixedLenFeature", "{}([2], tf.int64).shape")
case("io.matching_files", "{}('/nowhere/*')")

# --- loops -------------------------------------------------------------------------------------------------------------

case("cond", "{}(tf.constant(True), lambda: tf.constant(1), lambda: tf.constant(2))", "{}(False, lambda: 1, lambda: tf.constant(2))", "{}(True, 1, 2)")
case("case", "{}([(tf.constant(False), lambda: tf.constant(1)), (tf.constant(True), lambda: tf.constant(2))])", "{}([(tf.constant(False), lambda: tf.constant(1))], default=lambda: tf.constant(3))")
case("switch_case", "{}(tf.constant(1), [lambda: tf.constant(10), lambda: tf.constant(20)])", "{}(tf.constant(5), {0: lambda: tf.constant(1)}, default=lambda: tf.constant(9))")
case("while_loop", "{}(lambda i: i < 5, lambda i: [i + 2], [tf.constant(0)])", "{}(lambda i, x: i < 3, lambda i, x: (i + 1, x * 2.0), (0, 1.0))",
     "{}(lambda i: True, lambda i: [i + 1], [0], maximum_iterations=4)", "{}(lambda i: i < 3, lambda i: [i, i], [0])")
case("map_fn", "{}(lambda x: x * x, tf.constant([1, 2, 3]))", "{}(lambda p: p[0] + p[1], (tf.constant([1, 2]), tf.constant([3, 4])), fn_output_signature=tf.int32)",
     "{}(lambda x: tf.cast(x, tf.float32), tf.constant([1, 2]), fn_output_signature=tf.float32)", "{}(lambda x: (x, -x), tf.constant([1, 2]), dtype=(tf.int32, tf.int32))")
case("vectorized_map", "{}(lambda x: x * x, tf.constant([1.0, 2.0]))")
case("scan", "{}(lambda a, x: a + x, tf.constant([1, 2, 3]))", "{}(lambda a, x: a * x, tf.constant([1.0, 2.0]), initializer=tf.constant(2.0))", "{}(lambda a, x: a + x, tf.constant([1, 2, 3]), reverse=True)")
case("foldl", "{}(lambda a, x: a - x, tf.constant([1, 2, 3]))", "{}(lambda a, x: a + x, tf.constant([1, 2]), initializer=10)")
case("foldr", "{}(lambda a, x: a - x, tf.constant([1, 2, 3]))")
case("py_function", "{}(lambda x: x + 1, [tf.constant(1)], tf.int32)", "{}(func=lambda x: (x.numpy() * 2, 'a'), inp=[tf.constant(2)], Tout=[tf.int32, tf.string])")
case("numpy_function", "{}(lambda x: x + 1, [tf.constant([1.0])], tf.float32)")
case("TensorArray", "{}(tf.float32, size=2).write(0, 1.0).write(1, 2.0).stack()", "{}(tf.int32, size=0, dynamic_size=True).write(0, 5).size()", "{}(tf.int32, 1).write(3, 1)",
     "{}(tf.int32, 2).unstack([1, 2]).read(1)", "{}(tf.float32, 2).unstack([[1.0], [2.0]]).concat()", "{}(tf.int32, 3).unstack([1, 2, 3]).gather([2, 0])")
case("group", "{}()")
case("tuple", "{}([tf.constant(1)])")
case("no_op", "{}()")
case("identity_n", "{}([1, 2.0])")
case("executing_eagerly", "{}()")
case("inside_function", "{}()")
case("device", "{}('/CPU:0').__class__ is not None")
case("stop_gradient", "{}(rnd(2))", "grads(lambda x: x * {}(x), rnd(2))")
case("custom_gradient", "grads({}(lambda x: (x * 10.0, lambda g: g * 3.0)), rnd(2))", "grads({}(lambda x, y: (x * y, lambda g: (g * 2.0, g * y))), rnd(2), rnd(2, seed=1))")
case("recompute_grad", "grads({}(lambda x: x * x), rnd(2))")
case("grad_pass_through", "grads({}(lambda x: x * 5.0), rnd(2))")

# --- types, shapes and specs -------------------------------------------------------------------------------------------

case("TensorShape", "{}([1, None]).as_list()", "{}([2, 3]).num_elements()", "{}(None).rank", "{}([1, 2]).concatenate([3])", "{}([None, 2]).is_compatible_with([5, 2])",
     "{}([1, 2]).merge_with([None, 2])", "{}([1]).merge_with([2])", "{}(None).as_list()", "{}([1, 2])[0]", "{}([1, 2])[1:]", "{}([1]) == [1]", "{}([-1])", "{}([1, 2]) + [3]",
     "str({}([None, 3]))", "repr({}([None, 3]))", "str({}(None))", "{}([1, None]).is_fully_defined()", "len({}([1, 2]))", "bool({}([]))", "{}(3)", "{}([1, 2]).with_rank(3)")
case("as_dtype", "{}('float32')", "{}(np.int64)", "{}(float)", "{}('foo')", "{}(1)", "{}(bool)", "{}(None)", "{}('string')", "{}(np.dtype('uint8'))")
for _name in "float16 bfloat16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool string complex64 complex128 half double".split():
    case(_name, "str({})", "repr({})", "{}.name", "{}.size", "{}.is_floating", "{}.is_integer", "{}.is_unsigned", "{}.as_datatype_enum", "{}.is_bool", "{}.is_complex")
    if _name not in ("bfloat16",):
        case(_name, "{} == {}.as_numpy_dtype", "{}.as_numpy_dtype.__name__")
for _name in "float32 int32 uint8".split():
    case(_name, "float({}.min)", "float({}.max)", "{} == 'float32'", "{} != tf.int32", "{} == None")
case("DType", "isinstance(tf.int32, {})")
case("TensorSpec", "repr({}([None, 2], tf.int32, 'a'))", "{}([None]).shape", "{}([None], tf.int32).dtype", "{}([None, 2]).is_compatible_with(tf.zeros((3, 2)))",
     "{}([None, 2]).is_compatible_with(tf.zeros((3, 3)))", "{}([1]) == {}([1])", "repr({}.from_tensor(tf.zeros((2,))))")
case("type_spec_from_value", "repr({}(tf.zeros((2,))))", "{}(object())")
case("Variable", "{}([1.0, 2.0])", "{}(3).assign(5).numpy()", "repr({}([1.0]))", "{}([1.0, 2.0]).assign([1.0])", "{}([1.0]).assign_add([2.0]).numpy()", "{}([1.0, 2.0]).assign_sub(1.0)",
     "{}(1.5, dtype=tf.int32)", "{}(1, name='w').name", "{}([1.0]).trainable", "{}([1, 2]) + 1", "{}([5, 6])[1]", "{}(lambda: tf.ones([2])).numpy()",
     "{}([1.0, 2.0]).scatter_nd_update([[0]], [9.0]).numpy()", "{}([1.0, 2.0]).scatter_nd_add([[0], [0]], [9.0, 1.0]).numpy()", "{}([[1.0], [2.0]]).gather_nd([[1]])", "{}([1.0]).shape",
     "{}()", "{}([1.0]).value()", "{}([1.0, 2.0]).sparse_read([1])", "{}(np.array([1.0])).dtype", "{}([1.0], trainable=False).trainable", "{}([1]).assign(tf.constant([1.0]))")
case("Tensor", "isinstance(tf.constant(1), {})", "isinstance(tf.Variable(1), {})", "isinstance(np.ones(1), {})")
case("IndexedSlices", "tf.convert_to_tensor({}(tf.constant([[1.0]]), tf.constant([1]), dense_shape=tf.constant([3, 1])))")
case("UnconnectedGradients", "{}.NONE.value", "{}.ZERO.value")
case("newaxis", "tf.constant([1, 2])[:, {}]", "tf.constant([1, 2])[..., {}]")

# --- containers --------------------------------------------------------------------------------------------------------

case("RaggedTensor", "{}.from_row_splits([1, 2, 3], [0, 1, 3])", "{}.from_row_lengths([1, 2, 3], [2, 0, 1])", "{}.from_value_rowids([1, 2, 3], [0, 0, 2])", "{}.from_row_starts([1, 2, 3], [0, 2])",
     "{}.from_tensor([[1, 2], [3, 0]], padding=0)", "{}.from_tensor([[1, 2], [3, 0]], lengths=[2, 1])")
R = "tf.ragged.constant([[1, 2], [], [3]])"
case("ragged.constant", "{}([[1], [2, 3]])", "{}([[1.5], []])", "{}([['a'], ['b', 'c']])", "{}([[[1], []], [[2, 3]]])", f"{R}.to_tensor()", f"{R}.to_tensor(default_value=9)", f"{R}.shape", f"{R}.row_splits",
     f"{R}.row_lengths()", f"{R}.values", f"{R}[0]", f"{R}[1:]", f"{R}.nrows()", f"{R} + 1", f"{R} * {R}", f"str({R})", f"{R}.value_rowids()", f"{R}[:, 0:1]", f"{R}.to_tensor(shape=[None, 3])")
case("ragged.range", "{}([0, 2], [2, 5])", "{}([3, 0, 2])")
case("ragged.stack", "{}([[1, 2], [3]])")
case("ragged.boolean_mask", "{}([[1, 2], [3, 4]], [[True, False], [True, True]])")
case("ragged.map_flat_values", f"{{}}(lambda x: x * 2, {R})")
case("ragged.row_splits_to_segment_ids", "{}([0, 2, 3])")
case("ragged.segment_ids_to_row_splits", "{}([0, 0, 2])")
S = "tf.SparseTensor([[0, 1], [2, 0]], [5, 6], [3, 2])"
case("SparseTensor", f"{S}", f"{S}.shape", f"{S}.dtype")
case("sparse.to_dense", f"{{}}({S})", f"{{}}({S}, default_value=-1)")
case("sparse.from_dense", "{}([[0, 1], [2, 0]])")
case("sparse.reorder", "{}(tf.SparseTensor([[1, 0], [0, 1]], [5, 6], [2, 2]))")
case("sparse.sparse_dense_matmul", "{}(tf.SparseTensor([[0, 1]], [2.0], [2, 2]), rnd(2, 2))")
case("sparse.add", f"{{}}({S}, {S})")
case("sparse.concat", f"{{}}(0, [{S}, {S}])")
case("sparse.slice", f"{{}}({S}, [1, 0], [2, 2])")
case("sparse.reshape", f"{{}}({S}, [2, 3])")
case("sparse.transpose", f"{{}}({S})")
case("sparse.reduce_sum", f"{{}}({S}, axis=1)")
case("sparse.eye", "{}(2)")
case("sparse.retain", f"{{}}({S}, [True, False])")
case("sparse.expand_dims", f"{{}}({S}, 0)")
case("sets.intersection", "{}([[1, 2, 3]], [[2, 3, 4]])")
case("sets.union", "{}([[1, 2]], [[2, 3]])")
case("sets.difference", "{}([[1, 2, 3]], [[2]])")
case("sets.size", "{}(tf.sets.union([[1, 2]], [[2, 3]]))")
case("nest.flatten", "{}([1, (2, {'b': 3, 'a': 4})])", "{}(5)")
case("nest.map_structure", "{}(lambda x: x + 1, [1, (2,)])", "{}(lambda x, y: x + y, [1], [2])", "{}(lambda x, y: x, [1], [1, 2])", "{}(lambda x, y: x, [1], (1,))")
case("nest.pack_sequence_as", "{}([0, (0,)], [1, 2])", "{}([0], [1, 2])")
case("nest.is_nested", "{}([1])", "{}(1)")
case("nest.assert_same_structure", "{}([1], [2])", "{}([1], 2)", "{}({'a': 1}, {'b': 1})")
KV = "tf.lookup.KeyValueTensorInitializer(['a', 'b'], [1, 2])"
case("lookup.StaticHashTable", f"{{}}({KV}, -1).lookup(tf.constant(['b', 'z']))", f"{{}}({KV}, -1).size()", f"{{}}({KV}, -1)[tf.constant('a')]")
case("lookup.KeyValueTensorInitializer", "{}(['a'], [1]).key_dtype")

# --- signals -------------------------------------------------------------------------------------------------------------

for _name in "fft ifft".split():
    case(f"signal.{_name}", "{}(tf.complex(rnd(8), rnd(8, seed=1)))")
for _name in "fft2d ifft2d".split():
    case(f"signal.{_name}", "{}(tf.complex(rnd(4, 4), rnd(4, 4, seed=1)))")
for _name in "fft3d ifft3d".split():
    case(f"signal.{_name}", "{}(tf.complex(rnd(2, 2, 2), rnd(2, 2, 2, seed=1)))")
case("signal.rfft", "{}(rnd(8))", "{}(rnd(8), fft_length=[16])")
case("signal.rfft2d", "{}(rnd(4, 4))")
case("signal.irfft", "{}(tf.signal.rfft(rnd(8)))")
case("signal.irfft2d", "{}(tf.signal.rfft2d(rnd(4, 4)))")
case("signal.fftshift", "{}(rnd(5))", "{}(rnd(3, 4), axes=1)")
case("signal.ifftshift", "{}(rnd(5))")
case("signal.dct", "{}(rnd(8))", "{}(rnd(8), norm='ortho')", "{}(rnd(8), type=3)", "{}(rnd(8), n=4)")
case("signal.idct", "{}(rnd(8), norm='ortho')", "{}(rnd(8))")
case("signal.hann_window", "{}(8)", "{}(8, periodic=False)")
case("signal.hamming_window", "{}(8)")
case("signal.kaiser_window", "{}(8)", "{}(8, beta=4.0)")
case("signal.frame", "{}(rnd(10), 4, 2)", "{}(rnd(10), 4, 3, pad_end=True)", "{}(rnd(2, 9), 3, 3)")
case("signal.stft", "{}(rnd(64), 16, 8)", "{}(rnd(2, 64), 16, 8, fft_length=32, pad_end=True)")
case("signal.inverse_stft", "{}(tf.signal.stft(rnd(64), 16, 8), 16, 8)")
case("signal.overlap_and_add", "{}(rnd(5, 4), 2)")
case("signal.linear_to_mel_weight_matrix", "{}(4, 17, 8000, 80.0, 3000.0)")
case("signal.mfccs_from_log_mel_spectrograms", "{}(rnd(3, 8))")

# --- random ------------------------------------------------------------------------------------------------------------

for _name, _call in (
    ("normal", "[2, 3]"), ("uniform", "[2, 3]"), ("truncated_normal", "[4], 1.0, 2.0"), ("uniform", "[3], maxval=5, dtype=tf.int32"),
    ("categorical", "rnd(2, 3), 5"), ("shuffle", "rnd(4, 2)"), ("gamma", "[2], [0.5, 1.5]"), ("poisson", "[3], [1.0, 2.0]"),
    ("stateless_normal", "[2], seed=[1, 2]"), ("stateless_uniform", "[2], seed=[1, 2], maxval=9, dtype=tf.int32"), ("stateless_truncated_normal", "[2], seed=(1, 2)"),
    ("stateless_categorical", "rnd(2, 3), 4, seed=[1, 2]"), ("stateless_gamma", "[2], [1, 2], alpha=1.0"), ("stateless_poisson", "[2], [1, 2], lam=[1.0, 2.0]"),
    ("stateless_binomial", "[2], [1, 2], counts=5.0, probs=0.5"), ("split", "[1, 2]"), ("fold_in", "[1, 2], 3"),
):  # fmt: skip
    case(f"random.{_name}", f"tf.shape({{}}({_call}))", f"{{}}({_call}).dtype")
case("random.uniform", "{}([2], maxval=None, dtype=tf.int32)", "{}([2], 5, 5, dtype=tf.int32)")
case("random.Generator", "{}.from_seed(1).normal([2]).shape", "{}.from_seed(1).uniform([2], maxval=3, dtype=tf.int32).dtype", "len({}.from_seed(1).split(3))")
case("random.set_seed", "({}(1), tf.random.normal([3]), {}(1), tf.random.normal([3]))[0]", "({}(1), a := tf.random.normal([3]), {}(1), bool(tf.reduce_all(tf.random.normal([3]) == a)))[-1]")
case("random.get_global_generator", "{}().normal([2]).shape")

# --- assertions and machines ---------------------------------------------------------------------------------------------

for _name, _good, _bad in (
    ("equal", "1, 1", "[1], [2]"), ("none_equal", "1, 2", "1, 1"), ("less", "1, 2", "2, 1"), ("less_equal", "1, 1", "2, 1"), ("greater", "2, 1", "1, 2"),
    ("greater_equal", "1, 1", "1, 2"), ("near", "1.0, 1.0", "1.0, 2.0"), ("positive", "1", "0"), ("negative", "-1", "0"), ("non_negative", "0", "-1"), ("non_positive", "0", "1"),
    ("rank", "[1], 1", "[1], 2"), ("rank_at_least", "[[1]], 1", "1, 1"), ("rank_in", "[1], [1, 2]", "1, [1]"), ("integer", "1", "1.0"), ("type", "1, tf.int32", "1, tf.int64"),
    ("scalar", "1", "[1]"), ("all_finite", "[1.0], ''", "[float('nan')], 'x'"), ("shapes", "[(tf.zeros((2, 3)), ('N', 3))]", "[(tf.zeros((2, 3)), ('N', 4))]"),
    ("proper_iterable", "[1]", "'a'"), ("same_float_dtype", "[tf.constant(1.0)]", "[tf.constant(1)]"),
):  # fmt: skip
    case(f"debugging.assert_{_name}", f"{{}}({_good}) is None or True", f"{{}}({_bad})")
case("debugging.check_numerics", "{}(tf.constant([1.0]), 'x')", "{}(tf.constant([float('inf')]), 'x')")
case("debugging.Assert", "{}(True, [1])", "{}(False, [1])")
case("debugging.is_numeric_tensor", "{}(tf.constant(1))", "{}('a')")
for _name, _good, _bad in (("equal", "1, 1", "1, 2"), ("greater", "2, 1", "1, 2"), ("less", "1, 2", "2, 1"), ("rank", "[1], 1", "1, 1")):
    case(f"assert_{_name}", f"{{}}({_good})", f"{{}}({_bad})")
case("Assert", "{}(True, [1])", "{}(False, [1])")
case("config.list_physical_devices", "[d.device_type for d in {}('CPU')]", "{}('CPU')[0].name", "{}('TPU')")
case("config.list_logical_devices", "{}('CPU')[0].name")
case("config.get_visible_devices", "{}('CPU')[0].device_type")
case("config.functions_run_eagerly", "{}()")
case("distribute.get_strategy", "{}().num_replicas_in_sync")
case("distribute.has_strategy", "{}()")
case("distribute.OneDeviceStrategy", "{}('/cpu:0').run(lambda x: x + 1, args=(tf.constant(1),))", "{}('/cpu:0').num_replicas_in_sync")
case("distribute.MirroredStrategy", "{}().num_replicas_in_sync")
case("distribute.ReduceOp", "{}.SUM.value", "{}.MEAN.value")
case("errors.InvalidArgumentError", "issubclass({}, tf.errors.OpError)", "{}(None, None, 'm').message", "str({}(None, None, 'm'))", "{}(None, None, 'm').error_code", "issubclass({}, ValueError)")
case("errors.NotFoundError", "{}(None, None, 'm').error_code")
case("errors.OutOfRangeError", "{}(None, None, 'm').error_code")
case("version.VERSION", "{}.split('.')[0]")
case("compat.as_bytes", "{}('é')", "{}(1)")
case("compat.as_text", "{}(b'a')", "{}(1)")
case("compat.as_str_any", "{}(1)")
case("autodiff.ForwardAccumulator", "(acc := {}(tf.constant([2.0, 3.0]), tf.constant([1.0, 0.0]))) is not None")
case("sysconfig.get_lib", "isinstance({}(), str)")
case("test.is_built_with_cuda", "isinstance({}(), bool)")
case("saved_model.contains_saved_model", "{}('/nowhere')")
case("saved_model.load", "{}('/nowhere')")
case("train.latest_checkpoint", "{}('/nowhere')")
case("train.Checkpoint", "{}(v=tf.Variable(1)).restore('/nowhere/x')", "{}(v=tf.Variable(1)).save_counter.numpy()")
case("train.list_variables", "{}('/nowhere')")
case("data.Dataset", "[int(x) for x in {}.range(3)]", "list({}.from_tensor_slices([1, 2]).map(lambda x: x * 2).as_numpy_iterator())", "[x for x in {}.from_tensor_slices({'a': [1.5], 'b': ['t']})]",
     "[x.shape for x in {}.from_tensor_slices(np.zeros((5, 2))).batch(2)]", "repr({}.range(3).element_spec)", "{}.range(5).cardinality()", "{}.range(5).reduce(np.int64(0), lambda a, x: a + x)",
     "[x for x in {}.range(2).batch(2).take(1)]", "next(iter({}.from_tensors((1, 2.0))))")
case("initializers.Zeros", "{}()((2,))")
case("zeros_initializer", "{}()((2,))", "{}()((2,), dtype=tf.float32)")
case("ones_initializer", "{}()((2,))")
case("constant_initializer", "{}(2.0)((2,))")
case("random_normal_initializer", "{}(0.0, 1.0)((2,)).shape")
case("random_uniform_initializer", "{}(0.0, 1.0)((2,)).shape")
case("is_symbolic_tensor", "{}(tf.constant(1))")
case("timestamp", "{}().dtype")
