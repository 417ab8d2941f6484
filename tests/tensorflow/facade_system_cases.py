"""Expressions of ``tf`` about machines, data sets, errors, files, records, summaries and strategies; see ``cases``.

``tmp(name)`` is a path below a temporary folder, and ``then(…)`` the last of its arguments, so that an expression can do
several things.
"""

# ruff: noqa: E501 - tables

from __future__ import annotations

CASES: dict[str, list[str]] = {}


def case(name: str, *expressions: str) -> None:
    """Add expressions for a name; ``{}`` stands for the name with its namespace."""
    CASES.setdefault(name, []).extend(e.replace("{}", f"tf.{name}") for e in expressions)


# --- errors ------------------------------------------------------------------------------------------------------------

for _name in (
    "ABORTED ALREADY_EXISTS CANCELLED DATA_LOSS DEADLINE_EXCEEDED FAILED_PRECONDITION INTERNAL INVALID_ARGUMENT NOT_FOUND OK "
    "OUT_OF_RANGE PERMISSION_DENIED RESOURCE_EXHAUSTED UNAUTHENTICATED UNAVAILABLE UNIMPLEMENTED UNKNOWN"
).split():
    case(f"errors.{_name}", "{}")
for _name in (
    "AbortedError AlreadyExistsError CancelledError DataLossError DeadlineExceededError FailedPreconditionError InternalError "
    "PermissionDeniedError ResourceExhaustedError UnauthenticatedError UnavailableError UnimplementedError UnknownError"
).split():
    case(f"errors.{_name}", "{}(None, None, 'm').error_code", "{}(None, None, 'm').message", "{}(None, None, 'm').op", "str({}(None, None, 'm'))",
         "issubclass({}, tf.errors.OpError)", "{}(None, None, 'm').node_def")
case("errors.OpError", "{}(None, None, 'm', 3).error_code", "issubclass({}, Exception)", "str({}(None, None, 'm', 3))")
case("errors.OperatorNotAllowedInGraphError", "issubclass({}, TypeError)", "str({}('m'))")

# --- machines ----------------------------------------------------------------------------------------------------------

case("config.PhysicalDevice", "{}('/physical_device:CPU:0', 'CPU').name", "{}('/physical_device:CPU:0', 'CPU').device_type", "repr({}('/physical_device:CPU:0', 'CPU'))",
     "{}('a', 'CPU') == {}('a', 'CPU')")
case("config.LogicalDevice", "{}('/device:CPU:0', 'CPU').name", "repr({}('/device:CPU:0', 'CPU'))")
case("config.LogicalDeviceConfiguration", "{}(memory_limit=1024).memory_limit", "{}().memory_limit")
for _name in ("config.get_soft_device_placement", "config.experimental_functions_run_eagerly",
              "config.threading.get_inter_op_parallelism_threads", "config.threading.get_intra_op_parallelism_threads", "config.experimental.tensor_float_32_execution_enabled"):
    case(_name, "{}()")
case("config.set_soft_device_placement", "then({}(True), tf.config.get_soft_device_placement())")
case("config.run_functions_eagerly", "then({}(True), a := tf.config.functions_run_eagerly(), {}(False), a)")
case("config.experimental_run_functions_eagerly", "then({}(True), a := tf.config.experimental_functions_run_eagerly(), {}(False), a)")
case("config.set_visible_devices", "{}([], 'TPU')")
case("config.get_logical_device_configuration", "{}(tf.config.list_physical_devices('CPU')[0])")
case("config.experimental.get_visible_devices", "{}('CPU')[0].name", "{}('TPU')")
case("config.experimental.list_physical_devices", "{}('CPU')[0].name", "{}('TPU')")
case("config.experimental.list_logical_devices", "{}('CPU')[0].name")
case("config.experimental.set_visible_devices", "{}([], 'TPU')")
case("config.experimental.enable_tensor_float_32_execution", "then({}(False), a := tf.config.experimental.tensor_float_32_execution_enabled(), {}(True), a)")
case("config.experimental.get_device_details", "isinstance({}(tf.config.list_physical_devices('CPU')[0]), dict)")
case("config.experimental.VirtualDeviceConfiguration", "{}(memory_limit=1024).memory_limit")
case("config.optimizer.get_jit", "isinstance({}(), str)")
case("config.optimizer.get_experimental_options", "isinstance({}(), dict)")
case("config.optimizer.set_experimental_options", "{}({'constant_folding': True})")
case("sysconfig.get_compile_flags", "isinstance({}(), list)")
case("sysconfig.get_link_flags", "isinstance({}(), list)")
case("sysconfig.get_include", "isinstance({}(), str)")
case("sysconfig.get_build_info", "{}()['is_cuda_build'] in (True, False)")
for _name in "is_built_with_gpu_support is_built_with_rocm is_built_with_xla".split():
    case(f"test.{_name}", "isinstance({}(), bool)")
case("test.gpu_device_name", "isinstance({}(), str)")
case("test.is_gpu_available", "isinstance({}(), bool)")
case("test.TestCase", "{}('assertAllClose').assertAllClose([1.0, 2.0], tf.constant([1.0, 2.0]))", "{}('assertAllClose').assertAllClose([1.0], [2.0])",
     "{}('assertAllEqual').assertAllEqual([1], tf.constant([1]))", "{}('assertAllEqual').assertAllEqual([1], [2])", "{}('evaluate').evaluate(tf.constant([1, 2]))",
     "{}('assertShapeEqual').assertShapeEqual(np.ones((2, 3)), tf.ones((2, 3)))")
for _name in "COMPILER_VERSION GIT_VERSION".split():
    case(f"version.{_name}", "isinstance({}, str)")
for _name in "GRAPH_DEF_VERSION GRAPH_DEF_VERSION_MIN_CONSUMER GRAPH_DEF_VERSION_MIN_PRODUCER".split():
    case(f"version.{_name}", "isinstance({}, int)")
for _name in "disable_traceback_filtering enable_traceback_filtering".split():
    case(f"debugging.{_name}", "then({}(), a := tf.debugging.is_traceback_filtering_enabled(), tf.debugging.enable_traceback_filtering(), a)")
case("debugging.is_traceback_filtering_enabled", "{}()")
case("debugging.get_log_device_placement", "{}()")
case("debugging.set_log_device_placement", "then({}(True), a := tf.debugging.get_log_device_placement(), {}(False), a)")
case("debugging.enable_check_numerics", "then({}(), tf.debugging.disable_check_numerics())")
case("debugging.disable_check_numerics", "then({}(), tf.math.log(-1.0))")
case("autograph.set_verbosity", "{}(0)")
case("autograph.trace", "{}(1)")
case("autograph.to_graph", "{}(1)")
case("autograph.to_code", "isinstance({}(1), str)")
case("autograph.experimental.do_not_convert", "{}(lambda x: x + 1)(2)", "{}()(lambda x: x + 1)(2)")
case("autograph.experimental.set_loop_options", "{}(parallel_iterations=2)")
case("profiler.experimental.ProfilerOptions", "{}(host_tracer_level=1).host_tracer_level", "{}().device_tracer_level")
case("profiler.experimental.stop", "{}()")
case("profiler.experimental.Trace", "{}('x', step_num=1).__class__ is not None")

# --- types of the first level --------------------------------------------------------------------------------------------

for _name in "bfloat16 bool complex128 complex64 double float16 float32 float64 half int16 int32 int64 int8 resource string uint16 uint32 uint64 uint8 variant".split():
    case(f"dtypes.{_name}", "{}.name", "{} is tf." + _name)
case("dtypes.DType", "isinstance(tf.int32, {})")
case("dtypes.as_dtype", "{}('float32')")
for _name in "resource variant".split():
    case(_name, "repr({})", "{}.name", "{}.is_floating", "{}.as_datatype_enum")
case("autodiff.GradientTape", "{} is tf.GradientTape")
case("sparse.SparseTensor", "{} is tf.SparseTensor")
case("RaggedTensorSpec", "{}([2, None], tf.int32).dtype", "{}([2, None], tf.int32, ragged_rank=1).ragged_rank", "repr({}([2, None], tf.int32))", "{}([2, None]).shape",
     "tf.type_spec_from_value(tf.ragged.constant([[1], []])).shape")
case("SparseTensorSpec", "{}([2, 3], tf.int32).dtype", "repr({}([2, None], tf.int32))", "{}([2, None]).shape")
case("TypeSpec", "issubclass(tf.TensorSpec, {})", "issubclass(tf.RaggedTensorSpec, {})")
case("GradientTape", "then(t := {}(persistent=True), t.__enter__(), x := tf.Variable(3.0), y := x ** 3, t.__exit__(None, None, None), [t.gradient(y, x), t.gradient(y, [x]), t.gradient(y, {'x': x})])",
     "then(t := {}(), t.__enter__(), v := tf.Variable([1.0, 2.0]), y := tf.math.cumsum(v * v), t.__exit__(None, None, None), t.jacobian(y, v))",
     "then(t := {}(), t.__enter__(), v := tf.Variable(rnd(2, 2)), y := v @ v, t.__exit__(None, None, None), t.batch_jacobian(y, v))",
     "then(t := {}(watch_accessed_variables=False), t.__enter__(), v := tf.Variable(1.0), y := v * 2, t.__exit__(None, None, None), t.gradient(y, v))",
     "then(t := {}(), t.__enter__(), v := tf.Variable(1.0), u := tf.Variable(1.0), y := v * 2, t.__exit__(None, None, None), t.gradient(y, u, unconnected_gradients='zero'))",
     "then(t := {}(), t.__enter__(), v := tf.Variable(1.0), y := v * 2, t.__exit__(None, None, None), t.gradient(y, v, output_gradients=tf.constant(5.0)))",
     "then(t := {}(), t.__enter__(), v := tf.Variable(1.0), y := v * 2, t.reset(), z := v * 7, t.__exit__(None, None, None), t.gradient(z, v))",
     "then(t := {}(), t.__enter__(), v := tf.Variable(1.0), u := tf.constant(1.0), t.watch(u), y := v * u, t.__exit__(None, None, None), len(t.watched_variables()))",
     "then(t := {}(), t.__enter__(), e := tf.Variable(rnd(4, 2)), y := tf.reduce_sum(tf.gather(e, [1, 1, 3])), t.__exit__(None, None, None), tf.convert_to_tensor(t.gradient(y, e)))",
     "then(t := {}(), t.__enter__(), v := tf.Variable(2), y := v * 2, t.__exit__(None, None, None), t.gradient(y, v))")
case("Module", "{}(name='m').name", "{}().variables", "{}(name='m').name_scope.name", "len({}().submodules)", "{}(name='1bad')")
case("function", "{}(lambda x: x + 1)(tf.constant(1))", "{}(lambda x, y=2: x * y)(3.0)", "{}(lambda x: (x, {'a': x}))(1)", "{}(lambda x: tf.cond(x > 0, lambda: x, lambda: -x))(tf.constant(-3))",
     "{}(lambda x: x, input_signature=[tf.TensorSpec([2])])(tf.zeros([3]))", "{}(lambda x: x * 2).get_concrete_function(tf.TensorSpec([], tf.int32))(tf.constant(4))",
     "{}(lambda: tf.range(3))()", "{}(lambda x: x, reduce_retracing=True, jit_compile=False, autograph=True)(1.5)", "{}(lambda x: None)(1)", "{}(lambda x: x['a'] + 1)({'a': 1.0})")
case("control_dependencies", "then(s := {}([tf.constant(1)]), s.__enter__(), y := tf.constant(2), s.__exit__(None, None, None), y)")
case("init_scope", "then(s := {}(), s.__enter__(), y := tf.constant(2), s.__exit__(None, None, None), y)")
case("name_scope", "then(s := {}('a'), n := s.__enter__(), s.__exit__(None, None, None), n)", "{}('a').name", "then(s := {}('a'), s.__enter__(), v := tf.Variable(1.0, name='w'), s.__exit__(None, None, None), v.name)")
case("get_current_name_scope", "{}()", "then(s := tf.name_scope('a'), s.__enter__(), n := {}(), s.__exit__(None, None, None), n)")
case("variable_creator_scope", "then(s := {}(lambda next, **kw: next(**{**kw, 'trainable': False})), s.__enter__(), v := tf.Variable(1.0), s.__exit__(None, None, None), v.trainable)")
case("get_logger", "{}().name", "{}().setLevel('ERROR')")
case("no_gradient", "{}('Own')")
for _name in "NONE SUM MEAN ONLY_FIRST_REPLICA".split():
    case("VariableAggregation", f"{{}}.{_name} == {{}}.{_name}", f"tf.Variable(1.0, aggregation={{}}.{_name}).numpy()")
for _name in "AUTO NONE ON_WRITE ON_READ".split():
    case("VariableSynchronization", f"tf.Variable(1.0, synchronization={{}}.{_name}).numpy()")
case("AggregationMethod", "{}.ADD_N", "{}.DEFAULT", "{}.EXPERIMENTAL_TREE")
case("__version__", "isinstance({}, str)", "{} == tf.version.VERSION", "int({}.split('.')[0])")
case("experimental.async_clear_error", "{}()")
case("experimental.Optional", "{}.from_value(3).has_value()", "{}.from_value(3).get_value()", "{}.empty(tf.TensorSpec([])).has_value()", "{}.empty(tf.TensorSpec([])).get_value()")
case("experimental.dlpack.from_dlpack", "{}(tf.experimental.dlpack.to_dlpack(tf.constant([1.0, 2.0])))")
case("experimental.dlpack.to_dlpack", "type({}(tf.constant([1.0]))).__name__")

# --- data sets -----------------------------------------------------------------------------------------------------------

for _name in ("data.AUTOTUNE", "data.INFINITE_CARDINALITY", "data.UNKNOWN_CARDINALITY", "data.experimental.AUTOTUNE", "data.experimental.INFINITE_CARDINALITY", "data.experimental.UNKNOWN_CARDINALITY"):
    case(_name, "int({})")
D = "tf.data.Dataset"
R = f"{D}.range"
L = "[x for x in {}]"


def flows(*datasets: str) -> None:
    """The elements of data sets."""
    case("data.Dataset", *(L.replace("{}", d) for d in datasets))


flows(
    f"{R}(5).shuffle(1)", f"{R}(10).skip(7)", f"{R}(3).repeat(2)", f"{R}(7).batch(3, drop_remainder=True)", f"{R}(7).window(3, shift=2, drop_remainder=True).flat_map(lambda w: w.batch(3))",
    f"{R}(6).filter(lambda x: x % 2 == 0)", f"{R}(3).concatenate({R}(8, 10))", f"{D}.zip(({R}(3), {R}(5, 8)))", f"{D}.zip({R}(2), {R}(2, 4))", f"{R}(4).enumerate(start=5)",
    f"{R}(3).interleave(lambda x: {D}.from_tensors(x).repeat(2), cycle_length=2)", f"{R}(4).scan(np.int64(0), lambda s, x: (s + x, s * 10))", f"{R}(10).shard(3, 1)", f"{R}(4).map(lambda x: (x, {{'a': x * 2}}))",
    f"{R}(4).batch(2).unbatch()", f"{R}(5).take_while(lambda x: x < 3)", f"{D}.from_tensor_slices([1, 1, 2, 1]).unique()", f"{R}(2, 8, 3)", f"{R}(5, 0, -2)", f"{R}(3).cache().prefetch(2)",
    f"{D}.from_generator(lambda: iter([1, 2]), output_signature=tf.TensorSpec([], tf.int32))", f"{D}.from_generator(lambda: iter([(1, 'a'), (2, 'b')]), output_types=(tf.int64, tf.string))",
    f"{R}(1, 4).map(lambda x: tf.fill([x], x)).padded_batch(3, padded_shapes=[None])", f"{R}(1, 4).map(lambda x: tf.fill([x], x)).padded_batch(2, padded_shapes=[4], padding_values=tf.constant(-1, tf.int64))",
    f"{R}(1, 4).map(lambda x: tf.fill([x], x)).ragged_batch(3)", f"{D}.from_tensor_slices({{'x': rnd(3, 2), 'y': [1, 2, 3]}}).batch(2)", f"{R}(6).batch(2).batch(2)", f"{R}(5).map(lambda x: tf.cast(x, tf.float32) / 2)",
    f"{D}.from_tensor_slices((['a', 'b'], [[1], [2]])).map(lambda s, n: (tf.strings.upper(s), n + 1))", f"{D}.choose_from_datasets([{R}(3), {R}(10, 13)], {D}.from_tensor_slices(np.array([0, 1, 1, 0], 'int64')))",
    f"{D}.from_tensor_slices(tf.ragged.constant([[1], [2, 3]]))", f"{R}(4).apply(lambda d: d.map(lambda x: -x))", f"{R}(9).group_by_window(lambda x: x % 2, lambda k, w: w.batch(2), window_size=2)",
    f"{D}.sample_from_datasets([{R}(2), {R}(2)], weights=[1.0, 0.0], stop_on_empty_dataset=True)",
    f"{R}(4).bucket_by_sequence_length(lambda x: tf.cast(x, tf.int32), [2], [2, 2], padded_shapes=[])", f"{R}(3).map(lambda x: tf.range(x)).bucket_by_sequence_length(lambda x: tf.shape(x)[0], [2], [2, 2])",
    f"{R}(3).map(lambda x: tf.py_function(lambda v: v.numpy() + 1, [x], tf.int64))", f"{D}.from_tensors([1, 2]).map(lambda x: x[::-1])",
    f"{D}.random(seed=1).take(0)", f"{R}(3).options() and []", f"{R}(3).with_options(tf.data.Options())", f"{R}(3).snapshot(tmp('s'))", f"{R}(0)", f"{R}(5).batch(2, num_parallel_calls=2, deterministic=True)",
)
case("data.Dataset", f"{R}(5).batch(2).cardinality()", f"{R}(5).filter(lambda x: x > 2).cardinality()", f"{R}(5).repeat().cardinality()", f"len({R}(5))", f"len({R}(5).repeat())", f"{R}(5).reduce((0.0, 0), lambda s, x: (s[0] + 1.0, s[1] + 2))",
     f"{R}(1).get_single_element()", f"{R}(2).get_single_element()", f"repr({R}(5).batch(2).element_spec)", f"repr({D}.from_tensor_slices((np.zeros((3, 2)), ['a', 'b', 'c'])).batch(2).element_spec)", f"bool({R}(0))", f"bool({R}(3))",
     f"repr({D}.from_tensors(tf.ragged.constant([[1], [2, 3]])).element_spec)", f"{D}.from_tensor_slices(([1, 2], [1]))", f"{D}.from_tensor_slices(3)", f"{R}(3).batch(0)",
     f"then(p := tmp('saved'), {R}(4).save(p), [x for x in {D}.load(p)])", f"[x.numpy() for x in {R}(3)]", f"next({R}(3).as_numpy_iterator())", f"then(tf.random.set_seed(3), sorted(int(x) for x in {R}(5).shuffle(5)))",
     f"then(p := tmp('a'), tf.io.write_file(p + '/x1.txt', 'a'), tf.io.write_file(p + '/x2.txt', 'b'), [tf.strings.split(f, '/')[-1] for f in {D}.list_files(p + '/*.txt', shuffle=False)])")
case("data.Iterator", f"isinstance(iter({R}(3)), {{}})", f"iter({R}(3)).get_next()", f"then(i := iter({R}(1)), next(i), i.get_next())", f"repr(iter({R}(3)).element_spec)", f"iter({R}(3)).get_next_as_optional().has_value()",
     f"then(i := iter({R}(1)), next(i), next(i))")
case("data.NumpyIterator", f"type({R}(3).as_numpy_iterator().next()).__name__")
case("data.Options", "{}().deterministic", "then(o := {}(), setattr(o, 'deterministic', False), o.deterministic)", "then(o := {}(), setattr(o.threading, 'private_threadpool_size', 2), o.threading.private_threadpool_size)",
     f"then(o := {{}}(), setattr(o.experimental_optimization, 'map_parallelization', True), [x for x in {R}(2).with_options(o)])")
LINES = "then(p := tmp('f'), tf.io.write_file(p, 'a,1\\nb,2\\nc,3\\n'), {})"
case("data.TextLineDataset", LINES.replace("{}", "[x for x in {}(p)]"), LINES.replace("{}", "[x for x in {}([p, p]).skip(1).take(3)]"), "[x for x in {}('/nowhere')]")
case("data.FixedLengthRecordDataset", LINES.replace("{}", "[x for x in {}(p, 4)]"), LINES.replace("{}", "[x for x in {}(p, 3, header_bytes=2, footer_bytes=2)]"))
case("data.TFRecordDataset", "then(p := tmp('r'), w := tf.io.TFRecordWriter(p), w.write(b'one'), w.write('two'), w.close(), [x for x in {}(p)])", "then(p := tmp('r'), w := tf.io.TFRecordWriter(p, 'GZIP'), w.write(b'one'), w.close(), [x for x in {}([p], compression_type='GZIP')])",
     "[x for x in {}('/nowhere')]")
case("data.experimental.Counter", "[x for x in {}().take(3)]", "[x for x in {}(5, -2).take(2)]")
case("data.experimental.CsvDataset", LINES.replace("{}", "[x for x in {}(p, [tf.string, tf.int32])]"), "then(p := tmp('f'), tf.io.write_file(p, 'x,y\\n1.5,\\n2,7\\n'), [x for x in {}(p, [0.0, 5], header=True)])",
     "then(p := tmp('f'), tf.io.write_file(p, '1;2;3\\n'), [x for x in {}(p, [tf.int64, tf.float32], field_delim=';', select_cols=[0, 2])])", "then(p := tmp('f'), tf.io.write_file(p, '1,\\n'), [x for x in {}(p, [tf.int64, tf.int64])])")
case("data.experimental.make_csv_dataset", "then(p := tmp('f'), tf.io.write_file(p, 'a,b,y\\n1,x,0\\n2.5,z,1\\n'), [x for x in {}(p, 2, label_name='y', num_epochs=1, shuffle=False)])",
     "then(p := tmp('f'), tf.io.write_file(p, 'a,b,y\\n1,?,0\\n2,z,1\\n'), [x for x in {}(p, 1, select_columns=['a', 'b'], num_epochs=1, shuffle=False, na_value='?')])")
case("data.experimental.assert_cardinality", f"{R}(4).filter(lambda x: x < 2).apply({{}}(2)).cardinality()")
case("data.experimental.cardinality", f"{{}}({R}(4))")
case("data.experimental.enumerate_dataset", f"[x for x in {R}(2).apply({{}}(start=3))]")
case("data.experimental.get_single_element", f"{{}}({R}(1))")
case("data.experimental.ignore_errors", f"[x for x in {D}.from_tensor_slices([1.0, 0.0, 2.0]).map(lambda x: tf.debugging.check_numerics(1.0 / x, 'x')).apply({{}}())]")
case("data.experimental.map_and_batch", f"[x for x in {R}(4).apply({{}}(lambda x: x * 2, 3))]")
case("data.experimental.shuffle_and_repeat", f"sorted(int(x) for x in {R}(3).apply({{}}(3, 2)))")
case("data.experimental.take_while", f"[x for x in {R}(9).apply({{}}(lambda x: x < 2))]")
case("data.experimental.unbatch", f"[x for x in {R}(4).batch(2).apply({{}}())]")
case("data.experimental.unique", f"[x for x in {D}.from_tensor_slices([1, 1, 2]).apply({{}}())]")

# --- strategies ----------------------------------------------------------------------------------------------------------

for _name in "MirroredStrategy OneDeviceStrategy".split():
    _made = f"tf.distribute.{_name}({repr('/cpu:0') if _name.startswith('One') else repr(['/cpu:0'])})"
    case(f"distribute.{_name}", f"then(s := {_made}, s.reduce('SUM', s.run(lambda x: x * 2, args=(tf.constant([1.0, 2.0]),)), axis=None))", f"then(s := {_made}, s.reduce(tf.distribute.ReduceOp.MEAN, tf.constant([1.0, 3.0]), axis=0))",
         f"then(s := {_made}, c := s.scope(), c.__enter__(), v := tf.Variable(1.0), h := tf.distribute.has_strategy(), c.__exit__(None, None, None), [v.numpy(), h])", f"isinstance({_made}, tf.distribute.Strategy)",
         f"[x for x in {_made}.experimental_distribute_dataset({R}(4).batch(2))]", f"{_made}.experimental_local_results(tf.constant(1))", f"{_made}.gather(tf.constant([1.0]), axis=0)", f"[x for x in {_made}.distribute_datasets_from_function(lambda c: {R}(2))]")
for _name in "HierarchicalCopyAllReduce NcclAllReduce ReductionToOneDevice".split():
    case(f"distribute.{_name}", "isinstance({}(), tf.distribute.CrossDeviceOps)")
case("distribute.CrossDeviceOps", "issubclass(tf.distribute.ReductionToOneDevice, {})")
case("distribute.InputContext", "{}(num_input_pipelines=2, input_pipeline_id=1).input_pipeline_id", "{}(2, 1, 4).get_per_replica_batch_size(8)", "{}(2, 1, 3).get_per_replica_batch_size(8)", "{}().num_replicas_in_sync")
case("distribute.InputOptions", "{}().experimental_fetch_to_device")
case("distribute.RunOptions", "{}().experimental_enable_dynamic_batch_size")
case("distribute.Strategy", "tf.distribute.get_strategy().num_replicas_in_sync", "isinstance(tf.distribute.get_strategy(), {})")
case("distribute.get_replica_context", "{}().replica_id_in_sync_group", "{}().num_replicas_in_sync", "{}().all_reduce('sum', tf.constant(2.0))", "{}().merge_call(lambda s, x: x + 1, args=(1,))")
case("distribute.ReplicaContext", "isinstance(tf.distribute.get_replica_context(), {})")
case("distribute.in_cross_replica_context", "{}()")
case("distribute.experimental_set_strategy", "then({}(tf.distribute.OneDeviceStrategy('/cpu:0')), a := tf.distribute.has_strategy(), {}(None), a)")

# --- files and records -----------------------------------------------------------------------------------------------------

G = "tf.io.gfile"
case(f"{G[3:]}.GFile", "then(p := tmp('f'), f := {}(p, 'w'), f.write('one\\ntwo\\n'), f.close(), [{}(p).read(), {}(p, 'rb').read(), {}(p).size(), {}(p).readline(), {}(p).readlines(), list({}(p))])", "{}('/nowhere').read()",
     "then(p := tmp('f'), f := {}(p, 'a'), f.write('x'), f.close(), f := {}(p, 'a'), f.write('y'), f.flush(), f.close(), {}(p).read())", "then(p := tmp('f'), f := {}(p, 'w'), f.write('abcdef'), f.close(), f := {}(p), f.seek(2), [f.tell(), f.read(2), f.name == p])")
case("io.write_file", "then(p := tmp('f'), {}(p, 'hello'), tf.io.read_file(p))", "then(p := tmp('new/folder/f'), {}(p, b'\\x00\\xff'), tf.io.read_file(p))")
case("io.read_file", "{}('/nowhere')")
case("io.gfile.exists", "{}('/nowhere')", "{}(tmp())")
case("io.gfile.isdir", "{}(tmp())", "{}('/nowhere')")
case("io.gfile.mkdir", "then(p := tmp('x'), {}(p), tf.io.gfile.isdir(p))", "{}(tmp('x/y'))")
case("io.gfile.makedirs", "then(p := tmp('x/y'), {}(p), {}(p), tf.io.gfile.isdir(p))")
case("io.gfile.listdir", "then(p := tmp('d'), tf.io.write_file(p + '/a', ''), tf.io.write_file(p + '/b/c', ''), sorted(n.strip('/') for n in {}(p)))", "{}('/nowhere')")
case("io.gfile.glob", "then(p := tmp('d'), tf.io.write_file(p + '/a.txt', ''), tf.io.write_file(p + '/b.md', ''), [f[len(p):] for f in {}(p + '/*.txt')])", "{}('/nowhere/*')", "then(p := tmp('d'), tf.io.write_file(p + '/a.txt', ''), tf.io.write_file(p + '/b.md', ''), len({}([p + '/*.txt', p + '/*.md'])))")
case("io.gfile.copy", "then(p := tmp('f'), tf.io.write_file(p, 'x'), {}(p, p + '2'), tf.io.read_file(p + '2'))", "then(p := tmp('f'), tf.io.write_file(p, 'x'), {}(p, p + '2'), {}(p, p + '2'))", "then(p := tmp('f'), tf.io.write_file(p, 'x'), {}(p, p + '2'), {}(p, p + '2', overwrite=True))", "{}('/nowhere', tmp('a'))")
case("io.gfile.rename", "then(p := tmp('f'), tf.io.write_file(p, 'x'), {}(p, p + '2'), [tf.io.gfile.exists(p), tf.io.gfile.exists(p + '2')])", "{}('/nowhere', tmp('a'))")
case("io.gfile.remove", "then(p := tmp('f'), tf.io.write_file(p, 'x'), {}(p), tf.io.gfile.exists(p))", "{}('/nowhere')")
case("io.gfile.rmtree", "then(p := tmp('d'), tf.io.write_file(p + '/a/b', ''), {}(p), tf.io.gfile.exists(p))", "{}('/nowhere')")
case("io.gfile.stat", "then(p := tmp('f'), tf.io.write_file(p, 'xyz'), [{}(p).length, {}(p).is_directory])", "{}('/nowhere')", "{}(tmp()).is_directory")
case("io.gfile.walk", "then(p := tmp('d'), tf.io.write_file(p + '/a/b', ''), [(d[len(p):], sorted(n.strip('/') for n in s), f) for d, s, f in {}(p)])", "list({}('/nowhere'))")
case("io.gfile.join", "{}('a', 'b')", "{}('a/', '/b')", "{}('a')")
case("io.gfile.get_registered_schemes", "isinstance({}(), list)")
PNG = "tf.io.encode_png(ints(5, 6, 3, low=0, high=256, dtype='uint8'))"
JPEG = "tf.io.encode_jpeg(np.full((8, 8, 3), 100, 'uint8'), quality=95)"
case("io.encode_png", f"tf.io.decode_png({PNG})", "{}(rnd(2, 2, 3))")
case("io.encode_jpeg", f"tf.io.decode_jpeg({JPEG})", "{}(np.zeros((2, 2, 2), 'uint8'))", "tf.io.decode_jpeg({}(np.full((8, 8, 1), 7, 'uint8')))")
for _name in "decode_png decode_image".split():
    case(f"io.{_name}", f"{{}}({PNG})", f"{{}}({PNG}, channels=1)", f"{{}}({PNG}, 3, dtype=tf.uint8)", "{}('junk')", f"{{}}({PNG}).shape")
case("io.decode_image", f"{{}}({PNG}, dtype=tf.float32)", f"{{}}({JPEG})", f"{{}}({PNG}, expand_animations=False).shape")
case("io.decode_jpeg", f"{{}}({JPEG})", f"{{}}({JPEG}, channels=1)", f"{{}}({JPEG}, ratio=2)", "{}('junk')", f"{{}}({PNG})")
case("io.decode_and_crop_jpeg", f"{{}}({JPEG}, [1, 2, 3, 4]).shape", f"{{}}({JPEG}, [1, 2, 3, 4])")
case("io.extract_jpeg_shape", f"{{}}({JPEG})", "{}('junk')")
case("io.is_jpeg", f"{{}}({JPEG})", f"{{}}({PNG})", "{}('')")
GIF = "b'GIF89a\\x02\\x00\\x01\\x00\\x80\\x00\\x00\\x00\\x00\\x00\\xff\\xff\\xff!\\xf9\\x04\\x00\\x00\\x00\\x00\\x00,\\x00\\x00\\x00\\x00\\x02\\x00\\x01\\x00\\x00\\x02\\x02\\x0c\\n\\x00;'"
case("io.decode_gif", f"{{}}({GIF})", "{}('junk')")
BMP = "b'BM' + bytes([62, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, 0, 0, 0, 0, 0, 8, 0, 0, 0] + [0] * 16 + [10, 20, 30, 40, 50, 60, 0, 0])"
case("io.decode_bmp", f"{{}}({BMP})", "{}('junk')")
EX = "tf.train.Example(features=tf.train.Features(feature={'a': tf.train.Feature(int64_list=tf.train.Int64List(value=[1, 2])), 'b': tf.train.Feature(bytes_list=tf.train.BytesList(value=[b'x'])), 'c': tf.train.Feature(float_list=tf.train.FloatList(value=[0.5, 1.5]))})).SerializeToString()"
case("train.Example", f"len({EX})", f"tf.train.Example.FromString({EX}).features.feature['a'].int64_list.value[1]", f"sorted(tf.train.Example.FromString({EX}).features.feature)", "{}().SerializeToString()")
case("train.Features", "{}(feature=dict()).SerializeToString()")
case("train.Feature", "{}(int64_list=tf.train.Int64List(value=[3])).int64_list.value[0]", "{}(int64_list=tf.train.Int64List(value=[3])).SerializeToString()")
case("train.BytesList", "{}(value=[b'a', b'b']).value[1]", "{}(value=['text'])", "{}(value=[b'a']).SerializeToString()")
case("train.FloatList", "{}(value=[0.5]).value[0]", "len({}(value=[1, 2]).value)", "{}(value=['a'])")
case("train.Int64List", "{}(value=[-1]).SerializeToString()", "{}(value=[1.5])", "list({}(value=[7, 8]).value)")
case("io.VarLenFeature", "tf.io.parse_single_example(" + EX + ", {'a': {}(tf.int64)})['a']", "{}(tf.int64).dtype")
case("io.FixedLenSequenceFeature", "tf.io.parse_single_example(" + EX + ", {'a': {}([], tf.int64, allow_missing=True), 'z': {}([], tf.float32, allow_missing=True)})", "{}([2], tf.int64).shape")
case("io.TFRecordOptions", "{}(compression_type='GZIP').compression_type", "{}().compression_type")
case("io.TFRecordWriter", "then(p := tmp('r'), w := {}(p, tf.io.TFRecordOptions(compression_type='ZLIB')), w.write(b'x'), w.flush(), w.close(), [x for x in tf.data.TFRecordDataset(p, 'ZLIB')])",
     "then(p := tmp('r'), w := {}(p), w.__enter__(), w.write(b'abc'), w.__exit__(None, None, None), tf.io.read_file(p))")
case("lookup.TextFileIndex", "{}.WHOLE_LINE", "{}.LINE_NUMBER")
case("lookup.TextFileInitializer", "then(p := tmp('v'), tf.io.write_file(p, 'a\\nb\\n'), tf.lookup.StaticHashTable({}(p, tf.string, tf.lookup.TextFileIndex.WHOLE_LINE, tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER), -1).lookup(tf.constant(['b', 'z'])))",
     "then(p := tmp('v'), tf.io.write_file(p, 'a 10\\nb 20\\n'), tf.lookup.StaticHashTable({}(p, tf.string, 0, tf.int64, 1, delimiter=' '), -1).lookup(tf.constant(['b', 'z'])))")
case("lookup.StaticVocabularyTable", "{}(tf.lookup.KeyValueTensorInitializer(['a', 'b'], tf.constant([0, 1], tf.int64)), 1).lookup(tf.constant(['b', 'z']))", "{}(tf.lookup.KeyValueTensorInitializer(['a', 'b'], tf.constant([0, 1], tf.int64)), 3).size()",
     "{}(tf.lookup.KeyValueTensorInitializer(['a', 'b'], tf.constant([0, 1], tf.int64)), 5).lookup(tf.constant(['foo', 'bar', 'baz', 'a']))")

# --- random states, training and saving ----------------------------------------------------------------------------------

case("random.Algorithm", "{}.PHILOX.value", "{}.THREEFRY.value", "{}.AUTO_SELECT.value")
case("random.experimental.Algorithm", "{}.PHILOX.value")
case("random.create_rng_state", "{}(1, 1)", "{}([1, 2, 3], 'philox')")
case("random.experimental.create_rng_state", "{}(1, 1)")
for _name in ("random.set_global_generator", "random.experimental.set_global_generator"):
    case(_name, "then({}(tf.random.Generator.from_seed(7)), tf.random.get_global_generator().uniform([2]).shape)")
case("random.experimental.Generator", "{} is tf.random.Generator")
case("random.experimental.stateless_fold_in", "{}([1, 2], 3).shape")
case("random.experimental.stateless_split", "{}([1, 2], 3).shape")
case("random.experimental.stateless_shuffle", "tf.sort({}(tf.range(5), seed=[1, 2]))")
case("train.ExponentialMovingAverage", "then(v := tf.Variable(10.0), e := {}(0.9), e.apply([v]), v.assign(20.0), e.apply([v]), [e.average(v).numpy(), e.average_name(v)])", "then(v := tf.Variable(10.0), e := {}(0.99, num_updates=1), e.apply([v]), v.assign(20.0), e.apply([v]), e.average(v).numpy())")
SAVED = "then(p := tmp('ck'), v := tf.Variable([1.0, 2.0]), c := tf.train.Checkpoint(v=v, n=tf.Variable(3)), s := c.save(p + '/ckpt'), {})"
case("train.Checkpoint", SAVED.replace("{}", "s[len(p):]"), SAVED.replace("{}", "then(v.assign([0.0, 0.0]), c.restore(s).assert_consumed(), v.numpy())"), SAVED.replace("{}", "sorted(n for n, _ in tf.train.list_variables(s))"), SAVED.replace("{}", "c.save_counter.numpy()"),
     SAVED.replace("{}", "then(w := tf.Variable([0.0, 0.0]), tf.train.Checkpoint(v=w).restore(s).expect_partial(), w.numpy())"), SAVED.replace("{}", "tf.train.Checkpoint(other=tf.Variable(1.0)).restore(s).assert_consumed()"), SAVED.replace("{}", "tf.train.Checkpoint(v=tf.Variable([1.0])).restore(s)"),
     "then(p := tmp('ck'), c := {}(v=tf.Variable(4.0)), s := c.write(p + '/w'), [s[len(p):], c.read(s) is not None])")
case("train.latest_checkpoint", SAVED.replace("{}", "{}(p)[len(p):]"))
case("train.get_checkpoint_state", SAVED.replace("{}", "{}(p).model_checkpoint_path.split('/')[-1]"), "{}('/nowhere')", SAVED.replace("{}", "[q.split('/')[-1] for q in {}(p).all_model_checkpoint_paths]"))
case("train.load_checkpoint", SAVED.replace("{}", "{}(s).get_tensor('v/.ATTRIBUTES/VARIABLE_VALUE')"), SAVED.replace("{}", "sorted({}(p).get_variable_to_shape_map().items())"), SAVED.replace("{}", "{}(s).has_tensor('no')"), "{}('/nowhere')", SAVED.replace("{}", "{}(s).get_variable_to_dtype_map()['n/.ATTRIBUTES/VARIABLE_VALUE']"))
case("train.load_variable", SAVED.replace("{}", "{}(s, 'v/.ATTRIBUTES/VARIABLE_VALUE')"), SAVED.replace("{}", "{}(s, 'no')"))
case("train.list_variables", SAVED.replace("{}", "[shape for n, shape in {}(p) if n.startswith('v')]"))
case("train.CheckpointManager", "then(p := tmp('ck'), v := tf.Variable(1.0), m := {}(tf.train.Checkpoint(v=v), p, max_to_keep=2), [m.save()[len(p):] for _ in range(3)])", "then(p := tmp('ck'), m := {}(tf.train.Checkpoint(v=tf.Variable(1.0)), p, max_to_keep=2), [m.save() for _ in range(3)], [c[len(p):] for c in m.checkpoints])",
     "then(p := tmp('ck'), {}(tf.train.Checkpoint(v=tf.Variable(1.0)), p, 3).latest_checkpoint)", "then(p := tmp('ck'), v := tf.Variable(1.0), m := {}(tf.train.Checkpoint(v=v), p, 3), m.save(), v.assign(5.0), m.restore_or_initialize()[len(p):], v.numpy())",
     "then(p := tmp('ck'), m := {}(tf.train.Checkpoint(v=tf.Variable(1.0)), p, 3, checkpoint_name='model'), m.save(checkpoint_number=7)[len(p):])")
case("train.CheckpointOptions", "{}().experimental_io_device")
case("train.checkpoints_iterator", "[s[len(p):] for p in [tmp('ck')] for _ in [tf.train.Checkpoint(v=tf.Variable(1.0)).save(p + '/ckpt')] for s in {}(p, timeout=0)]")
for _name in "ASSETS_DIRECTORY DEFAULT_SERVING_SIGNATURE_DEF_KEY PREDICT_METHOD_NAME SAVED_MODEL_FILENAME_PB SERVING TRAINING VARIABLES_DIRECTORY".split():
    case(f"saved_model.{_name}", "{}")
case("saved_model.SaveOptions", "{}().save_debug_info")
case("saved_model.LoadOptions", "{}().experimental_io_device")
case("saved_model.Asset", "type({}(then(p := tmp('v'), tf.io.write_file(p, 'a'), p))).__name__")
SM = "then(p := tmp('m'), m := tf.Module(), setattr(m, 'w', tf.Variable(2.0)), setattr(m, 'f', tf.function(lambda x: m.w * x, input_signature=[tf.TensorSpec([None], tf.float32)])), tf.saved_model.save(m, p), {})"
case("saved_model.save", SM.replace("{}", "sorted(tf.io.gfile.listdir(p))"), SM.replace("{}", "tf.saved_model.contains_saved_model(p)"), SM.replace("{}", "tf.saved_model.load(p).f(tf.constant([1.0, 3.0]))"), SM.replace("{}", "tf.saved_model.load(p).w.numpy()"))

# --- summaries -------------------------------------------------------------------------------------------------------------

W = "then(p := tmp('s'), w := tf.summary.create_file_writer(p), c := w.as_default(), c.__enter__(), a := {}, w.flush(), c.__exit__(None, None, None), a)"
case("summary.scalar", W.replace("{}", "{}('loss', 0.5, step=1)"), W.replace("{}", "{}('loss', 0.5)"), "{}('loss', 0.5, step=1)")
case("summary.histogram", W.replace("{}", "{}('h', rnd(5), step=1)"))
case("summary.image", W.replace("{}", "{}('i', pos(1, 4, 4, 3) / 3, step=1)"), W.replace("{}", "{}('i', rnd(4, 4), step=1)"))
case("summary.text", W.replace("{}", "{}('t', 'hello', step=1)"))
case("summary.create_file_writer", "then(p := tmp('s'), w := {}(p), w.close(), len(tf.io.gfile.glob(p + '/events*')))", "{}(tmp('s')).__class__ is not None")
case("summary.create_noop_writer", "then(w := {}(), c := w.as_default(), c.__enter__(), a := tf.summary.scalar('x', 1.0, step=1), c.__exit__(None, None, None), a)")
case("summary.SummaryWriter", "isinstance(tf.summary.create_file_writer(tmp('s')), {})")
case("summary.flush", W.replace("{}", "{}() is None or True"))
case("summary.record_if", W.replace("{}", "then(r := {}(False), r.__enter__(), b := tf.summary.scalar('x', 1.0, step=1), r.__exit__(None, None, None), b)"))
case("summary.should_record_summaries", "{}()", W.replace("{}", "{}()"))
case("summary.experimental.set_step", "then({}(7), s := tf.summary.experimental.get_step(), {}(None), s)")
case("summary.experimental.get_step", "{}()")
case("summary.trace_off", "{}()")
