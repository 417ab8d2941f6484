"""Expressions of ``tf``: sampled losses, decoders, sound, sparse matrices, tables that change, NumPy's names; see ``cases``."""

# ruff: noqa: E501 - tables

from __future__ import annotations

CASES: dict[str, list[str]] = {}


def case(name: str, *expressions: str) -> None:
    """Add expressions for a name; ``{}`` stands for the name with its namespace."""
    CASES.setdefault(name, []).extend(e.replace("{}", f"tf.{name}") for e in expressions)


DRAWN = "(tf.constant([1, 4, 7], tf.int64), tf.constant([[0.5], [0.25]]), tf.constant([0.5, 0.4, 0.1]))"
for _name in "sampled_softmax_loss nce_loss".split():
    case(f"nn.{_name}", f"{{}}(rnd(9, 4), rnd(9), ints(2, 1, low=0, high=9, dtype='int64'), rnd(2, 4), 3, 9, sampled_values={DRAWN})",
         f"{{}}(rnd(9, 4), rnd(9), np.array([[1], [4]], 'int64'), rnd(2, 4), 3, 9, sampled_values={DRAWN}, remove_accidental_hits=True)",
         "tf.shape({}(rnd(9, 4), rnd(9), np.array([[1], [4]], 'int64'), rnd(2, 4), 5, 9))")
for _name in "log_uniform_candidate_sampler uniform_candidate_sampler".split():
    case(f"random.{_name}", "tf.shape({}([[1], [2]], 1, 4, True, 20).sampled_candidates)", "{}([[1], [2]], 1, 4, False, 20, seed=1).true_expected_count", "{}([[1, 2]], 2, 4, False, 20).sampled_candidates.dtype")
case("random.fixed_unigram_candidate_sampler", "{}([[1], [2]], 1, 4, False, 3, unigrams=[1.0, 2.0, 1.0]).true_expected_count")

case("nn.ctc_greedy_decoder", "{}(rnd(6, 2, 4), [6, 4])", "{}(rnd(6, 2, 4, seed=3), [6, 6], merge_repeated=False)", "{}(rnd(6, 1, 4, seed=2), [6], blank_index=0)")
case("nn.ctc_beam_search_decoder", "{}(rnd(5, 2, 4), [5, 4], beam_width=20)", "{}(rnd(4, 1, 3), [4], beam_width=50, top_paths=2)[1]")
H = "tf.SparseTensor([[0, 0], [0, 1], [1, 0]], ['a', 'b', 'c'], [3, 2])"
T = "tf.SparseTensor([[0, 0], [1, 0], [1, 1], [2, 0]], ['a', 'x', 'c', 'd'], [3, 2])"
case("edit_distance", f"{{}}({H}, {T})", f"{{}}({H}, {T}, normalize=False)")

case("audio.encode_wav", "{}(unit(8, 1), 8000)", "{}(rnd(5, 2), 16000)", "{}(unit(8), 8000)")
case("audio.decode_wav", "{}(tf.audio.encode_wav(unit(8, 1), 8000))", "{}(tf.audio.encode_wav(unit(8, 2), 8000), desired_channels=1)", "{}(tf.audio.encode_wav(unit(8, 1), 8000), desired_samples=10).audio", "{}(tf.audio.encode_wav(unit(8, 1), 8000), desired_samples=3).audio", "{}('junk')")

S = "tf.SparseTensor([[0, 1], [2, 0], [2, 2]], [5.0, -6.0, 2.0], [4, 3])"
N = "tf.SparseTensor([[0, 1], [1, 1], [2, 2]], [4.0, 3.0, 1.0], [4, 3])"
case("sparse.map_values", f"{{}}(tf.abs, {S})", f"{{}}(tf.add, {S}, 1.0)")
case("sparse.maximum", f"{{}}({S}, {N})")
case("sparse.minimum", f"{{}}({S}, {N})")
case("sparse.reduce_max", f"{{}}({S}, axis=1)", f"{{}}({S})", f"{{}}({S}, axis=0, keepdims=True)")
case("sparse.softmax", f"{{}}({S})")
case("sparse.split", f"{{}}({S}, num_split=2, axis=0)", f"{{}}({S}, num_split=2, axis=1)")
case("sparse.to_indicator", "{}(tf.SparseTensor([[0, 0], [0, 1], [1, 0]], tf.constant([1, 3, 0], tf.int64), [2, 2]), 4)")
case("sparse.fill_empty_rows", f"{{}}({S}, 9.0)")
case("sparse.reset_shape", f"{{}}({S})", f"{{}}({S}, [5, 5])")
case("sparse.mask", "tf.convert_to_tensor({}(tf.IndexedSlices(tf.constant([[1.0], [2.0]]), tf.constant([0, 2]), tf.constant([3, 1])), [0]))")
I = "tf.SparseTensor([[0, 0], [0, 1], [2, 0]], tf.constant([1, 3, 0], tf.int64), [3, 2])"
W = "tf.SparseTensor([[0, 0], [0, 1], [2, 0]], [1.0, 3.0, 0.5], [3, 2])"
for _how in "mean sum sqrtn".split():
    case("nn.embedding_lookup_sparse", f"{{}}(rnd(4, 2), tf.SparseTensor([[0, 0], [0, 1], [1, 0]], tf.constant([1, 3, 0], tf.int64), [2, 2]), None, combiner='{_how}')", f"{{}}(rnd(4, 2), {I}, {W}, combiner='{_how}')[0]")
    case("nn.safe_embedding_lookup_sparse", f"{{}}(rnd(4, 2), {I}, combiner='{_how}')", f"{{}}(rnd(4, 2), {I}, {W}, combiner='{_how}')", f"{{}}(rnd(4, 2), {I}, combiner='{_how}', default_id=2)")

K = "tf.constant(['a', 'b', 'z'])"
case("lookup.experimental.MutableHashTable", f"then(t := {{}}(tf.string, tf.int64, -1), t.insert(tf.constant(['a', 'b']), tf.constant([1, 2], tf.int64)), [t.lookup({K}), t.size()])",
     f"then(t := {{}}(tf.string, tf.int64, -1), t.insert(tf.constant(['a', 'b']), tf.constant([1, 2], tf.int64)), t.remove(tf.constant(['a'])), [t.lookup({K}), t.export()])")
case("lookup.experimental.DenseHashTable", f"then(t := {{}}(tf.string, tf.int64, -1, '', '$'), t.insert(tf.constant(['a', 'b']), tf.constant([1, 2], tf.int64)), [t.lookup({K}), t[{K}]])")

for _name in "rfft3d".split():
    case(f"signal.{_name}", "{}(rnd(2, 4, 4))")
case("signal.irfft3d", "{}(tf.signal.rfft3d(rnd(2, 4, 4)))")
case("signal.inverse_stft_window_fn", "{}(8)(16, dtype=tf.float32)", "tf.signal.inverse_stft(tf.signal.stft(rnd(64), 16, 8), 16, 8, window_fn={}(8))")
case("strings.unicode_decode_with_offsets", "{}(['aé五', 'b'], 'UTF-8')")
case("strings.unicode_split_with_offsets", "{}(['aé五', 'b'], 'UTF-8')", "{}('é五', 'UTF-8')")
for _name in "to_hash_bucket to_hash_bucket_fast".split():
    case(f"strings.{_name}", "{}(['a', 'bc', '', 'longer than sixteen bytes', 'five words in a row, and more'], 1000)", "{}('x', 7)")
case("strings.to_hash_bucket_strong", "{}(['a', 'bc', 'longer than sixteen bytes'], 1000, [1, 2])")

case("distribute.cluster_resolver.TPUClusterResolver", "{}()", "{}(tpu='')", "{}.connect()")
case("distribute.cluster_resolver.SimpleClusterResolver", "issubclass({}, tf.distribute.cluster_resolver.ClusterResolver)")
case("distribute.cluster_resolver.TFConfigClusterResolver", "issubclass({}, tf.distribute.cluster_resolver.ClusterResolver)", "{}().task_type")
case("distribute.cluster_resolver.ClusterResolver", "{}.__name__")

P = "experimental.numpy"
for _name, _args in {
    "add": "rnd(3), rnd(3)", "arange": "4", "argmax": "rnd(3, 4), axis=1", "array": "[1.0, 2.0]", "concatenate": "[rnd(2), rnd(2)]", "cumsum": "rnd(3, 2), axis=0", "dot": "rnd(2, 3), rnd(3)",
    "exp": "rnd(3)", "expand_dims": "rnd(3), 0", "linspace": "0.0, 1.0, 5", "matmul": "rnd(2, 3), rnd(3, 2)", "max": "rnd(3, 4), axis=0", "mean": "rnd(3, 4), axis=0", "ones": "(2, 3)", "reshape": "rnd(4), (2, 2)",
    "sqrt": "pos(3)", "square": "rnd(3)", "stack": "[rnd(2), rnd(2)]", "sum": "rnd(3, 4), axis=1", "tanh": "rnd(3)", "transpose": "rnd(2, 3)", "where": "rnd(3) > 0, rnd(3), 0.0 * rnd(3)", "zeros": "(2, 3)", "maximum": "rnd(3), 0.5 * rnd(3)",
    "asarray": "rnd(3)", "moveaxis": "rnd(2, 3, 4), 0, 2", "outer": "rnd(2), rnd(3)", "std": "rnd(4)", "var": "rnd(4)", "flip": "rnd(3)", "clip": "rnd(4), -0.5, 0.5", "sort": "rnd(5)",
}.items():  # fmt: skip
    case(f"{P}.{_name}", f"tf.cast({{}}({_args}), tf.float32)")
case(f"{P}.random.randn", "{}(2, 3).shape")
case(f"{P}.pi", "{}")

# --- columns of tables ---------------------------------------------------------------------------------------------------

F = "feature_column"
AGE = f"tf.{F}.numeric_column('age')"
WORD = f"tf.{F}.categorical_column_with_vocabulary_list('w', ['a', 'b'])"
case(f"{F}.numeric_column", "{}('age').name", "{}('age', shape=(2,)).shape", f"sorted(tf.{F}.make_parse_example_spec([{{}}('age')]))")
case(f"{F}.bucketized_column", f"{{}}({AGE}, [1.0, 2.0]).name", f"{{}}({AGE}, [2.0, 1.0])", f"list({{}}({AGE}, [1.0, 2.0]).boundaries)")
case(f"{F}.categorical_column_with_vocabulary_list", "{}('w', ['a', 'b']).name", "{}('w', ['a', 'a'])")
case(f"{F}.categorical_column_with_vocabulary_file", "then(p := tmp('v'), tf.io.write_file(p, 'a\\nb\\n'), {}('w', p).name)")
case(f"{F}.categorical_column_with_hash_bucket", "{}('w', 10).name", "{}('w', 0)")
case(f"{F}.categorical_column_with_identity", "{}('n', 4).name")
case(f"{F}.crossed_column", f"{{}}(['a', {WORD}], 10).name", "{}(['a'], 10)")
case(f"{F}.indicator_column", f"{{}}({WORD}).name")
case(f"{F}.embedding_column", f"{{}}({WORD}, 3).name", f"{{}}({WORD}, 3).dimension", f"{{}}({WORD}, 3).combiner")
case(f"{F}.make_parse_example_spec", f"sorted({{}}([{AGE}, {WORD}]))", f"{{}}([{WORD}])['w'].dtype", f"{{}}([{AGE}])['age'].shape")
